"""PrestaShop's XML and JSON → ours: own fixtures, spoilt ones, and XML that means harm."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.prestashop import mapping
from posbridge.connectors.prestashop.catalog_mapping import Shelf, Special, Term
from posbridge.connectors.prestashop.markup import document, plain, tree
from posbridge.connectors.prestashop.reading import wall
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from tests.connectors.prestashop.bench import fixture

SHELF = Shelf(
    timezone="Europe/Paris",
    rates={"3": Decimal(10)},
    groups={"1": Term("Size", 1), "2": Term("Glaze", 0)},
    values={"4": Term("Moss", 0, "2"), "6": Term("Small", 0, "1"), "7": Term("Tiny", 1, "1")},
    categories={"2": "", "5": "Bowls"},
    specials={"7": (Special("32", None, percent=Decimal("0.25")),)},
)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def products(shelf: Shelf = SHELF) -> list[Any]:
    return mapping.to_products(
        fixture("products.json"), combinations=fixture("combinations.json"), stock=fixture("stock.json"), shelf=shelf
    )


def test_a_product_with_combinations() -> None:
    bowl, _ = products()
    assert bowl.title == "Bowl & lid “Été”"
    assert bowl.description == "Stoneware.\nDishwasher safe"
    assert (bowl.brand, bowl.categories) == ("Atelier Nord", ("Bowls",))
    assert [(option.name, option.values) for option in bowl.options] == [
        ("Glaze", ("Moss",)),
        ("Size", ("Small", "Tiny")),
    ]
    assert [(image.id, image.position) for image in bowl.images] == [("12", 0), ("11", 1)]
    assert bowl.updated_at == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
    small, tiny = bowl.variants
    assert (small.id, small.sku, small.barcode) == ("7-31", "BOWL-S", "2000000000312")
    assert list(small.option_values.items()) == [("Glaze", "Moss"), ("Size", "Small")]
    assert (small.price, small.compare_at_price, small.inventory_quantity) == (usd(1850), None, 11)
    assert small.image == bowl.images[0]
    assert (tiny.sku, tiny.inventory_quantity, tiny.weight) == ("BOWL", 0, Decimal("0.75"))
    assert (tiny.price, tiny.compare_at_price) == (usd(1200), usd(1600))


def test_prices_with_tax_where_the_shop_shows_them_so() -> None:
    bowl, wrapping = products(Shelf(prices_include_tax=True, rates={"3": Decimal(10)}))
    assert [variant.price for variant in bowl.variants] == [usd(2035), usd(1760)]
    assert wrapping.variants[0].price == usd(500)


def test_a_product_that_is_switched_off_in_two_languages() -> None:
    _, wrapping = products(Shelf(language="2"))
    assert (wrapping.title, wrapping.description) == ("Emballage", "Papier")
    assert wrapping.status is ProductStatus.DRAFT
    assert wrapping.updated_at is None
    (only,) = wrapping.variants
    assert (only.id, only.barcode, only.available, only.taxable, only.tax_class) == (
        "8-0", "012345678905", False, False, "0",
    )  # fmt: skip
    assert only.inventory_quantity == -1


def test_amounts_with_tax_are_taken_off_before_tax() -> None:
    shelf = Shelf(rates={"3": Decimal(10)}, specials={"7": (Special("0", None, off=Decimal("2.20"), taxed=True),)})
    small = products(shelf)[0].variants[0]
    assert (small.price, small.compare_at_price) == (usd(1650), usd(1850))


def test_other_currencies() -> None:
    bowl = mapping.to_products(fixture("products.json"), combinations=fixture("combinations.json"), currency="jpy")[0]
    assert bowl.variants[0].price == Money(amount=19, currency="JPY")
    dinar = mapping.to_products(fixture("products.json"), combinations=fixture("combinations.json"), currency="KWD")[0]
    assert dinar.variants[0].price == Money(amount=18500, currency="KWD")


def test_a_single_object_in_json_leaves_out_what_is_nothing() -> None:
    single = {"product": {"id": 3, "name": "Quiet", "price": "1.000000", "id_tax_rules_group": "1"}}
    (quiet,) = mapping.to_products(single)
    assert quiet.status is ProductStatus.DRAFT
    (listed,) = mapping.to_products({"products": [single["product"]]})
    assert listed.status is ProductStatus.ACTIVE
    (as_xml,) = mapping.to_products(document("product", {"id": 3, "name": {"1": "Quiet"}, "price": "1", "active": "1"}))
    assert (as_xml.status, as_xml.title) == (ProductStatus.ACTIVE, "Quiet")


def test_an_order() -> None:
    order = mapping.to_order(fixture("order.json"), timezone="America/Los_Angeles")
    assert (order.reference, order.number, order.status) == ("P01TESTREFERENCE", "ABCDEFGHJ", OrderStatus.PAID)
    assert (order.total, order.tax, order.paid, order.refunded, order.complete) == (3245, 295, 3245, 0, True)
    assert [(line.id, line.variant_id, line.sku, line.total) for line in order.lines] == [
        ("60", "7-31", "BOWL-S", 2035),
        ("61", "8-0", "GIFT", 1210),
    ]
    assert order.created_at == datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


def test_what_slips_gave_back() -> None:
    part = [{"id": 1, "id_order": "41", "total_products_tax_incl": "12.100000", "total_shipping_tax_incl": "0.000000"}]
    half = mapping.to_order(fixture("order.json"), slips={"order_slips": part})
    assert (half.refunded, half.status) == (1210, OrderStatus.PARTIALLY_REFUNDED)
    whole = mapping.to_order(fixture("order.json"), slips=[*part, {"id": 2, "amount": "20.35"}])
    assert (whole.refunded, whole.status) == (3245, OrderStatus.REFUNDED)


def test_a_payment_error_is_not_finished() -> None:
    raw = fixture("order.json")
    raw["orders"][0]["current_state"] = "8"
    failed = mapping.to_order(raw)
    assert (failed.status, failed.complete, failed.paid) == (OrderStatus.FAILED, False, 0)


def test_a_customer() -> None:
    customer = mapping.to_customer(
        fixture("customer.json"), addresses=fixture("addresses.json"), countries={"21": "US"}
    )
    assert (customer.name, customer.email, customer.phone) == ("Žofie Nováková", "zofie@example.com", "+12135550142")
    assert (customer.company, customer.accepts_marketing, customer.note) == ("Glass & Co", True, "")
    assert customer.address is not None
    assert (customer.address.city, customer.address.country) == ("Los Angeles", "US")
    assert "hash" not in customer.model_dump_json()
    assert "0009" not in customer.model_dump_json()


def test_a_rule() -> None:
    rule = mapping.to_discount(fixture("rule.json"), timezone="Europe/Paris")
    assert (rule.code, rule.kind, rule.percent, rule.uses_left) == ("NOV15", DiscountKind.PERCENTAGE, 15, 3)
    assert (rule.minimum_spend, rule.stackable, rule.per_customer_limit) == (usd(4000), False, 1)
    assert (rule.scope.product_ids, rule.scope.exclude_sale_items) == (frozenset("7"), True)
    assert rule.starts_at == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize("hidden", ["country_restriction", "product_restriction", "group_restriction", "gift_product"])
def test_what_the_service_hides_is_named(hidden: str) -> None:
    raw = fixture("rule.json")
    raw["cart_rules"][0][hidden] = "1"
    rule = mapping.to_discount(raw)
    assert (rule.active, rule.extra["unsupported"]) == (False, hidden)


def test_a_voucher_that_is_used_up_holds_nothing() -> None:
    raw = {"cart_rules": [{"id": 8, "code": "GIFT-1", "quantity": "0", "reduction_amount": "50.000000", "active": "1"}]}
    assert mapping.to_gift_card(raw).balance == usd(0)
    raw["cart_rules"][0]["quantity"] = "1"
    assert mapping.to_gift_card(raw).balance == usd(5000)


# what is no answer of PrestaShop's, or means harm
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<prestashop><product><id>1</id><name>&b;</name></product></prestashop>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE p SYSTEM "file:///etc/passwd"><prestashop><product><id>1</id></product></prestashop>'


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, "<prestashop><product>", "", "<html/>", "{", "\x00", "[1", "null"])
def test_what_is_refused(text: str) -> None:
    for raw in (text, text.encode()):
        with pytest.raises(SchemaDrift):
            mapping.to_products(raw)


def test_a_deep_document_is_refused() -> None:
    with pytest.raises(SchemaDrift):
        tree("<prestashop>" + "<a>" * 5000 + "</a>" * 5000 + "</prestashop>")


@pytest.mark.parametrize("before", ["", "\ufeff", "<br />\n<b>Warning</b>: Undefined in <b>/x.php</b>\n"])
def test_warnings_of_php_before_an_answer_are_passed_over(before: str) -> None:
    text = json.dumps(fixture("products.json"), ensure_ascii=False)
    assert [p.id for p in mapping.to_products(before + text)] == ["7", "8"]
    xml = document("product", {"id": "7", "name": {"1": "Bowl"}, "price": "1"}).decode()
    assert [p.title for p in mapping.to_products((before + xml).encode())] == ["Bowl"]


@given(st.text())
def test_any_text_survives_the_way_there_and_back(text: str) -> None:
    there = plain(document("product", {"id": "1", "reference": text}))["product"]["reference"]
    kept = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    assert there == kept.replace("\r\n", "\n").replace("\r", "\n")


def test_the_shops_clock_goes_back_by_an_hour_in_autumn() -> None:
    """01:30 UTC and 00:30 UTC are both 02:30 in Paris on that night: the pull begins early enough for both."""
    before, after = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert wall(before, "Europe/Paris", after) == "2026-10-25 01:30:00"
    assert wall(after, "Europe/Paris", after) == "2026-10-25 02:30:00"


# spoilt objects
READ: list[tuple[str, Callable[[Any], Any]]] = [
    ("products.json", lambda raw: mapping.to_products(raw, combinations=fixture("combinations.json"))),
    ("products.json", lambda raw: mapping.to_products(raw["products"][0])),
    ("order.json", mapping.to_order),
    ("customer.json", lambda raw: mapping.to_customer(raw, addresses=fixture("addresses.json"))),
    ("rule.json", mapping.to_discount),
    ("rule.json", mapping.to_gift_card),
]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just([]), st.just({}), st.just([{}]),
    st.just([None]), st.just("9" * 40), st.just("0000-00-00 00:00:00"), st.just("9999-12-31 23:59:59"), st.just("-1"),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, below in inner for found in ((*path, key), *places(below, (*path, key)))]


@settings(max_examples=400)
@given(st.data())
def test_a_spoilt_object_is_read_or_parked(data: st.DataObject) -> None:
    name, read = data.draw(st.sampled_from(READ))
    raw = copy.deepcopy(fixture(name))
    path = data.draw(st.sampled_from(places(raw)[1:]))
    target = raw
    for key in path[:-1]:
        target = target[key]
    if data.draw(st.booleans()):
        target[path[-1]] = data.draw(ODD)
    else:
        del target[path[-1]]
    with suppress(SchemaDrift):
        read(raw)


def test_one_spoilt_object_leaves_the_rest_of_its_page() -> None:
    raw = fixture("products.json")
    raw["products"][0]["price"] = {"amount": 3}
    assert [product.id for product in mapping.to_products(raw)] == ["8"]
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products(raw["products"][0])
    assert caught.value.object_id == "7"
