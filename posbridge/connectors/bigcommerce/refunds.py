"""Refunds at BigCommerce: quoted, made once, found by our reference in their reasons; pieces go back to stock apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from posbridge.connectors.bigcommerce.calls import Calls
from posbridge.connectors.bigcommerce.order_body import from_refund, refund_items
from posbridge.connectors.bigcommerce.order_mapping import refund_of
from posbridge.connectors.bigcommerce.reading import opened
from posbridge.connectors.contract import RemoteRef, SendContext, Steps
from posbridge.connectors.errors import ConnectorError, OutcomeUnknown, ValidationError
from posbridge.domain.refund import Refund

log = structlog.get_logger("posbridge.connectors.bigcommerce")

#: A step each: the refund made, that it was sent, those that the order had before, that pieces were put back (or were
#: about to be).
REFUND, SENT, BEFORE, RESTOCK = "refund", "refund_sent", "refunds_before", "refund_restock"


class Refunds:
    """`POST /v3/orders/{id}/payment_actions/refunds`, one at a time. It has no keys and gives nothing to stock."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def make(self, refund: Refund, order: RemoteRef, context: SendContext) -> RemoteRef:
        """Resumable: one that was sent before is looked for first. The sum is ours, whatever the quote says; the
        money counts as given back over the counter."""
        steps = context.steps
        known = await steps.get(REFUND)
        if known is None and await steps.get(SENT):
            found = await self.find(refund, order, steps)
            known = found[0].id if found else None
        if known is None:
            known = await self._made(refund, order, context)
        await steps.put(REFUND, known)
        await self._restock(refund, context)
        return RemoteRef(id=known, number=known)

    async def find(self, refund: Refund, order: RemoteRef, steps: Steps | None = None) -> list[RemoteRef]:
        """Those of the order's refunds whose reason carries our reference. BigCommerce need not tell a reason again:
        where none does, one of just this amount without a reason that came since ours left is ours."""
        told = await self._there(refund, order)
        ours = [ident for ident, reason, _ in told if refund.reference in reason.split()]
        before = await steps.get(BEFORE) if steps is not None and not ours else None
        if before is not None:
            new = [one for one in told if one[0] not in before.split()]
            ours = [ident for ident, reason, amount in new if not reason and amount == refund.amount][:1]
        return [RemoteRef(id=ident, number=ident) for ident in ours]

    async def _there(self, refund: Refund, order: RemoteRef) -> list[tuple[str, str, int]]:
        rows = await self._calls.rows(f"{_actions(order)}/refunds")
        return [refund_of(row, currency=refund.currency) for row in rows]

    async def _made(self, refund: Refund, order: RemoteRef, context: SendContext) -> str:
        lines = await self._lines(refund, order, context.remote_lines)
        quote = opened(await self._calls.ask("POST", f"{_actions(order)}/refund_quotes", _quoted(refund, lines)))
        body = from_refund(refund, lines, _offline(quote))
        if await context.steps.get(BEFORE) is None:
            there = await self._there(refund, order)
            await context.steps.put(BEFORE, " ".join(ident for ident, _, _ in there))
        await context.steps.put(SENT, "1")
        raw = opened(await self._calls.write("POST", f"{_actions(order)}/refunds", body))
        if not isinstance(raw, Mapping) or not raw.get("id"):
            raise OutcomeUnknown("BigCommerce's answer names no refund.")
        return refund_of(raw, currency=refund.currency)[0]

    async def _lines(self, refund: Refund, order: RemoteRef, known: Mapping[str, str]) -> dict[str, str]:
        """Our lines' rows there: as linked, else by SKU, else by title."""
        made = {line.line_id: known[line.line_id] for line in refund.lines if known.get(line.line_id, "").isdecimal()}
        rest = [line for line in refund.lines if line.line_id not in made]
        rows = await self._calls.every(f"v2/orders/{order.id}/products", {}) if rest else []
        free = [row for row in rows if isinstance(row, Mapping) and str(row.get("id")) not in made.values()]
        for line in rest:
            found = next((row for row in free if line.sku and row.get("sku") == line.sku), None)
            found = found or next((row for row in free if str(row.get("name", "")).startswith(line.title)), None)
            if found is None:
                raise ValidationError(f"BigCommerce's order has no line for {line.title or line.sku}.")
            free.remove(found)
            made[line.line_id] = str(found["id"])
        return made

    async def _restock(self, refund: Refund, context: SendContext) -> None:
        """Pieces that come back are added once: after a lost answer they are not added again, so a count may be
        low by them, never high. A failure is only told to the log, for the money is given back."""
        if await context.steps.get(RESTOCK):
            return
        items = [
            {
                "location_id": self._calls.location,
                "variant_id": int(context.links[line.variant_id].variant_id),
                "quantity": int(line.quantity),
            }
            for line in refund.lines
            if line.restock
            and line.quantity == int(line.quantity)
            and line.variant_id in context.links
            and context.links[line.variant_id].variant_id.isdecimal()
        ]
        await context.steps.put(RESTOCK, "1")
        if not items:
            return
        try:
            body = {"reason": f"posbridge {refund.reference}", "items": items}
            await self._calls.write("POST", "v3/inventory/adjustments/relative", body)
        except ConnectorError as problem:
            log.warning("stock not given back", problem=problem.code, said=problem.platform_code)


def _actions(order: RemoteRef) -> str:
    return f"v3/orders/{order.id}/payment_actions"


def _quoted(refund: Refund, lines: Mapping[str, str]) -> dict[str, Any]:
    return {"items": refund_items(refund, lines)}


def _offline(quote: Any) -> Mapping[str, Any] | None:
    """The quote's way that moves no money by itself: the till has given it back already."""
    ways = quote.get("refund_methods") if isinstance(quote, Mapping) else None
    for way in ways if isinstance(ways, list) else []:
        for one in way if isinstance(way, list) else [way]:
            if isinstance(one, Mapping) and one.get("offline") is True:
                return one
    return None
