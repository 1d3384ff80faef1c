"""What a cart comes to at the simulated Leaflogix: its own prices and tiers, a code, tax line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.domain.money import allocate, round_fraction
from posbridge.sandbox.leaflogix.shop import Row, Shop, stamp


class Refused(Exception):
    """What Leaflogix does not sell, in its words."""


@dataclass
class Line:
    """One article; amounts in minor units, `plain` before the tier's price."""

    product: Row
    quantity: Decimal
    plain: int
    subtotal: int
    discount: int = 0
    tax: int = 0
    discounts: Sequence[Row] = ()

    @property
    def net(self) -> int:
        return self.subtotal - self.discount


def priced(shop: Shop, items: Any, codes: Sequence[str] = ()) -> list[Line]:
    """Raises Refused for an article that is not there, or named twice, or a code that does not count."""
    lines = [_line(shop, item) for item in items or ()]
    seen = [line.product["productId"] for line in lines]
    twice = next((one for one in seen if seen.count(one) > 1), None)
    if twice is not None:
        raise Refused(f"Product {twice} appears more than once in the cart")
    if not lines:
        raise Refused("The cart is empty")
    for code in codes:
        _redeem(shop, lines, code)
    for line in lines:
        line.tax = _tax(shop, line)
    return lines


def _line(shop: Shop, item: Any) -> Line:
    number, quantity = item.get("productId"), Decimal(str(item.get("quantity") or 0))
    product = shop.products.get(number)
    if product is None or not product["isActive"]:
        raise Refused(f"Product {number} is not available at this location")
    if quantity <= 0:
        raise Refused(f"Product {number} has no quantity")
    price = Decimal(shop.minor(product["recPrice"] if product["recPrice"] is not None else product["price"]))
    plain = round_fraction(price * quantity)
    return Line(product, quantity, plain, _tiered(shop, product, quantity, plain))


def _tiered(shop: Shop, product: Row, quantity: Decimal, plain: int) -> int:
    bands = [band for band in product.get("pricingTierData") or () if Decimal(str(band["startWeight"])) <= quantity]
    if not bands:
        return plain
    band = max(bands, key=lambda one: float(one["startWeight"]))
    return round_fraction(shop.minor(band["price"]) * quantity / Decimal(str(band["startWeight"])))


def _redeem(shop: Shop, lines: list[Line], code: str) -> None:
    found = next((one for one in shop.discounts if one["discountCode"].casefold() == code.strip().casefold()), None)
    if found is None or not found["isActive"] or (found["validDateTo"] or "9") < stamp(shop.clock.now()):
        raise Refused(f"Discount code {code} is not valid")
    if found["maxRedemptions"] is not None and shop.uses.get(code.casefold(), 0) >= found["maxRedemptions"]:
        raise Refused(f"Discount code {code} has been redeemed")
    only = ((found["reward"]["restrictions"] or {}).get("Product") or {}).get("restrictionIds")
    goods = [line for line in lines if not only or line.product["productId"] in only]
    least = sum(shop.minor(rule["thresholdMin"]) for rule in found["constraints"])
    if not goods or sum(line.subtotal for line in goods) < least:
        raise Refused(f"Discount code {code} does not apply to this cart")
    _take_off(shop, goods, found)


def _take_off(shop: Shop, goods: list[Line], found: Row) -> None:
    reward, left = found["reward"], [line.net for line in goods]
    if reward["calculationMethod"] == "Percent Off":
        whole = round_fraction(sum(left) * Decimal(str(reward["discountValue"])))
    else:
        whole = min(shop.minor(reward["discountValue"]), sum(left))
    for line, part in zip(goods, allocate(whole, left), strict=True):
        line.discount += part
        note = {"name": found["discountDescription"], "amount": shop.dollars(part), "discountId": found["id"]}
        line.discounts = [*line.discounts, note]


def _tax(shop: Shop, line: Line) -> int:
    rate = Decimal(shop.seed.tax_rate) / 100
    if not line.product["isTaxable"]:
        return 0
    if shop.seed.prices_include_tax:
        return line.net - round_fraction(line.net / (1 + rate))
    return round_fraction(line.net * rate)


def total(shop: Shop, lines: Sequence[Line]) -> int:
    added = 0 if shop.seed.prices_include_tax else sum(line.tax for line in lines)
    return sum(line.net for line in lines) + added
