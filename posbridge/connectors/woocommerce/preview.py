"""The shopper's cart as a preview: what a coupon takes off, exactly, without an order (recorded 526–538).

It needs no key and prices at catalogue prices, so it is asked only for coupons whose rules a till cannot reckon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posbridge.connectors.errors import ConnectorError, ValidationError
from posbridge.connectors.http import PlatformHttp, Reply
from posbridge.connectors.text import Reader
from posbridge.connectors.woocommerce.reading import whole
from posbridge.domain.basket import PricedBasket
from posbridge.domain.money import exponent

REFUSED = "woocommerce_rest_cart_coupon_error"
#: Each line is a request while the customer waits.
_MOST_LINES = 10


@dataclass(frozen=True)
class Preview:
    """What the shop says: minor units off in the basket's tax mode, or its words of refusal."""

    amount: int = 0
    refusal: str = ""


class CartPreview:
    """Fills a cart nobody sees and tries the code on it."""

    def __init__(self, http: PlatformHttp, root: str) -> None:
        self._http, self._cart = http, f"{root}/wc/store/v1/cart"

    async def ask(self, code: str, basket: PricedBasket) -> Preview | None:
        """None where the shop cannot be asked so: no such cart, goods it does not know, broken quantities."""
        goods = [(priced.line.variant_id, priced.line.quantity) for priced in basket.lines]
        if len(goods) > _MOST_LINES or not all(ident.isdecimal() and whole(count) for ident, count in goods):
            return None
        try:
            keys = _keys(await self._http.get(self._cart, signed=False))
            for ident, count in goods:
                keys = _keys(await self._post("add-item", {"id": int(ident), "quantity": int(count)}, keys), keys)
        except ConnectorError:
            return None
        return await self._tried(code, basket, keys)

    async def _tried(self, code: str, basket: PricedBasket, keys: Mapping[str, str]) -> Preview | None:
        try:
            reply = await self._post("apply-coupon", {"code": code}, keys)
        except ValidationError as problem:
            return Preview(refusal=problem.message) if problem.platform_code == REFUSED else None
        except ConnectorError:
            return None
        totals = Reader(reply.json()).object("totals")
        if totals.integer("currency_minor_unit") != exponent(basket.totals.currency):
            return None
        tax = (totals.integer("total_discount_tax") or 0) if basket.prices_include_tax else 0
        return Preview(amount=(totals.integer("total_discount") or 0) + tax)

    async def _post(self, name: str, body: dict[str, Any], keys: Mapping[str, str]) -> Reply:
        return await self._http.write("POST", f"{self._cart}/{name}", json=body, headers=keys, signed=False)


def _keys(reply: Reply, before: Mapping[str, str] | None = None) -> dict[str, str]:
    """The cart's token and the nonce; 9.2.5 wants both, and each answer may renew them."""
    said = {name: reply.headers.get(name, "") for name in ("cart-token", "nonce")}
    return {**(before or {}), **{name: value for name, value in said.items() if value}}
