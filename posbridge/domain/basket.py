"""The basket: what is on the counter before payment. It may change; an order may not."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from posbridge.domain.age import AgeCheck
from posbridge.domain.catalog import PriceTier
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountShare
from posbridge.domain.inventory import WeightRule
from posbridge.domain.model import Model, Quantity
from posbridge.domain.money import ExactDecimal, MinorUnits, Money


class TaxRate(Model):
    """`percent` is 8.5 for 8.5 %. Rates of one line add up; `compound` ones also tax the taxes before them."""

    name: str
    percent: ExactDecimal = Field(ge=0)
    compound: bool = False
    id: str = ""


class RoundingLevel(StrEnum):
    """LINE rounds each rate on each line and sums; TOTAL sums exactly, rounds each rate once, then shares the
    rounded tax out over the lines by largest remainder."""

    LINE = "line"
    TOTAL = "total"


class TaxSetup(Model):
    """How a shop taxes: `rates` by the variant's tax class ("" is the usual one); unknown classes use ""."""

    prices_include_tax: bool = False
    rounding: RoundingLevel = RoundingLevel.LINE
    rates: dict[str, tuple[TaxRate, ...]] = Field(default_factory=dict)

    def rates_for(self, tax_class: str) -> tuple[TaxRate, ...]:
        return self.rates.get(tax_class, self.rates.get("", ()))


class BasketLine(Model):
    """One article. `unit_price` is what is charged for one `unit` before discounts; `list_price` the catalogue's.

    A price below the list needs `approved_by` (a person's id) when it was overridden at the till. `weighing` is what
    its quantity is held to, `tiers` the prices of greater quantities: what they take off is a discount of the line.
    `minimum_age` (years) and `medical_only` say who may buy it.
    """

    id: str
    variant_id: str
    product_id: str = ""
    sku: str = ""
    barcode: str = ""
    title: str
    option_values: dict[str, str] = Field(default_factory=dict)
    quantity: Quantity = Field(gt=0)
    unit: str = "piece"
    weighing: WeightRule | None = None
    tiers: tuple[PriceTier, ...] = ()
    unit_price: Money
    list_price: Money | None = None
    on_sale: bool = False
    categories: tuple[str, ...] = ()
    tax_class: str = ""
    taxable: bool = True
    minimum_age: int | None = None
    medical_only: bool = False
    discounts: tuple[Discount, ...] = ()
    note: str = ""
    approved_by: str = ""

    @property
    def subtotal(self) -> int:
        """Unit price × quantity in minor units, rounded half up once, before discounts."""
        return self.unit_price.times(self.quantity).amount


class Basket(Model):
    """Everything the price depends on. `discounts` act on the whole basket, in the order given.

    `age_check` is who looked how old the buyer is; it goes when the customer changes.
    """

    id: UUID
    currency: str
    lines: tuple[BasketLine, ...] = ()
    discounts: tuple[Discount, ...] = ()
    customer: Customer | None = None
    age_check: AgeCheck | None = None
    note: str = ""
    name: str = ""
    parked: bool = False


class TaxAmount(Model):
    """One rate on one line (or on the whole): `taxable` and `amount` are minor units."""

    name: str
    percent: ExactDecimal
    amount: MinorUnits
    taxable: MinorUnits = 0
    included: bool = False


class PricedLine(Model):
    """A line reckoned out, in minor units.

    `subtotal` = unit price × quantity, rounded half up, in the shop's tax mode. `discount` = sum of the shares.
    `total` is what the customer pays for the line, tax in. `tax` = sum of `taxes`.
    `net` = total − tax. So with tax excluded net = subtotal − discount; included: total = subtotal − discount.
    """

    line: BasketLine
    subtotal: MinorUnits
    shares: tuple[DiscountShare, ...] = ()
    discount: MinorUnits = 0
    taxes: tuple[TaxAmount, ...] = ()
    tax: MinorUnits = 0
    net: MinorUnits
    total: MinorUnits


class Totals(Model):
    """Minor units of `currency`; subtotal − discount (+ tax when excluded) = total."""

    currency: str
    subtotal: MinorUnits
    discount: MinorUnits
    tax: MinorUnits
    total: MinorUnits


class PricedBasket(Model):
    """A basket reckoned out; `taxes` by rate and `discounts` by name sum over the lines."""

    basket_id: UUID
    lines: tuple[PricedLine, ...]
    discounts: tuple[DiscountShare, ...]
    taxes: tuple[TaxAmount, ...]
    totals: Totals
    prices_include_tax: bool
