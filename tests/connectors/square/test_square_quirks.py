"""What only Square does: frozen bodies, derived keys, cursors that die, refunds as orders, tokens that end."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import Connection, RemoteVariant, StockChange
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    TokenRevoked,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.square import CONNECTOR
from posbridge.connectors.square.errors import error
from posbridge.connectors.square.order_body import derived, occurred, quantity
from posbridge.connectors.square.signin import sign_in_url
from posbridge.domain.basket import RoundingLevel, TaxRate, TaxSetup
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, Tender, TenderKind
from posbridge.sandbox.square.errors import not_found
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD, shop
from tests.connectors.square.bench import Bench, bench, names

SPLIT = [
    Tender(id="t-cash", kind=TenderKind.CASH, amount=2000, tendered=2000),
    Tender(id="t-card", kind=TenderKind.CARD, amount=3170),
]


# sends
async def test_a_lost_create_is_sent_again_byte_for_byte() -> None:
    square, order = bench(), sale()
    square.wire.lost = ["/v2/orders"]
    with pytest.raises(OutcomeUnknown):
        await square.services.orders.create(order, "key-1", square.context())
    renamed = order.model_copy(update={"note": "changed meanwhile"})
    await square.services.orders.create(renamed, "key-1", square.context())
    first, second = square.bodies("POST", "/v2/orders")
    assert first == second
    assert square.booked["paid"] == order.totals.total


@pytest.mark.parametrize("lost", [["/v2/payments"], ["/pay"], ["/v2/payments", "/v2/payments", "/pay"]])
async def test_a_lost_payment_is_taken_once(lost: list[str]) -> None:
    square, order = bench(), sale(tenders=SPLIT)
    square.wire.lost = list(lost)
    for _ in lost:
        with pytest.raises(OutcomeUnknown):
            await square.services.orders.create(order, "key-1", square.context())
    await square.services.orders.create(order, "key-1", square.context())
    assert (square.booked["paid"], square.booked["state"]) == (order.totals.total, "COMPLETED")
    assert len(square.simulator.payments.rows) == 2
    assert len({json.dumps(body) for body in square.bodies("POST", "/v2/payments")}) == 2


async def test_a_lost_evening_out_is_done_once() -> None:
    square, order = bench(), an_order([(5, 1)] * 9, tax="10")
    await square.services.orders.find("nothing")
    first = bench()
    ref = await first.services.orders.create(order, "key-1", first.context())
    path = f"/v2/orders/{ref.id}"
    assert first.bodies("PUT", path), "this order needs evening out"
    square.wire.lost = [path]
    with pytest.raises(OutcomeUnknown):
        await square.services.orders.create(order, "key-1", square.context())
    assert (await square.services.orders.get(ref.id)).complete is False
    await square.services.orders.create(order, "key-1", square.context())
    assert (square.booked["total"], square.booked["paid"]) == (order.totals.total, order.totals.total)


async def test_an_order_that_somebody_cancelled_is_not_paid() -> None:
    square, order = bench(), sale()
    square.wire.lost = ["/v2/payments"]
    square.simulator.faults.plan("429", path="/v2/payments", times=1)
    square.wire.lost = []
    with pytest.raises(RateLimitExceeded):
        await square.services.orders.create(order, "key-1", square.context())
    known = await square.steps.get("order")
    assert known
    await square.services.orders.update_status(known, OrderStatus.CANCELLED)
    with pytest.raises(ValidationError, match="cancelled"):
        await square.services.orders.create(order, "key-1", square.context())


async def test_goods_that_were_deleted_since_are_still_sold() -> None:
    """The sale was made offline: it is brought as it was, the lost variation as an ad hoc line."""
    square, order = bench(), sale()
    there = dict(square.simulator.seeder.variations)
    links = {line.variant_id: RemoteVariant(variant_id=there[line.sku]) for line in order.lines}
    square.simulator.remove_product("plain")
    square.wire.lost = ["/batch-retrieve"]
    await square.services.orders.create(order, "key-1", square.context(links=links))
    kept = [line.get("catalog_object_id", "") for line in square.bodies("POST", "/v2/orders")[1]["order"]["line_items"]]
    assert kept == ["", there["SKU-0003"]]
    assert names(square.bodies("POST", "/v2/orders"), "idempotency_key") == ["key-1", "key-1-again"]
    assert (square.booked["total"], square.booked["paid"]) == (order.totals.total, order.totals.total)
    missing = bench()
    missing.simulator.orders.create = _unknown_customer  # type: ignore[method-assign] # a Square that says no
    with pytest.raises(NotFound):
        await missing.services.orders.create(order, "key-1", missing.context(links=links | _linked(missing, order)))


def _linked(square: Bench, order: Any) -> dict[str, RemoteVariant]:
    there = square.simulator.seeder.variations
    return {line.variant_id: RemoteVariant(variant_id=there[line.sku]) for line in order.lines}


def _unknown_customer(body: Any) -> Any:
    raise not_found("Customer", "X", field="order.customer_id")


async def test_without_a_location_nothing_is_sent() -> None:
    square = bench(fields={"location_id": ""})
    homeless = square.connection.model_copy(update={"location": ""})
    square.services.orders._calls.connection = homeless  # type: ignore[union-attr] # as if none had been chosen
    with pytest.raises(ValidationError, match="location"):
        await square.services.orders.create(sale(), "key-1", square.context())
    assert square.writes() == []


async def test_the_rows_of_a_search_are_compared() -> None:
    square = bench()
    for seed in (1, 2, 3):
        await square.services.orders.create(sale(seed), f"key-{seed}", bench().context())
    found = await square.services.orders.find(sale(2).reference, around=sale(2).captured_at)
    assert [one.reference for one in found] == [sale(2).reference]
    assert await square.services.orders.find("", around=sale(2).captured_at) == []


async def test_compound_taxes_are_sent_as_what_they_take() -> None:
    rates = (TaxRate(name="GST", percent=Decimal(5)), TaxRate(name="QST", percent=Decimal(10), compound=True))
    for included in (False, True):
        setup = TaxSetup(prices_include_tax=included, rounding=RoundingLevel.LINE, rates={"": rates})
        square, order = bench(), an_order([100_00, 55_55], tax=setup)
        ref = await square.services.orders.create(order, "key-1", square.context())
        sent = square.bodies("POST", "/v2/orders")[0]["order"]["taxes"]
        assert [(one["name"], one["percentage"]) for one in sent] == [("GST", "5"), ("QST", "10.5")]
        remote = await square.services.orders.get(ref.id)
        assert (remote.total, remote.tax) == (order.totals.total, order.totals.tax)


# refunds
async def test_a_refund_lost_between_two_payments_is_finished_once() -> None:
    square, order = bench(), sale(tenders=SPLIT)
    ref = await square.services.orders.create(order, "key-1", square.context())
    refund = giving_back(order, [(line.id, int(line.quantity)) for line in order.lines])
    square.steps = Steps()
    there = square.simulator.seeder.variations
    links = {line.variant_id: RemoteVariant(variant_id=there[line.sku]) for line in order.lines}
    before = square.simulator.stock_book()["SKU-0001"]
    for lost in ("/v2/refunds", "/batch-create"):
        square.wire.lost = [lost]
        with pytest.raises(OutcomeUnknown):
            await square.services.orders.refund(refund, ref, "key-r", square.context(links=links))
        assert await square.services.orders.find_refund(refund, ref, steps=square.steps) == []
    made = await square.services.orders.refund(refund, ref, "key-r", square.context(links=links))
    assert square.simulator.stock_book()["SKU-0001"] == before + 2
    assert await square.services.orders.find_refund(refund, ref, steps=square.steps) == [made]
    assert square.booked["refunded"] == order.totals.total
    assert len(square.simulator.refunds.rows) == 2


async def test_a_refund_begun_long_ago_is_looked_up_before_it_is_sent() -> None:
    """The key may be forgotten by now: what is there is known by its reason."""
    square, order = bench(), sale()
    ref = await square.services.orders.create(order, "key-1", square.context())
    refund = giving_back(order, [("line-1", 1)])
    square.steps = Steps()
    square.wire.lost = ["/v2/refunds"]
    with pytest.raises(OutcomeUnknown):
        await square.services.orders.refund(refund, ref, "key-r", square.context())
    square.simulator.shop._keys.clear()
    await square.services.orders.refund(refund, ref, "key-r", square.context())
    assert square.booked["refunded"] == refund.amount


async def test_more_than_was_paid_is_not_given_back() -> None:
    square, order = bench(), sale(tenders=SPLIT)
    ref = await square.services.orders.create(order, "key-1", square.context())
    for number in (1, 2):
        refund = giving_back(order, [(line.id, int(line.quantity)) for line in order.lines], number)
        square.steps = Steps()
        if number == 2:
            with pytest.raises(ValidationError, match="less left"):
                await square.services.orders.refund(refund, ref, f"key-r{number}", square.context())
        else:
            await square.services.orders.refund(refund, ref, f"key-r{number}", square.context())
    assert square.booked["refunded"] == order.totals.total


async def test_a_refund_made_at_square_shows_as_a_change_of_its_sale() -> None:
    square, order = bench(), sale()
    ref = await square.services.orders.create(order, "key-1", square.context())
    pages = [page async for page in square.services.orders.changed_since(None)]
    (payment,) = square.simulator.payments.rows
    money = {"amount": 700, "currency": "USD"}
    square.simulator.refunds.create({"payment_id": payment, "amount_money": money, "idempotency_key": "theirs"})
    (changed,) = await whole(square.services.orders.changed_since(pages[-1].cursor))
    assert (changed.id, changed.refunded, changed.status) == (ref.id, 700, OrderStatus.PARTIALLY_REFUNDED)


# reads
async def test_a_dead_cursor_begins_the_walk_anew() -> None:
    seed = shop(extra=1200)
    square = bench(seed)
    pages = square.services.products.changed_since(None)
    first = await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined] # it is a generator
    assert (len(first.items), first.last) == (1000, False)
    square.simulator.clock.advance(timedelta(minutes=6))
    rest = await whole(square.services.products.changed_since(first.cursor))
    assert len(rest) == len(seed.products)


async def test_a_renamed_category_reads_all_again() -> None:
    square = bench()
    pages = [page async for page in square.services.products.changed_since(None)]
    assert await whole(square.services.products.changed_since(pages[-1].cursor)) == []
    key = next(key for key, row in square.simulator.catalog.rows.items() if row["type"] == "CATEGORY")
    square.simulator.catalog.rows[key]["category_data"]["name"] = "Renamed"
    square.simulator.catalog.touch(key)
    changed = await whole(square.services.products.changed_since(pages[-1].cursor))
    assert len(changed) == len(square.simulator.seed.products)
    assert "Renamed" in {name for product in changed for name in product.categories}


async def test_a_key_that_square_knows_means_done() -> None:
    square = bench()
    variant = square.simulator.seeder.variations["SKU-0001"]
    change = StockChange(variant_id=variant, delta=Decimal(-1), reason="damaged")
    for _ in range(2):
        await square.services.inventory.adjust([change], "key-s")
        await asyncio.sleep(0.01)
    sent = square.bodies("POST", "/v2/inventory/changes/batch-create")
    assert names(sent, "idempotency_key") == ["key-s-1", "key-s-1"]
    assert square.simulator.stock_book()["SKU-0001"] == 39
    cards = square.services.gift_cards
    move = await cards.redeem(CARD, Money(amount=100, currency="USD"), "key-g", reference="one")
    assert await cards.redeem(CARD, Money(amount=100, currency="USD"), "key-g", reference="two") == move
    with pytest.raises(Conflict):
        await cards.redeem(CARD, Money(amount=200, currency="USD"), "key-g", reference="two")


async def test_what_square_cannot_is_said() -> None:
    square, order = bench(), sale()
    with pytest.raises(Unsupported, match="not by name"):
        await square.services.customers.find(name="Ada")
    ref = await square.services.orders.create(order, "key-1", square.context())
    with pytest.raises(Unsupported, match="closed"):
        await square.services.orders.update(ref.id, note="too late")
    with pytest.raises(Unsupported, match="refunded"):
        await square.services.orders.update_status(ref.id, OrderStatus.REFUNDED)


async def test_a_signature_key_that_square_told_is_believed() -> None:
    square = bench()
    hooks = square.services.webhooks
    await hooks.subscribe("https://relay.example.com/square")
    (row,) = square.simulator.webhooks.rows.values()
    body = b'{"event_id":"e","type":"order.updated","data":{"id":"o"}}'
    headers = square.simulator.sign("https://relay.example.com/square", body, row["signature_key"], "order.updated")
    assert hooks.verify(body, headers, "https://relay.example.com/square")
    assert not hooks.verify(body, headers, "https://relay.example.com/other")


# small things
def test_keys_are_never_too_long_and_always_the_same() -> None:
    assert derived("k", "p1", 45) == "k-p1"
    long = derived("x" * 60, "p1", 45)
    assert len(long) == 45
    assert long == derived("x" * 60, "p1", 45) != derived("y" * 60, "p1", 45)


def test_quantities_and_times_as_square_takes_them() -> None:
    assert [quantity(Decimal(text)) for text in ("2", "100", "0.125", "1.234567")] == ["2", "100", "0.125", "1.23457"]
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert occurred(now - timedelta(hours=1), now) == "2026-03-01T23:00:00.000Z"
    for far_off in (timedelta(days=-3), timedelta(hours=1)):
        assert occurred(now + far_off, now) == "2026-03-02T00:00:00.000Z"


TABLE = {
    "error.400.idempotency_key_reused": Conflict, "error.400.validation": ValidationError,
    "error.400.v1_shape.sdk": ValidationError, "error.400.v2.sdk": ValidationError, "error.401": AuthenticationError,
    "error.401.token_expired": AuthenticationError, "error.403.insufficient_scopes": PermissionDenied,
    "error.404": NotFound, "error.409.version_mismatch": Conflict, "error.429": RateLimitExceeded,
    "error.500": ServiceUnavailable, "error.503": ServiceUnavailable,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TABLE))
def test_errors(contracts: Path, name: str) -> None:
    content = (contracts / "square" / "examples" / f"{name}.json").read_bytes()
    found = error(Reply(int(name.split(".")[1]), content))
    assert type(found) is TABLE[name]
    assert found.platform_code
    beside = json.loads(content)
    if "errors" in beside:
        assert error(Reply(200, json.dumps(beside | {"order": {"id": "x"}}).encode())) is None


@pytest.mark.parametrize(
    ("status", "code", "category", "kind"),
    [
        (400, "NOT_FOUND", "INVALID_REQUEST_ERROR", NotFound),
        (400, "VERSION_MISMATCH", "INVALID_REQUEST_ERROR", Conflict),
        (401, "ACCESS_TOKEN_REVOKED", "AUTHENTICATION_ERROR", TokenRevoked),
        (400, "INSUFFICIENT_FUNDS", "PAYMENT_METHOD_ERROR", ValidationError),
        (400, "TEMPORARY_ERROR", "PAYMENT_METHOD_ERROR", ServiceUnavailable),
        (418, "SOMETHING_NEW", "INVALID_REQUEST_ERROR", ValidationError),
        (500, "SOMETHING_NEW", "SOMETHING_NEW", ServiceUnavailable),
        (200, "UNAUTHORIZED", "AUTHENTICATION_ERROR", AuthenticationError),
    ],
)
def test_codes_go_before_the_status(status: int, code: str, category: str, kind: type[Exception]) -> None:
    content = json.dumps({"errors": [{"code": code, "category": category}]}).encode()
    assert type(error(Reply(status, content))) is kind


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"<html>", b'{"errors": []}', b'{"errors": "x"}'])
def test_good_and_odd_answers(content: bytes) -> None:
    assert error(Reply(200, content)) is None
    assert type(error(Reply(404, content))) is NotFound
    assert error(Reply(503, content)) is None


def test_where_square_is() -> None:
    def url(**fields: str) -> str:
        return CONNECTOR.base_url(Connection(id="c", platform="square", fields=fields))

    assert url() == url(environment="production") == "https://connect.squareup.com"
    assert url(environment="sandbox") == "https://connect.squareupsandbox.com"
    assert url(base_url="http://127.0.0.1:8700/") == "http://127.0.0.1:8700"
    asked = sign_in_url("https://connect.squareup.com", "sq0idp-x", "s", code_challenge="c")
    assert asked.startswith(
        "https://connect.squareup.com/oauth2/authorize?client_id=sq0idp-x&scope=MERCHANT_PROFILE_READ"
    )
