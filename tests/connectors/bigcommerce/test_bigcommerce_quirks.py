"""What BigCommerce does otherwise: no keys, filters that may be ignored, totals that may differ, one number a card."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posbridge.connectors.bigcommerce.webhooks import HOOK_TOKEN, token_of
from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    SchemaDrift,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.domain.discount import DiscountRefusal
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.domain.pricing import price
from posbridge.sandbox.bigcommerce.hooks import sign
from posbridge.sandbox.bigcommerce.simulator import SECRET
from posbridge.sandbox.faults import Faults
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD
from tests.connectors.bigcommerce.bench import Bench, bench


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


async def sold(store: Bench, number: int = 1, **fields: Any) -> Any:
    order = sale(number, **fields)
    store.steps = Steps()
    return order, await orders_of(store).create(order, f"key-{number}", store.context())


def orders_of(store: Bench) -> Any:
    return store.services.orders


# made once
@pytest.mark.parametrize("deaf", [set(), {"external_order_id"}, {"external_order_id", "min_date_modified"}])
async def test_a_filter_that_is_ignored_finds_no_other_order(deaf: set[str]) -> None:
    store = bench()
    for number in range(1, 4):
        await sold(store, number)
    store.simulator.orders.deaf = deaf
    order = sale(2)
    found = await orders_of(store).find(order.reference, around=order.captured_at)
    assert [one.reference for one in found] == [order.reference]
    assert await orders_of(store).find("P0NEVERMADE00000", around=order.captured_at) == []


async def test_a_hint_that_shows_nothing_is_not_believed() -> None:
    """The filter says that nothing is there: the window of time shows it all the same."""
    store = bench()
    order, _ = await sold(store)
    made = store.simulator.shop.tables["orders"][1]
    listing = store.simulator.orders.list_all

    def late(call: Any) -> Any:
        if "external_order_id" in call.query:
            made["@deleted"] = True
        try:
            return listing(call)
        finally:
            made["@deleted"] = False

    store.simulator._routes.insert(0, _route(store, late))
    found = await orders_of(store).find(order.reference, around=order.captured_at)
    assert [one.id for one in found] == ["1"]


def _route(store: Bench, handler: Any) -> Any:
    method, pattern, _ = next(one for one in store.simulator._routes if one[1].fullmatch("/stores/g5cd38/v2/orders"))
    return method, pattern, handler


async def test_a_lost_create_is_adopted_by_the_next_try() -> None:
    store, order = bench(), sale()
    store.wire.lost = ["POST /v2/orders"]
    with pytest.raises(OutcomeUnknown):
        await orders_of(store).create(order, "key-1", store.context())
    ref = await orders_of(store).create(order, "key-1", store.context())
    assert [row["id"] for row in store.simulator.orders_book()] == [ref.id]
    assert len(store.bodies("POST", "/v2/orders")) == 1


async def test_a_list_that_gives_the_same_page_again_ends() -> None:
    store = bench()
    for number in range(1, 4):
        await sold(store, number)
    store.simulator.orders.deaf = {"min_id", "limit"}
    cursor = '{"after": "3", "began": "2026-01-01T00:00:00+00:00", "since": "2026-01-01T00:00:00+00:00"}'
    with pytest.raises(SchemaDrift):
        await whole(orders_of(store).changed_since(cursor))


async def test_totals_that_differ_are_set_again() -> None:
    store, order = bench(), sale()
    maker = store.simulator.orders.maker
    plain = maker._totals
    maker._totals = lambda given, lines: plain({}, lines)  # type: ignore[method-assign] # as a store that reckons anew
    await orders_of(store).create(order, "key-1", store.context())
    assert (store.booked["total"], store.booked["tax"]) == (order.totals.total, order.totals.tax)
    store.simulator.shop.tables["orders"][1]["total_inc_tax"] = "1.0000"
    await orders_of(store).create(order, "key-1", store.context())
    assert store.booked["total"] == order.totals.total


async def test_an_article_that_is_gone_is_sold_as_a_free_line() -> None:
    store, order = bench(), sale()
    store.links["variant-1"] = RemoteVariant(variant_id="901", product_id="900", sku="SKU-0001")
    await orders_of(store).create(order, "key-1", store.context())
    free, article = store.bodies("POST", "/v2/orders")[1]["products"]
    assert "product_id" not in free
    assert article["product_id"]
    assert store.booked["total"] == order.totals.total


async def test_a_refusal_for_another_reason_stands() -> None:
    store, order = bench(walkin_zip="1"), sale()
    with pytest.raises(ValidationError):
        await orders_of(store).create(order, "key-1", store.context())
    assert store.simulator.orders_book() == []


# changing
async def test_states_and_notes() -> None:
    store = bench()
    _, ref = await sold(store)
    for _ in range(2):
        remote = await orders_of(store).update(ref.id, note="Called back")
    assert remote.note.count("Called back") == 1
    assert (await orders_of(store).update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    assert store.simulator.stock_book()["SKU-0001"] == 40
    with pytest.raises(Unsupported):
        await orders_of(store).update_status(ref.id, OrderStatus.REFUNDED)
    with pytest.raises(NotFound):
        await orders_of(store).update_status("999", OrderStatus.PAID)


async def test_pieces_go_back_to_stock_once() -> None:
    store = bench()
    order, ref = await sold(store)
    refund = giving_back(order, [("line-1", 2)])
    store.steps = Steps()
    store.wire.lost = ["POST /adjustments/relative"]
    await orders_of(store).refund(refund, ref, "key-r", store.context())
    await orders_of(store).refund(refund, ref, "key-r", store.context())
    assert store.simulator.stock_book()["SKU-0001"] == 40
    assert store.booked["refunded"] == refund.amount


async def test_a_lost_refund_is_adopted_by_the_next_try() -> None:
    store = bench()
    order, ref = await sold(store)
    refund = giving_back(order, [("line-1", 1)])
    store.steps = Steps()
    store.wire.lost = ["POST /payment_actions/refunds"]
    with pytest.raises(OutcomeUnknown):
        await orders_of(store).refund(refund, ref, "key-r", store.context())
    await orders_of(store).refund(refund, ref, "key-r", store.context())
    assert store.booked["refunded"] == refund.amount


# people and codes
async def test_an_email_that_is_taken_is_a_conflict() -> None:
    store = bench()
    people: Any = store.services.customers
    (ada,) = await people.find(email="ada@example.com")
    with pytest.raises(Conflict):
        await people.create(ada.model_copy(update={"id": ""}), "key")


async def test_a_code_of_the_newer_engine() -> None:
    store = bench()
    codes: Any = store.services.discounts
    rule = {"action": {"cart_value": {"discount": {"percentage_amount": "15"}}}, "condition": {"cart": {}}}
    row = {"redemption_type": "COUPON", "name": "Spring", "status": "ENABLED", "rules": [rule], "max_uses": None}
    code = {"id": 1, "code": "SPRING15", "max_uses": 1, "current_uses": 0, "max_uses_per_customer": 0}
    store.simulator.shop.add("promotions", {**row, "start_date": "2020-01-01T00:00:00Z", "@codes": [code]})
    basket, now = price(a_basket([a_line(1, 1250)]), tax_setup("10")), datetime.now(UTC)
    answer = await codes.validate("spring15", basket, now)
    assert answer.refusal is DiscountRefusal.UNKNOWN
    answer = await codes.validate("SPRING15", basket, now)
    assert (answer.valid, answer.discount.percent, answer.discount.code) == (True, 15, "SPRING15")
    code["current_uses"] = 1
    assert (await codes.validate("SPRING15", basket, now)).refusal is DiscountRefusal.USED_UP
    code["current_uses"], rule["condition"] = 0, {"cart": {"items": {"brands": [1]}}}
    answer = await codes.validate("SPRING15", basket, now)
    assert answer.refusal is DiscountRefusal.UNSUPPORTED
    assert "BigCommerce" in answer.message


# gift certificates
async def test_a_certificate_that_may_not_be_used() -> None:
    store = bench()
    cards: Any = store.services.gift_cards
    row = store.simulator.shop.tables["gift_certificates"][1]
    for change in ({"status": "disabled"}, {"status": "active", "expiry_date": "1603306"}, {"currency_code": "EUR"}):
        row |= change
        with pytest.raises(ValidationError):
            await cards.redeem(CARD, usd(100), "key-1")
        row |= {"status": "active", "expiry_date": "0", "currency_code": "USD"}
    assert row["@moves"] == []


async def test_a_movement_written_over_begins_anew() -> None:
    """Another till wrote an old balance over ours: our mark is gone, so it is done again."""
    store = bench()
    cards: Any = store.services.gift_cards
    row = store.simulator.shop.tables["gift_certificates"][1]
    old = dict(row)
    task = asyncio.create_task(cards.redeem(CARD, usd(1200), "key-1"))
    while row["balance"] == old["balance"]:
        await asyncio.sleep(0)
    row |= {"balance": "45.0000", "message": "Thank you! [pos 0123456789abcdef -5.00]"}
    move = await task
    assert (row["balance"], move.balance) == ("33.0000", usd(3300))


async def test_a_race_of_two_tills_spends_nothing_twice() -> None:
    """T6: forty redeems of 10.00 on a card of 50.00 from two tills with lost and late answers: five succeed."""
    store = bench()
    other: Any = type(store.services.gift_cards)(store.services.gift_cards._calls)  # type: ignore[union-attr] # there
    tills: list[Any] = [store.services.gift_cards, other]
    store.simulator.faults = Faults.parse("lost=0.15,reset=0.05,late=0.05,seed=7,late_ms=200,writes=1")

    async def redeem(number: int) -> bool:
        key, till = f"hold-{number}", tills[number % 2]
        while True:
            try:
                await till.redeem(CARD, usd(1000), key)
                return True
            except (OutcomeUnknown, Conflict, ServiceUnavailable):
                await store.simulator.settled()
            except ValidationError:
                return await till.find_move(CARD, key) is not None

    done = await asyncio.gather(*(redeem(number) for number in range(40)))
    assert sum(done) == 5
    assert store.simulator.gift_cards_book()[0]["balance"] == 0


# webhooks
async def test_a_delivery_needs_the_token_and_the_signature() -> None:
    body, at = b'{"scope": "store/order/created", "hash": "x", "data": {}}', int(datetime.now(UTC).timestamp())
    token = {HOOK_TOKEN: token_of(SECRET)}
    hooks: Any = bench().services.webhooks
    signed = sign(body, SECRET, at)
    assert hooks.verify(body, {**signed, **token}, "")
    assert not hooks.verify(body, signed, "")
    assert not hooks.verify(body, token, "")
    assert not hooks.verify(body, {**sign(body, SECRET, at - 400), **token}, "")
    only_token: Any = bench(webhook_proof="token").services.webhooks
    assert only_token.verify(body, token, "")
    assert not only_token.verify(body, {HOOK_TOKEN: token_of("other")}, "")


async def test_a_hook_that_was_switched_off_is_switched_on() -> None:
    store = bench()
    hooks: Any = store.services.webhooks
    await hooks.subscribe("https://hooks.example.com/bc")
    store.simulator.shop.tables["hooks"][2]["is_active"] = False
    assert [one.active for one in await hooks.subscriptions()].count(False) == 1
    assert all(one.active for one in await hooks.subscribe("https://hooks.example.com/bc"))
    assert len(store.simulator.shop.tables["hooks"]) == len(await hooks.subscriptions())


# the probe
async def test_the_probe_fills_the_settings() -> None:
    store = bench()
    probe = await store.services.probe()
    assert probe.settings["weight_unit"] == "kg"
    assert (probe.settings["walkin_zip"], probe.settings["walkin_country_iso2"]) == ("62701", "US")
    assert [(place.id, place.name) for place in probe.locations] == [("1", "Main street")]
    assert store.simulator.orders_book() == []


async def test_the_window_waits_when_little_is_left() -> None:
    store = bench()
    store.simulator.bucket.rate, store.simulator.bucket.burst = 0.2, 6
    for _ in range(3):
        await store.services.probe.__self__._calls.get("v2/store")  # type: ignore[attr-defined] # the prober's calls
    http = store.http
    assert http.window.estimate(1) > timedelta(seconds=10).total_seconds()
