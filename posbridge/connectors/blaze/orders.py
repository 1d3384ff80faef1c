"""Orders at Blaze: a consumer cart is opened, priced, submitted, and then waits for the staff to accept it."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.blaze.calls import PAGE, READ_LAG_S, Calls, cursor_of, part, place_of, weeks_of_days
from posbridge.connectors.blaze.order_body import Body, corrected, from_order, from_payment, from_refund
from posbridge.connectors.blaze.order_mapping import references_of, to_order
from posbridge.connectors.blaze.reading import from_millis, listed, millis, us_day, zone_of
from posbridge.connectors.blaze.words import OPEN, TURNED_DOWN, WORDS
from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.text import Reader, each, one_line
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

ORDER, CONSUMER, PAID = "order", "consumer", "payment"
CARTS = "store/cart"
#: Lists of transactions may be pulled once an hour (the usage terms, IV).
HOURLY = timedelta(hours=1)
FIRST_PULL = timedelta(days=28)
_EARLIER = timedelta(days=1)
CONSENT = "payment_consent"
#: Surely nothing was recorded.
_UNDONE = (
    ServiceUnavailable, RateLimitExceeded, AuthenticationError, PermissionDenied, ValidationError, NotFound, Conflict,
)  # fmt: skip
_NONE = "None"
#: What stands in `externalId` and memo of a sale of a till: a reference like ours, or an order's UUID.
_MARK = re.compile(r"[A-Z]{1,3}[0-9A-HJKMNP-TV-Z]{16}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Of so many carts it is remembered whose sale they are.
_REMEMBERED = 1000


class Orders:
    """Consumer carts of the key's shop, and the transactions that its staff make of them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._currency = calls.connection.currency
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._owners: OrderedDict[str, str] = OrderedDict()

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Opens a cart, keeps its id, prices it, submits it; then, with Blaze's consent only, records the payment.

        The cart makes it single: whatever is lost, the same cart is read, and submitted only while it is open.
        Raises ValidationError for goods that Blaze does not have, or with its words when it does not take the order.
        """
        raw = await self._kept(order, context.steps)
        if raw is None or not placed(raw):
            from_order(order, context.links)  # its lines are checked first, so that nothing is opened in vain
            async with self._turns[await self._consumer(context)]:
                raw = await self._submit(order, await self._opened(order, context, raw), context)
        await self._paid(order, raw, context.steps)
        found = to_order(raw, currency=self._currency)
        return RemoteRef(id=found.id, number=found.number)

    async def _kept(self, order: Order, steps: Steps) -> Any:
        """The cart of an earlier try as it stands; None where there is none, or where another sale has taken it."""
        cart_id = await steps.get(ORDER)
        if not cart_id:
            return None
        raw = await self._read(cart_id)
        if is_of(raw, order.reference):
            return raw
        await steps.put(ORDER, "")
        return None

    async def _opened(self, order: Order, context: SendContext, raw: Any) -> Any:
        """The open cart of this order, its id kept."""
        if raw is None:
            cuid = await self._consumer(context)
            raw = await self._active(cuid, order.reference)
            await context.steps.put(ORDER, Reader(raw).id())
        self._owns(Reader(raw).id(), order.reference)
        return raw

    def _owns(self, cart_id: str, reference: str) -> None:
        """Remembers whose sale a cart is, for whoever asks by its id alone."""
        self._owners[cart_id] = reference
        while len(self._owners) > _REMEMBERED:
            self._owners.popitem(last=False)

    async def _active(self, cuid: str, reference: str) -> Any:
        """A consumer has one open cart, so it may be another sale's: then this one comes later.

        Guess: the reference in sessionId and externalId gives each sale a cart of its own.
        """
        asked = {"cuid": cuid or None, "sessionId": reference, "externalId": reference}
        raw = await self._calls.get(f"{CARTS}/active", asked)
        reader = Reader(raw)
        owner = reader.text("externalId").strip()
        if placed(raw) or owner not in ("", reference) or (not owner and reader.object("cart").items("items")):
            raise busy()
        return raw

    async def _consumer(self, context: SendContext) -> str:
        """The consumer of the member, else the guest consumer of the settings; kept, for a look-up needs it."""
        known = await context.steps.get(CONSUMER)
        if known:
            return known
        found = await self._of_member(context.customer_id) if context.customer_id else ""
        cuid = found or self._calls.setting("anonymous_consumer_id")
        await context.steps.put(CONSUMER, cuid)
        return cuid

    async def _of_member(self, member_id: str) -> str:
        """A member without a web account has no consumer."""
        try:
            return Reader(await self._calls.get(f"members/{part(member_id)}")).text("consumerUserId").strip()
        except NotFound:
            return ""

    async def _submit(self, order: Order, raw: Any, context: SendContext) -> Any:
        cart_id, cuid = Reader(raw).id(), await context.steps.get(CONSUMER) or ""
        asked = {"cuid": cuid} if cuid else None
        body = await self._priced(order, cart_id, asked, context)
        try:
            made = await self._calls.write("POST", f"{CARTS}/submitCart/{part(cart_id)}", body, asked)
        except (ValidationError, Conflict) as problem:
            made = await self._after(problem, cart_id)
        if not is_of(made, order.reference):
            await context.steps.put(ORDER, "")
            raise busy()
        if not placed(made):
            raise ValidationError(f"Blaze did not take the order: {_problem(made) or 'it is still open there'}.")
        return made

    async def _after(self, problem: ValidationError | Conflict, cart_id: str) -> Any:
        """Guess: a cart that is placed already answers 400 to a second submit. Raises the problem for any other.

        Whose order it is then has to be looked at: another till may have placed the one open cart of a consumer.
        """
        raw = await self._read(cart_id)
        if not placed(raw):
            raise problem
        return raw

    async def _priced(self, order: Order, cart_id: str, asked: Mapping[str, str] | None, context: SendContext) -> Body:
        """The body as Blaze has priced it; once more with other discounts where its catalogue has changed since."""
        body = self._body(order, cart_id, context)
        prepared = await self._prepare(body, asked)
        better = corrected(body, prepared, order)
        if better is None:
            return body
        await self._prepare(better, asked)
        return better

    def _body(self, order: Order, cart_id: str, context: SendContext) -> Body:
        medical = order.customer is not None and order.customer.medical_card is not None
        return from_order(
            order, context.links, cart_id=cart_id, inventory=self._calls.setting("inventory_id"),
            terminal=self._calls.setting("terminal_id"), medical=medical,
        )  # fmt: skip

    async def _prepare(self, body: Body, asked: Mapping[str, str] | None) -> Any:
        """Prices the cart; nothing is stored. Raises ValidationError with Blaze's words for what it does not take."""
        prepared = await self._calls.ask(f"{CARTS}/prepare", body, asked)
        said = _problem(prepared)
        if said:
            raise ValidationError(f"Blaze says: {said}", next_step="Look at the order's goods and codes in Blaze.")
        return prepared

    async def _paid(self, order: Order, raw: Any, steps: Steps) -> None:
        """Records what was paid, if Blaze has consented (terms, III.a); once, by the step and what the cart shows.

        Guess: a recorded payment makes the cart `prepaid` or names how it was paid. Blaze would book a second one, so
        after a lost reply none is sent: a cart that shows no payment then is told as unpaid.
        """
        reader = Reader(raw)
        option = reader.object("cart").text("paymentOption", _NONE) or _NONE
        consented = self._calls.setting(CONSENT, "no") == "yes"
        if not consented or not order.tenders or reader.flag("prepaid") or option != _NONE or await steps.get(PAID):
            return
        await steps.put(PAID, "sent")
        try:
            await self._calls.write("POST", f"{CARTS}/{part(reader.id())}/payments", from_payment(order))
        except _UNDONE:
            await steps.put(PAID, "")
            raise
        await steps.put(PAID, "1")

    # reading
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Carts that were submitted under our reference, from the history of the consumer it was sent for.

        The history cannot be filtered: each row's own `externalId` is compared. An open cart is none: nothing was
        ordered by it, and `create` is given the same one again. Raises ValidationError when Blaze turned it down.
        """
        kept = await steps.get(CONSUMER) if steps is not None else None
        cuid = kept or self._calls.setting("anonymous_consumer_id")
        since = millis(around - _EARLIER) if around is not None else 0
        rows: list[Any] = []
        asked = {"cuid": cuid} if cuid else {}
        async for page in self._calls.pages(f"{CARTS}/history", asked, skip="start"):
            rows += [row for row in page.rows if isinstance(row, Mapping) and row.get("externalId") == reference]
            if _past(page.rows, since):
                break
        return [self._judged(row) for row in rows if placed(row)]

    async def get(self, order_id: str) -> RemoteOrder:
        """The order as it stands; with consent, one whose payment was not recorded is unpaid.

        Raises NotFound, also for a cart of ours that another till has placed with its own sale, or ValidationError
        with Blaze's words when it was turned down.
        """
        raw = await self._any(order_id)
        owner = self._owners.get(order_id)
        if owner and placed(raw) and not is_of(raw, owner):
            raise NotFound("Another till has sent its own sale with this cart.")
        return self._judged(raw)

    async def _any(self, order_id: str) -> Any:
        """A cart, else a transaction that was made at the register."""
        try:
            return await self._read(order_id)
        except NotFound:
            return await self._calls.get(f"transactions/{part(order_id)}")

    async def _read(self, cart_id: str) -> Any:
        return await self._calls.get(f"{CARTS}/{part(cart_id)}")

    def _judged(self, raw: Any) -> RemoteOrder:
        found = to_order(raw, currency=self._currency)
        if found.platform_status.casefold() in TURNED_DOWN and "cartStatus" in raw:
            why = one_line(Reader(raw).text("reason"))
            raise ValidationError(
                f"Blaze's order {found.number or found.id} is {found.platform_status}" + (f": {why}." if why else "."),
                platform_code=found.platform_status,
                next_step="Ask the staff why; if the goods were handed out, ring the sale up in Blaze by hand.",
            )
        consented = self._calls.setting(CONSENT, "no") == "yes"
        return found.model_copy(update={"paid": 0}) if consented and found.paid is None else found

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Transactions by day (MM/dd/yyyy in the shop's time), in weeks; the first pull reaches back four weeks.

        Within an hour of the last pull nothing is asked: Blaze's terms allow one an hour.
        """
        place, now = place_of(cursor), self._calls.clock()
        began, since = place.get("began", 0) or millis(now - timedelta(seconds=READ_LAG_S)), place.get("since", 0)
        if since and not place.get("began") and now - from_millis(since) < HOURLY:
            yield Page([], cursor or "", True)
            return
        zone = zone_of(self._calls.zone)

        def days(begin: datetime, end: datetime) -> dict[str, str]:
            return {"startDate": us_day(begin.astimezone(zone)), "endDate": us_day(end.astimezone(zone))}

        weeks = weeks_of_days(from_millis(since) if since else now - FIRST_PULL, now, zone)
        async for page, begin in self._calls.windowed("transactions", weeks, days, first=place.get("skip", 0)):
            items, parked = await asyncio.to_thread(each, page.rows, self._mapped)
            here = cursor_of(since=millis(begin), skip=page.following, began=began)
            yield Page(items, cursor_of(since=began) if page.last else here, page.last, parked=parked)

    def _mapped(self, raw: Any) -> RemoteOrder:
        return to_order(raw, currency=self._currency)

    async def of_member(self, member_id: str) -> list[RemoteOrder]:
        """The completed sales of a member: one page."""
        path = f"transactions/members/{part(member_id)}/completed"
        return each(listed(await self._calls.get(path, {"start": 0, "limit": PAGE})), self._mapped)[0]

    # changing
    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """Raises Unsupported."""
        raise Unsupported("Blaze lets nothing be changed of an order that was placed.", next_step="Tell its staff.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Cancels an order that nobody has accepted yet; every other move is made by Blaze's staff.

        Raises Unsupported, or Conflict for an order that is too far.
        """
        WORDS.theirs(status)
        raw = await self._read(order_id)
        now = to_order(raw, currency=self._currency)
        if now.status is status:
            return now
        WORDS.move(now.platform_status, status)
        answer = await self._calls.write("DELETE", f"{CARTS}/cancelCart/{part(order_id)}")
        return to_order(answer, currency=self._currency)

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """Raises Unsupported."""
        from_refund(refund)
        raise Unsupported("Blaze takes no refunds from other programs.")

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        """None: refunds cannot be sent, so none of ours is there."""
        return []


def is_of(raw: Any, reference: str) -> bool:
    """Whether a cart is this sale's. It is, unless it bears another sale's mark: Blaze might keep none of ours, or
    write something of its own in its place, and then it must not be taken for missing and sent again."""
    borne = references_of(raw)
    return reference in borne or not any(_MARK.fullmatch(one) for one in borne)


def busy() -> ServiceUnavailable:
    """Nothing of this sale was sent."""
    return ServiceUnavailable(
        "The guest consumer's open cart at Blaze belongs to another sale; this one is sent after it.",
        next_step="With several tills, give each a guest consumer of its own.", reason="busy",
    )  # fmt: skip


def placed(raw: Any) -> bool:
    """Whether a cart was submitted: `placed`, or a status past the open one (it may be cancelled by now)."""
    reader = Reader(raw)
    return reader.flag("placed") or reader.text("cartStatus").casefold() not in OPEN


def _problem(raw: Any) -> str:
    """What Blaze says against a cart, in its words: `errorMsg`, else the first of the rewards that do not count."""
    if not isinstance(raw, Mapping):
        raise SchemaDrift("Blaze answered a cart with something else.")
    said = one_line(Reader(raw).text("errorMsg"))
    held = raw.get("rewardErrorMap")
    if not said and isinstance(held, Mapping):
        said = next((one_line(text) for text in held.values() if isinstance(text, str) and text.strip()), "")
    return said


def _past(rows: list[Any], since: int) -> bool:
    """Whether a page is wholly older than `since` (the newest come first), so that the rest is older still."""
    times = [Reader(row).decimal("created") or 0 for row in rows if isinstance(row, Mapping)]
    return bool(since and times) and max(times) < since and times == sorted(times, reverse=True)
