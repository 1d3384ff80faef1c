"""What Toast reckons for a check: prices of its own menu, one discount, taxes.

The tax of a check is rounded once, from its lines' unrounded taxes: that is our guess of Toast's way, and one that
differs from the till's by a cent now and then, so that evening out is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.domain.money import allocate
from posbridge.sandbox.toast.answers import Obj, refuse, rounded
from posbridge.sandbox.toast.world import OPEN_DISCOUNT, TAX, Item, Promotion, World


@dataclass
class Row:
    """A selection reckoned; minor units."""

    raw: Obj
    item: Item
    quantity: Decimal
    gross: int
    off: int = 0
    tax: Decimal = Decimal(0)


@dataclass
class Sums:
    """A check reckoned; minor units."""

    rows: list[Row]
    total: int
    tax: int
    discounts: list[Obj]


def reckon(world: World, check: Obj) -> Sums:
    """Raises Refused for what Toast would not price."""
    rows = [_row(world, one) for one in check.get("selections") or []]
    discounts = [_discount(world, one, rows) for one in check.get("appliedDiscounts") or []]
    rate = Decimal(0) if check.get("taxExempt") else Decimal(world.seed.tax_rate) / 100
    included = world.seed.prices_include_tax
    for row in rows:
        net = Decimal(row.gross - row.off)
        if row.item.taxed:
            row.tax = net - net / (1 + rate) if included else net * rate
    tax = rounded(sum((row.tax for row in rows), Decimal(0)))
    goods = sum(row.gross - row.off for row in rows)
    return Sums(rows, goods if included else goods + tax, tax, discounts)


def _row(world: World, raw: Any) -> Row:
    ident = (raw.get("item") or {}).get("guid") if isinstance(raw, dict) else None
    item = world.items.get(str(ident))
    if item is None:
        raise refuse(404, f"Menu item {ident} was not found", 10003)
    group = (raw.get("itemGroup") or {}).get("guid")
    if group != item.group:
        raise refuse(400, "The item is not in the menu group of the selection")
    quantity = Decimal(str(raw.get("quantity", 1)))
    if quantity <= 0:
        raise refuse(400, "The quantity of a selection must be above zero")
    price = _size(item, raw) if item.sizes else item.price
    price = world.minor(raw.get("openPriceAmount")) if price is None else price
    if price < 0:
        raise refuse(400, "Order contains an item that is negatively priced")
    return Row(raw, item, quantity, rounded(price * quantity))


def _size(item: Item, raw: Obj) -> int:
    """The price of the one size chosen; none or several violate the group's minimum and maximum."""
    prices = {item.size(name): price for name, price in item.sizes}
    chosen = [
        (one.get("item") or {}).get("guid")
        for one in raw.get("modifiers") or []
        if (one.get("optionGroup") or {}).get("guid") == item.size_group
    ]
    if len(chosen) != 1 or chosen[0] not in prices:
        raise refuse(400, "The modifiers of a selection violate the minimum or maximum of their group")
    return prices[str(chosen[0])]


def _discount(world: World, raw: Obj, rows: list[Row]) -> Obj:
    ident = str((raw.get("discount") or {}).get("guid"))
    promotion = world.promotions.get(ident)
    if promotion is None and ident != OPEN_DISCOUNT:
        raise refuse(404, f"Discount {ident} was not found", 10003)
    used = [row for row in rows if promotion is None or counts(promotion, row.item)]
    gross = sum(row.gross for row in used)
    wanted = world.minor(raw.get("discountAmount")) if promotion is None else worth(promotion, gross)
    off = min(wanted, gross)
    for row, share in zip(used, allocate(off, [row.gross for row in used]) if used and off else [], strict=False):
        row.off += share
    kind = "OPEN_FIXED" if promotion is None else _KINDS[promotion.seed.kind]
    return {
        "guid": None, "entityType": "AppliedCustomDiscount", "externalId": None,
        "name": "Till" if promotion is None else promotion.seed.code.title(), "discountAmount": world.units(off),
        "nonTaxDiscountAmount": world.units(off), "discount": {"guid": ident, "entityType": "Discount"},
        "discountType": kind, "discountPercent": None, "appliedPromoCode": raw.get("appliedPromoCode"),
        "processingState": None,
    }  # fmt: skip


_KINDS = {"percent": "PERCENT", "fixed": "FIXED"}


def worth(promotion: Promotion, gross: int) -> int:
    seed = promotion.seed
    return rounded(Decimal(gross) * seed.value / 10_000) if seed.kind == "percent" else seed.value


def counts(promotion: Promotion, item: Item) -> bool:
    return not promotion.seed.products or item.product in promotion.seed.products


def drawn_tax(world: World, row: Row) -> list[Obj]:
    """Parts of tax come unrounded (as in the published sample)."""
    if not row.item.taxed:
        return []
    rate = float(Decimal(world.seed.tax_rate) / 100)
    return [{
        "taxRate": {"guid": TAX, "entityType": "TaxRate"}, "name": "Tax", "rate": rate,
        "taxAmount": world.units(row.tax),
    }]  # fmt: skip
