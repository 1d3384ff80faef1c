"""Orders at BigCommerce: made once, found again in a window of time, read, listed, changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from posbridge.connectors.bigcommerce.calls import Calls, chunks, cursor_of, earlier, place_of
from posbridge.connectors.bigcommerce.order_body import from_order, totals_of
from posbridge.connectors.bigcommerce.order_mapping import SOURCE, to_order
from posbridge.connectors.bigcommerce.products import PRODUCTS
from posbridge.connectors.bigcommerce.reading import iso, opened
from posbridge.connectors.bigcommerce.refunds import Refunds
from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant, SendContext, Steps
from posbridge.connectors.errors import Conflict, NotFound, OutcomeUnknown, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.text import Reader, each, utc_from
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

log = structlog.get_logger("posbridge.connectors.bigcommerce")

ORDERS = "v2/orders"
#: A step each: when the order was first sent, and its id.
ORDER, SENT = "order", "order_sent"
#: Lines come with the order in one call.
_LINES = {"include": "consignments.line_items", "consignment_structure": "object"}
#: How far clocks may differ when a window is searched, and how far back a first pull reaches.
_MARGIN, _FIRST_PULL = timedelta(hours=1), timedelta(days=30)
_NAMED = 100
_SETTABLE = {
    OrderStatus.OPEN: 7, OrderStatus.PAID: 11, OrderStatus.PREPARING: 9, OrderStatus.READY: 8,
    OrderStatus.COMPLETED: 10, OrderStatus.CANCELLED: 5,
}  # fmt: skip


class Orders:
    """Sales of a store. v2 has no keys of idempotency: our reference stands in `external_order_id`."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._refunds = calls, Refunds(calls)

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """One request; a send that was begun before is looked for first. Both totals go along; should the answer
        still differ, they are set again, which may be repeated."""
        steps = context.steps
        known = await steps.get(ORDER)
        if known is None and await steps.get(SENT):
            found = await self.find(order.reference, around=order.captured_at, steps=steps)
            known = found[0].id if found else None
        raw = await self._read(known) if known else await self._make(order, context)
        made = to_order(raw, currency=order.currency)
        await steps.put(ORDER, made.id)
        if made.total != order.totals.total or made.tax != order.totals.tax:
            await self._set_totals(made.id, order)
        return RemoteRef(id=made.id, number=made.number)

    async def _set_totals(self, made: str, order: Order) -> None:
        """The order is there: that its totals cannot be set refuses no sale, the read-back tells what differs."""
        try:
            await self._calls.write("PUT", f"{ORDERS}/{made}", totals_of(order))
        except (Conflict, NotFound, ValidationError) as problem:
            log.warning("totals stay as they are there", order=made, said=problem.detail.get("said"))

    async def _make(self, order: Order, context: SendContext) -> Any:
        """The create; a refusal for goods that are gone or too few there makes their lines free ones, once."""
        if await context.steps.get(SENT) is None:
            await context.steps.put(SENT, iso(self._calls.clock()))
        try:
            return await self._post(order, context, context.links)
        except (ValidationError, NotFound):
            links = await self._sellable(order, context.links)
            if len(links) == len({line.variant_id for line in order.lines} & context.links.keys()):
                raise
            return await self._post(order, context, links)

    async def _post(self, order: Order, context: SendContext, links: Mapping[str, RemoteVariant]) -> Any:
        body = from_order(
            order, links, customer_id=context.customer_id, place=self._place(), channel=self._calls.field("channel_id")
        )
        raw = opened(await self._calls.write("POST", ORDERS, body))
        if not isinstance(raw, Mapping) or not raw.get("id"):
            raise OutcomeUnknown("BigCommerce's answer names no order.")
        return raw

    def _place(self) -> dict[str, str]:
        names = ("street_1", "city", "state", "zip", "country", "country_iso2")
        known = {name: self._calls.field(f"walkin_{name}") for name in names}
        return {name: value for name, value in known.items() if value}

    async def _sellable(self, order: Order, links: Mapping[str, RemoteVariant]) -> dict[str, RemoteVariant]:
        """The links of the order's lines that BigCommerce has, in the quantity sold."""
        sold = {line.variant_id: line.quantity for line in order.lines if line.variant_id in links}
        products = sorted({links[ours].product_id for ours in sold if links[ours].product_id.isdecimal()})
        left: dict[str, int | None] = {}
        for group in chunks(products, _NAMED):
            asked = {"id:in": ",".join(group), "include": "variants"}
            for row in await self._calls.every(PRODUCTS, asked):
                left |= _left(row)
        return {
            ours: links[ours]
            for ours, quantity in sold.items()
            if links[ours].variant_id in left and _enough(left[links[ours].variant_id], quantity)
        }

    # reading
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Orders that carry our reference, the lowest id first.

        The filter by `external_order_id` is only a hint: what it gives is compared, and when it gives nothing the
        orders changed since the first try (`steps`), else since the sale, are listed and compared each.
        """
        found = self._ours(await self._calls.rows(ORDERS, {"external_order_id": reference, "limit": 250}), reference)
        if not found:
            sent = await steps.get(SENT) if steps is not None else None
            now = self._calls.clock()
            since = utc_from(sent) if sent else around or now - _FIRST_PULL
            asked = {"min_date_modified": iso(min(since, now) - _MARGIN), "sort": "id:asc"}
            async for rows, _ in self._calls.rising(ORDERS, asked, "min_id"):
                found += self._ours(rows, reference)
        return sorted(found, key=lambda remote: int(remote.id))

    def _ours(self, rows: Sequence[Any], reference: str) -> list[RemoteOrder]:
        """Only rows that say it themselves: v2 may ignore a filter, and foreign orders are none. Raises SchemaDrift
        for a row that cannot be read: it may be the one."""
        mine = [row for row in rows if _is_ours(Reader(row), reference)]
        return [to_order(row, currency=self._calls.currency) for row in mine]

    async def get(self, order_id: str) -> RemoteOrder:
        """Lines are elsewhere, 250 a page."""
        raw = await self._read(order_id)
        lines = await self._calls.every(f"{ORDERS}/{order_id}/products", {})
        return to_order(raw, products=lines, currency=self._calls.currency)

    async def _read(self, order_id: str) -> Any:
        if not order_id.isdecimal():
            raise NotFound("BigCommerce does not know this order.")
        raw = opened(await self._calls.get(f"{ORDERS}/{order_id}"))
        if not isinstance(raw, Mapping):
            raise SchemaDrift("BigCommerce's answer holds no order.", object_id=order_id)
        return raw

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders with their lines; the first pull reaches back thirty days."""
        place = place_of(cursor)
        began = place.get("began", "") or iso(self._calls.clock())
        since = place.get("since", "") or iso(self._calls.clock() - _FIRST_PULL)
        asked = {"min_date_modified": earlier(since), "sort": "id:asc", **_LINES}
        async for rows, after in self._calls.rising(ORDERS, asked, "min_id", start=int(place.get("after", "0"))):
            items, parked = await asyncio.to_thread(each, rows, self._mapped)
            behind = cursor_of(since=since, began=began, after=str(after)) if after else cursor_of(since=began)
            yield Page(items, behind, not after, parked=parked)

    def _mapped(self, raw: Any) -> RemoteOrder:
        return to_order(raw, currency=self._calls.currency)

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """The orders of a customer, newest first."""
        asked = {"customer_id": customer_id, "sort": "id:asc", **_LINES}
        found: list[RemoteOrder] = []
        async for rows, _ in self._calls.rising(ORDERS, asked, "min_id"):
            mine = [row for row in rows if isinstance(row, Mapping) and str(row.get("customer_id")) == customer_id]
            found += each(mine, self._mapped)[0]
        return found[::-1]

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """Adds a line to the staff notes, once."""
        kept = Reader(await self._read(order_id)).text("staff_notes")
        if note.strip() and note.strip() not in kept.split("\n"):
            whole = f"{kept}\n{note.strip()}".strip()
            await self._calls.write("PUT", f"{ORDERS}/{order_id}", {"staff_notes": whole})
        return await self.get(order_id)

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Any state may follow any; refunds are made, not set: money never moves by a state."""
        if status not in _SETTABLE:
            raise Unsupported(
                f"BigCommerce cannot be told that an order is “{status.value}”.",
                next_step="A refund is made as a refund; the rest in BigCommerce's panel under Orders.",
            )
        await self._read(order_id)
        await self._calls.write("PUT", f"{ORDERS}/{order_id}", {"status_id": _SETTABLE[status]})
        return await self.get(order_id)

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        return await self._refunds.make(refund, order, context)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        return await self._refunds.find(refund, order, steps)


def _is_ours(row: Reader, reference: str) -> bool:
    """By our reference; where the source is told too, it is ours."""
    return row.text("external_order_id").strip() == reference and row.text("external_source").strip() in ("", SOURCE)


def _left(row: Any) -> dict[str, int | None]:
    """Pieces left by variant, None where they are not counted."""
    if not isinstance(row, Mapping):
        return {}
    tracking, own = row.get("inventory_tracking"), row.get("inventory_level")
    return {
        str(one.get("id")): None if tracking == "none" else one.get("inventory_level") if tracking == "variant" else own
        for one in row.get("variants") or ()
        if isinstance(one, Mapping)
    }


def _enough(left: Any, quantity: Any) -> bool:
    return left is None or (isinstance(left, int) and left >= quantity)
