"""The day at a glance: sales, tenders, health of the sync, and what waits for a decision."""

from __future__ import annotations

from posbridge.ui.qt import Signal
from posbridge.ui.view_models.base import ViewModel, held


class OverviewVm(ViewModel):
    """services: `overview() -> {currency, sales, orders, average, discounts, compared,
    hours: [{hour, amount, orders}], tenders: [{kind, amount, count}], top: [{title, quantity, amount}],
    sent: [{hour, sent, waiting}], errors: [{reason, count}], decisions: [{code, count, screen}]}`.
    Amounts in minor units; `compared` is the change to the same day last week as decimal text, or empty."""

    currency_changed = Signal()
    currency = held(str, "currency", currency_changed, "")
    sales_changed = Signal()
    sales = held("qlonglong", "sales", sales_changed, 0)
    orders_changed = Signal()
    orders = held(int, "orders", orders_changed, 0)
    average_changed = Signal()
    average = held("qlonglong", "average", average_changed, 0)
    discounts_changed = Signal()
    discounts = held("qlonglong", "discounts", discounts_changed, 0)
    compared_changed = Signal()
    compared = held(str, "compared", compared_changed, "")
    hours_changed = Signal()
    hours = held("QVariantList", "hours", hours_changed, [])
    tenders_changed = Signal()
    tenders = held("QVariantList", "tenders", tenders_changed, [])
    top_changed = Signal()
    top = held("QVariantList", "top", top_changed, [])
    sent_changed = Signal()
    sent = held("QVariantList", "sent", sent_changed, [])
    errors_changed = Signal()
    errors = held("QVariantList", "errors", errors_changed, [])
    decisions_changed = Signal()
    decisions = held("QVariantList", "decisions", decisions_changed, [])

    async def load(self) -> None:
        self._put(**await self.services.overview())
