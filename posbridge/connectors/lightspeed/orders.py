"""Orders at Lightspeed: queued for a register, watched until it has them, paid there; found, read and listed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant, SendContext, Steps
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import Conflict, NotFound, Unsupported, ValidationError
from posbridge.connectors.lightspeed.calls import Calls, frozen, place_of, rows_of, stamp
from posbridge.connectors.lightspeed.discounts import Discounts
from posbridge.connectors.lightspeed.facts import ENDPOINT, READ_LAG_S
from posbridge.connectors.lightspeed.order_body import (
    NO_REFUNDS,
    REFUND_STEP,
    TASK_MS,
    Setup,
    from_order,
    from_tender,
    table_of,
)
from posbridge.connectors.lightspeed.order_mapping import (
    GIVEN_BACK,
    is_bookkeeping,
    of_account,
    sent_reference,
    to_order,
)
from posbridge.connectors.lightspeed.outcomes import Outcome, Outcomes
from posbridge.connectors.lightspeed.products import Shelf
from posbridge.connectors.lightspeed.reading import made_at, next_reference, plain_reference
from posbridge.connectors.text import each, utc_from
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteOrder, TenderKind
from posbridge.domain.refund import Refund

ORDER, REFUSED, ACCOUNT = "order", "refused", "account"
#: A first pull of sales reaches back so far; so far, too, a sale of the register is looked for by its key.
FIRST_PULL = timedelta(days=30)
_AHEAD = timedelta(days=1)
#: A sale closes after it was captured; so much the two clocks may differ.
_EARLIER = timedelta(hours=2)
#: A read of sales spans 365 days at most, a day of which lies ahead.
_REACH = timedelta(days=363)
#: So long an order is only waited for; then the queue says what it waits for; then its task is dead.
_PATIENCE, _DEAD = timedelta(seconds=60), timedelta(milliseconds=TASK_MS, seconds=120)
_REGISTER = "a register that is switched on and takes online orders"
_METHODS = {
    TenderKind.CASH: "payment_cash", TenderKind.CARD: "payment_card", TenderKind.GIFT_CARD: "payment_giftcard",
}  # fmt: skip
_LOOK = (
    "See that a register is on and takes online orders, and look for the order there; then say in the queue whether "
    "it is there."
)
_ON_THE_TILL = "Lightspeed lets no program change an order; do it on the register."


class Orders:
    """Orders of the connection's location. The id of one that a program sent is the reference it was sent under."""

    def __init__(self, calls: Calls, shelf: Shelf, discounts: Discounts, outcomes: Outcomes) -> None:
        self._calls, self._shelf, self._discounts, self._outcomes = calls, shelf, discounts, outcomes

    # making
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Queued once under our reference; a reference that was used before is an order that is there already.
        Several tenders are paid one by one as soon as the register has the order; until then it is not complete."""
        steps = context.steps
        known = await steps.get(ORDER)
        if known:
            known = await self._again(order, context, known)
        else:
            known = await self._send(order, context, order.reference)
        await self._remember_account(known, steps)
        number = await self._pay(order, known, steps)
        return RemoteRef(id=known, number=number)

    async def _remember_account(self, known: str, steps: Steps) -> None:
        """Only a notification names the account of a take-away, which no list of open accounts has (FACTS trap 9): so
        that its payments go on after a restart it is kept."""
        outcome, kept = self._outcomes.of(known, self._calls.clock()), await steps.get(ACCOUNT)
        if outcome.account and outcome.account != kept:
            await steps.put(ACCOUNT, outcome.account)
        outcome.account = outcome.account or kept or ""

    async def _send(self, order: Order, context: SendContext, reference: str, *, email: bool = True) -> str:
        """A used reference is ours, for it holds our id: the order was taken before and is there, or on its way,
        unless the register is known to have refused it."""
        body = await self._body(order, context, reference, email=email)
        refused = self._outcomes.of(reference, self._calls.clock()).failed
        self._outcomes.sent(reference, self._calls.clock())  # now: the register may answer before the reply is here
        try:
            await self._calls.write("POST", f"o/op/1/order/{_kind(order)}", frozen(body))
        except Conflict:
            if refused and not await self._seen(reference):
                return await self._anew(order, context, next_reference(reference), email=email)
            await self._adoptable(order, reference)
        return await self._taken(reference, context.steps)

    async def _anew(self, order: Order, context: SendContext, reference: str, *, email: bool) -> str:
        """Under one more reference, which is kept before anything leaves: what becomes of it is told by that name."""
        await context.steps.put(ORDER, reference)
        return await self._send(order, context, reference, email=email)

    async def _taken(self, reference: str, steps: Steps) -> str:
        await steps.put(ORDER, reference)
        return reference

    async def _adoptable(self, order: Order, reference: str) -> None:
        """Raises ValidationError when what is there under our reference is another sale."""
        for remote in await self.find(reference, around=order.captured_at):
            skus = {line.sku for line in remote.lines}
            if remote.complete and remote.total != order.totals.total and not skus & {x.sku for x in order.lines}:
                words = f"Lightspeed has another order under the reference {reference}."
                raise ValidationError(words, next_step="Look at it there, then settle it in the queue.")

    async def _again(self, order: Order, context: SendContext, known: str) -> str:
        """The reference that counts: an order that the register refused goes once more, everything else rests.

        Raises ValidationError with the register's words when it refuses again; a person's retry begins anew.
        """
        outcome, steps = self._outcomes.of(known, self._calls.clock()), context.steps
        if not outcome.failed or await self._seen(known):
            return known
        if await steps.get(REFUSED) and not outcome.email_clash:
            await steps.put(REFUSED, "")
            raise refusal(outcome)
        await steps.put(REFUSED, known)
        clash = outcome.email_clash
        self._outcomes.sent(known, self._calls.clock())  # what it said before says nothing of this try
        if await self._unburnt(order, context, known, clash):
            return await self._taken(known, steps)
        return await self._anew(order, context, next_reference(known), email=not clash)

    async def _unburnt(self, order: Order, context: SendContext, known: str, clash: bool) -> bool:
        """Sends a refused order under its first reference; False when that is burnt."""
        body = await self._body(order, context, known, email=not clash)
        try:
            await self._calls.write("POST", f"o/op/1/order/{_kind(order)}", frozen(body))
        except Conflict:
            return False
        return True

    async def _body(self, order: Order, context: SendContext, reference: str, *, email: bool) -> dict[str, Any]:
        """The order with what the register charges for its lines."""
        links = await self._links(order, context)
        pieces = await self._shelf.pieces(link.variant_id for link in links.values())
        coded = any(share.code for line in order.lines for share in line.shares)
        discounts = await self._discounts.by_code() if coded else {}
        setup = replace(self._settings(), pieces=pieces, discounts=discounts)
        return from_order(order, setup, links, reference=reference, email=email)

    async def _links(self, order: Order, context: SendContext) -> dict[str, RemoteVariant]:
        """Orders name items by SKU: a line without a link is the item of its SKU, unless their barcodes differ."""
        found = {line.variant_id: context.links[line.variant_id] for line in order.lines
                 if line.variant_id in context.links}  # fmt: skip
        for line in order.lines:
            if line.variant_id in found or not line.sku:
                continue
            row = await self._shelf.with_sku(line.sku)
            if row is not None and _same_code(line.barcode, row):
                key = str(row["id"])
                found[line.variant_id] = RemoteVariant(variant_id=key, product_id=key, sku=line.sku)
        return found

    def _settings(self) -> Setup:
        field = self._calls.field
        methods = {kind: field(name) for kind, name in _METHODS.items()}
        return Setup(
            location=int(self._calls.location),
            endpoint=field("endpoint_id", ENDPOINT),
            profile=field("profile_togo"),
            table_profile=field("profile_dinein"),
            methods={**methods, TenderKind.CARD: field("payment_card", "OOPAYMENT")},
            manual=field("manual_discount_code"),
            custom=field("custom_item_sku"),
            staff=field("staff_id"),
        )

    async def _pay(self, order: Order, reference: str, steps: Steps) -> str:
        """One call a tender where there are several, each under a reference of its own. The number there."""
        if len(order.tenders) < 2:
            return ""
        account = await self._account(reference)
        if account is None:
            return ""
        there, setup = of_account(account, currency=order.currency), self._settings()
        for at, tender in enumerate(order.tenders, start=1):
            name, paid = f"payment-{at}", f"{reference}-p{at}"
            last = at == len(order.tenders)
            amount = tender.amount - (_dearer(order, there) if last else 0)
            if amount > 0 and not await steps.get(name):
                body = from_tender(order, tender, setup, account=there.number, reference=paid, amount=amount)
                await self._paid(frozen(body))
                await steps.put(name, paid)
        return there.number

    async def _paid(self, body: str) -> None:
        """A payment whose reference was used before is recorded already."""
        try:
            await self._calls.write("POST", "o/op/1/pay", body)
        except Conflict:
            return

    # reading
    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Closed sales since shortly before the capture, and open accounts, that carry our reference."""
        found = await self._visible(reference, around)
        return list({remote.id: remote for remote in found}.values())

    async def get(self, order_id: str) -> RemoteOrder:
        """By the reference it was sent under, or by the key of a sale that the register made.

        One that the register refused is not complete: the sender tries once more, then says why. Raises NotFound,
        and ValidationError for an order that was cancelled there or that no register has taken within its time.
        """
        seen = await self._seen(order_id)
        if seen is not None:
            return self._judged(seen)
        if made_at(order_id) is None:
            raise NotFound("Lightspeed has no such sale.")
        return self._awaited(order_id)

    async def _seen(self, order_id: str) -> RemoteOrder | None:
        """Under whichever of its references it was taken: the reply that would have told may be lost."""
        found = [one for one in await self._visible(order_id, made_at(order_id)) if order_id in (one.id, one.reference)
                 or one.reference == plain_reference(order_id)]  # fmt: skip
        return next((one for one in found if one.id == order_id), found[0] if found else None)

    async def _visible(self, reference: str, around: datetime | None) -> list[RemoteOrder]:
        """Closed sales first: an account that has just closed is in them. The sale's refunds are counted in."""
        wanted = plain_reference(reference)
        now = self._calls.clock()
        since = max((min(around, now) - _EARLIER) if around else now - FIRST_PULL, now - _REACH)
        sales = [row async for rows in self._sales(since) for row in rows]
        mine = [row for row in sales if _named(row, wanted, reference)]
        closed = [self._sale(row, sales) for row in mine]
        if closed:
            return closed
        return [of_account(row, currency=self._calls.currency) for row in await self._accounts(wanted)]

    async def _accounts(self, wanted: str) -> list[Any]:
        """Open accounts that carry the reference: the one that a notification named, else among all of today."""
        outcome = self._outcomes.of(wanted, self._calls.clock())
        if outcome.account:
            try:
                raw = await self._calls.get(f"o/op/1/order/accounts/{outcome.account}")
            except NotFound:
                outcome.account = ""
            else:
                return [raw | {"thirdPartyReference": sent_reference(raw) or wanted}] if isinstance(raw, dict) else []
        rows = rows_of(await self._calls.get("o/op/1/order/table/getCheck"))
        return [row for row in rows if plain_reference(sent_reference(row)) == wanted]

    async def _account(self, reference: str) -> Any | None:
        found = await self._accounts(plain_reference(reference))
        return found[0] if found else None

    async def _sales(self, since: datetime) -> AsyncIterator[list[Any]]:
        async for page, _ in self._calls.sales(since, self._calls.clock() + _AHEAD):
            yield rows_of(page, "sales")

    def _sale(self, row: Any, sales: list[Any]) -> RemoteOrder:
        return to_order(row, currency=self._calls.currency, given_back=_given_back(row, sales))

    def _judged(self, remote: RemoteOrder) -> RemoteOrder:
        """An order that is on the register, with what keeps it from being complete."""
        if remote.complete:
            return remote
        outcome = self._outcomes.of(remote.id, self._calls.clock())
        for said in outcome.refused_payments.values():
            words = f"The register has order {remote.number} and refused a payment: {said}"
            raise ValidationError(words, next_step="Settle the payment on the register, then mark it done here.")
        outcome.seen = outcome.seen or self._calls.clock()
        if self._calls.clock() - outcome.seen <= _PATIENCE:
            return remote
        due = Money(amount=(remote.total or 0) - (remote.paid or 0), currency=remote.currency)
        words = f"somebody at the register: {due.plain()} of it is not paid there"
        return remote.model_copy(update={"waiting_for": words})

    def _awaited(self, order_id: str) -> RemoteOrder:
        """An order that was queued and that no register shows."""
        now = self._calls.clock()
        outcome = self._outcomes.of(order_id, now)
        if outcome.cancelled:
            raise ValidationError("The order was cancelled on the register.", next_step="Ask there, then park it.")
        waited = now - outcome.begun
        if waited > _DEAD and not outcome.failed:
            words = "No register has taken the order within its time, and none said why."
            raise ValidationError(words, next_step=_LOOK)
        waits = _REGISTER if waited > _PATIENCE and not outcome.failed else ""
        return _queued(order_id, self._calls.currency, outcome, waits)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Sales by their time of closing, the first pull thirty days back; bookkeeping between accounts is left out,
        and a refund is counted at its sale where both stand on one page."""
        place = place_of(cursor)
        now = self._calls.clock()
        since = place.get("since", "") or stamp(now - FIRST_PULL)
        until = place.get("until", "") or stamp(now + timedelta(seconds=1))
        begin = utc_from(since) - timedelta(seconds=READ_LAG_S)
        begin = max(begin, now - _REACH)
        async for page, following in self._calls.sales(begin, utc_from(until), place.get("at", "")):
            rows = [row for row in rows_of(page, "sales") if not is_bookkeeping(row)]
            items, parked = await asyncio.to_thread(each, _joined(rows), self._pair, "accountReference")
            after = cursor_of(since=since, until=until, at=following) if following else cursor_of(since=until)
            yield Page(items, after, not following, parked=parked)

    def _pair(self, pair: Mapping[str, Any]) -> RemoteOrder:
        return to_order(pair["sale"], currency=self._calls.currency, given_back=pair["back"])

    # what only the register can do
    async def update(self, order_id: str, *, note: str) -> NoReturn:
        raise Unsupported(_ON_THE_TILL)

    async def update_status(self, order_id: str, status: OrderStatus) -> NoReturn:
        raise Unsupported(f"{_ON_THE_TILL} (to {status.value})")

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> NoReturn:
        raise Unsupported(NO_REFUNDS, next_step=REFUND_STEP)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        return []


def refusal(outcome: Outcome) -> ValidationError:
    """The register's words, for a person."""
    words = f"The register refused the order: {outcome.failed}"
    return ValidationError(words, next_step="Mend what it says there, then retry.")


def _dearer(order: Order, there: RemoteOrder) -> int:
    """By how much ours exceeds the register's total: it takes no payment beyond what is due."""
    return max(0, order.totals.total - (order.totals.total if there.total is None else there.total))


def _same_code(barcode: str, row: Mapping[str, Any]) -> bool:
    """False only when both name barcodes and ours is not among theirs."""
    listed = row.get("barcodes")
    codes = {str(code) for code in [*(listed if isinstance(listed, list) else ()), row.get("barcode")] if code}
    return not barcode or not codes or barcode in codes


def _kind(order: Order) -> str:
    return "toGo" if table_of(order) is None else "local"


def _queued(order_id: str, currency: str, outcome: Outcome, waiting_for: str) -> RemoteOrder:
    return RemoteOrder(
        id=order_id,
        complete=False,
        reference=plain_reference(order_id),
        number=outcome.account,
        status=OrderStatus.FAILED if outcome.failed else OrderStatus.DRAFT,
        platform_status="FAILURE" if outcome.failed else "ok",
        currency=currency,
        total=None,
        waiting_for=waiting_for,
    )


def _named(row: Any, wanted: str, key: str) -> bool:
    """Whether a sale is the one: by the reference it was sent under, or by its own key."""
    if not isinstance(row, Mapping) or is_bookkeeping(row):
        return False
    sent = sent_reference(row) if row.get("type") not in GIVEN_BACK else ""
    return plain_reference(sent) == wanted if sent else row.get("accountReference") == key


def _given_back(sale: Any, rows: list[Any]) -> list[Any]:
    number = sale.get("accountFiscId") if isinstance(sale, Mapping) else None
    return [row for row in rows if number and _source(row) == number and row.get("type") in GIVEN_BACK]


def _source(row: Any) -> Any:
    source = row.get("source") if isinstance(row, Mapping) else None
    return source.get("initialAccountId") if isinstance(source, Mapping) else None


def _joined(rows: list[Any]) -> list[dict[str, Any]]:
    """Each sale with its refunds of the same page; a refund whose sale is elsewhere stands alone."""
    made, counted = [], set()
    for row in rows:
        back = _given_back(row, rows) if isinstance(row, Mapping) and row.get("type") not in GIVEN_BACK else []
        counted |= {id(one) for one in back}
        key = row.get("accountReference") if isinstance(row, Mapping) else ""
        made.append({"accountReference": key, "sale": row, "back": back})
    return [pair for pair in made if id(pair["sale"]) not in counted]
