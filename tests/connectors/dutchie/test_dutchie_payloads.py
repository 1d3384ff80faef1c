"""Payloads that the contract does not show: nulls, texts for numbers, unknown words, metadata in other shapes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from posbridge.connectors.dutchie import mapping
from posbridge.connectors.dutchie.catalog_mapping import MEDICAL, read_levels
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.ids import reference_of
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus


def fixture(name: str) -> Any:
    text = (Path(__file__).parent / "fixtures" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def test_a_product_with_odd_fields() -> None:
    rosin, wrap = mapping.to_products(fixture("menu"), pricing_type=MEDICAL)
    assert rosin.title == 'Échantillon "Live" Rosin – Tier 1'
    assert rosin.description == "Cold cured & smooth.\nTerpy"
    assert (rosin.brand, rosin.categories, rosin.tags) == ("Ex & Co.", ("CONCENTRATES", "LIVE_ROSIN"), ("new",))
    assert [image.url for image in rosin.images] == ["https://images.example.com/c.jpg"]
    assert rosin.extra["posId"] == "77001"
    gram, two = rosin.variants
    assert (gram.price, gram.compare_at_price) == (
        Money(amount=4500, currency="USD"),
        Money(amount=4850, currency="USD"),
    )
    assert (gram.sku, two.sku) == ("RO-1-1g", "RO-1-2g")
    assert (gram.inventory_quantity, two.inventory_quantity) == (3, None)
    assert gram.extra["flower_equivalent"] == "7.087381", "a quarter of an ounce in grams"
    assert (wrap.categories, wrap.attributes, wrap.variants) == (("A_NEW_CATEGORY",), None, ())


def test_attributes_of_a_product_with_odd_fields() -> None:
    facts = mapping.to_products(fixture("menu"))[0].attributes
    assert facts is not None
    assert (facts.strain_type, facts.effects) == (StrainType.SATIVA_DOMINANT, ("ENERGETIC", "HAPPY"))
    assert facts.medical_only
    found = {each.name: (each.low, each.high, each.unit) for each in facts.potencies}
    assert found == {
        "THC": (Decimal("70.1"), Decimal("78.2"), PotencyUnit.PERCENT),
        "CBG": (0, 0, PotencyUnit.PERCENT),
        "Limonene": (Decimal("2.1"), Decimal("2.1"), PotencyUnit.PERCENT),
    }, "what has no number, no name or a unit of its own is left out"
    assert facts.flower_equivalent is None, "the sizes differ"


def test_stock_of_a_product_with_odd_fields() -> None:
    gram, two = read_levels(fixture("menu")["data"]["menu"]["products"][0])
    assert [(lot.lot, lot.quantity) for lot in gram.batches] == [("4411", 3)]
    assert (two.quantity, two.batches) == (None, ())


def test_recreational_prices_are_not_the_medical_ones() -> None:
    rosin, _ = mapping.to_products(fixture("menu"))
    assert [variant.sellable for variant in rosin.variants] == [False, False], "null and 0 are no price"


def test_an_order_in_cents_with_metadata_as_text() -> None:
    raw = fixture("orders")["data"]["orders"]["orders"]
    first, second, third = (mapping.to_order(each) for each in raw)
    assert (first.total, first.tax) == (6608, 1008), "the menu price beside it proves cents"
    assert first.reference.startswith("P")
    assert len(first.reference) == len(reference_of(UUID(int=0)))
    assert (first.status, first.platform_status) == (OrderStatus.OPEN, "Awaiting_Driver"), "kept as it is, and open"
    (line,) = first.lines
    assert (line.variant_id, line.sku, line.unit_price) == (
        "p-1~1/8oz", "FL-1-1/8oz", Money(amount=2800, currency="USD"),
    )  # fmt: skip
    assert first.extra["delivery"] is True
    assert first.extra["startTime"] == "2026-09-01T12:00:00Z"
    assert (second.reference, second.total, second.lines, second.created_at) == ("", 1250, (), None)
    assert (third.status, third.total, third.reference) == (OrderStatus.READY, 1008, "")


def test_the_currency_is_the_connections() -> None:
    rosin, _ = mapping.to_products(fixture("menu"), pricing_type=MEDICAL, currency="CAD")
    assert rosin.variants[0].price == Money(amount=4500, currency="CAD")
    assert mapping.to_order(fixture("orders"), currency="CAD").currency == "CAD"
