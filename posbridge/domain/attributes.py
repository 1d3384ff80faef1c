"""What is known of a product beyond its price: strain, potency, effects. Only what its platform states."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from posbridge.domain.model import Model, Quantity


class StrainType(StrEnum):
    """The word of the trade; DOMINANT ones lean one way, CBD is bred for it and hardly intoxicates."""

    INDICA = "indica"
    SATIVA = "sativa"
    HYBRID = "hybrid"
    INDICA_DOMINANT = "indica_dominant"
    SATIVA_DOMINANT = "sativa_dominant"
    CBD = "cbd"


class PotencyUnit(StrEnum):
    """Of weight (PERCENT, MG_PER_G), of volume (MG_PER_ML), or the milligrams in the whole package (MG)."""

    PERCENT = "%"
    MG = "mg"
    MG_PER_G = "mg/g"
    MG_PER_ML = "mg/ml"


class Potency(Model):
    """How much of one cannabinoid or terpene (`name` as written, "THC", "CBD", "THCA", "Limonene").

    `low` and `high` are the same unless batches differ. Where a platform writes 0 for "not known" there is none.
    """

    name: str
    low: Quantity = Field(ge=0)
    high: Quantity = Field(ge=0)
    unit: PotencyUnit = PotencyUnit.PERCENT

    @model_validator(mode="after")
    def _in_order(self) -> Potency:
        if self.low > self.high:
            raise ValueError("the lower potency is above the higher one")
        return self

    @classmethod
    def of(cls, name: str, value: Decimal | int | str, unit: PotencyUnit = PotencyUnit.PERCENT) -> Potency:
        exact = Decimal(value)
        return cls(name=name, low=exact, high=exact, unit=unit)


class Attributes(Model):
    """A product's own words, in the platform's order, cleaned of nothing but white space.

    `flower_equivalent` is grams of dried flower that one unit counts for in a purchase limit; `thc_mg` milligrams
    of THC in one unit, where the platform says it as such. `minimum_age` is years, None where the shop's rule holds.
    """

    strain: str = ""
    strain_type: StrainType | None = None
    potencies: tuple[Potency, ...] = ()
    effects: tuple[str, ...] = ()
    flavours: tuple[str, ...] = ()
    flower_equivalent: Quantity | None = None
    thc_mg: Quantity | None = None
    medical_only: bool = False
    minimum_age: int | None = None

    def potency(self, name: str) -> Potency | None:
        """The one of that name, capitals aside; None when it is not stated."""
        wanted = name.casefold()
        return next((each for each in self.potencies if each.name.casefold() == wanted), None)
