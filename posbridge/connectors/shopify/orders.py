"""Orders at Shopify: made in one call, looked up before any repeat; read, listed, changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import structlog

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import (
    Body,
    Calls,
    behind,
    earlier,
    members,
    needed,
    place_of,
    quoted,
    since_filter,
    walk,
)
from posbridge.connectors.shopify.order_body import MARK, NAMESPACE, from_order, stamp
from posbridge.connectors.shopify.order_mapping import TAG, read_order, reference_in
from posbridge.connectors.shopify.reading import gid, minor, number_of
from posbridge.connectors.shopify.refunds import Refunds
from posbridge.connectors.text import Reader, each
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

log = structlog.get_logger("posbridge.connectors.shopify")

ORDER, SENT = "order", "sent"
#: Orders a page of a list, and lines an order in it; further lines are fetched by themselves.
PAGE, LINES, ALL_LINES = 25, 50, 250
#: Without a special right no more than 60 days can be read.
FIRST_PULL = timedelta(days=59)
#: How far clocks may differ.
_CLOCKS = timedelta(hours=1)
_OPTIONS = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY", "sendReceipt": False, "sendFulfillmentReceipt": False}
#: Surely nothing happened: the next try need not look first.
_UNDONE = (ServiceUnavailable, RateLimitExceeded, AuthenticationError, PermissionDenied)


class Orders:
    """Orders of the shop: ours and those made online."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._refunds = Refunds(calls)

    @property
    def _marked(self) -> bool:
        """Whether the definition of our unique mark was made when the account was connected."""
        return self._calls.connection.fields.get("order_mark", "") == "yes"

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """One call. Shopify honours no key, so a try that may have left is looked for before another is made."""
        steps = context.steps
        known = await steps.get(ORDER)
        if known:
            return RemoteRef(id=known)
        if await steps.get(SENT) and (there := await self._there(order.reference)):
            return await self._made(order, there, steps)
        body = from_order(
            order, context.links, customer_id=context.customer_id, location=self._calls.location, marked=self._marked
        )
        first = not await steps.get(SENT)
        await steps.put(SENT, "yes")
        try:
            return await self._made(order, await self._send(order, body), steps)
        except _UNDONE:
            if first:
                await steps.put(SENT, "")
            raise

    async def _send(self, order: Order, body: Body) -> Reader:
        """The new order. A buyer whom Shopify does not take (a phone that another has) is no reason to refuse a sale:
        it goes without him. How our unique mark is refused the second time is not known, so that after every refusal
        the order is looked for."""
        try:
            payload = await self._calls.change(documents.ORDER_CREATE, order=body, options=_OPTIONS)
        except (Conflict, NotFound, ValidationError) as problem:
            if "customer" in body and _is_about_buyer(problem):
                log.warning("sold without the buyer", reference=order.reference, problem=problem.message)
                return await self._send(order, {k: v for k, v in body.items() if k != "customer"})
            there = await self._there(order.reference)
            if there is None:
                raise
            return there
        return Reader(payload).object("order")

    async def _made(self, order: Order, made: Reader, steps: Steps) -> RemoteRef:
        ref = RemoteRef(id=made.id(), number=made.text("name"))
        await steps.put(ORDER, ref.id)
        total = minor(made, "totalPriceSet", order.currency)
        if total is not None and total != order.totals.total:
            log.warning("another total", reference=order.reference, ours=order.totals.total, theirs=total)
        return ref

    # finding
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Orders that carry our reference, each row of the look-ups compared; none is taken on a filter's word.

        Without our unique mark the newest orders are looked through back to `around`: the search may lag.
        """
        since = around - _CLOCKS if around and not self._marked else None
        return [await self.get(row.id()) for row in await self._found(reference, since)]

    async def _there(self, reference: str) -> Reader | None:
        return next(iter(await self._found(reference)), None)

    async def _found(self, reference: str, since: datetime | None = None) -> list[Reader]:
        """The oldest first."""
        mark = {"customId": {"namespace": NAMESPACE, "key": MARK, "value": reference}}
        search = f"source_identifier:{quoted(reference)} OR tag:{quoted(TAG + reference)}"
        data = await self._calls.ask(documents.FIND_ORDER, mark=mark, marked=self._marked, search=search)
        rows = [data["marked"]] if data.get("marked") else []
        rows += [row for name in ("searched", "newest") for row in members(needed(data, name))]
        found = {row.id(): row for row in map(Reader, rows) if reference_in(row) == reference}
        page = needed(data, "newest")
        while since and not found and (at := _reaches(page, since)):
            page = needed(await self._calls.ask(documents.NEWEST_ORDERS, after=at), "newest")
            found = {row.id(): row for row in map(Reader, members(page)) if reference_in(row) == reference}
        return [found[key] for key in sorted(found, key=lambda key: (len(key), key))]

    # reading
    async def get(self, order_id: str) -> RemoteOrder:
        data = await self._calls.ask(documents.ORDER, id=gid("Order", order_id), lines=ALL_LINES)
        raw = await self._with_all_lines(needed(data, "order"))
        return read_order(raw, self._calls.currency)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders changed since the cursor; at first those of the last 59 days."""
        place = place_of(cursor)
        begun = place.get("begun") or earlier(self._calls.clock())
        since = place.get("since") or stamp(self._calls.clock() - FIRST_PULL)
        async for page, following in walk(lambda at: self._page(since_filter(since), at), place.get("at", "")):
            items, parked = await self._mapped(members(page))
            after = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, after, not following, parked=parked)

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        query = f"customer_id:{number_of(customer_id)}"
        pages = [members(page) async for page, _ in walk(lambda at: self._page(query, at))]
        items, _ = await self._mapped([row for rows in pages for row in rows])
        return [one for one in items if one.customer and one.customer.id == gid("Customer", customer_id)]

    async def _page(self, query: str | None, at: str) -> Body:
        data = await self._calls.ask(documents.ORDERS, first=PAGE, after=at or None, query=query, lines=LINES)
        return needed(data, "orders")

    async def _mapped(self, rows: list[Any]) -> tuple[list[RemoteOrder], list[SchemaDrift]]:
        whole, currency = [await self._with_all_lines(row) for row in rows], self._calls.currency
        return await asyncio.to_thread(each, whole, lambda row: read_order(row, currency))

    async def _with_all_lines(self, raw: Any) -> Any:
        first = raw.get("lineItems") if isinstance(raw, dict) else None
        following = behind(first) if isinstance(first, dict) else ""
        if not following or not isinstance(first, dict):
            return raw
        nodes = list(members(first))

        async def fetch(at: str) -> Body:
            data = await self._calls.ask(documents.ORDER_LINES, id=raw["id"], lines=ALL_LINES, after=at)
            return needed(needed(data, "order"), "lineItems")

        async for page, _ in walk(fetch, following):
            nodes += members(page)
        return raw | {"lineItems": {"nodes": nodes}}

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        await self._calls.change(documents.ORDER_UPDATE, input={"id": gid("Order", order_id), "note": note})
        return await self.get(order_id)

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """To paid, handed over or cancelled (which runs in the background there and gives no money back)."""
        key, current = gid("Order", order_id), await self.get(order_id)
        if current.status is status:
            return current
        if status is OrderStatus.CANCELLED:
            await self._calls.change(documents.ORDER_CANCEL, orderId=key, restock=True, reason="STAFF")
        elif status is OrderStatus.PAID:
            await self._calls.change(documents.ORDER_PAID, input={"id": key})
        elif status is OrderStatus.COMPLETED:
            await self._hand_over(key)
        else:
            raise Unsupported(f"A Shopify order has no state “{status.value}”.")
        return await self.get(order_id)

    async def _hand_over(self, key: str) -> None:
        order = Reader(needed(await self._calls.ask(documents.FULFILMENTS, id=key), "order"))
        rows = [Reader(row) for row in members(dict(order.object("fulfillmentOrders").raw))]
        parts = [{"fulfillmentOrderId": row.id()} for row in rows if row.text("status") in ("OPEN", "IN_PROGRESS")]
        if not parts:
            raise Conflict("Nothing of this order is left to hand over.")
        change = {"lineItemsByFulfillmentOrder": parts, "notifyCustomer": False}
        await self._calls.change(documents.FULFIL, fulfillment=change)

    # refunds
    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        return await self._refunds.refund(refund, order, key, context)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        return await self._refunds.find(refund, order)


def _reaches(page: Body, since: datetime) -> str:
    """The cursor behind a page of the newest orders whose last was made after `since`, "" where it was not."""
    rows = members(page)
    last = Reader(rows[-1]).utc("createdAt") if rows else None
    return behind(page) if last is not None and last >= since else ""


def _is_about_buyer(problem: ConnectorError) -> bool:
    words = f"{problem.detail.get('field', '')} {problem.message}".lower()
    return any(word in words for word in ("customer", "email", "phone"))
