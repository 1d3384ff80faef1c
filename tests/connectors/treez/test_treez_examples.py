"""Every example of the contract is read, with the values that it states."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    SchemaDrift,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import Reader
from posbridge.connectors.treez import mapping
from posbridge.connectors.treez.catalog_mapping import read_level
from posbridge.connectors.treez.errors import error
from posbridge.connectors.treez.facts import FACTS, STATUSES
from posbridge.connectors.treez.order_mapping import WORDS, limits_of
from posbridge.connectors.treez.people_mapping import is_gone, national
from posbridge.connectors.treez.potency import STRAIN_TYPES, strain_type
from posbridge.connectors.treez.reading import single
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.catalog import PriceTier, ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus


def example(contracts: Path, name: str) -> Any:
    text = (contracts / "treez" / "examples" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def test_every_example_has_its_reader(contracts: Path) -> None:
    """No file of the contract is left out: each is read here, in the tests of signing in, or in those of requests."""
    names = {file.stem for file in (contracts / "treez" / "examples").glob("*.json")}
    read = {name for name in names if name.endswith(".response") or name.startswith(("error.", "webhook."))}
    assert {name for name in names - read if not name.endswith(".request")} == {"auth.v3.jwt.vector", *_codes(names)}
    for name in sorted(read):
        raw = example(contracts, name)
        room = name.split(".")[0]
        if room in ("product", "catalog"):
            assert mapping.to_products(raw)[0].variants
        elif room in ("ticket", "webhook") and "history" not in name:
            assert mapping.to_order(raw).id
        elif room == "customer":
            assert mapping.to_customer(raw).id
        elif room == "discount":
            assert mapping.to_discount(raw).id


def _codes(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("error.") and name[-1].isdigit()} - {
        name for name in names if name.startswith("error.")
    }


def test_a_product_of_one_size(contracts: Path) -> None:
    (product,) = mapping.to_products(example(contracts, "product.get.response"))
    (variant,) = product.variants
    assert product.id == "457aa53e-6a61-4a71-8d66-c38805a9311b"
    assert variant.id == "c6beed87-febe-409c-82df-d55186663b23"
    assert product.title == "1:1 Balanced Transdermal Releaf Patch"
    assert (product.categories, product.brand) == (("TOPICAL", "PATCH"), "PAPA & BARKLEY")
    assert "solventless" in product.description
    assert (variant.price, variant.compare_at_price) == (usd(1900), None)
    assert variant.option_values == {"Size": "15 MG"}
    assert (variant.inventory_quantity, variant.extra["capped"]) == (30, True)
    assert (variant.weight, variant.weight_unit) == (Decimal("0.015"), "g")
    assert len(product.images) == 1
    made = product.attributes
    assert made is not None
    assert made.strain_type is StrainType.CBD
    assert (made.effects, made.thc_mg) == (("RELIEF",), 15)
    thc = made.potency("thc")
    assert thc is not None
    assert (thc.low, thc.high, thc.unit) == (50, 50, PotencyUnit.PERCENT)
    level = read_level(example(contracts, "product.get.response")["data"], "DISPLAY CASE 1", "ADULT")
    assert (level.quantity, level.low_at) == (30, 4)
    assert read_level(example(contracts, "product.get.response")["data"], "VAULT").quantity == 0


def test_a_page_of_products(contracts: Path) -> None:
    (product,) = mapping.to_products(example(contracts, "product.list.response"))
    (variant,) = product.variants
    assert product.status is ProductStatus.ARCHIVED
    assert not variant.available
    assert (variant.sku, variant.barcode, variant.price) == ("987321654", "987321654", usd(10000))
    assert (variant.weight, variant.weight_unit) == (14, "g")
    assert product.updated_at == datetime(2025, 7, 29, 19, 46, 53, 268000, tzinfo=UTC)
    assert product.attributes is not None
    assert product.attributes.strain_type is StrainType.SATIVA_DOMINANT
    assert product.attributes.effects == ("UPLIFTED", "RELAXED", "CREATIVE")
    assert (product.attributes.thc_mg, product.attributes.potencies) == (None, ()), "0 mg was never entered"
    assert product.tags == ("STRAIN SPECIFIC",)


def fixture(name: str) -> Any:
    text = (Path(__file__).parent / "fixtures" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def test_a_shelf_of_tiers_ranges_and_two_places() -> None:
    flower, edible = mapping.to_products(fixture("products"), place="FRONT OF HOUSE REC", kind="ADULT")
    gram, eighth = flower.variants
    assert flower.title == "NORTH RIDGE - 1 G", "the store's own words"
    assert flower.description == "Grown & cured here."
    assert [(tier.quantity, tier.price) for tier in gram.tiers] == [
        (1, usd(1400)), (Decimal("3.5"), usd(4200)), (7, usd(7350)),
    ]  # fmt: skip
    assert (gram.price, gram.sku, gram.barcode) == (usd(1400), "HIL-1", "2000000000001")
    assert (eighth.price, eighth.compare_at_price, eighth.inventory_quantity) == (usd(3825), usd(4500), 7)
    assert flower.attributes is not None
    thc, cbd = flower.attributes.potency("THC"), flower.attributes.potency("CBD")
    assert thc is not None
    assert cbd is not None
    assert (thc.low, thc.high, cbd.low, cbd.high) == (Decimal("19.5"), Decimal("23.1"), 0, Decimal("0.2"))
    assert flower.attributes.strain_type is StrainType.INDICA_DOMINANT
    assert (flower.attributes.flavours, flower.attributes.flower_equivalent) == (("PINE", "CITRUS"), None)
    assert [variant.extra["flower_g"] for variant in flower.variants] == ["1.0", "3.5"], "sizes count differently"
    assert edible.id == edible.variants[0].id == "00000000-0000-4000-8000-000000000003"
    assert edible.attributes is not None
    assert (edible.attributes.medical_only, edible.attributes.thc_mg) == (True, 100)
    assert [(p.name, p.low, p.unit.value) for p in edible.attributes.potencies] == [("THC", 100, "mg")]
    assert (edible.variants[0].inventory_quantity, edible.variants[0].weight) == (0, Decimal("0.1"))
    assert edible.extra["merged_from"] == ["00000000-0000-4000-8000-0000000000ff"]


def test_a_paid_ticket_of_ours_with_a_fee() -> None:
    order = mapping.to_order(fixture("ticket"))
    (line,) = order.lines
    assert (order.reference, order.complete, order.status) == ("P01KGNAWFM1DV4RQ2", True, OrderStatus.READY)
    assert (order.total, order.paid, order.tax, order.discount) == (8324, 8324, 894, 770)
    assert (line.sku, line.quantity, line.unit_price) == ("HIL-2", 2, usd(3825))
    assert (line.discount, line.tax, line.total) == (770, 894, 7774)
    assert order.extra["purchase_limit"] == {"concentrated": "0/8", "non_concentrated": "7/28.5", "plant": "0/6"}


def test_the_catalogue_service(contracts: Path) -> None:
    (product,) = mapping.to_products(example(contracts, "catalog.product.create.response"))
    assert (product.title, product.status) == ("Mythical T-Shirt", ProductStatus.ACTIVE)
    assert product.variants[0].price is None
    assert product.attributes is not None
    assert product.attributes.strain_type is StrainType.HYBRID


def row(**fields: Any) -> dict[str, Any]:
    """A row of a product as small as may be."""
    return {"product_id": "v-1", "product_status": "ACTIVE", "product_configurable_fields": {"name": "X"}, **fields}


def test_rows_of_one_parent_are_one_product() -> None:
    small, large = (
        row(
            product_id=f"v-{size}",
            catalog_parent_id="p-1",
            product_configurable_fields={"name": f"KUSH {size}", "size": size},
            e_commerce={"primary_image": "https://i.example/1", "all_images": [f"https://i.example/{size}"]},
            pricing={"price_sell": "35.50" if size == "1 G" else 100, "discounted_price": None},
        )
        for size in ("1 G", "3.5 G")
    )
    (product,) = mapping.to_products({"data": {"product_list": [small, large, {**small, "product_id": "v-1 G"}]}})
    assert product.id == "p-1"
    assert [variant.id for variant in product.variants] == ["v-1 G", "v-3.5 G"]
    assert [variant.price for variant in product.variants] == [usd(3550), usd(10000)]
    assert product.options[0].values == ("1 G", "3.5 G")
    assert [image.url[-5:] for image in product.images] == ["ple/1", "e/1 G", "3.5 G"]
    assert [image.position for image in product.images] == [0, 1, 2]


def test_reduced_prices_and_tiers() -> None:
    pricing = {"price_sell": 20, "discounted_price": 15.5}
    (product,) = mapping.to_products(row(pricing=pricing))
    assert (product.variants[0].price, product.variants[0].compare_at_price) == (usd(1550), usd(2000))
    rows = [{"start_value": 3.5, "price_per_value": "10.00"}, {"start_value": 1, "price_per_value": 12}]
    for key in ("tier_pricing_detail", "another_name"):
        tiered = {"price_type": "TIER", "price_sell": None, "tier_name": "Gold", key: rows}
        (variant,) = mapping.to_products(row(pricing=tiered))[0].variants
        assert variant.price == usd(1200)
        assert variant.tiers == (
            PriceTier(quantity=Decimal(1), price=usd(1200)),
            PriceTier(quantity=Decimal("3.5"), price=usd(3500)),
        )
        assert variant.extra["tier_name"] == "Gold"


def test_codes_states_and_places() -> None:
    codes = [{"sku": "FLW-1"}, "2000000000015", {"sku": "X9"}]
    places = [
        {"location": "FRONT", "inventory_type": "MEDICAL", "sellable_quantity": "3"},
        {"location": "VAULT", "inventory_type": "MEDICAL", "sellable_quantity": 4.0},
    ]
    raw = row(product_barcodes=codes, sellable_quantity=7, sellable_quantity_detail=places)
    (product,) = mapping.to_products({**raw, "e_commerce": {"hide_from_menu": True}}, place="front", kind="MEDICAL")
    (variant,) = product.variants
    assert (variant.sku, variant.barcode, variant.extra["codes"]) == ("FLW-1", "2000000000015", [
        "FLW-1", "2000000000015", "X9",
    ])  # fmt: skip
    assert variant.inventory_quantity == 3
    assert product.status is ProductStatus.DRAFT
    assert product.attributes is not None
    assert product.attributes.medical_only


def test_strain_types_and_laboratory_words() -> None:
    assert [strain_type(word) for word in ("sativa ", "I/S", "KUSH", "NONE", "")] == [
        StrainType.SATIVA, StrainType.INDICA_DOMINANT, None, None, None,
    ]  # fmt: skip
    assert set(STRAIN_TYPES.values()) == set(StrainType)
    results = [
        {"result_type": "THC", "amount": {"minimum_value": "18.5", "maximum_value": "22"}, "amount_type": "PERCENTAGE"},
        {"result_type": "CBD", "amount": {"minimum_value": None, "maximum_value": "2"}, "amount_type": "MILLIGRAMS"},
        {"result_type": "CBN", "amount": {"minimum_value": "1", "maximum_value": "2"}, "amount_type": "SOMETHING"},
    ]
    (product,) = mapping.to_products(row(lab_results=results))
    assert product.attributes is not None
    assert [(p.name, p.low, p.high, p.unit.value) for p in product.attributes.potencies] == [
        ("THC", Decimal("18.5"), 22, "%"), ("CBD", 2, 2, "mg"),
    ]  # fmt: skip


def test_a_ticket_with_a_discount(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "ticket.get.response"))
    assert (order.id, order.number) == ("43161ebb-8537-463a-9848-a44faaaeb503", "WIYXAP")
    assert (order.total, order.tax, order.discount, order.paid) == (1243, 143, 1100, 0)
    assert (order.status, order.reference, order.complete) == (OrderStatus.PREPARING, "", True)
    (line,) = order.lines
    assert (line.unit_price, line.discount, line.tax, line.total) == (usd(2200), 1100, 143, 1243)
    assert order.created_at == datetime(2026, 7, 14, 17, 40, 31, tzinfo=UTC)
    assert order.customer is not None
    assert order.customer.id == "1305"
    raw = single(example(contracts, "ticket.get.response"))
    assert limits_of(Reader(raw))["concentrated"] == (Decimal("0.1"), 8)
    assert order.extra["purchase_limit"]["plant"] == "0/6"


def test_tickets_of_the_other_envelopes(contracts: Path) -> None:
    made = mapping.to_order(example(contracts, "ticket.create.response"))
    assert (made.number, made.total, made.lines[0].quantity) == ("A0II1B", 339, 3)
    preview = mapping.to_order(example(contracts, "ticket.preview.response"))
    assert (preview.status, preview.number) == (OrderStatus.DRAFT, "")
    listed = mapping.to_order(example(contracts, "ticket.list_by_status.response"))
    assert (listed.number, listed.status) == ("AIISV2", OrderStatus.READY)
    told = mapping.to_order(example(contracts, "webhook.ticket.updated"))
    assert (told.total, told.tax) == (6603, 1603), "16.033 is rounded half up"


def test_a_fee_is_no_line_and_counts_once() -> None:
    fee = {"product_type": "NON-INV", "product_subtype": "FEE", "quantity": 1, "price_sell": 5.5, "price_total": 5.5}
    goods = {"size_id": "v", "quantity": 2, "price_sell": 20, "price_total": 22, "discounts": [], "tax": []}
    raw = {"ticket_id": "t", "total": 27.5, "items": [goods, fee], "fees": [{"total_amount": 5.5}]}
    order = mapping.to_order(raw)
    assert (order.total, len(order.lines)) == (2750, 1)
    assert order.lines[0].unit_price == usd(1000)


def test_payments_and_refunds_of_a_ticket() -> None:
    raw = {"ticket_id": "t", "total": 10, "order_status": "AWAITING_PROCESSING", "payment_status": "PAID"}
    ours = {**raw, "external_order_number": "P01KGNAWFM1DV4RQ2"}
    assert (mapping.to_order(raw).paid, mapping.to_order(raw).status) == (1000, OrderStatus.PAID)
    assert mapping.to_order(ours).complete
    unpaid = mapping.to_order({**ours, "payment_status": "UNPAID"})
    assert (unpaid.complete, unpaid.reference, unpaid.paid) == (False, "P01KGNAWFM1DV4RQ2", 0)
    assert mapping.to_order({**raw, "external_order_number": "WM-77123"}).reference == ""
    assert mapping.to_order({**raw, "refund_ticket_ids": ["r"]}).status is OrderStatus.PARTIALLY_REFUNDED
    assert mapping.to_order({**raw, "original_ticket_id": "o", "total": -10}).status is OrderStatus.REFUNDED


def test_a_customer(contracts: Path) -> None:
    customer = mapping.to_customer(example(contracts, "customer.get.response"))
    assert (customer.id, customer.first_name, customer.phone) == ("20", "KATHLEEN", "+17777777777")
    assert customer.date_of_birth == date(1989, 3, 7)
    assert customer.licence is not None
    assert customer.medical_card is not None
    assert (customer.licence.number, customer.licence.expires) == ("LIC744", date(2028, 5, 12))
    assert (customer.medical_card.number, customer.medical_card.expires) == ("MED738", date(2024, 5, 31))
    assert not customer.medical_card.valid_on(date(2024, 6, 1))
    assert customer.address is not None
    assert (customer.address.city, customer.address.region) == ("SCOTT", "CA")
    assert (customer.note, customer.accepts_marketing) == ("", False)
    assert not is_gone(customer), "MERGED is the one that lives on"
    dead = mapping.to_customer({"customer_id": 19, "status": "DEACTIVATED", "merged_into_customer_id": 20})
    assert (dead.id, is_gone(dead)) == ("19", True)
    assert [national(text) for text in ("+1 (409) 456-2458", "4094562458", "+49 30 1234567", "1234567890")] == [
        "4094562458", "4094562458", "", "",
    ]  # fmt: skip


def test_a_customer_goes_out_as_the_contract_writes_it(contracts: Path) -> None:
    wanted = example(contracts, "customer.create.request")
    customer = mapping.to_customer({**wanted, "customer_id": "1"})
    assert mapping.from_customer(customer).items() <= wanted.items()
    assert set(mapping.from_customer(customer)) >= {"first_name", "last_name", "birthday", "email", "phone"}


def test_a_discount(contracts: Path) -> None:
    discount = mapping.to_discount(example(contracts, "discount.list.response"))
    assert (discount.kind, discount.percent, discount.active) == (DiscountKind.PERCENTAGE, 30, False)
    fixed = mapping.to_discount({"id": "1", "method": "DOLLAR", "amount": "5.5000", "coupons": [{"code": "FIVE"}]})
    assert (fixed.amount, fixed.code) == (usd(550), "FIVE")
    assert mapping.to_discount({"id": "1", "method": "BOGO", "amount": "1"}).extra["ask"] == "BOGO"


TABLE = [
    (401, "error.401", AuthenticationError),
    (404, "error.customer_not_found.404", NotFound),
    (400, "error.ticket_not_found.400", NotFound),
    (400, "error.product_not_found.400", NotFound),
    (400, "error.ticket_format.400", ValidationError),
    (400, "error.invalid_ticket_status.400", Conflict),
]


@pytest.mark.parametrize(("status", "name", "kind"), TABLE, ids=[name for _, name, _ in TABLE])
def test_errors_of_the_examples(contracts: Path, status: int, name: str, kind: type[ConnectorError]) -> None:
    found = error(Reply(status, json.dumps(example(contracts, name)).encode()))
    assert type(found) is kind
    assert found.message


WORDED = [
    (400, {"resultCode": "FAIL", "resultReason": "RESPONSE_LIMIT_EXCEEDS"}, ValidationError),
    (400, {"resultCode": "FAIL", "resultReason": "CUSTOMER_FIRST_NAME_BLANK"}, ValidationError),
    (400, {"resultCode": "FAIL", "resultReason": "INVALID_REQUEST", "resultDetail": "token must live 30000"},
     AuthenticationError),
    (400, {"resultCode": "FAIL", "resultReason": "X", "resultDetail": "Customer already exists"}, Conflict),
    (400, {"resultCode": "FAIL", "resultReason": "X", "resultDetail": "The product doesn't exist"}, ValidationError),
    (400, {"resultCode": "FAIL", "resultReason": "INCORRECT_VALUE", "resultDetail": "The card expired"},
     ValidationError),
    (400, {"resultCode": "FAIL", "resultReason": "MODEL_VALIDATION_FAIL", "resultDetail": "payment token is missing"},
     ValidationError),
    (200, {"resultCode": "FAIL", "resultReason": "MODEL_VALIDATION_FAIL"}, ValidationError),
    (422, {"message": "no", "errorType": "Validation", "errorMsgs": ["name is required"]}, ValidationError),
    (403, {"message": "not yours"}, PermissionDenied),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), WORDED)
def test_errors_in_words(status: int, body: dict[str, Any], kind: type[ConnectorError]) -> None:
    assert type(error(Reply(status, json.dumps(body).encode()))) is kind


def test_answers_that_are_good_or_left_to_the_status() -> None:
    assert error(Reply(200, b'{"resultCode":"SUCCESS","data":{}}')) is None
    assert error(Reply(429, b"")) is None
    assert error(Reply(502, b"<html>")) is None
    dead = Reply(200, b'{"resultCode":"SUCCESS"}', url="https://api.treez.io/v2.0/dispensary/x/product")
    assert isinstance(error(dead), AuthenticationError)
    assert error(Reply(200, b'{"resultCode":"SUCCESS"}', url="https://api-prod.treez.io/dispensary/v3/x")) is None


def test_status_words_both_ways() -> None:
    for each in STATUSES:
        assert WORDS.ours(each.word) is each.status
        assert set(each.next) <= {one.word for one in STATUSES}
    assert WORDS.ours("SOMETHING_NEW") is OrderStatus.UNKNOWN
    assert WORDS.theirs(OrderStatus.OPEN) == "AWAITING_PROCESSING"
    assert WORDS.move("AWAITING_PROCESSING", OrderStatus.READY) == "PACKED_READY"
    assert WORDS.move("OUT_FOR_DELIVERY", OrderStatus.READY) == "OUT_FOR_DELIVERY"
    with pytest.raises(Conflict):
        WORDS.move("COMPLETED", OrderStatus.CANCELLED)
    with pytest.raises(Unsupported):
        WORDS.theirs(OrderStatus.COMPLETED)


def test_the_words_of_a_refusal_are_the_facts_words(contracts: Path) -> None:
    """The platform's own list of states holds no word that the facts lack."""
    said = example(contracts, "error.invalid_ticket_status.400")["resultDetail"].split(": ")[1]
    assert set(said.split(", ")) <= {each.word for each in STATUSES}
    steps = {line["status"] for line in example(contracts, "ticket.history.response")["data"]}
    assert steps <= {each.word for each in STATUSES}


def test_objects_that_are_none() -> None:
    for read in (mapping.to_order, mapping.to_customer, mapping.to_discount):
        for raw in (None, [], {}, "x", {"data": None}):
            with pytest.raises(SchemaDrift):
                read(raw)
    assert mapping.to_products([]) == []
    with pytest.raises(SchemaDrift):
        mapping.to_products([{"product_id": None}])


def test_what_cannot_be_done_is_stated_before_the_sale() -> None:
    can = FACTS.capabilities
    left_out = (can.split_tender, can.cart_discounts, can.custom_lines, can.weighed, can.refunds)
    assert not any(left_out)
    assert can.line_discounts
    assert can.takes_payments
    assert all(fact.source for fact in FACTS.facts)
    assert FACTS.guesses


@pytest.mark.parametrize("listed", [{}, {"product_list": None}, {"product_list": []}])
def test_a_page_behind_the_end_holds_nothing(listed: dict[str, Any]) -> None:
    assert mapping.to_products({"resultCode": "SUCCESS", "data": {"page_count": 0, "total_count": 0, **listed}}) == []


def test_nothing_is_sold_for_a_nought_that_means_something_else() -> None:
    tiers = [{"start_value": 1, "price_per_value": 10.0}, {"start_value": 3.5, "price_per_value": 9.0}]
    for pricing, price in (
        ({"price_type": "TIER", "price_sell": 0.0, "tier_pricing_detail": tiers}, 1000),
        ({"price_sell": 19, "discounted_price": 0.0, "discount_percent": 0.0, "discount_amount": 0.0}, 1900),
        ({"price_sell": 19, "discounted_price": 0.0, "discount_percent": 100}, 0),
    ):
        (product,) = mapping.to_products([{"product_id": "p", "pricing": pricing}])
        assert product.variants[0].price == usd(price)


def test_a_number_that_treez_has_not_is_none() -> None:
    amount = {"minimum_value": "N/A", "maximum_value": "N/A"}
    row = {"product_id": "p", "sellable_quantity": "", "lab_results": [{"result_type": "THC", "amount": amount}]}
    (product,) = mapping.to_products([row])
    assert (product.attributes, product.variants[0].inventory_quantity) == (None, None)


def test_ranges_of_sizes_are_joined() -> None:
    low = {"result_type": "THC", "amount": {"minimum_value": "10", "maximum_value": "12"}, "amount_type": "PERCENTAGE"}
    high = {**low, "result_type": "thc", "amount": {"minimum_value": "11", "maximum_value": "15"}}
    rows = [row(product_id="a", catalog_parent_id="p", lab_results=[low]),
            row(product_id="b", catalog_parent_id="p", lab_results=[high]),
            row(product_id="c", catalog_parent_id="p")]  # fmt: skip
    (product,) = mapping.to_products(rows)
    assert product.attributes is not None
    (thc,) = product.attributes.potencies
    assert (thc.low, thc.high) == (10, 15)
    assert not product.attributes.medical_only
