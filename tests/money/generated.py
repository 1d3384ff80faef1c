"""Baskets nobody would ring up, in the shape of money.json."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

PRODUCTS = ["mug", "tea", "book"]
CATEGORIES = ["food", "books"]
CLASSES = ["", "reduced", "exempt", "unknown"]
PERCENTS = ["0", "0.25", "2.5", "5", "7", "8.875", "9.975", "10", "19", "20", "24.9999"]

amounts = st.one_of(st.integers(0, 30), st.integers(0, 5_000), st.integers(0, 10_000_000))
pieces = st.integers(1, 30).map(str)
weights = st.decimals("0.001", "40", places=3).map(str)
offs = st.one_of(st.sampled_from(["1", "10", "12.5", "33.3333", "50", "100"]), st.decimals(0, 100, places=2).map(str))


@st.composite
def discounts(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["percentage", "fixed", "product"]))
    made: dict[str, Any] = {"kind": kind}
    made |= {"percent": draw(offs)} if kind == "percentage" else {"amount": draw(amounts)}
    limits = {
        "maximum": amounts,
        "minimum_spend": st.integers(1, 20_000),
        "maximum_spend": st.integers(0, 200_000),
        "minimum_quantity": st.integers(1, 5).map(str),
        "products": st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=2, unique=True),
        "categories": st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=1),
        "excluded_products": st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=1),
        "excluded_categories": st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=1),
        "exclude_sale_items": st.just(True),
    }
    for name in draw(st.lists(st.sampled_from(sorted(limits)), max_size=2, unique=True)):
        made[name] = draw(limits[name])
    return made


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    weighed = draw(st.booleans())
    made: dict[str, Any] = {
        "unit_price": draw(amounts),
        "quantity": draw(weights if weighed else pieces),
        "unit": "kg" if weighed else "piece",
        "tax_class": draw(st.sampled_from(CLASSES)),
        "product": draw(st.sampled_from(PRODUCTS)),
        "on_sale": draw(st.booleans()),
        "taxable": draw(st.integers(0, 5)) > 0,
        "discounts": draw(st.lists(discounts(), max_size=2)),
    }
    if draw(st.booleans()):
        made["category"] = draw(st.sampled_from(CATEGORIES))
    return made


@st.composite
def rate_groups(draw: st.DrawFn) -> list[dict[str, Any]]:
    percents = draw(st.lists(st.sampled_from(PERCENTS), max_size=3))
    return [
        {"name": f"rate {at}", "percent": percent, "compound": draw(st.booleans())}
        for at, percent in enumerate(percents)
    ]


@st.composite
def cases(draw: st.DrawFn, max_lines: int = 6) -> dict[str, Any]:
    """A case without its `expect`; rates of one line stay below 100 % together."""
    return {
        "name": "generated",
        "currency": draw(st.sampled_from(["USD", "JPY", "KWD"])),
        "prices_include_tax": draw(st.booleans()),
        "rounding": draw(st.sampled_from(["line", "total"])),
        "rates": {"": draw(rate_groups()), "reduced": draw(rate_groups()), "exempt": []},
        "lines": draw(st.lists(lines(), min_size=1, max_size=max_lines)),
        "discounts": draw(st.lists(discounts(), max_size=3)),
    }
