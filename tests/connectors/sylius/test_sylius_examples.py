"""Every example of the contract and every recorded answer, read by the mapping."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift, Unsupported
from posbridge.connectors.sylius import mapping
from posbridge.connectors.sylius.order_body import from_order, from_refund, goods, notes
from posbridge.connectors.sylius.reading import members
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.selling import giving_back

FIXTURES = Path(__file__).parent / "fixtures"
READ = {
    "Product": mapping.to_products,
    "ProductVariant": mapping.to_products,
    "Order": mapping.to_order,
    "Customer": mapping.to_customer,
    "Promotion": mapping.to_discount,
    "PromotionCoupon": mapping.to_discount,
    "GiftCard": mapping.to_gift_card,
}


@pytest.fixture
def examples(contracts: Path) -> Path:
    return contracts / "sylius" / "examples"


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"), parse_float=Decimal)


def answer(examples: Path, number: str) -> Any:
    """The body of a recorded answer."""
    (path,) = (examples / "recorded").glob(f"{number}-*.json")
    return load(path)["response"]["body"]


def bodies(examples: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted(examples.glob("*.json")):
        yield path.name, load(path)
    for path in sorted((examples / "recorded").glob("*.json")):
        yield path.name, load(path)["response"]["body"]


def fixture(name: str) -> Any:
    return load(FIXTURES / f"{name}.json")


def test_every_object_of_every_example_is_read(examples: Path) -> None:
    seen: dict[str, int] = {}
    for name, body in bodies(examples):
        for row in members(body) if isinstance(body, dict | list) else []:
            kind = row.get("@type") if isinstance(row, dict) else None
            if kind in READ:
                made = READ[kind](row)
                assert made, name
                seen[kind] = seen.get(kind, 0) + 1
    assert set(seen) == set(READ)
    assert sum(seen.values()) > 95


def test_a_stranger_may_parse_with_floats(examples: Path) -> None:
    plain = json.loads((examples / "promotion.percent_product_scoped.response.json").read_text("utf-8"))
    assert mapping.to_discount(plain).percent == Decimal(20)
    variant = json.loads((examples / "product.variant.get.response.json").read_text("utf-8"))
    assert mapping.to_products(variant)[0].variants[0].weight == Decimal("100.5")


def test_pages_are_read_whole(examples: Path) -> None:
    page = load(examples / "product.list.response.json")
    assert [product.id for product in mapping.to_products(page)] == [row["code"] for row in page["hydra:member"]]
    plain = {"member": page["hydra:member"], "totalItems": 3}
    assert mapping.to_products(plain) == mapping.to_products(page) == mapping.to_products(page["hydra:member"])


def test_a_product_of_the_admin_section(examples: Path) -> None:
    (mug,) = mapping.to_products(
        load(examples / "product.get.response.json"),
        mapping.Shelf(locales=("pl_PL", "en_US"), brand="MATERIAL", taxons={"MUGS": "Kubki"}, channel="WEB"),
        load(examples / "product.variant.list.response.json")["hydra:member"],
    )
    assert (mug.id, mug.title, mug.description, mug.brand) == ("MUG", "Kubek", "To jest kubek", "Ceramika")
    assert mug.categories == ("Kubki",)
    assert mug.images[0].url.endswith("/product.jpg")
    assert mug.updated_at == datetime(2026, 11, 20, 17, 4, 5, tzinfo=UTC)


def test_a_product_of_the_shop_section(examples: Path) -> None:
    cap, shirt = mapping.to_products(answer(examples, "045"))
    assert (cap.title, cap.status) == ("Adventurous Aurora Cap", ProductStatus.ACTIVE)
    assert [variant.id for variant in shirt.variants] == [f"Apollo_T_Shirt-variant-{n}" for n in range(5)]
    assert [image.position for image in shirt.images] == [0, 1, 2]
    (variant,) = mapping.to_products(answer(examples, "046")["hydra:member"][:1])[0].variants
    assert variant.price == Money(amount=9347, currency="USD")
    assert variant.compare_at_price is None, "in the shop section the original price equals the price"


def test_our_own_product_with_options_channels_and_markup() -> None:
    said = fixture("options")
    labels = mapping.to_options(said["options"], said["values"], ("da_DK",))
    shelf = mapping.Shelf(
        currency="DKK", channel="NORTH", locales=("da_DK", "en_US"), zone="Europe/Copenhagen", barcode="ean",
        brand="maker", taxons={"woollens": "Uld", "gifts": "Gaver"}, places={"6": "gifts"}, options=labels,
    )  # fmt: skip
    (scarf,) = mapping.to_products(fixture("product"), shelf, fixture("variants")["hydra:member"])
    assert scarf.title == "Halstørklæde & hue"
    assert scarf.description == "Blødt\nVarmt ☃"
    assert (scarf.brand, scarf.categories) == ("Væveriet & Søn", ("Uld", "Gaver"))
    assert scarf.updated_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert [(option.name, option.values) for option in scarf.options] == [
        ("Størrelse", ("Kort", "Lang")),
        ("Farve", ("Rød", "Blå")),
    ]
    assert [image.id for image in scarf.images] == ["1", "2"]
    short, long = scarf.variants
    assert (short.id, short.title, short.sellable) == ("scarf-short-red", "Kort rød", False)
    assert short.inventory_quantity is None, "not tracked"
    assert long.price == Money(amount=19900, currency="DKK")
    assert long.compare_at_price == Money(amount=24900, currency="DKK")
    assert (long.inventory_quantity, long.weight, long.barcode) == (Decimal(7), Decimal("0.18"), "2900000000018")
    assert long.option_values == {"Størrelse": "Lang", "Farve": "Blå"}
    assert long.title == "Lang / Blå"
    assert (long.image.id if long.image else "", long.tax_class) == ("2", "textile")


def test_a_product_of_another_channel_is_not_offered() -> None:
    (scarf,) = mapping.to_products(fixture("product"), mapping.Shelf(channel="SOUTH"))
    assert scarf.status is ProductStatus.ARCHIVED


def test_a_changed_type_names_the_object() -> None:
    for key in ("translations", "images", "enabled", "options", "updatedAt", "variants"):
        with pytest.raises(SchemaDrift) as caught:
            mapping.to_products({**fixture("product"), key: 3})
        assert caught.value.object_id == "scarf", key


def test_orders_in_each_state(examples: Path) -> None:
    states = {
        "080": (OrderStatus.DRAFT, False), "090": (OrderStatus.DRAFT, False), "091": (OrderStatus.OPEN, True),
        "117": (OrderStatus.REFUNDED, True), "118": (OrderStatus.CANCELLED, True), "120": (OrderStatus.CANCELLED, True),
        "136": (OrderStatus.PAID, True),
    }  # fmt: skip
    for number, expected in states.items():
        order = mapping.to_order(answer(examples, number))
        assert (order.status, order.complete) == expected, number


def test_an_order_of_the_admin_section(examples: Path) -> None:
    order = mapping.to_order(answer(examples, "096"))
    assert (order.number, order.total, order.tax, order.discount, order.paid) == ("000000021", 6516, 427, 500, 0)
    assert order.created_at == datetime(2026, 11, 21, 6, 57, 48, tzinfo=UTC)
    assert [(line.sku, line.quantity, line.total) for line in order.lines][:2] == [
        ("POS_TEA-1", Decimal(2), 2562),
        ("POS_TEE-red-s", Decimal(1), 2472),
    ]
    assert order.customer is not None
    assert (order.customer.id, order.customer.last_name) == ("22", "Žďárská-O’Neil")
    assert order.customer.phone == "+13235550100"
    assert order.note.endswith("🙏")
    assert order.extra["payments"] == ["22"]
    assert order.reference == "", "a web shop's note is no mark of ours"


def test_a_server_in_another_zone(examples: Path) -> None:
    order = mapping.to_order(answer(examples, "185"), zone="America/Chicago")
    assert order.created_at is not None
    assert order.created_at.hour == 7


def test_customers(examples: Path) -> None:
    zoe = mapping.to_customer(answer(examples, "064"))
    assert (zoe.id, zoe.first_name, zoe.email, zoe.phone) == ("22", "Zoë", "zoe@example.com", "+13235550100")


def test_promotions_with_their_coupons(examples: Path) -> None:
    ten = mapping.to_discount(answer(examples, "140"))
    assert (ten.kind, ten.percent, ten.extra) == (DiscountKind.PERCENTAGE, Decimal(10), {})
    least = mapping.to_discount(answer(examples, "144"), channel="FASHION_WEB")
    assert least.minimum_spend == Money(amount=5000, currency="USD")
    tea = mapping.to_discount(answer(examples, "145"), channel="WEB_EUR", currency="EUR")
    assert (tea.kind, tea.amount) == (DiscountKind.PRODUCT, Money(amount=100, currency="EUR"))
    assert tea.scope.product_ids == {"POS_TEA"}
    assert not tea.active, "it is not for that channel"
    assert mapping.to_discount(answer(examples, "146")).kind is DiscountKind.FREE_SHIPPING
    assert not mapping.to_discount(answer(examples, "147")).stackable
    coupon = load(examples / "coupon.get.response.json")
    dollar = mapping.to_discount(load(examples / "promotion.by_coupon.response.json"), coupon=coupon)
    assert (dollar.code, dollar.uses_left, dollar.per_customer_limit) == ("XYZ1", 1, 1)
    spent = mapping.to_discount(load(examples / "promotion.free_shipping_min_total_exhausted.response.json"))
    assert spent.uses_left == 0


def test_rules_that_only_the_shop_can_reckon() -> None:
    rules = [{"type": "nth_order", "configuration": {"nth": 2}}]
    actions = [{"type": "order_percentage_discount", "configuration": {"percentage": Decimal("0.1")}}]
    asked = mapping.to_discount({"code": "x", "rules": rules, "actions": actions})
    assert "nth_order" in asked.extra["ask"]
    assert "several" in mapping.to_discount({"code": "x", "rules": [], "actions": actions * 2}).extra["ask"]


def test_a_gift_card_of_a_1x_shop(examples: Path) -> None:
    card = mapping.to_gift_card(load(examples / "giftcard.balance.response.json"))
    assert (card.code, card.balance) == ("GC1234ABCD", Money(amount=7500, currency="USD"))


# our orders as checkouts
def test_a_checkout_of_ours() -> None:
    lines = [a_line(1, 1250, 2), a_line(3, 2200, 1), a_line(1, 1250, 1)]
    order = an_order(lines, tenders=[(TenderKind.CASH, 4000), (TenderKind.CARD, 2545)], note="Wrapped 🎁")
    body = from_order(order, place={"street": "Kaj 1", "city": "Aarhus", "postcode": "8000", "countryCode": "DK"})
    assert body["items"] == [
        {"productVariant": "SKU-0001", "quantity": 3},
        {"productVariant": "SKU-0003", "quantity": 1},
    ]
    assert body["address"]["billingAddress"]["countryCode"] == "DK"
    assert body["address"]["couponCode"] is None
    assert body["expected"] == {"total": order.totals.total, "tax": order.totals.tax}
    said = body["complete"]["notes"]
    assert said.startswith(f"posbridge {order.reference} {order.id}\n")
    assert "40.00 USD" in said
    assert said.endswith("Wrapped 🎁")
    assert "6000" in notes(order, shop_total=6000)
    back = mapping.to_order({"tokenValue": "t", "currencyCode": "USD", "total": 1, "notes": said, "state": "new"})
    assert back.reference == order.reference
    assert not back.complete, "ours and not paid there yet"


def test_what_a_checkout_cannot_say() -> None:
    with pytest.raises(Unsupported, match="whole pieces"):
        goods(an_order([a_line(1, 1250, Decimal("0.5"))]))
    with pytest.raises(Unsupported, match="does not have"):
        goods(an_order([a_line(1, 1250, 1)]), {})
    order = an_order([a_line(1, 1250, 2)])
    part = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported, match="whole payment"):
        from_refund(part, order.totals.total)
    assert from_refund(part) == {}
