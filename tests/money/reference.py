"""What a case of money.json must come to, reckoned a second time: fractions over plain dictionaries.

It shares no line with posbridge.domain: where both agree, two readings of the rules agree.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

Case = dict[str, Any]


def near(value: Fraction) -> int:
    """Half up, for values of zero or more."""
    return floor(value + Fraction(1, 2))


def deal(
    pot: int, claims: list[Fraction], may_take: Callable[[int, int], bool] = lambda place, share: True
) -> list[int]:
    """Hands out `pot` coins in proportion to `claims`: whole coins first, then one by one to who is owed most."""
    whole = sum(claims, Fraction(0))
    if not whole:
        assert pot == 0
        return [0 for _ in claims]
    owed = [Fraction(pot) * claim / whole for claim in claims]
    hands = [floor(part) for part in owed]
    while sum(hands) < pot:
        places = range(len(claims))
        able = [place for place in places if may_take(place, hands[place])] or list(places)
        hands[max(able, key=lambda place: (owed[place] - hands[place], -place))] += 1
    return hands


def takes_part(discount: Case, line: Case) -> bool:
    if line.get("product") in discount.get("excluded_products", []):
        return False
    if line.get("category") in discount.get("excluded_categories", []):
        return False
    if discount.get("exclude_sale_items") and line.get("on_sale"):
        return False
    named = [*discount.get("products", []), *discount.get("categories", [])]
    return not named or line.get("product") in named or line.get("category") in named


def worth(line: Case) -> int:
    return near(Fraction(line["unit_price"]) * Fraction(line["quantity"]))


def reached(discount: Case, lines: list[Case]) -> bool:
    spend = sum(worth(line) for line in lines)
    count = sum((Fraction(line["quantity"]) for line in lines), Fraction(0))
    return (
        spend >= discount.get("minimum_spend", 0)
        and spend <= discount.get("maximum_spend", spend)
        and count >= Fraction(discount.get("minimum_quantity", 0))
    )


def takings(discount: Case, lines: list[Case], left: list[int]) -> list[int]:
    """How much `discount` takes off each of `lines`, of which `left` is left."""
    mine = [place for place, line in enumerate(lines) if takes_part(discount, line)]
    result = [0] * len(lines)
    if not mine or not reached(discount, [lines[place] for place in mine]):
        return result
    match discount["kind"]:
        case "product":
            off = {
                at: min(left[at], near(Fraction(discount["amount"]) * Fraction(lines[at]["quantity"]))) for at in mine
            }
            claims = [Fraction(off[at]) for at in mine]
            pot = sum(off.values())
        case "percentage":
            claims = [Fraction(left[at]) for at in mine]
            pot = near(sum(claims, Fraction(0)) * Fraction(discount["percent"]) / 100)
        case "fixed":
            claims = [Fraction(left[at]) for at in mine]
            pot = min(discount["amount"], sum(left[at] for at in mine))
        case _:
            return result
    pot = min(pot, discount.get("maximum", pot))
    for at, part in zip(mine, deal(pot, claims), strict=True):
        result[at] = part
    return result


def after_discounts(case: Case) -> tuple[list[int], list[int]]:
    """What is left of each line, and what each discount (lines' own first, then the basket's) took in all."""
    lines, taken = case["lines"], []
    left = [worth(line) for line in lines]
    for at, line in enumerate(lines):
        for discount in line.get("discounts", []):
            [off] = takings(discount, [line], [left[at]])
            left[at] -= off
            taken.append(off)
    for discount in case.get("discounts", []):
        off_each = takings(discount, lines, left)
        left = [before - off for before, off in zip(left, off_each, strict=True)]
        taken.append(sum(off_each))
    return left, taken


def rates_of(case: Case, line: Case) -> list[Case]:
    if not line.get("taxable", True):
        return []
    rates: dict[str, list[Case]] = case["rates"]
    return rates.get(line.get("tax_class", ""), rates.get("", []))


def climb(net: Fraction, rates: list[Case]) -> tuple[Fraction, list[Fraction]]:
    """Net to gross, rate by rate, and each rate's tax on the way."""
    gross, steps = net, []
    for rate in rates:
        step = (gross if rate.get("compound") else net) * Fraction(rate["percent"]) / 100
        steps.append(step)
        gross += step
    return gross, steps


def exact_steps(case: Case, line: Case, left: int) -> list[Fraction]:
    rates = rates_of(case, line)
    net = Fraction(left) / climb(Fraction(1), rates)[0] if case["prices_include_tax"] else Fraction(left)
    return climb(net, rates)[1]


def taxes(case: Case, left: list[int]) -> list[list[int]]:
    exact = [exact_steps(case, line, rest) for line, rest in zip(case["lines"], left, strict=True)]
    if case["rounding"] == "line":
        return [[near(step) for step in steps] for steps in exact]
    done = [[0] * len(steps) for steps in exact]
    kinds: dict[str, list[tuple[int, int]]] = {}
    for at, line in enumerate(case["lines"]):
        for column, rate in enumerate(rates_of(case, line)):
            kinds.setdefault(repr(sorted(rate.items())), []).append((at, column))
    for spots in kinds.values():
        claims = [exact[at][column] for at, column in spots]

        def fits(place: int, share: int, spots: list[tuple[int, int]] = spots) -> bool:
            at = spots[place][0]
            return not case["prices_include_tax"] or sum(done[at]) + share < left[at]

        for (at, column), coins in zip(spots, deal(near(sum(claims, Fraction(0))), claims, fits), strict=True):
            done[at][column] = coins
    return done


def expected(case: Case) -> Case:
    """The `expect` of a case."""
    left, taken = after_discounts(case)
    lines = []
    for line, rest, steps in zip(case["lines"], left, taxes(case, left), strict=True):
        net = rest - sum(steps) if case["prices_include_tax"] else rest
        row = {"subtotal": worth(line), "discount": worth(line) - rest, "tax": sum(steps), "net": net}
        lines.append({**row, "total": net + sum(steps)})
    sums = {name: sum(row[name] for row in lines) for name in ("subtotal", "discount", "tax", "total")}
    return {**sums, "discounts": taken, "lines": lines}


def given_back(row: Case, quantity: str, returns: list[str]) -> list[Case]:
    """What each of `returns` (quantities of one line, in turn) gives back, as amount, tax and net."""
    parts, seen, paid, taxed = [], Fraction(0), 0, 0
    for part in returns:
        seen += Fraction(part)
        due = floor(row["total"] * seen / Fraction(quantity))
        tax_due = floor(Fraction(row["tax"] * due, row["total"])) if row["total"] else 0
        amount, tax = due - paid, tax_due - taxed
        parts.append({"amount": amount, "tax": tax, "net": amount - tax})
        paid, taxed = due, tax_due
    return parts
