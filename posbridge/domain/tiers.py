"""Prices by weight: a tier is a discount on its line, so that every platform can be told of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from posbridge.domain.catalog import PriceTier
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import Money, round_fraction

TIER = "tier"


def tier_total(tiers: Sequence[PriceTier], quantity: Decimal) -> Money | None:
    """What `quantity` costs by the highest tier it reaches, half up; None below the lowest."""
    reached = [tier for tier in tiers if tier.quantity <= quantity]
    if not reached:
        return None
    best = max(reached, key=lambda tier: tier.quantity)
    share = Fraction(quantity) / Fraction(best.quantity)
    return Money(amount=round_fraction(best.price.amount * share), currency=best.price.currency)


def tier_discount(tiers: Sequence[PriceTier], quantity: Decimal, unit_price: Money, unit: str) -> Discount | None:
    """What the tier takes off `quantity` at `unit_price`; None where it takes nothing off."""
    total = tier_total(tiers, quantity)
    if total is None:
        return None
    off = unit_price.times(quantity).amount - total.amount
    if off <= 0:
        return None
    named = max((t for t in tiers if t.quantity <= quantity), key=lambda tier: tier.quantity)
    return Discount(
        id=f"{TIER}:{named.quantity.normalize():f}",
        name=f"Price from {named.quantity.normalize():f} {unit}",
        kind=DiscountKind.FIXED,
        amount=Money(amount=off, currency=unit_price.currency),
    )


def is_tier(discount: Discount) -> bool:
    return discount.id.startswith(f"{TIER}:")
