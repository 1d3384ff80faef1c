"""Orders at Square: made, evened out, paid; found, read, listed, changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    PermissionDenied,
    SchemaDrift,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.square.calls import (
    FIRST_PULL,
    Body,
    Calls,
    cursor_of,
    earlier,
    frozen,
    newest,
    once,
    place_of,
    rows_of,
    stamp,
    walk,
)
from posbridge.connectors.square.errors import OLD_VERSION
from posbridge.connectors.square.order_body import (
    ORDER_KEY,
    correction,
    derived,
    from_order,
    from_payments,
    from_tenders,
)
from posbridge.connectors.square.order_mapping import NOTE, refund_of, to_order
from posbridge.connectors.square.reading import minor, opened
from posbridge.connectors.square.refunds import Refunds
from posbridge.connectors.text import Reader, each
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

ORDER, BODY, MENDED = "order", "order_body", "order_body_mended"
#: How often a body was clearly refused.
REFUSED = "order_refused"
_SEARCH_PAGE = 500
_EARLIER = timedelta(hours=24)
_ROUNDS = 4
_FULFILMENT_OF = {OrderStatus.PREPARING: "RESERVED", OrderStatus.READY: "PREPARED", OrderStatus.COMPLETED: "COMPLETED"}


class Orders:
    """Sales of the connection's location."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._refunds = Refunds(calls)
        self._skus: dict[str, str] = {}

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """CreateOrder, then evened out to our total, then paid; each body is frozen before it leaves."""
        steps = context.steps
        known = await steps.get(ORDER)
        raw = await self._read(known) if known else await self._make(order, key, context)
        remote = to_order(raw)
        if remote.status is OrderStatus.CANCELLED:
            raise ValidationError("This order was cancelled at Square.", next_step="Look at it there, then park it.")
        if not remote.complete and remote.status is OrderStatus.UNKNOWN:
            raise SchemaDrift(f"Square has a new state for orders: {remote.platform_status!r}.", object_id=remote.id)
        if not remote.complete:
            raw = await self._even(raw, order, key)
            await self._pay(raw, order, key, context)
        return RemoteRef(id=remote.id, number=remote.number)

    async def _make(self, order: Order, key: str, context: SendContext) -> Body:
        """The order as it was made. A clear refusal lets the frozen body go: the next try is written anew under a
        key of its own, after a look whether an earlier one made the order after all."""
        steps = context.steps
        tries = await steps.get(REFUSED) or ""
        if tries:
            async for row in self._referring(order.reference, order.captured_at):
                await steps.put(ORDER, Reader(row).id())
                return row
        try:
            made = await self._sent(order, derived(key, f"t{tries}", ORDER_KEY) if tries else key, context)
        except (ValidationError, NotFound, PermissionDenied):
            await steps.put(REFUSED, str(int(tries or 0) + 1))
            await steps.put(MENDED, "")
            await steps.put(BODY, "")
            raise
        await steps.put(ORDER, Reader(made).id())
        return made

    async def _sent(self, order: Order, key: str, context: SendContext) -> Body:
        def body() -> Body:
            place = self._calls.location
            return from_order(order, location=place, links=context.links, customer_id=context.customer_id, key=key)

        steps = context.steps
        mended = await steps.get(MENDED) or None
        try:
            made = await self._calls.write("POST", "v2/orders", mended or await once(steps, BODY, body))
        except NotFound:
            if mended is not None or not context.links:
                raise
            await steps.put(MENDED, frozen(await self._mended(order, key, context)))
            made = await self._calls.write("POST", "v2/orders", await steps.get(MENDED) or "")
        return _order_in(made)

    async def _mended(self, order: Order, key: str, context: SendContext) -> Body:
        """The body for an order that Square refused because a variation was deleted since: those lines go as ad hoc
        ones, under another key, for the first was refused. Raises NotFound when it was none of the variations."""
        sold = {line.variant_id for line in order.lines}
        wanted = {ours: link for ours, link in context.links.items() if ours in sold}
        ids = sorted({link.variant_id for link in wanted.values() if link.variant_id})
        page = await self._calls.ask("v2/catalog/batch-retrieve", {"object_ids": ids}) if ids else {}
        there = {str(row.get("id")) for row in rows_of(page, "objects") if isinstance(row, Mapping)}
        links = {ours: link for ours, link in wanted.items() if link.variant_id in there}
        if len(links) == len(wanted):
            raise NotFound("Square does not know the customer or another part of this order.")
        place, again = self._calls.location, derived(key, "again", ORDER_KEY)
        return from_order(order, location=place, links=links, customer_id=context.customer_id, key=again)

    async def _even(self, raw: Body, order: Order, key: str) -> Body:
        """Square's total made equal to ours. The body follows from the order's version there, so it is the same
        whenever it is sent again."""
        for _ in range(_ROUNDS):
            body = correction(raw, order, self._calls.location, key)
            if body is None:
                return raw
            path = f"v2/orders/{quote(str(raw['id']), safe='')}"
            try:
                raw = _order_in(await self._calls.write("PUT", path, body))
            except Conflict as problem:
                if problem.platform_code != OLD_VERSION:
                    raise
                raw = await self._read(str(raw["id"]))
        if minor(Reader(raw), "total_money") == order.totals.total:
            return raw
        raise ValidationError("Square reckons another total than ours, and it cannot be evened out.")

    async def _pay(self, raw: Body, order: Order, key: str, context: SendContext) -> None:
        remote_id, steps = Reader(raw).id(), context.steps
        paid: list[str] = []
        if order.tenders:
            place, customer = self._calls.location, context.customer_id
            text = await once(steps, "payments", lambda: from_tenders(order, remote_id, place, key, customer))
            for at, body in enumerate(json.loads(text), start=1):
                paid.append(await self._payment(f"payment-{at}", body, steps))
        if len(order.tenders) != 1:
            path = f"v2/orders/{quote(remote_id, safe='')}/pay"
            await self._calls.write("POST", path, from_payments(paid, key))

    async def _payment(self, name: str, body: Body, steps: Steps) -> str:
        made = await steps.get(name)
        if made is None:
            reply = await self._calls.write("POST", "v2/payments", body)
            made = Reader(reply).object("payment").id()
            await steps.put(name, made)
        return made

    # reading
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Square cannot search a reference: lists what was made since a day before the capture, and compares."""
        return [to_order(row) async for row in self._referring(reference, around)]

    async def _referring(self, reference: str, around: datetime | None) -> AsyncIterator[Body]:
        since = (min(around, self._calls.clock()) - _EARLIER) if around else self._calls.clock() - FIRST_PULL
        query = {
            "filter": {"date_time_filter": {"created_at": {"start_at": stamp(since)}}},
            "sort": {"sort_field": "CREATED_AT", "sort_order": "ASC"},
        }
        async for page, _ in walk(self._search(query)):
            for row in rows_of(page, "orders"):
                if isinstance(row, dict) and row.get("reference_id") == reference:
                    yield row

    async def get(self, order_id: str) -> RemoteOrder:
        raw = await self._read(order_id)
        await self._learn_skus([raw])
        return to_order(raw, skus=self._skus, currency=self._calls.currency)

    async def _read(self, order_id: str) -> Body:
        return _order_in(await self._calls.get(f"v2/orders/{quote(order_id, safe='')}"))

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders by their time of change; the first pull reaches back thirty days. An order that Square made for a
        refund is not listed: the sale it gives money back for is, with what it has given back in all."""
        place = place_of(cursor)
        since = place.get("since", "") or stamp(self._calls.clock() - FIRST_PULL)
        query = {
            "filter": {"date_time_filter": {"updated_at": {"start_at": earlier(since)}}},
            "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
        }
        latest = place.get("latest", "") or since
        async for page, following in walk(self._search(query), place.get("at", "")):
            rows = rows_of(page, "orders")
            latest = newest(rows, "updated_at", latest)
            sales = await self._sales(rows)
            await self._learn_skus(sales)
            items, parked = await asyncio.to_thread(each, sales, self._mapped)
            after = cursor_of(since=since, at=following, latest=latest) if following else cursor_of(since=latest)
            yield Page(items, after, not following, parked=parked)

    def _mapped(self, raw: Any) -> RemoteOrder:
        return to_order(raw, skus=self._skus, currency=self._calls.currency)

    def _search(self, query: Body) -> Any:
        asked: Body = {"location_ids": [self._calls.location], "query": query, "limit": _SEARCH_PAGE}

        async def fetch(cursor: str) -> Body:
            return await self._calls.ask("v2/orders/search", asked | ({"cursor": cursor} if cursor else {}))

        return fetch

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """The orders of a customer, newest first."""
        query = {
            "filter": {"customer_filter": {"customer_ids": [customer_id]}},
            "sort": {"sort_field": "CREATED_AT", "sort_order": "DESC"},
        }
        found: list[RemoteOrder] = []
        async for page, _ in walk(self._search(query)):
            rows = [row for row in rows_of(page, "orders") if isinstance(row, Mapping)]
            found += each([row for row in rows if row.get("customer_id") == customer_id], self._mapped)[0]
        return found

    async def _sales(self, rows: list[Any]) -> list[Any]:
        """The sales of a page, and in place of refunds' own orders the sales that they give money back for."""
        sales = {str(row.get("id")) if isinstance(row, Mapping) else at: row for at, row in enumerate(rows)}
        sources = dict.fromkeys(refund_of(row) for row in rows if refund_of(row))
        for source in sources:
            try:
                raw = await self._read(source)
                sales[source] = raw | {"refunds": await self._refunds.given_back(raw)}
            except (NotFound, SchemaDrift):
                continue
        return [row for row in sales.values() if not refund_of(row)]

    async def _learn_skus(self, orders: list[Any]) -> None:
        """Lines name variations by id only; their SKUs come from the catalog, a thousand at a time."""
        ids = {key for raw in orders for key in _unnamed(raw)} - self._skus.keys()
        wanted = sorted(ids)
        for at in range(0, len(wanted), 1000):
            group = wanted[at : at + 1000]
            page = await self._calls.ask("v2/catalog/batch-retrieve", {"object_ids": group})
            self._skus.update(dict.fromkeys(group, ""))
            for row in rows_of(page, "objects"):
                data = row.get("item_variation_data") if isinstance(row, Mapping) else None
                if isinstance(data, Mapping) and isinstance(data.get("sku"), str):
                    self._skus[str(row.get("id"))] = data["sku"]

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """The note, while the order is open or a draft."""
        return await self._change(order_id, {"metadata": {NOTE: note[:255]}}, f"note-{derived(note, 'n', 32)}")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Cancels an unpaid order, or moves the order's fulfilment on."""
        raw = await self._read(order_id)
        open_parts = [one for one in raw.get("fulfillments") or () if one.get("state") not in ("COMPLETED", "CANCELED")]
        if status is OrderStatus.CANCELLED:
            parts = [{"uid": one["uid"], "state": "CANCELED"} for one in open_parts]
            changes: Body = {"state": "CANCELED"} | ({"fulfillments": parts} if parts else {})
        elif status in _FULFILMENT_OF and open_parts:
            changes = {"fulfillments": [{"uid": one["uid"], "state": _FULFILMENT_OF[status]} for one in open_parts]}
        elif status is OrderStatus.COMPLETED:
            changes = {"state": "COMPLETED"}
        else:
            raise Unsupported(f"Square has no state like {status.value} for this order.")
        return await self._change(order_id, changes, status.value, raw)

    async def _change(self, order_id: str, changes: Body, what: str, raw: Body | None = None) -> RemoteOrder:
        raw = raw or await self._read(order_id)
        if raw.get("state") not in ("OPEN", "DRAFT") or raw.get("version") is None:
            raise Unsupported("Square lets nothing be changed of an order that is closed or was not made by a program.")
        key = derived(order_id, f"{what}-{raw['version']}", 192)
        body = {"order": {"version": raw["version"], "location_id": raw.get("location_id"), **changes}}
        path = f"v2/orders/{quote(order_id, safe='')}"
        changed = await self._calls.write("PUT", path, body | {"idempotency_key": key})
        return to_order(_order_in(changed), skus=self._skus, currency=self._calls.currency)

    # giving back
    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        return await self._refunds.refund(refund, await self._read(order.id), key, context)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        return await self._refunds.find(refund, await self._read(order.id), steps)


def _order_in(page: Body) -> Body:
    raw = opened(page, "order")
    if not isinstance(raw, dict) or "id" not in raw:
        raise SchemaDrift("Square's answer holds no order.")
    return raw


def _unnamed(raw: Any) -> list[str]:
    lines = raw.get("line_items") if isinstance(raw, Mapping) else None
    rows = [row for row in lines if isinstance(row, Mapping)] if isinstance(lines, list) else []
    plain = [row for row in rows if not (isinstance(row.get("metadata"), Mapping) and row["metadata"].get("sku"))]
    return [row["catalog_object_id"] for row in plain if isinstance(row.get("catalog_object_id"), str)]
