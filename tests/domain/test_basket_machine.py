"""A till used in any order: add, change, discount, remove, park, recall, pay, refund. The books always close."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from posbridge.domain import basket_edits as edits
from posbridge.domain.basket import Basket, RoundingLevel, TaxRate, TaxSetup
from posbridge.domain.checkout import freeze, left_to_pay, tender_cash, tender_exact
from posbridge.domain.discount import Discount
from posbridge.domain.discounts import apply
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender, TenderKind
from posbridge.domain.pricing import price
from posbridge.domain.refund import Refund
from posbridge.domain.returns import refundable
from posbridge.testing.builders import a_basket, a_line, facts
from tests.money.cases import a_refund
from tests.money.profile import LONG, TIMEOUT, runs
from tests.money.reference import Case, expected

pytestmark = pytest.mark.timeout(TIMEOUT)
RATES = (TaxRate(name="state", percent=Decimal("8.875")), TaxRate(name="city", percent=Decimal(2), compound=True))


class Till(RuleBasedStateMachine):
    """Beside the real basket stands a plain model in the shape of money.json, reckoned by the fractions."""

    def __init__(self) -> None:
        super().__init__()
        self.sales = 0
        self.taxes = TaxSetup()
        self.open_basket()

    def open_basket(self, included: bool = False, level: RoundingLevel = RoundingLevel.LINE) -> None:
        self.basket: Basket = a_basket((), seed=self.sales)
        self.taxes = TaxSetup(prices_include_tax=included, rounding=level, rates={"": RATES})
        rates = [{"name": r.name, "percent": str(r.percent), "compound": r.compound} for r in RATES]
        self.model: Case = {"prices_include_tax": included, "rounding": level.value, "rates": {"": rates}}
        self.lines: dict[str, Case] = {}
        self.off: list[Case] = []
        self.order: Order | None = None
        self.refunds: list[Refund] = []
        self.made = 0

    @initialize(included=st.booleans(), level=st.sampled_from(list(RoundingLevel)), amount=st.integers(0, 5000))
    def begin(self, included: bool, level: RoundingLevel, amount: int) -> None:
        self.open_basket(included, level)
        self.add(amount, 1, False)

    def told(self) -> Case:
        return expected({**self.model, "lines": list(self.lines.values()), "discounts": self.off})

    def selling(self) -> bool:
        return self.order is None and not self.basket.parked

    def with_lines(self) -> bool:
        return self.selling() and bool(self.lines)

    @precondition(selling)
    @rule(amount=st.integers(0, 5000), quantity=st.integers(1, 9), weighed=st.booleans())
    def add(self, amount: int, quantity: int, weighed: bool) -> None:
        self.made += 1
        count = Decimal(quantity) / 8 if weighed else Decimal(quantity)
        line = a_line(self.made, amount, count, unit="kg" if weighed else "piece")
        self.basket = edits.add(self.basket, line)
        self.lines[line.id] = {"unit_price": amount, "quantity": str(count), "discounts": [], "unit": line.unit}

    @precondition(with_lines)
    @rule(data=st.data())
    def add_the_same_again(self, data: st.DataObject) -> None:
        line_id = data.draw(st.sampled_from(sorted(self.lines)))
        line = next(line for line in self.basket.lines if line.id == line_id)
        self.made += 1
        twin = line.model_copy(update={"id": f"line-{self.made}"})
        self.basket = edits.add(self.basket, twin)
        present = self.lines[line_id]
        if line.unit == "piece":
            present["quantity"] = str(2 * line.quantity)
        else:
            self.lines[twin.id] = {**present, "discounts": list(present["discounts"])}

    @precondition(with_lines)
    @rule(data=st.data(), quantity=st.integers(1, 12))
    def change(self, data: st.DataObject, quantity: int) -> None:
        line_id = data.draw(st.sampled_from(sorted(self.lines)))
        self.basket = edits.change_quantity(self.basket, line_id, quantity)
        self.lines[line_id]["quantity"] = str(quantity)

    @precondition(with_lines)
    @rule(percent=st.sampled_from(["5", "10", "33.3", "100"]))
    def discount_by_percentage(self, percent: str) -> None:
        discount = Discount(id=f"d{len(self.off)}-{self.made}", kind="percentage", percent=Decimal(percent))
        self.basket = apply(self.basket, discount)
        if all(each["id"] != discount.id for each in self.off):
            self.off.append({"id": discount.id, "kind": "percentage", "percent": percent})

    @precondition(with_lines)
    @rule(amount=st.integers(0, 3000), data=st.data())
    def discount_a_line(self, amount: int, data: st.DataObject) -> None:
        line_id = data.draw(st.sampled_from(sorted(self.lines)))
        self.made += 1
        discount = Discount(id=f"l{self.made}", kind="fixed", amount=Money(amount=amount, currency="USD"))
        self.basket = edits.discount_line(self.basket, line_id, discount)
        self.lines[line_id]["discounts"].append({"kind": "fixed", "amount": amount})

    @precondition(with_lines)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        line_id = data.draw(st.sampled_from(sorted(self.lines)))
        self.basket = edits.remove(self.basket, line_id)
        del self.lines[line_id]

    @precondition(lambda self: self.selling() and bool(self.off))
    @rule(data=st.data())
    def remove_discount(self, data: st.DataObject) -> None:
        gone = data.draw(st.sampled_from([each["id"] for each in self.off]))
        self.basket = edits.remove_discount(self.basket, gone.upper())
        self.off = [each for each in self.off if each["id"] != gone]

    @precondition(with_lines)
    @rule()
    def park(self) -> None:
        self.basket = edits.park(self.basket, "later")
        with pytest.raises(DomainError):
            edits.add(self.basket, a_line(999))
        with pytest.raises(DomainError):
            edits.park(self.basket)

    @precondition(lambda self: self.order is None and self.basket.parked)
    @rule()
    def recall(self) -> None:
        stored = Basket.model_validate_json(self.basket.model_dump_json())
        assert stored == self.basket
        self.basket = edits.recall(stored)

    @precondition(with_lines)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        priced = price(self.basket, self.taxes)
        tenders = self._tenders(priced.totals.total, data)
        if priced.totals.total:
            with pytest.raises(DomainError):
                freeze(self.basket, priced, tenders[:-1], facts(self.sales))
        self.order = freeze(self.basket, priced, tenders, facts(self.sales))

    def _tenders(self, total: int, data: st.DataObject) -> list[Tender]:
        made: list[Tender] = []
        while left := left_to_pay(total, made):
            name = f"tender-{len(made)}"
            kind = data.draw(st.sampled_from(list(TenderKind)))
            if kind is TenderKind.CASH or len(made) == 3:
                made.append(tender_cash(left, data.draw(st.integers(left, left + 2000)), id=name))
            else:
                amount = data.draw(st.integers(1, left))
                made.append(tender_exact(left, Tender(id=name, kind=kind, amount=amount)))
        return made

    @precondition(lambda self: self.order is not None)
    @rule(data=st.data())
    def refund(self, data: st.DataObject) -> None:
        assert self.order is not None
        left = [line for line in refundable(self.order, self.refunds) if line.quantity]
        if not left:
            return
        line = data.draw(st.sampled_from(left))
        whole = line.quantity % 1 == 0
        quantity = data.draw(st.integers(1, int(line.quantity))) if whole else line.quantity
        self.refunds.append(a_refund(self.order, self.refunds, [(line.line_id, quantity, False)]))

    @precondition(lambda self: self.order is not None)
    @rule(included=st.booleans(), level=st.sampled_from(list(RoundingLevel)))
    def next_sale(self, included: bool, level: RoundingLevel) -> None:
        self.sales += 1
        self.open_basket(included, level)

    @invariant()
    def totals_close(self) -> None:
        if self.basket.parked:
            return
        totals, told = price(self.basket, self.taxes).totals, self.told()
        figures: dict[str, Any] = totals.model_dump(exclude={"currency"})
        assert figures == {name: told[name] for name in figures}
        assert min(figures.values()) >= 0
        added = 0 if self.taxes.prices_include_tax else totals.tax
        assert totals.subtotal - totals.discount + added == totals.total

    @invariant()
    def the_order_is_paid_and_never_overrefunded(self) -> None:
        if self.order is None:
            return
        tendered = sum(tender.tendered or tender.amount for tender in self.order.tenders)
        assert tendered - self.order.change == self.order.totals.total == self.told()["total"]
        back = sum(refund.amount for refund in self.refunds)
        assert 0 <= back <= self.order.paid
        assert back == sum(tender.amount for refund in self.refunds for tender in refund.tenders)
        if not any(line.quantity for line in refundable(self.order, self.refunds)):
            assert back == self.order.paid


TestTill = Till.TestCase
TestTill.settings = runs(gate=50, long=2000, stateful_step_count=200 if LONG else 40)
