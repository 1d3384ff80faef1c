"""What can be sold: products, their variants, options and pictures."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from posbridge.domain.attributes import Attributes
from posbridge.domain.inventory import WeightRule
from posbridge.domain.model import Extra, Model, Quantity, UtcTime
from posbridge.domain.money import Money


class ProductStatus(StrEnum):
    """ACTIVE is sold; DRAFT and ARCHIVED are known but not offered; DELETED is gone at the platform."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"
    DELETED = "deleted"


class ProductImage(Model):
    """`position` counts from 0, the first is the main one; `alt` is plain text."""

    url: str
    alt: str = ""
    position: int = 0
    id: str = ""


class ProductOption(Model):
    """One choice ("Size") with its values in the platform's order."""

    name: str
    values: tuple[str, ...] = ()
    position: int = 0
    id: str = ""


class PriceTier(Model):
    """From `quantity` units on, `quantity` of them cost `price`; more of them in proportion, until the next tier."""

    quantity: Quantity = Field(gt=0)
    price: Money


class ProductVariant(Model):
    """What a line of a basket names.

    `price` is one `unit`'s, in the tax mode of its connection; None means that it cannot be sold before it has
    a price. `inventory_quantity` is None where stock is not tracked. `weight` counts in `weight_unit`
    (g, kg, oz, lb). `option_values` maps the option's name to the value chosen. `weighing` is there for goods that
    are weighed off (`unit` is then the rule's); `tiers`, rising, are prices of their own for greater quantities.
    """

    id: str
    title: str = ""
    sku: str = ""
    barcode: str = ""
    price: Money | None = None
    compare_at_price: Money | None = None
    inventory_quantity: Quantity | None = None
    option_values: dict[str, str] = Field(default_factory=dict)
    weight: Quantity | None = None
    weight_unit: str = ""
    unit: str = "piece"
    weighing: WeightRule | None = None
    tiers: tuple[PriceTier, ...] = ()
    tax_class: str = ""
    taxable: bool = True
    available: bool = True
    position: int = 0
    image: ProductImage | None = None
    extra: Extra = Field(default_factory=dict)

    @property
    def sellable(self) -> bool:
        return self.available and self.price is not None


class Product(Model):
    """A product as one platform (or, in the store, as posbridge) knows it.

    `description` is plain text. `updated_at` is the platform's own time of change.
    `extra` is opaque: only the connector that wrote it reads it. `platform_title` is the platform's own title where
    the sync has made it plainer, "" where `title` is it.
    """

    id: str
    title: str
    platform_title: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    brand: str = ""
    status: ProductStatus = ProductStatus.ACTIVE
    options: tuple[ProductOption, ...] = ()
    images: tuple[ProductImage, ...] = ()
    variants: tuple[ProductVariant, ...] = ()
    tags: tuple[str, ...] = ()
    attributes: Attributes | None = None
    updated_at: UtcTime | None = None
    extra: Extra = Field(default_factory=dict)


def variant_title(product_title: str, option_values: dict[str, str]) -> str:
    """How a line names a variant: "Mug · Red · Large", or the product's title alone."""
    return " · ".join([product_title, *option_values.values()]) if option_values else product_title
