"""An order of ours that is there and not paid in full: its payments did not come along, or the menu changed between
the price and the order."""

from __future__ import annotations

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.toast.calls import ORDERS, Calls, part
from posbridge.connectors.toast.evening import untaxed
from posbridge.connectors.toast.identity import Sold
from posbridge.connectors.toast.order_body import discount_of, payments_of
from posbridge.connectors.toast.order_mapping import to_order
from posbridge.connectors.toast.till import Till, till_of
from posbridge.domain.order import Order, RemoteOrder

_ROUNDS = 4


class Settling:
    """Adds what is missing, by what is there now: done again it finds nothing missing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def settle(self, remote: RemoteOrder, order: Order, open_item: Sold | None) -> None:
        """All payments where there is none, then less by the open discount. Raises ValidationError where a person has
        to look: payments in part, or a total that cannot be evened out."""
        till = till_of(self._calls.fields, open_item)
        if not remote.paid and order.tenders:
            remote = await self._added(remote, "payments", payments_of(order, till))
        for _ in range(_ROUNDS):
            due = (remote.total or 0) - (remote.paid or 0)
            if due <= 0:
                return
            if remote.paid != order.totals.total or not till.open_discount:
                break
            remote = await self._less(remote, due, order, till)
        raise ValidationError(
            f"Order {remote.number or remote.reference} is in Toast, and {due} minor units of it are not paid there.",
            next_step="Settle it on a Toast terminal, then mark it as done here.",
        )

    async def _less(self, remote: RemoteOrder, due: int, order: Order, till: Till) -> RemoteOrder:
        return await self._added(remote, "appliedDiscounts", [discount_of(untaxed(due, remote), order, till)])

    async def _added(self, remote: RemoteOrder, what: str, rows: object) -> RemoteOrder:
        check = part(next(iter(remote.extra.get("checks", ())), ""))
        path = f"{ORDERS}/orders/{part(remote.id)}/checks/{check}/{what}"
        answer = await self._calls.write("POST", path, rows)
        return to_order(answer, currency=self._calls.currency, prefix=self._calls.prefix)
