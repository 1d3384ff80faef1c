"""Orders at Squarespace: imported once, found again in a window of time, read, listed, handed over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import quote

import structlog

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import (
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    SchemaDrift,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.paging import once_each
from posbridge.connectors.squarespace.calls import (
    ORDERS,
    Body,
    Calls,
    earlier,
    newest,
    pages,
    place_of,
    rows_of,
    stamp,
    window,
)
from posbridge.connectors.squarespace.errors import IN_PROGRESS, NO_STOCK, UNNAMED
from posbridge.connectors.squarespace.order_body import (
    from_order,
    from_refund,
    frozen,
    idempotency_key,
    without_stock,
)
from posbridge.connectors.squarespace.order_mapping import to_order
from posbridge.connectors.squarespace.products import Shelf, Stock
from posbridge.connectors.squarespace.reading import opened
from posbridge.connectors.text import each, utc_from
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

log = structlog.get_logger("posbridge.connectors.squarespace")

#: A step each: the order made, when it was first sent, the body as it was sent (with a number when mended), that
#: too few were there, and what was then taken from stock.
ORDER, SENT, BODY, SHORT, STOCK = "order", "order_sent", "order_body", "order_short", "order_stock"
#: The number of the body that was clearly refused last: the next try writes it anew, for settings and links may be
#: right by then.
REFUSED = "order_refused"
_DONE = "done"
_MENDED = 3
#: Without these names a list leaves unpaid and part-paid orders out.
_ALL_STATES = "NOT_CHARGED,AUTHORIZED,PAID,PARTIALLY_PAID,PENDING,FAILED,REFUND_PENDING,REFUNDED,REFUND_FAILED"
#: How far clocks may differ when a window is searched, and how far back a first pull reaches.
_MARGIN, _FIRST_PULL = timedelta(hours=1), timedelta(days=30)


class Orders:
    """Sales of a site. What was imported cannot be changed, cancelled or given back by a program."""

    def __init__(self, calls: Calls, shelf: Shelf, stock: Stock) -> None:
        self._calls, self._shelf, self._stock = calls, shelf, stock

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """One request. Its body is frozen before it leaves and goes again byte for byte under the same key."""
        steps = context.steps
        known = await steps.get(ORDER)
        raw = await self._read(known) if known else await self._make(order, key, context)
        made = to_order(raw, currency=order.currency)
        if known is None:
            await steps.put(ORDER, made.id)
        if await steps.get(SHORT):
            await self._take_from_stock(key, steps)
        return RemoteRef(id=made.id, number=made.number)

    async def _make(self, order: Order, key: str, context: SendContext) -> Body:
        """Sends the newest body; a refusal that a change can mend gives a new body under a new key, kept first."""
        steps = context.steps
        number, text = await _newest(steps) or (0, await self._body(order, context))
        if await steps.get(REFUSED) == str(number):
            number, text = await self._anew(number, text, order, context)
        most = number + _MENDED
        while True:
            try:
                return await self._post(text, idempotency_key(key, f"m{number}" if number else ""))
            except ValidationError:
                await steps.put(REFUSED, str(number))
                raise
            except (Conflict, NotFound) as problem:
                changed = await self._mend(problem, text, order, context) if number < most else text
                if changed == text:
                    await steps.put(REFUSED, str(number))
                    raise
            number, text = number + 1, changed
            await steps.put(f"{BODY}_{number}", text)

    async def _anew(self, number: int, text: str, order: Order, context: SendContext) -> tuple[int, str]:
        """The body as it is written now, under a number of its own where it differs from the refused one."""
        steps, body = context.steps, frozen(await self._written(order, context))
        body = without_stock(body) if await steps.get(SHORT) else body
        if body == text:
            return number, text
        await steps.put(f"{BODY}_{number + 1}", body)
        return number + 1, body

    async def _body(self, order: Order, context: SendContext) -> str:
        text = frozen(await self._written(order, context))
        await context.steps.put(SENT, stamp(self._calls.clock()))
        await context.steps.put(BODY, text)
        return text

    async def _written(self, order: Order, context: SendContext) -> Body:
        sold = {line.variant_id for line in order.lines}
        links = {ours: link for ours, link in context.links.items() if ours in sold}
        return from_order(
            order,
            links,
            physical=await self._shelf.physical(links.values()),
            channel=self._calls.field("channel_name"),
            deduct=self._calls.field("deduct_stock") != "no",
        )

    async def _mend(self, problem: ConnectorError, text: str, order: Order, context: SendContext) -> str:
        """Too few there: nothing is taken with the order. An article that is gone: its line becomes a custom one."""
        if problem.platform_code == NO_STOCK:
            await context.steps.put(SHORT, "1")
            return without_stock(text)
        if not isinstance(problem, NotFound):
            return text
        self._shelf.forget(context.links.values())
        body = frozen(await self._written(order, context))
        return without_stock(body) if json.loads(text)["inventoryBehavior"] == "SKIP" else body

    async def _post(self, text: str, key: str) -> Body:
        """The hourly limit of orders holds for API keys only (developers.squarespace.com, rate-limits)."""
        what = "all" if self._calls.oauth else "orders"
        try:
            return _order_in(await self._calls.write("POST", ORDERS, text, key=key, what=what))
        except Conflict as problem:
            if problem.platform_code in (IN_PROGRESS, *UNNAMED):
                raise OutcomeUnknown("Squarespace is still at work on an earlier try.") from problem
            raise

    async def _take_from_stock(self, key: str, steps: Steps) -> None:
        """After an import that took nothing because too few were there: what is there is taken apart, once.

        The order stands, so a failure here is only told to the log; the next pull shows the true numbers.
        """
        newest_body = await _newest(steps)
        sent: Body = json.loads(newest_body[1]) if newest_body else {"inventoryBehavior": "DEDUCT"}
        if sent["inventoryBehavior"] == "DEDUCT" or await steps.get(STOCK) == _DONE:
            return
        sold = [line for line in sent["lineItems"] if "variantId" in line]
        try:
            moves = await self._moves(sold, steps)
            if moves:
                await self._stock.move(moves, idempotency_key(key, "stock"))
            await steps.put(STOCK, _DONE)
        except ConnectorError as problem:
            log.warning("stock not taken", problem=problem.code, said=problem.platform_code)

    async def _moves(self, sold: list[Body], steps: Steps) -> list[tuple[str, int]]:
        """Frozen like the order: the same differences whenever they are sent again."""
        kept = await steps.get(STOCK)
        if kept is not None:
            return [(ident, delta) for ident, delta in json.loads(kept)]
        wanted: dict[str, int] = {}
        for line in sold:
            wanted[line["variantId"]] = wanted.get(line["variantId"], 0) + line["quantity"]
        there = {
            level.variant_id: level.quantity
            async for page in self._stock.levels(None, list(wanted))
            for level in page.items
        }
        left = {ident: int(quantity) for ident, quantity in there.items() if quantity is not None and quantity > 0}
        moves = [(ident, -min(count, left[ident])) for ident, count in wanted.items() if ident in left]
        await steps.put(STOCK, json.dumps(moves))
        return moves

    # reading
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Squarespace cannot search a reference: what changed since the first try (`steps`), else since the sale, is
        listed and compared, an hour more than needed for clocks that differ."""
        sent = await steps.get(SENT) if steps is not None else None
        now = self._calls.clock()
        since = utc_from(sent) if sent else around or now - _FIRST_PULL
        found: dict[str, RemoteOrder] = {}
        async for page, _ in pages(self._calls, ORDERS, self._asked(min(since, now) - _MARGIN)):
            for row in rows_of(page, "result"):
                if _names(row, reference):
                    remote = to_order(row, currency=self._calls.currency)
                    found[remote.id] = remote
        return [remote for remote in found.values() if remote.reference == reference]

    async def get(self, order_id: str) -> RemoteOrder:
        return to_order(await self._read(order_id), currency=self._calls.currency)

    async def _read(self, order_id: str) -> Body:
        return _order_in(await self._calls.get(f"{ORDERS}/{quote(order_id, safe='')}"))

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders by their time of change; the first pull reaches back thirty days."""
        place = place_of(cursor)
        since = place.get("since", "") or stamp(self._calls.clock() - _FIRST_PULL)
        latest, seen = place.get("latest", "") or since, set[str]()
        async for page, following in pages(self._calls, ORDERS, self._asked(earlier(since)), place.get("at", "")):
            rows = once_each(rows_of(page, "result"), seen)
            latest = newest(rows, latest)
            items, parked = await asyncio.to_thread(each, rows, self._mapped)
            behind = cursor_of(since=since, at=following, latest=latest) if following else cursor_of(since=latest)
            yield Page(items, behind, not following, parked=parked)

    def _asked(self, since: datetime) -> dict[str, str]:
        return {**window(since, self._calls.clock()), "paymentStates": _ALL_STATES}

    def _mapped(self, raw: Any) -> RemoteOrder:
        return to_order(raw, currency=self._calls.currency)

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """The orders of a contact, newest first."""
        asked = {"customerId": customer_id, "paymentStates": _ALL_STATES}
        found: dict[str, RemoteOrder] = {}
        async for page, _ in pages(self._calls, ORDERS, asked):
            rows = [row for row in rows_of(page, "result") if _belongs(row, customer_id)]
            found |= {remote.id: remote for remote in each(rows, self._mapped)[0]}
        never = utc_from("1970-01-01T00:00:00Z")
        return sorted(found.values(), key=lambda remote: remote.created_at or never, reverse=True)

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        raise Unsupported(
            "Squarespace lets no program write a note on an order.",
            next_step="Write it in Squarespace's panel, in the order's internal notes.",
        )

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Hands an open order over, without a parcel. Everything else is done in the panel."""
        if status is not OrderStatus.COMPLETED:
            raise Unsupported(
                f"Squarespace lets no program put an order to “{status.value}”; only to handed over.",
                next_step="Do it in Squarespace's panel under Selling > Orders.",
            )
        body = {"shouldSendNotification": False, "shipments": []}
        await self._calls.write("POST", f"{ORDERS}/{quote(order_id, safe='')}/fulfillments", body)
        return await self.get(order_id)

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> NoReturn:
        """Raises Unsupported: refunds are made in the panel."""
        from_refund(refund)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        """None: no refund there carries our reference."""
        return []


async def _newest(steps: Steps) -> tuple[int, str] | None:
    """(how often it was mended, the body) that counts now; None before the first."""
    found, number = None, 0
    while (text := await steps.get(f"{BODY}_{number}" if number else BODY)) is not None:
        found, number = (number, text), number + 1
    return found


def _order_in(page: Body) -> Body:
    """Flat by the description; inside `{"order": …}` is read too."""
    raw = opened(page, "order")
    if not isinstance(raw, dict) or "id" not in raw:
        raise SchemaDrift("Squarespace's answer holds no order.")
    return raw


def _names(row: Any, reference: str) -> bool:
    told = row.get("externalOrderReference") if isinstance(row, Mapping) else None
    return isinstance(told, str) and told.startswith(reference)


def _belongs(row: Any, customer_id: str) -> bool:
    return isinstance(row, Mapping) and row.get("customerId") == customer_id
