"""Strangers under Node.js: platforms' own packages judge our signatures and drive our simulators."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from posbridge import sandbox
from posbridge.connectors.bigcommerce import webhooks as bigcommerce
from posbridge.connectors.shopify import webhooks as shopify
from posbridge.connectors.sylius import webhooks as sylius
from posbridge.connectors.webhooks import signature
from posbridge.connectors.wix import webhooks as wix
from posbridge.sandbox.bigcommerce.simulator import HASH, TOKEN
from posbridge.sandbox.wix import hooks as wix_hooks
from tests.strangers.node import Node

SECRET = "0123456789abcdef" * 2
BODIES = (
    b'{"id":1}', "{\"title\":\"Zoë’s café ☕\\u0000\"}".encode(), b'{"total":"10.00","note":"a\\/b"}\n', b"{}",
    json.dumps({"note": "x" * 100_000}).encode(),
)  # fmt: skip


def shopify_headers(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {
        "x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": signature(body, secret),
        "x-shopify-shop-domain": "shop.example.com", "x-shopify-api-version": "2025-10",
        "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    }  # fmt: skip


def shopify_case(body: bytes, headers: dict[str, str], secret: str = SECRET) -> dict[str, Any]:
    return {"secret": secret, "body": base64.b64encode(body).decode(), "headers": headers}


def test_shopifys_library_believes_what_we_believe(node: Node) -> None:
    good = [(body, shopify_headers(body), SECRET) for body in BODIES]
    forged = [(body + b" ", headers, SECRET) for body, headers, _ in good]
    foreign = [(body, shopify_headers(body, "other"), SECRET) for body in BODIES]
    bare = [(BODIES[0], {k: v for k, v in shopify_headers(BODIES[0]).items() if "hmac" not in k}, SECRET)]
    cases = [*good, *forged, *foreign, *bare]
    theirs = node.run("shopify.mjs", [shopify_case(*case) for case in cases])
    ours = [shopify.verify(*case) for case in cases]
    assert [said["value"]["valid"] for said in theirs] == ours
    assert ours == [True] * len(good) + [False] * (len(cases) - len(good))


def test_shopifys_library_agrees_with_the_vectors_of_the_contract(node: Node, contracts: Path) -> None:
    file = contracts / "shopify" / "examples" / "webhook.signature.vector.json"
    vectors = json.loads(file.read_text("utf-8"))["vectors"]
    headers = [{**shopify_headers(b""), "x-shopify-hmac-sha256": vector["signature"]} for vector in vectors]
    pairs = zip(vectors, headers, strict=True)
    theirs = node.run("shopify.mjs", [shopify_case(v["body"].encode(), given, v["secret"]) for v, given in pairs])
    assert [said["value"]["valid"] for said in theirs] == [True] * len(vectors)
    assert vectors


async def test_shopifys_library_takes_the_simulators_deliveries(node: Node) -> None:
    simulator: Any = sandbox.create("shopify")
    body, secret = b'{"id":7,"admin_graphql_api_id":"gid://shopify/Product/7"}', simulator.hooks.secret
    headers = simulator.sign("https://till.example.com/hooks", body, secret, "products/update")
    given = {name.lower(): value for name, value in headers.items()}
    (said,) = await asyncio.to_thread(node.run, "shopify.mjs", [shopify_case(body, given, secret)])
    assert (said["value"]["valid"], said["value"]["topic"]) == (True, "PRODUCTS_UPDATE")
    assert said["value"]["domain"].endswith(".myshopify.com")


def test_wixs_kit_reads_the_simulators_deliveries_as_we_do(node: Node) -> None:
    simulator: Any = sandbox.create("wix")
    inner = {"updatedEvent": {"currentEntity": {"id": "p-1"}}}
    topic = "wix.stores.catalog.v3.product_updated"
    token = simulator.hooks.body(topic, "wix.stores.catalog.v3.product", "p-1", inner)
    pem, other = wix_hooks.public_pem(), wix_hooks.public_pem("another")
    coded = base64.b64encode(pem.encode()).decode()
    altered = token.replace(b".", b".A", 1)
    cases = [(token, pem), (token, coded), (token, other), (altered, pem)]
    theirs = node.run("wix.mjs", [{"key": key, "token": body.decode()} for body, key in cases])
    ours = [wix.verify(body, {}, key) for body, key in cases]
    assert [("value" in said) for said in theirs] == ours == [True, True, False, False]
    (event,) = wix.parse(token)
    read = theirs[0]["value"]
    assert (read["eventType"], read["payload"]["entityId"], read["payload"]["id"]) == (
        topic,
        event.object_id,
        event.key,
    )
    assert read["identity"]["identityType"] == "APP"


def test_the_reference_of_standard_webhooks_believes_what_we_believe(node: Node) -> None:
    """BigCommerce signs with its secret as it stands, Sylius's plug-in with the base64 of a key."""
    simulator: Any = sandbox.create("bigcommerce")
    body = b'{"scope":"store/order/created","hash":"x","data":{"type":"order","id":1}}'
    headers = {k.lower(): v for k, v in simulator.sign("https://till.example.com", body, SECRET, "").items()}
    coded = "whsec_" + base64.b64encode(bytes(range(32))).decode()
    kept = {"webhook-id": headers["webhook-id"], "webhook-timestamp": headers["webhook-timestamp"]}
    message = f"{kept['webhook-id']}.{kept['webhook-timestamp']}.".encode() + body
    plug = {**kept, "webhook-signature": "v1," + signature(message, bytes(range(32)))}
    cases = [
        ("raw", SECRET, body, headers), ("raw", SECRET, body + b" ", headers), ("raw", "other", body, headers),
        ("", coded, body, plug), ("", coded, body + b" ", plug),
    ]  # fmt: skip
    theirs = node.run(
        "standard.mjs", [{"format": f, "secret": s, "body": b.decode(), "headers": h} for f, s, b, h in cases]
    )
    ours = [(bigcommerce if f == "raw" else sylius).verify(b, h, s) for f, s, b, h in cases]
    assert [("value" in said) for said in theirs] == ours == [True, False, False, True, False]


async def test_a_client_of_bigcommerce_drives_the_simulator(node: Node) -> None:
    simulator: Any = sandbox.create("bigcommerce")
    async with sandbox.running(simulator) as address:
        hook = {"scope": "store/order/*", "destination": "https://till.example.com/h", "is_active": True}
        calls = [
            {"version": "v2", "method": "get", "path": "/store"},
            {"version": "v3", "method": "get", "path": "/catalog/products?limit=3&include=variants"},
            {"version": "v3", "method": "post", "path": "/hooks", "body": hook},
            {"version": "v3", "method": "get", "path": "/catalog/products/99999999"},
        ]
        given = {"port": urlsplit(address).port, "hash": HASH, "token": TOKEN, "calls": calls}
        store, products, made, missing = await asyncio.to_thread(node.run, "bigcommerce.mjs", given)
        (refused,) = await asyncio.to_thread(node.run, "bigcommerce.mjs", {**given, "token": "no", "calls": calls[:1]})
    assert store["value"]["currency"] == simulator.seed.currency
    assert len(products["value"]["data"]) == 3
    assert all(product["variants"] for product in products["value"]["data"])
    assert made["value"]["data"]["destination"] == "https://till.example.com/h"
    assert (missing["code"], refused["code"]) == (404, 401)


@pytest.mark.parametrize("script", ["shopify.mjs", "standard.mjs", "wix.mjs"])
def test_nothing_given_is_nothing_said(node: Node, script: str) -> None:
    assert node.run(script, []) == []
