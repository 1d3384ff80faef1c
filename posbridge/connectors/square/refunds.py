"""Money given back at Square: a refund for each payment, then the goods back into stock."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from posbridge.connectors.contract import RemoteRef, SendContext, Steps
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.square.calls import Body, Calls, frozen
from posbridge.connectors.square.order_body import PAYMENT_KEY, derived, from_refund, payment_reference, restock
from posbridge.connectors.square.order_mapping import payment_ids
from posbridge.connectors.square.products import book
from posbridge.connectors.square.reading import minor
from posbridge.connectors.text import Reader
from posbridge.domain.refund import Refund

BODIES, STOCK = "refund_bodies", "stock"
_UNDONE = ("REJECTED", "FAILED")


class Refunds:
    """Refunds of the sales that posbridge made."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def refund(self, refund: Refund, raw: Body, key: str, context: SendContext) -> RemoteRef:
        """A refund by payment, then the goods. On a resumed try, what is there already is looked up first."""
        steps = context.steps
        text = await steps.get(BODIES)
        there = await self._there(refund, raw) if text is not None else {}
        if text is None:
            text = frozen(from_refund(refund, await self._parts(refund, raw), key))
            await steps.put(BODIES, text)
        made = []
        for at, body in enumerate(json.loads(text), start=1):
            made.append(await self._part(f"refund-{at}", body, there.get(at, ("", 0))[0], steps))
        await self._restock(refund, key, context)
        return RemoteRef(id=made[0] if made else refund.reference)

    async def _part(self, name: str, body: Body, there: str, steps: Steps) -> str:
        """One payment's refund. Its key gives the first outcome for ever, so after a clear refusal the next is used."""
        known = await steps.get(name) or there
        if known:
            return known
        refused = await steps.get(f"{name}-refused") or ""
        if refused:
            body = body | {"idempotency_key": derived(body["idempotency_key"], f"t{refused}", PAYMENT_KEY)}
        try:
            made = await self._given(body)
        except ValidationError:
            await steps.put(f"{name}-refused", str(int(refused or 0) + 1))
            raise
        await steps.put(name, made.id())
        return made.id()

    async def _given(self, body: Body) -> Reader:
        made = Reader(await self._calls.write("POST", "v2/refunds", body)).object("refund")
        if made.text("status") in _UNDONE:
            raise ValidationError("Square did not give this money back.", next_step="Look at the payment there.")
        return made

    async def _restock(self, refund: Refund, key: str, context: SendContext) -> None:
        if await context.steps.get(STOCK) is not None:
            return
        body = restock(refund, context.links, self._calls.location, key, self._calls.clock())
        if body is not None:
            await book(self._calls, body)
        await context.steps.put(STOCK, "done")

    async def find(self, refund: Refund, raw: Body, steps: Steps | None) -> list[RemoteRef]:
        """The refund, once all of it is there: one that was begun only is sent on under the same keys."""
        there = await self._there(refund, raw)
        if not there or sum(part for _, part in there.values()) < _amount(refund):
            return []
        begun = steps is not None and await steps.get(BODIES) is not None
        if steps is not None and begun and await steps.get(STOCK) is None:
            return []
        return [RemoteRef(id=there[min(there)][0])]

    async def given_back(self, raw: Body) -> list[Body]:
        """What each payment of an order has given back so far, as refunds of the order."""
        payments = await self._payments(payment_ids(raw))
        return [
            {"id": one["id"], "amount_money": one["refunded_money"], "status": "COMPLETED"}
            for one in payments
            if one.get("refunded_money")
        ]

    async def _payments(self, ids: Sequence[str]) -> list[Body]:
        asked = (self._calls.get(f"v2/payments/{quote(one, safe='')}") for one in ids)
        pages = await asyncio.gather(*asked)
        return [dict(Reader(page).object("payment").raw) for page in pages]

    async def _there(self, refund: Refund, raw: Body) -> dict[int, tuple[str, int]]:
        """Parts of this refund that Square has: number → (its id, minor units), known by their reason."""
        payments = await self._payments(payment_ids(raw))
        ids = [str(key) for payment in payments for key in payment.get("refund_ids") or ()]
        asked = (self._calls.get(f"v2/refunds/{quote(key, safe='')}") for key in ids)
        found: dict[int, tuple[str, int]] = {}
        for page in await asyncio.gather(*asked):
            one = Reader(page).object("refund")
            head, _, number = one.text("reason").partition(" ")[0].partition("/")
            if head == refund.reference and number.isdigit() and one.text("status") not in _UNDONE:
                found[int(number)] = (one.id(), minor(one, "amount_money") or 0)
        return found

    async def _parts(self, refund: Refund, raw: Body) -> list[tuple[str, int]]:
        """Which payment gives back how much: that of each tender, and what is over from those with most left."""
        ids = payment_ids(raw)
        if len(ids) == 1 and _amount(refund):
            return [(ids[0], _amount(refund))]
        payments = await self._payments(ids)
        left = {one["id"]: _left(one) for one in payments}
        named = {str(one.get("reference_id") or ""): one["id"] for one in payments}
        parts: dict[str, int] = {}
        for name, wanted in [(tender.refund_of, tender.amount) for tender in refund.tenders] or [("", refund.amount)]:
            first = named.get(payment_reference(name), "") if name else ""
            _take(parts, left, [first, *sorted(left, key=lambda key: -left[key])], wanted)
        return list(parts.items())


def _amount(refund: Refund) -> int:
    return sum(tender.amount for tender in refund.tenders) or refund.amount


def _left(payment: Mapping[str, object]) -> int:
    reader = Reader(payment)
    return (minor(reader, "total_money") or minor(reader, "amount_money") or 0) - (minor(reader, "refunded_money") or 0)


def _take(parts: dict[str, int], left: dict[str, int], order: Sequence[str], wanted: int) -> None:
    for key in order:
        part = min(left.get(key, 0), wanted)
        if part > 0:
            parts[key] = parts.get(key, 0) + part
            left[key] -= part
            wanted -= part
    if wanted:
        raise ValidationError("Square has less left to give back for this order.", left=sum(left.values()))
