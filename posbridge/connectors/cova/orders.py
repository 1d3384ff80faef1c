"""Orders: put under a GUID of our own, watched by their status, paid when the register has them.

A 2xx is no success. An order is submitted, processed, ready for payment at the register, and through when COVA has
applied its payment; or it is rejected with a message, or failed in passing and is put again under the same GUID.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from posbridge.connectors.contract import Page, RemoteRef, SendContext
from posbridge.connectors.contract import Steps as Memory
from posbridge.connectors.cova import words
from posbridge.connectors.cova.calls import INTAKE, REPORTS, SALES, Calls
from posbridge.connectors.cova.ids import guid_of, is_guid
from posbridge.connectors.cova.order_body import Place, from_order, from_payment
from posbridge.connectors.cova.order_mapping import State, to_invoices, to_order, to_state
from posbridge.connectors.cursors import cursor_of, place_of
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    SchemaDrift,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

#: Seconds between two looks at a status: submission takes 10 s on average and 30 at most, so the drain looks on.
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 4.0)
#: A first read of invoices reaches back so far.
FIRST_PULL = timedelta(days=7)
#: Steps: that a payment may have left; when COVA took it (which takes 1 to 5 s to apply it), how long that counts.
LEFT, TAKEN, APPLIED_S = "payment_left", "payment_taken", 90

_REPAIR = "Correct it in COVA or in the connection, then say in the queue that the order is not there."
_REFUNDS = "COVA gives money back at its register only."


class Orders:
    """The orders of one location."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Steps: "order", the GUID, before anything leaves. What is there is never put again, but a passing failure.

        Raises Unsupported for what an order of COVA cannot say, ValidationError in COVA's words where it was
        rejected or reckons another total, ServiceUnavailable where it failed in passing.
        """
        body, guid = self._body(order, context), guid_of(order.reference)
        known = await context.steps.get("order")
        if not known:
            await context.steps.put("order", guid)
        state = await self._state(guid)
        if state is None or state.transient or (state.rejected and not known):
            await self._calls.write("PUT", INTAKE, f"v1/{self._kind}CovaOrder({guid})", body)
            state = await self._settled(guid)
        elif state.underway:
            state = await self._settled(guid)
        _require_good(state)
        if state is not None and state.payable and order.tenders:
            await self._pay_once(order, state, len(body["Lines"]), context.steps)
        return RemoteRef(id=guid)

    @property
    def _kind(self) -> str:
        return "TIP" if self._calls.inclusive else "TEP"

    def _body(self, order: Order, context: SendContext) -> dict[str, Any]:
        calls = self._calls
        place = Place(calls.company, calls.entity, calls.setting("integrator_id"), calls.inclusive)
        customer = context.customer_id if is_guid(context.customer_id) else ""
        lower = calls.setting("discounts", "lower") != "refuse"
        return from_order(order, place, links=context.links, customer_id=customer, lower_prices=lower)

    async def _state(self, guid: str) -> State | None:
        """None where COVA does not know the order (yet)."""
        path = f"v2/Companies({self._calls.company})/CovaOrder({guid})/Status"
        raw = await self._calls.found(INTAKE, path)
        return None if raw is None else to_state(raw, currency=self._calls.currency)

    async def _settled(self, guid: str, *, payment: bool = False, looks: int | None = None) -> State | None:
        """The status once it stands still, or as it is when we have looked long enough (`looks` of PAUSES)."""
        state = None
        for pause in PAUSES[:looks]:
            await asyncio.sleep(pause)
            state = await self._state(guid)
            moving = state is None or state.underway or (payment and _paying(state))
            if not moving:
                break
        return state

    async def _pay_once(self, order: Order, state: State, lines: int, steps: Memory) -> None:
        """A payment that COVA has taken is not sent again while it may still be applied."""
        taken = await steps.get(TAKEN)
        if taken and self._calls.clock() - datetime.fromisoformat(taken) < timedelta(seconds=APPLIED_S):
            await self._settled(state.id, payment=True)
            return
        if await steps.get(LEFT):  # its answer was lost: it may show in a moment
            now = await self._settled(state.id, payment=True, looks=-1)
            if now is None or not now.payable:
                return
        await steps.put(LEFT, "1")
        await self._pay(order, state, lines)
        await steps.put(TAKEN, self._calls.clock().isoformat())
        await self._settled(state.id, payment=True)

    async def _pay(self, order: Order, state: State, lines: int) -> None:
        """The payment must equal COVA's own total. "Already paid" is no error: an earlier one is on its way."""
        total = state.total if state.total is not None else order.totals.total
        self._require_total(order, total, lines)
        body = from_payment(order, guid=state.id, company=self._calls.company, total=total)
        with suppress(Conflict):
            await self._calls.write("POST", INTAKE, "v1/CovaOrderPayment", body)

    def _require_total(self, order: Order, total: int, lines: int) -> None:
        """Raises ValidationError where COVA reckons another total: it takes no payment of another amount.

        Taxes rounded in another way may differ by a cent a line; that is paid as COVA reckons it, if the settings
        allow it, and shows as a difference in the queue.
        """
        off = abs(total - order.totals.total)
        allowed = lines if self._calls.setting("on_difference", "rounding") == "rounding" else 0
        if off <= allowed:
            return
        theirs = Money(amount=total, currency=order.currency).plain()
        ours = Money(amount=order.totals.total, currency=order.currency).plain()
        raise ValidationError(
            f"COVA reckons {theirs} {order.currency} for this sale, the receipt says {ours}.",
            next_step="Compare taxes and the tax pricing of the location; tender or cancel the order at the register.",
        )

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Memory | None = None
    ) -> list[RemoteOrder]:
        """By the GUID, which is made from the reference and from nothing else."""
        known = await steps.get("order") if steps is not None else None
        return await self._there(known or guid_of(reference))

    async def _there(self, order_id: str) -> list[RemoteOrder]:
        try:
            return [await self.get(order_id)]
        except NotFound:
            return []

    async def get(self, order_id: str) -> RemoteOrder:
        """Raises NotFound, and ValidationError in COVA's words for an order that it has rejected."""
        state_path = f"v2/Companies({self._calls.company})/CovaOrder({order_id})/Status"
        raw = await self._calls.found(INTAKE, state_path) if is_guid(order_id) else None
        if raw is None:
            raise NotFound("COVA has no order with this id.")
        state = to_state(raw, currency=self._calls.currency)
        if state.rejected:
            raise _rejected(state)
        at_register = not state.underway and not state.transient
        sale = await self._calls.found(SALES, self._sale(order_id)) if at_register else None
        try:
            return to_order(raw, sale, currency=self._calls.currency)
        except SchemaDrift:
            return to_order(raw, currency=self._calls.currency)  # a sale's shape is half guessed, a status is not

    def _sale(self, order_id: str) -> str:
        return f"Companies({self._calls.company})/Sales({order_id})"

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """The report of invoices, each read by its id. Public code shows no id in it: then there is nothing to list."""
        now = self._calls.clock()
        place = place_of(cursor, "COVA")
        try:
            since = datetime.fromisoformat(place["since"]) if place else now - FIRST_PULL
        except (KeyError, ValueError) as problem:
            raise ValidationError("This cursor is not one of COVA's.") from problem
        path = f"v1/Companies({self._calls.company})/Entities({self._calls.entity})/ByInvoiceWithProducts"
        raw = await self._calls.get(REPORTS, path, {"DateRange": self._between(since, now)})
        ids = dict.fromkeys(row.id for row in to_invoices(raw) if is_guid(row.id))
        items = [order for ident in ids for order in await self._there(ident)]
        yield Page(items, cursor_of(since=now.isoformat()), last=True)

    def _between(self, since: datetime, until: datetime) -> str:
        """Store-local text without an offset (third party)."""
        zone = ZoneInfo(self._calls.connection.timezone or "UTC")
        first, last = (at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S") for at in (since, until))
        return f"Date ge datetime'{first}' and Date le datetime'{last}'"

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        raise Unsupported("COVA changes nothing of an order, and its orders have no note.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Only cancelled, and only before payment. Raises Unsupported, Conflict for an order that is paid."""
        words.WORDS.theirs(status)
        state = await self._state(order_id) if is_guid(order_id) else None
        if state is None:
            raise NotFound("COVA has no order with this id.")
        said = words.shown(state.order, state.payment, state.fulfilment)
        if words.WORDS.move(said, status) != said:
            with suppress(NotFound):
                await self._calls.write("DELETE", SALES, self._sale(order_id))
        return await self.get(order_id)

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        raise Unsupported(_REFUNDS, next_step="Give it back at the COVA register.")

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Memory | None = None) -> list[RemoteRef]:
        return []


def _paying(state: State) -> bool:
    """A payment was sent and is neither applied nor refused."""
    return not state.ended and state.payment != words.REFUSED


def _require_good(state: State | None) -> None:
    if state is not None and state.rejected:
        raise _rejected(state)
    if state is not None and state.transient:
        raise ServiceUnavailable(state.message or "COVA could not process the order just now; it is sent again.")


def _rejected(state: State) -> ValidationError:
    said = state.message or "COVA has rejected the order without a word."
    return ValidationError(said, next_step=_REPAIR, platform_code=words.REJECTED)
