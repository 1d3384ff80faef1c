"""An order while it is stored: exact decimals, UTC times."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from posbridge.sandbox.woocommerce.answers import Obj

ZERO = Decimal(0)
STOCK_STATUSES = ("processing", "completed", "on-hold")
STATUSES: dict[str, str] = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "checkout-draft": "Draft",
    "auto-draft": "Auto Draft",
    "trash": "Trash",
}


@dataclass
class Line:
    """A product line; amounts are net and for the whole line. `reduced` are the pieces taken from stock."""

    id: int
    name: str
    product_id: int
    variation_id: int
    quantity: int
    subtotal: Decimal
    total: Decimal
    taxable: bool = True
    tax_class: str = ""
    sku: str | None = None
    gtin: str = ""
    meta: list[Obj] = field(default_factory=list)
    image: Obj | None = None
    reduced: int = 0
    reduced_meta: int = 0

    @property
    def item_id(self) -> int:
        """The thing that was sold."""
        return self.variation_id or self.product_id


@dataclass
class Extra:
    """A fee or a shipping line."""

    id: int
    name: str
    total: Decimal
    taxable: bool = True
    method_id: str = ""
    tax_class: str = ""
    meta: list[Obj] = field(default_factory=list)


@dataclass
class CouponLine:
    """A coupon that was used, with the minor units each line lost by it (by place of the line)."""

    id: int
    coupon_id: int
    code: str
    discount: Decimal
    discount_tax: Decimal
    info: Obj


@dataclass
class RefundLine:
    """A line given back; amounts are positive here and shown negative. `taxed` False when no refund_tax was sent."""

    id: int
    of: int
    line: Line | None
    quantity: int
    total: Decimal
    tax: Decimal
    taxed: bool = True
    name: str = ""


@dataclass
class Refund:
    """Money given back on an order."""

    id: int
    amount: Decimal
    reason: str
    created: datetime
    lines: list[RefundLine]
    meta: list[Obj]
    modified: datetime
    order_id: int = 0

    @property
    def tax(self) -> Decimal:
        """The tax in it, as far as it was told."""
        return sum((line.tax for line in self.lines), ZERO)


@dataclass
class Order:
    """An order."""

    id: int
    key: str
    created: datetime
    modified: datetime
    status: str = "pending"
    currency: str = "USD"
    customer_id: int = 0
    created_via: str = "rest-api"
    billing: Obj = field(default_factory=dict)
    shipping: Obj = field(default_factory=dict)
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    customer_note: str = ""
    paid: datetime | None = None
    completed: datetime | None = None
    meta: list[Obj] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    fees: list[Extra] = field(default_factory=list)
    shippings: list[Extra] = field(default_factory=list)
    coupons: list[CouponLine] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    notes: list[Obj] = field(default_factory=list)
    gift_cards: list[Obj] = field(default_factory=list)
    counted_coupons: bool = False
    tax_line: int = 0

    def meta_value(self, key: str) -> object:
        """The value of one meta entry, or None."""
        return next((entry["value"] for entry in self.meta if entry["key"] == key), None)

    @property
    def refunded(self) -> Decimal:
        """What was given back so far."""
        return sum((refund.amount for refund in self.refunds), ZERO)

    @property
    def editable(self) -> bool:
        """Whether lines and gift cards may still change."""
        return self.status in ("pending", "on-hold", "auto-draft", "checkout-draft")
