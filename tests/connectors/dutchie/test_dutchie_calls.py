"""Errors, keys, stores, and the end of Plus."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.dutchie import CONNECTOR
from posbridge.connectors.dutchie.errors import error
from posbridge.connectors.dutchie.words import STATUSES, status_of
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.dutchie import PUBLIC_KEY
from posbridge.sandbox.dutchie.app import STORE, TEST_STORE
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import sale
from tests.connectors.dutchie.store import Far, example, links, names, store


def said(message: str, data: Any = None, **more: Any) -> bytes:
    return json.dumps({"data": data, "errors": [{"message": message, **more}]}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, said("Unauthorized"), AuthenticationError),
        (401, b"", AuthenticationError),
        (403, said("no"), AuthenticationError),
        (403, b"", AuthenticationError),
        (403, b"<html>Cloudflare</html>", ServiceUnavailable),
        (429, said("Too many requests"), RateLimitExceeded),
        (500, b"<html>", ServiceUnavailable),
        (503, said("down"), ServiceUnavailable),
        (404, b"<html>", ServiceUnavailable),
        (410, b"", ServiceUnavailable),
        (200, said("Checkout not found"), NotFound),
        (400, said("Product not found"), NotFound),
        (200, said("x", extensions={"code": "NOT_FOUND"}), NotFound),
        (200, said("You are not authorized"), AuthenticationError),
        (200, said("Forbidden"), AuthenticationError),
        (200, said("Rate limit exceeded"), RateLimitExceeded),
        (200, said("The rate is too high"), RateLimitExceeded),
        (200, said("We generate no such thing"), ValidationError),
        (200, said("Internal server error"), ServiceUnavailable),
        (200, said("Invalid product option"), ValidationError),
        (400, said('Cannot query field "x" on type "Order".'), ValidationError),
        (422, b"{}", ValidationError),
    ],
)  # fmt: skip
def test_the_table_of_errors(status: int, body: bytes, kind: type[Exception]) -> None:
    assert type(error(Reply(status, body))) is kind


def test_what_is_no_error() -> None:
    assert error(Reply(200, b'{"data":{"product":null}}')) is None
    assert error(Reply(200, said("a part failed", {"menu": {"products": []}}))) is None, "whoever asked decides"


def test_a_redirect_within_dutchie_is_an_end_and_another_is_this_networks() -> None:
    gone = error(Reply(302, b"", {"location": "https://dutchie.com/goodbye"}))
    assert isinstance(gone, ServiceUnavailable)
    assert gone.detail["reason"] == "gone"
    assert error(Reply(302, b"", {"location": "https://wifi.example/login"})) is None
    assert error(Reply(302, b"", {"location": "https://notdutchie.com/"})) is None


@pytest.mark.parametrize("status", [404, 410, 302])
async def test_an_address_that_stays_gone_is_closed_in_words(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    far = store()
    far.simulator.closed = status
    calls = _calls(far)
    at = datetime.fromisoformat("2026-12-31T12:00:00+00:00")
    monkeypatch.setattr("posbridge.connectors.http._REPEATS", ())
    for seconds in (0, 5, 10):
        calls.clock = lambda now=at + timedelta(seconds=seconds): now
        with pytest.raises(ServiceUnavailable):
            await calls.orders()
    calls.clock = lambda: at + timedelta(minutes=3)
    with pytest.raises(PermissionDenied, match="closed for this shop") as caught:
        await calls.orders()
    assert "leaflogix" in caught.value.next_step
    far.simulator.closed = None
    assert await calls.orders() == []
    far.simulator.closed = status
    with pytest.raises(ServiceUnavailable):
        await calls.orders()


def _calls(far: Far) -> Any:
    assert far.services.orders is not None
    return far.services.orders._calls  # type: ignore[attr-defined] # what all services share


async def test_a_failure_inside_dutchie_leaves_a_write_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    far = store()
    monkeypatch.setattr(far.simulator.desk, "create", _breaks)
    assert far.services.orders is not None
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(sale(), "key", far.context(links(far)))


def _breaks(args: dict[str, Any]) -> Any:
    from posbridge.sandbox.shopify.executor import Refused

    raise Refused("INTERNAL_SERVER_ERROR", "Internal server error")


@pytest.mark.parametrize("answer", [{"data": {"menu": {"products": {}}}}, {"data": {"menu": None}}, {"data": []}, []])
async def test_a_menu_of_another_shape_drifts(answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    far = store()
    assert far.services.products is not None

    async def read(*args: Any, **options: Any) -> Reply:
        return Reply(200, json.dumps(answer).encode())

    monkeypatch.setattr(far.http, "read", read)
    with pytest.raises(SchemaDrift):
        _ = [page async for page in far.services.products.changed_since(None)]


# the probe
async def test_the_probe_proves_the_store_and_the_right_to_orders() -> None:
    far = store()
    probe = await far.services.probe()
    assert (probe.account, probe.missing, probe.prices_include_tax) == ("Main street", (), False)
    assert [(place.id, place.active) for place in probe.locations] == [(STORE, True), (TEST_STORE, False)]
    assert probe.tax_rates == {"": (("Tax", "10"),)}
    assert names(far) == ["Retailers", "Orders"]


async def test_a_public_key_lacks_the_right_to_orders_and_still_reads_the_menu() -> None:
    far = store(secrets={"api_key": PUBLIC_KEY})
    assert (await far.services.probe()).missing == ("orders (a private key)",)
    assert far.services.products is not None
    assert [page async for page in far.services.products.changed_since(None)]


async def test_a_store_is_never_chosen_by_itself() -> None:
    far = store(retailer_id="")
    probe = await far.services.probe()
    assert [place.id for place in probe.locations] == [STORE, TEST_STORE], "a test shop comes last"
    assert all(place.active for place in probe.locations)
    assert far.services.products is not None
    with pytest.raises(ValidationError, match="the store"):
        _ = [page async for page in far.services.products.changed_since(None)]
    with pytest.raises(ValidationError, match="chosen store"):
        await store(retailer_id="11111111-2222-4333-8444-555555555555").services.probe()


async def test_a_store_may_be_chosen_by_its_name() -> None:
    far = store(retailer_id="main street")
    assert (await far.services.probe()).locations[0].id == STORE
    assert _calls(far).retailer == STORE


def test_the_contracts_list_of_stores(contracts: Path) -> None:
    listed = example(contracts, "retailer.list.response")["data"]["retailers"]
    assert "Sandbox" in listed[0]["name"], "the first of the list is the trap"


async def test_canadian_prices() -> None:
    far = store(currency="CAD")
    assert far.services.products is not None
    (page,) = [page async for page in far.services.products.changed_since(None)]
    assert {one.variants[0].price.currency for one in page.items if one.variants[0].price} == {"CAD"}
    assert (await far.services.probe()).currency == "CAD"


async def test_every_call_carries_the_key_and_goes_to_one_address() -> None:
    far = store()
    assert far.services.orders is not None
    await far.services.orders.create(sale(), "key", far.context(links(far), Steps()))
    assert {request.headers["authorization"] for request in far.sent} == {"Bearer sandbox-private-key-0001"}
    assert {(request.method, request.url.path) for request in far.sent} == {("POST", "/plus/2021-07/graphql")}
    assert CONNECTOR.base_url(far.connection.model_copy(update={"fields": {}})) == (
        "https://plus.dutchie.com/plus/2021-07/graphql"
    )


# words of an order's state
@pytest.mark.parametrize(
    ("word", "ours"),
    [("OPEN", OrderStatus.OPEN), ("Received", OrderStatus.OPEN), ("confirmed", OrderStatus.PREPARING),
     ("READY", OrderStatus.READY), ("picked_up", OrderStatus.COMPLETED), ("CANCELLED", OrderStatus.CANCELLED),
     ("rejected", OrderStatus.CANCELLED), ("SOMETHING_NEW", OrderStatus.OPEN), ("", OrderStatus.OPEN)],
)  # fmt: skip
def test_words_of_states(word: str, ours: OrderStatus) -> None:
    assert status_of(word) is ours


def test_no_state_is_sent_and_ends_are_ends() -> None:
    assert not any(each.ours_sends for each in STATUSES)
    known = {each.word for each in STATUSES}
    assert all(set(each.next) <= known for each in STATUSES)
    ends = {each.word for each in STATUSES if each.status in (OrderStatus.COMPLETED, OrderStatus.CANCELLED)}
    assert {each.word for each in STATUSES if not each.next} == ends
