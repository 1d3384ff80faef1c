"""Every example of the contract is read (or said again), and what it says is what we have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.cova import mapping, words
from posbridge.connectors.cova.errors import error
from posbridge.connectors.cova.order_body import Place
from posbridge.connectors.cova.reading import listed
from posbridge.connectors.cova.signin import tokens_in
from posbridge.connectors.errors import NotFound, RateLimitExceeded
from posbridge.connectors.reply import Reply
from posbridge.domain.attributes import StrainType
from posbridge.domain.customer import Address, Customer
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.testing.builders import an_order
from tests.connectors.cova.company import example

ITEM = "02ce6e3c-b569-49f5-8da9-ffffffffffff"
#: Each file by what reads it; requests are compared with ours below.
READERS: dict[str, Callable[[Any], Any]] = {
    "auth.token.response.json": tokens_in,
    "customer.search.response.json": mapping.to_customers,
    "error.404.json": lambda raw: error(Reply(404, b"{}")),
    "error.429.json": lambda raw: error(Reply(raw["status"], b"", raw["headers"])),
    "inventory.get.response.json": lambda raw: [mapping.to_level(row) for row in listed(raw)],
    "location.list.response.json": listed,
    "product.list.response.json": mapping.to_products,
    "sale.get.response.json": mapping.to_order,
    "sales_report.by_invoice.response.json": mapping.to_invoices,
    "order.create.v2_items.response.json": mapping.to_order,
}
REQUESTS = {
    "auth.token.request.json", "customer.create.request.json", "customer.search.request.json",
    "order.create.tep.request.json", "order.create.v2_items.request.json", "payment.create.request.json",
    "product.list.request.json",
}  # fmt: skip


def test_every_example_is_read(contracts: Path) -> None:
    """No file of the folder is left out."""
    for file in sorted((contracts / "cova" / "examples").glob("*.json")):
        reader = READERS.get(file.name) or (mapping.to_order if file.name.startswith("order.status.") else None)
        assert reader is not None or file.name in REQUESTS, file.name
        if reader is not None:
            assert reader(example(contracts, file.name)), file.name


def test_a_product(contracts: Path) -> None:
    (product,) = mapping.to_products(example(contracts, "product.list.response.json"), currency="CAD")
    (variant,) = product.variants
    assert (product.id, variant.id, variant.sku) == (ITEM, ITEM, "2XXXXXXX")
    assert (product.title, product.description) == ("Redecan - Wappa Indica - 15g", "Dried flower")
    assert (product.brand, product.categories, product.tags) == ("Redecan", ("Flower",), ("new", "indica"))
    assert (variant.price, variant.compare_at_price) == (
        Money(amount=999, currency="CAD"),
        Money(amount=1199, currency="CAD"),
    )
    assert (variant.weight, variant.weight_unit, variant.inventory_quantity) == (Decimal(15), "g", Decimal(11))
    assert [image.url for image in product.images] == [
        "https://example.invalid/hero.jpg",
        "https://example.invalid/1.jpg",
    ]
    assert product.attributes is not None
    assert (product.attributes.strain, product.attributes.strain_type) == ("", StrainType.INDICA)
    thc, cbd = product.attributes.potency("THC"), product.attributes.potency("cbd")
    assert thc is not None
    assert cbd is not None
    assert (thc.low, thc.high, thc.unit, cbd.high) == (Decimal(20), Decimal(20), "%", Decimal("0.1"))
    assert product.updated_at == datetime(2026, 11, 21, 17, tzinfo=UTC)


def test_stock_of_another_location_does_not_count(contracts: Path) -> None:
    raw = example(contracts, "product.list.response.json")
    (product,) = mapping.to_products(raw, location="99")
    assert product.variants[0].inventory_quantity == 0


def test_a_level_of_the_availability_service(contracts: Path) -> None:
    (row,) = listed(example(contracts, "inventory.get.response.json"))
    level = mapping.to_level(row)
    assert (level.variant_id, level.quantity, level.location) == (ITEM, Decimal(11), "123456")


@pytest.mark.parametrize(
    ("name", "status", "complete", "total", "paid"),
    [
        ("completed", OrderStatus.COMPLETED, True, 2483, 2483),
        ("ready", OrderStatus.OPEN, False, 2483, 0),
        ("processing", OrderStatus.DRAFT, False, None, 0),
        ("transient_failure", OrderStatus.DRAFT, False, None, 0),
        ("rejected", OrderStatus.FAILED, False, None, 0),
        ("docs_sample", OrderStatus.DRAFT, False, 500, 0),
    ],
)
def test_states(contracts: Path, name: str, status: OrderStatus, complete: bool, total: int | None, paid: int) -> None:
    order = mapping.to_order(example(contracts, f"order.status.{name}.response.json"))
    assert (order.status, order.complete, order.total, order.paid) == (status, complete, total, paid)


def test_a_rejection_keeps_its_words(contracts: Path) -> None:
    state = mapping.to_state(example(contracts, "order.status.rejected.response.json"))
    assert state.rejected
    assert state.message == "The integrator id is not valid, please provide a valid one."


def test_states_as_numbers_and_as_text_of_numbers() -> None:
    for number, word in enumerate(words.ORDER_WORDS):
        for written in (number, str(number), word, word.upper()):
            assert mapping.to_state({"OrderId": "x", "OrderStatus": written}).order == word
    state = mapping.to_state({"orderid": "x", "ORDERSTATUS": 2, "PaymentStatus": 2, "SaleTotal": "24.83"})
    assert (state.paid, state.total) == (True, 2483)


def test_a_sale(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "sale.get.response.json"))
    assert (order.number, len(order.lines), order.lines[0].id) == ("sample string 6", 1, "1")
    assert order.customer is not None
    assert order.customer.extra["medical"] == "sample string 9"
    assert order.created_at == datetime(2025, 6, 10, 8, 13, 59, 172517, tzinfo=UTC)


def test_the_answer_to_an_order_in_small_letters(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "order.create.v2_items.response.json"), currency="CAD")
    assert (order.id, order.complete) == ("7c1e6f2a-7b0e-4f3b-9a53-2f6f0c6f4d11", False)
    (line,) = order.lines
    assert (line.variant_id, line.quantity, line.unit_price) == (ITEM, Decimal(2), Money(amount=1099, currency="CAD"))
    assert order.customer is not None
    assert order.customer.name == "John Doe"


def test_a_customer(contracts: Path) -> None:
    (customer,) = mapping.to_customers(example(contracts, "customer.search.response.json"))
    assert (customer.first_name, customer.phone, customer.date_of_birth) == ("Jeff", "+15141112222", date(1996, 8, 21))


def test_invoices(contracts: Path) -> None:
    (invoice,) = mapping.to_invoices(example(contracts, "sales_report.by_invoice.response.json"))
    assert (invoice.place, invoice.lines[0].sku, invoice.lines[0].quantity, invoice.id) == (
        "Main Location", "2XXXXXXX", Decimal(2), "",
    )  # fmt: skip


def test_errors_of_the_examples(contracts: Path) -> None:
    raw = example(contracts, "error.429.json")
    said = error(Reply(raw["status"], b"", raw["headers"]))
    assert isinstance(said, RateLimitExceeded)
    assert said.retry_at is not None
    assert 50 < (said.retry_at - datetime.now(UTC)).total_seconds() <= 60
    body = b'{"Message":"Resource cannot be found"}'
    assert isinstance(error(Reply(404, body)), NotFound)
    assert str(error(Reply(404, body))) == "Resource cannot be found"


# requests
def test_an_order_has_the_examples_fields(contracts: Path) -> None:
    wanted = example(contracts, "order.create.tep.request.json")
    buyer = Customer(id="c", first_name="Jane", last_name="Doe")
    order = an_order([(1099, 2)], customer=buyer)
    place = Place(wanted["CompanyId"], wanted["EntityId"], wanted["IntegratorId"])
    made = mapping.from_order(order, place, customer_id=wanted["CustomerId"])
    assert set(made) == set(wanted)
    assert {type(made[name]) for name in wanted} == {type(value) for value in wanted.values()}
    assert set(made["Lines"][0]) == set(wanted["Lines"][0])
    assert made["Lines"][0]["SellAtPricePerUnit"] == Decimal("10.99")
    assert made["OrderReference"] == f"Jane Doe {order.reference}"
    assert made["ExternalOrderId"] == str(order.id)


def test_a_payment_has_the_examples_fields(contracts: Path) -> None:
    wanted = example(contracts, "payment.create.request.json")
    made = mapping.from_payment(an_order([(1099, 2)]), company=2)
    assert set(made) == set(wanted)
    assert set(made["Payments"][0]) == set(wanted["Payments"][0])


def test_a_new_customer_has_the_examples_fields(contracts: Path) -> None:
    wanted = example(contracts, "customer.create.request.json")
    made = mapping.from_customer(
        Customer(
            id="", first_name="Jeff", email="jeff@example.com", phone="+15141112222", accepts_marketing=True,
            date_of_birth=date(1996, 8, 21), address=Address(line1="123 Street", city="Montreal", region="QC",
                                                             postcode="X1X 1X1", country="CA"),
        )
    )  # fmt: skip
    assert set(made) == set(wanted)
    assert [row["Value"] for row in made["ContactMethods"]] == ["jeff@example.com", "5141112222"]
    for ours, theirs in zip(made["ContactMethods"], wanted["ContactMethods"], strict=True):
        assert {k: ours[k] for k in ("ContactMethodCategoryId", "ContactMethodTypeId")} == {
            k: theirs[k] for k in ("ContactMethodCategoryId", "ContactMethodTypeId")
        }
    shared = set(wanted["Addresses"][0]) - {"Phone", "Email"}
    assert set(made["Addresses"][0]) == shared
    assert made["DateOfBirth"].startswith(wanted["DateOfBirth"][:10])
