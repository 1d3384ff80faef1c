"""What is peculiar to Squarespace: frozen bodies, too little stock, goods that are gone, kinds that cannot be named."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import RemoteRef
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
from posbridge.connectors.rate import RateWindow
from posbridge.connectors.reply import Reply
from posbridge.connectors.squarespace import CONNECTOR, mapping
from posbridge.connectors.squarespace.order_body import idempotency_key
from posbridge.domain.customer import Customer
from posbridge.domain.discount import DiscountRefusal
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import OrderStatus
from posbridge.domain.pricing import price
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.testing.builders import a_basket, a_line, a_product, tax_setup
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import CUP, SHIRT, giving_back, sale
from posbridge.testing.conformance.shop import PLAIN, shop
from tests.connectors.squarespace.bench import Bench, bench
from tests.connectors.squarespace.test_squarespace_examples import example
from tests.connectors.squarespace.test_squarespace_signin import signed_in

ORDERS = "/1.0/commerce/orders"


def answer(contracts: Path, status: int, name: str) -> httpx.Response:
    return httpx.Response(status, json=example(contracts, name))


# frozen bodies
async def test_a_lost_reply_is_asked_for_again_byte_for_byte() -> None:
    """The stock changes between the tries, and goods go: the body that was kept goes out as it was."""
    made, order = bench(), sale()
    context = await made.context()
    made.wire.lost.append(f"POST {ORDERS}")
    with pytest.raises(OutcomeUnknown):
        await made.services.orders.create(order, "key-1", context)
    made.simulator.set_title(PLAIN, "Another name")
    again = bench(simulator=made.simulator)
    again.steps = made.steps.after_restart()
    ref = await again.services.orders.create(order, "key-1", await again.context())
    assert made.booked["id"] == ref.id
    (first,), (second,) = made.imports(), again.imports()
    assert first.content == second.content
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "key-1"


async def test_an_earlier_try_that_is_still_at_work_is_no_refusal(contracts: Path) -> None:
    made, order = bench(), sale()
    context = await made.context()
    made.wire.answers[f"POST {ORDERS}"] = answer(contracts, 409, "error.409.idempotency_in_progress")
    with pytest.raises(OutcomeUnknown, match="still at work"):
        await made.services.orders.create(order, "key-1", context)
    await made.services.orders.create(order, "key-1", context)
    assert made.booked["reference"] == order.reference


async def test_the_window_that_is_searched_begins_at_the_first_try() -> None:
    """An order of last week that goes out now is looked for among today's, not among all of a week."""
    made = bench()
    order = sale().model_copy(update={"captured_at": datetime.now(UTC) - timedelta(days=7)})
    context = await made.context()
    ref = await made.services.orders.create(order, "key-1", context)
    found = await made.services.orders.find(order.reference, around=order.captured_at, steps=made.steps)
    assert [one.id for one in found] == [ref.id]
    asked = [sent.query for sent in made.wire.sent if sent.path == ORDERS and sent.method == "GET"][-1]
    assert datetime.now(UTC) - datetime.fromisoformat(asked["modifiedAfter"]) < timedelta(hours=2)
    assert len(asked["paymentStates"].split(",")) == 9
    assert [one.id for one in await made.services.orders.find(order.reference, around=order.captured_at)] == [ref.id]


@pytest.mark.parametrize("key", ["key-1", "x" * 65, "ü", "a b"])
def test_keys_are_of_the_allowed_kind(key: str) -> None:
    made = idempotency_key(key, "m1")
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", made)
    assert made == idempotency_key(key, "m1") != idempotency_key(key)


# stock
async def test_too_few_are_counted_there() -> None:
    """The goods have left the shop: the order is brought without stock under a new key, what is there is taken."""
    made, order = bench(), sale()
    context = await made.context()
    made.simulator.set_stock("SKU-0001", 1)
    ref = await made.services.orders.create(order, "key-1", context)
    assert made.booked["id"] == ref.id
    assert (made.simulator.stock_book()["SKU-0001"], made.simulator.stock_book()["SKU-0003"]) == (0, 39)
    first, second = made.imports()
    assert (first.body["inventoryBehavior"], second.body["inventoryBehavior"]) == ("DEDUCT", "SKIP")
    assert {**first.body, "inventoryBehavior": "SKIP"} == second.body
    keys = [sent.headers["idempotency-key"] for sent in made.wire.sent if "idempotency-key" in sent.headers]
    assert keys == ["key-1", "key-1-m1", "key-1-stock"]
    await made.services.orders.create(order, "key-1", context)
    assert made.simulator.stock_book()["SKU-0003"] == 39
    assert len(made.simulator.orders_book()) == 1


@pytest.mark.parametrize("after", range(1, 9))
async def test_killed_on_the_way_when_too_few_are_counted(after: int) -> None:
    """Whichever step is the last: one order, and stock is taken once."""
    made, order = bench(), sale()
    context = await made.context()
    made.simulator.set_stock("SKU-0001", 1)
    dying = Steps(die_after=after)
    try:
        await made.services.orders.create(order, "key-1", type(context)(dying, context.links))
    except Killed:
        assert len(made.simulator.orders_book()) <= 1
    await made.services.orders.create(order, "key-1", type(context)(dying.after_restart(), context.links))
    assert made.booked["total"] == order.totals.total
    assert (made.simulator.stock_book()["SKU-0001"], made.simulator.stock_book()["SKU-0003"]) == (0, 39)


async def test_stock_that_came_in_meanwhile_is_not_taken_twice() -> None:
    """Told that too few are there, killed, and the shelf is filled before the next try: the first body passes."""
    made, order = bench(), sale()
    context = await made.context()
    made.simulator.set_stock("SKU-0001", 1)
    dying = Steps(die_after=3)
    with pytest.raises(Killed):
        await made.services.orders.create(order, "key-1", type(context)(dying, context.links))
    assert "order_short" in dying.kept
    made.simulator.set_stock("SKU-0001", 40)
    await made.services.orders.create(order, "key-1", type(context)(dying.after_restart(), context.links))
    assert made.booked["reference"] == order.reference
    assert (made.simulator.stock_book()["SKU-0001"], made.simulator.stock_book()["SKU-0003"]) == (38, 39)


async def test_stock_is_left_alone_when_the_shop_says_so() -> None:
    made = bench(fields={"deduct_stock": "no"})
    await made.services.orders.create(sale(), "key-1", await made.context())
    assert made.simulator.stock_book()["SKU-0001"] == 40
    assert made.imports()[0].body["inventoryBehavior"] == "SKIP"


async def test_an_order_stands_though_its_stock_cannot_be_taken() -> None:
    made, order = bench(), sale()
    context = await made.context()
    made.simulator.set_stock("SKU-0001", 1)
    made.simulator.faults.plan("500", path="/1.0/commerce/inventory", times=20)
    ref = await made.services.orders.create(order, "key-1", context)
    assert made.booked["id"] == ref.id


async def test_stock_moves_in_lots_of_fifty_and_in_whole_pieces() -> None:
    made = bench(shop(extra=60))
    ids = list(made.simulator.seeder.variants.values())
    stock = made.services.inventory
    await stock.adjust([StockChange(variant_id=one, delta=Decimal(2)) for one in ids], "adjust-1")
    sizes = [len(body["incrementOperations"]) for body in made.bodies("POST", "/1.0/commerce/inventory/adjustments")]
    assert sizes == [50, len(ids) - 50]
    assert set(made.simulator.stock_book().values()) == {42}
    with pytest.raises(Unsupported, match="whole"):
        await stock.adjust([StockChange(variant_id=ids[0], delta=Decimal("0.5"))], "adjust-2")
    with pytest.raises(Conflict, match="too few"):
        await stock.adjust([StockChange(variant_id=ids[0], delta=Decimal(-99))], "adjust-3")


async def test_levels_of_variants_of_which_one_is_gone() -> None:
    made = bench()
    known = list(made.simulator.seeder.variants.values())[:2]
    levels = await whole(made.services.inventory.levels(None, [known[0], "gone", known[1]]))
    assert [level.variant_id for level in levels] == known


# goods
async def test_an_article_that_is_gone_is_a_custom_line() -> None:
    made, order = bench(), sale()
    context = await made.context()
    made.simulator.remove_product(PLAIN)
    await made.services.orders.create(order, "key-1", context)
    assert made.booked["total"] == order.totals.total
    assert [line["lineItemType"] for line in made.imports()[-1].body["lineItems"]] == ["CUSTOM", "PHYSICAL_PRODUCT"]
    assert [sent.headers["idempotency-key"] for sent in made.imports()] == ["key-1", "key-1-m1"]
    assert made.simulator.stock_book()["SKU-0003"] == 39


async def test_services_and_cards_are_custom_lines() -> None:
    """An import may name physical goods only; what a product is, is learned from its page."""
    made, order = bench(), sale(lines=[CUP, SHIRT])
    product = made.simulator.catalog.rows[made.simulator.seeder.products[PLAIN]]
    product["type"] = "SERVICE"
    context = await made.context()
    fresh = bench(simulator=made.simulator)
    await fresh.services.orders.create(order, "key-1", type(context)(fresh.steps, context.links))
    kinds = [line["lineItemType"] for line in fresh.imports()[0].body["lineItems"]]
    assert kinds == ["CUSTOM", "PHYSICAL_PRODUCT"]
    asked = [sent.path for sent in fresh.wire.sent if sent.path.startswith("/v2/commerce/products/")]
    assert len(asked) == 1
    assert asked[0].count(",") == 1


async def test_a_list_that_moves_gives_each_product_once() -> None:
    made = bench(shop(extra=120))
    pages = made.services.products.changed_since(None)
    first = await anext(pages)
    made.simulator.set_price("SKU-0001", 999)
    rest = [item async for page in pages for item in page.items]
    ids = [item.id for item in [*first.items, *rest]]
    assert len(ids) == len(set(ids)) == len(made.simulator.seed.products)
    assert all(set(sent.query) == {"cursor"} for sent in made.wire.sent if "cursor" in sent.query)


async def test_goods_are_not_written() -> None:
    with pytest.raises(Unsupported, match="panel"):
        await bench().services.products.push(a_product(), "key-p")


# orders
async def test_what_is_done_in_the_panel_is_said_so() -> None:
    made, order = bench(), sale()
    orders = made.services.orders
    ref = await orders.create(order, "key-1", await made.context())
    refund = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported) as caught:
        await orders.refund(refund, ref, "key-r", await made.context())
    assert "panel" in caught.value.next_step
    assert await orders.find_refund(refund, RemoteRef(id=ref.id)) == []
    with pytest.raises(Unsupported, match="note"):
        await orders.update(ref.id, note="x")
    for status in (OrderStatus.CANCELLED, OrderStatus.REFUNDED, OrderStatus.PREPARING):
        with pytest.raises(Unsupported):
            await orders.update_status(ref.id, status)


async def test_orders_of_the_site_itself_are_read_with_what_happens_to_them() -> None:
    made = bench()
    ident = made.simulator.orders.sell(made.simulator.seeder.variants["SKU-0001"], 2)
    pages = [page async for page in made.services.orders.changed_since(None)]
    (online,) = pages[-1].items
    assert (online.id, online.reference, online.total, online.status) == (ident, "", 2500, OrderStatus.OPEN)
    made.simulator.orders.give_back(ident, 1250)
    (later,) = await whole(made.services.orders.changed_since(pages[-1].cursor))
    assert (later.refunded, later.status) == (1250, OrderStatus.PARTIALLY_REFUNDED)
    assert (await made.services.probe()).prices_include_tax is False
    made.simulator.orders.change(ident, "CANCELED", fulfillmentStatus="CANCELED", paymentState="REFUND_PENDING")
    (gone,) = await whole(made.services.orders.changed_since(pages[-1].cursor))
    assert gone.status is OrderStatus.CANCELLED


async def test_orders_of_a_customer() -> None:
    made = bench()
    customer = Customer(id="", first_name="Grace", email="grace@example.com")
    first = sale(1, customer=customer)
    await made.services.orders.create(first, "key-1", await made.context())
    await made.services.orders.create(sale(2), "key-2", type(await made.context())(Steps()))
    (known,) = await made.services.customers.find(email="GRACE@example.com")
    assert [one.reference for one in await made.services.customers.orders(known.id)] == [first.reference]


# customers
async def test_customers_have_an_email_and_only_one_has_it() -> None:
    customers = bench().services.customers
    with pytest.raises(ValidationError, match="e-mail"):
        await customers.create(Customer(id="", first_name="Nobody", phone="+12025550100"), "key-c")
    with pytest.raises(Conflict):
        await customers.create(Customer(id="", first_name="Ada", email="Ada@example.com"), "key-c")


async def test_a_contact_whose_address_is_refused_is_made_all_the_same() -> None:
    """Squarespace wants a country with an address; without one the contact has no phone, and says so."""
    made = bench(fields={"country": ""})
    known = await made.services.customers.create(
        Customer(id="", first_name="Grace", email="grace@example.com", phone="+12025550107"), "key-c"
    )
    assert (known.email, known.phone) == ("grace@example.com", "")


# codes
async def test_codes_are_compared_whole_and_counted(contracts: Path) -> None:
    made = bench()
    basket = price(a_basket([a_line(1, 1250, 2)]), tax_setup("10"))
    path = "GET /v1/commerce/discounts"
    now = datetime(2026, 11, 21, tzinfo=UTC)

    async def ask(name: str, code: str) -> Any:
        made.wire.answers[path] = answer(contracts, 200, name)
        return await made.services.discounts.validate(code, basket, now)

    right = await ask("coupon.search.response", "summer10")
    assert right.valid
    assert right.discount.code == "SUMMER10"
    assert (await ask("coupon.search.response", "SUMMER1")).refusal is DiscountRefusal.UNKNOWN
    assert (await ask("coupon.search.empty.response", "NIX")).refusal is DiscountRefusal.UNKNOWN
    for name, code, refusal in (
        ("used_up", "", DiscountRefusal.USED_UP), ("expired", "", DiscountRefusal.EXPIRED),
        ("scheduled", "", DiscountRefusal.NOT_STARTED), ("product_scoped", "", DiscountRefusal.NOT_FOR_BASKET),
        ("fixed_min_spend", "", DiscountRefusal.MINIMUM_SPEND), ("buy_x_get_y", "TWO", DiscountRefusal.UNSUPPORTED),
    ):  # fmt: skip
        raw = example(contracts, f"coupon.{name}.response")["discount"]
        raw["trigger"] = {"type": "CODE", "promoCode": raw["trigger"].get("promoCode") or code}
        made.wire.answers[path] = httpx.Response(200, json={"discounts": [raw], "hasNextPage": False})
        told = await made.services.discounts.validate(raw["trigger"]["promoCode"], basket, now)
        assert told.refusal is refusal, name
        assert bool(told.message) == (refusal is DiscountRefusal.UNSUPPORTED)


# errors
@pytest.mark.parametrize(
    ("status", "name", "kind", "code"),
    [
        (400, "error.400", ValidationError, "MISSING_ARGUMENT"),
        (400, "error.400.subtotal_mismatch", ValidationError, "INVALID_REQUEST_ERROR"),
        (400, "error.400.missing_idempotency_key", ValidationError, "Bad Request"),
        (400, "error.400.cursor_combination", ValidationError, "INVALID_ARGUMENT"),
        (401, "error.401", AuthenticationError, "AUTHORIZATION_ERROR"),
        (402, "error.402.website_expired", AuthenticationError, "WEBSITE_EXPIRED"),
        (403, "error.403.missing_scope", PermissionDenied, "MISSING_SCOPE"),
        (403, "error.403.oauth_token_required", PermissionDenied, "OAUTH_TOKEN_REQUIRED"),
        (404, "error.404", NotFound, "INVALID_ARGUMENT"),
        (409, "error.409.duplicate_contact", Conflict, "DUPLICATE_USER_CONFLICT"),
        (409, "error.409.idempotency_in_progress", Conflict, "CONCURRENT_MODIFICATION"),
        (409, "error.409.insufficient_stock", Conflict, "INSUFFICIENT_STOCK"),
        (409, "error.409.promo_code_conflict", Conflict, "PROMO_CODE_CONFLICT"),
        (429, "error.429", RateLimitExceeded, "TOO_MANY_REQUESTS"),
        (503, "error.503", ServiceUnavailable, "SERVICE_UNAVAILABLE"),
    ],
)
def test_each_error_of_the_contract(contracts: Path, status: int, name: str, kind: type, code: str) -> None:
    raw = example(contracts, name)
    found = CONNECTOR.error(Reply(status, json.dumps(raw).encode()))
    assert type(found) is kind
    assert found.platform_code == code
    said = raw.get("message") or raw["detail"]
    assert said not in found.message, "Squarespace's message is for developers"
    assert found.detail["said"] == said


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"type": 5, "subtype": [], "message": {}}'])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 418, 429, 500, 502])
def test_errors_without_words(status: int, body: bytes) -> None:
    assert CONNECTOR.error(Reply(status, body)) is not None
    assert CONNECTOR.error(Reply(200, body)) is None


def test_a_minute_is_waited_where_nothing_is_said() -> None:
    found = CONNECTOR.error(Reply(429, b"{}"))
    assert isinstance(found, RateLimitExceeded)
    assert found.retry_at is not None
    assert 55 < (found.retry_at - datetime.now(UTC)).total_seconds() <= 60
    told = CONNECTOR.error(Reply(429, b"{}", {"Retry-After": "7"}))
    assert isinstance(told, RateLimitExceeded)
    assert told.retry_at is None, "the common part reads the header"


# the hourly limit
def test_a_hundred_orders_an_hour_are_told_honestly() -> None:
    window = RateWindow(CONNECTOR.facts.capabilities.rates)
    assert window.estimate(100, "orders") < 60
    assert 3600 <= window.estimate(101, "orders") < 3800
    assert 7200 <= window.estimate(250, "orders") < 7600
    assert window.estimate(250) < 60


async def test_only_an_api_key_has_the_hourly_limit() -> None:
    key, (oauth, _) = bench(), signed_in()
    assert key.http.window.estimate(250, "orders") > 3600
    assert oauth.http.window.estimate(250, "orders") < 60
    counted: list[str] = []

    async def wait(what: str) -> None:
        counted.append(what)

    key.http.window.wait = wait  # type: ignore[method-assign] # to see what is counted
    await key.services.orders.create(sale(), "key-1", await key.context(linked=False))
    assert counted == ["orders"]


async def test_the_simulated_limit_is_met_and_waited_out() -> None:
    made = bench(simulator=SquarespaceSimulator(shop()))
    orders = made.services.orders
    for number in range(1, 101):
        await orders.create(sale(number), f"key-{number}", type(await _bare(made))(Steps()))
        made.simulator.clock.advance(timedelta(seconds=2))
    with pytest.raises(RateLimitExceeded):
        await orders.create(sale(101), "key-101", type(await _bare(made))(Steps()))
    made.simulator.clock.advance(timedelta(hours=1))
    await orders.create(sale(101), "key-101", type(await _bare(made))(Steps()))
    assert len(made.simulator.orders_book()) == 101


async def _bare(made: Bench) -> Any:
    return await made.context(linked=False)


def test_unlinked_goods_take_nothing_from_stock() -> None:
    assert mapping.from_order(sale())["inventoryBehavior"] == "SKIP"
