"""Orders: a checkout is built and handed over; only the shopper, in a browser, makes an order of it (contract, 5).

Nothing there honours a key. Our order's id stands in the metadata, which comes back in the list of orders: that list
is read before a checkout is built, and tells when the shopper has finished one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant, SendContext, Steps
from posbridge.connectors.cursors import cursor_of, place_of
from posbridge.connectors.dutchie.calls import Calls
from posbridge.connectors.dutchie.catalog_mapping import option_of, product_id_in, variant_in
from posbridge.connectors.dutchie.checkouts import CHECKOUT, Builder
from posbridge.connectors.dutchie.order_body import Item, from_order, from_refund
from posbridge.connectors.dutchie.order_mapping import CheckoutId, is_ours, to_checkout, to_order, unit_in
from posbridge.connectors.dutchie.reading import Unit
from posbridge.connectors.dutchie.words import REJECTED, WORDS
from posbridge.connectors.errors import NotFound, SchemaDrift, ServiceUnavailable, Unsupported, ValidationError
from posbridge.connectors.text import Reader, each, utc_from
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

#: Step: the checkout as a whole (CheckoutId), or the order that it became.
ORDER = "order"
#: Orders have no time of change: those of the last days are read again, for their state.
OVERLAP = timedelta(days=3)
_NOT_NOW = "It is on no menu of Dutchie's now: sold out or hidden."


class Orders:
    """The orders of one store."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._builder = calls, Builder(calls)

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Builds the checkout, or finds what the shopper made of it. Steps: "checkout" while it is built, "order" last.

        A checkout that was handed over is never touched again, only built anew once Dutchie does not know it.
        Raises Unsupported for what Plus cannot be told, ValidationError in Dutchie's words for a line it refuses.
        """
        known = await context.steps.get(ORDER)
        if known and await self._stands(known):
            return RemoteRef(id=known)
        items, menu = await self._items(order, context.links)
        body = from_order(order, items=items, order_type=self._calls.order_type, pricing_type=self._calls.pricing_type)
        for raw in await self._of(str(order.id)):
            there = self._read(raw)
            await context.steps.put(ORDER, there.id)
            return RemoteRef(id=there.id, number=there.number)
        built = await self._builder.build(body, context.steps)
        self._prove(built.raw, menu)
        made = self._whole(built.id, order, built.raw)
        await context.steps.put(ORDER, made)
        return RemoteRef(id=made)

    def _whole(self, checkout: str, order: Order, raw: Mapping[str, Any]) -> str:
        """Raises ServiceUnavailable while there is no address for the shopper."""
        if not Reader(raw).text("redirectUrl").strip():
            raise ServiceUnavailable("Dutchie gave no address for the shopper yet.")
        return CheckoutId(checkout, str(order.id)).text

    async def _stands(self, known: str) -> bool:
        """Whether what was handed over is still there. An order always is: nobody can take it back by program."""
        ident = CheckoutId.of(known)
        if ident is None:
            return True
        if not ident.whole:
            return False
        try:
            await self.get(known)
        except NotFound:
            return False
        return True

    async def _items(
        self, order: Order, links: Mapping[str, RemoteVariant]
    ) -> tuple[dict[str, Item], dict[str, Mapping[str, Any]]]:
        """What each article is called in a checkout, by our variant id, and their products as the menu has them."""
        wanted = {line.variant_id: links[line.variant_id] for line in order.lines if line.variant_id in links}
        titles = {line.variant_id: line.title for line in order.lines}
        named = {ours: link.product_id or product_id_in(link.variant_id) for ours, link in wanted.items()}
        ids = sorted(set(named.values()))
        menu = dict(zip(ids, await asyncio.gather(*(self._product(ident) for ident in ids)), strict=True))
        items: dict[str, Item] = {}
        for ours, link in wanted.items():
            raw = menu[named[ours]]
            variant = variant_in(raw, link.variant_id) if raw is not None else None
            if variant is None:
                raise ValidationError(f"{titles[ours]}: {_NOT_NOW}", next_step="Put it on the menu, then retry.")
            items[ours] = named[ours], option_of(variant)
        return items, {ident: raw for ident, raw in menu.items() if raw is not None}

    async def _product(self, product_id: str) -> Mapping[str, Any] | None:
        try:
            return await self._calls.product(product_id)
        except NotFound:
            return None

    def _prove(self, checkout: Mapping[str, Any], menu: Mapping[str, Mapping[str, Any]]) -> None:
        """Learns from a checkout whether Plus counts in dollars or in cents: by the menu's price of an article."""
        rows = [{**row.raw, "product": menu.get(row.text("productId"))} for row in Reader(checkout).objects("items")]
        self._learn(unit_in({"items": rows}))

    def _learn(self, found: Unit | None) -> Unit:
        """What proves itself; else what this connection has proved before."""
        if found not in (None, Unit.UNPROVED):
            self._calls.unit = found
        return self._calls.unit or Unit.UNPROVED

    async def _of(self, order_id: str) -> list[Any]:
        """Orders there that were made of our order."""
        return [raw for raw in await self._calls.orders() if isinstance(raw, Mapping) and is_ours(raw, order_id)]

    def _read(self, raw: Any) -> RemoteOrder:
        """Raises ValidationError in Dutchie's word when the store did not take the order."""
        found = self._mapped(raw)
        if found.platform_status.casefold() == REJECTED:
            raise ValidationError(
                f"The store has rejected this order at Dutchie (order {found.number or found.id}).",
                next_step="Ask the store why; if the goods were handed out, ring the sale up there by hand.",
                platform_code=found.platform_status,
            )
        return found

    def _mapped(self, raw: Any) -> RemoteOrder:
        """Its amounts are shown only where dollars or cents is proved, by itself or by another of this connection."""
        return to_order(raw, currency=self._calls.currency, unit=self._learn(unit_in(raw)))

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Orders whose metadata carry our reference; else the checkout that `steps` know, finished or not."""
        listed = await self._calls.orders()
        found = [raw for raw in listed if isinstance(raw, Mapping) and self._named(raw) == reference]
        if found:
            return [self._read(raw) for raw in found]
        return await self._begun(steps, reference) if steps is not None else []

    def _named(self, raw: Mapping[str, Any]) -> str:
        try:
            return to_order(raw).reference
        except (SchemaDrift, ValueError):
            return ""

    async def _begun(self, steps: Steps, reference: str) -> list[RemoteOrder]:
        """The checkout that was handed over, or one that was only begun: whoever sends goes on with that."""
        handed, begun = CheckoutId.of(await steps.get(ORDER) or ""), await steps.get(CHECKOUT)
        ident = handed or (CheckoutId(begun, NO_ORDER, whole=False) if begun else None)
        if ident is None:
            return []
        try:
            raw = await self._calls.checkout(ident.checkout)
        except NotFound:
            return []
        return [self._checkout(raw, ident).model_copy(update={"reference": reference})]

    def _checkout(self, raw: Mapping[str, Any], ident: CheckoutId) -> RemoteOrder:
        unit = self._calls.unit or Unit.UNPROVED
        return to_checkout(raw, currency=self._calls.currency, unit=unit, ident=ident)

    async def get(self, order_id: str) -> RemoteOrder:
        """The order by its id, or by the checkout that it came of; while it is a checkout, it waits for the shopper.

        Raises NotFound, and ValidationError where the store rejected it or where one checkout became two orders.
        """
        ident = CheckoutId.of(order_id)
        if ident is None:
            return self._read(await self._by_id(order_id))
        found = await self._of(ident.order)
        if len(found) > 1:
            numbers = ", ".join(each.number or each.id for each in map(self._mapped, found))
            raise ValidationError(f"This order is at Dutchie {len(found)} times: {numbers}.",
                                  next_step="Have the surplus one cancelled there.")  # fmt: skip
        if found:
            return self._read(found[0])
        return self._checkout(await self._calls.checkout(ident.checkout), ident)

    async def _by_id(self, order_id: str) -> Any:
        for raw in await self._calls.orders():
            if isinstance(raw, Mapping) and str(raw.get("id")) == order_id:
                return raw
        raise NotFound("Dutchie lists no order with this id.")

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """The whole list comes each time; of it, those made since the cursor and a few days before it."""
        now, place = self._calls.clock(), place_of(cursor, "Dutchie Plus")
        try:
            since = utc_from(place["since"]) - OVERLAP if place.get("since") else None
        except SchemaDrift as problem:
            raise ValidationError("This cursor is not one of Dutchie Plus's.") from problem
        listed = await self._calls.orders()
        items, parked = await asyncio.to_thread(each, listed, self._mapped)
        kept = [one for one in items if since is None or one.created_at is None or one.created_at >= since]
        yield Page(kept, cursor=cursor_of(since=now.isoformat()), last=True, parked=parked)

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """Raises Unsupported."""
        raise Unsupported("Dutchie Plus changes no order, and its orders have no note.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Raises Unsupported: an order moves in the store's own system."""
        WORDS.theirs(status)
        raise Unsupported("Dutchie Plus moves no order; the store's own system does.")

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """Raises Unsupported."""
        from_refund(refund)
        raise Unsupported("Dutchie Plus gives no money back.")

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        """None: refunds cannot be sent, so none of ours is there."""
        return []


#: A checkout that was found by the steps alone: which order it is for, they know who hold them.
NO_ORDER = "00000000-0000-0000-0000-000000000000"
