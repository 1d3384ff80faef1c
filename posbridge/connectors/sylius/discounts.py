"""Discount codes: coupons of promotions, judged by the till's own rules, and by a cart where those do not reach."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import ConnectorError, NotFound, SchemaDrift, ValidationError
from posbridge.connectors.sylius.calls import PAGE, SHOP, Calls, part
from posbridge.connectors.sylius.order_mapping import token_of
from posbridge.connectors.sylius.people_mapping import to_discount
from posbridge.connectors.sylius.reading import code_of, minor, refs
from posbridge.connectors.sylius.shop import Shop
from posbridge.connectors.text import Reader
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal, Scope
from posbridge.domain.discounts import REFUSAL_WORDS, check
from posbridge.domain.money import Money

#: Each line is a request while the customer waits.
_MOST_LINES = 10
#: Refusals that hold whatever else the promotion's rules say.
_SURE = (DiscountRefusal.INACTIVE, DiscountRefusal.NOT_STARTED, DiscountRefusal.EXPIRED, DiscountRefusal.USED_UP)


class Discounts:
    """The coupons of a shop."""

    def __init__(self, calls: Calls, shop: Shop) -> None:
        self._calls, self._shop = calls, shop

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """A look-up finds ended and used-up coupons too (recorded 143, 160), so their rules are checked here.

        Whether it fits the customer is left to the caller, who knows him.
        """
        typed = code.strip()
        found = await self._found(typed) if typed else None
        if found is None:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        why, ask = check(found, _basket(basket), now), bool(found.extra.get("ask"))
        if why is not None and (not ask or why in _SURE):
            return DiscountAnswer(code=code, refusal=why, message=REFUSAL_WORDS.get(why, ""), checked_at=now)
        if ask:
            return await self._previewed(code, found, basket, now)
        return DiscountAnswer(code=code, discount=found, checked_at=now)

    async def _found(self, typed: str) -> Discount | None:
        """The filter is exact (recorded 140–142); the coupon's own row says the rest."""
        for row in await self._calls.every("promotions", {"coupons.code": typed}):
            codes = refs(Reader(row, "code"), "coupons")
            mine = next((held for held in codes if held.casefold() == typed.casefold()), None)
            if mine is not None:
                path = f"promotions/{part(code_of(row))}/coupons/{part(mine)}"
                return await self._read(row, await self._calls.get(path))
        return None

    async def _read(self, row: Any, coupon: Any) -> Discount:
        shelf = await self._shop.shelf()
        return to_discount(
            row, coupon=coupon, currency=shelf.currency, channel=shelf.channel, zone=shelf.zone, taxons=shelf.taxons
        )

    async def _previewed(self, code: str, discount: Discount, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """A rule that a till cannot reckon: a guest's cart says the amount."""
        why = discount.extra["ask"]
        try:
            off = await self._off(discount.code or code, basket)
        except ValidationError as problem:
            coupon = problem.platform_code == "couponCode"
            refusal = DiscountRefusal.NOT_FOR_BASKET if coupon else DiscountRefusal.UNSUPPORTED
            return DiscountAnswer(code=code, refusal=refusal, message=problem.message, checked_at=now)
        if not off:
            words = f"This coupon has a rule that a till cannot reckon ({why})."
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=words, checked_at=now)
        amount = Money(amount=off, currency=basket.totals.currency)
        fixed = {"kind": DiscountKind.FIXED, "amount": amount, "percent": None, "scope": Scope()}
        plain = {"minimum_spend": None, "minimum_quantity": None, "extra": {"preview": why}}
        return DiscountAnswer(code=code, discount=discount.model_copy(update={**fixed, **plain}), checked_at=now)

    async def _off(self, code: str, basket: PricedBasket) -> int:
        """Minor units off, 0 where the shop cannot be asked so. The cart is thrown away again."""
        goods = [(priced.line.variant_id, priced.line.quantity) for priced in basket.lines]
        if len(goods) > _MOST_LINES or any(quantity % 1 for _, quantity in goods):
            return 0
        path = f"orders/{part(token_of(await self._calls.write('POST', 'orders', {}, section=SHOP)))}"
        try:
            for ident, quantity in goods:
                body: Mapping[str, Any] = {"productVariant": ident, "quantity": int(quantity)}
                await self._calls.write("POST", f"{path}/items", body, section=SHOP)
            cart = await self._calls.write("PUT", path, {"couponCode": code}, section=SHOP)
        finally:
            await self._thrown_away(path)
        return max(0, -(minor(Reader(cart), "orderPromotionTotal") or 0))

    async def _thrown_away(self, path: str) -> None:
        """The shop purges forgotten carts by itself, so a failure here costs nothing."""
        try:
            await self._calls.delete(path)
        except ConnectorError:
            return

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes to keep: those of promotions that are on and that a till can reckon."""
        async for page in self._calls.pages("promotions", size=PAGE):
            made: list[Discount] = []
            parked: list[SchemaDrift] = []
            for row in page.rows:
                try:
                    made += await self._coupons(row)
                except SchemaDrift as problem:
                    parked.append(problem)
            yield Page(made, cursor=str(page.number), last=page.last, parked=parked, total=page.total)

    async def _coupons(self, row: Any) -> list[Discount]:
        """The coupons of one promotion; none of one that needs no code, is off or only the shop can reckon."""
        reader = Reader(row, "code")
        first = await self._read(row, None)
        if first.automatic or not first.active or first.extra.get("ask") or not refs(reader, "coupons"):
            return []
        try:
            coupons = await self._calls.every(f"promotions/{part(first.id)}/coupons")
        except NotFound:
            return []
        return [await self._read(row, coupon) for coupon in coupons]


def _basket(priced: PricedBasket) -> Basket:
    lines = tuple(each.line for each in priced.lines)
    return Basket(id=UUID(int=0), currency=priced.totals.currency, lines=lines)
