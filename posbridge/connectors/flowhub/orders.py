"""Pre-orders (Order Ahead) and completed sales (the contract's facts, section 5).

Flowhub honours no key, echoes nothing of ours and lists no pre-orders: what got lost on the way can only be looked
up by a person, so nothing here ever sends twice or pretends to search.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.cursors import cursor_of, place_of
from posbridge.connectors.errors import (
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    SchemaDrift,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.flowhub.calls import Calls, part
from posbridge.connectors.flowhub.order_body import KIOSK, from_order, from_refund
from posbridge.connectors.flowhub.order_mapping import ENVELOPES, to_order
from posbridge.connectors.flowhub.places import Places
from posbridge.connectors.flowhub.products import Shelves
from posbridge.connectors.flowhub.webhooks import postback_url
from posbridge.connectors.flowhub.words import CASHED, STATUSES, TURNED_DOWN, folded
from posbridge.connectors.statuses import StatusWords
from posbridge.connectors.text import each
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

#: Steps: the order's id there, and that the request that makes it may have left.
ORDER, SENT = "order", "sent"
#: A sale is looked for among those of so many days, the store's today included.
_SALE_DAYS = timedelta(days=3)
_OVERLAP = timedelta(days=1)
_WORDS = StatusWords("Flowhub", STATUSES)


class Orders:
    """Orders of one location."""

    def __init__(self, calls: Calls, places: Places, shelves: Shelves) -> None:
        self._calls, self._places, self._shelves = calls, places, shelves
        self._sales: dict[str, RemoteOrder] = {}

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Sends it once. OutcomeUnknown says by what a person finds it, if it came there.

        Raises Unsupported where an earlier try may have arrived: only a person can tell, whoever asks.
        """
        known = await context.steps.get(ORDER)
        if known:
            return RemoteRef(id=known, number=known)
        if await context.steps.get(SENT):
            raise _cannot_tell(order.reference)
        body = from_order(
            order,
            items=await self._shelves.items(context.links),
            customer_id=context.customer_id,
            order_type=self._calls.setting("order_type", KIOSK),
            postback_url=postback_url(self._calls, str(order.id)),
        )
        await self._places.rows(fresh=True)  # a line that is down shows here, while nothing can get lost yet
        made = await self._sent_once(order.reference, body, context.steps)
        await context.steps.put(ORDER, made.id)
        return RemoteRef(id=made.id, number=made.id)

    async def _sent_once(self, reference: str, body: dict[str, Any], steps: Steps) -> RemoteOrder:
        """The request itself. Before it leaves, the memory says so: without that word nothing can be there."""
        await steps.put(SENT, "1")
        try:
            return to_order(await self._calls.ahead_write("order-ahead/v0/create", body))
        except (OutcomeUnknown, SchemaDrift) as problem:
            raise OutcomeUnknown(
                f"{problem.message} {where_to_look(reference)}", status=problem.status, next_step=_next(reference)
            ) from problem
        except ConnectorError as problem:
            if not isinstance(problem, Conflict):  # a conflict may mean that it is there
                await steps.put(SENT, "")
            raise

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Nothing where `steps` say that no request left; else raises Unsupported, with where a person looks."""
        if steps is not None and not await steps.get(SENT):
            return []
        raise _cannot_tell(reference)

    async def get(self, order_id: str) -> RemoteOrder:
        """The pre-order's state, with the sale's amounts once it was rung up.

        Raises ValidationError with Flowhub's word when its staff turned the order down.
        """
        found = to_order(await self._calls.ahead_get(f"order-ahead/v0/orderStatus/{part(order_id)}"))
        said = folded(found.platform_status)
        if said in TURNED_DOWN:
            raise ValidationError(
                TURNED_DOWN[said], platform_code=found.platform_status,
                next_step="Ask there why; if the goods were handed out, ring the sale up in Flowhub by hand.",
            )  # fmt: skip
        if said not in CASHED:
            return found
        sale = await self._sale_of(order_id)
        return found if sale is None else sale.model_copy(update={"id": order_id, "complete": True})

    async def _sale_of(self, order_id: str) -> RemoteOrder | None:
        """The sale that a pre-order became, among those of the last days; None when it is not listed (yet)."""
        if order_id not in self._sales:
            since = self._places.today() - _SALE_DAYS
            try:
                async for page in self._listed(since, 1):
                    self._sales = {**self._sales, **{sale.id: sale for sale in page.items}}
            except NotFound:
                return None
        return self._sales.pop(order_id, None)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Completed sales by the day they were made, one day twice: filters know days only, in store time."""
        place = place_of(cursor, "Flowhub")
        since = date.fromisoformat(place["since"]) if place.get("since") else None
        today = self._places.today()
        async for page in self._listed(since, int(place.get("page", "1"))):
            after = {"since": since.isoformat()} if since else {}
            here = cursor_of(page=page.cursor, **after) if not page.last else cursor_of(since=_day_before(today))
            yield replace(page, cursor=here)

    async def _listed(self, since: date | None, first: int) -> AsyncIterator[Page[RemoteOrder]]:
        """Sales of the location, the oldest first; the cursor is the next page's number."""
        path = f"v1/orders/findByLocationId/{part(await self._places.import_id())}"
        asked = {"order_by": "asc", **({"created_after": _day_before(since)} if since else {})}
        async for page in self._calls.pages(path, asked, rows_in=ENVELOPES, first=first):
            items, parked = await asyncio.to_thread(self._read, page.rows)
            yield Page(items, cursor=str(page.number + 1), last=page.last, parked=parked, total=page.total)

    def _read(self, rows: list[Any]) -> tuple[list[RemoteOrder], list[SchemaDrift]]:
        currency = self._calls.connection.currency
        return each(rows, lambda row: to_order(row, currency=currency))

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """The newest sales to a customer: one page."""
        path = f"v1/orders/findByCustomerId/{part(customer_id)}"
        async for page in self._calls.pages(path, {"order_by": "desc"}, rows_in=ENVELOPES):
            return self._read(page.rows)[0]
        return []

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """Raises Unsupported: a change there is the whole order again, which Flowhub does not give back."""
        raise Unsupported("Flowhub changes a waiting order only as a whole.", next_step="Tell its staff.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Raises Unsupported: only Flowhub's staff move an order, by hand."""
        _WORDS.theirs(status)
        raise Unsupported("Flowhub's staff move its orders by hand.")

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """Raises Unsupported."""
        from_refund(refund)
        raise Unsupported("Flowhub takes no refunds from other programs.")

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        """None: refunds cannot be sent, so none of ours is there."""
        return []


def _day_before(day: date) -> str:
    return (day - _OVERLAP).isoformat()


def _cannot_tell(reference: str) -> Unsupported:
    words = f"Flowhub cannot be asked for an order by its reference. {where_to_look(reference)}"
    return Unsupported(words, next_step=_next(reference))


def where_to_look(reference: str) -> str:
    """Where a person finds an order, and what to type."""
    return (
        f"Look in Flowhub's queue of orders and in its sales of that day for {reference}: it stands in the customer "
        "note, and as the last name of a guest."
    )


def _next(reference: str) -> str:
    return (
        f"Type {reference} into the search of Flowhub's order queue. If it is there, say so in the queue here; only if "
        "it is surely not there, send it again."
    )
