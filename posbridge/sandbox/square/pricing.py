"""What an order comes to: discounts in Square's order, taxes, service charges; whole minor units at every step.

Percentages are taken of the sum and then shared out by largest remainder, which is what the published CreateOrder
example shows (30 of 6099 → 8 and 22; 303 → 79 and 224; tax 510 → 136 and 374). Half a unit goes to the even one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from posbridge.sandbox.square.shop import Obj, Shop


@dataclass
class _Line:
    row: Obj
    gross: int
    net: int = 0
    discount: int = 0
    additive: int = 0
    inclusive: int = 0
    parts: dict[str, dict[str, int]] = field(default_factory=lambda: {"applied_discounts": {}, "applied_taxes": {}})

    @property
    def plain(self) -> bool:
        """Gift cards take no discount and no tax."""
        return bool(self.row.get("item_type") == "GIFT_CARD")


def even(value: Decimal) -> int:
    """To the nearest whole unit, halves to the even one."""
    return int(value.quantize(Decimal(1), ROUND_HALF_EVEN))


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights into whole units that sum to it; the largest remainders get the rest."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    exact = [total * weight for weight in weights]
    parts = [one // whole for one in exact]
    rest = sorted(range(len(parts)), key=lambda place: (-(exact[place] % whole), place))
    for place in rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


def price(shop: Shop, order: Obj) -> None:
    """Fill every computed amount of the order in place."""
    lines = [_line(shop, row) for row in order.get("line_items", ())]
    _discounts(shop, order, lines)
    charges = _charges(shop, order, sum(line.net for line in lines), "SUBTOTAL_PHASE")
    _taxes(shop, order, lines)
    tax = sum(line.additive + line.inclusive for line in lines)
    running = sum(line.net + line.additive for line in lines) + charges
    charges += _charges(shop, order, running, "TOTAL_PHASE")
    total = sum(line.net + line.additive for line in lines) + charges
    for line in lines:
        _write_line(shop, line)
    _write_totals(shop, order, total, tax + _charge_tax(order), sum(line.discount for line in lines), charges)


def _line(shop: Shop, row: Obj) -> _Line:
    quantity = Decimal(row["quantity"])
    own = even(quantity * row["base_price_money"]["amount"])
    extras = 0
    for modifier in row.get("modifiers", ()):
        part = even(quantity * Decimal(modifier.get("quantity") or "1") * modifier["base_price_money"]["amount"])
        modifier["total_price_money"] = shop.money(part)
        extras += part
    row["variation_total_price_money"] = shop.money(own)
    row["gross_sales_money"] = shop.money(own + extras)
    return _Line(row, own + extras, own + extras)


def _uses(line: _Line, entry: Obj, refs: str, ref: str) -> bool:
    if line.plain:
        return False
    return entry["scope"] == "ORDER" or any(one.get(ref) == entry["uid"] for one in line.row.get(refs, ()))


def _discounts(shop: Shop, order: Obj, lines: list[_Line]) -> None:
    entries: list[Obj] = order.get("discounts", [])
    percents = sorted((one for one in entries if one.get("percentage")), key=lambda one: Decimal(one["percentage"]))
    amounts = [one for one in entries if not one.get("percentage")]
    for group in (percents, amounts):
        for scope in ("LINE_ITEM", "ORDER"):
            for entry in group:
                if entry["scope"] == scope:
                    _discount(
                        shop, entry, [line for line in lines if _uses(line, entry, "applied_discounts", "discount_uid")]
                    )


def _discount(shop: Shop, entry: Obj, lines: list[_Line]) -> None:
    if entry["scope"] == "LINE_ITEM":
        parts = [_size(entry, line.net) for line in lines]
    else:
        nets = [line.net for line in lines]
        parts = share(_size(entry, sum(nets)), nets)
    cap = (entry.pop("maximum_amount_money", None) or {}).get("amount")
    if cap is not None and sum(parts) > cap:
        parts = share(cap, parts)
    for line, part in zip(lines, parts, strict=True):
        line.net -= part
        line.discount += part
        line.parts["applied_discounts"][entry["uid"]] = part
    entry["applied_money"] = shop.money(sum(parts))


def _size(entry: Obj, base: int) -> int:
    if entry.get("percentage"):
        return even(Decimal(base) * Decimal(entry["percentage"]) / 100)
    return min(int(entry["amount_money"]["amount"]), base)


def _taxes(shop: Shop, order: Obj, lines: list[_Line]) -> None:
    entries: list[Obj] = order.get("taxes", [])
    for kind in ("INCLUSIVE", "ADDITIVE"):
        before = {id(line): line.net - line.inclusive for line in lines}
        for entry in (one for one in entries if one["type"] == kind):
            chosen = [line for line in lines if _uses(line, entry, "applied_taxes", "tax_uid")]
            if kind == "INCLUSIVE":
                _inclusive(shop, entry, chosen, entries)
            else:
                _additive(shop, entry, chosen, [before[id(line)] for line in chosen])


def _inclusive(shop: Shop, entry: Obj, lines: list[_Line], entries: list[Obj]) -> None:
    exact = []
    for line in lines:
        rates = sum(
            Decimal(one["percentage"])
            for one in entries
            if one["type"] == "INCLUSIVE" and _uses(line, one, "applied_taxes", "tax_uid")
        )
        exact.append(Decimal(line.net) * Decimal(entry["percentage"]) / (100 + rates))
    _spread(shop, entry, lines, exact, "inclusive")


def _additive(shop: Shop, entry: Obj, lines: list[_Line], bases: list[int]) -> None:
    rate = Decimal(entry["percentage"]) / 100
    _spread(shop, entry, lines, [Decimal(base) * rate for base in bases], "additive")


def _spread(shop: Shop, entry: Obj, lines: list[_Line], exact: list[Decimal], name: str) -> None:
    scaled = [int((one * 10**9).to_integral_value()) for one in exact]
    parts = share(even(sum(exact, Decimal(0))), scaled)
    for line, part in zip(lines, parts, strict=True):
        setattr(line, name, getattr(line, name) + part)
        line.parts["applied_taxes"][entry["uid"]] = part
    entry["applied_money"] = shop.money(sum(parts) + entry.pop("on_charges", 0))


def _charges(shop: Shop, order: Obj, base: int, phase: str) -> int:
    total = 0
    for entry in order.get("service_charges", ()):
        if entry["calculation_phase"] != phase:
            continue
        amount = _size(entry, base) if entry.get("percentage") else int(entry["amount_money"]["amount"])
        tax = _tax_on_charge(order, entry, amount) if phase == "SUBTOTAL_PHASE" else 0
        entry["applied_money"] = shop.money(amount)
        entry["total_tax_money"] = shop.money(tax)
        entry["total_money"] = shop.money(amount + tax)
        total += amount + tax
    return total


def _tax_on_charge(order: Obj, entry: Obj, amount: int) -> int:
    if not entry.get("taxable"):
        return 0
    found = 0
    for tax in order.get("taxes", ()):
        if tax["scope"] == "ORDER" and tax["type"] == "ADDITIVE":
            part = even(Decimal(amount) * Decimal(tax["percentage"]) / 100)
            tax["on_charges"] = tax.get("on_charges", 0) + part
            found += part
    return found


def _charge_tax(order: Obj) -> int:
    return sum(int(entry["total_tax_money"]["amount"]) for entry in order.get("service_charges", ()))


def _write_line(shop: Shop, line: _Line) -> None:
    row = line.row
    for refs, ref in (("applied_discounts", "discount_uid"), ("applied_taxes", "tax_uid")):
        known = {one[ref]: one for one in row.get(refs, ()) if ref in one}
        made = []
        for uid, part in line.parts[refs].items():
            old: Any = known.get(uid, {})
            made.append(
                {**old, "uid": old.get("uid") or shop.new_id("uid", 22), ref: uid, "applied_money": shop.money(part)}
            )
        if made:
            row[refs] = made
        else:
            row.pop(refs, None)
    row["total_tax_money"] = shop.money(line.additive + line.inclusive)
    row["total_discount_money"] = shop.money(line.discount)
    row["total_service_charge_money"] = shop.money(0)
    row["total_card_surcharge_money"] = shop.money(0)
    row["total_money"] = shop.money(line.net + line.additive)


def _write_totals(shop: Shop, order: Obj, total: int, tax: int, discount: int, charges: int) -> None:
    own = charges - _charge_tax(order)
    order["total_money"] = shop.money(total)
    order["total_tax_money"] = shop.money(tax)
    order["total_discount_money"] = shop.money(discount)
    order["total_tip_money"] = shop.money(0)
    order["total_service_charge_money"] = shop.money(own)
    order["total_card_surcharge_money"] = shop.money(0)
    order["net_amounts"] = {
        "total_money": shop.money(total),
        "tax_money": shop.money(tax),
        "discount_money": shop.money(discount),
        "tip_money": shop.money(0),
        "service_charge_money": shop.money(own),
        "card_surcharge_money": shop.money(0),
    }
