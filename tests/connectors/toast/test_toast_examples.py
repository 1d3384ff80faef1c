"""Every example of the contract in our words, and our bodies in the shapes of its requests."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import Reader
from posbridge.connectors.toast import CONNECTOR, mapping, webhooks
from posbridge.connectors.toast.errors import DUPLICATE, error
from posbridge.connectors.toast.modifiers import Modifiers
from posbridge.connectors.toast.order_body import VOID
from posbridge.connectors.toast.signin import MACHINE, token_in
from posbridge.connectors.toast.stock import read_row, row_of
from posbridge.domain.catalog import Product
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.selling import giving_back
from tests.connectors.toast.lab import example

EGG, PIZZA, HAM = (
    "2478cec3-bca2-4956-a3aa-eda571d5518a", "5f1d5c6e-18a0-4d5f-9c53-0c8c4b1f7a10",
    "9c59d4ab-8242-450f-8f36-b16e1b3ab802",
)  # fmt: skip
SANDWICHES, LUNCH = "75cd1156-c33a-4842-9cbd-717aebbf069e", "a96e3e0d-0a27-4a52-9a1b-7b3df0a3c0de"
SIZE = "d7a7d1c1-91cc-4aa3-9d3a-0fd1c54f6a01"

Examples = Any


@pytest.fixture
def menu(contracts: Path) -> dict[str, Product]:
    return {one.title: one for one in mapping.to_products(example(contracts, "product.list.response.json"))}


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


# menus
def test_the_menu_is_five_products_in_order(menu: dict[str, Product]) -> None:
    assert list(menu) == ["Egg Sandwich", "Pizza Margherita", "Jamón ibérico", "Custom Cake", "T-Shirt"]
    assert [one.id for one in menu.values()][:3] == [EGG, PIZZA, HAM]


def test_one_item_in_two_menus_is_one_product_with_a_price_each(menu: dict[str, Product]) -> None:
    egg = menu["Egg Sandwich"]
    assert egg.categories == ("Food", "Sandwiches", "Lunch", "Lunch deals")
    assert [(one.id, one.price, one.option_values) for one in egg.variants] == [
        (f"{EGG}@{SANDWICHES}", usd(999), {"Menu": "Food"}),
        (f"{EGG}@{LUNCH}", usd(750), {"Menu": "Lunch"}),
    ]
    assert egg.variants[1].extra["availability"]["schedule"][0]["days"] == ["MONDAY", "TUESDAY"]
    assert {one.sku for one in egg.variants} == {"EGG-01"}
    assert egg.variants[0].extra["plu"] == "4011"
    assert egg.variants[0].barcode == ""  # a PLU is none
    assert [(one.url, one.position) for one in egg.images] == [("https://example.com/egg.png", 0)]
    assert egg.description == "Two eggs, toast"
    assert egg.extra["sales_category"] == "Food"


def test_modifiers_and_premodifiers_are_kept(menu: dict[str, Product]) -> None:
    (toppings,) = menu["Egg Sandwich"].extra["modifiers"]
    assert (toppings["name"], toppings["min"], toppings["max"]) == ("Toppings", 0, 2)
    assert [(one["name"], one["price"]) for one in toppings["options"]] == [("Mushrooms", "1.00"), ("Onions", "0.50")]
    assert [one["name"] for one in toppings["premodifiers"]] == ["EXTRA", "NO"]


def test_sizes_are_variants_sold_as_a_modifier(menu: dict[str, Product]) -> None:
    pizza = menu["Pizza Margherita"]
    assert [(one.name, one.values) for one in pizza.options] == [("Size", ("Small", "Large"))]
    assert [one.price for one in pizza.variants] == [usd(800), usd(1450)]
    small = "f2a1b6f4-53f0-4a5d-9bf0-1a7f7f0a1001"
    assert pizza.variants[0].id == f"{PIZZA}@{SANDWICHES}+{SIZE}/{small}"


def test_goods_by_weight_and_open_prices(menu: dict[str, Product]) -> None:
    (ham,), (cake,) = menu["Jamón ibérico"].variants, menu["Custom Cake"].variants
    assert (ham.unit, ham.price, ham.extra["discountable"]) == ("g", usd(35), False)
    assert ham.weighing is not None
    assert ham.weighing.unit == "g"
    assert cake.price is None
    assert not cake.sellable
    assert cake.id.endswith("~open")


def test_retail_goods_are_variants_of_their_catalogue_product(menu: dict[str, Product]) -> None:
    shirt = menu["T-Shirt"]
    assert shirt.id == "51a5c0de-0000-4000-8000-000000000001"
    assert [(one.name, one.values) for one in shirt.options] == [("Size", ("M", "L")), ("Color", ("Blue",))]
    assert [(one.sku, one.option_values) for one in shirt.variants] == [("TS-M-BLU", {"Size": "M", "Color": "Blue"})]
    assert shirt.images[0].url == "https://example.com/shirt.png"


@pytest.mark.parametrize("name", ["modifier_group", "modifier_option", "premodifier_group"])
def test_the_fragments_of_modifiers(contracts: Path, name: str) -> None:
    whole: dict[str, Any] = {}
    for each in ("modifier_group", "modifier_option", "premodifier_group"):
        whole |= example(contracts, f"menu.{each}.fragment.json")
    groups = Modifiers.read(whole).groups
    assert [one.name for one in groups["3"].choices] == ["Mushrooms", "Onions"]
    assert mapping.to_products(example(contracts, f"menu.{name}.fragment.json") | {"menus": []}) == []


def test_a_menu_without_what_v3_lacks(contracts: Path) -> None:
    raw = example(contracts, "product.list.response.json")
    for menu_ in raw["menus"]:
        for group in menu_["menuGroups"]:
            for item in group["menuItems"]:
                for name in ("visibility", "catalogProductInfo", "sortOrder", "isComboParent"):
                    item.pop(name, None)
    titles = [one.title for one in mapping.to_products(raw)]
    assert titles[-1] == "T-Shirt M Blue"


def test_the_metadata_tells_when_it_was_published(contracts: Path) -> None:
    said = Reader(example(contracts, "menu.metadata.response.json")).utc("lastUpdated")
    assert said == datetime(2026, 11, 2, 14, 13, 12, tzinfo=UTC)


# orders
def test_an_order_of_ours(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "order.get.response.json"))
    assert (order.id, order.number) == ("df8cd211-c5c9-4fe4-b56b-fa0db87eb80b", "51")
    assert order.reference == "7f9c24e5-2d1b-4a7e-9a63-0b7e4b1c2d3e"
    assert (order.total, order.tax, order.paid, order.refunded) == (1069, 70, 0, 0)
    (line,) = order.lines
    assert (line.variant_id, line.unit_price, line.tax, line.total) == (f"{EGG}@{SANDWICHES}", usd(999), 70, 1069)
    assert order.customer is not None
    assert (order.customer.name, order.customer.phone) == ("Jack Jones", "+13335555555")
    assert order.updated_at == datetime(2026, 11, 3, 13, 55, 10, 120000, tzinfo=UTC)
    assert (order.status, order.complete) == (OrderStatus.OPEN, False)  # ours, and not paid


def test_a_list_holds_open_void_and_partly_refunded(contracts: Path) -> None:
    rows = example(contracts, "order.list.response.json")
    orders = [mapping.to_order(row) for row in rows]
    assert [one.status for one in orders] == [
        OrderStatus.OPEN, OrderStatus.CANCELLED, OrderStatus.PARTIALLY_REFUNDED,
    ]  # fmt: skip
    assert [one.reference for one in orders] == ["7f9c24e5-2d1b-4a7e-9a63-0b7e4b1c2d3e", "", ""]
    assert (orders[2].paid, orders[2].refunded) == (1069, 300)
    assert example(contracts, "order.list.empty.response.json") == []


def test_the_published_take_out_answer(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "order.create.takeout.response.json"))
    assert (order.total, order.tax, order.reference, order.paid) == (1069, 70, "", 0)


@pytest.mark.parametrize("name", ["create", "create.delivery", "create.dine_in", "create.takeout", "prices"])
def test_requests_read_as_orders_not_yet_priced(contracts: Path, name: str) -> None:
    order = mapping.to_order(example(contracts, f"order.{name}.request.json"))
    assert (order.id, order.total) == ("", 0)
    if name == "create":
        assert (order.paid, order.lines[0].quantity) == (2352, Decimal(2))
        assert order.lines[0].variant_id.startswith(f"{EGG}@{SANDWICHES}+58b79986")
    if name == "create.delivery":  # its tip is the text "0"
        assert order.paid == 850
        assert order.customer is not None
        assert order.customer.address is not None
        assert order.customer.address.city == "Boston"


@pytest.mark.parametrize("name", ["add_payment", "apply_discount", "void"])
def test_what_is_no_order_is_said_so(contracts: Path, name: str) -> None:
    with pytest.raises(SchemaDrift):
        mapping.to_order(example(contracts, f"order.{name}.request.json"))


def test_the_void_is_the_documents(contracts: Path) -> None:
    assert example(contracts, "order.void.request.json") == VOID


def test_a_guest_is_found_wherever_he_is(contracts: Path) -> None:
    order = example(contracts, "order.get.response.json")
    for raw in (order, order["checks"][0], order["checks"][0]["customer"]):
        assert mapping.to_customer(raw).email == "jack@example.com"


# codes and cards
def test_discounts(contracts: Path) -> None:
    staff, five, comp, old = (mapping.to_discount(row) for row in example(contracts, "discount.list.response.json"))
    assert (staff.kind, staff.percent, staff.name) == (DiscountKind.PERCENTAGE, Decimal(10), "Staff 10%")
    assert (five.kind, five.amount) == (DiscountKind.FIXED, usd(500))
    assert (comp.extra["type"], comp.stackable) == ("OPEN_FIXED", True)
    assert (old.active, old.extra["type"]) == (False, "BOGO")
    applied = mapping.to_discount(example(contracts, "order.apply_discount.request.json"))
    assert (applied.id, applied.code) == (five.id, "SAVE5")


def test_an_answer_about_a_code_names_the_discount(contracts: Path) -> None:
    (row,) = example(contracts, "coupon.check.response.json")
    assert mapping.to_discount(row).id == "3c4a5e9a-6a1c-4a8e-8a26-6f1a6d6b7c02"
    assert example(contracts, "coupon.check.invalid.response.json") == []
    assert mapping.to_order(example(contracts, "coupon.check.request.json")).reference.startswith("7f9c24e5")


def test_gift_cards_of_an_outside_provider(contracts: Path) -> None:
    card = mapping.to_gift_card(example(contracts, "giftcard.balance.response.json"), code="77")
    assert (card.code, card.balance, card.status) == ("77", usd(6029), GiftCardStatus.ACTIVE)
    redeemed = mapping.to_gift_card(example(contracts, "giftcard.redeem.response.json"))
    assert (redeemed.balance, redeemed.extra["redeemed"]) == (usd(6029), 100)
    bad = mapping.to_gift_card(example(contracts, "giftcard.error.card_invalid.response.json"))
    assert (bad.status, bad.extra["status"]) == (GiftCardStatus.BLOCKED, "ERROR_CARD_INVALID")
    named = mapping.to_gift_card(example(contracts, "giftcard.redeem.request.json"))
    assert named.code == "231952736"
    assert mapping.to_gift_card(example(contracts, "giftcard.activate.request.json")).balance == usd(500)
    for name in ("add_value", "balance", "reverse"):
        assert mapping.to_gift_card(example(contracts, f"giftcard.{name}.request.json")).code.startswith("{{")


# stock
def test_stock_rows(contracts: Path) -> None:
    rows = example(contracts, "inventory.list.response.json")
    assert [read_row(row) for row in rows] == [(EGG, Decimal(7)), (HAM, Decimal(0))]
    searched, unknown = example(contracts, "inventory.search.response.json")
    assert read_row(searched) == (EGG, None)
    assert unknown["itemGuidValidity"] == "INVALID"
    assert [read_row(row)[1] for row in example(contracts, "inventory.update.response.json")] == [
        Decimal("10.75"),
        None,
    ]
    assert set(row_of(EGG, Decimal("10.75"))) == set(example(contracts, "inventory.update.request.json")[0])
    assert row_of(EGG, Decimal(0)) == {"guid": EGG, "status": "OUT_OF_STOCK"}
    assert set(example(contracts, "inventory.search.request.json")) == {"guids", "multiLocationIds"}


# signing in, settings
def test_the_login(contracts: Path) -> None:
    assert example(contracts, "auth.login.request.json")["userAccessType"] == MACHINE
    token = token_in(example(contracts, "auth.login.response.json"))
    assert (token.expires_in, token.value.get_secret_value()) == (86400, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln")


@pytest.mark.parametrize("name", ["dining_options", "alternate_payment_types"])
def test_lists_of_settings_have_guids_and_names(contracts: Path, name: str) -> None:
    for row in example(contracts, f"{name}.list.response.json"):
        assert Reader(row).id("guid")
        assert Reader(row).text("name")


def test_the_restaurant(contracts: Path) -> None:
    general = Reader(example(contracts, "restaurant.get.response.json")).object("general")
    assert (general.text("currencyCode"), general.text("timeZone")) == ("USD", "America/New_York")


# errors
@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("400.date_format", 400, ValidationError), ("400.validation", 400, ValidationError),
        ("400.duplicate_external_id", 400, Conflict), ("401", 401, AuthenticationError),
        ("403", 403, PermissionDenied), ("404", 404, NotFound), ("404.menus_unpublished", 404, NotFound),
        ("409.config_paging", 409, Conflict), ("429", 429, RateLimitExceeded), ("500", 500, ServiceUnavailable),
    ],
)  # fmt: skip
def test_errors(contracts: Path, name: str, status: int, kind: type[Exception]) -> None:
    body = example(contracts, f"error.{name}.json")
    found = error(Reply(status, json.dumps(body).encode(), {"content-type": "application/json"}))
    assert type(found) is kind
    assert body["message"].replace('"', "")[:20] in str(found).replace('"', "")
    assert found.detail["request_id"] == body["requestId"]  # type: ignore[attr-defined] # ours
    assert (found.platform_code == DUPLICATE) is ("duplicate" in name)  # type: ignore[attr-defined] # ours


def test_every_file_is_read_here(contracts: Path) -> None:
    """A new example must not go unread."""
    text = Path(__file__).read_text(encoding="utf-8")
    for file in (contracts / "toast" / "examples").glob("*.json"):
        stem = re.sub(r"^(error|webhook|order|giftcard|menu)\.|\.(request|response|fragment|list)\b", "", file.stem)
        stem = stem.removesuffix(".response").removesuffix(".request")
        assert f'"{stem}' in text or file.name in text or f"{stem}.list.response.json" in text, file.name


# webhooks
def test_the_vectors_of_signatures(contracts: Path) -> None:
    for row in example(contracts, "webhook.signature.vectors.json"):
        body, headers = row["body"].encode(), {"Toast-Signature": row["Toast-Signature"]}
        assert webhooks.verify(body, headers, row["secret"])
        assert webhooks.verify(body, {k.lower(): v for k, v in headers.items()}, ["new", row["secret"]])
        assert not webhooks.verify(body, headers, "another")
        assert not webhooks.verify(body.replace(b"2026", b"2025", 1), headers, row["secret"])
        assert not webhooks.verify(body, {}, row["secret"])
        assert not webhooks.verify(body, headers, "")


@pytest.mark.parametrize(
    ("name", "kind", "object_id"),
    [
        ("menus_updated", "product", ""), ("order_updated", "order", "f6d98b95-2816-4f54-b1ab-7a5d71e83769"),
        ("partner_removed", "token_revoked", ""), ("stock.out_of_stock", "inventory", HAM),
    ],
)  # fmt: skip
def test_events(contracts: Path, name: str, kind: str, object_id: str) -> None:
    raw = example(contracts, f"webhook.{name}.json")
    (event,) = webhooks.parse(json.dumps(raw).encode(), {})
    assert (event.key, event.topic, event.kind, event.object_id) == (raw["guid"], raw["eventType"], kind, object_id)
    assert event.at is not None


def test_the_order_of_an_event_has_no_reference(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "webhook.order_updated.json"))
    assert (order.id, order.reference) == ("f6d98b95-2816-4f54-b1ab-7a5d71e83769", "")


def test_refunds_are_said_to_be_impossible() -> None:
    with pytest.raises(Unsupported, match="give money back"):
        mapping.from_refund(giving_back(an_order([1250]), [("line-1", 1)]))
    assert not CONNECTOR.facts.capabilities.refunds
