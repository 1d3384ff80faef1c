"""What a call may be told to have done: nothing, something unknown, or what the answer says."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.connectors import http as http_module
from posbridge.connectors.auth import Basic, QueryKey
from posbridge.connectors.contract import Connection
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.http import RateHint, Reply, close_clients, open_http
from posbridge.connectors.net import encode, shared_client, show
from posbridge.domain.errors import ConfigurationError
from posbridge.testing.faulty_transport import Fault

from .conftest import NOW, SmallConnector, connection


def answer(status: int, body: Any = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, bytes):
        return lambda request: httpx.Response(status, content=body, headers=named)
    return lambda request: httpx.Response(status, json=body if body is not None else {}, headers=named)


async def test_a_good_answer_is_read_exactly(far_side: Any) -> None:
    http, _ = far_side(answer(200, b'{"total": 10.10, "n": 3}'))
    reply = await http.get("orders", params={"page": 2, "after": None})
    assert reply.json() == {"total": Decimal("10.10"), "n": 3}
    assert isinstance(reply.json()["total"], Decimal)
    assert reply.url == "https://shop.example/orders?page=2"


FAULTS = [
    (Fault.BEFORE_SEND, ServiceUnavailable, ServiceUnavailable),
    (Fault.AFTER_SEND, OutcomeUnknown, ServiceUnavailable),
    (Fault.AFTER_SEND_TIMEOUT, OutcomeUnknown, ServiceUnavailable),
    (Fault.MID_BODY, OutcomeUnknown, ServiceUnavailable),
]


@pytest.mark.parametrize(("fault", "on_write", "on_read"), FAULTS)
async def test_trouble_on_the_way(far_side: Any, fault: Fault, on_write: type, on_read: type) -> None:
    http, transport = far_side(answer(200, {"id": 1}))
    transport.plan(fault)
    with pytest.raises(on_write) as caught:
        await http.write("POST", "orders", json={})
    assert type(caught.value) is on_write
    assert len(transport.seen) == 1, "a write is never repeated"
    transport.plan(fault, fault, fault)
    with pytest.raises(on_read):
        await http.get("orders")
    assert len(transport.seen) == 4, "a read is tried three times"


async def test_a_read_survives_two_faults(far_side: Any) -> None:
    http, transport = far_side(answer(200, {"id": 1}))
    transport.plan(Fault.BEFORE_SEND, Fault.MID_BODY)
    assert (await http.get("orders")).json() == {"id": 1}


PORTAL = b"<!doctype html><title>Sign in</title>"
STATUSES = [
    (400, ValidationError, ValidationError),
    (401, AuthenticationError, AuthenticationError),
    (403, PermissionDenied, PermissionDenied),
    (404, NotFound, NotFound),
    (408, OutcomeUnknown, ServiceUnavailable),
    (409, Conflict, Conflict),
    (413, ValidationError, ValidationError),
    (415, ValidationError, ValidationError),
    (422, ValidationError, ValidationError),
    (429, RateLimitExceeded, RateLimitExceeded),
    (500, OutcomeUnknown, ServiceUnavailable),
    (502, OutcomeUnknown, ServiceUnavailable),
    (503, OutcomeUnknown, ServiceUnavailable),
    (504, OutcomeUnknown, ServiceUnavailable),
    (511, ServiceUnavailable, ServiceUnavailable),
    (520, OutcomeUnknown, ServiceUnavailable),
]


@pytest.mark.parametrize(("status", "on_write", "on_read"), STATUSES)
@pytest.mark.parametrize("body", [b"{}", PORTAL, b""])
async def test_statuses(far_side: Any, status: int, on_write: type, on_read: type, body: bytes) -> None:
    http, _ = far_side(answer(status, body))
    with pytest.raises(on_write) as caught:
        await http.write("POST", "orders", json={})
    assert type(caught.value) is on_write
    assert (caught.value.status, caught.value.platform) == (status, "shop")
    http, _ = far_side(answer(status, body))
    with pytest.raises(on_read):
        await http.get("orders")


@pytest.mark.parametrize("body", [PORTAL, b"  \n<html>", b"{broken", b"OK"])
async def test_a_page_that_is_not_the_platforms(far_side: Any, body: bytes) -> None:
    http, _ = far_side(answer(200, body))
    with pytest.raises(OutcomeUnknown) as caught:
        await http.write("POST", "orders", json={})
    if b"<" in body:
        assert caught.value.detail["reason"] == "captive_portal"
        assert "sign-in" in caught.value.message
    with pytest.raises(ServiceUnavailable):
        await http.get("orders")
    assert (await http.read("GET", "feed", due_json=False)).content == body


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"0", b"false"])
async def test_small_answers_are_answers(far_side: Any, body: bytes) -> None:
    http, _ = far_side(answer(200, body))
    assert (await http.write("DELETE", "orders/1")).status == 200


@pytest.mark.parametrize("status", [429, 503])
async def test_slow_down_says_until_when(far_side: Any, status: int) -> None:
    http, _ = far_side(answer(status, {}, retry_after="20"))
    with pytest.raises(RateLimitExceeded) as caught:
        await http.write("POST", "orders", json={})
    assert caught.value.retry_at == NOW + timedelta(seconds=20)
    http, _ = far_side(answer(status, {}, retry_after="Mon, 02 Mar 2026 10:01:00 GMT"))
    with pytest.raises(RateLimitExceeded) as caught:
        await http.get("orders")
    assert caught.value.retry_at == NOW + timedelta(minutes=1)


async def test_after_a_refusal_the_connection_waits_without_calling(far_side: Any) -> None:
    http, transport = far_side(answer(429, {}, retry_after="3600"))
    for _ in range(3):
        with pytest.raises(RateLimitExceeded):
            await http.write("POST", "orders", json={})
    assert len(transport.seen) == 1


async def test_the_connectors_word(far_side: Any) -> None:
    def said(error: Exception) -> SmallConnector:
        return SmallConnector(word=lambda reply: error)

    http, _ = far_side(answer(500), said(ValidationError("refund too large")))
    with pytest.raises(ValidationError, match="refund too large"):
        await http.write("POST", "refunds", json={})
    http, _ = far_side(answer(500), said(ServiceUnavailable("down")))
    with pytest.raises(OutcomeUnknown, match="down"):
        await http.write("POST", "orders", json={})
    http, _ = far_side(answer(200), said(RateLimitExceeded("throttled")))
    with pytest.raises(RateLimitExceeded):
        await http.write("POST", "graphql", json={})


async def test_an_error_page_that_the_connector_cannot_read(far_side: Any) -> None:
    http, _ = far_side(answer(404, PORTAL), SmallConnector(word=lambda reply: reply.json()["errors"]))
    with pytest.raises(NotFound):
        await http.get("orders/1")


async def test_hosts(far_side: Any) -> None:
    http, transport = far_side(answer(200))
    await http.get("https://api.shop.example/x")
    await http.get("https://eu.cdn.example/x")
    for wrong in ("https://evil.example/x", "https://cdn.example.evil.example/", "http://shop.example/x", "https:///x"):
        with pytest.raises(ValidationError):
            await http.get(wrong)
    assert len(transport.seen) == 2


@pytest.mark.parametrize("url", ["ftp://shop.example", "http://shop.example", "", "shop.example", "http://8.8.8.8"])
async def test_addresses_that_no_connection_may_have(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_http(SmallConnector(), connection(url), None, lambda: NOW)


@pytest.mark.parametrize(
    "url", ["http://192.168.1.4:8080/shop", "http://shop.local", "http://127.0.0.1:81", "http://till"]
)
async def test_plain_http_in_the_building(url: str) -> None:
    http = open_http(SmallConnector(), connection(url), None, lambda: NOW)
    assert http.base_url == url


async def test_loopback_only_when_the_address_given_is_there(far_side: Any) -> None:
    http, _ = far_side(answer(200))
    with pytest.raises(ValidationError):
        await http.get("http://127.0.0.1:1/x")


def redirect(location: str, status: int = 301) -> Any:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/old":
            return httpx.Response(status, headers={"location": location})
        return httpx.Response(200, json={"at": str(request.url)})

    return handler


async def test_redirects(far_side: Any) -> None:
    http, transport = far_side(redirect("/new?page=1"))
    assert (await http.get("old")).json() == {"at": "https://shop.example/new?page=1"}
    with pytest.raises(ServiceUnavailable):
        await http.write("POST", "old", json={})
    assert [request.url.path for request in transport.seen] == ["/old", "/new", "/old"]
    http, transport = far_side(redirect("https://evil.example/"))
    with pytest.raises(ServiceUnavailable, match=r"evil\.example"):
        await http.get("old")
    assert {request.url.host for request in transport.seen} == {"shop.example"}
    http, _ = far_side(redirect("/done", 303))
    with pytest.raises(OutcomeUnknown):
        await http.write("POST", "old", json={})


async def test_a_flood_is_cut(far_side: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MAX_BYTES", 1000)
    http, _ = far_side(answer(200, b'"' + b"x" * 2000 + b'"'))
    with pytest.raises(SchemaDrift):
        await http.get("orders")
    with pytest.raises(OutcomeUnknown):
        await http.write("POST", "orders", json={})


async def test_what_is_remembered_holds_no_secret(far_side: Any) -> None:
    http, _ = far_side(answer(200), auth=QueryKey("consumer_secret", "cs_hush"))
    await http.get("customers", params={"email": "ada@example.com", "page": 1})
    (call,) = http.recent
    assert call.status == 200
    assert "page=1" in call.url
    assert "hush" not in repr(call)
    assert "ada" not in repr(call)
    http.recent.clear()
    for _ in range(60):
        await http.get("x")
    assert len(http.recent) == 50


async def test_failed_calls_are_remembered(far_side: Any) -> None:
    http, transport = far_side(answer(200))
    transport.plan(Fault.AFTER_SEND)
    with pytest.raises(OutcomeUnknown):
        await http.write("POST", "orders", json={})
    assert (http.recent[-1].status, http.recent[-1].error) == (None, "unknown")


async def test_no_cookie_is_kept(far_side: Any) -> None:
    http, transport = far_side(answer(200, {}, set_cookie="session=1"))
    await http.get("a")
    await http.get("b")
    assert "cookie" not in transport.seen[-1].headers


async def test_platform_headers_hold_the_connection(far_side: Any) -> None:
    connector = SmallConnector()
    connector.limits = lambda reply: RateHint(remaining=0, reset_s=3600)  # type: ignore[attr-defined] # optional
    http, transport = far_side(answer(200), connector)
    await http.get("a")
    with pytest.raises(RateLimitExceeded):
        await http.get("b")
    assert len(transport.seen) == 1


async def test_a_key_with_odd_characters_asks_for_the_key(far_side: Any) -> None:
    http, transport = far_side(answer(200), auth=Basic("ck", "señal\n"))
    with pytest.raises(AuthenticationError):
        await http.write("POST", "orders", json={})
    assert not transport.handled


async def test_a_large_answer_is_parsed(far_side: Any) -> None:
    big = b'{"x": "' + b"y" * 400_000 + b'"}'
    http, _ = far_side(answer(200, big))
    assert len((await http.get("x")).json()["x"]) == 400_000


async def test_nobody_listens() -> None:
    http = open_http(SmallConnector(), connection("http://127.0.0.1:9"), None, lambda: NOW)
    with pytest.raises(ServiceUnavailable) as caught:
        await http.write("POST", "orders", json={})
    assert caught.value.detail["reason"] == "unreachable"
    await close_clients()


async def test_a_wrong_certificate_file(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("not a certificate")
    with pytest.raises(ConfigurationError):
        shared_client(str(wrong))


async def test_one_client_a_loop() -> None:
    first = shared_client()
    assert shared_client() is first
    await close_clients()
    assert first.is_closed
    assert shared_client() is not first
    await close_clients()


def test_decimals_are_written_as_they_are() -> None:
    assert encode({"a": Decimal("1.10"), "b": [Decimal("-3")], "c": "1.10", "d": "é"}) == (
        '{"a":1.10,"b":[-3],"c":"1.10","d":"é"}'.encode()
    )
    with pytest.raises(ValueError):
        encode({"a": float("nan")})
    with pytest.raises(TypeError):
        encode({"a": Decimal("NaN")})


def test_a_reply_can_be_made_by_hand() -> None:
    reply = Reply(404, b"{}", {"X-Total": "1"})
    assert reply.headers["x-total"] == "1"
    with pytest.raises(SchemaDrift):
        Reply(200, b"<html>").json()
    assert show(httpx.URL("https://user:pass@a.example/x?key=1")) == "https://a.example/x?key=…"
    assert isinstance(connection(), Connection)
