"""Every example file of the contract, read and written, with its values."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.blaze import errors, mapping
from posbridge.connectors.blaze.catalog_mapping import amounts
from posbridge.connectors.blaze.webhooks import parse
from posbridge.connectors.errors import AuthenticationError, NotFound, Unsupported, ValidationError
from posbridge.connectors.reply import Reply
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.customer import Customer
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.testing.builders import a_line, an_order
from tests.connectors.blaze.blaze_bench import Swagger, example

UUID = "7c1e6f2a-7b0e-4f3b-9a53-2f6f0c6f4d11"
READ = {
    "product.list.response.json", "transaction.get.response.json", "cart.active.response.json",
    "order.create.response.json", "order.get.response.json", "order.declined.response.json",
    "webhook.order.updated.json", "customer.search_phone.response.json", "giftcard.balance.response.json",
    "inventory.batch_quantities.response.json", "error.400.json", "error.400.date_range.json", "error.401.json",
    "error.legacy_shape.json",
}  # fmt: skip


def read(mapped: Any) -> Any:
    """What was mapped, compared freely: a Decimal may equal an int."""
    return mapped


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def test_no_example_is_forgotten(contracts: Path) -> None:
    names = {path.name for path in (contracts / "blaze" / "examples").glob("*.json")}
    left = {name for name in names - READ if not name.startswith("coupon.") and not name.endswith(".request.json")}
    assert left == set()


def test_a_live_product(contracts: Path) -> None:
    (found,) = read(mapping.to_products)(example(contracts, "product.list.response.json"))
    assert found.title == "'Uplifting' Forest Berry Vegan Fruit Chews (10mg x 10pc)"
    assert (found.brand, found.categories, found.status) == ("Kiva Confections", ("Edibles",), ProductStatus.ACTIVE)
    (variant,) = found.variants
    assert (variant.id, variant.sku, variant.price) == (found.id, "MFAAPRO5", usd(1733))
    assert (variant.tiers, variant.weighing, variant.inventory_quantity) == ((), None, 0)
    assert found.attributes is not None
    (thc,) = found.attributes.potencies
    assert (thc.name, thc.high, thc.unit, found.attributes.thc_mg) == ("THC", 100, PotencyUnit.MG, 100)
    assert [image.position for image in found.images] == [0]
    assert found.updated_at == datetime(2025, 10, 13, 17, 30, 15, 261000, UTC)
    assert "purchase" not in found.model_dump_json().casefold(), "the shop's cost is never read"


def test_price_rows_are_tiers_and_no_variants(contracts: Path) -> None:
    raw = dict(example(contracts, "product.list.response.json")["values"][0])
    row = {"enabled": True, "price": Decimal("35.0"), "salePrice": Decimal("30"),
           "weightTolerance": {"weightKey": "ONE_EIGHTTH"}}  # fmt: skip
    gram = {"enabled": True, "price": Decimal("12"), "weightTolerance": {"weightKey": "GRAM"}}
    off = {"enabled": False, "price": Decimal("1"), "weightTolerance": {"weightKey": "OUNCE"}}
    kind = {"flowerType": "Indica", "genetics": "OG Kush", "thc": Decimal("21.5"), "maxThc": Decimal("24"),
            "productSaleType": "Medicinal"}  # fmt: skip
    (found,) = read(mapping.to_products)({**raw, **kind, "priceBreaks": [], "priceRanges": [row, gram, off]})
    (variant,) = found.variants
    assert [(tier.quantity, tier.price) for tier in variant.tiers] == [(1, usd(1200)), (Decimal("3.5"), usd(3000))]
    assert variant.weighing is not None
    assert (variant.unit, found.options) == ("g", ())
    known = found.attributes
    assert known is not None
    assert (known.strain, known.strain_type, known.medical_only) == ("OG Kush", StrainType.INDICA, True)
    thc = known.potency("THC")
    assert thc is not None
    assert (thc.low, thc.high, thc.unit) == (Decimal("21.5"), 24, PotencyUnit.PERCENT)
    assert known.potency("CBD") is None, "0.0 means unknown"


@pytest.mark.parametrize(
    ("field", "status"), [("deleted", ProductStatus.DELETED), ("archived", ProductStatus.ARCHIVED)]
)
def test_rows_that_are_gone(contracts: Path, field: str, status: ProductStatus) -> None:
    raw = example(contracts, "product.list.response.json")["values"][0]
    assert mapping.to_products({**raw, field: True})[0].status is status
    assert mapping.to_products({**raw, "sellable": False})[0].status is ProductStatus.DRAFT
    sale = mapping.to_products({**raw, "salesPrice": Decimal("15.5")})[0].variants[0]
    assert (sale.price, sale.compare_at_price) == (usd(1550), usd(1733))


@pytest.mark.parametrize(
    ("name", "status", "word", "complete"),
    [
        ("cart.active.response.json", OrderStatus.DRAFT, "InProgress", False),
        ("order.create.response.json", OrderStatus.OPEN, "Placed", False),
        ("order.get.response.json", OrderStatus.OPEN, "Placed", False),
        ("order.declined.response.json", OrderStatus.FAILED, "Declined", True),
        ("webhook.order.updated.json", OrderStatus.OPEN, "Accepted", True),
    ],
)
def test_orders(contracts: Path, name: str, status: OrderStatus, word: str, complete: bool) -> None:
    found = read(mapping.to_order)(example(contracts, name))
    assert (found.status, found.platform_status, found.complete) == (status, word, complete)
    assert found.reference == UUID
    assert bool(found.waiting_for) == (word == "Placed")
    if word != "InProgress":
        assert (found.total, found.tax, found.discount, found.number) == (3688, 569, 347, "100045")
        (line,) = found.lines
        assert (line.sku, line.quantity, line.unit_price, line.discount) == ("MFAAPRO5", 2, usd(1733), 347)
        assert line.total == 3119 + 569


def test_a_live_sale(contracts: Path) -> None:
    """`tax` is a rate and the total is rounded to the cash rule: neither is reckoned again."""
    found = read(mapping.to_order)(example(contracts, "transaction.get.response.json"))
    assert (found.total, found.tax, found.paid, found.discount) == (1200, 337, 1200, 250)
    assert (found.status, found.platform_status, found.number) == (OrderStatus.COMPLETED, "Completed", "900001")


def test_a_member(contracts: Path) -> None:
    found = mapping.to_customer(example(contracts, "customer.search_phone.response.json"))
    assert (found.name, found.phone, found.date_of_birth) == ("Jane Doe", "+13105550123", date(1990, 5, 15))
    assert found.address is not None
    assert (found.address.region, found.address.postcode) == ("CA", "90001")


def test_a_members_papers_limits_and_blocks(contracts: Path) -> None:
    raw = example(contracts, "customer.search_phone.response.json")["values"][0]
    papers = {
        "identifications": [{"licenseNumber": "D1", "state": "CA", "type": "Drivers", "expirationDate": 1893456000000}],
        "recommendations": [{"recommendationNumber": "R9", "state": "CA", "expirationDate": 1893456000000}],
        "banPatient": True,
    }
    found = mapping.to_customer({**raw, **papers})
    assert found.licence is not None
    assert found.medical_card is not None
    assert (found.licence.number, found.medical_card.number) == ("D1", "R9")
    assert found.medical_card.expires == date(2030, 1, 1)
    assert found.extra["blocked"] == ["banned"]
    left = read(mapping.to_allotments)({"concentrates": Decimal("8"), "seeds": 3, "thc": None}, datetime.now(UTC))
    assert [(each.category, each.left, each.unit) for each in left] == [("concentrates", 8, "g"), ("seeds", 3, "piece")]


CODES: dict[str, dict[str, Any]] = {
    "percentage": {"kind": DiscountKind.PERCENTAGE, "percent": 10, "per_customer_limit": 1},
    "fixed_min_spend": {"kind": DiscountKind.FIXED, "amount": usd(500), "minimum_spend": usd(4000)},
    "free_delivery": {"kind": DiscountKind.FREE_SHIPPING},
    "expired": {"ends_at": datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)},
    "used_up": {"usage_limit": 100, "usage_count": 100},
    "product_scoped": {"percent": 20, "extra": {"brands": ["68ed33995ec2febd1c3fab66"]}},
}


@pytest.mark.parametrize("name", CODES)
def test_promotions(contracts: Path, name: str) -> None:
    found = mapping.to_discount(example(contracts, f"coupon.{name}.response.json"))
    assert {field: getattr(found, field) for field in CODES[name]} == CODES[name]


def test_a_balance_and_what_batches_hold(contracts: Path) -> None:
    card = mapping.to_gift_card(example(contracts, "giftcard.balance.response.json"), code="5000000000000001")
    assert (card.balance, card.masked) == (usd(2500), "•••• 0001")
    with pytest.raises(NotFound):
        mapping.to_gift_card({"status": "Declined", "balance": None})
    held = amounts(example(contracts, "inventory.batch_quantities.response.json"), frozenset())
    assert held == {"64d161e292f60317ad359faa": {"6a1f0000000000000000b001": Decimal("10.0")}}


def test_a_batch() -> None:
    raw = {"id": "b", "sku": "B-1", "trackPackageLabel": "1A40", "status": "IN_TESTING", "liveQuantity": 3,
           "expirationDate": 1893456000000, "sellBy": 1893369600000, "thc": Decimal("20")}  # fmt: skip
    found = mapping.to_batch(raw)
    assert (found.lot, found.tag, found.expires, found.recalled) == ("B-1", "1A40", date(2029, 12, 31), True)
    assert not mapping.to_batch({**raw, "status": "READY_FOR_SALE"}).recalled
    assert mapping.to_batch({**raw, "status": "READY_FOR_SALE", "voidStatus": True}).recalled
    assert found.potencies[0].high == 20


@pytest.mark.parametrize(
    ("name", "status", "kind", "words"),
    [
        ("error.400.json", 400, ValidationError, "startDate is required"),
        ("error.400.date_range.json", 400, ValidationError, "Date range cannot exceed 7 days"),
        ("error.401.json", 401, AuthenticationError, "Invalid partner key"),
        ("error.legacy_shape.json", 400, ValidationError, "field_causing_error"),
    ],
)
def test_refusals(contracts: Path, name: str, status: int, kind: type[Exception], words: str) -> None:
    found = errors.error(Reply(status, (contracts / "blaze" / "examples" / name).read_bytes()))
    assert type(found) is kind
    assert words in str(found)


def test_a_delivery(contracts: Path) -> None:
    body = (contracts / "blaze" / "examples" / "webhook.order.updated.json").read_bytes()
    (event,) = parse(body, {})
    assert (event.kind, event.object_id) == ("order", "6a1f00000000000000000c01")


def test_our_cart_has_the_shape_of_the_examples(contracts: Path) -> None:
    order = an_order([a_line(1, 1733, 2)], note="call me")
    body = mapping.from_order(order, cart_id="c1", inventory="i1", terminal="t1")
    for name in ("cart.prepare.request.json", "order.create.request.json"):
        theirs = example(contracts, name)
        assert set(theirs) <= set(body)
        assert set(theirs["cart"]) - {"promoCode"} <= set(body["cart"])
        assert set(theirs["cart"]["items"][0]) <= set(body["cart"]["items"][0])
    assert body["memo"] == f"posbridge {order.reference} {order.id} call me"
    assert body["cart"]["paymentOption"] == "None"


def test_payments_members_and_refunds_as_they_are_sent(contracts: Path) -> None:
    spec = Swagger(contracts)
    paid = an_order([a_line(1, 1000, 1)], [(TenderKind.CASH, 600), (TenderKind.CARD, 500)])
    body = {**mapping.from_payment(paid)}
    assert (body["paymentOption"], body["paymentReceived"]) == ("Split", Decimal("11.00"))
    assert set(example(contracts, "cart.payments.request.json")) == set(body)
    someone = Customer(id="c", first_name="Jane", last_name="Doe", email="j@example.com", phone="+13105550123",
                       date_of_birth=date(1990, 5, 15))  # fmt: skip
    said = mapping.from_customer(someone)
    theirs = example(contracts, "customer.create.request.json")
    assert {name: said[name] for name in ("firstName", "primaryPhone", "dob")} == {
        "firstName": "Jane", "primaryPhone": "3105550123", "dob": theirs["dob"] - theirs["dob"] % 86400000 + 43200000,
    }  # fmt: skip
    spec.valid(said, {"$ref": "#/definitions/MembershipAddRequest"})
    with pytest.raises(Unsupported):
        mapping.from_refund(None)  # type: ignore[arg-type] # whatever it is
