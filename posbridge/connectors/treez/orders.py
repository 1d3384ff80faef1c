"""Orders: a ticket is made, its id kept, then it is paid. A lost reply is settled by listing what was made since."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, SendContext
from posbridge.connectors.contract import Steps as Memory
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.text import Reader, each, utc_from
from posbridge.connectors.treez.calls import LAG, Calls, Rows, cursor_of, part, place_of
from posbridge.connectors.treez.order_body import from_order, payment
from posbridge.connectors.treez.order_mapping import WORDS, is_dead, is_paid, to_order
from posbridge.connectors.treez.preview import agreed, require_equal, total_of
from posbridge.connectors.treez.reading import single, stamp, words
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

#: How far back tickets are listed by their last change (facts, 5), a little less than Treez allows.
HISTORY = timedelta(days=30) - timedelta(minutes=5)
#: A look-up begins this much before the first try, for clocks that differ.
_EARLIER = timedelta(minutes=10)
_ORDER, _SENT = "order", "sent"
_NO_REFUNDS = "Treez gives nothing back by program."
_REFUND_STEP = "Refund the ticket at a register of Treez; the till keeps the receipt."


class Orders:
    """The tickets of a store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    # a sale
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Steps: "sent", when the first try left; "order", the ticket's id.

        Raises Unsupported for what a ticket cannot say, ValidationError where a person must look (another total, a
        ticket that was cancelled there before it was paid).
        """
        terms, steps = self._calls.terms, context.steps
        body = from_order(order, context.links, customer_id=context.customer_id, terms=terms)
        known = await steps.get(_ORDER)
        row = await self._row(known) if known else await self._made(body, order, steps)
        await self._settle(row, order, context)
        return RemoteRef(id=_id(row), number=words(Reader(row), "order_number"))

    async def _made(self, body: dict[str, Any], order: Order, steps: Memory) -> Any:
        """The unpaid ticket; its id is kept before anything else happens."""
        body = await agreed(self._calls, body, order)
        if not await steps.get(_SENT):
            await steps.put(_SENT, stamp(self._calls.clock()))
        row = single(await self._calls.write("POST", "ticket/detailticket", body))
        await steps.put(_ORDER, _id(row))
        return row

    async def _settle(self, row: Any, order: Order, context: SendContext) -> None:
        """Pays a ticket that is not paid yet. One that came to another total than its preview is taken back."""
        reader, total = Reader(row, "ticket_id"), total_of(row, order.currency)
        if is_paid(reader) or (not total and not order.totals.total):
            return
        if is_dead(reader):
            await context.steps.put(_ORDER, "")
            words_ = "The ticket was cancelled in Treez before it was paid."
            raise ValidationError(words_, next_step="Retry to make it again, or park the sale.")
        try:
            require_equal(self._calls, order, total)
        except ValidationError:
            await self._change(row, {"order_status": "CANCELED"})
            await context.steps.put(_ORDER, "")
            raise
        await self._pay(row, order, context, total)

    async def _pay(self, row: Any, order: Order, context: SendContext, total: int) -> None:
        """A paid ticket refuses every edit, so that a second payment changes nothing; then it is read."""
        body = payment(order, self._calls.terms, total, customer_id=context.customer_id)
        try:
            await self._calls.write("PUT", _update(_id(row)), body)
        except (Conflict, ValidationError):
            if not is_paid(Reader(await self._row(_id(row)), "ticket_id")):
                raise

    async def _row(self, ticket_id: str) -> Any:
        try:
            return single(await self._calls.get(f"ticket/{part(ticket_id)}"))
        except ValidationError as problem:
            if problem.platform_code == "TICKET_FORMAT_ERROR":
                raise NotFound(problem.message) from problem
            raise

    # looking up
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Memory | None = None
    ) -> list[RemoteOrder]:
        """By the id that an earlier step kept, else every ticket since the first try is compared with our reference.

        Raises ValidationError when that is longer ago than Treez lists.
        """
        known = await steps.get(_ORDER) if steps is not None else None
        if known:
            try:
                return [await self.get(known)]
            except NotFound:
                pass
        since = await self._since(reference, around, steps)
        found: dict[str, RemoteOrder] = {}
        async for page in self._changed(stamp(since)):
            for row in _living(page.rows):
                if _named(row) == reference:  # ours, also where it cannot be read: that is a doubt then, not a miss
                    remote = self._read(row)
                    found[remote.id] = remote
        return list(found.values())

    async def _since(self, reference: str, around: datetime | None, steps: Memory | None) -> datetime:
        sent = await steps.get(_SENT) if steps is not None else None
        first = utc_from(sent) if sent else around
        oldest = self._calls.clock() - HISTORY
        if first is None:
            return oldest
        if first - _EARLIER < oldest and (sent or steps is None):
            raise ValidationError(
                f"{reference} was sent longer ago than the 30 days that Treez lists.",
                next_step="Look for it in Treez, then say in the queue whether it is there.",
            )
        return max(first - _EARLIER, oldest)

    def _changed(self, since: str, first: int = 1) -> AsyncIterator[Rows]:
        """Tickets changed since a time; v2 has a word more in the path (facts, 5)."""
        after = "after/" if self._calls.legacy else ""
        return self._calls.shifting(f"ticket/lastUpdated/{after}{part(since)}", "ticket_id", first)

    async def get(self, order_id: str) -> RemoteOrder:
        """With what was given back by tickets of its own (facts, 5)."""
        remote = self._read(await self._row(order_id))
        back = [self._read(await self._row(ident)) for ident in remote.extra.get("refund_tickets", ())]
        if not back:
            return remote
        total = remote.total or 0
        refunded = min(sum(abs(one.total or 0) for one in back), total)
        status = OrderStatus.REFUNDED if refunded >= total else OrderStatus.PARTIALLY_REFUNDED
        return remote.model_copy(update={"refunded": refunded, "status": status})

    def _read(self, row: Any) -> RemoteOrder:
        return to_order(row, currency=self._calls.currency)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """The last 30 days at most; the beginning of the list is read again at the end, since it moves meanwhile."""
        place, now = place_of(cursor), self._calls.clock()
        oldest = stamp(now - HISTORY)
        since, began = max(place.get("since", oldest), oldest), place.get("began") or stamp(now - LAG)
        async for page in self._changed(since, place.get("page", 1)):
            items, parked = await asyncio.to_thread(each, page.rows, self._read, "ticket_id")
            behind = cursor_of(since=began if page.last else since)
            if not page.last:
                behind = cursor_of(since=since, began=began, page=page.number + 1)
            yield Page(items, cursor=behind, last=page.last, parked=parked, total=page.total)

    # changes
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """Raises Conflict for a paid ticket: Treez lets nothing of it be edited."""
        row = await self._row(order_id)
        _require_open(row)
        await self._change(row, {"ticket_note": note})
        return await self.get(order_id)

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Raises Unsupported for a state that cannot be set, Conflict for a move that is not allowed, or when the
        ticket is paid."""
        row = await self._row(order_id)
        now = words(Reader(row), "order_status")
        if status is OrderStatus.COMPLETED:
            raise Unsupported("Treez completes a ticket only together with its payment.", platform="treez")
        word = WORDS.move(now, status)
        if word != now:
            _require_open(row)
            await self._change(row, {"order_status": word})
        return await self.get(order_id)

    async def _change(self, row: Any, fields: dict[str, Any]) -> None:
        """An update names again what the ticket is (facts, 5)."""
        reader = Reader(row)
        terms = self._calls.terms
        body = terms.required(words(reader, "order_status"))
        for name in ("type", "order_source", "revenue_source"):
            body[name] = words(reader, name) or body[name]
        await self._calls.write("PUT", _update(_id(row)), {**body, **fields})

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        raise Unsupported(_NO_REFUNDS, next_step=_REFUND_STEP)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Memory | None = None) -> list[RemoteRef]:
        """None of ours is ever there. A refund made by hand there carries no reference of ours."""
        return []


def _living(rows: list[Any]) -> list[Any]:
    """Without tickets that were cancelled before they were paid: these are no sales."""
    return [row for row in rows if not isinstance(row, dict) or not is_dead(Reader(row))]


def _named(row: Any) -> str:
    """The number that its maker gave a ticket."""
    return str(row.get("external_order_number") or "").strip() if isinstance(row, dict) else ""


def _id(row: Any) -> str:
    reader = Reader(row, "ticket_id")
    found = reader.id("ticket_id")
    if not found.strip():
        raise SchemaDrift("The ticket has no id.")
    return found


def _update(ticket_id: str) -> str:
    return f"ticket/update/{part(ticket_id)}"


def _require_open(row: Any) -> None:
    if is_paid(Reader(row, "ticket_id")):
        raise Conflict("The ticket is paid, and Treez lets nothing of a paid ticket be changed.", platform="treez")
