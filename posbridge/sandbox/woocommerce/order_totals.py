"""The sums of an order: tax for each line, rounded for each line, then added (recorded 401)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from posbridge.sandbox.woocommerce.order_rows import ZERO, Extra, Line, Order
from posbridge.sandbox.woocommerce.shop import Shop


@dataclass(frozen=True)
class Totals:
    """All sums of one order; `total` is what is left to pay after gift cards, `due` what it was before them."""

    subtotal: Decimal
    discount_tax: Decimal
    net: Decimal
    line_tax: Decimal
    shipping: Decimal
    shipping_tax: Decimal
    fees: Decimal
    fee_tax: Decimal
    cards: Decimal

    @property
    def discount(self) -> Decimal:
        """What the lines lost."""
        return self.subtotal - self.net

    @property
    def cart_tax(self) -> Decimal:
        """Tax without that of shipping."""
        return self.line_tax + self.fee_tax

    @property
    def tax(self) -> Decimal:
        """All tax."""
        return self.cart_tax + self.shipping_tax

    @property
    def due(self) -> Decimal:
        """The value of the order."""
        return max(ZERO, self.net + self.fees + self.shipping + self.tax)

    @property
    def total(self) -> Decimal:
        """What is left to pay."""
        return max(ZERO, self.due - self.cards)


class Reckoner:
    """Tax rules of the shop: one rate, for its own country; the address of shipping, else billing, else the shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def taxed(self, order: Order) -> bool:
        """Whether the shop's rate holds for where this order goes."""
        country = order.shipping.get("country") or order.billing.get("country") or self.shop.seed.country
        return self.shop.rate != 0 and country == self.shop.seed.country

    def raw_tax(self, order: Order, net: Decimal, taxable: bool) -> Decimal:
        """Tax before rounding."""
        return self.shop.tax(net) if taxable and self.taxed(order) else ZERO

    def tax(self, order: Order, net: Decimal, taxable: bool) -> Decimal:
        """Tax of one line."""
        return self.shop.rounded_tax(self.raw_tax(order, net, taxable))

    def totals(self, order: Order) -> Totals:
        """All sums."""
        shop = self.shop
        return Totals(
            subtotal=sum((shop.rounded(line.subtotal) for line in order.lines), ZERO),
            discount_tax=self._discount_tax(order),
            net=sum((shop.rounded(line.total) for line in order.lines), ZERO),
            line_tax=sum((self._line_tax(order, line, line.total) for line in order.lines), ZERO),
            shipping=sum((shop.rounded(extra.total) for extra in order.shippings), ZERO),
            shipping_tax=self._extra_tax(order, order.shippings),
            fees=sum((shop.rounded(extra.total) for extra in order.fees), ZERO),
            fee_tax=self._extra_tax(order, order.fees),
            cards=sum((entry["amount"] for entry in order.gift_cards), ZERO),
        )

    def _discount_tax(self, order: Order) -> Decimal:
        """Rounded once, over all lines, unlike the tax itself (recorded 517)."""
        lost = ((line.subtotal - line.total, line.taxable) for line in order.lines)
        return self.shop.rounded_tax(sum((self.raw_tax(order, net, taxable) for net, taxable in lost), ZERO))

    def _line_tax(self, order: Order, line: Line, net: Decimal) -> Decimal:
        return self.tax(order, net, line.taxable)

    def _extra_tax(self, order: Order, extras: list[Extra]) -> Decimal:
        return sum((self.tax(order, extra.total, extra.taxable) for extra in extras), ZERO)
