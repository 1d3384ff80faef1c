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
from posbridge.connectors.magento import mapping
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"), parse_float=Decimal)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def bodies(contracts: Path) -> Iterator[tuple[str, Any]]:
    """Every example as the platform sent it, out of its envelope."""
    folder = contracts / "magento" / "examples"
    for file in sorted([*folder.glob("*.json"), *(folder / "recorded").glob("*.json")]):
        said = json.loads(file.read_text("utf-8"), parse_float=Decimal)
        if isinstance(said, dict) and "response" in said:
            said = said["response"].get("body")
        yield file.name.removesuffix(".json"), said


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
    assert len(examples) > 190
    assert read["products"] > 20
    assert read["order"] > 12
    assert read["customer"] > 8
    assert read["discount"] > 9
    assert read["gift_card"] >= 5


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("products", ("product.get.simple.response", "product.get.configurable.response", "product.list.response",
                      "product.children.response", "034-product.get.simple", "042-product.get.grouped",
                      "045-product.list.deleted_absent", "047-product.list.page1", "058-product.list.configurable",
                      "product.create.request", "200-product.create.existing_sku")),
        ("order", ("order.get.response", "order.get.configurable.guest.response", "110-order.create",
                   "121-order.get", "133-order.get.closed", "137-order.create.complete", "173-order.get.from_cart",
                   "order.create.posbridge.request")),
        ("customer", ("customer.get.response", "customer.create.response", "090-customer.create",
                      "095-customer.by_email", "100-customer.update.address_without_id")),
        ("discount", ("coupon.rule.get.response", "coupon.rule.free_shipping.response", "coupon.search.response",
                      "150-coupon.search.valid", "154-rule.get.expired", "156-rule.get.fixed_product")),
        ("gift_card", ("giftcard.accs.get.response", "giftcard.accs.list.response", "giftcard.balance.response",
                       "giftcard.balance.graphql.response", "giftcard.cart.check.response")),
    ],
)  # fmt: skip
def test_these_examples_are_surely_read(examples: dict[str, Any], kind: str, names: tuple[str, ...]) -> None:
    for name in names:
        getattr(mapping, f"to_{kind}")(_row(examples[name], kind))


def _row(body: Any, kind: str) -> Any:
    return body["items"][0] if kind == "gift_card" and isinstance(body, dict) and "items" in body else body


def test_a_simple_product(examples: dict[str, Any]) -> None:
    (product,) = mapping.to_products(examples["034-product.get.simple"])
    (variant,) = product.variants
    assert (product.id, product.title) == ("2", "Thé vert « Sencha » 茶 ☕")
    assert (variant.id, variant.sku, variant.price) == ("2", "POS-TEA-1", usd(1295))
    assert variant.barcode == "4006381333931"
    assert variant.inventory_quantity == 40
    assert (variant.weight, variant.weight_unit, variant.tax_class) == (Decimal("0.25"), "lb", "2")
    assert [image.alt for image in product.images] == ["Devant", "Zadní strana – ů"]
    assert product.updated_at == datetime(2026, 11, 21, 6, 22, 28, tzinfo=UTC)


def test_a_special_price_holds_in_its_days(examples: dict[str, Any]) -> None:
    body = examples["038-product.create.special_price"]
    on_sale = mapping.to_products(body, now=NOW)[0].variants[0]
    assert (on_sale.price, on_sale.compare_at_price) == (usd(1499), usd(2000))
    last_day = mapping.to_products(body, now=datetime(2026, 12, 31, 23, tzinfo=UTC))[0].variants[0]
    assert last_day.price == usd(1499)
    for now in (datetime(2026, 10, 31, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        usual = mapping.to_products(body, now=now)[0].variants[0]
        assert (usual.price, usual.compare_at_price) == (usd(2000), None)


def test_more_decimals_than_the_currency_has_are_rounded(examples: dict[str, Any]) -> None:
    (odd,) = mapping.to_products(examples["037-product.get.sku_encoded"])
    assert odd.variants[0].price == usd(334)
    (yen,) = mapping.to_products({"id": 1, "sku": "A", "name": "A", "price": 1200}, currency="JPY")
    assert yen.variants[0].price == Money(amount=1200, currency="JPY")


def test_a_family_with_its_children_in_the_page() -> None:
    shop = mapping.Shop(
        media_url="https://shop.example/media/",
        names={"140": "size"},
        labels={("size", "6"): "Small", ("size", "7"): "Large", ("manufacturer", "31"): "Peralta"},
        categories={"9": "Hats"},
    )
    cap, grouped = mapping.to_products(fixture("family"), shop=shop)
    assert (cap.title, cap.description, cap.brand) == ("Cap & more", "Warm & soft\nWool", "Peralta")
    assert cap.categories == ("Hats",)
    assert [(option.name, option.values) for option in cap.options] == [("Size", ("Large", "Small"))]
    assert [variant.option_values for variant in cap.variants] == [{"Size": "Large"}, {"Size": "Small"}]
    large, small = cap.variants
    assert (small.id, small.barcode, small.price, small.available) == ("21", "2900000000018", usd(1850), True)
    assert (large.available, large.taxable) == (False, False)
    assert [image.url.split("/")[-1] for image in cap.images] == ["front.png", "back.png"]
    assert grouped.variants == ()


def test_option_codes_are_guessed_from_the_children_without_a_list_of_attributes() -> None:
    cap = mapping.to_products(fixture("family"))[0]
    assert [variant.option_values for variant in cap.variants] == [{"Size": "7"}, {"Size": "6"}]


def test_a_configurable_without_its_children_keeps_their_ids(examples: dict[str, Any]) -> None:
    (tee,) = mapping.to_products(examples["058-product.list.configurable"])
    assert [option.name for option in tee.options] == ["Color", "Size"]
    assert {variant.id for variant in tee.variants} == {"8", "9", "10", "11"}
    assert not any(variant.sellable for variant in tee.variants)


def test_disabled_products_are_drafts() -> None:
    (off,) = mapping.to_products({"id": 3, "sku": "X", "name": "X", "price": 1, "status": 2})
    assert off.status is ProductStatus.DRAFT
    assert not off.variants[0].sellable


def test_an_object_of_a_changed_shape_is_left_out_of_a_page() -> None:
    good = {"id": 1, "sku": "A", "name": "A", "price": 1}
    assert [
        p.id for p in mapping.to_products({"items": [{**good, "id": 2, "name": ["x"]}, good], "total_count": 2})
    ] == ["1"]
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products({**good, "id": 9, "price": {}})
    assert caught.value.object_id == "9"


def test_the_one_write_order(examples: dict[str, Any]) -> None:
    order = mapping.to_order(examples["137-order.create.complete"])
    assert (order.id, order.status, order.currency) == ("16", OrderStatus.COMPLETED, "USD")
    assert (order.total, order.tax, order.discount, order.paid) == (5240, 400, 250, 5240)
    assert [(line.sku, line.total, line.discount) for line in order.lines] == [
        ("POS-TEA-1", 2804, 0),
        ("POS-TEE-RED-S", 2436, 250),
    ]
    assert order.number == "POS-0a7022766c0045b5a23c88436a0dd9b5"
    assert order.reference == ""
    assert order.created_at == datetime(2026, 11, 20, 17, 4, 5, tzinfo=UTC)
    assert order.customer is not None
    assert order.customer.phone == "+13235550100"


def test_a_configurable_of_the_web_shop_is_one_line(examples: dict[str, Any]) -> None:
    order = mapping.to_order(examples["order.get.configurable.guest.response"])
    shirt, shipping = order.lines
    assert (shirt.sku, shirt.product_id, shirt.variant_id) == ("WP13-28-Blue", "1909", "1903")
    assert (shirt.total, shipping.total, order.total) == (4900, 500, 5400)
    assert order.customer is None
    cart = mapping.to_order(examples["173-order.get.from_cart"])
    assert sum(line.total or 0 for line in cart.lines) == cart.total == 6848
    assert cart.extra["coupons"] == ["TEAONE"]


def test_a_refunded_order(examples: dict[str, Any]) -> None:
    order = mapping.to_order(examples["133-order.get.closed"])
    assert (order.status, order.refunded, order.total) == (OrderStatus.REFUNDED, 6863, 6863)


def test_a_customer(examples: dict[str, Any]) -> None:
    zoe = mapping.to_customer(examples["095-customer.by_email"])
    assert (zoe.id, zoe.first_name, zoe.email, zoe.phone) == ("1", "Zoë", "zoe@example.com", "+13235550100")
    assert zoe.address is not None
    assert (zoe.address.line1, zoe.address.region) == ("1 Main St", "California")


def test_rules(examples: dict[str, Any]) -> None:
    coupon = examples["150-coupon.search.valid"]["items"][0]
    fifteen = mapping.to_discount(examples["155-rule.get.minimum_spend"], coupon=coupon)
    assert (fifteen.kind, fifteen.percent) == (DiscountKind.PERCENTAGE, Decimal(15))
    assert fifteen.minimum_spend == usd(5000)
    assert (fifteen.code, fifteen.active) == ("TEN-Percent", True)
    tea = mapping.to_discount(examples["156-rule.get.fixed_product"])
    assert (tea.kind, tea.amount) == (DiscountKind.PRODUCT, usd(100))
    assert tea.scope.skus == {"POS-TEA-1", "TEA-1"}
    old = mapping.to_discount(examples["154-rule.get.expired"], timezone="Europe/Prague")
    assert old.ends_at == datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC)
    free = mapping.to_discount(examples["coupon.rule.free_shipping.response"])
    assert (free.kind, free.minimum_spend) == (DiscountKind.FREE_SHIPPING, usd(5001))
    odd = mapping.to_discount(examples["coupon.rule.get.response"])
    assert (odd.active, odd.extra["unsupported"]) == (False, "discount_qty")
    alone = mapping.to_discount(examples["175-coupon.search.used_up"])
    assert (alone.active, alone.uses_left) == (False, 0)


def test_gift_cards_of_commerce(examples: dict[str, Any]) -> None:
    card = mapping.to_gift_card(examples["giftcard.accs.get.response"])
    assert (card.id, card.balance, card.status) == ("42", usd(10000), GiftCardStatus.ACTIVE)
    assert card.expires_at == datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert mapping.to_gift_card(examples["giftcard.balance.graphql.response"]).balance == usd(2500)
    with pytest.raises(SchemaDrift):
        mapping.to_gift_card(examples["giftcard.balance.notfound.graphql.response"])


def test_amounts_may_come_as_floats() -> None:
    """As anybody's json.loads reads them."""
    product = {"id": 7, "sku": "TEA", "name": "Tea", "price": 17.33, "type_id": "simple", "status": 1}
    (found,) = mapping.to_products({"items": [product], "total_count": 1})
    assert found.variants[0].price == Money(amount=1733, currency="USD")
    order = {"entity_id": 9, "increment_id": "000000009", "grand_total": 36.88, "order_currency_code": "USD",
             "status": "processing", "state": "processing", "items": []}  # fmt: skip
    assert mapping.to_order(order) == mapping.to_order({**order, "grand_total": Decimal("36.88")})
