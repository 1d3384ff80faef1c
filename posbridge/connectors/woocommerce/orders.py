"""Orders: made in two steps, found again by our mark, given back once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import Reader, each
from posbridge.connectors.woocommerce.lookup import Lookup, surplus
from posbridge.connectors.woocommerce.order_body import from_order, repairs
from posbridge.connectors.woocommerce.order_mapping import REFERENCE, is_complete, read_order
from posbridge.connectors.woocommerce.pages import Place, every_row, listed, rows_in, total
from posbridge.connectors.woocommerce.products import IN_ORDER, numbered
from posbridge.connectors.woocommerce.reading import meta_text
from posbridge.connectors.woocommerce.refund_body import from_refund
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

ORDER, POSTED, REFUND = "order", "posted", "refund"
_MENDS = 4
_NO_CUSTOMER = "woocommerce_rest_invalid_customer_id"
_SLUGS = {
    OrderStatus.OPEN: "pending",
    OrderStatus.PAID: "processing",
    OrderStatus.PREPARING: "processing",
    OrderStatus.COMPLETED: "completed",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.FAILED: "failed",
}


class WooOrders:
    """The orders of a shop. `paid_status` is the slug that a paid till sale ends in."""

    def __init__(
        self, http: PlatformHttp, clock: Callable[[], datetime], *, currency: str, searchable: bool, paid_status: str
    ) -> None:
        self._http, self._clock, self._currency, self._paid = http, clock, currency, paid_status
        self._lookup = Lookup(http, searchable=searchable, paid_status=paid_status)

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Step one leaves an unpaid order that takes no stock; it is compared, mended and then paid.

        Each step may be repeated: when a POST left before and its end is not known, its order is looked for first.
        """
        steps = context.steps
        raw = await self._kept(await steps.get(ORDER))
        tried = bool(await steps.get(POSTED))
        if raw is None and tried:
            found = await self._lookup.find(order.reference, order.captured_at)
            raw = found[0] if found else None
        if raw is None:
            await steps.put(POSTED, "1")
            raw = await self._post(order, context)
        ref = _ref(raw)
        await steps.put(ORDER, ref.id)
        await self._finish(order, raw)
        if tried:
            await self._tidy(order, ref.id)
        return ref

    async def _kept(self, order_id: str | None) -> Any:
        return await self._lookup.read(numbered(order_id)) if order_id else None

    async def _post(self, order: Order, context: SendContext) -> Any:
        body = from_order(order, context.links, customer_id=context.customer_id)
        try:
            return (await self._http.write("POST", "orders", json=body)).json()
        except ValidationError as problem:
            if problem.platform_code != _NO_CUSTOMER or "customer_id" not in body:
                raise
        # The customer was deleted there; this refusal leaves nothing behind (recorded 413), so he is a guest.
        guest = {name: value for name, value in body.items() if name != "customer_id"}
        return (await self._http.write("POST", "orders", json=guest)).json()

    async def _finish(self, order: Order, raw: Any) -> None:
        path = f"orders/{_ref(raw).id}"
        if raw.get("status") == "trash":
            words = "The order was put in the shop's trash before it was paid there."
            raise ValidationError(words, next_step="Restore it there and retry, or park it here.")
        if is_complete(Reader(raw), self._paid):
            return
        for _ in range(_MENDS):
            change = repairs(order, raw)
            if not change:
                break
            raw = (await self._http.write("PUT", path, json=change)).json()
        paid = {"status": self._paid, "set_paid": True, "transaction_id": str(order.id)}
        await self._http.write("PUT", path, json=paid)

    async def _tidy(self, order: Order, kept: str) -> None:
        """Halves that a lost reply left behind beside the one that was paid are removed."""
        for ident in surplus(await self._lookup.all(order.reference, order.captured_at), kept):
            await self._http.write("DELETE", f"orders/{ident}", params={"force": "true"})

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        return [self._read(row) for row in await self._lookup.find(reference, around)]

    async def get(self, order_id: str) -> RemoteOrder:
        return self._read((await self._http.get(f"orders/{numbered(order_id)}")).json())

    def _read(self, raw: Any) -> RemoteOrder:
        items, parked = each([raw], lambda row: read_order(row, self._currency, self._paid))
        if parked:
            raise parked[0]
        return items[0]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders by time of change; a refund moves it too (recorded 476). Checkouts not finished are left out."""
        place, seen = Place.parse(cursor), set[str]()
        async for number, reply, last in listed(self._http, "orders", {**IN_ORDER, **place.params()}, first=place.page):
            place = place.begun(reply, self._clock)
            rows = [row for row in rows_in(reply) if not _is_draft(row) and str(row.get("id")) not in seen]
            seen.update(str(row.get("id")) for row in rows)
            items, parked = await asyncio.to_thread(each, rows, lambda row: read_order(row, self._currency, self._paid))
            yield Page(
                items,
                cursor=place.after(number, last=last),
                last=last,
                deleted=await self._trashed(place) if last else [],
                parked=parked,
                total=total(reply),
            )

    async def _trashed(self, place: Place) -> list[str]:
        if not place.since:
            return []
        params = {**IN_ORDER, **place.params(), "status": "trash", "_fields": "id"}
        return [str(row["id"]) for row in await every_row(self._http, "orders", params)]

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """The note of an order may always change."""
        path = f"orders/{numbered(order_id)}"
        return self._read((await self._http.write("PUT", path, json={"customer_note": note})).json())

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """WooCommerce allows every move; cancelling puts stock back."""
        slug = _SLUGS.get(status)
        if slug is None:
            words = f"WooCommerce has no state for “{status.value}” that an order could be put into."
            raise Unsupported(words, next_step="To give money back, refund the order." if "refund" in status else None)
        path = f"orders/{numbered(order_id)}"
        return self._read((await self._http.write("PUT", path, json={"status": slug})).json())

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """WooCommerce guards nothing here (recorded 457, 474): the order's refunds are read first, each time."""
        known = await context.steps.get(REFUND)
        if known:
            return RemoteRef(id=known)
        found = await self.find_refund(refund, order)
        if found:
            await context.steps.put(REFUND, found[0].id)
            return found[0]
        path = f"orders/{numbered(order.id)}"
        raw = (await self._http.get(path)).json()
        body = from_refund(refund, raw, remote_lines=context.remote_lines)
        made = (await self._http.write("POST", f"{path}/refunds", json=body)).json()
        ref = RemoteRef(id=Reader(made).id())
        await context.steps.put(REFUND, ref.id)
        return ref

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        rows = await every_row(self._http, f"orders/{numbered(order.id)}/refunds", {})
        return [RemoteRef(id=Reader(row).id()) for row in rows if _is_refund(Reader(row), refund)]


def _is_refund(row: Reader, refund: Refund) -> bool:
    return meta_text(row, REFERENCE) == refund.reference or f"[{refund.reference}]" in row.text("reason")


def _ref(raw: Any) -> RemoteRef:
    if not isinstance(raw, dict):
        raise SchemaDrift("The shop answered an order with something else.")
    reader = Reader(raw)
    return RemoteRef(id=reader.id(), number=reader.text("number"))


def _is_draft(row: Any) -> bool:
    return isinstance(row, dict) and row.get("status") in ("checkout-draft", "auto-draft")
