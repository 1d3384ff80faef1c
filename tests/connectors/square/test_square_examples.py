"""The mapping over every example of the contract, with what the examples say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.square import mapping, webhooks
from posbridge.domain.catalog import Product, ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteOrder

OWN = Path(__file__).parent / "fixtures"


def example(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "square" / "examples" / f"{name}.json").read_text("utf-8"))


def own(name: str) -> Any:
    return json.loads((OWN / f"{name}.json").read_text("utf-8"))


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def reader_of(name: str) -> Any:
    if name.startswith("webhook."):
        return lambda raw: webhooks.parse(json.dumps(raw).encode())
    readers = {
        "product.": mapping.to_products, "order.": mapping.to_order, "customer.": mapping.to_customer,
        "discount.": mapping.to_discount, "pricing_rule.": mapping.to_discount, "giftcard.": mapping.to_gift_card,
    }  # fmt: skip
    return next((read for start, read in readers.items() if name.startswith(start)), None)


def test_every_answer_in_the_contract_can_be_read(contracts: Path) -> None:
    """Pages of orders, customers and cards are read one object at a time, as the services do."""
    read = 0
    for path in sorted((contracts / "square" / "examples").glob("*.json")):
        name, to_one = path.name, reader_of(path.name)
        others = ("subscription", "event_types", "vectors", "entries")
        if ".request." in name or to_one is None or any(word in name for word in others):
            continue
        raw = json.loads(path.read_text("utf-8"))
        page = next((raw[key] for key in ("orders", "customers") if isinstance(raw.get(key), list)), None)
        for one in [raw] if page is None else page:
            assert to_one(one) is not None, name
            read += 1
    assert read > 50


def test_a_full_item(contracts: Path) -> None:
    (tea,) = mapping.to_products(example(contracts, "product.get.response"))
    assert (tea.id, tea.title, tea.description) == ("W62UWFY35CWMYGVWK6TWJDNI", "Tea", "Hot Leaf Juice")
    assert tea.categories == ("Beverages",)
    assert tea.updated_at == datetime(2016, 11, 16, 22, 25, 24, 878000, UTC)
    (mug,) = tea.variants
    assert (mug.id, mug.title, mug.price) == ("2TZFAOHWGG7PAK2QEXWYPZSP", "Mug", usd(150))
    assert mug.tax_class == "HURXQOOAIC4IZSI2BEXQRYFY"


def test_variations_without_options_are_one_choice(contracts: Path) -> None:
    black, green = mapping.to_products(example(contracts, "product.search.response"))
    assert [(one.title, one.price, one.option_values) for one in black.variants] == [
        ("Regular", usd(150), {"Variation": "Regular"}),
        ("Large", usd(225), {"Variation": "Large"}),
    ]
    assert [option.values for option in black.options] == [("Regular", "Large")]
    assert (green.options, green.variants[0].option_values) == ((), {})


def test_recorded_items(contracts: Path) -> None:
    found = mapping.to_products(example(contracts, "product.search.recorded.response"))
    assert [(one.title, one.variants[0].price) for one in found][:2] == [
        ("Seed Coffee", usd(500)), ("Seed Muffin", usd(350)),
    ]  # fmt: skip
    assert found[0].description == "A seeded catalog item for testing."
    assert found[0].variants[0].tax_class == "none"
    assert mapping.to_products(example(contracts, "product.list.response")) == []
    assert len(mapping.to_products(found_bare(contracts))) == 5


def found_bare(contracts: Path) -> Any:
    return example(contracts, "product.search.recorded.response")["objects"]


def test_a_whole_item_of_our_own() -> None:
    """Options, pictures, units, prices by place, presence, HTML: what the examples do not show."""
    shirt, honey, gone = mapping.to_products(own("catalog"), location="LTILL")
    assert shirt.title == "Tee & Co. – Ünisex"
    assert shirt.description == "Soft cotton.\nWash cold & dry."
    assert shirt.categories == ("Clothes", "Sale")
    assert [(one.name, one.values) for one in shirt.options] == [("Size", ("S", "L")), ("Colour", ("Red", "Blue"))]
    assert [(one.url[-5:], one.alt, one.position) for one in shirt.images] == [
        ("a.jpg", "Front", 0), ("b.jpg", "", 1),
    ]  # fmt: skip
    small, large = shirt.variants
    assert (small.sku, small.barcode, small.price) == ("TEE-S", "4006381333931", usd(0))
    assert small.option_values == {"Size": "S", "Colour": "Red"}
    assert (large.price, large.available, large.image and large.image.url[-5:]) == (usd(2199), False, "b.jpg")
    assert honey.status is ProductStatus.DRAFT
    assert (honey.variants[0].unit, honey.variants[0].price) == ("kg", None)
    assert not honey.variants[0].available
    assert (gone.status, gone.variants) == (ProductStatus.DELETED, ())
    assert mapping.to_products(own("catalog"))[0].variants[0].price == usd(1999)


def test_currencies_with_no_and_three_decimals() -> None:
    item = own("catalog")["objects"][-1]
    data = {"name": "Green tea", "variations": [variation("A", 1200, "JPY"), variation("B", "1250", "KWD")]}
    (product,) = mapping.to_products({"objects": [item | {"is_deleted": False, "item_data": data}]})
    assert [one.price and one.price.plain() for one in product.variants] == ["1200", "1.250"]


def variation(key: str, amount: Any, currency: str) -> dict[str, Any]:
    data = {"name": key, "price_money": {"amount": amount, "currency": currency}, "ordinal": 1}
    return {"type": "ITEM_VARIATION", "id": key, "item_variation_data": data}


def test_a_full_order(contracts: Path) -> None:
    order = mapping.to_order(example(contracts, "order.create.response"))
    assert (order.id, order.reference) == ("CAISENgvlJ6jLWAzERDzjyHVybY", "my-order-001")
    assert (order.total, order.tax, order.discount, order.currency) == (6176, 510, 433, "USD")
    assert (order.status, order.complete, order.paid) == (OrderStatus.OPEN, False, 0)
    steak = order.lines[1]
    assert (steak.title, steak.quantity, steak.unit_price) == ("New York Steak · Larger", Decimal(2), usd(2200))
    assert (steak.variant_id, steak.discount, steak.tax, steak.total) == ("BEMYCSMIJL46OCDV4KYIKXIB", 346, 374, 4528)


def test_a_paid_order(contracts: Path) -> None:
    for name in ("order.pay.response", "order.pay.recorded.response"):
        order = mapping.to_order(example(contracts, name))
        assert (order.status, order.complete, order.paid) == (OrderStatus.COMPLETED, True, order.total)


def test_recorded_orders_of_every_state(contracts: Path) -> None:
    rows = example(contracts, "order.search.recorded.response")["orders"]
    orders: dict[str, RemoteOrder] = {row["id"]: mapping.to_order(row) for row in rows}
    assert orders["FCcZuQWREOuHs2AW8YLvsGsB7UDZY"].status is OrderStatus.CANCELLED
    authorized = orders["btstO1ETK8UXjo9TFql0tkvK1CHZY"]
    assert (authorized.paid, authorized.complete, authorized.total) == (0, False, 150)
    back = orders["PfKGiDtJFOq2DpSxUNraSjVLMEMZY"]
    assert (back.total, back.refunded, back.status) == (-200, 200, OrderStatus.REFUNDED)
    assert back.extra["refund_of"] == "nT6eTFlDa7Ko7PDjNEJX7ij1jpeZY"
    empty = orders["RkoyN9seSMN4sswQ3d2uEJd2Tf8YY"]
    assert (empty.total, empty.complete, empty.lines) == (0, False, ())


def test_customers(contracts: Path) -> None:
    amelia = mapping.to_customer(example(contracts, "customer.get.response"))
    assert (amelia.name, amelia.phone, amelia.note) == ("Amelia Earhart", "+12125554240", "a customer")
    assert amelia.address is not None
    assert (amelia.address.city, amelia.address.region, amelia.address.country) == ("New York", "NY", "US")
    (ada,) = example(contracts, "customer.search.recorded.response")["customers"]
    assert mapping.to_customer(ada).email == "ada.lovelace@example.com"


def test_discounts(contracts: Path) -> None:
    summer = mapping.to_discount(example(contracts, "discount.search.response"))
    assert (summer.code, summer.kind, summer.percent) == ("SUMMER20", DiscountKind.PERCENTAGE, Decimal("20.0"))
    assert (summer.maximum, summer.minimum_spend) == (usd(5000), None)
    ten = mapping.to_discount(example(contracts, "discount.fixed_amount"))
    assert (ten.code, ten.kind, ten.amount) == ("TENOFF", DiscountKind.FIXED, usd(1000))
    rule = example(contracts, "pricing_rule.minimum_spend")
    ruled = mapping.to_discount(example(contracts, "discount.search.response"), related=[rule], zone="America/New_York")
    assert ruled.minimum_spend == usd(5000)
    assert ruled.starts_at == datetime(2026, 6, 1, 4, tzinfo=UTC)
    assert ruled.ends_at is not None
    assert ruled.ends_at.replace(microsecond=0) == datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC)
    assert ruled.extra["unchecked"] == ["match_products_id"]
    assert mapping.to_discount(rule).minimum_spend == usd(5000)


def test_gift_cards(contracts: Path) -> None:
    card = mapping.to_gift_card(example(contracts, "giftcard.balance.response"))
    assert (card.code, card.balance, card.status) == ("7783320001001635", usd(5000), GiftCardStatus.ACTIVE)
    new = mapping.to_gift_card(example(contracts, "giftcard.create.response"))
    assert (new.balance, new.status) == (usd(0), GiftCardStatus.INACTIVE)


def test_a_cards_activity_tells_its_balance(contracts: Path) -> None:
    card = mapping.to_gift_card(example(contracts, "giftcard.redeem.response"))
    assert (card.id, card.balance) == ("gftc:6d55a72470d940c6ba09c0ab8ad08d20", usd(500))


def test_webhook_vectors(contracts: Path) -> None:
    vectors = example(contracts, "webhook.signature.vectors")["vectors"]
    body = vectors[0]["raw_body"]
    for vector in vectors:
        sent = body if vector["raw_body"].startswith("(") else vector["raw_body"]
        headers = {"X-Square-HmacSha256-Signature": vector["x-square-hmacsha256-signature"]}
        proved = webhooks.verify(sent.encode(), headers, vector["signature_key"], vector["notification_url"])
        assert proved is vector["valid"], vector["name"]
        both = ["another", vector["signature_key"]]
        assert webhooks.verify(sent.encode(), headers, both, vector["notification_url"]) is vector["valid"]
        assert not webhooks.verify(sent.encode(), {}, vector["signature_key"], vector["notification_url"])
        assert not webhooks.verify(sent.encode(), headers, "", vector["notification_url"])


@pytest.mark.parametrize(
    ("name", "kind", "object_id"),
    [
        ("order.updated", "order", "eA3vssLHKJrv9H0IdJCM3gNqfdcZY"),
        ("payment.updated", "order", "03O3USaPaAaFnI6kkwB1JxGgBsUZY"),
        ("catalog.version.updated", "product", ""),
        ("inventory.count.updated", "inventory", "FGQ5JJWT2PYTHF35CKZ2DSKP"),
        ("customer.deleted", "customer", "QPTXM8PQNX3Q726ZYHPMNP46XC"),
        ("gift_card.activity.created", "gift_card", "gftc:00113070ba5745f0b2377c1b9570cb03"),
        ("oauth.authorization.revoked", "token_revoked", ""),
        ("refund.created", "refund", "KkAkhdMsgzn59SM8A89WgKwekxLZY_ptNBVqHYxt5gAdfcobBe4u1AZsXhoz06KTtuq9Ls24P"),
    ],
)
def test_webhook_events(contracts: Path, name: str, kind: str, object_id: str) -> None:
    raw = example(contracts, f"webhook.{name}")
    (event,) = webhooks.parse(json.dumps(raw).encode())
    assert (event.key, event.topic, event.kind, event.object_id) == (raw["event_id"], name, kind, object_id)
    assert event.at is not None


def test_several_counts_are_several_events() -> None:
    counts = [{"catalog_object_id": key, "quantity": "1"} for key in ("A", "B", "A")]
    raw = {"event_id": "e", "type": "inventory.count.updated", "data": {"object": {"inventory_counts": counts}}}
    assert [one.key for one in webhooks.parse(json.dumps(raw).encode())] == ["e:A", "e:B"]
    with pytest.raises(ValidationError):
        webhooks.parse(b'{"type": "order.updated"}')


def test_a_field_of_another_type_names_the_object(contracts: Path) -> None:
    raw = example(contracts, "product.get.response")
    raw["object"]["item_data"]["name"] = ["Tea"]
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products(raw)
    assert caught.value.object_id == "W62UWFY35CWMYGVWK6TWJDNI"


def test_products_are_written_as_they_are_read(contracts: Path) -> None:
    raw = example(contracts, "product.get.response")
    tea: Product = mapping.to_products(raw)[0].model_copy(update={"title": "Green Tea"})
    made = mapping.from_product(tea, raw["object"])
    assert made["item_data"]["name"] == "Green Tea"
    assert made["item_data"]["tax_ids"] == ["HURXQOOAIC4IZSI2BEXQRYFY"]
    assert made["version"] == 1479335124878
    assert made["item_data"]["variations"][0]["item_variation_data"]["price_money"] == {
        "amount": 150, "currency": "USD",
    }  # fmt: skip
    new = mapping.from_product(tea)
    assert (new["id"], new["item_data"]["variations"][0]["id"]) == ("#item", "#variation-0")
