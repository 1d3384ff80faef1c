"""The mappings over every example of the contract, and over examples with spoilt fields."""

from __future__ import annotations

import contextlib
import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.shopify import mapping
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus

FIXTURES = Path(__file__).parent / "fixtures"
READERS = {
    "product": mapping.to_products,
    "order": mapping.to_order,
    "customer": mapping.to_customer,
    "coupon": mapping.to_discount,
    "giftcard": mapping.to_gift_card,
}
#: Answers that hold no object of their kind, or several.
NONE_OR_MANY = {
    "canonical.order.find_by_uuid.none.response.json",
    "coupon.get.none.response.json",
    "customer.create.variables.json",
    "customer.search.response.json",
    "giftcard.config.response.json",
    "giftcard.debit.min.response.json",
    "giftcard.search.none.response.json",
    "order.cancel.response.json",
    "order.create.percentage_discount.response.json",
    "order.list.response.json",
    "order.refund.variables.json",
}


def kind_of(path: Path) -> str:
    words = path.name.removeprefix("canonical.").split(".")
    return words[1] if words[0] == "webhook" else words[0]


def readable(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if kind_of(path) in READERS and "request" not in path.name]


@pytest.fixture
def examples(contracts: Path) -> Path:
    return contracts / "shopify" / "examples"


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text("utf-8"), parse_float=Decimal)


def test_every_example_is_read(examples: Path) -> None:
    seen = 0
    for path in readable(examples):
        read = READERS[kind_of(path)]
        for raw in (json.loads(path.read_text("utf-8"), parse_float=Decimal), json.loads(path.read_text("utf-8"))):
            if path.name in NONE_OR_MANY:
                with pytest.raises(SchemaDrift):
                    read(raw)
                continue
            made = read(raw)
            assert made, path.name
            seen += 1
    assert seen > 60


def test_a_product(examples: Path) -> None:
    (product,) = mapping.to_products(load(examples, "canonical.product.sync.response"), currency="CAD")
    small, large = product.variants
    assert product.id == "gid://shopify/Product/10243927867698"
    assert product.description == "Crème brûlée & cocoa"
    assert (product.brand, product.status) == ("Example Roasters", ProductStatus.ACTIVE)
    assert product.categories == ("Coffee", "Food, Beverages & Tobacco > Beverages > Coffee")
    assert [(o.name, o.values) for o in product.options] == [("Size", ("250 g", "1 kg"))]
    assert [(i.alt, i.position) for i in product.images] == [("Bag of beans", 0)]
    assert (small.price, small.compare_at_price) == (money(2400, "CAD"), money(3000, "CAD"))
    assert (small.sku, small.barcode, small.inventory_quantity) == ("HB-250", "1111111111111", 7)
    assert (small.weight, small.weight_unit) == (Decimal("0.25"), "kg")
    assert (small.title, small.option_values) == ("House Blend · 250 g", {"Size": "250 g"})
    assert (large.sku, large.barcode, large.compare_at_price, large.inventory_quantity) == ("", "", None, -2)


def money(amount: int, currency: str) -> Money:
    return Money(amount=amount, currency=currency)


def test_a_product_as_a_webhook_sends_it(examples: Path) -> None:
    (product,) = mapping.to_products(load(examples, "webhook.product.updated"))
    assert product.id == "gid://shopify/Product/788032119674292922"
    assert product.tags == ("example", "mens", "t-shirt")
    first = product.variants[0]
    assert (first.price, first.compare_at_price) == (money(1999, "USD"), money(2499, "USD"))
    assert (first.weight, first.weight_unit, first.inventory_quantity) == (200, "g", 75)
    (gone,) = mapping.to_products(load(examples, "webhook.product.deleted"))
    assert (gone.id, gone.status) == (product.id, ProductStatus.DELETED)


def test_products_of_a_list(examples: Path) -> None:
    found = mapping.to_products(load(examples, "product.list.response"))
    assert [product.id.rpartition("/")[2] for product in found] == ["8971842846953", "9256802255081", "9256802418921"]


def test_orders(examples: Path) -> None:
    order = mapping.to_order(load(examples, "order.create.response"))
    assert (order.number, order.status, order.currency) == ("#1314", OrderStatus.COMPLETED, "USD")
    assert (order.total, order.tax, order.discount, order.paid) == (4250, 250, 500, 4250)
    assert next((line.sku, line.quantity, line.tax) for line in order.lines) == (
        "hermes-order-parity-plan-20260418",
        2,
        200,
    )
    refunded = mapping.to_order(load(examples, "order.get.refunded.response"))
    assert (refunded.status, refunded.refunded, refunded.currency) == (OrderStatus.REFUNDED, 1500, "CAD")
    cancelled = mapping.to_order(load(examples, "order.get.cancelled.response"))
    assert (cancelled.status, cancelled.refunded) == (OrderStatus.CANCELLED, 2000)
    open_one = mapping.to_order(load(examples, "order.create.pending_no_tax.response"))
    assert (open_one.status, open_one.paid, open_one.total) == (OrderStatus.OPEN, 0, 2000)


def test_an_order_as_a_webhook_sends_it(examples: Path) -> None:
    order = mapping.to_order(load(examples, "webhook.order.created"))
    assert order.id == "gid://shopify/Order/820982911946154508"
    assert (order.total, order.discount, order.status) == (40300, 500, OrderStatus.CANCELLED)
    assert [line.total for line in order.lines] == [19900, 19400, 1000]
    assert sum(line.total or 0 for line in order.lines) == order.total


def test_a_customer(examples: Path) -> None:
    customer = mapping.to_customer(load(examples, "customer.get.response"))
    assert (customer.name, customer.phone) == ("Henry Short", "+2911120123")
    assert customer.email == "egnition_sample_29@egnition.com"
    assert customer.address is not None
    assert customer.address.postcode == "7759"
    assert customer.tags == ("egnition-sample-data", "referral")


def test_discounts(examples: Path) -> None:
    percent = mapping.to_discount(load(examples, "canonical.coupon.lookup.percentage.response"), code="TEN")
    assert (percent.kind, percent.percent, percent.code) == (DiscountKind.PERCENTAGE, 10, "TEN")
    assert (percent.minimum_spend, percent.usage_limit, percent.usage_count) == (money(100, "CAD"), 100, 3)
    fixed = mapping.to_discount(load(examples, "canonical.coupon.lookup.fixed_used_up.response"))
    assert (fixed.kind, fixed.amount, fixed.uses_left) == (DiscountKind.FIXED, money(500, "CAD"), 0)
    assert fixed.scope.product_ids == {"gid://shopify/Product/10220862636338"}
    each = mapping.to_discount(load(examples, "coupon.fixed_each_item.response"))
    assert (each.kind, each.amount) == (DiscountKind.PRODUCT, money(1000, "CAD"))
    off = mapping.to_discount(load(examples, "coupon.get.deactivated.response"))
    assert not off.active
    shipping = mapping.to_discount(load(examples, "coupon.free_shipping.response"))
    assert shipping.kind is DiscountKind.FREE_SHIPPING


def test_gift_cards(examples: Path) -> None:
    card = mapping.to_gift_card(load(examples, "canonical.giftcard.find.response"), code="6H8JMTG4K27D9F3C")
    assert (card.balance, card.status, card.code) == (money(1850, "CAD"), GiftCardStatus.ACTIVE, "6H8JMTG4K27D9F3C")
    dead = mapping.to_gift_card(load(examples, "giftcard.get.deactivated.response"))
    assert (dead.balance, dead.status) == (money(400, "CAD"), GiftCardStatus.INACTIVE)


def spots(raw: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    return [*([at] if at else []), *(spot for key, value in inner for spot in spots(value, (*at, key)))]


def spoilt(raw: Any, at: tuple[Any, ...], value: Any) -> Any:
    made = copy.deepcopy(raw)
    inner = made
    for key in at[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[at[-1]]
    else:
        inner[at[-1]] = value
    return made


ODD = [..., None, "", "x", 7, Decimal("1.5"), True, [], {}, [None], {"id": 5}, "9" * 40, -1]


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_spoilt_objects_are_drift_or_read(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(readable(FIXTURES)))
    raw = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    made = spoilt(raw, data.draw(st.sampled_from(spots(raw))), data.draw(st.sampled_from(ODD)))
    with contextlib.suppress(SchemaDrift):
        READERS[kind_of(path)](made)


def test_zero_and_three_decimals() -> None:
    raw = {"id": "gid://shopify/Product/1", "title": "Tea", "variants": {"nodes": []}}
    variant = {"id": "gid://shopify/ProductVariant/2", "price": "1200", "selectedOptions": []}
    (product,) = mapping.to_products({**raw, "variants": {"nodes": [variant]}}, currency="JPY")
    assert product.variants[0].price == money(1200, "JPY")
    (product,) = mapping.to_products({**raw, "variants": [{**variant, "price": "1.234"}]}, currency="KWD")
    assert product.variants[0].price == money(1234, "KWD")
