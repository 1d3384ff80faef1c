"""Pre-orders at Leaflogix: submitted under a key, found again by our reference, read, listed, cancelled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NoReturn

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant, SendContext, Steps
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.leaflogix.calls import OVERLAP, Calls, cursor_of, frozen, key_of, mark, place_of, stamp
from posbridge.connectors.leaflogix.facts import KEY_LIFE_S
from posbridge.connectors.leaflogix.order_mapping import SALE, WORDS, cart, from_order, rejection, to_order, to_ref
from posbridge.connectors.leaflogix.products import Products
from posbridge.connectors.leaflogix.reading import minor
from posbridge.connectors.leaflogix.report import Report
from posbridge.connectors.text import Reader, each
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

ORDER, BODY, REFUSED, GUEST, ASKED = "order", "order_body", "refused", "guest", "guest_asked"
CANCELLED_BY_US = "Cancelled at the till"
_FINISHED = (OrderStatus.COMPLETED, OrderStatus.CANCELLED)


class Orders:
    """Pre-orders of the key's location."""

    def __init__(self, calls: Calls, products: Products) -> None:
        self._calls, self._products = calls, products
        self._report = Report(calls, products)

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Submits the pre-order. The body is frozen before it leaves and goes again as it was, under the same key;
        an order that an earlier step has made is returned without another word to Leaflogix."""
        steps = context.steps
        known = await steps.get(ORDER)
        if known:
            return RemoteRef(id=known, number=known)
        text = await steps.get(BODY)
        if not text or await steps.get(REFUSED):
            text = frozen(await self._body(order, key, context))
            await steps.put(BODY, text)
            await steps.put(REFUSED, "")
        try:
            ref = to_ref(await self._calls.write_once("preorder/submit", "submit", text))
        except ValidationError:
            await steps.put(REFUSED, "1")  # as it is: what is corrected meanwhile goes along the next time
            raise
        await steps.put(ORDER, ref.id)
        return ref

    async def _body(self, order: Order, key: str, context: SendContext) -> dict[str, Any]:
        links = await self._products.linked(order, context.links)
        from_order(order, links=links)  # what cannot be sent is refused before a guest is checked in
        remark = await self._priced(order, context.customer_id, links)
        customer = await self._customer(order, context)
        source = self._calls.setting("order_source", "Kiosk")
        return from_order(order, links=links, customer_id=customer, key=key_of(key), source=source, remark=remark)

    async def _priced(self, order: Order, customer_id: str, links: Mapping[str, RemoteVariant]) -> str:
        """Leaflogix's own price of the same goods: it refuses what it cannot sell before anything is made, and staff
        are told of another total. It takes no codes, so with one the totals are not compared."""
        asked: dict[str, Any] = {"cart": cart(order, links), "isDelivery": False}
        customer = customer_id or self._calls.setting("guest_customer_id")
        if customer:
            asked["customerId"] = int(customer)
        found = Reader(await self._calls.ask("preorder/price-cart", "price-cart", asked))
        total = minor(found, "total", order.currency)
        if total is None or order.discounts or total == order.totals.total:
            return ""
        return f"Leaflogix's total {Money(amount=total, currency=order.currency).decimal()}"

    async def _customer(self, order: Order, context: SendContext) -> str:
        """The customer's id there: the one known, the one for guests, else an anonymous guest who is checked in once.
        A guest whose making got lost is looked for on the guest list before another is made."""
        fixed = context.customer_id or self._calls.setting("guest_customer_id") or await context.steps.get(GUEST)
        if fixed:
            return fixed
        made = ""
        if await context.steps.get(ASKED):
            made = next((guest.text("customerId") for guest in await self._guests(order.reference)), "")
        else:
            await context.steps.put(ASKED, "1")
        if not made:
            body = {"transactionReference": order.reference}
            made = Reader(await self._calls.write("transaction/create-anonymous", "anonymous", body)).id("customerId")
        await context.steps.put(GUEST, made)
        return made

    async def _guests(self, reference: str = "") -> list[Reader]:
        """The guests who are checked in, with a reference those who carry it."""
        rows = each(await self._calls.rows("guestlist", "guestlist"), Reader, "transactionId")[0]
        return [row for row in rows if not reference or row.text("transactionReferenceNumber").strip() == reference]

    # finding
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """By our reference on the guest list (at once) and in the report (minutes later). Raises ValidationError
        with Leaflogix's words for an order that staff there refused."""
        known = await steps.get(ORDER) if steps is not None else None
        if known:
            with suppress(NotFound):
                return [await self.get(known)]
        guests, rows = await asyncio.gather(self._guests(), self._open())
        named = {guest.text("transactionId"): guest.text("transactionReferenceNumber").strip() for guest in guests}
        ids = [row.id("preOrderId") for row in rows if named.get(row.text("transactionId")) == reference]
        ids += [one.id for one in await self._report.of_reference(reference, around) if one.id not in ids]
        if not ids and around is not None and steps is not None:
            await self._leave_to_a_person(rows, named, around, await steps.get(BODY))
        return [await self.get(found) for found in dict.fromkeys(ids)]

    async def _leave_to_a_person(
        self, rows: Sequence[Reader], named: Mapping[str, str], around: datetime, body: str | None
    ) -> None:
        """Once the key may be dead, an open order of the same customer and source that nobody's reference names might
        be the one: it is not sent again then. Raises ValidationError."""
        if not body or self._calls.clock() - around < timedelta(seconds=KEY_LIFE_S):
            return
        sent = Reader(json.loads(body))
        for row in rows:
            at = row.utc("orderDate", naive_is_utc=True)
            same = all(row.text(name) == sent.text(name) for name in ("customerId", "orderSource"))
            if same and not named.get(row.text("transactionId")) and at is not None and at >= around - OVERLAP:
                words = f"Leaflogix's order {row.text('preOrderId')} may be this sale, so it is not sent again."
                raise ValidationError(words, next_step="Compare the two, then say in the queue whether it is there.")

    async def _open(self) -> list[Reader]:
        return each(await self._calls.rows("preorder/Status", "status"), _reader, "preOrderId")[0]

    async def get(self, order_id: str) -> RemoteOrder:
        """One order with its lines. Raises NotFound, ValidationError when staff there refused it."""
        remote = await self._read(order_id)
        refused = rejection(remote)
        if refused is not None:
            raise refused
        return remote

    async def _read(self, order_id: str) -> RemoteOrder:
        if order_id.startswith(SALE):
            return await self._report.sale(order_id.removeprefix(SALE))
        raw = await self._status(order_id)
        names = [item.text("productName") for item in Reader(raw).objects("items")]
        articles = await self._products.articles(names)
        remote = to_order(raw, currency=self._calls.currency, articles=articles)
        return remote.model_copy(update={"reference": await self._reference(remote)})

    async def _status(self, order_id: str) -> Mapping[str, Any]:
        """Raises NotFound: an unknown number gives 404, or 400 without a word (the document names only that)."""
        if not order_id.isdigit():
            raise NotFound("Leaflogix's orders have numbers.")
        params = {"PreOrderId": order_id, "includeLineItems": "true"}
        try:
            raw = await self._calls.get("preorder/Status", "status", params)
        except ValidationError as problem:
            raise NotFound("Leaflogix does not know this order.", status=problem.status) from problem
        if isinstance(raw, list):
            raw = next((row for row in raw if str(Reader(row).raw.get("preOrderId")) == order_id), None)
        if raw is None:
            raise NotFound("Leaflogix does not know this order.")
        if not isinstance(raw, Mapping):
            raise SchemaDrift("Leaflogix's answer holds no order.", object_id=order_id)
        return raw

    async def _reference(self, remote: RemoteOrder) -> str:
        """Ours, which an order's status does not say: from the guest list while it is open, else from the sale."""
        transaction = str(remote.extra.get("transaction") or "")
        if not transaction:
            return ""
        if remote.status not in _FINISHED:
            for guest in await self._guests():
                if guest.text("transactionId") == transaction:
                    return guest.text("transactionReferenceNumber").strip()
        try:
            return (await self._report.sale(transaction)).reference
        except NotFound:
            return ""

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Open pre-orders as they stand now, then the report's sales in steps of a day."""
        began, place = self._calls.clock(), place_of(cursor)
        if "at" not in place:
            items, parked = await self._open_now()
            yield Page(items, cursor_of(since=place.get("since", ""), at=place.get("since", "")), False, parked=parked)
        since = self._report.since(place.get("at") or place.get("since", ""))
        async for rows, until in self._report.days(since, began):
            sold, parked = await self._report.mapped(rows)
            last = until >= began
            after = cursor_of(since=mark(began)) if last else cursor_of(since=stamp(since), at=stamp(until))
            yield Page(sold, after, last, parked=parked)

    async def _open_now(self) -> tuple[list[RemoteOrder], list[SchemaDrift]]:
        rows, guests = await asyncio.gather(self._calls.rows("preorder/Status", "status"), self._guests())
        names = {guest.text("transactionId"): guest.text("transactionReferenceNumber").strip() for guest in guests}

        def mapped(raw: Any) -> RemoteOrder:
            remote = to_order(raw, currency=self._calls.currency)
            reference = names.get(str(remote.extra.get("transaction") or ""), "")
            return remote.model_copy(update={"reference": reference})

        return await asyncio.to_thread(each, rows, mapped, "preOrderId")

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """Open ones, and sales of the last days, newest first: neither list can be asked for a customer."""
        mine, _ = await self._open_now()
        async for rows, _ in self._report.days(self._report.recent(), self._calls.clock()):
            mine += (await self._report.mapped(rows))[0]
        unique = {one.id: one for one in mine if one.customer is not None and one.customer.id == customer_id}
        return sorted(unique.values(), key=lambda one: one.created_at or self._calls.clock(), reverse=True)

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """The note, while Leaflogix says that the order may be changed. The items go along, for a change there
        replaces them all."""
        raw = await self._status(order_id)
        row = Reader(raw, "preOrderId")
        if not row.flag("isUpdateable"):
            raise Conflict("Leaflogix lets this order be changed no more.")
        articles = await self._products.articles([item.text("productName") for item in row.objects("items")])
        items = [_item(item, articles) for item in row.objects("items")]
        body = {"orderId": int(order_id), "customerId": row.integer("customerId"), "items": items, "notes": note}
        await self._calls.write("preorder/update", "update", body)
        return (await self._read(order_id)).model_copy(update={"note": note})

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Cancels, which is all that a program may do; done already is as good. Raises Unsupported, Conflict."""
        WORDS.theirs(status)
        raw = await self._status(order_id)
        if not _is(raw, status):
            if Reader(raw).raw.get("isCancellable") is not True:
                WORDS.move(Reader(raw).text("status"), status)
                raise Conflict("Leaflogix lets this order be cancelled no more.")
            body = {"orderId": int(order_id), "cancellationReason": CANCELLED_BY_US}
            try:
                await self._calls.write("preorder/cancel", "cancel", body)
            except ValidationError:
                if not _is(await self._status(order_id), status):
                    raise
        return await self._read(order_id)

    # giving back
    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        _no_refunds()

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        """None ever carries our reference: none can be sent."""
        return []


def _reader(raw: Any) -> Reader:
    row = Reader(raw, "preOrderId")
    row.id("preOrderId")
    return row


def _is(raw: Mapping[str, Any], status: OrderStatus) -> bool:
    return WORDS.ours(Reader(raw).text("status")) is status


def _item(item: Reader, articles: Mapping[str, Any]) -> dict[str, Any]:
    known = articles.get(item.text("productName"))
    if known is None or not known.variant_id:
        raise Unsupported("Leaflogix names this order's articles ambiguously, so it is changed at Leaflogix only.")
    quantity = item.decimal("quantity")
    return {"productId": int(known.variant_id), "quantity": float(quantity) if quantity is not None else 1}


def _no_refunds() -> NoReturn:
    raise Unsupported("Leaflogix takes no returns from programs.", next_step="Take it back at Leaflogix's till.")
