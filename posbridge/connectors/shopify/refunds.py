"""Refunds at Shopify: under a key that is bound to the exact parameters, so these are frozen first."""

from __future__ import annotations

import json
from typing import Any

from posbridge.connectors.contract import RemoteRef, SendContext, Steps
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import Body, Calls, needed
from posbridge.connectors.shopify.reading import gid, readers
from posbridge.connectors.shopify.refund_body import from_refund
from posbridge.connectors.shopify.stock import derived
from posbridge.connectors.text import Reader
from posbridge.domain.refund import Refund

#: A step each: the refund made, what is sent, and how often it was refused.
REFUND, BODY, REFUSED = "refund", "refund_body", "refund_refused"
_LINES = 250


class Refunds:
    """Refunds of orders; ours are known by the reference in their note."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """One call. What was frozen by an earlier try is looked for first: keys live for 24 hours only. A body that
        Shopify refused is made anew by the next try, under a key of its own: the old one is bound to the old body."""
        steps = context.steps
        known = await steps.get(REFUND)
        if known:
            return RemoteRef(id=known)
        text = await steps.get(BODY)
        there = await self.find(refund, order) if text is not None else []
        if there:
            await steps.put(REFUND, there[0].id)
            return there[0]
        if not text:
            text = json.dumps(await self._body(refund, order, context), ensure_ascii=False)
            await steps.put(BODY, text)
        made = Reader(await self._sent(text, key, steps)).object("refund").id()
        await steps.put(REFUND, made)
        return RemoteRef(id=made)

    async def _sent(self, text: str, key: str, steps: Steps) -> Body:
        refused = int(await steps.get(REFUSED) or 0)
        part = f"refund-{refused}" if refused else "refund"
        try:
            return await self._calls.change(documents.REFUND, input=json.loads(text), key=derived(key, part))
        except (NotFound, ValidationError):
            await steps.put(REFUSED, str(refused + 1))
            await steps.put(BODY, "")
            raise

    async def _body(self, refund: Refund, order: RemoteRef, context: SendContext) -> Body:
        data = await self._calls.ask(documents.REFUNDABLE, id=gid("Order", order.id), lines=_LINES)
        raw: Any = needed(data, "order")
        return from_refund(refund, raw, context.remote_lines, location=self._calls.location)

    async def find(self, refund: Refund, order: RemoteRef) -> list[RemoteRef]:
        """Read by the order's id, so without the lag of a search."""
        data = await self._calls.ask(documents.REFUNDS, id=gid("Order", order.id))
        rows = readers(Reader(needed(data, "order")), "refunds")
        return [RemoteRef(id=row.id()) for row in rows if f"[{refund.reference}]" in row.text("note")]
