"""What only Sylius does beside sales: the switch, tokens of an hour, absolute stock, wildcards, coupons by a cart."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import Service
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply, failure
from posbridge.connectors.sylius import CONNECTOR, webhooks
from posbridge.connectors.sylius.calls import _is_last, place_of
from posbridge.connectors.sylius.errors import error
from posbridge.connectors.sylius.signin import life_of
from posbridge.domain.basket import PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import DiscountKind, DiscountRefusal
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.sandbox.sylius import Options
from posbridge.security.tokens import TokenState, TokenType
from posbridge.services.connecting import explained
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import TEN_PERCENT
from tests.connectors.sylius.bench import Bench, bench, with_a_weak_administrator
from tests.connectors.watched import Watched, now


def change(delta: Any, code: str = "SKU-0001") -> StockChange:
    return StockChange(variant_id=code, delta=Decimal(delta))


def a_priced_basket(quantity: int = 2) -> PricedBasket:
    return price(a_basket([a_line(1, 1250, quantity, variant_id="SKU-0001", product_id="plain")]), tax_setup("10"))


# the test call
async def test_a_switched_off_api_is_told_from_a_wrong_password() -> None:
    off = bench(options=Options(enabled=False))
    with pytest.raises(ServiceUnavailable) as caught:
        await off.services.probe()
    shown = explained(CONNECTOR.facts, caught.value)
    assert "switched off" in shown.message
    assert "sylius_api.enabled: true" in shown.next_step
    with pytest.raises(AuthenticationError) as wrong:
        await bench(secrets={"admin_password": "wrong"}).services.probe()
    assert "switched" not in f"{explained(CONNECTOR.facts, wrong.value)}"


async def test_a_sale_waits_while_the_api_is_off() -> None:
    far = bench()
    await far.services.probe()
    far.simulator.options = far.simulator.shop.options = Options(enabled=False)
    assert far.services.orders is not None
    with pytest.raises(ServiceUnavailable):
        await far.services.orders.create(sale(), "k", far.context())


async def test_an_administrator_without_api_access_is_told_what_to_give() -> None:
    weak = bench(
        simulator=with_a_weak_administrator(bench().simulator.seed), secrets={"admin_password": "no-api-access"}
    )
    with pytest.raises(PermissionDenied) as caught:
        await weak.services.probe()
    assert "ROLE_API_ACCESS" in f"{caught.value}"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("channel_code", "NOPE", "no channel NOPE"),
        ("shipping_method", "teleport", "no shipping method teleport"),
        ("payment_method", "barter", "no payment method barter"),
    ],
)
async def test_settings_that_the_shop_does_not_have(field: str, value: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        await bench(**{field: value}).services.probe()


async def test_what_the_test_call_learns() -> None:
    probe = await bench().services.probe()
    assert (probe.account, probe.currency, probe.prices_include_tax) == ("Conformance (WEB)", "USD", False)
    assert probe.tax_rates == {"": (), "standard": (("Sales tax", "10"),)}


class HostOfNoChannel(Watched):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "/shop/" in request.url.path:
            return httpx.Response(500, json={"detail": "Internal Server Error", "status": 500})
        return await super().handle_async_request(request)


async def test_a_host_of_no_channel_is_said() -> None:
    far = bench()
    assert far.http._own is not None
    far.http._own._transport = HostOfNoChannel(far.simulator, far.sent)
    with pytest.raises(ValidationError, match="belongs to no channel"):
        await far.services.probe()


# tokens
async def test_tokens_that_die_are_renewed_once_for_all() -> None:
    """Eight senders meet an expired token: one sign-in, nothing rejected, nobody is asked."""
    far = bench()
    await far.services.probe()
    before = far.simulator.gate.logins
    far.simulator.expire_tokens()
    assert far.services.orders is not None
    orders = [sale(seed) for seed in range(1, 9)]
    await asyncio.gather(*(far.services.orders.create(o, f"k-{o.id}", far.context()) for o in orders))
    assert far.simulator.gate.logins == before + 1
    assert sorted(one["reference"] for one in far.booked) == sorted(order.reference for order in orders)


async def test_a_sign_in_that_fails_for_a_while_signs_nobody_out() -> None:
    far = bench()
    await far.services.probe()
    far.simulator.expire_tokens()
    far.simulator.faults.plan("500", path="/api/v2/admin/administrators/token", times=40)
    assert far.services.customers is not None
    with pytest.raises((ServiceUnavailable, OutcomeUnknown)):
        await far.services.customers.get("1")
    assert far.tokens.state(far.connection) is TokenState.SIGNED_IN
    far.simulator.faults.planned.clear()
    assert (await far.services.customers.get("1")).email == "ada@example.com"


async def test_a_password_that_was_changed_there_asks_for_a_person() -> None:
    far = bench()
    await far.services.probe()
    far.simulator.gate.people[0].password = "changed"
    far.simulator.expire_tokens()
    assert far.services.customers is not None
    with pytest.raises(AuthenticationError, match="password"):
        await far.services.customers.get("1")


async def test_a_token_lasts_as_it_says_itself() -> None:
    far = bench(options=Options(token_s=900))
    await far.services.probe()
    held = await far.tokens.get_token(far.connection, TokenType.ACCESS)
    assert held is not None
    assert life_of(held.get_secret_value()) == 900
    assert await far.tokens.has_valid_token(far.connection, TokenType.ACCESS, 800)
    for odd in ("", "x", "a.b.c", "a.e30.c", "a.eyJpYXQiOjUsImV4cCI6NX0.c"):
        assert life_of(odd) == 3600


async def test_a_shop_may_name_the_header_of_its_token() -> None:
    far = bench(options=Options(auth_header="X-Shop-Authorization"))
    await far.services.probe()
    assert far.asked("GET", "/admin/orders")[0].headers["x-shop-authorization"].startswith("Bearer ")


# stock
class SomebodyWasFaster(Watched):
    """The first write of stock meets another one inside the server."""

    left = 1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "PUT" and self.left:
            self.left -= 1
            return httpx.Response(409, json={"status": 409, "detail": "The optimistic lock on an entity failed."})
        return await super().handle_async_request(request)


async def test_a_stock_write_that_lost_a_race_is_made_once_more() -> None:
    far = bench()
    assert far.http._own is not None
    far.http._own._transport = wire = SomebodyWasFaster(far.simulator, far.sent)
    assert far.services.inventory is not None
    await far.services.inventory.adjust([change(5)], "a")
    assert far.simulator.stock_book()["SKU-0001"] == 45
    assert json.loads(far.asked("PUT", "SKU-0001")[0].content) == {"onHand": 45}, "never what others hold"
    wire.left = 2
    with pytest.raises(Conflict):
        await far.services.inventory.adjust([change(5)], "b")


async def test_a_lost_stock_write_is_not_made_twice() -> None:
    far = bench()
    assert far.services.inventory is not None
    far.simulator.faults.plan("lost500", method="PUT")
    with pytest.raises(OutcomeUnknown):
        await far.services.inventory.adjust([change(-3)], "a")
    await far.services.inventory.adjust([change(-3)], "a")
    assert far.simulator.stock_book()["SKU-0001"] == 37


async def test_stock_that_cannot_be_written() -> None:
    far = bench()
    inventory = far.services.inventory
    assert inventory is not None
    with pytest.raises(ValidationError, match="-2 pieces"):
        await inventory.adjust([change(-42)], "a")
    with pytest.raises(Unsupported, match="whole pieces"):
        await inventory.adjust([change("0.5")], "b")
    with pytest.raises(NotFound):
        await inventory.adjust([change(1, "NOPE")], "c")
    far.simulator.shop.variants["SKU-0001"].on_hold = 39
    with pytest.raises(ValidationError):
        await inventory.adjust([change(-2)], "d")
    far.simulator.shop.variants["SKU-0002"].tracked = False
    await inventory.adjust([change(-2, "SKU-0002")], "e")
    assert far.simulator.shop.variants["SKU-0002"].on_hand == 40


async def test_what_others_hold_cannot_be_sold() -> None:
    far = bench()
    far.simulator.shop.variants["SKU-0001"].on_hold = 15
    far.simulator.shop.variants["SKU-0002"].tracked = False
    assert far.services.inventory is not None
    levels = {level.variant_id: level.quantity for level in await whole(far.services.inventory.levels(None))}
    assert (levels["SKU-0001"], levels["SKU-0002"]) == (Decimal(25), None)


# the catalogue
async def test_without_attributes_the_quick_list_is_read() -> None:
    far = bench(barcode_attribute="")
    assert far.services.products is not None
    products = await whole(far.services.products.changed_since(None))
    assert {product.title for product in products} == {product.title for product in far.simulator.seed.products}
    shirt = next(product for product in products if product.id == "sized")
    assert [dict(variant.option_values) for variant in shirt.variants] == [{"Size": "Small"}, {"Size": "Large"}]
    assert shirt.categories == ("Clothes",)
    assert far.asked("GET", "/shop/products")
    assert not far.asked("GET", "/admin/products")


async def test_a_catalogue_takes_few_requests() -> None:
    """One list of variants and one of products for each thousand, and one call an option."""
    far = bench(barcode_attribute="")
    assert far.services.products is not None
    await whole(far.services.products.changed_since(None))
    reads = [r.url.path.removeprefix("/api/v2/") for r in far.sent if r.method == "GET"]
    assert sorted(reads) == sorted([
        "admin/channels", "admin/taxons", "admin/product-taxons", "admin/product-options",
        "admin/product-options/size/values", "admin/product-variants", "shop/products",
    ])  # fmt: skip


async def test_a_variant_that_came_between_two_lists_is_fetched() -> None:
    far = bench()
    there = far.simulator.shop
    late = there.variants.pop("SKU-0003")
    calls = far.services.products._calls  # type: ignore[union-attr] # to add it between the two lists
    every = calls.every

    async def then_made(path: str, *rest: Any, **more: Any) -> list[Any]:
        rows: list[Any] = await every(path, *rest, **more)
        if path == "product-variants":
            there.variants["SKU-0003"] = late
        return rows

    calls.every = then_made
    assert far.services.products is not None
    products = await whole(far.services.products.changed_since(None))
    shirt = next(product for product in products if product.id == "sized")
    assert [variant.price for variant in shirt.variants] == [
        Money(amount=2000, currency="USD"),
        Money(amount=2200, currency="USD"),
    ]


def test_where_a_list_ends() -> None:
    assert _is_last({"hydra:member": []}, [], 0)
    assert not _is_last({"member": [1], "view": {"next": "/x?page=2"}}, [1], 1)
    assert _is_last({"member": [1], "view": {"@id": "/x"}}, [1], 1)
    assert not _is_last({"hydra:totalItems": 3}, [1, 2], 2)
    assert _is_last({"hydra:totalItems": 3}, [3], 3)
    assert not _is_last([1, 2], [1, 2], 2), "a bare array does not say: the next page is asked for"
    for odd in ("x", "[]", '{"page":0}', '{"page":"1"}', "{"):
        with pytest.raises(ValidationError):
            place_of(odd)


# customers
async def test_customers_are_compared_not_believed() -> None:
    far = bench()
    customers = far.services.customers
    assert customers is not None
    assert await customers.find(email="ada_example.com") == [], "_ is a wildcard there"
    assert [c.email for c in await customers.find(phone="(202) 555-0101")] == ["ada@example.com"]
    assert await customers.find(phone="555") == []
    assert [c.email for c in await customers.find(name="lovelace ada")] == ["ada@example.com"]
    with pytest.raises(Conflict):
        await customers.create(Customer(id="", first_name="A", email="ADA@example.com"), "k")
    with pytest.raises(ValidationError, match="e-mail"):
        await customers.create(Customer(id="", first_name="Ada"), "k")
    short = await customers.create(Customer(id="", first_name="N", last_name="É", email="n@example.com"), "k")
    assert (short.first_name, short.last_name) == ("N.", "É.")


# coupons
async def ask(far: Bench, code: str, basket: PricedBasket | None = None) -> Any:
    assert far.services.discounts is not None
    return await far.services.discounts.validate(code, basket or a_priced_basket(), now())


async def test_a_rule_that_a_till_cannot_reckon_is_asked_of_a_cart() -> None:
    far = bench()
    promotion = far.simulator.shop.coupon(TEN_PERCENT)
    assert promotion is not None
    promotion[0].extra_rules = [{"type": "has_taxon", "configuration": {"taxons": ["goods"]}}]
    answer = await ask(far, TEN_PERCENT.lower())
    assert answer.valid
    assert (answer.discount.kind, answer.discount.amount) == (DiscountKind.FIXED, Money(amount=250, currency="USD"))
    assert not far.simulator.book.orders, "the cart was thrown away"
    promotion[0].extra_rules = [{"type": "nth_order", "configuration": {"nth": 2}}]
    assert (await ask(far, TEN_PERCENT)).refusal is DiscountRefusal.NOT_FOR_BASKET
    assert TEN_PERCENT not in [found.code for found in await whole(far.services.discounts.active())]  # type: ignore[union-attr] # it has codes


async def test_a_minimum_that_counts_other_goods_is_asked_of_a_cart() -> None:
    """Sylius counts the whole cart, a till the goods in scope: 25.00 of one article reach a minimum of 20.00."""
    far = bench()
    found = far.simulator.shop.coupon(TEN_PERCENT)
    assert found is not None
    found[0].action, found[0].products, found[0].minimum = "unit_percentage_discount", ("plain",), 2000
    assert (await ask(far, TEN_PERCENT)).discount.amount == Money(amount=250, currency="USD")
    assert (await ask(far, TEN_PERCENT, a_priced_basket(1))).refusal is DiscountRefusal.NOT_FOR_BASKET
    found[1].usage_limit = 0
    assert (await ask(far, TEN_PERCENT)).refusal is DiscountRefusal.USED_UP


async def test_nothing_typed_is_no_code() -> None:
    assert (await ask(bench(), "  ")).refusal is DiscountRefusal.UNKNOWN


# what Sylius has not
def test_gift_cards_and_webhooks_are_the_stores_own_or_none() -> None:
    services = bench().services
    assert services.gift_cards is None
    assert services.webhooks is None
    assert Service.GIFT_CARDS not in CONNECTOR.facts.services
    assert any("own ledger" in note for note in CONNECTOR.facts.capabilities.notes)


def test_the_plug_ins_signature(contracts: Path) -> None:
    vector = json.loads((contracts / "sylius" / "examples" / "webhook.standardwebhooks.vector.json").read_text("utf-8"))
    body, secret = vector["raw_body"].encode(), vector["secret"]
    headers = {name: vector[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    then = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
    assert webhooks.verify(body, headers, secret, now=then)
    assert webhooks.verify(body, headers, ["whsec_" + "A" * 32, secret], now=then)
    assert webhooks.verify(body, {k.title(): v for k, v in headers.items()}, f"whsec_AAAA {secret}", now=then)
    assert not webhooks.verify(body + b" ", headers, secret, now=then)
    assert not webhooks.verify(body, headers, "whsec_AAAA", now=then)
    assert not webhooks.verify(body, headers, "", now=then)
    assert not webhooks.verify(body, headers, secret), "years later it is a replay"
    assert not webhooks.verify(body, {}, secret, now=then)
    (event,) = webhooks.parse(body, headers)
    assert (event.topic, event.kind, event.object_id) == ("order.placed", "order", "token")
    for odd in (b"", b"[]", b"{}", b"null", b"\xff"):
        with pytest.raises(ValidationError):
            webhooks.parse(odd, {})


# errors
ERRORS = {
    "002": AuthenticationError, "005": AuthenticationError, "006": AuthenticationError, "007": AuthenticationError,
    "009": PermissionDenied, "010": AuthenticationError, "011": OutcomeUnknown, "015": ServiceUnavailable,
    "033": NotFound, "034": ValidationError, "056": ValidationError, "061": Conflict, "062": ValidationError,
    "084": ValidationError, "092": NotFound, "111": ValidationError, "114": ValidationError, "129": Conflict,
    "131": OutcomeUnknown, "154": ValidationError, "170": ValidationError, "172": ValidationError,
    "177": ValidationError, "178": NotFound, "179": Conflict,
}  # fmt: skip


@pytest.mark.parametrize("number", sorted(ERRORS))
def test_recorded_refusals_are_told_apart(contracts: Path, number: str) -> None:
    (path,) = (contracts / "sylius" / "examples" / "recorded").glob(f"{number}-*.json")
    recorded = json.loads(path.read_text("utf-8"))
    said = recorded["response"]
    body = said["body"] if isinstance(said["body"], str) else json.dumps(said["body"])
    url = f"https://shop.example{recorded['request']['url']}"
    reply = Reply(said["status"], body.encode(), said["headers"], recorded["request"]["method"], url)
    found = failure(reply, CONNECTOR, write=True, due_json=True, now=now())
    assert type(found) is ERRORS[number]
    assert str(found)


def test_refusals_of_the_host_before_the_shop() -> None:
    page = b"<html><body>429</body></html>"
    busy = Reply(429, page, {"content-type": "text/html", "retry-after": "7"})
    found = failure(busy, CONNECTOR, write=True, due_json=True, now=now())
    assert isinstance(found, RateLimitExceeded)
    assert found.retry_at is not None
    assert isinstance(failure(Reply(502, page), CONNECTOR, write=True, due_json=True, now=now()), OutcomeUnknown)
    assert error(Reply(200, b"{}")) is None
