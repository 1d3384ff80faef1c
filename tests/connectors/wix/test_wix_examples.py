"""Every example of the contract is read, with what it says; and our own answers, in other currencies and scripts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.reply import Reply, failure
from posbridge.connectors.wix import CONNECTOR, mapping, webhooks
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus

OWN = Path(__file__).parent / "fixtures"
READERS: dict[str, Any] = {
    "product.": mapping.to_products,
    "variant.": mapping.to_products,
    "inventory.": mapping.to_levels,
    "order.": mapping.to_order,
    "contact.": mapping.to_customer,
    "coupon.": mapping.to_discount,
    "giftcard.balance": mapping.to_gift_card,
    "giftcard.manage": mapping.to_gift_card,
}
#: Answers that hold no object of ours.
NONE_INSIDE = {
    "order.search.empty.response.json", "coupon.unknown_code.response.json", "coupon.bulk_create.response.json",
    "inventory.v3.decrement.response.json",
}  # fmt: skip


def readable(path: Path) -> bool:
    created = path.name.startswith("coupon.create.")
    return (".response." in path.name or created) and path.name not in NONE_INSIDE


@pytest.fixture
def example(contracts: Path) -> Any:
    return lambda name: json.loads((contracts / "wix" / "examples" / f"{name}.json").read_text("utf-8"))


def test_every_example_is_read(contracts: Path) -> None:
    read = 0
    for path in sorted((contracts / "wix" / "examples").glob("*.json")):
        reader = next((reader for start, reader in READERS.items() if path.name.startswith(start)), None)
        if reader is not None and readable(path):
            assert reader(json.loads(path.read_text("utf-8"))), path.name
            read += 1
    assert read > 35


def test_a_product_of_v3(example: Any) -> None:
    (product,) = mapping.to_products(example("product.v3.get.full.response"))
    assert (product.title, product.description, product.brand) == (
        "Crew T-Shirt", "A soft cotton crew neck.", "Northwind",
    )  # fmt: skip
    assert [(one.name, one.values) for one in product.options] == [("Size", ("Small", "Medium", "Large", "X-Large"))]
    first = product.variants[0]
    assert first.price == Money(amount=9600, currency="USD")
    assert first.compare_at_price == Money(amount=12000, currency="USD")
    assert (first.sku, first.barcode, first.option_values) == ("21554345654", "4006381333931", {"Size": "Small"})
    assert (first.weight, first.weight_unit) == (Decimal("0.2"), "kg")
    assert (product.images[0].alt, product.images[0].position) == ("Crew T-Shirt, front", 0)


def test_variants_are_joined_to_their_products(example: Any) -> None:
    rows = example("variant.v3.query.response")["variants"]
    bare = [{**row, "optionChoices": [{"optionChoiceIds": row["optionChoices"][0]["optionChoiceIds"]}]} for row in rows]
    products = mapping.to_products(example("product.v3.query.response"), variants=bare)
    assert [len(product.variants) for product in products] == [2, 0]
    assert products[0].variants[1].option_values == {"Size": "Medium"}
    (alone,) = mapping.to_products(example("variant.v3.query.response"))
    assert (alone.title, [one.barcode for one in alone.variants]) == (
        "Crew T-Shirt",
        ["4006381333931", "4006381333932"],
    )


def test_a_product_of_v1(example: Any) -> None:
    names = {"32fd0b3a-2d38-2235-7754-78a3f819274a": "Coffee"}
    (product,) = mapping.to_products(example("product.v1.get.response"), categories=names, weight_unit="kg")
    assert product.categories == ("Coffee",)
    first = product.variants[0]
    assert first.price == Money(amount=3000, currency="USD")
    assert first.compare_at_price == Money(amount=3500, currency="USD")
    assert (first.id, first.sku) == ("00000000-0000-0020-0005-a316e6ba5b37", "10001")
    assert first.option_values == {"Weight": "250g", "Ground for": "Stovetop"}
    assert (first.inventory_quantity, first.weight, first.weight_unit) == (None, Decimal("0.25"), "kg")


def test_our_own_answers() -> None:
    cup, hidden, old = mapping.to_products(json.loads((OWN / "products.json").read_text("utf-8")))
    assert (cup.title, cup.description, cup.brand) == ("Tasse & Untertasse", "Für zwei\nLöffel", "Kōyō")
    assert cup.variants[0].price == Money(amount=1200, currency="JPY")
    assert (cup.variants[0].option_values, cup.variants[0].weight_unit) == ({"色": "青"}, "lb")
    assert [image.url for image in cup.images] == ["https://static.example.com/1.jpg"]
    assert hidden.status is ProductStatus.DRAFT
    assert hidden.variants[0].price == Money(amount=1250, currency="KWD")
    assert hidden.variants[0].compare_at_price is None
    assert (old.variants[0].id, old.variants[0].inventory_quantity) == (old.id, 4)


def test_stock_of_both_catalogues(example: Any) -> None:
    new = mapping.to_levels(example("inventory.v3.query.response"))
    assert [one.quantity for one in new] == [12, 0, -2, None]
    old = mapping.to_levels(example("inventory.v1.query.response"))
    assert [one.quantity for one in old] == [None, 0, -1, 2, 0]
    assert old[0].variant_id == "4dd4d586-ad4c-171d-8de1-e88657d23beb"


def test_orders(example: Any) -> None:
    made = mapping.to_order(example("order.create.response"))
    assert (made.reference, made.total, made.tax, made.discount) == (
        "0b6d4d9e-9a64-4a53-9f0e-6f5f2f0f9f11", 23517, 1917, 2400,
    )  # fmt: skip
    assert (made.complete, made.paid, made.status) == (False, 0, OrderStatus.OPEN)
    line = made.lines[0]
    assert (line.variant_id, line.sku, line.total) == ("fef4869a-62bf-46bb-b7af-501d42d2ff36", "21554345654", 23517)
    paid = mapping.to_order(
        example("order.create.response"), payments=example("payment.list.response")["orderTransactions"]["payments"]
    )
    assert (paid.paid, paid.status) == (23517, OrderStatus.PAID)
    old = mapping.to_order(example("order.get.response"))
    assert (old.total, old.status, old.complete, old.reference) == (21566, OrderStatus.COMPLETED, True, "")
    assert mapping.to_order(example("order.cancel.response")).status is OrderStatus.CANCELLED


def test_contacts_of_both_versions(example: Any) -> None:
    new = mapping.to_customer(example("contact.v5.upsert.response"))
    assert (new.name, new.email, new.phone) == ("Maria Gomez", "maria.gomez@example.com", "+12125550134")
    assert new.extra["revision"] == "2"
    old = mapping.to_customer(example("contact.v4.query_by_email.response"))
    assert (old.name, old.phone) == ("Anabelle Smith", "+97297495550")
    assert old.address is not None
    assert (old.address.line1, old.address.region) == ("1772 Fantages Way", "US-ME")


def test_coupons(example: Any) -> None:
    percent = mapping.to_discount(example("coupon.percentage.response"))
    assert (percent.code, percent.kind, percent.percent) == ("SUMMER10", DiscountKind.PERCENTAGE, 10)
    assert percent.starts_at == datetime(2026, 6, 1, tzinfo=UTC)
    fixed = mapping.to_discount(example("coupon.fixed_min_spend.response"))
    assert fixed.amount == Money(amount=500, currency="USD")
    assert fixed.minimum_spend == Money(amount=5000, currency="USD")
    assert mapping.to_discount(example("coupon.used_up.response")).uses_left == 0
    assert mapping.to_discount(example("coupon.expired.response")).extra["expired"] is True
    assert mapping.to_discount(example("coupon.product_scoped.response")).scope.product_ids == {
        "df8ae122-9a06-4fa2-96bb-4b058db5959f"
    }
    assert mapping.to_discount(example("coupon.create.buy_x_get_y.request")).extra["unsupported"]
    applied = example("webhook.coupon.applied.event")["actionEvent"]["body"]
    assert mapping.to_discount(applied).code == "FLASH"


def test_gift_cards(example: Any) -> None:
    card = mapping.to_gift_card(example("giftcard.balance.response"), "ABCD1234EFGH1234")
    assert (card.code, card.balance) == ("ABCD1234EFGH1234", Money(amount=7500, currency="USD"))
    assert mapping.to_gift_card(example("giftcard.balance.expired.response")).status is GiftCardStatus.EXPIRED
    assert mapping.to_gift_card(example("giftcard.manage.get.response")).balance == card.balance


@pytest.mark.parametrize(
    ("name", "status", "code", "words"),
    [
        ("error.400.expected_object", 400, "rejected", "Expected an object"),
        ("error.400.validation", 400, "rejected", "fieldA Invalid musical note"),
        ("error.401", 401, "signed_out", "key or token"),
        ("error.coupon.401.expired_token", 401, "signed_out", "key or token"),
        ("error.403", 403, "permission", "Manage Orders"),
        ("error.404", 404, "not_found", "does not know"),
        ("error.409.duplicate_contact", 409, "conflict", "Duplicate"),
        ("error.409.revision", 409, "conflict", "revision"),
        ("error.428.catalog_version", 428, "rejected", "other version"),
        ("error.429", 429, "rate_limited", "slow down"),
        ("error.500", 500, "unavailable", "failed"),
        ("error.giftcard.404.not_found", 404, "not_found", "gift card"),
        ("error.giftcard.409.already_redeemed", 409, "conflict", "already"),
        ("error.giftcard.428.insufficient_funds", 428, "rejected", "holds less"),
        ("error.giftcard.428.expired", 428, "rejected", "expired"),
    ],
)
def test_errors(example: Any, name: str, status: int, code: str, words: str) -> None:
    content = json.dumps(example(name)).encode()
    reply = Reply(status, content, url="https://www.wixapis.com/ecom/v1/orders/search")
    found = failure(reply, CONNECTOR, write=False, due_json=True, now=datetime.now(UTC))
    assert getattr(found, "code", "") == code
    assert words.lower() in str(found).lower()


# webhooks
def test_the_vectors(example: Any) -> None:
    told = example("webhook.jwt.vectors")
    other = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
    for key in (told["public_key"], told["public_key_base64"], f"{other} {told['public_key']}",
                told["public_key"].replace("\n", "\\n"), [other, told["public_key_base64"]]):  # fmt: skip
        proved = [webhooks.verify(one["body"].encode(), {}, key) for one in told["vectors"]]
        assert proved == [one["valid"] for one in told["vectors"]]
    assert not any(webhooks.verify(one["body"].encode(), {}, other) for one in told["vectors"])
    assert not any(webhooks.verify(one["body"].encode(), {}, "") for one in told["vectors"])
    deleted, changed, removed = (webhooks.parse(one["body"].encode())[0] for one in told["vectors"] if one["valid"])
    assert (deleted.kind, deleted.object_id, deleted.key) == (
        "product", "df8ae122-9a06-4fa2-96bb-4b058db5959f", "b0b0b0b0-1111-4222-8333-444444444402",
    )  # fmt: skip
    assert (changed.kind, changed.object_id) == ("product", "a60fef92-ee29-070f-a7ed-9bbc3cc1c2f4")
    assert (removed.kind, removed.object_id) == ("token_revoked", "")


def test_a_copy_has_the_same_key_and_is_dropped_by_it(example: Any) -> None:
    bodies = [one["body"].encode() for one in example("webhook.jwt.vectors")["vectors"] if one["valid"]]
    assert [webhooks.parse(body)[0].key for body in bodies] == [webhooks.parse(body)[0].key for body in bodies]
    assert len({webhooks.parse(body)[0].key for body in bodies}) == 3


@pytest.mark.parametrize("raw", [None, 1, "x", [], {}, [1], {"order": 1}, {"coupons": "a"}])
def test_things_that_are_no_objects(raw: Any) -> None:
    for read in (mapping.to_order, mapping.to_customer, mapping.to_discount, mapping.to_gift_card):
        with pytest.raises(SchemaDrift):
            read(raw)


def test_objects_inside_of_events(example: Any) -> None:
    """As a webhook carries them, also as JSON text; a deletion carries none."""
    event = example("webhook.order.created.event")
    made = mapping.to_order(event)
    assert (made.id, made.reference) == (
        event["entityId"],
        event["createdEvent"]["entity"]["channelInfo"]["externalOrderId"],
    )
    contact = mapping.to_customer(example("webhook.customer.created.event"))
    assert (contact.first_name, contact.id) == ("John", "4b0133d5-7903-4411-bcc0-1817d1394028")
    (product,) = mapping.to_products(example("webhook.product.v3.updated.event"))
    assert product.id == example("webhook.product.v3.updated.event")["entityId"]
    with pytest.raises(SchemaDrift):
        mapping.to_products(example("webhook.product.v3.deleted.event"))
