"""Refunds at Wix: there is no key, so the order's own list of refunds is read before one is sent."""

from __future__ import annotations

import json
from urllib.parse import quote

from posbridge.connectors.contract import RemoteRef, SendContext, Steps
from posbridge.connectors.errors import OutcomeUnknown
from posbridge.connectors.text import Reader
from posbridge.connectors.wix.calls import BILLING, PAYMENTS, Calls
from posbridge.connectors.wix.order_body import from_refund
from posbridge.connectors.wix.reading import minor
from posbridge.domain.refund import Refund

#: The refund that was made; those that the order had before ours left, as JSON.
REFUND, BEFORE = "refund", "refunds_before"


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
        found = await _found(there, refund, context.steps)
        await context.steps.put(BEFORE, await context.steps.get(BEFORE) or json.dumps(_ids(there)))
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

    async def find(self, refund: Refund, order: RemoteRef, steps: Steps | None = None) -> list[RemoteRef]:
        return await _found(await self.transactions(order.id), refund, steps)


async def _found(there: Reader, refund: Refund, steps: Steps | None) -> list[RemoteRef]:
    """Ours by its reason. That Wix tells the reason again is a guess: where it does not, one of just this amount that
    came since ours left is ours, so that money never goes back twice."""
    ours = _ours(there, refund)
    before = await steps.get(BEFORE) if steps is not None and not ours else None
    if before is None:
        return ours
    known = set(json.loads(before))
    new = [row for row in there.objects("refunds") if row.id() not in known]
    return [RemoteRef(id=row.id()) for row in new if _is_nameless(row) and _amount(row, refund) == refund.amount][:1]


def _ids(there: Reader) -> list[str]:
    return [row.id() for row in there.objects("refunds")]


def _is_nameless(row: Reader) -> bool:
    return not row.object("details").text("reason")


def _amount(row: Reader, refund: Refund) -> int:
    return sum(minor(one, "amount", refund.currency) or 0 for one in row.objects("transactions"))


def _ours(there: Reader, refund: Refund) -> list[RemoteRef]:
    mark = f"[{refund.reference}]"
    rows = there.objects("refunds")
    return [RemoteRef(id=row.id()) for row in rows if mark in row.object("details").text("reason")]
