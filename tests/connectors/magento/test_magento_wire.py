"""What is sent is what the store's own schema allows; answers that are errors are told apart; signatures and proofs."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.magento import CONNECTOR, webhooks
from posbridge.connectors.magento.errors import error
from posbridge.connectors.magento.signing import OAuthHeader
from posbridge.connectors.reply import Reply, failure
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.testing.builders import a_customer, a_product, a_variant
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.magento.bench import Bench, Sent, bench
from tests.connectors.watched import now


async def everything(far: Bench) -> None:
    """Each call that the services make."""
    services = far.services
    buyer = a_customer(email="ada2@example.com")
    order = sale(
        lines=[(1, 1250, 2), (3, 2200, 1), (77, 333, 3)],
        tenders=[(TenderKind.CASH, 2000), (TenderKind.GIFT_CARD, 4269)],
        customer=buyer,
        note="Gift wrap 🎁",
    )
    made = await services.customers.create(buyer, "key-c")
    await services.customers.update(made.model_copy(update={"first_name": "Grace"}))
    ref = await services.orders.create(order, "key", far.context(customer_id=made.id))
    remote = await services.orders.get(ref.id)
    lines = {line.id: there.id for line, there in zip(order.lines, remote.lines, strict=True)}
    await services.orders.update(ref.id, note="x")
    for seed, line in enumerate(("line-1", "line-77")):
        refund, context = giving_back(order, [(line, 1)], seed), far.context(remote_lines=lines)
        await services.orders.refund(refund, ref, f"r-{line}", replace(context, steps=Steps()))
    changes = [StockChange(variant_id=far.id_of(sku), delta=Decimal(-1)) for sku in ("SKU-0001", "SKU-0003")]
    await services.inventory.adjust(changes, "key-s")
    made_there = await services.products.push(a_product(50, id="", variants=(a_variant(50),)), "key-p")
    await services.products.push(a_product(50, id=made_there.id, variants=(a_variant(50),)), "key-q")
    web = await far.http.write("PUT", "orders/create", json={"entity": _of_the_web()})
    for status in (OrderStatus.PAID, OrderStatus.COMPLETED):
        await services.orders.update_status(str(web.json()["entity_id"]), status)
    for pages in (services.products.ids(), services.products.changed_since(None), services.orders.changed_since(None),
                  services.customers.changed_since(None), services.discounts.active(),
                  services.inventory.levels(None)):  # fmt: skip
        async for _ in pages:
            pass
    await services.customers.find(phone="+12025550101")
    await services.customers.find(name="Ada Lovelace")
    await services.customers.orders(made.id)
    await services.probe()


def _of_the_web() -> dict[str, Any]:
    item = {"sku": "SKU-0001", "product_id": 1, "qty_ordered": 1, "price": 12.5, "row_total": 12.5}
    return {"state": "new", "status": "pending", "store_id": 1, "grand_total": 12.5, "base_grand_total": 12.5,
            "customer_email": "web@example.com", "order_currency_code": "USD", "items": [item],
            "payment": {"method": "checkmo", "account_status": None, "additional_information": [],
                        "cc_last4": None}}  # fmt: skip


@pytest.fixture(scope="module")
def spec(contracts: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((contracts / "magento" / "spec" / "swagger-2.4.7.json").read_text("utf-8"))
    return found


def operation(spec: dict[str, Any], sent: Sent) -> dict[str, Any]:
    """The operation of a request in the store's schema: the path with the fewest names in braces."""
    wanted = sent.path.split("/")
    fitting = []
    for path, methods in spec["paths"].items():
        parts = path.removeprefix("/V1/").split("/")
        same = len(parts) == len(wanted) and all(
            p.startswith("{") or p == w for p, w in zip(parts, wanted, strict=True)
        )
        if same and sent.method.lower() in methods:
            fitting.append((path.count("{"), path))
    assert fitting, f"the specification has no {sent.method} {sent.path}"
    found: dict[str, Any] = spec["paths"][min(fitting)[1]][sent.method.lower()]
    return found


async def test_every_request_is_one_of_the_schema(spec: dict[str, Any]) -> None:
    far = bench(replace(shop(), tax_rate="8.25"))
    await everything(far)
    assert not [sent for sent in far.wire.sent if sent.status >= 300 and sent.body != {}]
    assert len({(sent.method, operation(spec, sent)["operationId"]) for sent in far.wire.sent}) >= 26
    for sent in far.wire.sent:
        described = operation(spec, sent)
        if sent.body:
            body = next(p["schema"] for p in described["parameters"] if p["in"] == "body")
            found = OAS31Validator({**body, "definitions": spec["definitions"]}).iter_errors(_without_nulls(sent.body))
            problems = [f"{sent.method} {sent.path} {list(e.path)}: {e.message}" for e in found]
            assert not problems, problems[:5]
        known = {p["name"] for p in described.get("parameters", []) if p["in"] == "query"}
        searched = {name for name in sent.query if name.startswith("searchCriteria")}
        assert all(_first(name) in known for name in searched), (sent.path, searched - known)


def _first(name: str) -> str:
    """The schema names the first group and filter only."""
    return name.replace("filterGroups][1]", "filterGroups][0]").replace("filterGroups][2]", "filterGroups][0]")


def _without_nulls(body: Any) -> Any:
    """`account_status` and `cc_last4` are required and may be null, as recorded (137); the schema forgets null."""
    if isinstance(body, dict):
        return {
            k: "" if k in ("account_status", "cc_last4") and v is None else _without_nulls(v) for k, v in body.items()
        }
    return [_without_nulls(one) for one in body] if isinstance(body, list) else _number(body)


def _number(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) or value is None else float(value)


# signatures
def signed(vector: dict[str, Any], said: dict[str, str], method: str, url: httpx.URL) -> str:
    """The signature that we make in the vector's moment."""
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    moment, nonce = int(said["oauth_timestamp"]), said["oauth_nonce"]
    key, secret, token, token_secret = (vector[name] for name in names)
    auth = OAuthHeader(key, secret, token, token_secret, now=lambda: moment, nonce=lambda: nonce)
    return unquote(auth.header(method, url).rpartition('oauth_signature="')[2].rstrip('"'))


def test_vectors_that_the_server_accepted(contracts: Path) -> None:
    file = contracts / "magento" / "examples" / "recorded" / "020-auth.oauth1.vector.json"
    found = json.loads(file.read_text("utf-8"))
    seen = 0
    for request in (one for one in _inside(found) if "Authorization" in one.get("headers", {})):
        said = dict(re.findall(r'(\w+)="([^"]*)"', request["headers"]["Authorization"]))
        url = httpx.URL(urljoin("http://shop.example", request["url"]))
        assert signed(found["vector"], said, request["method"], url) == unquote(said["oauth_signature"])
        seen += 1
    assert seen


def _inside(value: Any) -> list[dict[str, Any]]:
    """All objects of a tree."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [*([value] if isinstance(value, dict) else []), *(one for each in inner for one in _inside(each))]


def test_our_own_vector(contracts: Path) -> None:
    vector = json.loads((contracts / "magento" / "examples" / "auth.oauth1.vector.json").read_text("utf-8"))
    url = httpx.URL(vector["url"]).copy_merge_params(vector["query"])
    assert signed(vector, vector, vector["method"], url) == vector["oauth_signature"]


# errors
CASES: list[tuple[int, Any, type[ConnectorError], str]] = [
    (401, {"message": "The signature is invalid. Verify and try again."}, AuthenticationError, "copy all four"),
    (401, {"message": "Specified token does not exist"}, AuthenticationError, "copy all four"),
    (401, {"message": "An error occurred validating the nonce"}, AuthenticationError, "clock"),
    (401, {"message": "The nonce is already being used by the consumer with ID %1", "parameters": ["2"]},
     ServiceUnavailable, ""),
    (401, {"message": "The consumer isn't authorized to access %resources.",
           "parameters": {"resources": "Magento_Sales::actions_view"}}, PermissionDenied, "tick this right"),
    (400, {"message": "Please use the 2fa provider-specific endpoints to obtain a token."}, AuthenticationError,
     "make an integration"),
    (400, {"message": "Unique constraint violation found"}, Conflict, ""),
    (400, {"message": "A customer with the same email address already exists in an associated website."}, Conflict, ""),
    (400, {"message": "Decoding error."}, ValidationError, ""),
    (404, {"message": "Request does not match any route."}, NotFound, "address"),
    (404, {"message": "No such entity with %fieldName = %fieldValue",
           "parameters": {"fieldName": "cartId", "fieldValue": 1}}, NotFound, ""),
    (429, {"message": "Too Many Requests", "trace": None}, RateLimitExceeded, ""),
    (500, {"message": "Internal Error. Report ID: webapi-1"}, ServiceUnavailable, ""),
    (500, {"messages": {"error": [{"code": 500, "message": "Fatal"}]}}, ServiceUnavailable, ""),
    (503, "<html>", ServiceUnavailable, ""),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "step"), CASES)
def test_errors_are_told_apart(status: int, body: Any, kind: type[ConnectorError], step: str) -> None:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    found = failure(Reply(status, content), CONNECTOR, write=False, due_json=True, now=now())
    assert type(found) is kind
    assert step in (getattr(found, "next_step", "") or "")
    assert "%" not in str(found)


def test_every_recorded_error_is_read(contracts: Path) -> None:
    seen = 0
    for file in sorted((contracts / "magento" / "examples" / "recorded").glob("*.json")):
        answer = json.loads(file.read_text("utf-8")).get("response") or {}
        if answer.get("status", 200) >= 400:
            body = answer["body"]
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            found = failure(Reply(answer["status"], content), CONNECTOR, write=False, due_json=True, now=now())
            assert isinstance(found, ConnectorError), file.name
            seen += 1
    assert seen > 25


def test_several_errors_are_one_sentence() -> None:
    body = {"message": "One or more input exceptions have occurred.", "errors": [
        {"message": '"%fieldName" is required.', "parameters": {"fieldName": "telephone"}}]}  # fmt: skip
    found = error(Reply(400, json.dumps(body).encode()))
    assert '"telephone" is required.' in str(found)


# proofs of deliveries
@pytest.fixture
def vectors(contracts: Path) -> Any:
    def read(name: str) -> Any:
        return json.loads((contracts / "magento" / "examples" / f"{name}.json").read_text("utf-8"))

    return read


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("webhook.signature.vector", "x-adobe-digital-signature-1"),
        ("webhook.signature.vector", "x-adobe-digital-signature-2"),
        ("webhook.commerce.signature.vector", "x-adobe-commerce-webhook-signature"),
    ],
)
def test_webhook_vectors(vectors: Any, name: str, header: str) -> None:
    vector = vectors(name)
    given = next(value for key, value in vector.items() if key.startswith("x-adobe"))
    body, pem = vector["raw_body"].encode(), vector["public_key_pem"]
    assert webhooks.verify(body, {header.title(): given}, pem)
    assert webhooks.verify(body, {header: given}, ["", pem])
    assert not webhooks.verify(body + b" ", {header: given}, pem)
    assert not webhooks.verify(body, {header: base64.b64encode(b"x" * 256).decode()}, pem)
    assert not webhooks.verify(body, {header: given}, vectors(_OTHER[name])["public_key_pem"])
    assert not webhooks.verify(body, {}, pem)
    assert not webhooks.verify(body, {header: given}, "")


_OTHER = {"webhook.signature.vector": "webhook.commerce.signature.vector",
          "webhook.commerce.signature.vector": "webhook.signature.vector"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "object_id"),
    [("webhook.order.created", "order", "21"), ("webhook.product.updated", "product", "eventtest1"),
     ("webhook.stock.updated", "inventory", "190")],
)  # fmt: skip
def test_events_are_read(vectors: Any, name: str, kind: str, object_id: str) -> None:
    body = json.dumps(vectors(name)).encode()
    (event,) = webhooks.parse(body, {})
    assert (event.kind, event.object_id) == (kind, object_id)
    assert event.key == vectors(name)["eventid"]
    assert webhooks.parse(base64.b64encode(body), {}) == [event]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"data": {}}'])
def test_bodies_that_are_no_events(body: bytes) -> None:
    with pytest.raises(ValidationError):
        webhooks.parse(body, {})
