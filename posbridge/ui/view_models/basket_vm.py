"""The basket: lines, customer, codes, totals, and what was parked."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.ui.models.basket_lines_model import BasketLinesModel
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.age_vm import AgeVm
from posbridge.ui.view_models.base import ViewModel, held
from posbridge.ui.view_models.price_vm import PriceVm


class BasketVm(ViewModel):
    """services, each giving the whole basket back as a mapping: `basket()`, `add(variant_id, quantity)`,
    `add_code(code) -> basket | None`, `set_quantity(line_id, quantity)`, `set_note(line_id, note)`,
    `discount_line(line_id, kind, value)`, `remove(line_id)`, `undo()`, `set_customer(id | None)`,
    `apply_code(code)`, `remove_code(code)`, `apply_gift_card(code)`, `remove_gift_card(id)`, `park(label)`,
    `recall(parked_id)`, `clear()`, `ask_allotments()`; and `parked() -> [{id, label, count, total, currency, at}]`,
    `customers(words) -> [{id, name, detail}]`.

    A basket: {id, currency, lines, customer, codes, gift_cards, subtotal, discounts: [{name, amount}],
    taxes: [{name, rate, amount, included}], total, due, count, law: {limited, region, audience, meters, allotments,
    age: {needed, state, proof, by}, known_age, medical, problem}}.
    """

    changed = Signal()

    id_changed = Signal()
    id = held(str, "id", id_changed, "")
    currency_changed = Signal()
    currency = held(str, "currency", currency_changed, "")
    count_changed = Signal()
    count = held(str, "count", count_changed, "0")
    customer_changed = Signal()
    customer = held("QVariantMap", "customer", customer_changed, {})
    #: [{code, valid, kind, value, currency, reason, source, checked_at}]
    codes_changed = Signal()
    codes = held("QVariantList", "codes", codes_changed, [])
    #: [{id, masked, balance, used, currency, source, checked_at, reason}]
    gift_cards_changed = Signal()
    gift_cards = held("QVariantList", "gift_cards", gift_cards_changed, [])
    subtotal_changed = Signal()
    subtotal = held("qlonglong", "subtotal", subtotal_changed, 0)
    discounts_changed = Signal()
    discounts = held("QVariantList", "discounts", discounts_changed, [])
    taxes_changed = Signal()
    taxes = held("QVariantList", "taxes", taxes_changed, [])
    total_changed = Signal()
    total = held("qlonglong", "total", total_changed, 0)
    due_changed = Signal()
    due = held("qlonglong", "due", due_changed, 0)
    law_changed = Signal()
    law = held("QVariantMap", "law", law_changed, {})
    parked_changed = Signal()
    parked = held("QVariantList", "parked", parked_changed, [])
    people_changed = Signal()
    people = held("QVariantList", "people", people_changed, [])
    #: {} or {code, title}: what the toast offers to undo.
    undoable_changed = Signal()
    undoable = held("QVariantMap", "undoable", undoable_changed, {})

    PLAIN = ("id", "currency", "codes", "gift_cards", "subtotal", "discounts", "taxes", "total", "due", "law")

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._lines = BasketLinesModel(self)
        self._price = PriceVm(services, spawn, self, self.show_basket)
        self._age = AgeVm(services, spawn, self, self.show_basket)

    @Property(QObject, constant=True)
    def lines(self) -> BasketLinesModel:
        return self._lines

    @Property(QObject, constant=True)
    def price(self) -> PriceVm:
        return self._price

    @Property(QObject, constant=True)
    def age(self) -> AgeVm:
        return self._age

    def may_pay(self) -> bool:
        """False when the law stops the payment: a missing age opens its sheet, the rest is told in words."""
        problem = self.law.get("problem") or {}
        if problem.get("code") == "age_unchecked":
            self._age.ask(problem)
        elif problem:
            self._put(failure=dict(problem))
        return not problem

    async def load(self) -> None:
        self.show_basket(await self.services.basket())
        self._put(parked=await self.services.parked())

    def show_basket(self, basket: Mapping[str, Any]) -> None:
        self._lines.replace(basket["lines"])
        self._put(**{name: basket[name] for name in self.PLAIN})
        self._put(count=str(basket["count"]), customer=dict(basket["customer"] or {}))
        self.changed.emit()

    async def add(self, variant_id: str, quantity: str) -> None:
        self.show_basket(await self.services.add(variant_id, quantity))

    async def add_code(self, code: str) -> bool:
        """Add what carries this barcode; False when nothing does."""
        basket = await self.services.add_code(code)
        if basket is None:
            return False
        self.show_basket(basket)
        return True

    def _ask(self, work: Coroutine[Any, Any, Mapping[str, Any]]) -> None:
        async def show() -> None:
            self.show_basket(await work)

        self._run(show())

    @Slot(str, int)
    def step(self, line_id: str, by: int) -> None:
        """Quantity up or down by one; below one the line goes, and can be undone."""
        line = self._lines.row(line_id)
        quantity = Decimal(line["quantity"]) + by
        if quantity <= 0:
            self.remove(line_id)
        else:
            self._ask(self.services.set_quantity(line_id, str(quantity)))

    @Slot(str, str, result=bool)
    def set_quantity(self, line_id: str, quantity: str) -> bool:
        """False when the text is no number above zero."""
        try:
            value = Decimal(quantity.replace(",", "."))
        except InvalidOperation:
            return False
        if not value.is_finite() or value <= 0:
            return False
        self._ask(self.services.set_quantity(line_id, str(value)))
        return True

    @Slot(str)
    def remove(self, line_id: str) -> None:
        self._put(undoable={"code": "line_removed", "title": self._lines.row(line_id).get("title", "")})
        self._ask(self.services.remove(line_id))

    @Slot()
    def clear(self) -> None:
        self._put(undoable={"code": "basket_cleared", "title": ""})
        self._ask(self.services.clear())

    @Slot()
    def undo(self) -> None:
        self._put(undoable={})
        self._ask(self.services.undo())

    @Slot()
    def let_go(self) -> None:
        """The time to undo is over."""
        self._put(undoable={})

    @Slot(str, str)
    def set_note(self, line_id: str, note: str) -> None:
        self._ask(self.services.set_note(line_id, note))

    @Slot(str, str, str)
    def discount_line(self, line_id: str, kind: str, value: str) -> None:
        """`kind` is "percentage" or "fixed"; `value` a decimal text as the cashier wrote it."""
        self._ask(self.services.discount_line(line_id, kind, value.replace(",", ".")))

    @Slot(str)
    def apply_code(self, code: str) -> None:
        if code.strip():
            self._ask(self.services.apply_code(code.strip()))

    @Slot(str)
    def remove_code(self, code: str) -> None:
        self._ask(self.services.remove_code(code))

    @Slot(str)
    def apply_gift_card(self, code: str) -> None:
        if code.strip():
            self._ask(self.services.apply_gift_card(code.strip()))

    @Slot(str)
    def remove_gift_card(self, card_id: str) -> None:
        self._ask(self.services.remove_gift_card(card_id))

    @Slot(str)
    def find_people(self, words: str) -> None:
        self._run(self._find_people(words))

    async def _find_people(self, words: str) -> None:
        self._put(people=await self.services.customers(words))

    @Slot(str)
    def set_customer(self, customer_id: str) -> None:
        """Who buys; where limits count their POS is asked at once what they may still buy."""
        self._run(self._set_customer(customer_id))

    async def _set_customer(self, customer_id: str) -> None:
        self.show_basket(await self.services.set_customer(customer_id or None))
        if customer_id and (self.law.get("limited") or self.law.get("allotments")):
            self.show_basket(await self.services.ask_allotments())

    @Slot()
    def ask_allotments(self) -> None:
        self._ask(self.services.ask_allotments())

    @Slot(str)
    def park(self, label: str) -> None:
        if self._lines.count:
            self._run(self._swap(self.services.park(label)))

    @Slot(str)
    def recall(self, parked_id: str) -> None:
        self._run(self._swap(self.services.recall(parked_id)))

    async def _swap(self, work: Coroutine[Any, Any, Mapping[str, Any]]) -> None:
        self.show_basket(await work)
        self._put(parked=await self.services.parked())
