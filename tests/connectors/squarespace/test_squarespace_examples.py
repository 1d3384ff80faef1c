"""The mapping over every example of the contract, with what the examples say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.squarespace import mapping, webhooks
from posbridge.connectors.squarespace.people_mapping import is_reckoned
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.selling import giving_back

OWN = Path(__file__).parent / "fixtures"
READERS = {
    "product.": mapping.to_products, "order.": mapping.to_order, "contact.": mapping.to_customer,
    "profile.": mapping.to_customer, "coupon.": mapping.to_discount,
    "inventory.": lambda raw: [mapping.to_level(row) for row in raw["inventory"]],
    "webhook.": lambda raw: webhooks.parse(json.dumps(raw, default=str).encode()),
}  # fmt: skip
_ADMINISTRATION = ("register", "rotate", "vectors", ".test.", "empty", "adjust")


def example(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "squarespace" / "examples" / f"{name}.json").read_text("utf-8"))


def own(name: str) -> Any:
    return json.loads((OWN / f"{name}.json").read_text("utf-8"))


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def readable(path: Path) -> bool:
    return ".request." not in path.name and not any(word in path.name for word in _ADMINISTRATION)


def test_every_answer_in_the_contract_can_be_read(contracts: Path) -> None:
    read = 0
    for path in sorted((contracts / "squarespace" / "examples").glob("*.json")):
        to_one = next((to_one for start, to_one in READERS.items() if path.name.startswith(start)), None)
        if to_one is None or not readable(path):
            continue
        assert to_one(json.loads(path.read_text("utf-8"))), path.name
        read += 1
    assert read >= 25


def test_a_product_as_it_was_captured(contracts: Path) -> None:
    (tote,) = mapping.to_products(example(contracts, "product.get.response"))
    assert (tote.id, tote.title) == ("6a82c75d452f993158f1ae4b", "Test Product — Canvas Tote Bag")
    assert [(option.name, option.values) for option in tote.options] == [("Color", ("Navy", "black", "White"))]
    navy = tote.variants[0]
    assert (navy.id, navy.sku, navy.price) == ("70c579d9-d597-41d7-9315-ba4beb0a9619", "SQ8906515", usd(2000))
    assert (navy.compare_at_price, navy.inventory_quantity) == (None, Decimal(3))
    assert (navy.weight, navy.weight_unit) == (Decimal(30), "lb")
    assert navy.title == "Test Product — Canvas Tote Bag · Navy"
    assert tote.images[0].alt == "tote bag.jpg"
    assert tote.updated_at == datetime(2026, 8, 17, 8, 36, 2, 620000, UTC)


def test_a_product_of_each_kind(contracts: Path) -> None:
    page = example(contracts, "product.list.response")
    candle, wrapping, card, pattern = mapping.to_products(page, store_pages={"6a82c4265d10fd30e43b2d43": "Shop"})
    small, large = candle.variants
    assert (candle.description, candle.categories, candle.tags) == (
        "Hand-poured soy wax.",
        ("Shop",),
        ("candle", "gift"),
    )
    assert (small.price, small.compare_at_price) == (usd(1450), usd(1800))
    assert (large.price, large.compare_at_price, large.inventory_quantity) == (usd(3200), None, None)
    assert small.option_values == {"Size": "Small", "Scent": "Vanilla"}
    assert wrapping.variants[0].price == usd(500)
    assert (card.status, [one.price for one in card.variants]) == (ProductStatus.DRAFT, [usd(2500), usd(5000)])
    assert [(one.id, one.price) for one in pattern.variants] == [(pattern.id, usd(900))]
    assert [one.extra["type"] for one in (candle, wrapping, card, pattern)] == [
        "PHYSICAL", "SERVICE", "GIFT_CARD", "DIGITAL",
    ]  # fmt: skip


def test_products_that_no_example_has() -> None:
    """Zero decimals, markup, numbers where texts were, nulls, pictures out of order, kilograms."""
    kettle, bare, odd = mapping.to_products(own("products"))
    assert kettle.variants[0].price == Money(amount=4200, currency="JPY")
    assert kettle.description == "Boils water\nfor tea & more"
    assert [(image.position, image.alt) for image in kettle.images] == [(0, "front"), (1, "side")]
    assert (kettle.variants[0].weight, kettle.variants[0].weight_unit) == (Decimal("1.25"), "kg")
    assert kettle.variants[0].image is not None
    assert (bare.variants, bare.options, bare.images, bare.tags) == ((), (), (), ())
    assert odd.variants[0].price == Money(amount=12345, currency="KWD")
    assert odd.variants[0].option_values == {"Größe": "9"}


def test_a_product_that_changed_its_shape_names_itself(contracts: Path) -> None:
    page = example(contracts, "product.list.response")
    page["products"][1]["name"] = ["Gift wrapping"]
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products(page)
    assert caught.value.object_id == "6a90000000000000000000a2"


def test_stock(contracts: Path) -> None:
    levels = [mapping.to_level(row) for row in example(contracts, "inventory.list.response")["inventory"]]
    assert levels[0].quantity == Decimal(1)
    unlimited = mapping.to_level({"variantId": "v", "quantity": 7, "isUnlimited": True})
    assert unlimited.quantity is None


def test_an_order_as_it_was_captured(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "order.create.response"))
    assert (order.id, order.number, order.reference) == ("6a81716f0589b404e7529648", "1", "TEST-CONNECTOR-002")
    assert (order.status, order.platform_status) == (OrderStatus.OPEN, "PENDING")
    assert (order.total, order.tax, order.discount, order.paid, order.refunded) == (2000, 0, 0, 2000, 0)
    (line,) = order.lines
    assert (line.variant_id, line.sku) == ("303079a3-a085-45aa-8814-ce63e140c2b4", "SQ4985207")
    assert (line.title, line.unit_price) == ("Test Product — Canvas Tote Bag · Small", usd(2000))
    assert order.customer is not None
    assert (order.customer.id, order.customer.email) == ("6a7afd9c3a715540f23e0a54", "buyer@example.com")


def test_an_order_of_old_days(contracts: Path) -> None:
    """No variant, no channel, no payment's state, a discount without a name."""
    order = mapping.to_order(example(contracts, "order.get.response"))
    assert (order.total, order.paid, order.lines[0].variant_id) == (5770, None, "")
    assert order.note == "First note\nSecond note"
    assert order.extra["discounts"] == ["FALLSALE"]
    assert order.extra["form"] == [["How did you hear about us?", "Facebook"]]
    assert order.customer is not None
    assert (order.customer.name, order.customer.address.region) == ("Bob Loblaw", "NY")  # type: ignore[union-attr] # read


def test_orders_that_were_given_back_or_wrapped(contracts: Path) -> None:
    raw = example(contracts, "order.get.canceled_refunded.response")
    assert mapping.to_order(raw).status is OrderStatus.CANCELLED
    assert mapping.to_order({"order": raw}).id == raw["id"]
    for refunded, status in (("5.00", OrderStatus.PARTIALLY_REFUNDED), ("20.00", OrderStatus.REFUNDED)):
        sold = {**raw, "fulfillmentStatus": "FULFILLED", "refundedTotal": {"currency": "USD", "value": refunded}}
        assert mapping.to_order(sold).status is status
    strange = {**raw, "fulfillmentStatus": "NEW_WORD", "refundedTotal": None, "paymentState": "PAID"}
    assert mapping.to_order(strange).status is OrderStatus.UNKNOWN


def test_a_contact(contracts: Path) -> None:
    contact = mapping.to_customer(example(contracts, "contact.query.response"))
    assert (contact.id, contact.name, contact.email) == ("6a7afd9c3a715540f23e0a54", "Alya Żółć", "buyer@example.com")
    assert contact.phone == "+12155554321"
    assert contact.accepts_marketing
    assert contact.address is not None
    assert (contact.address.line1, contact.address.country) == ("100 Main St", "US")
    legacy = mapping.to_customer(example(contracts, "profile.list.response"))
    assert (legacy.email, legacy.address.city) == ("foo@example.com", "New York")  # type: ignore[union-attr] # read


def test_discounts(contracts: Path) -> None:
    fixed = mapping.to_discount(example(contracts, "coupon.fixed_min_spend.response"))
    assert (fixed.kind, fixed.code, fixed.amount) == (DiscountKind.FIXED, "FIVE_OFF", usd(500))
    assert fixed.minimum_spend == usd(5000)
    scoped = mapping.to_discount(example(contracts, "coupon.product_scoped.response"))
    assert (scoped.percent, scoped.scope.product_ids) == (Decimal(20), {"6a82c75d452f993158f1ae4b"})
    used = mapping.to_discount(example(contracts, "coupon.used_up.response"))
    assert used.uses_left == 0
    assert not mapping.to_discount(example(contracts, "coupon.expired.response")).active
    two = mapping.to_discount(example(contracts, "coupon.buy_x_get_y.response"))
    assert (two.automatic, two.minimum_quantity, is_reckoned(two)) == (True, 3, False)
    shipping = mapping.to_discount(example(contracts, "coupon.free_shipping.response"))
    assert shipping.kind is DiscountKind.FREE_SHIPPING
    with pytest.raises(SchemaDrift, match="new kind"):
        mapping.to_discount({"id": "d1", "template": {"type": "MYSTERY"}})


def test_what_squarespace_does_not_do_is_said() -> None:
    with pytest.raises(Unsupported) as card:
        mapping.to_gift_card({"id": "1"})
    assert "Gift Cards" in card.value.next_step
    with pytest.raises(Unsupported) as back:
        mapping.from_refund(giving_back(an_order(), [("line-1", 1)]))
    assert "panel" in back.value.next_step


def test_the_vectors_of_the_signature(contracts: Path) -> None:
    raw = example(contracts, "webhook.signature.vectors")
    secret = raw["secret"]
    for vector in raw["vectors"]:
        body = vector["body"].encode()
        assert webhooks.verify(body, vector["header"], secret) is vector["valid"], vector.get("why")
        assert webhooks.verify(body, vector["header"], ["00" * 32, secret]) is vector["valid"]
        assert not webhooks.verify(body, vector["header"], "00" * 32)
        assert not webhooks.verify(body, {}, secret)
        assert not webhooks.verify(body, vector["header"], ["", "no hex"])


@pytest.mark.parametrize(
    ("name", "kind", "object_id"),
    [
        ("webhook.order.created", "order", "5f3c39ce69e11e796f19990e"),
        ("webhook.order.refunded", "refund", "5f3c39ce69e11e796f19990e"),
        ("webhook.app.uninstalled.guide_date", "token_revoked", ""),
        ("webhook.customer.created", "customer", "a1b2c3d4-e5f6-7890-abcd-ef1234567890"),
    ],
)
def test_what_a_notification_says(contracts: Path, name: str, kind: str, object_id: str) -> None:
    (event,) = webhooks.parse(json.dumps(example(contracts, name)).encode())
    assert (event.kind, event.object_id) == (kind, object_id)
    assert event.at is not None


def test_an_address_names_its_contact() -> None:
    body = {"id": "n1", "topic": "address.delete", "data": {"contactId": "c1", "addressBookEntryIds": ["a"]}}
    (event,) = webhooks.parse(json.dumps(body).encode())
    assert (event.kind, event.object_id) == ("customer", "c1")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"id":"1"}', b'{"id":"1","topic":"x","createdOn":"soon"}', b"\xff"]
)
def test_bodies_that_are_no_notifications(body: bytes) -> None:
    with pytest.raises(ValidationError):
        webhooks.parse(body)
