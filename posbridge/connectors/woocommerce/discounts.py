"""Discount codes: coupons, judged by the till's own rules, and by the shop's cart where those do not reach."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import each, one_line
from posbridge.connectors.woocommerce.code_mapping import category_ids, read_discount
from posbridge.connectors.woocommerce.errors import refusal
from posbridge.connectors.woocommerce.pages import listed, rows_in
from posbridge.connectors.woocommerce.preview import CartPreview, Preview
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal, Scope
from posbridge.domain.discounts import REFUSAL_WORDS, check
from posbridge.domain.money import Money


class WooDiscounts:
    """The coupons of a shop."""

    def __init__(self, http: PlatformHttp, preview: CartPreview, *, currency: str) -> None:
        self._http, self._preview, self._currency = http, preview, currency
        self._categories: dict[str, str] = {}

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """A look-up answers an expired coupon like a good one (recorded 511), so its rules are checked here.

        Whether it fits the customer is left to the caller, who knows him.
        """
        typed = code.strip()
        rows = rows_in(await self._http.get("coupons", params={"code": typed})) if typed else []
        rows = [row for row in rows if _is_code(row, typed)]
        if not rows:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        await self._learn(rows)
        found, parked = self._read(rows)
        if parked:
            raise parked[0]
        return await self._judged(code, found[0], basket, now)

    async def _judged(self, code: str, discount: Discount, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        rule = discount.extra.get("unsupported")
        if rule:
            return await self._previewed(code, discount, basket, now)
        anyone = discount.model_copy(update={"customer_emails": frozenset(), "customer_ids": frozenset()})
        why = check(anyone, _basket(basket), now)
        if why is not None:
            return DiscountAnswer(code=code, refusal=why, message=REFUSAL_WORDS.get(why, ""), checked_at=now)
        return DiscountAnswer(code=code, discount=discount, checked_at=now)

    async def _previewed(self, code: str, discount: Discount, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """A rule of its own (a plug-in's kind, so many pieces, brands): the shop's cart says the amount."""
        said = await self._preview.ask(code, basket)
        if said is None or (not said.refusal and not said.amount):
            words = f"This coupon has a rule that a till cannot reckon ({discount.extra['unsupported']})."
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=words, checked_at=now)
        if said.refusal:
            return DiscountAnswer(code=code, refusal=refusal(said.refusal), message=said.refusal, checked_at=now)
        return DiscountAnswer(code=code, discount=_as_amount(discount, said, basket), checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes to keep: those that count now and that a till can reckon."""
        params = {"orderby": "id", "order": "asc"}
        async for number, reply, last in listed(self._http, "coupons", params):
            rows = rows_in(reply)
            await self._learn(rows)
            found, parked = self._read(rows)
            yield Page([x for x in found if x.active], cursor=str(number), last=last, parked=parked)

    def _read(self, rows: list[Any]) -> tuple[list[Discount], list[SchemaDrift]]:
        return each(rows, lambda row: read_discount(row, self._currency, self._categories))

    async def _learn(self, rows: Iterable[Any]) -> None:
        """The names of the categories that these coupons name by id."""
        named = each(rows, category_ids)[0]
        missing = sorted({ident for ids in named for ident in ids} - self._categories.keys())
        for at in range(0, len(missing), 100):
            params = {"include": ",".join(missing[at : at + 100]), "per_page": 100, "_fields": "id,name"}
            for row in rows_in(await self._http.get("products/categories", params=params)):
                self._categories[str(row["id"])] = one_line(str(row["name"]))


def _is_code(row: Any, typed: str) -> bool:
    return isinstance(row, dict) and str(row.get("code", "")).casefold() == typed.casefold()


def _basket(basket: PricedBasket) -> Basket:
    lines = tuple(priced.line for priced in basket.lines)
    return Basket(id=basket.basket_id, currency=basket.totals.currency, lines=lines)


def _as_amount(discount: Discount, said: Preview, basket: PricedBasket) -> Discount:
    """The coupon as the plain amount that the shop takes off this very basket."""
    fixed = {
        "kind": DiscountKind.FIXED,
        "amount": Money(amount=said.amount, currency=basket.totals.currency),
        "percent": None,
        "scope": Scope(),
        "active": True,
    }
    return discount.model_copy(update=fixed)
