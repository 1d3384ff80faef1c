"""Discount codes: coupons with their cart price rules, judged by the till's own rules."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, SchemaDrift
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.learned import Learned
from posbridge.connectors.magento.orders import numbered
from posbridge.connectors.magento.pages import Where, among, criteria, listed, rows_in
from posbridge.connectors.magento.rule_mapping import Terms, category_ids, read_discount
from posbridge.connectors.text import Reader, each
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.discounts import REFUSAL_WORDS, check

#: A generator makes thousands of codes for one rule; no till keeps so many.
_MOST_CODES = 300


class Discounts:
    """The coupons of a store."""

    def __init__(self, http: PlatformHttp, learned: Learned, terms: Terms) -> None:
        self._http, self._learned, self._terms = http, learned, terms

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """The code's letters count in any case (recorded 151); its days stand in the rule (154)."""
        typed = code.strip()
        coupon = await self._coupon(typed) if typed else None
        if coupon is None:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        try:
            rule = (await self._http.get(f"salesRules/{numbered(Reader(coupon).text('rule_id'))}")).json()
        except NotFound:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.INACTIVE, checked_at=now)
        discount = self._one(rule, coupon, await self._known([rule]))
        return self._judged(code, discount, basket, now)

    async def _coupon(self, typed: str) -> Any:
        where: list[Where] = [("code", "eq", typed)]
        rows = rows_in(await self._http.get("coupons/search", params=list(criteria(where, order="", size=10))))
        same = [
            row for row in rows if isinstance(row, dict) and str(row.get("code", "")).casefold() == typed.casefold()
        ]
        return same[0] if same else None

    def _one(self, rule: Any, coupon: Any, terms: Terms) -> Discount:
        items, parked = each([rule], lambda row: read_discount(row, terms, coupon), "rule_id")
        if parked:
            raise parked[0]
        return items[0]

    def _judged(self, code: str, discount: Discount, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        if rule := discount.extra.get("unsupported"):
            words = f"This code has a rule that a till cannot reckon ({rule})."
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=words, checked_at=now)
        lines = tuple(priced.line for priced in basket.lines)
        why = check(discount, Basket(id=basket.basket_id, currency=basket.totals.currency, lines=lines), now)
        if why is not None:
            return DiscountAnswer(code=code, refusal=why, message=REFUSAL_WORDS.get(why, ""), checked_at=now)
        return DiscountAnswer(code=code, discount=discount, checked_at=now)

    async def _known(self, rules: list[Any]) -> Terms:
        named, _ = each(rules, category_ids, "rule_id")
        return replace(self._terms, categories=await self._learned.categories()) if any(named) else self._terms

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes to keep: those of active rules that a till can reckon, at most 300 of a rule."""
        where: list[Where] = [("is_active", "eq", "1")]
        async for page in listed(self._http, "salesRules/search", where, key="rule_id", column="rule_id"):
            rules = {str(rule.get("rule_id")): rule for rule in page.rows if isinstance(rule, dict)}
            coupons = await among(self._http, "coupons/search", "rule_id", list(rules), size=20)
            terms = await self._known(list(rules.values()))
            found, parked = self._kept(rules, coupons, terms)
            yield Page(found, cursor=page.end, last=page.last, parked=parked)

    def _kept(
        self, rules: dict[str, Any], coupons: list[Any], terms: Terms
    ) -> tuple[list[Discount], list[SchemaDrift]]:
        many: dict[str, int] = {}
        rows = []
        for coupon in coupons:
            rule = str(coupon.get("rule_id")) if isinstance(coupon, dict) else ""
            many[rule] = many.get(rule, 0) + 1
            if rule in rules and many[rule] <= _MOST_CODES:
                rows.append({"rule": rules[rule], "coupon": coupon, "id": coupon.get("coupon_id")})
        found, parked = each(rows, lambda row: read_discount(row["rule"], terms, row["coupon"]))
        return [discount for discount in found if discount.active and discount.code], parked
