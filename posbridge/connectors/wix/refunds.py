"""Refunds at Wix: there is no key, so the order's own list of refunds is read before one is sent."""

from __future__ import annotations

from urllib.parse import quote

from posbridge.connectors.contract import RemoteRef, SendContext
from posbridge.connectors.errors import OutcomeUnknown
from posbridge.connectors.text import Reader
from posbridge.connectors.wix.calls import BILLING, PAYMENTS, Calls
from posbridge.connectors.wix.order_body import from_refund
from posbridge.domain.refund import Refund

REFUND = "refund"


class Refunds:
    """Refunds of orders; ours are known by the reference in their reason. They are read by the order's id, so without
    the lag of a search."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def transactions(self, order_id: str) -> Reader:
        """An order's payments and refunds."""
        answer = await self._calls.get(f"{PAYMENTS}/{quote(order_id, safe='')}")
        return Reader(answer).object("orderTransactions")

    async def refund(self, refund: Refund, order: RemoteRef, context: SendContext) -> RemoteRef:
        """One call. Money is said to be given back outside Wix: the till gave it."""
        known = await context.steps.get(REFUND)
        if known:
            return RemoteRef(id=known)
        there = await self.transactions(order.id)
        found = _ours(there, refund)
        made = found[0] if found else await self._send(refund, order, there, context)
        await context.steps.put(REFUND, made.id)
        return made

    async def _send(self, refund: Refund, order: RemoteRef, there: Reader, context: SendContext) -> RemoteRef:
        body = from_refund(
            refund, there.items("payments"), context.remote_lines, order_id=order.id, given=there.items("refunds")
        )
        answer = Reader(await self._calls.write("POST", f"{BILLING}/refund-payments", body)).object("refund")
        if not answer.text("id"):
            raise OutcomeUnknown("Wix did not say what became of the refund.")
        return RemoteRef(id=answer.id())

    async def find(self, refund: Refund, order: RemoteRef) -> list[RemoteRef]:
        return _ours(await self.transactions(order.id), refund)


def _ours(there: Reader, refund: Refund) -> list[RemoteRef]:
    mark = f"[{refund.reference}]"
    rows = there.objects("refunds")
    return [RemoteRef(id=row.id()) for row in rows if mark in row.object("details").text("reason")]
