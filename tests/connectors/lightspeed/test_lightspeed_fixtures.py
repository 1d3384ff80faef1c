"""Answers as other shops give them: odd types, odd currencies, fields that are new or gone."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.lightspeed import mapping
from posbridge.connectors.lightspeed.catalog_mapping import to_product
from posbridge.connectors.lightspeed.order_mapping import is_bookkeeping
from posbridge.connectors.text import each
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.order import OrderStatus

OWN = Path(__file__).parent / "fixtures"


def read(name: str) -> Any:
    return json.loads((OWN / f"{name}.json").read_text("utf-8"))


def test_items_of_other_shops() -> None:
    dish, coffee, cheese = (mapping.to_products(read("items")[at], currency="CHF")[0] for at in (0, 1, 3))
    assert (dish.id, dish.title) == ("9007199254740995", "Zürcher Geschnetzeltes & Rösti")
    variant = dish.variants[0]
    assert variant.price is not None
    assert (variant.price.amount, variant.barcode) == (1995, "7610000000013")
    assert (variant.weight, variant.weight_unit, variant.weighing) == (Decimal(320), "g", None)
    assert coffee.variants[0].price is not None
    assert (coffee.variants[0].price.amount, coffee.variants[0].barcode) == (420, "7610000000020")
    assert (cheese.status, cheese.variants[0].available) == (ProductStatus.ARCHIVED, False)
    assert cheese.variants[0].weighing is not None
    assert mapping.to_products(read("items")[2]) == []


def test_an_item_that_changed_its_shape_is_parked_alone() -> None:
    rows = json.loads((OWN / "items.json").read_text("utf-8"), parse_float=Decimal)
    found, parked = each(rows, to_product)
    assert len([one for one in found if one is not None]) == 3
    assert [drift.object_id for drift in parked] == ["3012455703"]
    with pytest.raises(SchemaDrift):
        mapping.to_products(read("items"))


def test_a_sale_with_sub_lines_and_two_payments() -> None:
    order = mapping.to_order(read("sales"))
    assert (order.id, order.reference) == ("P01HZY3QK7ABCDEFGH-r2", "P01HZY3QK7ABCDEFGH")
    assert (order.total, order.tax, order.discount, order.paid) == (3840, 288, 200, 3840)
    assert [line.title for line in order.lines] == ["Geschnetzeltes ohne Pilze", "Sauce extra"]
    assert order.customer is not None
    assert (order.customer.phone, order.customer.last_name) == ("+41791234567", "Müller")
    assert order.customer.address is not None
    assert order.customer.address.city == "Zürich"
    assert order.updated_at is not None
    assert order.updated_at.isoformat() == "2026-11-04T00:10:00.500000+00:00"


def test_other_sales() -> None:
    _, transitory, cancelled, yen = read("sales")["sales"]
    assert is_bookkeeping(transitory)
    assert mapping.to_order(cancelled).status is OrderStatus.CANCELLED
    order = mapping.to_order(yen)
    assert (order.id, order.currency, order.total, order.tax, order.paid) == ("k4==", "JPY", 550, 50, None)


def test_three_decimals() -> None:
    (product,) = mapping.to_products(
        {"id": 1, "name": "A", "sku": "A", "prices": [{"name": "default", "amount": 1.235}]}, currency="KWD"
    )
    assert product.variants[0].price is not None
    assert product.variants[0].price.amount == 1235


@pytest.mark.parametrize(
    ("mode", "price", "minor"),
    [("AMOUNT", 7.5, 750), ("AMOUNT", 0, 0), ("POSITIVE_OPEN_PRICE", 0, None), ("POSITIVE_OPEN_PRICE", 3, 300),
     ("PERCENT", 10, None)],
)  # fmt: skip
def test_a_percentage_is_no_price_and_an_open_price_of_nothing_is_none(
    mode: str, price: float, minor: int | None
) -> None:
    item = {"id": 7, "name": "Tea", "sku": "TEA", "priceMode": mode, "prices": [{"name": "Default", "amount": price}],
            "contentDimension": "VOLUME", "contentValue": 0.5, "contentUom": "l"}  # fmt: skip
    (product,) = mapping.to_products(item)
    found = product.variants[0].price
    assert (None if found is None else found.amount) == minor
    assert product.extra["volume"] == "0.5 l"


def test_pages_in_other_envelopes() -> None:
    item = {"id": 7, "name": "Tea", "sku": "TEA", "prices": [{"name": "Default", "amount": 3.5}]}
    pages: list[Any] = [[item], {"items": [item]}, {"data": [item], "total": 1}]
    assert [[one.id for one in mapping.to_products(page)] for page in pages] == [["7"]] * 3
    code = {"name": "Free", "code": "FREE", "discountPercentage": 100}
    assert mapping.to_discount([code]) == mapping.to_discount(code)
    sale = {"accountReference": "a", "salesLines": [], "payments": [], "type": "SALE"}
    assert mapping.to_order([sale]) == mapping.to_order({"data": [sale]}) == mapping.to_order(sale)
