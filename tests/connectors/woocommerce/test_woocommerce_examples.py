"""The mapping over every example of the contract, and values of some."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.woocommerce import mapping
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteOrder

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"), parse_float=Decimal)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def bodies(contracts: Path) -> Iterator[tuple[str, Any]]:
    """Every example as the platform sent it, out of its envelope."""
    folder = contracts / "woocommerce" / "examples"
    for file in sorted([*folder.glob("*.json"), *(folder / "recorded").glob("*.json")]):
        said = json.loads(file.read_text("utf-8"), parse_float=Decimal)
        if isinstance(said, dict) and "response" in said:
            hook = str(said.get("request", {}).get("url", "")).startswith("/hook")
            said = said["request" if hook else "response"].get("body")
        elif isinstance(said, dict) and "body" in said:
            said = said["body"]
        yield file.name, said


@pytest.fixture(scope="module")
def examples(contracts: Path) -> dict[str, Any]:
    return dict(bodies(contracts))


def test_every_example_is_read_or_refused_as_drift(examples: dict[str, Any]) -> None:
    read = dict.fromkeys(("products", "order", "customer", "discount", "gift_card"), 0)
    for body in examples.values():
        for name in read:
            try:
                getattr(mapping, f"to_{name}")(body)
                read[name] += 1
            except SchemaDrift:
                continue
    assert len(examples) > 200
    assert all(count >= 5 for count in read.values()), read


def test_no_example_of_its_own_kind_is_refused(examples: dict[str, Any]) -> None:
    kinds = {
        "to_products": ("product.create", "product.get", "product.list", "variation.", "inventory.", "webhook.product"),
        "to_order": ("order.create", "order.get", "order.cancel", "webhook.order", "giftcard.redeem"),
        "to_customer": ("customer.create", "customer.update", "customer.list", "docs.customer"),
        "to_discount": ("coupon.create", "coupon.get", "docs.coupon", "smartcoupon.create"),
        "to_gift_card": ("giftcard.create", "giftcard.balance", "smartcoupon.create", "smartcoupon.after"),
    }
    seen = 0
    for name, heads in kinds.items():
        for file, body in examples.items():
            if file.startswith(heads) and "request" not in file and "beyond" not in file:
                getattr(mapping, name)(body)
                seen += 1
    assert seen > 45


def test_lists_of_orders_are_read_row_by_row(examples: dict[str, Any]) -> None:
    rows = [row for name in ("order.list.response.json", "docs.order.list.json") for row in examples[name]]
    assert [mapping.to_order(row).id for row in rows]


def test_a_simple_product(examples: dict[str, Any]) -> None:
    (coffee,) = mapping.to_products(examples["product.create.simple.response.json"])
    assert (coffee.id, coffee.title) == ("12", "Café Blend 250 g – “Ethiopia” ☕")
    assert coffee.description == "Washed arabica."
    assert coffee.categories == ("Clothing & Shoes",)
    assert (coffee.brand, coffee.tags) == ("Acme Apparel", ("drinks",))
    (variant,) = coffee.variants
    assert (variant.id, variant.sku, variant.barcode) == ("12", "COFFEE-250", "4006381333931")
    assert (variant.price, variant.compare_at_price) == (usd(999), usd(1250))
    assert (variant.weight, variant.weight_unit) == (Decimal("0.25"), "kg")
    assert variant.inventory_quantity == 40
    assert coffee.updated_at == datetime(2026, 11, 21, 5, 45, 55, tzinfo=UTC)


def test_a_variable_product_with_its_variations(examples: dict[str, Any]) -> None:
    product = examples["product.get.variable.response.json"]
    (hoodie,) = mapping.to_products(product, variations=examples["variation.list.response.json"])
    assert [(option.name, option.values) for option in hoodie.options] == [
        ("Color", ("Blue", "Red")),
        ("Logo", ("Yes", "No")),
    ]
    by_id = {variant.id: variant for variant in hoodie.variants}
    assert [variant.id for variant in hoodie.variants] == ["14", "15", "16"]
    assert by_id["14"].option_values == {"Color": "Red", "Logo": "Yes"}
    assert by_id["14"].title == "Logo Hoodie · Red · Yes"
    assert (by_id["14"].price, by_id["14"].compare_at_price) == (usd(3990), usd(4500))
    assert by_id["16"].sku == "", "an empty SKU is answered with the product's"
    assert by_id["16"].option_values == {"Color": "Blue"}, "any logo"
    assert by_id["15"].image is not None


def test_variations_alone_and_by_sku(examples: dict[str, Any]) -> None:
    (alone,) = mapping.to_products(examples["variation.list.response.json"])
    assert (alone.id, alone.title, len(alone.variants)) == ("13", "Logo hoodie", 3)
    (by_sku,) = mapping.to_products(examples["product.list.by_sku_variation.response.json"])
    assert (by_sku.title, by_sku.variants[0].title) == ("Logo Hoodie", "Logo Hoodie · Red · Yes")
    assert by_sku.variants[0].image is not None


def test_variants_not_read_yet_have_an_id_and_no_price(examples: dict[str, Any]) -> None:
    (hoodie,) = mapping.to_products(examples["product.get.variable.response.json"])
    assert [(variant.id, variant.sellable) for variant in hoodie.variants] == [
        ("14", False),
        ("15", False),
        ("16", False),
    ]


def test_recorded_products(examples: dict[str, Any]) -> None:
    (creme,) = mapping.to_products(examples["103-product-create-unicode.json"])
    assert creme.title == "Crème brûlée “Ñandú” 日本茶 & <b>Tee</b> 5'6\" ☕🍵"
    assert creme.variants[0].price == usd(350)
    (elsewhere,) = mapping.to_products(examples["137-product-delete-to-trash.json"])
    assert not elsewhere.variants[0].available, "an external product is sold by somebody else"
    (trashed,) = mapping.to_products(examples["138-product-get-trashed.json"])
    assert trashed.status is ProductStatus.DELETED
    (shirt,) = mapping.to_products(
        examples["106-product-get-variable.json"], variations=examples["107-variations-list.json"]
    )
    assert {variant.sku: variant.inventory_quantity for variant in shirt.variants} == {
        "TS-S-RED": 7,
        "TS-M-BLUE": 3,
        "TS-L-ANY": None,
    }
    inherited = mapping.to_products(examples["218-stock-variation-inherits-parent.json"])
    assert inherited[0].variants[0].inventory_quantity == 50
    (gone,) = mapping.to_products({"id": 52})
    assert gone.status is ProductStatus.DELETED


def test_a_batch_leaves_out_what_failed(examples: dict[str, Any]) -> None:
    made = mapping.to_products(examples["220-stock-batch-products.json"])
    assert [product.id for product in made] == ["14", "15"]


def test_recorded_orders(examples: dict[str, Any]) -> None:
    paid = mapping.to_order(examples["480-order-get.json"])
    assert (paid.total, paid.tax, paid.discount, paid.paid) == (4609, 351, 70, 4609)
    assert [(line.sku, line.quantity, line.total) for line in paid.lines] == [
        ("MUG-01", 2, 2033),
        ("TS-M-BLUE", 1, 2273),
        ("ÜNI-茶-1", 1, 303),
    ]
    assert [line.variant_id for line in paid.lines] == ["14", "20", "15"]
    assert paid.customer is not None
    assert (paid.customer.id, paid.customer.phone) == ("3", "+12135550102")
    assert paid.note == "Wrap it, please – “fragile”"
    pending = mapping.to_order(examples["441-order-two-step-create-pending.json"])
    assert (pending.status, pending.paid) == (OrderStatus.OPEN, 0)


def test_an_order_after_refunds_and_with_gift_cards(examples: dict[str, Any]) -> None:
    part = mapping.to_order(examples["order.get.after_partial_refund.response.json"])
    assert (part.status, part.refunded, part.total) == (OrderStatus.PARTIALLY_REFUNDED, 976, 5521)
    assert part.reference == "33741d5a-a1a9-4cbc-bbe5-cc9c243ff3d9"
    assert part.lines[-1].total == -326, "a fee is a line"
    assert sum(line.total or 0 for line in part.lines) == part.total
    whole = mapping.to_order(examples["order.get.fully_refunded.response.json"])
    assert (whole.status, whole.refunded) == (OrderStatus.REFUNDED, 5521)
    card = mapping.to_order(examples["giftcard.redeem.order_create.response.json"])
    assert (card.total, card.paid) == (2168, 1000), "`total` there is what is left to pay"


def test_coupons(examples: dict[str, Any]) -> None:
    fixed = mapping.to_discount(examples["508-coupon-lookup-valid.json"])
    assert (fixed.code, fixed.kind, fixed.amount) == ("min30", DiscountKind.FIXED, usd(500))
    assert (fixed.minimum_spend, fixed.maximum_spend, fixed.stackable) == (usd(3000), usd(50000), False)
    percent = mapping.to_discount(examples["coupon.create.percent.response.json"])
    assert (percent.percent, percent.minimum_spend) == (10, None)
    old = mapping.to_discount(examples["511-coupon-lookup-expired.json"])
    assert old.ends_at == datetime(2026, 11, 19, tzinfo=UTC)
    free = mapping.to_discount(examples["504-coupon-create-free-shipping-email.json"])
    assert (free.kind, free.customer_emails) == (DiscountKind.FREE_SHIPPING, {"*@example.com"})
    limited = mapping.to_discount(examples["503-coupon-create-fixed-product.json"])
    assert (limited.kind, limited.extra, limited.active) == (
        DiscountKind.PRODUCT,
        {"unsupported": "limit_usage_to_x_items"},
        False,
    )
    used = mapping.to_discount(examples["coupon.get.used_up.response.json"])
    assert used.uses_left == 0


def test_gift_cards(examples: dict[str, Any]) -> None:
    card = mapping.to_gift_card(examples["giftcard.balance.response.json"])
    assert (card.code, card.balance) == ("RBYW-YBZC-B7HM-LHPR", usd(5000))
    assert card.expires_at == datetime(2031, 1, 1, 2, 59, 59, tzinfo=UTC)
    off = mapping.to_gift_card(examples["giftcard.create.inactive.response.json"])
    assert (off.status, off.expires_at) == (GiftCardStatus.INACTIVE, None)
    smart = mapping.to_gift_card(examples["smartcoupon.after.response.json"])
    assert (smart.code, smart.balance) == ("GIFT-50", usd(2832))
    pimwick = {"pimwick_gift_card_id": 7, "number": "ABCD", "active": True, "balance": "12.50", "expiration_date": None}
    assert mapping.to_gift_card([pimwick]).balance == usd(1250)


def test_customers(examples: dict[str, Any]) -> None:
    zoe = mapping.to_customer(examples["301-customer-create.json"])
    assert (zoe.name, zoe.email, zoe.phone) == ("Zoë O’Brien-Ñuñez", "zoe@example.com", "+12135550101")
    assert zoe.address is not None
    assert (zoe.address.line1, zoe.address.region, zoe.address.country) == ("1 Main St", "CA", "US")


# fixtures of our own
def test_a_page_of_our_own() -> None:
    tea, tin, booking, private = mapping.to_products(fixture("products"), currency="jpy", weight_unit="lbs")
    assert tea.variants[0].price == Money(amount=1200, currency="JPY")
    assert (tea.variants[0].weight, tea.variants[0].weight_unit) == (Decimal("0.5"), "lb")
    assert [(image.position, image.alt) for image in tea.images] == [(0, "A tin & a cup"), (1, "")]
    assert tea.description == "Loose leaf.\nBest before: see tin"
    assert tea.variants[0].tax_class == "reduced-rate"
    assert (tin.variants[0].price, tin.variants[0].sellable) == (None, False)
    assert tin.variants[0].taxable is False
    assert not booking.variants[0].available
    assert (private.status, private.variants[0].available) == (ProductStatus.ACTIVE, True)


def test_an_object_of_another_shape_is_left_out_of_a_page_and_refused_alone() -> None:
    good, bad = fixture("products")[0], {**fixture("products")[0], "id": 99, "categories": "Tea"}
    assert [product.id for product in mapping.to_products([good, bad])] == [str(good["id"])]
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products(bad)
    assert caught.value.object_id == "99"


@pytest.mark.parametrize(("currency", "total", "expected"), [("JPY", "1200", 1200), ("KWD", "1.234", 1234)])
def test_currencies_with_other_decimals(currency: str, total: str, expected: int) -> None:
    raw = {
        "id": 1,
        "status": "processing",
        "currency": currency,
        "total": total,
        "date_paid_gmt": "2026-01-01T00:00:00",
    }
    order = mapping.to_order(raw)
    assert (order.total, order.paid) == (expected, expected)


def test_numbers_as_texts_and_texts_as_numbers() -> None:
    order = mapping.to_order(fixture("order"))
    assert (order.total, order.tax, order.id, order.number) == (1099, 100, "512", "A-512")
    assert order.lines[0].quantity == Decimal("1.5")
    assert order.lines[0].sku == "4711"
    assert (order.status, order.platform_status) == (OrderStatus.UNKNOWN, "picked-up")
    assert order.extra["billing_name"] == "Jo Doe"
    assert order.customer is None


def test_an_order_without_a_total_is_none() -> None:
    with pytest.raises(SchemaDrift, match="total"):
        mapping.to_order({"id": 5, "status": "completed"})
    deleted: RemoteOrder = mapping.to_order({"id": 87})
    assert (deleted.status, deleted.total) == (OrderStatus.CANCELLED, 0)
