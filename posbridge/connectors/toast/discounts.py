"""Promo codes: Toast is asked whether one counts for a basket, and says no more than yes or no."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, PermissionDenied
from posbridge.connectors.text import Reader, each
from posbridge.connectors.toast.calls import CONFIG, ORDERS, Body, Calls, part, rows_of
from posbridge.connectors.toast.code_mapping import UNRECKONED, to_discount
from posbridge.connectors.toast.evening import Pricing
from posbridge.connectors.toast.identity import external_id, item_of
from posbridge.connectors.toast.order_body import from_basket
from posbridge.connectors.toast.till import till_of
from posbridge.domain.basket import PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal, DiscountSource, Scope
from posbridge.domain.money import Money

SILENT = "Toast does not take this code: it is unknown, has ended, is used up or does not fit this basket."
BY_NAME = "With read-only access Toast cannot confirm a code: this is the discount of that name."
UNNAMED = "Toast takes this code for some articles only and does not say for which: take it on a Toast terminal."
STANDARD = "standard"


class Discounts:
    """Codes of the restaurant's promotions."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._pricing = Pricing(calls)

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """An empty list is a refusal without a reason. Without the right to ask, the discount of that name counts,
        unproved."""
        typed = code.strip()
        till = till_of(self._calls.fields)
        order = from_basket(basket, till, external_id(f"check-{basket.basket_id}", till.prefix))
        if not typed or not order["checks"][0]["selections"]:
            return _refused(code, now)
        try:
            rows = rows_of(
                await self._calls.ask(f"{ORDERS}/applicableDiscounts", {"order": order, "promoCode": typed}),
                "discounts",
            )
        except PermissionDenied:
            return await self._by_name(code, typed, now)
        if not rows:
            return _refused(code, now)
        row = Reader(rows[0])
        scope = _scope(row, order, basket)
        if scope is None:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=UNNAMED, checked_at=now)
        found = await self._read(row.object("discount").text("guid"), typed, scope)
        return await self._answered(code, found, order, basket, now)

    async def _read(self, guid: str, code: str, scope: Scope) -> Discount:
        raw = await self._calls.get(f"{CONFIG}/discounts/{part(guid)}")
        return to_discount(raw, code=code, currency=self._calls.currency, scope=scope)

    async def _answered(
        self, code: str, found: Discount, order: Body, basket: PricedBasket, now: datetime
    ) -> DiscountAnswer:
        """What a till cannot reckon by itself (buy one get one, a fixed total) is priced by Toast."""
        if found.extra.get("type") not in UNRECKONED:
            return DiscountAnswer(code=code, discount=found, checked_at=now)
        check = order["checks"][0] | {"appliedDiscounts": [_applied(found)]}
        answer = await self._pricing.answer({**order, "checks": [check]}, basket.totals.currency)
        if not answer.discount:
            words = f"Only Toast can reckon a discount of the kind {found.extra.get('type')}."
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=words, checked_at=now)
        amount = Money(amount=answer.discount, currency=basket.totals.currency)
        fixed = {"kind": DiscountKind.FIXED, "amount": amount, "percent": None, "scope": Scope()}
        return DiscountAnswer(code=code, discount=found.model_copy(update=fixed), checked_at=now)

    async def _by_name(self, code: str, typed: str, now: datetime) -> DiscountAnswer:
        async for page in self._all():
            for one in page.items:
                if one.name.casefold() == typed.casefold():
                    named = one.model_copy(update={"code": typed})
                    return DiscountAnswer(
                        code=code, discount=named, message=BY_NAME, source=DiscountSource.CACHE, checked_at=now
                    )
        return _refused(code, now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Toast exposes no codes. With standard access, which cannot ask, discounts are kept by their names."""
        if self._calls.setting("access_tier") != STANDARD:
            yield Page([], "", True)
            return
        async for page in self._all():
            named = [one.model_copy(update={"code": one.name}) for one in page.items if one.name]
            yield Page(named, page.cursor, page.last, parked=page.parked)

    async def _all(self) -> AsyncIterator[Page[Discount]]:
        """The active discounts with a value that a till can reckon with."""
        try:
            rows = await self._calls.listed("discounts")
        except NotFound:
            rows = []
        found, parked = each(rows, lambda row: to_discount(row, currency=self._calls.currency), "guid")
        usable = [one for one in found if one.active and one.extra.get("type") not in UNRECKONED]
        yield Page(usable, "", True, parked=parked)


def _applied(found: Discount) -> Body:
    return {"discount": {"guid": found.id, "entityType": "Discount"}, "appliedPromoCode": found.code}


def _refused(code: str, now: datetime) -> DiscountAnswer:
    return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, message=SILENT, checked_at=now)


def _scope(row: Reader, order: Body, basket: PricedBasket) -> Scope | None:
    """The lines that it counts for, where it does not count for the whole check; None where they cannot be told.

    They are named by our externalId (a guess), else by their item.
    """
    if row.items("applicableChecks") or not row.items("applicableSelections"):
        return Scope()
    rows = row.objects("applicableSelections")
    named = {one.text("externalId") for one in rows} - {""}
    marks: list[Mapping[str, Any]] = order["checks"][0]["selections"]
    items = {str(mark["item"]["guid"]) for mark in marks if mark.get("externalId") in named}
    items |= {one.object("item").text("guid") for one in rows} - {""}
    ids = {priced.line.variant_id for priced in basket.lines}
    fits = frozenset(one for one in ids if item_of(one) in items)
    return Scope(variant_ids=fits) if fits else None
