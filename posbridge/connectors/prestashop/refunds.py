"""Refunds: stock first, then the order slip, then the order's note, which says that slip and refund belong together.

A slip carries no word of ours and is not guarded (recorded 439, 442): which ones there were is kept before ours is
sent, so that a lost one is known by being new, equal, and not another refund's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteRef, SendContext, Steps
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.prestashop.calls import Calls
from posbridge.connectors.prestashop.catalog_mapping import variant_id
from posbridge.connectors.prestashop.order_mapping import slip_amount
from posbridge.connectors.prestashop.reading import links, ref
from posbridge.connectors.prestashop.refund_body import from_refund
from posbridge.connectors.prestashop.shop import Shop
from posbridge.connectors.prestashop.stock import Stock, packed, unpacked
from posbridge.connectors.text import Reader
from posbridge.domain.order import OrderStatus
from posbridge.domain.refund import Refund

_WORD = "posbridge refund"


class Refunds:
    """Order slips of a shop. Steps: "stock", "before", "refund"."""

    def __init__(self, calls: Calls, shop: Shop, stock: Stock) -> None:
        self._calls, self._shop, self._stock = calls, shop, stock

    async def slips(self, order_ids: Iterable[str]) -> dict[str, list[Any]]:
        """The slips of these orders, by order."""
        wanted = [ident for ident in order_ids if ident.isdecimal()]
        found: dict[str, list[Any]] = {}
        for row in await self._calls.among("order_slip", "id_order", wanted) if wanted else []:
            found.setdefault(ref(Reader(row), "id_order"), []).append(row)
        return found

    async def give_back(self, refund: Refund, order: RemoteRef, context: SendContext) -> RemoteRef:
        row = await self._calls.one("orders", order.id)
        if row is None:
            raise NotFound("The shop has no order with this id.")
        steps, held = context.steps, Reader(row)
        ident = await steps.get("refund") or _noted(held, refund.reference)
        if not ident:
            await self._restock(refund, held, context)
            ident = await self._slip(refund, held, context)
        await steps.put("refund", ident)
        await self._close(refund, order.id, ident)
        return RemoteRef(id=ident)

    async def _slip(self, refund: Refund, held: Reader, context: SendContext) -> str:
        there = (await self.slips([held.id()])).get(held.id(), [])
        before = await context.steps.get("before")
        if before is None:
            await context.steps.put("before", json.dumps([Reader(row).id() for row in there]))
        else:
            lost = self._new(refund, held, there, json.loads(before))
            if lost:
                return lost[0]
        lines = _remote_lines(refund, held, context)
        body = from_refund(refund, remote_lines=lines, customer=ref(held, "id_customer"), order_id=held.id())
        return Reader(await self._calls.make("order_slip", "order_slip", body)).id()

    def _new(self, refund: Refund, held: Reader, there: Sequence[Any], before: Sequence[str]) -> list[str]:
        """Slips that came after, of this amount, and that no other refund of ours claims."""
        others = {number for reference, number in _notes(held) if reference != refund.reference}
        return [
            Reader(row).id()
            for row in there
            if Reader(row).id() not in {*before, *others} and slip_amount(row, refund.currency) == refund.amount
        ]

    async def _restock(self, refund: Refund, held: Reader, context: SendContext) -> None:
        """PrestaShop takes nothing back into stock by itself (recorded 455)."""
        kept = await context.steps.get("stock")
        if kept is None:
            rows, lines = _rows(held), _remote_lines(refund, held, context)
            wanted: dict[str, Decimal] = {}
            for line in refund.lines:
                place = rows.get(lines[line.line_id], "")
                if line.restock and place:
                    wanted[place] = wanted.get(place, Decimal(0)) + line.quantity
            kept = packed(await self._stock.targets(wanted, ()) if wanted else {})
            await context.steps.put("stock", kept)
        await self._stock.settle(unpacked(kept))

    async def _close(self, refund: Refund, order_id: str, ident: str) -> None:
        """Our word in the order's note; the state when everything came back."""
        row = await self._calls.one("orders", order_id)
        held, known = Reader(row), await self._shop.known()
        slips = (await self.slips([order_id])).get(order_id, [])
        total = sum(slip_amount(slip, refund.currency) for slip in slips)
        wanted = known.state_of(OrderStatus.REFUNDED)
        paid = held.decimal("total_paid_tax_incl") or Decimal(0)
        whole = slip_amount({"id": order_id, "amount": str(paid)}, refund.currency)
        if wanted and total >= whole and ref(held, "current_state") != wanted:
            await self._calls.make("order_histories", "order_history", {"id_order": order_id, "id_order_state": wanted})
        if self._calls.patches and not _noted(held, refund.reference):
            text = "\n".join(filter(None, [held.text("note"), f"{_WORD} {refund.reference} slip {ident}"]))
            await self._calls.patch("orders", "order", {"id": order_id, "note": text})

    async def find(self, refund: Refund, order: RemoteRef, steps: Steps | None) -> list[RemoteRef]:
        row = await self._calls.one("orders", order.id)
        if row is None:
            return []
        held, there = Reader(row), (await self.slips([order.id])).get(order.id, [])
        known = {Reader(slip).id() for slip in there}
        kept = (await steps.get("refund") if steps else None) or _noted(held, refund.reference)
        if kept:
            return [RemoteRef(id=kept)] if kept in known else []
        before = await steps.get("before") if steps else None
        found = self._new(refund, held, there, json.loads(before)) if before is not None else []
        return [RemoteRef(id=ident) for ident in found[:1]]


def _notes(held: Reader) -> list[tuple[str, str]]:
    """(refund's reference, slip id) pairs of an order's note."""
    lines = (line.removeprefix(_WORD).split() for line in held.text("note").split("\n") if line.startswith(_WORD))
    return [(parts[0], parts[2]) for parts in lines if len(parts) == 3]


def _noted(held: Reader, reference: str) -> str:
    return next((number for known, number in _notes(held) if known == reference), "")


def _rows(held: Reader) -> dict[str, str]:
    """Our variant id by the id of the order's row."""
    return {
        row.text("id"): variant_id(row.text("product_id"), ref(row, "product_attribute_id"))
        for row in links(held, "order_rows")
    }


def _remote_lines(refund: Refund, held: Reader, context: SendContext) -> Mapping[str, str]:
    """Which row of the shop's order each refund line is of: as told, else by its variant's link, else by its SKU."""
    rows = _rows(held)
    by_variant = {place: ident for ident, place in rows.items()}
    by_sku = {row.text("product_reference"): row.text("id") for row in links(held, "order_rows")}
    found: dict[str, str] = {}
    for line in refund.lines:
        told, link = context.remote_lines.get(line.line_id, ""), context.links.get(line.variant_id)
        ident = told if told in rows else by_variant.get(link.variant_id, "") if link else ""
        ident = ident or by_sku.get(line.sku, "")
        if not ident:
            raise ValidationError(f"The shop's order has no line for {line.title or line.sku}.")
        found[line.line_id] = ident
    return found
