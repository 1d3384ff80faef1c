"""Orders at Toast: priced, then made once with their payments; found, read, listed, voided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.net import encode
from posbridge.connectors.paging import ahead
from posbridge.connectors.text import Reader, each
from posbridge.connectors.toast import facts
from posbridge.connectors.toast.calls import ORDERS, Body, Calls, cursor_of, part, place_of, rows_of
from posbridge.connectors.toast.errors import DUPLICATE
from posbridge.connectors.toast.evening import Pricing
from posbridge.connectors.toast.identity import external_id
from posbridge.connectors.toast.order_body import VOID, from_refund
from posbridge.connectors.toast.order_mapping import WORDS, to_order
from posbridge.connectors.toast.reading import stamp
from posbridge.connectors.toast.settling import Settling
from posbridge.connectors.toast.shelf import Shelf
from posbridge.connectors.toast.till import require, till_of
from posbridge.connectors.toast.words import REJECTED
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

ORDER, BODY = "order", "order_body"
_PAGE = 100
#: Windows overlap by this much, since rows move while they are paged (facts, 12.12).
_OVERLAP = timedelta(minutes=5)
#: Orders of clocks that go ahead of ours are still inside the window.
_AHEAD = timedelta(minutes=5)
#: A first pull of orders reaches back so far.
FIRST_PULL = timedelta(days=30)


class Orders:
    """Sales of the connection's restaurant."""

    def __init__(self, calls: Calls, shelf: Shelf) -> None:
        self._calls, self._shelf = calls, shelf
        self._pricing, self._settling = Pricing(calls), Settling(calls)

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Priced first; the body with our total is frozen, then sent. Its externalId is refused a second time: then
        what is there is ours, proved by that very id."""
        steps = context.steps
        known = await steps.get(ORDER)
        made = await self.get(known) if known else await self._made(order, context)
        if not made.complete and not made.waiting_for:
            await self._settling.settle(made, order, await self._shelf.open_item())
        return RemoteRef(id=made.id, number=made.number)

    async def _made(self, order: Order, context: SendContext) -> RemoteOrder:
        steps = context.steps
        kept = await steps.get(BODY)
        body = kept or await self._frozen(order, context)
        try:
            made = self._read(await self._calls.write("POST", f"{ORDERS}/orders", body), {})
        except Conflict as problem:
            made = await self._adopted(order, problem)
        except (NotFound, ValidationError):
            # How Toast words the refusal of a second order is a guess: what left before may be there, so it is looked
            # for. If it is not, nothing was made of the body, and once a person has mended the menu it is made anew.
            found = await self.find(order.reference, around=order.captured_at) if kept else []
            await steps.put(BODY, "")
            if not found:
                raise
            made = found[0]
        await steps.put(ORDER, made.id)
        return made

    async def _frozen(self, order: Order, context: SendContext) -> str:
        till = till_of(self._calls.fields, await self._shelf.open_item())
        require(till, {tender.kind for tender in order.tenders})
        body = encode(await self._pricing.evened(order, context.links, till)).decode()
        await context.steps.put(BODY, body)
        return body

    async def _adopted(self, order: Order, problem: Conflict) -> RemoteOrder:
        """The order that is there under our externalId. Raises the refusal when no list shows it yet."""
        if problem.platform_code != DUPLICATE:
            raise problem
        found = await self.find(order.reference, around=order.captured_at)
        if not found:
            raise problem
        return found[0]

    # reading
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """By the externalId in the path, which works for some clients; else by comparing it on each order changed
        since the sale. It is unique there, so the first one is the only one."""
        wanted = external_id(reference, self._calls.prefix)
        for row in await self._by_external_id(wanted):
            return [await self._ours(row)]
        now = self._calls.clock()
        since = (min(around, now) if around else now - FIRST_PULL) - _OVERLAP
        async for rows, _ in self._bulk(since, now + _AHEAD, "all"):
            for row in rows:
                if isinstance(row, Mapping) and row.get("externalId") == wanted:
                    return [await self._ours(row)]
        return []

    async def _by_external_id(self, wanted: str) -> list[Any]:
        try:
            row = await self._calls.get(f"{ORDERS}/orders/{part(wanted)}")
        except (NotFound, ValidationError):
            return []
        return [row] if isinstance(row, Mapping) and row.get("externalId") == wanted else []

    async def get(self, order_id: str) -> RemoteOrder:
        row = await self._row(order_id)
        return await self._ours(row) if self._read(row, {}).reference else self._read(row, await self._shelf.skus())

    async def _row(self, order_id: str) -> Body:
        row = await self._calls.get(f"{ORDERS}/orders/{part(order_id)}")
        if not isinstance(row, dict):
            raise SchemaDrift("Toast's answer holds no order.")
        return row

    async def _ours(self, row: Any) -> RemoteOrder:
        """An order of this till. Raises ValidationError for one that the restaurant rejected after it was sent."""
        remote = self._read(row, await self._shelf.skus())
        if remote.platform_status == REJECTED:
            raise ValidationError(
                f"The restaurant did not approve order {remote.number or remote.reference} in Toast.",
                next_step="Look at it in Toast, then park it or sell it again.",
            )
        return remote

    def _read(self, row: Any, skus: Mapping[str, str]) -> RemoteOrder:
        return to_order(row, currency=self._calls.currency, skus=skus, prefix=self._calls.prefix)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders by their time of change, a hundred a page; the first pull reaches back thirty days."""
        place, now = place_of(cursor), self._calls.clock()
        since = _moment(place.get("since", "")) or now - FIRST_PULL
        until = _moment(place.get("until", "")) or now
        first, skus = int(place.get("page", "1")), await self._shelf.skus()
        async for rows, following in self._bulk(since, until + _AHEAD, facts.HISTORY, first):
            items, parked = await asyncio.to_thread(each, rows, lambda row: self._read(row, skus), "guid")
            after = {"since": stamp(since), "until": stamp(until), "page": following}
            behind = cursor_of(**after) if following else cursor_of(since=stamp(until - _OVERLAP))
            yield Page(items, behind, not following, parked=parked)

    async def _bulk(
        self, since: datetime, until: datetime, what: str, first: int = 1
    ) -> AsyncIterator[tuple[list[Any], str]]:
        """Pages of a window and the number of the next, "" on the last: the one that is not full."""

        async def fetch(at: str) -> tuple[int, list[Any]]:
            params = {"startDate": stamp(since), "endDate": stamp(until), "pageSize": _PAGE, "page": int(at)}
            return int(at), rows_of(await self._calls.get(f"{ORDERS}/ordersBulk", params, what=what), "orders")

        def following(page: tuple[int, list[Any]]) -> str:
            return str(page[0] + 1) if len(page[1]) >= _PAGE else ""

        async for (_, rows), behind in ahead(fetch, following, str(first)):
            yield rows, behind

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        raise Unsupported("Toast lets no note be changed on an order that is there.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Voids an order; every other state is the kitchen's and the cashier's at Toast.

        Raises Conflict for one that cannot be voided any more, Unsupported for one that Toast was paid for itself.
        """
        row = await self._row(order_id)
        now = self._read(row, {})
        WORDS.move(now.platform_status, status)
        if now.status is status:
            return now
        kinds = [str(kind) for kind in now.extra.get("payment_types", ()) if kind != "OTHER"]
        if kinds:
            raise Unsupported(
                f"Toast voids no order that was paid by {', '.join(kinds).lower()}.",
                next_step="Void it on a Toast terminal.",
            )
        path = f"{ORDERS}/orders/{part(Reader(row, 'guid').id('guid'))}/void"
        return self._read(await self._calls.write("POST", path, VOID), await self._shelf.skus())

    # giving back
    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        from_refund(refund)
        raise Unsupported("Toast lets no program give money back.")

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        return []


def _moment(text: str) -> datetime | None:
    return Reader({"at": text}).utc("at") if text else None
