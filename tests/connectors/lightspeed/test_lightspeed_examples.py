"""Every example of the contract, mapped or read, with its real values."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.lightspeed import CONNECTOR, mapping, webhooks
from posbridge.connectors.lightspeed.reading import made_at, references_in, time_of
from posbridge.connectors.reply import Reply, failure
from posbridge.connectors.text import Reader
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from tests.connectors.watched import now

#: The example files that are mapped below, and those that other tests hold the services' requests to.
MAPPED = {
    "product.list.response", "product.get.response", "product.list.empty.response", "menu.load.response",
    "discount.list.response", "coupon.check.derived", "order.list.response", "order.list.last_page.response",
    "order.list.open.response", "order.list.open.empty.response",
}  # fmt: skip
ASKED = {
    "order.create.request", "order.create.local.request", "order.create.response", "payment.create.request",
    "payment.create.response", "product.create.request", "inventory.list.request", "inventory.list.response",
    "oauth.token.authorization_code.request", "oauth.token.refresh.request", "oauth.token.response",
    "menu.list.response", "account_profiles.response", "business.list.op.response",
    "business.list.financial.response", "payment_methods.response",
}  # fmt: skip


def read(contracts: Path, name: str) -> Any:
    text = (contracts / "lightspeed" / "examples" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def chf(amount: int) -> Money:
    return Money(amount=amount, currency="CHF")


def test_no_example_is_forgotten(contracts: Path) -> None:
    names = {path.stem for path in (contracts / "lightspeed" / "examples").glob("*.json")}
    assert {name for name in names if not name.startswith(("error.", "webhook."))} == MAPPED | ASKED


def test_items(contracts: Path) -> None:
    burger, creme, soup = mapping.to_products(read(contracts, "product.list.response"), currency="CHF")
    assert (burger.id, burger.title, burger.categories) == ("3012455645", "Burger", ("Alcoholic beverages",))
    (variant,) = burger.variants
    assert (variant.sku, variant.barcode, variant.price) == ("UGG-BB-PUR-06", "10011101100", None)
    assert variant.weighing is not None
    assert (variant.weighing.unit, variant.unit) == ("kg", "kg")
    assert (creme.variants[0].price, creme.variants[0].available) == (chf(750), True)
    assert creme.extra["prices"] == {"Default": "7.5", "Happy hour": "6.0"}
    assert (soup.status, soup.variants[0].available) == (ProductStatus.ARCHIVED, False)
    assert mapping.to_products(read(contracts, "product.get.response"))[0].id == "3012455645"
    assert mapping.to_products(read(contracts, "product.list.empty.response")) == []


def test_a_menu_enriches_items(contracts: Path) -> None:
    menu = mapping.to_menu(read(contracts, "menu.load.response"))
    coke, patty = menu["SKU1"], menu["SKUBEE"]
    assert (coke.title, coke.description, coke.price) == ("Coca cola", "This is a coca cola", Decimal("5.50"))
    assert (coke.images, coke.allergens) == (("https://imageUrl.com/raw",), ("soybeans",))
    assert patty.modifiers == (("Cooking", (("567", "Well Done"), ("568", "Rear"))),)
    item = read(contracts, "product.get.response") | {"sku": "SKU1", "priceMode": "AMOUNT"}
    (product,) = mapping.to_products(item, currency="CHF", menu=menu)
    assert (product.title, product.categories) == ("Coca cola", ("Alcoholic beverages", "Menu Group"))
    assert product.variants[0].price == chf(550)
    assert product.images[0].url == "https://imageUrl.com/raw"


@pytest.mark.parametrize(("said", "percent"), [("8.25", "8.25"), ("1.08", "8.00"), ("0", "0"), ("20", "20")])
def test_tax_rates_of_old_samples_are_multipliers(said: str, percent: str) -> None:
    entry = {"@type": "menuItem", "sku": "A", "defaultTaxPercentage": said}
    menu = mapping.to_menu({"menuEntryGroups": [{"@type": "group", "name": "G", "menuEntry": [entry]}]})
    assert menu["A"].tax_percent == Decimal(percent)


@pytest.mark.parametrize(("sku", "reason"), [("", "no SKU"), ("S" * 26, "its SKU is too long")])
def test_items_that_no_order_can_name_are_flagged(sku: str, reason: str) -> None:
    (product,) = mapping.to_products({"id": 1, "name": "A", "sku": sku, "prices": [{"name": "default", "amount": 1}]})
    assert not product.variants[0].available
    assert product.extra["not_orderable"] == reason


def test_discounts_and_the_derived_check(contracts: Path) -> None:
    free, ten = [mapping.to_discount(row, currency="CHF") for row in read(contracts, "discount.list.response")]
    assert (free.kind, free.percent, free.code) == (DiscountKind.PERCENTAGE, Decimal(100), "FREE")
    assert (ten.kind, ten.amount, ten.code) == (DiscountKind.FIXED, chf(1000), "TEN_OFF")
    derived = read(contracts, "coupon.check.derived")
    assert derived["typed"].upper() == ten.code == derived["match"]["code"]


def test_closed_sales(contracts: Path) -> None:
    page = read(contracts, "order.list.response")
    sale, back = page["sales"]
    order = mapping.to_order(page)
    assert (order.id, order.number) == ("7f9c24e5-2d1b-4a7e-9a63-0b7e4b1c2d3e", "A17700.3")
    assert (order.total, order.tax, order.paid, order.currency) == (400, 67, 400, "GBP")
    assert (order.status, order.lines[0].sku, order.lines[0].quantity) == (OrderStatus.COMPLETED, "21", Decimal(1))
    assert order.customer is not None
    assert (order.customer.first_name, order.customer.phone) == ("Jane", "+41227004545")
    assert order.extra["payments"][0]["tip"] == "0.50"
    refund = mapping.to_order(back)
    assert (refund.status, refund.total, refund.refunded) == (OrderStatus.REFUNDED, -400, 400)
    from posbridge.connectors.lightspeed.order_mapping import to_order

    joined = to_order(sale, given_back=[back])
    assert (joined.status, joined.refunded) == (OrderStatus.REFUNDED, 400)
    assert read(contracts, "order.list.last_page.response")["sales"] == []


def test_open_accounts(contracts: Path) -> None:
    order = mapping.to_order(read(contracts, "order.list.open.response")[0])
    assert (order.id, order.complete, order.total, order.paid) == ("A17700.3", False, 400, 0)
    assert (order.tax, order.status) == (67, OrderStatus.OPEN)
    assert read(contracts, "order.list.open.empty.response") == []


WEBHOOKS = {
    "order.success": ("order", "REF11", OrderStatus.OPEN),
    "order.success_with_account": ("order", "order-wFUBVgHNGPAJsryIrSaE", OrderStatus.OPEN),
    "order.failure": ("order", "REF12212", OrderStatus.FAILED),
    "order.closed": ("order", "order-wFUBVgHNGPAJsryIrSaE", OrderStatus.COMPLETED),
    "order.ready_for_pickup": ("order", "order-wFUBVgHNGPAJsryIrSaE", OrderStatus.READY),
    "order.check_was_updated": ("order", "order-wFUBVgHNGPAJsryIrSaE", OrderStatus.PAID),
    "order.cancelled": ("order", "order-wFUBVgHNGPAJsryIrSaE", OrderStatus.CANCELLED),
    "payment.success": ("order", "REF11", OrderStatus.OPEN),
    "payment.failure.overpaid": ("order", "REF12212", OrderStatus.FAILED),
    "payment.failure.account_not_found": ("order", "REF12213", OrderStatus.FAILED),
    "payment.failure.timeout": ("order", "REF12214", OrderStatus.FAILED),
    "item.restricted": ("inventory", "UGG-BB-PUR-06", None),
    "item.not_restricted": ("inventory", "UGG-BB-PUR-06", None),
    "rtn.open": ("order", "TESTtfLreaxzh", OrderStatus.OPEN),
}


@pytest.mark.parametrize("name", WEBHOOKS)
def test_notifications(contracts: Path, name: str) -> None:
    kind, named, status = WEBHOOKS[name]
    body = (contracts / "lightspeed" / "examples" / f"webhook.{name}.json").read_bytes()
    (event,) = webhooks.parse(body)
    assert (event.kind, event.object_id) == (kind, named)
    assert webhooks.parse(body)[0].key == event.key
    assert webhooks.parse(body, {"X-Lightspeed-Idempotency-Key": "one"})[0].key == "one"
    if status is not None:
        assert mapping.to_order(json.loads(body)).status is status


def test_each_notification_is_among_those(contracts: Path) -> None:
    names = {path.stem for path in (contracts / "lightspeed" / "examples").glob("webhook.*.json")}
    assert names == {f"webhook.{name}" for name in WEBHOOKS} | {
        "webhook.basic_auth.vector",
        "webhook.endpoint.create.request",
    }


def test_a_consumer_of_a_real_time_notification(contracts: Path) -> None:
    order = mapping.to_order(read(contracts, "webhook.rtn.open"))
    assert (order.total, order.tax, order.currency, order.number) == (1000, 167, "GBP", "A22096.23")
    assert order.customer is not None
    assert (order.customer.id, order.customer.first_name, order.customer.email) == ("8061", "John", "test@email.com")
    assert order.lines[0].product_id == "40570261078206"
    assert order.created_at is not None
    assert order.created_at.year == 2021


ERRORS = {
    "error.400.financial": (400, ValidationError, "Invalid date format: 12/12/2023"),
    "error.400.items": (400, ValidationError, "sku: size must be between 0 and 32"),
    "error.400.payment_duplicate": (400, Conflict, "reference has already been used"),
    "error.400.validation": (400, ValidationError, "thirdPartyReference: must not be null"),
    "error.401": (401, AuthenticationError, "Full authentication"),
    "error.404.account": (404, NotFound, "account not found for BL"),
    "error.409.duplicate_reference": (409, Conflict, "reference has already been used"),
    "error.429": (429, RateLimitExceeded, "rate limit exceeded"),
    "error.500": (500, ServiceUnavailable, "Internal Server Error"),
    "error.503.items": (503, ServiceUnavailable, "Service unavailable"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(contracts: Path, name: str) -> None:
    status, kind, words = ERRORS[name]
    body = (contracts / "lightspeed" / "examples" / f"{name}.json").read_bytes()
    error = failure(Reply(status, body), CONNECTOR, write=False, due_json=True, now=now())
    assert type(error) is kind
    assert words in str(error)


def test_each_error_is_among_those(contracts: Path) -> None:
    assert {path.stem for path in (contracts / "lightspeed" / "examples").glob("error.*.json")} == set(ERRORS)


def test_references_and_times_in_all_their_forms() -> None:
    said_so = ["TASK:OO-45454565682155-P0ABC-r2", {"prefix": "TASK", "reference": "OO-1-x"}, "other", 4]
    assert references_in(said_so) == ["P0ABC-r2", "x"]
    said = ["2021-12-21T13:24:49.265+0000", "2021-12-21T13:24:49.265+00:00", "2021-12-21T13:24:49.265Z", 1640093089265]
    assert len({time_of(Reader({"at": one}), "at") for one in said}) == 1
    assert made_at("999999999") is None


def test_ids_are_never_floats() -> None:
    (product,) = mapping.to_products({"id": 9007199254740993, "name": "A", "sku": "A"})
    assert product.id == "9007199254740993"
