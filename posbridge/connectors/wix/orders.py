"""Orders at Wix: made, then paid, then handed over; looked up before any repeat; read, listed, changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

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
from posbridge.connectors.paging import once_each
from posbridge.connectors.text import Reader, each
from posbridge.connectors.wix.calls import (
    FULFILMENTS,
    ORDERS,
    PAYMENTS,
    Body,
    Calls,
    began,
    moment,
    place_of,
    queried,
)
from posbridge.connectors.wix.order_body import from_order, from_tenders, known_payments, without_buyer
from posbridge.connectors.wix.order_mapping import PAID, reference_in, to_order
from posbridge.connectors.wix.reading import listed, minor, opened, price_of, stamp
from posbridge.connectors.wix.refunds import Refunds
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

log = structlog.get_logger("posbridge.connectors.wix")

#: A step each: the order was sent, it was made, its payments are there, it is handed over.
SENT, ORDER, PAYMENT, HANDED = "sent", "order", "payment", "handed_over"
#: Without these names a search leaves pending and rejected orders out.
STATES = {"$in": ["APPROVED", "CANCELED", "PENDING", "REJECTED"]}
_FIRST_PULL = timedelta(days=30)
#: Surely nothing happened: the next try need not look first.
_UNDONE = (ServiceUnavailable, RateLimitExceeded, AuthenticationError, PermissionDenied)


class Orders:
    """Orders of the site: ours and those made online."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._refunds = Refunds(calls)

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Three writes, each remembered before the next. Wix honours no key: an order that may have left is searched
        first, payments carry ids of ours that it takes once, and what is handed over says so itself."""
        steps = context.steps
        raw = await self._known(order, steps)
        fresh = raw is None
        if raw is None:
            raw = await self._send(order, context)
        ref = RemoteRef(id=Reader(raw).id(), number=Reader(raw).text("number"))
        await steps.put(ORDER, ref.id)
        if Reader(raw).text("status") in ("CANCELED", "REJECTED"):
            return ref
        if order.tenders and await steps.get(PAYMENT) is None:
            await self._pay(ref.id, order, fresh=fresh)
            await steps.put(PAYMENT, "yes")
        if await steps.get(HANDED) is None:
            await self._hand_over(raw)
            await steps.put(HANDED, "yes")
        return ref

    async def _known(self, order: Order, steps: Steps) -> Body | None:
        """The order as it stands there, if an earlier try made it."""
        known = await steps.get(ORDER)
        if known:
            return await self._read(known)
        if await steps.get(SENT):
            return next(iter(await self._found(order.reference)), None)
        return None

    async def _send(self, order: Order, context: SendContext) -> Body:
        """The new order. A buyer whom Wix does not take is no reason to refuse a sale: it goes without him."""
        notify = self._calls.field("notify_buyer").lower() in ("true", "yes", "1")
        body = from_order(
            order, context.links, customer_id=context.customer_id, location=self._calls.location, notify=notify
        )
        body["order"]["purchasedDate"] = stamp(min(order.captured_at, self._calls.clock()))
        await context.steps.put(SENT, "yes")
        try:
            return await self._post(body)
        except _UNDONE:
            await context.steps.put(SENT, "")
            raise
        except (ValidationError, NotFound) as problem:
            if not _is_about_buyer(problem, body):
                raise
            log.warning("sold without the buyer", reference=order.reference, problem=problem.message)
            return await self._post(without_buyer(body))

    async def _post(self, body: Body) -> Body:
        return _order_in(await self._calls.write("POST", ORDERS, body))

    async def _pay(self, ident: str, order: Order, *, fresh: bool) -> None:
        """All payments in one call; one that Wix knows makes it refuse them all, so the missing ones are sent."""
        wanted = from_tenders(order)
        known = set() if fresh else known_payments(await self._payments(ident))
        missing = [one for one in wanted if not _ids(one) <= known]
        if not missing:
            return
        try:
            await self._calls.write("POST", f"{PAYMENTS}/{_quoted(ident)}/add-payment", {"payments": missing})
        except (Conflict, ValidationError):
            there = known_payments(await self._payments(ident))
            if not all(_ids(one) <= there for one in wanted):
                raise

    async def _payments(self, ident: str) -> list[Any]:
        return (await self._refunds.transactions(ident)).items("payments")

    async def _hand_over(self, raw: Mapping[str, Any]) -> None:
        reader = Reader(raw)
        if reader.text("fulfillmentStatus") == "FULFILLED":
            return
        lines = [{"id": row.id(), "quantity": row.integer("quantity") or 1} for row in reader.objects("lineItems")]
        path = f"{FULFILMENTS}/{_quoted(reader.id())}/create-fulfillment"
        try:
            await self._calls.write("POST", path, {"fulfillment": {"lineItems": lines}})
        except (Conflict, ValidationError):
            if Reader(await self._read(reader.id())).text("fulfillmentStatus") != "FULFILLED":
                raise

    # finding
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Orders that carry our reference; each row of the search is compared with it."""
        return [await self._told(raw) for raw in await self._found(reference)]

    async def _found(self, reference: str) -> list[Body]:
        """The oldest first. The search index lags: who has lost a reply waits for the settle window before."""
        query = {"filter": {"channelInfo.externalOrderId": {"$eq": reference}, "status": STATES}}
        found: list[Body] = []
        async for page, _ in queried(self._calls, f"{ORDERS}/search", query, limit=10, word="search"):
            rows = each(listed(page, "orders"), Reader)[0]
            found += [dict(row.raw) for row in rows if reference_in(row) == reference]
        return sorted(found, key=lambda row: str(row.get("createdDate") or ""))

    # reading
    async def get(self, order_id: str) -> RemoteOrder:
        return await self._told(await self._read(order_id))

    async def _read(self, ident: str) -> Body:
        return _order_in(await self._calls.get(f"{ORDERS}/{_quoted(ident)}"))

    async def _told(self, raw: Body) -> RemoteOrder:
        """With its payments read apart where it does not call itself paid: that word follows them later."""
        reader = Reader(raw)
        late = reference_in(reader) and reader.text("paymentStatus") not in PAID
        payments = await self._payments(reader.id()) if late else None
        return to_order(raw, currency=self._calls.currency, payments=payments)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders by their time of change; the first pull reaches back thirty days."""
        place = place_of(cursor)
        begun = place.get("begun", "") or began(self._calls)
        since = place.get("since", "") or stamp(self._calls.clock() - _FIRST_PULL)
        query = {
            "filter": {"updatedDate": {"$gte": stamp(moment(since))}, "status": STATES},
            "sort": [{"fieldName": "updatedDate", "order": "ASC"}],
        }
        seen: set[str] = set()
        pages = queried(self._calls, f"{ORDERS}/search", query, first=place.get("at", ""), word="search")
        async for page, following in pages:
            rows = once_each(listed(page, "orders"), seen)
            items, parked = await asyncio.to_thread(each, rows, self._mapped)
            behind = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, behind, not following, parked=parked)

    def _mapped(self, raw: Any) -> RemoteOrder:
        return to_order(raw, currency=self._calls.currency)

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """The orders of a contact, newest first."""
        query = {
            "filter": {"buyerInfo.contactId": {"$eq": customer_id}, "status": STATES},
            "sort": [{"fieldName": "createdDate", "order": "DESC"}],
        }
        rows: list[Any] = []
        async for page, _ in queried(self._calls, f"{ORDERS}/search", query, word="search"):
            rows += listed(page, "orders")
        items, _ = await asyncio.to_thread(each, rows, self._mapped)
        return [one for one in items if one.customer and one.customer.id == customer_id]

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """The note stands among the order's activities, for the staff; the buyer's own note cannot change."""
        body = {"activity": {"merchantComment": {"message": note[:5000]}}}
        await self._calls.write("POST", f"{ORDERS}/{_quoted(order_id)}/activities", body)
        return await self.get(order_id)

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """To paid, handed over or cancelled (goods go back to stock, no money is given back)."""
        raw = await self._read(order_id)
        current = await self._told(raw)
        if current.status is status:
            return current
        if status is OrderStatus.CANCELLED:
            body = {"sendOrderCanceledEmail": False, "restockAllItems": True}
            await self._calls.write("POST", f"{ORDERS}/{_quoted(order_id)}/cancel", body)
        elif status is OrderStatus.COMPLETED:
            await self._hand_over(raw)
        elif status is OrderStatus.PAID:
            await self._mark_paid(current)
        else:
            step = "To give money back, refund the order." if "refund" in status.value else None
            raise Unsupported(f"A Wix order cannot be put to “{status.value}” by a program.", next_step=step)
        return await self.get(order_id)

    async def _mark_paid(self, current: RemoteOrder) -> None:
        """By a payment of what is open, outside Wix; its id makes a second one impossible."""
        there = await self._payments(current.id)
        got: int = sum(minor(Reader(row), "amount", current.currency) or 0 for row in there)
        if current.total is None or current.total <= got:
            return
        details = {
            "offlinePayment": True,
            "providerTransactionId": f"{current.id}-paid",
            "paymentMethodName": {"userDefinedName": {"custom": "Till"}},
        }
        payment = {"amount": price_of(current.total - got, current.currency), "status": "APPROVED"}
        body = {"payments": [{**payment, "regularPaymentDetails": details}]}
        await self._calls.write("POST", f"{PAYMENTS}/{_quoted(current.id)}/add-payment", body)

    # refunds
    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        return await self._refunds.refund(refund, order, context)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        return await self._refunds.find(refund, order, steps)


def _order_in(page: Body) -> Body:
    raw = opened(page, "order")
    if not isinstance(raw, dict) or "id" not in raw:
        raise SchemaDrift("Wix's answer holds no order.")
    return raw


def _ids(payment: Mapping[str, Any]) -> set[str]:
    return {str(payment["regularPaymentDetails"]["providerTransactionId"])}


def _is_about_buyer(problem: ConnectorError, body: Body) -> bool:
    told = f"{problem.message} {problem.detail.get('fields', '')}".lower()
    has = "buyerInfo" in body["order"] or "billingInfo" in body["order"]
    return has and any(word in told for word in ("buyerinfo", "contact", "billinginfo", "email"))


def _quoted(ident: str) -> str:
    return quote(ident, safe="")
