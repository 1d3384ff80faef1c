"""Discounts: what a code or a cashier may take off, and why a code does not count."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from posbridge.domain.model import Extra, Model, Quantity, UtcTime
from posbridge.domain.money import ExactDecimal, MinorUnits, Money


class DiscountKind(StrEnum):
    """PERCENTAGE of the goods in scope; FIXED once, spread over them; PRODUCT off each piece in scope;
    FREE_SHIPPING takes nothing off goods."""

    PERCENTAGE = "percentage"
    FIXED = "fixed"
    PRODUCT = "product"
    FREE_SHIPPING = "free_shipping"


class Scope(Model):
    """Which lines count: any named product, variant, SKU or category, less the excluded ones; empty means all."""

    product_ids: frozenset[str] = frozenset()
    variant_ids: frozenset[str] = frozenset()
    skus: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    excluded_product_ids: frozenset[str] = frozenset()
    excluded_categories: frozenset[str] = frozenset()
    exclude_sale_items: bool = False

    @property
    def everything(self) -> bool:
        return not (self.product_ids or self.variant_ids or self.skus or self.categories)


class Discount(Model):
    """A discount as its owner defined it.

    `percent` is 10 for ten percent; `amount` is minor units, and off each piece for PRODUCT.
    `minimum_spend` compares with the goods in scope before discounts. `stackable` False means that it goes with
    no other discount of the basket. `uses_left` None means unlimited. Times are UTC.
    """

    id: str = ""
    code: str = ""
    name: str = ""
    kind: DiscountKind
    percent: ExactDecimal | None = Field(default=None, ge=0, le=100)
    amount: Money | None = None
    maximum: Money | None = None
    scope: Scope = Scope()
    minimum_spend: Money | None = None
    maximum_spend: Money | None = None
    minimum_quantity: Quantity | None = None
    starts_at: UtcTime | None = None
    ends_at: UtcTime | None = None
    usage_limit: int | None = None
    usage_count: int = 0
    per_customer_limit: int | None = None
    customer_emails: frozenset[str] = frozenset()
    customer_ids: frozenset[str] = frozenset()
    stackable: bool = True
    active: bool = True
    automatic: bool = False
    extra: Extra = Field(default_factory=dict)

    @property
    def uses_left(self) -> int | None:
        return None if self.usage_limit is None else max(self.usage_limit - self.usage_count, 0)


class DiscountRefusal(StrEnum):
    """Why a code does not count; screens put it into words."""

    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    USED_UP = "used_up"
    MINIMUM_SPEND = "minimum_spend"
    MAXIMUM_SPEND = "maximum_spend"
    MINIMUM_QUANTITY = "minimum_quantity"
    NOT_FOR_BASKET = "not_for_basket"
    NOT_FOR_CUSTOMER = "not_for_customer"
    NOT_COMBINABLE = "not_combinable"
    OFFLINE = "offline"
    UNSUPPORTED = "unsupported"


class DiscountSource(StrEnum):
    PLATFORM = "platform"
    CACHE = "cache"


class DiscountAnswer(Model):
    """What is known of a typed code: the discount if valid, else the refusal; `message` is the platform's own."""

    code: str
    discount: Discount | None = None
    refusal: DiscountRefusal | None = None
    message: str = ""
    source: DiscountSource = DiscountSource.PLATFORM
    checked_at: UtcTime | None = None

    @property
    def valid(self) -> bool:
        return self.discount is not None and self.refusal is None


class DiscountShare(Model):
    """What one discount took off one line: `amount` minor units, never negative."""

    discount_id: str = ""
    code: str = ""
    name: str = ""
    amount: MinorUnits = Field(ge=0)
