"""What must not be sold, given back or overlooked twice: answers in half, refusals in unknown words, frozen bodies."""

from __future__ import annotations

from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    ConnectorError,
    OutcomeUnknown,
    PermissionDenied,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply, failure
from posbridge.connectors.shopify import CONNECTOR, mapping
from posbridge.connectors.shopify.calls import behind
from posbridge.domain.customer import Customer
from posbridge.domain.money import Money
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD
from tests.connectors.shopify.bench import Bench, bench
from tests.connectors.watched import now

_REFUSED = {"field": ["order", "metafields"], "message": "Value must be unique", "code": "INVALID"}


def judged(status: int, body: bytes) -> Any:
    return failure(Reply(status, body), CONNECTOR, write=True, due_json=True, now=now())


def orders_of(shopify: Bench) -> Any:
    return shopify.services.orders


@pytest.mark.parametrize("status", [200, 500, 502])
def test_an_error_that_is_no_sign_in_asks_for_no_new_token(status: int) -> None:
    """Whoever hears that the token is bad fetches another and sends the order again at once."""
    found = judged(status, b'{"error": "Something went wrong"}')
    assert not isinstance(found, AuthenticationError)
    assert status == 200 or isinstance(found, OutcomeUnknown)


@pytest.mark.parametrize("words", ["invalid query", "The request has expired", "Bad Request"])
def test_words_in_a_400_sign_nobody_out(words: str) -> None:
    assert type(judged(400, f'{{"error": "{words}"}}'.encode())) is ValidationError
    assert type(judged(400, f'{{"errors": "{words}"}}'.encode())) is ValidationError


async def test_an_order_that_was_made_and_cannot_be_shown_is_a_doubt() -> None:
    made: dict[str, Any] = {"order": None, "userErrors": []}
    denied = {"message": "Access denied for order field.", "extensions": {"code": "ACCESS_DENIED"}}
    shopify, order = bench(), sale()
    shopify.wire.answers["OrderCreate"] = [{"data": {"orderCreate": made}, "errors": [denied]}]
    with pytest.raises(OutcomeUnknown):
        await orders_of(shopify).create(order, "key", shopify.context())
    assert await shopify.steps.get("sent") == "yes"


async def test_a_query_that_lacks_a_right_still_says_so() -> None:
    denied = {"message": "Access denied for order field.", "extensions": {"code": "ACCESS_DENIED"}}
    shopify = bench()
    shopify.wire.answers["Order"] = [{"data": {"order": None}, "errors": [denied]}]
    with pytest.raises(PermissionDenied):
        await orders_of(shopify).get("1")


async def test_a_second_send_refused_in_unknown_words_is_looked_for() -> None:
    shopify, order = bench(), sale()
    ref = await orders_of(shopify).create(order, "key", shopify.context())
    shopify.steps = type(shopify.steps)()
    shopify.wire.answers["OrderCreate"] = [{"data": {"orderCreate": {"order": None, "userErrors": [_REFUSED]}}}]
    assert (await orders_of(shopify).create(order, "key", shopify.context())).id == ref.id
    assert len(shopify.simulator.orders_book()) == 1


async def test_a_doubt_outlives_a_try_that_was_turned_away() -> None:
    shopify, order = bench(), sale()
    shopify.wire.unsent = ["OrderCreate"]
    with pytest.raises(OutcomeUnknown):
        await orders_of(shopify).create(order, "key", shopify.context())
    closed = {"order": None, "userErrors": [{"message": "closed", "code": "SHOP_DORMANT"}]}
    shopify.wire.answers["OrderCreate"] = [{"data": {"orderCreate": closed}}]
    with pytest.raises(ServiceUnavailable):
        await orders_of(shopify).create(order, "key", shopify.context())
    assert await shopify.steps.get("sent") == "yes"


async def test_a_buyer_who_is_gone_there_stops_no_sale() -> None:
    gone = {"field": ["order", "customer", "toAssociate"], "message": "Customer does not exist", "code": "INVALID"}
    shopify = bench()
    order = an_order([a_line(8, 100, 1)], customer=Customer(id="c", first_name="Ada", email="ada@example.com"))
    shopify.wire.answers["OrderCreate"] = [{"data": {"orderCreate": {"order": None, "userErrors": [gone]}}}]
    await orders_of(shopify).create(order, "key", shopify.context())
    assert len(shopify.simulator.orders_book()) == 1


async def test_a_refused_refund_is_made_anew_under_another_key() -> None:
    shopify, order = bench(), sale()
    ref = await orders_of(shopify).create(order, "key", shopify.context())
    refund = giving_back(order, [("line-1", 1)])
    refused = {"field": ["location"], "message": "Location is not active"}
    shopify.wire.answers["Refund"] = [{"data": {"refundCreate": {"refund": None, "userErrors": [refused]}}}]
    with pytest.raises(ValidationError):
        await orders_of(shopify).refund(refund, ref, "key-r", shopify.context())
    await orders_of(shopify).refund(refund, ref, "key-r", shopify.context())
    first, second = (one.body["variables"]["key"] for one in shopify.named("Refund"))
    assert first != second
    assert len(shopify.named("Refundable")) == 2
    assert len(await orders_of(shopify).find_refund(refund, ref)) == 1


def test_a_page_that_leads_nowhere_ends_no_list() -> None:
    for info in ({"hasNextPage": True}, {"hasNextPage": True, "endCursor": ""}):
        with pytest.raises(SchemaDrift):
            behind({"nodes": [], "pageInfo": info})
    assert issubclass(SchemaDrift, ConnectorError)


def test_a_total_that_is_not_said_is_not_nothing() -> None:
    order = mapping.to_order({"id": "gid://shopify/Order/1", "displayFinancialStatus": "PAID"})
    assert (order.total, order.paid) == (None, None)


async def test_a_card_is_charged_by_what_it_holds_not_by_what_a_search_shows() -> None:
    shopify, charge = bench(), Money(amount=500, currency="USD")
    cards = shopify.services.gift_cards
    await cards.redeem(CARD, charge, "key-1")
    stale = shopify.named("GiftCards")[0].answer
    cards._known.clear()
    shopify.wire.answers["GiftCards"] = [stale]
    await cards.redeem(CARD, charge, "key-1")
    assert len(shopify.named("CardDebit")) == 1


async def test_an_order_behind_the_newest_fifty_is_found_though_the_search_lags() -> None:
    shopify = bench(marked=False)
    shopify.simulator.orders.lag_s = 3600
    made = [an_order([a_line(8, 100, 1)], seed=seed) for seed in range(1, 54)]
    for order in made:
        shopify.steps = type(shopify.steps)()
        await orders_of(shopify).create(order, str(order.id), shopify.context())
    first = made[0]
    assert len(await orders_of(shopify).find(first.reference, around=first.captured_at)) == 1
    assert await orders_of(shopify).find("P0NEVERMADE00000", around=first.captured_at) == []
