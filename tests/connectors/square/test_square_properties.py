"""Examples of the contract, mutated: the mapping reads them or says SchemaDrift, and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.square import mapping, webhooks
from posbridge.connectors.square.catalog_mapping import Shelf, read_page
from posbridge.domain.order import Order
from posbridge.testing.conformance.shop import shop
from tests.connectors.spoiling import changes, spoilt
from tests.connectors.square.bench import bench
from tests.money.cases import Case
from tests.money.generated import cases

OWN = Path(__file__).parent / "fixtures"
READERS: dict[str, Callable[[Any], Any]] = {
    "product.": mapping.to_products, "order.": mapping.to_order, "customer.": mapping.to_customer,
    "discount.": mapping.to_discount, "pricing_rule.": mapping.to_discount, "giftcard.": mapping.to_gift_card,
    "webhook.": lambda raw: webhooks.parse(json.dumps(raw, default=str).encode()),
}  # fmt: skip
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def examples(contracts: Path) -> list[tuple[str, str]]:
    found = [
        (path.name, path.read_text("utf-8"))
        for path in sorted((contracts / "square" / "examples").glob("*.json"))
        if ".request." not in path.name and any(path.name.startswith(start) for start in READERS)
    ]
    return [*found, ("product.own", (OWN / "catalog.json").read_text("utf-8"))]


@QUICK
@given(data=st.data())
def test_whatever_changes_it_is_read_or_drift(contracts: Path, data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from(examples(contracts)))
    read = next(read for start, read in READERS.items() if name.startswith(start))
    try:
        read(spoilt(json.loads(text), data.draw(changes)))
    except SchemaDrift:
        pass
    except ValidationError:
        assert name.startswith("webhook.")


@QUICK
@given(data=st.data())
def test_a_page_parks_what_it_cannot_read_and_keeps_the_rest(contracts: Path, data: st.DataObject) -> None:
    raw = json.loads((OWN / "catalog.json").read_text("utf-8"))
    at = next(place for place, one in enumerate(raw["objects"]) if one["id"] == "ITEMSHIRT")
    raw["objects"][at] = spoilt(raw["objects"][at], data.draw(changes))
    products, gone, parked = read_page(raw, Shelf(), "", "USD")
    assert gone[-1:] == ["ITEMGONE"]
    assert "Honey" in [product.title for product in products]
    assert len(products) + len(gone) + len(parked) <= 4


@pytest.mark.parametrize("raw", [None, 1, "x", [], {}, [1], {"object": 1}, {"order": []}, {"objects": {"a": 1}}])
def test_things_that_are_no_objects(raw: Any) -> None:
    for read in (mapping.to_order, mapping.to_customer, mapping.to_discount, mapping.to_gift_card):
        with pytest.raises(SchemaDrift):
            read(raw)
    try:
        assert mapping.to_products(raw) == []
    except SchemaDrift:
        assert raw not in ([], {})


@settings(max_examples=60, deadline=None)
@given(raw=cases())
def test_any_sale_comes_to_our_total(raw: dict[str, Any]) -> None:
    """Generated baskets: Square's total is made ours, whatever its rounding does."""
    asyncio.run(_sold(Case(raw).order()))


async def _sold(order: Order) -> None:
    square = bench(replace(shop(), currency=order.currency))
    await square.services.orders.create(order, "key-1", square.context())
    booked = square.booked
    assert (booked["total"], booked["paid"]) == (order.totals.total, order.totals.total)
