"""Every example of the contract, read; requests of the contract, written."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.errors import RateLimitExceeded, Unsupported, ValidationError
from posbridge.connectors.leaflogix import errors, mapping
from posbridge.connectors.leaflogix.catalog_mapping import rooms
from posbridge.connectors.leaflogix.order_mapping import rejection
from posbridge.connectors.leaflogix.people import known_types
from posbridge.connectors.leaflogix.people_mapping import counts_at
from posbridge.connectors.leaflogix.report import STEP
from posbridge.connectors.leaflogix.services import currency_of, folded
from posbridge.connectors.reply import Reply
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.catalog import PriceTier, ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.inventory import InventoryKind, WeightRule
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus

Load = Callable[[str], Any]


@pytest.fixture
def load(contracts: Path) -> Load:
    def read(name: str) -> Any:
        text = (contracts / "leaflogix" / "examples" / f"{name}.json").read_text("utf-8")
        return json.loads(text, parse_float=Decimal)

    return read


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


#: What each kind of file is read with; requests are held against what we send in the tests of the specification.
READERS: dict[str, Callable[[Any], Any]] = {
    "customer.create.response": mapping.to_customer,
    "customer.list.docs_fragment": lambda raw: [mapping.to_customer(one) for one in raw],
    "customer.list.response": lambda raw: [mapping.to_customer(one) for one in raw],
    "customer.search.response": mapping.to_customer,
    "customer.types": known_types,
    "discount.list": lambda raw: [mapping.to_discount(one) for one in raw],
    "error.": lambda raw: errors.words(reply(400, json.dumps(raw))),
    "inventory.list": mapping.to_levels,
    "inventory.receive.response": lambda raw: raw["receiveInventoryHistoryId"],
    "loyalty.snapshot": mapping.to_points,
    "loyalty.transactions": lambda raw: raw["items"],
    "order.anonymous.create.response": mapping.to_customer,
    "order.create.response": mapping.to_ref,
    "order.get": mapping.to_order,
    "order.list_open": lambda raw: [mapping.to_order(one) for one in raw],
    "order.price.response": mapping.to_order,
    "product.": mapping.to_products,
    "reporting.inventory": mapping.to_levels,
    "transaction.list": lambda raw: [mapping.to_order(one) for one in raw],
    "whoami": folded,
}


def reply(status: int, text: str = "", path: str = "/x", **headers: str) -> Reply:
    return Reply(status, text.encode(), httpx.Headers(headers), "POST", f"https://api.pos.dutchie.com{path}")


def test_every_example_is_read(contracts: Path, load: Load) -> None:
    names = [path.name.removesuffix(".json") for path in sorted((contracts / "leaflogix" / "examples").glob("*.json"))]
    assert len(names) >= 35
    for name in names:
        if name.endswith(".request"):
            assert isinstance(load(name), dict)
            continue
        reader = next(READERS[start] for start in sorted(READERS, key=len, reverse=True) if name.startswith(start))
        assert reader(load(name)) not in (None, [], {}, ""), name


def test_products(load: Load) -> None:
    eighth, bulk, lighter = mapping.to_products(load("product.list.response"))
    (variant,) = eighth.variants
    assert (eighth.id, variant.id, eighth.title) == ("1048576", "1048576", "Blue Dream Eighth")
    assert eighth.categories == ("Flower", "Pre-Packed Flower", "Pre-Ground")
    assert (eighth.brand, eighth.tags) == ("Example Farms", ("Staff pick",))
    assert (variant.price, variant.sku, variant.barcode) == (usd(3500), "FL-BD-35", "850012345678")
    assert (variant.weight, variant.weight_unit, variant.option_values) == (Decimal("3.5"), "g", {"Size": "3.5g"})
    assert [(one.position, one.url[-5:]) for one in eighth.images] == [(0, "1.jpg"), (1, "2.jpg")]
    known = eighth.attributes
    assert known is not None
    assert (known.strain, known.strain_type, known.flower_equivalent) == (
        "Blue Dream",
        StrainType.HYBRID,
        Decimal("3.5"),
    )
    assert [(one.name, one.low, one.unit) for one in known.potencies] == [
        ("THC", Decimal("22.4"), PotencyUnit.PERCENT), ("CBD", Decimal("0.1"), PotencyUnit.PERCENT),
    ]  # fmt: skip
    (weighed,) = bulk.variants
    assert weighed.unit == "g"
    assert weighed.weighing == WeightRule(unit="g", minimum=Decimal(1), increment=Decimal("0.01"))
    assert weighed.tiers == tuple(
        PriceTier(quantity=Decimal(grams), price=usd(price))
        for grams, price in (("1", 1000), ("3.5", 3200), ("7", 6000))
    )
    assert lighter.status is ProductStatus.ARCHIVED
    assert lighter.title == "Lighter “Jalapeño” 🌶"
    assert lighter.attributes is None


def own(name: str) -> Any:
    return json.loads((Path(__file__).parent / "fixtures" / f"{name}.json").read_text("utf-8"), parse_float=Decimal)


def test_a_product_with_the_live_services_own_fields() -> None:
    (gummies,) = mapping.to_products(own("products"))
    known, variant = gummies.attributes, gummies.variants[0]
    assert (gummies.title, gummies.description) == ("Night Gummies 10pk", "Ten pieces,\n10 mg each")
    assert gummies.categories == ("Edible", "Gummies", "Edibles", "Sleep")
    assert (variant.price, variant.tax_class, variant.barcode) == (usd(2400), "Cannabis+Edible", "")
    assert known is not None
    assert (known.thc_mg, known.flower_equivalent) == (Decimal(100), Decimal("2.8")), "of the package, not of a dose"
    assert (known.effects, known.flavours) == (("Sleepy", "Relaxed"), ("Blackberry",))
    thc = known.potency("thc")
    assert thc is not None
    assert (thc.low, thc.unit, known.potency("CBD")) == (Decimal(100), PotencyUnit.MG, None)
    assert gummies.images[0].url.endswith("2200417.jpg")


def test_a_sale_of_two_orders_with_tax_inside() -> None:
    sale = mapping.to_order(own("sale"))
    assert (sale.id, sale.reference, sale.number) == ("9200001", "P01TEST", "81000417")
    assert (sale.total, sale.tax, sale.paid) == (5000, 800, 5000)
    assert sale.extra["paid_with"] == {"cash": 2000, "card": 4000}
    assert sale.extra["prices_include_tax"]


def test_patients_have_their_own_prices(load: Load) -> None:
    eighth, bulk, _ = mapping.to_products(load("product.list.response"), pricing="med")
    assert eighth.variants[0].price == usd(3000)
    assert [tier.price.amount for tier in bulk.variants[0].tiers] == [900, 2800, 5400]


def test_products_of_other_shapes(load: Load) -> None:
    eighth, bulk, _ = load("product.list.response")
    only_tiers = bulk | {"price": 0, "recPrice": None, "medPrice": None, "lastModifiedDateUTC": "2026-11-19T02:15:44"}
    assert mapping.to_products(only_tiers)[0].variants[0].price == usd(1000)
    assert mapping.to_products([eighth | {"isCoupon": True}]) == []
    edible = eighth | {
        "thcContent": "100", "thcContentUnit": "mg", "effects": ["Calm", "Happy"], "flavor": "Lemon, Pine",
        "isMedicalOnly": True, "onlineDescription": "<p>Sweet &amp; sour</p>", "ecomSubcategories": ["Gummies"],
    }  # fmt: skip
    (read,) = mapping.to_products(edible)
    assert read.attributes is not None
    assert (read.attributes.thc_mg, read.attributes.medical_only) == (Decimal(100), True)
    assert (read.attributes.effects, read.attributes.flavours) == (("Calm", "Happy"), ("Lemon", "Pine"))
    assert (read.description, read.categories[-1]) == ("Sweet & sour", "Gummies")
    for change, status in (
        ({"isActive": False}, ProductStatus.ARCHIVED), ({"isFinished": True}, ProductStatus.ARCHIVED),
        ({"isTestProduct": True}, ProductStatus.DRAFT), ({"onlineAvailable": False}, ProductStatus.DRAFT),
        ({"onlineAvailable": None}, ProductStatus.ACTIVE),
    ):  # fmt: skip
        assert mapping.to_products(eighth | change)[0].status is status
    assert mapping.to_products(json.loads(json.dumps(eighth, default=float)))[0].variants[0].price == usd(3500)
    assert mapping.to_products(eighth, currency="JPY")[0].variants[0].price == Money(amount=35, currency="JPY")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("Indica", "indica"), ("SATIVA", "sativa"), ("Indica Dominant", "indica_dominant"), ("High CBD", "cbd"),
     ("Sativa-Hybrid", "sativa_dominant"), ("Hybrid", "hybrid"), ("N/A", None), ("", None)],
)  # fmt: skip
def test_strain_types(load: Load, word: str, meant: str | None) -> None:
    (read,) = mapping.to_products(load("product.list.response")[0] | {"strainType": word})
    assert read.attributes is not None
    assert (read.attributes.strain_type.value if read.attributes.strain_type else None) == meant


def test_packages(load: Load) -> None:
    for name in ("inventory.list.response", "reporting.inventory.response"):
        rows = load(name)
        level = mapping.to_levels(rows)[0]
        first = level.batches[0]
        assert (first.lot, first.quantity, first.expires) == ("BD-2026-10-A", Decimal(42), date(2027, 10, 8))
        assert first.tag == "1A4060300000001000000123"
        assert [(one.name, one.low) for one in first.potencies] == [("THC", Decimal("22.4"))], "null is not known"
        assert rooms(rows[0]) == {"Sales Floor": Decimal(30), "Vault": Decimal(12)}
    eighth, bulk = mapping.to_levels(load("inventory.list.response"))
    assert (eighth.quantity, eighth.kind) == (Decimal(50), InventoryKind.BATCH)
    assert [one.recalled for one in eighth.batches] == [False, True], "its test is pending"
    assert [one.lot for one in eighth.sellable_batches(date(2026, 11, 21))] == ["BD-2026-10-A"]
    assert (bulk.quantity, bulk.kind) == (Decimal("453.59"), InventoryKind.WEIGHT)
    spoilt = load("inventory.list.response")[0] | {"packageStatus": "Quarantined"}
    assert mapping.to_levels([spoilt])[0].batches[0].recalled


def test_orders(load: Load) -> None:
    order = mapping.to_order(load("order.get.response"), reference="P1")
    assert (order.id, order.reference, order.status) == ("9123456", "P1", OrderStatus.OPEN)
    assert (order.total, order.tax, order.paid, order.complete) == (11400, 1900, None, True)
    assert [(one.title, one.quantity, one.total) for one in order.lines] == [
        ("Blue Dream 3.5g", Decimal(2), 7560), ("GG4 Bulk Flower", Decimal("3.5"), 3840),
    ]  # fmt: skip
    assert sum(one.total or 0 for one in order.lines) == order.total
    assert order.created_at == datetime(2026, 11, 21, 17, 5, 12, 337000, tzinfo=UTC)
    going, refused = (mapping.to_order(one) for one in load("order.list_open.response"))
    assert rejection(going) is None
    assert refused.status is OrderStatus.FAILED
    problem = rejection(refused)
    assert isinstance(problem, ValidationError)
    assert "Item out of stock" in problem.message


def test_a_priced_cart(load: Load) -> None:
    cart = mapping.to_order(load("order.price.response"))
    assert (cart.id, cart.total, cart.tax, cart.discount, cart.complete) == ("", 11400, 1900, 700, False)
    assert [(one.variant_id, one.total) for one in cart.lines] == [("1048576", 7560), ("1048577", 3840)]


def test_sales(load: Load) -> None:
    sale, back, void = (mapping.to_order(one) for one in load("transaction.list.response"))
    assert (sale.id, sale.reference, sale.number) == ("9123456", "5f2f3c2e-3f1c-4e0e-8a55-0d9c6b1f7a10", "A-1042")
    assert (sale.total, sale.tax, sale.discount, sale.paid) == (7560, 1260, 700, 7560)
    assert sale.status is OrderStatus.COMPLETED
    assert sale.extra["paid_with"] == {"cash": 8000}
    assert (sale.lines[0].variant_id, sale.lines[0].total) == ("1048576", 7560)
    assert (back.id, back.total, back.extra["refund_of"]) == ("sale-77001290", -3780, "77001234")
    assert back.status is OrderStatus.REFUNDED
    assert (void.status, void.extra["paid_with"]) == (OrderStatus.CANCELLED, {"gift_card": 250})


def test_both_answers_to_a_submitted_order(load: Load) -> None:
    for name in ("order.create.response", "order.create.response.object"):
        assert mapping.to_ref(load(name)) == RemoteRef(id="9123456", number="9123456")
        assert (mapping.to_order(load(name)).id, mapping.to_order(load(name)).total) == ("9123456", None)
    assert mapping.to_ref("9123456").id == "9123456"
    assert mapping.to_ref({"OrderId": 5}).id == "5"


def test_customers(load: Load) -> None:
    jane = mapping.to_customer(load("customer.create.response"))
    assert (jane.id, jane.name, jane.phone) == ("778899", "Jane Doe", "+13035550142")
    assert (jane.date_of_birth, jane.tags) == (date(1990, 4, 1), ("Locals",))
    assert (jane.extra["loyalty_tier"], jane.extra["loyalty_member"]) == ("Gold", True)
    assert jane.address is not None
    assert (jane.address.region, jane.address.postcode) == ("CO", "80203")
    assert [mapping.to_customer(one).id for one in load("customer.list.docs_fragment.response")] == ["12345", "12346"]
    _, guest, merged = (mapping.to_customer(one) for one in load("customer.list.response"))
    assert guest.extra["anonymous"]
    assert (merged.extra["merged_into"], merged.tags) == ("778899", ("Cancelled",))
    patient = load("customer.create.response") | {
        "mmjidNumber": "MMJ-7", "mmjidExpirationDate": "2027-03-01T00:00:00", "status": "Banned",
    }  # fmt: skip
    read = mapping.to_customer(patient)
    assert read.medical_card is not None
    assert (read.medical_card.number, read.medical_card.expires) == ("MMJ-7", date(2027, 3, 1))
    assert read.tags[0] == "Banned"


def test_discounts(load: Load) -> None:
    locals_, five, tuesday, first, summer = (mapping.to_discount(one) for one in load("discount.list.response"))
    assert (locals_.kind, locals_.percent, locals_.code) == (DiscountKind.PERCENTAGE, Decimal(10), "LOCALS10")
    assert (five.kind, five.amount, five.minimum_spend) == (DiscountKind.FIXED, usd(500), usd(5000))
    assert (five.usage_limit, five.per_customer_limit) == (500, 1)
    assert tuesday.automatic
    assert counts_at(tuesday, datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert not counts_at(tuesday, datetime(2026, 11, 25, 12, tzinfo=UTC))
    assert first.extra["unchecked"] == ["first visit"]
    assert (summer.active, summer.ends_at) == (False, datetime(2026, 9, 1, 4, tzinfo=UTC))
    hours = load("discount.list.response")[0] | {"startTime": "16:20:00", "endTime": "17:00:00"}
    happy = mapping.to_discount(hours)
    assert counts_at(happy, datetime(2026, 11, 24, 16, 30, tzinfo=UTC))
    assert not counts_at(happy, datetime(2026, 11, 24, 12, tzinfo=UTC))


def test_points_types_places_and_money(load: Load) -> None:
    assert mapping.to_points(load("loyalty.snapshot.response")) == {"778899": Decimal("412.5")}
    assert known_types(load("customer.types.response")) == {"Recreational": False, "Medical": True}
    here, loud = folded(load("whoami.response")), folded(load("whoami.pascal.response"))
    assert here["locationid"] == loud["locationid"] == 420140
    assert [currency_of(state) for state in ("CO", "on", "")] == ["USD", "CAD", "USD"]
    assert STEP.days == 1


def test_what_is_not_there() -> None:
    with pytest.raises(Unsupported):
        mapping.to_gift_card({"id": 1})
    with pytest.raises(Unsupported):
        mapping.from_refund(SimpleNamespace(reference="R1"))  # type: ignore[arg-type] # only its reference is read


@pytest.mark.parametrize(
    ("status", "name", "kind", "words"),
    [
        (400, "error.400.message", "ValidationError", "Customer not found at this location"),
        (400, "error.400.properties", "ValidationError", "DateOfBirth: Date of birth must be after 1/1/1800"),
        (400, "error.400.string", "ValidationError", "appears more than once"),
        (400, "error.400.validation_result", "ValidationError", "TransactionId cannot be combined with a date range"),
        (422, "error.400.message", "ValidationError", "Customer not found"),
        (404, "error.400.message", "NotFound", "Customer not found"),
        (409, "error.400.message", "Conflict", "Customer not found"),
        (429, "error.429", "RateLimitExceeded", "only 120 per minute allowed"),
        (500, "error.400.string", "ServiceUnavailable", "more than once"),
    ],
)
def test_errors_in_their_own_shapes(load: Load, status: int, name: str, kind: str, words: str) -> None:
    found = errors.error(reply(status, json.dumps(load(name))))
    assert type(found).__name__ == kind
    assert words in str(found)


def test_errors_without_a_word() -> None:
    for status, kind in ((400, "ValidationError"), (401, "AuthenticationError"), (404, "NotFound")):
        assert type(errors.error(reply(status))).__name__ == kind
    assert errors.error(reply(503)) is None, "the status says it all"
    assert errors.error(reply(200, "9123456")) is None
    assert "twice" in str(errors.error(reply(400, "Product 5 is there twice")))
    assert "<" not in str(errors.error(reply(400, "<html>Bad</html>")))


@pytest.mark.parametrize(
    ("path", "role"),
    [("/preorder/submit", "PreOrder"), ("/reporting/transactions", "Reporting"), ("/customer/search", "Customer"),
     ("/inventory", "Inventory"), ("/transaction/create-anonymous", "PreOrder")],
)  # fmt: skip
def test_a_missing_role_is_named(path: str, role: str) -> None:
    found = errors.error(reply(403, path=path))
    assert type(found).__name__ == "PermissionDenied"
    assert role in str(found)


def test_a_429_waits_for_the_next_minute_unless_told() -> None:
    found = errors.error(reply(429, '{"Message": "Too many requests"}'))
    assert isinstance(found, RateLimitExceeded)
    assert found.retry_at is not None
    assert 0 < (found.retry_at - datetime.now(UTC)).total_seconds() <= 65
    told = errors.error(reply(429, "", **{"retry-after": "3"}))
    assert isinstance(told, RateLimitExceeded)
    assert told.retry_at is None, "the header is read by who knows the time"
