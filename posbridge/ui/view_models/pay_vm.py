"""Taking the money: one tender or several, until nothing is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.ui.qt import Signal, Slot
from posbridge.ui.view_models.base import ViewModel, held

MOST_DIGITS = 9


class PayVm(ViewModel):
    """services: `payment() -> payment` of the present basket, `take(kind, amount, detail) -> payment`,
    `drop_tender(tender_id) -> payment`, `settle_terminal(happened) -> payment`, `finish() -> order_id`.

    A payment: {currency, total, paid, due, change, quick: [minor units],
    options: [{kind, allowed, reason}], tenders: [{id, kind, amount, detail}],
    terminal: "idle" | "unknown"}. Amounts in minor units.
    """

    done = Signal(str)

    currency_changed = Signal()
    currency = held(str, "currency", currency_changed, "")
    total_changed = Signal()
    total = held("qlonglong", "total", total_changed, 0)
    paid_changed = Signal()
    paid = held("qlonglong", "paid", paid_changed, 0)
    due_changed = Signal()
    due = held("qlonglong", "due", due_changed, 0)
    change_changed = Signal()
    change = held("qlonglong", "change", change_changed, 0)
    quick_changed = Signal()
    quick = held("QVariantList", "quick", quick_changed, [])
    options_changed = Signal()
    options = held("QVariantList", "options", options_changed, [])
    tenders_changed = Signal()
    tenders = held("QVariantList", "tenders", tenders_changed, [])
    terminal_changed = Signal()
    terminal = held(str, "terminal", terminal_changed, "idle")
    kind_changed = Signal()
    kind = held(str, "kind", kind_changed, "cash")
    #: What was keyed in, minor units; 0 means all that is due.
    entered_changed = Signal()
    entered = held("qlonglong", "entered", entered_changed, 0)

    _taking = False

    async def load(self) -> None:
        self._put(entered=0, kind="cash")
        self.show_payment(await self.services.payment())

    def show_payment(self, payment: Mapping[str, Any]) -> None:
        names = ("currency", "total", "paid", "due", "change", "quick", "options", "tenders", "terminal")
        self._put(**{name: payment[name] for name in names})

    @Slot(str)
    def choose(self, kind: str) -> None:
        if any(option["kind"] == kind and option["allowed"] for option in self.options):
            self._put(kind=kind, entered=0)

    @Slot(str)
    def press(self, key: str) -> None:
        """A digit, "00", "back", "clear"."""
        if key == "clear":
            self._put(entered=0)
        elif key == "back":
            self._put(entered=self.entered // 10)
        elif key.isdigit() and len(f"{self.entered}{key}") <= MOST_DIGITS:
            self._put(entered=int(f"{self.entered}{key}"))

    @Slot("qlonglong")
    def enter(self, amount: int) -> None:
        self._put(entered=amount)

    @Slot("QVariantMap")
    def take(self, detail: dict[str, Any]) -> None:
        """Take the entered amount (all that is due when none was entered) by the chosen tender.

        `detail`: {} for cash, {reference, last_four} for a card, {code} for a gift card, {label} for other.
        """
        if not self._taking:
            # A second tap comes before the first one's work has begun: it takes nothing.
            self._taking = True
            self._run(self._take(dict(detail)))

    async def _take(self, detail: dict[str, Any]) -> None:
        try:
            await self._taken(detail)
        finally:
            self._taking = False

    async def _taken(self, detail: dict[str, Any]) -> None:
        amount = self.entered or self.due
        payment = await self.services.take(self.kind, amount, detail)
        self._put(entered=0)
        self.show_payment(payment)
        if payment["due"] <= 0 and payment["terminal"] == "idle":
            await self._finish()

    @Slot(str)
    def drop(self, tender_id: str) -> None:
        self._run(self._drop(tender_id))

    async def _drop(self, tender_id: str) -> None:
        self.show_payment(await self.services.drop_tender(tender_id))

    @Slot(bool)
    def settle(self, happened: bool) -> None:
        """A person looked at the terminal: the payment went through there, or it did not."""
        self._run(self._settle(happened))

    async def _settle(self, happened: bool) -> None:
        self.show_payment(await self.services.settle_terminal(happened))
        if self.due <= 0 and self.terminal == "idle":
            await self._finish()

    @Slot()
    def finish(self) -> None:
        """Complete an order on which nothing is due."""
        if self.due <= 0:
            self._run(self._finish())

    async def _finish(self) -> None:
        self.done.emit(await self.services.finish())
