"""A cart and what it costs: catalogue prices, one coupon, tax a line, all as the shop reckons it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.sandbox.sylius.shop import Coupon, Customer, Promotion, Shop


@dataclass
class Item:
    """Amounts are minor units; `unit_off` is what unit promotions took, `order_off` what order promotions took."""

    id: int
    variant: str
    name: str
    variant_name: str | None
    quantity: int
    unit_price: int = 0
    original: int = 0
    unit_off: int = 0
    order_off: int = 0
    tax: int = 0
    included: int = 0

    @property
    def subtotal(self) -> int:
        return self.unit_price * self.quantity - self.unit_off

    @property
    def total(self) -> int:
        return self.subtotal - self.order_off + self.tax


@dataclass
class Payment:
    id: int
    method: str
    amount: int = 0
    state: str = "cart"


@dataclass
class Shipment:
    id: int
    method: str
    state: str = "cart"


@dataclass
class Order:
    """A cart until it is completed."""

    id: int
    token: str
    born: datetime
    items: list[Item] = field(default_factory=list)
    payment: Payment | None = None
    shipment: Shipment | None = None
    customer: Customer | None = None
    billing: dict[str, Any] | None = None
    shipping: dict[str, Any] | None = None
    coupon: str = ""
    checkout_state: str = "cart"
    payment_state: str = "cart"
    shipping_state: str = "cart"
    state: str = "cart"
    completed: datetime | None = None
    number: str | None = None
    notes: str | None = None
    refunded: int = 0

    @property
    def items_total(self) -> int:
        return sum(item.total for item in self.items)

    total = items_total

    @property
    def placed(self) -> bool:
        return self.state != "cart"


def half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def proportional(amount: int, parts: list[int]) -> list[int]:
    """Each part's share rounded half up; what is then missing or too much is settled on the first ones."""
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    made = [half_up(Decimal(part * amount) / whole) for part in parts]
    rest = amount - sum(made)
    for place in range(abs(rest)):
        made[place % len(made)] += 1 if rest > 0 else -1
    return made


def reckon(shop: Shop, order: Order) -> None:
    """Prices, the coupon, taxes and the payment's amount, anew from the catalogue."""
    for item in order.items:
        variant = shop.variants[item.variant]
        item.unit_price = variant.price or 0
        item.original = variant.price or 0 if variant.original is None else variant.original
        item.unit_off = item.order_off = 0
    found = shop.coupon(order.coupon) if order.coupon else None
    if found is not None and fits(shop, order, *found):
        _promote(shop, order, found[0])
    for item in order.items:
        _tax(shop, item)
    _pay(shop, order)


def fits(shop: Shop, order: Order, promotion: Promotion, coupon: Coupon) -> bool:
    """Whether the coupon counts for the cart now."""
    expired = coupon.expires is not None and coupon.expires < shop.clock.now()
    spent = coupon.usage_limit is not None and coupon.used >= coupon.usage_limit
    goods = sum(item.unit_price * item.quantity for item in order.items)
    short = promotion.minimum is not None and goods < promotion.minimum
    odd = any(rule.get("type") == "nth_order" for rule in promotion.extra_rules)
    return not (expired or spent or short or odd)


def _promote(shop: Shop, order: Order, promotion: Promotion) -> None:
    if promotion.action.startswith("unit_"):
        for item in order.items:
            if not promotion.products or shop.variants[item.variant].product in promotion.products:
                item.unit_off = item.quantity * _unit_off(item.unit_price, promotion)
        return
    parts = [item.subtotal for item in order.items]
    goods = sum(parts)
    if promotion.action == "order_percentage_discount":
        off = half_up(goods * promotion.value)
    elif promotion.action == "order_fixed_discount":
        off = min(int(promotion.value), goods)
    else:
        return
    for item, share in zip(order.items, proportional(off, parts), strict=True):
        item.order_off = share


def _unit_off(price: int, promotion: Promotion) -> int:
    if promotion.action == "unit_percentage_discount":
        return half_up(price * promotion.value)
    return min(int(promotion.value), price)


def _tax(shop: Shop, item: Item) -> None:
    """On the line after discounts, rounded half up once (recorded, chapter Money)."""
    rate = shop.rate if shop.variants[item.variant].taxed else Decimal(0)
    base = item.subtotal - item.order_off
    if shop.seed.prices_include_tax:
        item.tax, item.included = 0, half_up(base - base / (1 + rate))
    else:
        item.tax, item.included = half_up(base * rate), 0


def _pay(shop: Shop, order: Order) -> None:
    """A payment while there is something to pay (recorded 135)."""
    if not order.items or order.total == 0:
        order.payment = None
    elif order.payment is None:
        order.payment = Payment(shop.next_id("payment"), "cash_on_delivery")
    if order.payment is not None:
        order.payment.amount = order.total
    ships = any(shop.variants[item.variant].shipping for item in order.items)
    if not ships:
        order.shipment = None
    elif order.shipment is None:
        order.shipment = Shipment(shop.next_id("shipment"), "in_store")
