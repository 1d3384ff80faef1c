"""Promotion codes, judged in words, and the balance of cards that third parties issue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from posbridge.connectors.blaze.calls import Calls, cursor_of, part, place_of
from posbridge.connectors.blaze.deals_mapping import DAYS, to_discount, to_gift_card
from posbridge.connectors.blaze.reading import zone_of
from posbridge.connectors.contract import GiftCardMove, Page
from posbridge.connectors.errors import NotFound, Unsupported, ValidationError
from posbridge.connectors.text import Reader, each, one_line
from posbridge.domain.basket import Basket, BasketLine, PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal, Scope
from posbridge.domain.discounts import REFUSAL_WORDS, check
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money

PROMOTIONS = "loyalty/promotions"
_NEVER = "Blaze takes nothing off a card for other programs: the cashier charges it at the register."
#: What a promotion may name its goods by, beside their ids: the field of the product that says the same.
_KINDS = {"brands": "brandId", "vendors": "vendorId", "categories": "categoryId", "tags": "tags"}


class Discounts:
    """Codes of the shop's promotions. What a code really takes off, Blaze says when the order is prepared."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._currency = calls.connection.currency

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """What the promotion says of this basket. Guess: a code that is none answers 400 with a message."""
        typed = code.strip()
        try:
            raw = await self._calls.get(f"{PROMOTIONS}/code/{part(typed)}")
        except (NotFound, ValidationError) as problem:
            return _refused(code, DiscountRefusal.UNKNOWN, problem.message, now)
        if not _has(raw, typed):
            return _refused(code, DiscountRefusal.UNKNOWN, "Blaze does not know this code.", now)
        found = to_discount(raw, currency=self._currency).model_copy(update={"code": typed})
        why, words = self._against(found, now)
        if why is not None:
            return _refused(code, why, words, now)
        found = await self._scoped(found, [line.line for line in basket.lines])
        refusal = check(found, _basket(basket), now)
        if refusal is not None:
            return _refused(code, refusal, REFUSAL_WORDS.get(refusal, ""), now)
        return DiscountAnswer(code=code, discount=found, checked_at=now)

    def _against(self, found: Discount, now: datetime) -> tuple[DiscountRefusal | None, str]:
        """What our rules have no words for: channels, weekdays, hours, groups, and rules only Blaze can reckon."""
        extra, here = found.extra, now.astimezone(zone_of(self._calls.zone))
        if extra.get("elsewhere"):
            return DiscountRefusal.INACTIVE, "This code counts in other sales channels only."
        if DAYS[here.weekday()] not in extra.get("days", DAYS):
            return DiscountRefusal.INACTIVE, "This code does not count on this day of the week."
        if not _within(extra.get("hours"), here.hour * 60 + here.minute):
            return DiscountRefusal.INACTIVE, "This code does not count at this time of the day."
        if extra.get("groups"):
            return DiscountRefusal.NOT_FOR_CUSTOMER, "This code is for groups of members; Blaze's register applies it."
        if extra.get("cannot"):
            return DiscountRefusal.UNSUPPORTED, f"Only Blaze's own register can apply this code: {extra['cannot']}."
        return None, ""

    async def _scoped(self, found: Discount, lines: list[BasketLine]) -> Discount:
        """The scope in ids of the basket's products, where the promotion names brands, vendors, categories or tags."""
        names = {*_KINDS, *(f"not_{kind}" for kind in _KINDS)}
        if not names & found.extra.keys():
            return found
        ids = dict.fromkeys(line.product_id or line.variant_id for line in lines)
        goods = {one: Reader(await self._calls.get(f"products/{part(one)}")) for one in ids}
        outs = {one for one, row in goods.items() if _named(row, found.extra, "not_")}
        scope = found.scope
        wanted = any(kind in found.extra for kind in _KINDS)
        ins = {one for one, row in goods.items() if _named(row, found.extra, "")} | set(scope.product_ids)
        ids_in = frozenset(ins or {"nothing in this basket"}) if wanted else scope.product_ids
        gone = scope.excluded_product_ids | outs
        return found.model_copy(update={"scope": Scope(product_ids=ids_in, excluded_product_ids=frozenset(gone))})

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes to keep: those that are on and that a till can reckon by itself."""
        async for page in self._calls.pages(PROMOTIONS, {}, first=place_of(None).get("skip", 0), skip="start"):
            items, parked = each(page.rows, lambda raw: to_discount(raw, currency=self._currency))
            kept = [one for one in items if one.active and one.code and not _beyond(one)]
            yield Page(kept, cursor_of(skip=page.following), page.last, parked=parked, total=page.total)


def _beyond(found: Discount) -> bool:
    """Whether something must be asked before it counts."""
    more = {"cannot", "elsewhere", "groups", "days", "hours", *_KINDS, *(f"not_{kind}" for kind in _KINDS)}
    return bool(more & found.extra.keys())


def _has(raw: Any, typed: str) -> bool:
    """Whether the promotion is of this code: an answer is not taken on trust."""
    if not isinstance(raw, dict):
        return False
    codes = [raw.get("promocode"), *(raw.get("promoCodes") or [])]
    return typed.casefold() in {code.strip().casefold() for code in codes if isinstance(code, str)}


def _within(hours: Any, minute: int) -> bool:
    """Guess: the times of a day are its minutes in shop time; an end before the beginning is past midnight."""
    if not hours:
        return True
    start, end = hours
    inside: bool = start <= minute <= end if start <= end else minute >= start or minute <= end
    return inside


def _named(row: Reader, extra: dict[str, Any], sign: str) -> bool:
    return any(not _values(row, field).isdisjoint(extra.get(f"{sign}{kind}", ())) for kind, field in _KINDS.items())


def _values(row: Reader, field: str) -> set[str]:
    held = row.raw.get(field)
    return {each_one for each_one in held if isinstance(each_one, str)} if isinstance(held, list) else {row.text(field)}


def _refused(code: str, why: DiscountRefusal, words: str, now: datetime) -> DiscountAnswer:
    return DiscountAnswer(code=code, refusal=why, message=one_line(words), checked_at=now)


def _basket(priced: PricedBasket) -> Basket:
    lines = tuple(each_line.line for each_line in priced.lines)
    return Basket(id=UUID(int=0), currency=priced.totals.currency, lines=lines)


class GiftCards:
    """Stored-value cards of Linx, Clover or Mtrac: their balance can be asked for, nothing can be taken off."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def balance(self, code: str) -> GiftCard:
        """Raises NotFound for a card that its issuer does not know."""
        number = code.strip()
        body = {"type": self._calls.setting("gift_card_type", "Linx"), "paymentCardNumber": number}
        try:
            answer = await self._calls.ask("payments/balance", body)
        except ValidationError as problem:
            raise NotFound(problem.message, status=problem.status) from problem
        found = to_gift_card(answer, code=number, currency=self._calls.connection.currency)
        return found.model_copy(update={"checked_at": self._calls.clock()})

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        """Raises Unsupported, always."""
        raise Unsupported(_NEVER, next_step="Take another tender here, or let Blaze's cashier charge the card.")

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        """Raises Unsupported: a top-up there has no key, so a lost answer could pay twice."""
        raise Unsupported("Blaze puts nothing back on a card for other programs.", next_step="Give it back in cash.")

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        """None: no movement is ever made."""
        return None
