"""Answers of our own making: loose flower with price rows, a patient with several papers."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.blaze import mapping
from posbridge.connectors.blaze.catalog_mapping import Shelf
from posbridge.domain.attributes import StrainType
from posbridge.domain.money import Money
from posbridge.testing.builders import a_line, an_order

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text("utf-8"), parse_float=Decimal)


def test_loose_flower() -> None:
    (found,) = mapping.to_products(fixture("flower.json"), Shelf(inventory="i1"))
    assert (found.title, found.description) == ("Moon Rocket ☕ & Friends", "Loose flower\nEarthy")
    assert (found.brand, found.categories, found.tags) == ("Far Side Farms", ("Cannabis", "Flower"), ("Staff pick",))
    assert [image.url for image in found.images] == ["https://img.example/1.jpg", "https://img.example/2.jpg"]
    (variant,) = found.variants
    assert variant.price == Money(amount=975, currency="USD")
    assert variant.compare_at_price == Money(amount=1150, currency="USD")
    assert [(str(tier.quantity), tier.price.amount) for tier in variant.tiers] == [("1", 1150), ("3.5", 3100)]
    assert variant.weighing is not None
    assert (variant.unit, variant.taxable, str(variant.inventory_quantity)) == ("g", False, "12.5")
    known = found.attributes
    assert known is not None
    assert (known.strain, known.strain_type, known.medical_only) == ("Moon Rocket", StrainType.SATIVA_DOMINANT, True)
    assert [(one.name, str(one.low), str(one.high)) for one in known.potencies] == [
        ("THC", "22.4", "25.1"), ("Limonene", "1.2", "1.2"),
    ]  # fmt: skip
    (whole,) = mapping.to_products(fixture("flower.json"))
    assert str(whole.variants[0].inventory_quantity) == "15.75"


def test_weights_go_as_their_keys() -> None:
    lines = [a_line(n, 1000, grams, unit="g") for n, grams in enumerate(("3.5", "28", "5.25"), start=1)]
    items = mapping.from_order(an_order(lines))["cart"]["items"]
    assert [(str(item["quantity"]), item["weightKey"]) for item in items] == [
        ("1", "ONE_EIGHTTH"), ("1", "OUNCE"), ("5.25", "GRAM"),
    ]  # fmt: skip


def test_a_patient_with_several_papers() -> None:
    found = mapping.to_customer(fixture("member.json"))
    assert (found.phone, found.email, found.date_of_birth) == ("+12025550177", "", date(1990, 5, 15))
    assert found.licence is not None
    assert found.medical_card is not None
    assert (found.licence.number, found.licence.region, found.medical_card.number) == ("D55", "CA", "NEW")
    assert found.extra["blocked"] == ["inactive"]


def test_goods_whose_price_stands_in_rows_only_are_not_free_below_the_first() -> None:
    row = {"price": 35, "weightTolerance": {"weightKey": "ONE_EIGHTTH"}, "enabled": True}
    (product,) = mapping.to_products({"id": "p1", "name": "Flower", "unitPrice": 0, "priceRanges": [row]})
    assert product.variants[0].price == Money(amount=1000, currency="USD")


@pytest.mark.parametrize("name", ["product.list", "order.get", "transaction.get", "giftcard.balance"])
def test_amounts_may_come_as_floats(contracts: Path, name: str) -> None:
    """As anybody's json.loads reads them."""
    text = (contracts / "blaze" / "examples" / f"{name}.response.json").read_text("utf-8")
    read: Any = {"product": mapping.to_products, "giftcard": mapping.to_gift_card}
    one = read.get(name.split(".")[0], mapping.to_order)
    assert one(json.loads(text)) == one(json.loads(text, parse_float=Decimal))
