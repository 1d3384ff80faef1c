"""Reading and signing in where Magento's quirks would bite."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import AuthenticationError, Conflict, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.magento import pages
from posbridge.connectors.magento.pages import Place
from posbridge.connectors.magento.signing import SWITCH_ON, USE_INTEGRATION
from posbridge.connectors.reply import Reply
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import DiscountRefusal
from posbridge.domain.errors import ConfigurationError
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.sandbox.magento.app import ADMIN, PASSWORD
from posbridge.sandbox.magento.auth import Integration
from posbridge.sandbox.magento.shop import set_custom
from posbridge.testing.builders import a_basket, a_line, a_product, a_variant, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import DEAR, TEN_PERCENT, shop
from tests.connectors.magento.bench import Bench, bench
from tests.connectors.watched import now

BEARER = {"auth_mode": "bearer"}
SIGN_IN = {"auth_mode": "admin", "admin_user": ADMIN}


async def pulled(far: Bench, cursor: str | None = None) -> list[Page[Product]]:
    return [page async for page in far.services.products.changed_since(cursor)]


def titles(read: list[Page[Product]]) -> list[str]:
    return [product.title for page in read for product in page.items]


# signing in
async def test_an_integration_token_alone_is_refused_with_what_to_switch_on() -> None:
    far = bench(fields=BEARER)
    with pytest.raises(AuthenticationError) as caught:
        await far.services.probe()
    assert caught.value.next_step == SWITCH_ON
    assert (await bench(fields=BEARER, bearer=True).services.probe()).missing == ()


async def test_a_bearer_that_lacks_a_right_is_told_from_one_that_is_refused() -> None:
    far = bench(fields=BEARER, bearer=True)
    owner = far.simulator.guard.integrations[0]
    lacking = Integration(
        owner.consumer_key, owner.consumer_secret, owner.access_token, owner.access_token_secret,
        frozenset({"Magento_SalesRule::quote"}),
    )  # fmt: skip
    far.simulator.guard.integrations[0] = lacking
    assert [name.split(" (")[0] for name in (await far.services.probe()).missing] == ["Marketing: Cart Price Rules"]


async def test_an_administrator_is_asked_for_a_second_factor() -> None:
    far = bench(fields=SIGN_IN, secrets={"admin_password": PASSWORD})
    with pytest.raises(AuthenticationError) as caught:
        await far.services.probe()
    assert caught.value.platform_code == "second_factor"
    assert caught.value.next_step == USE_INTEGRATION


async def test_a_wrong_password_is_no_second_factor() -> None:
    far = bench(fields=SIGN_IN, secrets={"admin_password": "wrong"}, second_factor=False)
    with pytest.raises(AuthenticationError) as caught:
        await far.services.probe()
    assert "incorrect" in caught.value.message
    assert caught.value.next_step != USE_INTEGRATION


async def test_an_administrators_token_that_dies_is_renewed_once_and_nothing_is_lost() -> None:
    far = bench(fields=SIGN_IN, secrets={"admin_password": PASSWORD}, second_factor=False)
    await far.services.probe()
    for number in range(3):
        assert far.simulator.expire_tokens() == 1
        product = a_product(50 + number, id="", variants=(a_variant(50 + number),))
        await far.services.products.push(product, f"key-{number}")
    asked = [sent for sent in far.wire.sent if sent.path == "integration/admin/token"]
    assert len(asked) == 4
    assert len([sent for sent in far.wire.sent if sent.method == "POST" and sent.path == "products"]) == 3


async def test_each_call_is_signed_anew() -> None:
    far = bench()
    await far.services.probe()
    signed = [sent.headers["authorization"] for sent in far.wire.sent]
    assert len(set(signed)) == len(signed) > 8
    assert all("cookie" not in sent.headers for sent in far.wire.sent)


async def test_a_missing_value_is_said_before_anything_leaves() -> None:
    with pytest.raises(AuthenticationError) as caught:
        bench(secrets={"consumer_key": "a" * 32})
    assert "consumer secret" in caught.value.message


async def test_a_place_without_a_store() -> None:
    far = bench(fields={"base_url": "https://shop.example.com/blog/rest"})
    with pytest.raises(ConfigurationError) as caught:
        await far.services.probe()
    assert "index.php" in (caught.value.next_step or "")


async def test_an_unknown_store_view_names_those_that_there_are() -> None:
    with pytest.raises(ConfigurationError) as caught:
        await bench(fields={"store_code": "french"}).services.probe()
    assert "default" in (caught.value.next_step or "")


async def test_the_probe_says_how_the_store_reckons() -> None:
    probe = await bench(replace(shop(), prices_include_tax=True)).services.probe()
    assert probe.tax_rates == {"": (("Tax", "10"),), "2": (("Tax", "10"),)}
    assert probe.prices_include_tax is True
    assert (probe.settings["store_id"], probe.settings["weight_unit"]) == ("1", "kgs")
    assert probe.timezone == "America/New_York"
    assert [place.id for place in probe.locations] == ["default"]


# lists
async def test_variants_come_without_a_call_each() -> None:
    far = bench(shop(extra=20))
    products = await whole(far.services.products.changed_since(None))
    shirt = next(product for product in products if product.title == "Shirt")
    assert [variant.option_values for variant in shirt.variants] == [{"Size": "Small"}, {"Size": "Large"}]
    assert shirt.categories == ("Clothes",)
    assert shirt.images[0].url == "https://shop.example.com/media/catalog/product/s/sized.png"
    assert len(far.wire.sent) <= 4


async def test_a_childs_change_brings_its_parent() -> None:
    far = bench()
    cursor = (await pulled(far))[-1].cursor
    _age(far)
    far.simulator.set_price("SKU-0003", 2345)
    read = await pulled(far, _aged(cursor))
    assert titles(read) == ["Shirt"]
    assert Money(amount=2345, currency="USD") in [v.price for v in read[0].items[0].variants]


async def test_a_poll_of_nothing_is_one_call() -> None:
    far = bench()
    cursor = (await pulled(far))[-1].cursor
    _age(far)
    far.wire.sent.clear()
    assert titles(await pulled(far, _aged(cursor))) == []
    assert len(far.wire.sent) == 1


async def test_prices_that_were_written_in_bulk_are_seen_within_hours() -> None:
    """They move no time of change; a pull begins anew when the last whole one is six hours old."""
    far = bench()
    cursor = (await pulled(far))[-1].cursor
    _age(far)
    far.simulator.store.by_sku("SKU-0001")["price"] = 14.44  # type: ignore[index] # it is there
    assert titles(await pulled(far, _aged(cursor))) == []
    since, after, began, _ = _aged(cursor).split("|")
    long_ago = (now() - timedelta(hours=7)).strftime("%Y-%m-%d %H:%M:%S")
    assert "Article 1 & more é" in titles(await pulled(far, f"{since}|{after}|{began}|{long_ago}"))


def _age(far: Bench) -> None:
    for row in far.simulator.store.products.values():
        row["updated_at"] = "2026-01-01 00:00:00"


def _aged(cursor: str) -> str:
    """Without the lag that lets a pull read the last seconds twice."""
    since, *rest = cursor.split("|")
    return "|".join([(datetime.fromisoformat(since) + timedelta(seconds=3)).strftime("%Y-%m-%d %H:%M:%S"), *rest])


async def test_rows_that_vanish_between_pages_hide_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 3)
    far = bench(shop(extra=12))
    read: list[Product] = []
    async for page in far.services.products.changed_since(None):
        read += page.items
        far.simulator.store.products.pop(1, None)
    assert {product.title for product in read} == {product.title for product in far.simulator.seed.products}


async def test_a_store_with_input_limits_gives_its_most() -> None:
    far = bench(shop(extra=320), limits=True)
    read = await pulled(far)
    assert [page.last for page in read] == [False, True]
    sizes = {value for sent in far.wire.sent for name, value in sent.query.items() if name.endswith("[pageSize]")}
    assert sizes == {"300"}


@pytest.mark.parametrize("cursor", ["x", "1|2", "2026-01-01|a||", "yesterday|||"])
def test_a_place_that_is_none_of_ours_is_refused(cursor: str) -> None:
    """A garbage date would bring the whole catalogue (recorded 066)."""
    with pytest.raises(ValidationError):
        Place.parse(cursor)


async def test_an_empty_store_and_a_search_that_is_answered_with_something_else() -> None:
    far = bench()
    far.simulator.store.products.clear()
    assert titles(await pulled(far)) == []
    with pytest.raises(SchemaDrift):
        pages.rows_in(Reply(200, b'{"id": 1}'))


@pytest.mark.parametrize("right", ["Magento_Sales::create", "Magento_InventoryApi::stock_source_item_assign"])
async def test_a_right_to_write_that_is_missing_is_named_and_nothing_is_written(right: str) -> None:
    far = bench()
    owner = far.simulator.guard.integrations[0]
    far.simulator.guard.integrations[0] = replace(owner, lacks=frozenset({right}))
    (missing,) = (await far.services.probe()).missing
    assert right in missing
    assert far.simulator.store.orders == {}


async def test_stock_of_deleted_articles_and_orphans_is_passed_over() -> None:
    far = bench()
    far.simulator.store.put("NO-SUCH", "default", 7)
    far.simulator.remove_product(DEAR)
    levels = await whole(far.services.inventory.levels(None))
    assert far.id_of("SKU-0001") in {level.variant_id for level in levels}
    assert len(levels) == 6


# writing articles
async def test_another_articles_sku_is_not_written_over() -> None:
    far = bench()
    taken = a_product(50, id="", title="Other", variants=(a_variant(50, sku="SKU-0001"),))
    with pytest.raises(Conflict):
        await far.services.products.push(taken, "key")
    with pytest.raises(Unsupported):
        await far.services.products.push(a_product(51, id="", variants=(a_variant(51), a_variant(52))), "key")


async def test_an_article_pushed_again_after_a_lost_answer_is_the_same() -> None:
    far, new = bench(), a_product(50, id="", variants=(a_variant(50),))
    first = await far.services.products.push(new, "key")
    assert (await far.services.products.push(new, "key")).id == first.id


# people
async def test_an_update_keeps_the_other_addresses() -> None:
    far = bench()
    (ada,) = await far.services.customers.find(email="ada@example.com")
    row = far.simulator.store.customers[int(ada.id)]
    row["addresses"].append({**row["addresses"][0], "id": 77, "default_billing": False, "city": "Oakland"})
    changed = ada.model_copy(
        update={"address": Address(line1="2 Side St", city="Reno", postcode="89501", country="US")}
    )
    await far.services.customers.update(changed)
    assert [(one["id"], one["city"]) for one in row["addresses"]] == [(1, "Reno"), (77, "Oakland")]


async def test_a_customer_needs_an_email_that_is_new() -> None:
    far = bench()
    with pytest.raises(ValidationError):
        await far.services.customers.create(Customer(id="", first_name="No"), "key")
    with pytest.raises(Conflict):
        await far.services.customers.create(Customer(id="", first_name="A", email="ADA@example.com"), "key")


@pytest.mark.parametrize("typed", ["+12025550101", "(202) 555-0101", "202.555.0101"])
async def test_a_phone_is_found_in_any_spelling(typed: str) -> None:
    far = bench()
    far.simulator.store.customers[1]["addresses"][0]["telephone"] = "+1 (202) 555 0101"
    (ada,) = await far.services.customers.find(phone=typed)
    assert ada.phone == "+12025550101"


# codes
async def test_codes_count_in_any_case_and_odd_rules_are_said() -> None:
    far = bench()
    basket = price(a_basket([a_line(1, 1250, 2, variant_id="1", product_id="1")]), tax_setup("10"))
    discounts = far.services.discounts
    assert (await discounts.validate(TEN_PERCENT.lower(), basket, now())).valid
    rule = next(r for r in far.simulator.store.rules.values() if r["name"] == TEN_PERCENT.title())
    rule["simple_action"] = "buy_x_get_y"
    answer = await discounts.validate(TEN_PERCENT, basket, now())
    assert (answer.refusal, "buy_x_get_y" in answer.message) == (DiscountRefusal.UNSUPPORTED, True)
    assert TEN_PERCENT not in [found.code for found in await whole(discounts.active())]
    rule |= {"simple_action": "by_percent", "website_ids": [9]}
    assert (await discounts.validate(TEN_PERCENT, basket, now())).refusal is DiscountRefusal.INACTIVE


async def test_a_special_price_follows_the_stores_days() -> None:
    far = bench()
    row = far.simulator.store.by_sku("SKU-0001")
    assert row is not None
    set_custom(row, "special_price", "9.990000")
    set_custom(row, "special_to_date", datetime(2020, 1, 1, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S"))
    variant = (await far.services.products.get("1")).variants[0]
    assert (variant.price, variant.compare_at_price) == (Money(amount=1250, currency="USD"), None)
