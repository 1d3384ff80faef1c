"""What is peculiar to WooCommerce, against the simulated shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import OutcomeUnknown, Unsupported, ValidationError
from posbridge.connectors.http import open_http
from posbridge.connectors.woocommerce import CONNECTOR
from posbridge.connectors.woocommerce.pages import Place
from posbridge.connectors.woocommerce.probe import base_rates
from posbridge.connectors.woocommerce.services import KeysInQuery
from posbridge.domain.basket import PricedBasket
from posbridge.domain.catalog import ProductOption
from posbridge.domain.customer import Customer
from posbridge.domain.discount import DiscountKind, DiscountRefusal
from posbridge.domain.errors import ConfigurationError
from posbridge.domain.inventory import StockChange
from posbridge.domain.pricing import price
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.testing.builders import (
    a_basket,
    a_line,
    a_product,
    a_variant,
    ean13,
    tax_setup,
)
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import shop
from tests.connectors.woocommerce.bench import Bench, bench


# reading
def shirts(count: int) -> Any:
    made = []
    for number in range(count):
        sizes = tuple(
            SeedVariant(f"SKU-{1000 + 2 * number + n}", ean13(1000 + 2 * number + n), 1000 + n, None, 5, (size,))
            for n, size in enumerate(("S", "L"))
        )
        made.append(SeedProduct(f"shirt-{number}", f"Shirt {number}", "", "Clothes", ("Size",), sizes, "shirt:1"))
    return replace(shop(), products=(*shop().products, *made))


async def test_all_variations_of_a_page_are_one_request_or_two() -> None:
    far = bench(shirts(60))
    products = await whole(far.services.products.changed_since(None))  # type: ignore[union-attr] # it has products
    assert sum(len(product.variants) for product in products) == 5 + 61 * 2
    assert far.paths() == ["products", "variations", "variations"]
    assert all(variant.price for product in products for variant in product.variants)


async def test_an_older_shop_has_the_admins_list() -> None:
    far = bench(shirts(7), version="9.2.5")
    await whole(far.services.products.changed_since(None))  # type: ignore[union-attr] # it has products
    await whole(far.services.products.changed_since(None))  # type: ignore[union-attr] # as above
    analytics = "/wp-json/wc-analytics/variations"
    assert far.paths() == ["products", "variations", analytics, "products", analytics]


async def test_without_any_list_each_product_is_asked_and_later_the_skus() -> None:
    far = bench(shirts(7), version="9.2.5")
    far.wire.absent = "wc-analytics"
    first = await whole(far.services.products.changed_since(None))  # type: ignore[union-attr] # it has products
    assert sum(path.startswith("products/") and path.endswith("/variations") for path in far.paths()) == 8
    far.wire.sent.clear()
    again = await whole(far.services.products.changed_since(None))  # type: ignore[union-attr] # as above
    assert far.paths() == ["products", "products"], "the second list is of SKUs"
    assert "SKU-1000" in far.wire.sent[1].query["sku"]
    assert prices(again) == prices(first)
    assert all(prices(again).values())


def prices(products: Any) -> dict[str, Any]:
    return {variant.sku: variant.price for product in products for variant in product.variants}


async def test_the_cursor_is_utc_without_z_beside_its_flag() -> None:
    far = bench(timezone="Asia/Tokyo")
    pages = [page async for page in far.services.products.changed_since(None)]  # type: ignore[union-attr] # as above
    far.wire.sent.clear()
    far.simulator.set_price("SKU-0003", 999)
    changed = await whole(far.services.products.changed_since(pages[-1].cursor))  # type: ignore[union-attr] # as above
    query = far.wire.sent[0].query
    assert query["dates_are_gmt"] == "true"
    assert datetime.fromisoformat(query["modified_after"]).tzinfo is None
    assert "SKU-0003" in [variant.sku for product in changed for variant in product.variants]


def test_a_cursor_that_is_none_is_refused() -> None:
    for cursor in ("x", "a|b|c", "2026-01-01T00:00:00|x|", "|1"):
        with pytest.raises(ValidationError):
            Place.parse(cursor)
    assert Place.parse("2026-01-01T00:00:00|3|2026-02-01T00:00:00").page == 3


async def test_what_moves_up_while_a_list_is_read_is_not_lost() -> None:
    far = bench(shop(extra=250))
    seen: list[str] = []
    async for page in far.services.products.changed_since(None):  # type: ignore[union-attr] # it has products
        seen += [product.id for product in page.items]
        if len(seen) <= 100:
            far.simulator.remove_product("plain")
            far.simulator.remove_product("other-20")
    there = {str(row.id) for row in far.simulator.shop.products.values() if row.data["status"] != "trash"}
    assert there <= set(seen)
    assert len(seen) == len(set(seen))


async def test_a_product_is_made_once_and_its_variants_too() -> None:
    far = bench()
    small, large = (
        a_variant(n, amount=2000 + n, sku=f"NEW-{n}", barcode="", option_values={"Size": size})
        for n, size in enumerate(("S", "L"), 1)
    )
    shirt = a_product(1, id="", title="Polo", options=(ProductOption(name="Size", values=("S", "L")),),
                      variants=(small, large))  # fmt: skip
    far.wire.lost = ["POST products"]
    with pytest.raises(OutcomeUnknown):
        await far.services.products.push(shirt, "key-p")  # type: ignore[union-attr] # it has products
    ref = await far.services.products.push(shirt, "key-p")  # type: ignore[union-attr] # as above
    made = await far.services.products.get(ref.id)  # type: ignore[union-attr] # as above
    assert [(v.sku, v.price and v.price.amount, v.option_values) for v in made.variants] == [
        ("NEW-1", 2001, {"Size": "S"}),
        ("NEW-2", 2002, {"Size": "L"}),
    ]
    assert sum(row.data["name"] == "Polo" for row in far.simulator.shop.products.values()) == 1
    await far.services.products.push(made.model_copy(update={"title": "Polo shirt"}), "key-q")  # type: ignore[union-attr] # as above
    assert (await far.services.products.get(ref.id)).title == "Polo shirt"  # type: ignore[union-attr] # as above


# stock
async def test_a_change_of_stock_is_never_sent_twice() -> None:
    far = bench()
    change = StockChange(variant_id=far.id_of("SKU-0003"), delta=Decimal(-2))
    far.wire.lost = ["PUT products/"]
    with pytest.raises(OutcomeUnknown):
        await far.services.inventory.adjust([change], "key-s")  # type: ignore[union-attr] # it has stock
    await far.services.inventory.adjust([change], "key-s")  # type: ignore[union-attr] # as above
    assert far.simulator.stock_book()["SKU-0003"] == 38
    bodies = [sent.body for sent in far.wire.sent if sent.method == "PUT"]
    assert [body["inventory_delta"] for body in bodies] == [-2]
    assert not any("stock_quantity" in body for body in bodies)


async def test_stock_that_is_not_counted_is_not_moved() -> None:
    far = bench()
    ident = far.id_of("SKU-0001")
    await far.http.write("PUT", f"products/{ident}", json={"manage_stock": False})
    with pytest.raises(ValidationError, match="SKU-0001"):
        await far.services.inventory.adjust([StockChange(variant_id=ident, delta=Decimal(1))], "k")  # type: ignore[union-attr] # it has stock
    broken = StockChange(variant_id=far.id_of("SKU-0004"), delta=Decimal("0.5"))
    with pytest.raises(Unsupported):
        await far.services.inventory.adjust([broken], "k")  # type: ignore[union-attr] # it has stock


# customers
async def test_a_phone_is_found_by_way_of_an_order() -> None:
    far = bench()
    customers: Any = far.services.customers
    made = await customers.create(Customer(id="", first_name="Zoe", email="zoe@example.com", phone="+12135550102"), "k")
    billing = {"phone": "+12135550102"}
    await far.http.write("POST", "orders", json={"customer_id": int(made.id), "billing": billing})
    far.wire.sent.clear()
    assert [found.id for found in await customers.find(phone="+1 213 555 0102")] == [made.id]
    assert far.paths() == ["orders", "customers"]
    assert [order.customer and order.customer.id for order in await customers.orders(made.id)] == [made.id]


async def test_a_customer_without_an_email_is_refused_in_words() -> None:
    far = bench()
    with pytest.raises(ValidationError, match="e-mail"):
        await far.services.customers.create(Customer(id="", first_name="Zoe"), "k")  # type: ignore[union-attr] # it has customers


async def test_only_changed_customers_come_again() -> None:
    far = bench()
    customers: Any = far.services.customers
    pages = [page async for page in customers.changed_since(None)]
    assert [len(page.items) for page in pages] == [1]
    far.simulator.clock.advance(timedelta(hours=1))
    await customers.create(Customer(id="", first_name="New", email="new@example.com"), "k")
    later = pages[-1].cursor.replace(pages[-1].cursor.split("|")[0], datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    assert [x.email for x in await whole(customers.changed_since(later))] == ["new@example.com"]


# codes
def basket(far: Bench, quantity: int = 2, sku: str = "SKU-0001") -> PricedBasket:
    ident = far.id_of(sku)
    line = a_line(1, 1250, quantity, variant_id=ident, product_id=ident, categories=("Goods",))
    return price(a_basket([line]), tax_setup("10"))


async def coupon(far: Bench, **fields: Any) -> Any:
    body = {"code": "X", "discount_type": "percent", "amount": "10", **fields}
    return (await far.http.write("POST", "coupons", json=body)).json()


async def ask(far: Bench, asked: PricedBasket, code: str = "x") -> Any:
    assert far.services.discounts is not None
    return await far.services.discounts.validate(code, asked, datetime.now(UTC))


async def test_categories_are_known_by_their_names() -> None:
    far = bench()
    goods = next(row for row in await far.row("products/categories") if row["name"] == "Goods")
    await coupon(far, product_categories=[goods["id"]])
    answer = await ask(far, basket(far))
    assert answer.valid
    assert answer.discount.scope.categories == {"Goods"}
    other = price(a_basket([a_line(1, 1250)]), tax_setup("10"))
    assert (await ask(far, other)).refusal is DiscountRefusal.NOT_FOR_BASKET


@pytest.mark.parametrize("version", ["11.0.1", "9.2.5"])
async def test_a_rule_the_till_cannot_reckon_is_asked_of_the_shops_cart(version: str) -> None:
    far = bench(version=version)
    await coupon(far, discount_type="fixed_product", amount="2", limit_usage_to_x_items=1)
    answer = await ask(far, basket(far, 3))
    assert answer.valid
    assert (answer.discount.kind, answer.discount.amount.amount) == (DiscountKind.FIXED, 200)
    assert all("authorization" not in sent.headers for sent in far.wire.sent if "/store/" in sent.path)
    strange = price(a_basket([a_line(1, 1250)]), tax_setup("10"))
    assert (await ask(far, strange)).refusal is DiscountRefusal.UNSUPPORTED


async def test_the_carts_refusal_is_told_apart() -> None:
    far = bench()
    await coupon(far, limit_usage_to_x_items=1, minimum_amount="500.00")
    answer = await ask(far, basket(far))
    assert answer.refusal is DiscountRefusal.MINIMUM_SPEND
    assert "500" in answer.message


async def test_codes_are_typed_in_any_case_and_never_half() -> None:
    far = bench()
    assert (await ask(far, basket(far), "ten10")).valid
    assert (await ask(far, basket(far), " TEN10 ")).valid
    assert (await ask(far, basket(far), "")).refusal is DiscountRefusal.UNKNOWN
    assert (await ask(far, basket(far), "TEN1")).refusal is DiscountRefusal.UNKNOWN


# the probe and the keys
async def test_the_probe_reads_how_the_shop_reckons() -> None:
    far = bench(replace(shop(), tax_rate="8.25", prices_include_tax=True), hpos=False, timezone="America/Denver")
    probe = await far.services.probe()
    assert probe.tax_rates == {"": (("Sales Tax", "8.25"),)}
    assert (probe.prices_include_tax, probe.currency, probe.timezone) == (True, "USD", "America/Denver")
    assert probe.settings["hpos"] == "no"
    assert probe.settings["weight_unit"] == "kg"
    assert probe.version == "11.0.1"


async def test_a_site_without_woocommerce_is_told_so() -> None:
    connection = Connection(id="c", platform="woocommerce", fields={"store_url": "https://blog.example.com"})

    def blog(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"name": "A blog", "namespaces": ["wp/v2"]})

    http = open_http(CONNECTOR, connection, None, lambda: datetime.now(UTC), transport=httpx.MockTransport(blog))
    secrets = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
    services = CONNECTOR.open(Context(connection, secrets, http, None, lambda: datetime.now(UTC)))  # type: ignore[arg-type] # it has no tokens
    with pytest.raises(ConfigurationError, match="REST API"):
        await services.probe()


def test_rates_are_those_of_the_shops_own_place() -> None:
    def rate(percent: str, **fields: Any) -> dict[str, Any]:
        return {"country": "US", "state": "", "postcode": "", "city": "", "rate": percent, "name": "T", "priority": 1,
                "compound": False, "class": "standard", **fields}  # fmt: skip

    rows = [
        rate("1.0000", country=""), rate("7.2500", state="CA"), rate("9.0000", state="NY"),
        rate("2.5000", state="CA", priority=2, name="City"), rate("0.0000", **{"class": "zero-rate"}),
        rate("3.0000", postcode="94103"),
    ]  # fmt: skip
    assert base_rates(rows, "US", "CA") == {
        "": (("T", "7.25"), ("City", "2.5")),
        "zero-rate": (("T", "0"),),
    }
    assert base_rates(rows, "DE", "")[""] == (("T", "1"),)


async def test_keys_go_as_the_address_allows() -> None:
    far = bench()
    await far.row("products")
    assert far.wire.sent[-1].headers["authorization"].startswith("Basic ")
    query = bench(fields={"auth_in_query": "yes"})
    assert isinstance(query.http.auth, KeysInQuery)
    await query.row("products")
    assert query.wire.sent[-1].query["consumer_key"].startswith("ck_")
    assert "authorization" not in query.wire.sent[-1].headers
    assert all("ck_" not in call.url for call in query.http.recent)
    near = bench(home="http://127.0.0.1:8080")
    await near.row("products")
    assert near.wire.sent[-1].query["oauth_signature_method"] == "HMAC-SHA256"
    assert all(word not in near.wire.sent[-1].query for word in ("consumer_secret", "consumer_key"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"store_url": "https://shop.example.com"}, "https://shop.example.com/wp-json/wc/v3"),
        ({"store_url": "https://shop.example.com/eu/"}, "https://shop.example.com/eu/wp-json/wc/v3"),
        ({"store_url": "https://shop.example.com/wp-json/"}, "https://shop.example.com/wp-json/wc/v3"),
        (
            {"store_url": "https://shop.example.com", "base_url": "https://api.example.com/wp-json"},
            "https://api.example.com/wp-json/wc/v3",
        ),
    ],
)
def test_addresses(fields: dict[str, str], expected: str) -> None:
    assert CONNECTOR.base_url(Connection(id="c", platform="woocommerce", fields=fields)) == expected


async def test_subscriptions_are_made_once_and_mended() -> None:
    far = bench()
    hooks: Any = far.services.webhooks
    made = await hooks.subscribe("https://till.example.com/hooks")
    assert len(made) == 11
    again = await hooks.subscribe("https://till.example.com/other")
    assert {one.id for one in again} == {one.id for one in made}
    assert {one.url for one in again} == {"https://till.example.com/other"}
    await far.http.write("PUT", f"webhooks/{made[0].id}", json={"status": "disabled"})
    assert all(one.active for one in await hooks.subscribe("https://till.example.com/other"))
