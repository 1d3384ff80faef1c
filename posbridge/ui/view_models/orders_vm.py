"""Orders: today's first, found by number, name or reference; one of them with its time line and what can go back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.models.orders_model import OrdersModel
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held, told


class OrdersVm(ViewModel):
    """services: `orders(words) -> [{id, number, reference, at, total, currency, customer, cashier, state,
    refunded}]`; `order(id) -> {…the same, lines: [{id, title, quantity, unit, total, left}], tenders: [{kind,
    amount, detail}], timeline: [{at, code, label, detail, meaning}], refunds: [{number, at, amount, reason}],
    left}`; `refund_preview(id, {line_id: quantity}) -> {amount, tenders: [{kind, amount}], approvers: [person]}`;
    `refund(id, {line_id: quantity}, reason, approver_id, pin) -> order`. Quantities are decimal texts;
    `approvers` is empty when nobody else is asked."""

    words_changed = Signal()
    words = held(str, "words", words_changed, "")
    chosen_changed = Signal()
    chosen = held("QVariantMap", "chosen", chosen_changed, {})
    #: {line_id: quantity} of what is given back.
    back_changed = Signal()
    back = held("QVariantMap", "back", back_changed, {})
    #: {} or {amount, tenders, approvers}
    preview_changed = Signal()
    preview = held("QVariantMap", "preview", preview_changed, {})
    approver_changed = Signal()
    approver = held(str, "approver", approver_changed, "")
    returning_changed = Signal()
    returning = held(bool, "returning", returning_changed, False)
    #: {} or {code, message, next_step}: why the return was refused.
    refusal_changed = Signal()
    refusal = held("QVariantMap", "refusal", refusal_changed, {})

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._rows = OrdersModel(self)
        self._asked = 0

    @Property(QObject, constant=True)
    def rows(self) -> OrdersModel:
        return self._rows

    async def load(self) -> None:
        await self.find()
        if self.chosen:
            self._put(chosen=await self.services.order(self.chosen["id"]))

    async def find(self) -> None:
        """Show what the words give; a late answer to an old question is dropped."""
        self._asked += 1
        asked = self._asked
        found = await self.services.orders(self.words)
        if asked == self._asked:
            self._rows.replace(found)

    @Slot(str)
    def seek(self, words: str) -> None:
        self._put(words=words)
        self._run(self.find())

    @Slot(str)
    def scanned(self, code: str) -> None:
        """A receipt's code: search for it, and open it when it is the only one."""
        self._put(words=code)
        self._run(self._scanned())

    async def _scanned(self) -> None:
        await self.find()
        rows = self._rows.rows()
        if len(rows) == 1:
            await self.open(rows[0]["id"])

    @Slot(str)
    def choose(self, order_id: str) -> None:
        self._run(self.open(order_id))

    async def open(self, order_id: str) -> None:
        self._stop_returning()
        self._put(chosen=await self.services.order(order_id))

    @Slot()
    def close(self) -> None:
        self._stop_returning()
        self._put(chosen={})

    @Slot()
    def start_return(self) -> None:
        self._put(returning=True, back={}, preview={}, refusal={}, approver="")

    @Slot()
    def stop_return(self) -> None:
        self._stop_returning()

    def _stop_returning(self) -> None:
        self._put(returning=False, back={}, preview={}, refusal={}, approver="")

    @Slot(str, int)
    def step(self, line_id: str, by: int) -> None:
        """One more or one less of this line goes back; never more than is left, the last part of a weight whole."""
        line = next((row for row in self.chosen.get("lines", []) if row["id"] == line_id), None)
        if line is None:
            return
        wanted = Decimal(self.back.get(line_id, "0")) + by
        wanted = max(Decimal(0), min(wanted, Decimal(line["left"])))
        self._put(back={**self.back, line_id: format(wanted, "f")}, refusal={})
        self._run(self._preview())

    @Slot()
    def all_back(self) -> None:
        """Everything that is left goes back."""
        self._put(back={row["id"]: row["left"] for row in self.chosen.get("lines", [])}, refusal={})
        self._run(self._preview())

    def _wanted(self) -> dict[str, str]:
        return {line_id: quantity for line_id, quantity in self.back.items() if Decimal(quantity) > 0}

    async def _preview(self) -> None:
        wanted = self._wanted()
        if not wanted:
            self._put(preview={}, approver="")
            return
        preview = await self.services.refund_preview(self.chosen["id"], wanted)
        if wanted == self._wanted():
            people = preview["approvers"]
            known = any(row["id"] == self.approver for row in people)
            alone = people[0]["id"] if len(people) == 1 else ""
            self._put(preview=dict(preview), approver=self.approver if known else alone)

    @Slot(str)
    def approve_by(self, person_id: str) -> None:
        self._put(approver=person_id, refusal={})

    @Slot(str, str)
    def give_back(self, reason: str, pin: str) -> None:
        self._run(self._give_back(reason.strip(), pin))

    async def _give_back(self, reason: str, pin: str) -> None:
        try:
            order = await self.services.refund(self.chosen["id"], self._wanted(), reason, self.approver, pin)
        except PosbridgeError as error:
            self._put(refusal=told(error))
            return
        self._stop_returning()
        self._put(chosen=order)
        await self.find()
