"""A stranger accepts the simulated WooCommerce: the platform's own client package drives it.

Over TLS with keys (in the header and in the address), and over plain HTTP with OAuth 1.0a.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from woocommerce import API

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.server import running
from posbridge.sandbox.tls import make_certificates
from posbridge.sandbox.woocommerce import WooCommerceSimulator

SECRET = "strangersecret0123456789strangers"


class Shop:
    """A simulator running on a loop of its own in another thread, for clients that block."""

    def __init__(self, folder: Path | None) -> None:
        self.simulator = WooCommerceSimulator(demo_seed(60))
        self.authority = ""
        self.tls = None
        if folder is not None:
            made = make_certificates(folder)
            self.authority, self.tls = str(made.authority), made.tls
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self.loop, self.ended = asyncio.get_running_loop(), asyncio.Event()
        async with running(self.simulator, tls=self.tls) as self.address:
            self.started.set()
            await self.ended.wait()

    def __enter__(self) -> Shop:
        self.thread.start()
        assert self.started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(20)

    def client(self, **more: Any) -> API:
        """The client package, pointed here."""
        options = self.simulator.options
        verify = self.authority or False
        return API(self.address, options.consumer_key, options.consumer_secret, timeout=20, verify_ssl=verify, **more)


@pytest.fixture(scope="module", params=["tls", "tls, keys in the address", "plain http, oauth"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, API]]:
    folder = None if "oauth" in request.param else tmp_path_factory.mktemp("tls")
    with Shop(folder) as running_shop:
        yield running_shop, running_shop.client(query_string_auth="address" in request.param)


class Receiver:
    """An address that takes deliveries."""

    def __init__(self, status: int = 200) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.arrived = threading.Semaphore(0)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
                outer.arrived.release()

            def log_message(self, *_: object) -> None:
                """Keep the tests' output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def wait(self, count: int) -> None:
        """Until so many more have arrived."""
        for _ in range(count):
            assert self.arrived.acquire(timeout=10)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def told(answer: requests.Response, status: int) -> Any:
    """The JSON of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def simple(client: API) -> dict[str, Any]:
    """A simple product with stock."""
    found: list[dict[str, Any]] = told(client.get("products", params={"per_page": 100, "type": "simple"}), 200)
    return next(product for product in found if (product["stock_quantity"] or 0) > 5)


def test_products_list_get_create_update_delete(shop: tuple[Shop, API]) -> None:
    _, client = shop
    answer = client.get("products", params={"per_page": 7, "page": 2, "orderby": "id", "order": "asc"})
    page = told(answer, 200)
    assert len(page) == 7
    assert int(answer.headers["X-WP-Total"]) >= 60
    made = told(client.post("products", {"name": "Café & Co.", "regular_price": "4.50", "manage_stock": True}), 201)
    assert (made["name"], made["price"], made["stock_quantity"]) == ("Café &amp; Co.", "4.50", 0)
    changed = told(client.put(f"products/{made['id']}", {"stock_quantity": 9}), 200)
    assert changed["stock_quantity"] == 9
    assert told(client.get(f"products/{made['id']}"), 200)["stock_quantity"] == 9
    assert told(client.get("products", params={"search": "café & co", "include": "0"}), 200) == []
    told(client.delete(f"products/{made['id']}", params={"force": True}), 200)
    assert told(client.get(f"products/{made['id']}"), 404)["code"] == "woocommerce_rest_product_invalid_id"


def test_variations_and_batch(shop: tuple[Shop, API]) -> None:
    _, client = shop
    parent = told(client.get("products", params={"type": "variable", "per_page": 1}), 200)[0]
    rows = told(client.get(f"products/{parent['id']}/variations", params={"per_page": 100}), 200)
    assert sorted(row["id"] for row in rows) == sorted(parent["variations"])
    product = simple(client)
    sent = {
        "create": [{"name": "One", "sku": "STR-1"}, {"name": "Two", "sku": product["sku"]}],
        "update": [{"id": product["id"], "stock_quantity": 33}, {"id": 999999, "name": "x"}],
    }
    body = told(client.post("products/batch", sent), 200)
    assert body["create"][1]["error"]["code"] == "product_invalid_sku"
    assert body["update"][0]["stock_quantity"] == 33
    assert body["update"][1]["error"]["data"]["status"] == 400
    told(client.post("products/batch", {"delete": [body["create"][0]["id"]]}), 200)


def test_orders_create_update_search_refund(shop: tuple[Shop, API]) -> None:
    running_shop, client = shop
    product = simple(client)
    uuid = f"stranger-{running_shop.thread.name}-uuid"  # no slash: the client signs slashes unencoded
    sent = {"status": "pending", "transaction_id": uuid, "line_items": [{"product_id": product["id"], "quantity": 2}]}
    made = told(client.post("orders", sent), 201)
    assert made["date_paid"] is None
    found = told(client.get("orders", params={"search": uuid.upper(), "status": "any"}), 200)
    assert [order["id"] for order in found] == [made["id"]]
    paid = told(client.put(f"orders/{made['id']}", {"status": "completed", "set_paid": True}), 200)
    assert paid["status"] == "completed"
    now = told(client.get(f"products/{product['id']}"), 200)["stock_quantity"]
    assert now == product["stock_quantity"] - 2
    line = paid["line_items"][0]
    given = {"id": line["id"], "quantity": 1, "refund_total": 1.25}
    refund = {"amount": "1.25", "api_refund": False, "api_restock": True, "line_items": [given]}
    back = told(client.post(f"orders/{made['id']}/refunds", refund), 201)
    assert (back["amount"], back["line_items"][0]["quantity"]) == ("1.25", -1)
    assert told(client.get(f"products/{product['id']}"), 200)["stock_quantity"] == now + 1
    assert told(client.get(f"orders/{made['id']}"), 200)["refunds"][0]["total"] == "-1.25"


def test_coupons_and_customers(shop: tuple[Shop, API]) -> None:
    _, client = shop
    coupon = told(client.get("coupons", params={"code": "WELCOME10"}), 200)[0]
    assert (coupon["code"], coupon["amount"], coupon["discount_type"]) == ("welcome10", "10.00", "percent")
    made = told(client.post("coupons", {"code": "STRANGER", "amount": "2"}), 201)
    assert made["amount"] == "2.00"
    told(client.delete(f"coupons/{made['id']}", params={"force": True}), 200)
    person = told(client.post("customers", {"email": "stranger@example.com", "first_name": "Zoë"}), 201)
    assert told(client.get("customers", params={"email": "STRANGER@example.com"}), 200)[0]["id"] == person["id"]
    changed = told(client.put(f"customers/{person['id']}", {"billing": {"phone": "+1 202 555 0111"}}), 200)
    assert (changed["first_name"], changed["billing"]["phone"]) == ("Zoë", "+1 202 555 0111")
    told(client.delete(f"customers/{person['id']}", params={"force": True}), 200)


def test_webhooks_and_their_deliveries(shop: tuple[Shop, API]) -> None:
    _, client = shop
    receiver = Receiver()
    try:
        sent = {"name": "orders", "topic": "order.created", "delivery_url": receiver.url, "secret": SECRET}
        hook = told(client.post("webhooks", sent), 201)
        assert (hook["status"], "secret" in hook) == ("active", False)
        receiver.wait(1)
        assert receiver.got[0][1] == f"webhook_id={hook['id']}".encode()
        assert "x-wc-webhook-signature" not in receiver.got[0][0]
        order = told(client.post("orders", {"line_items": [{"product_id": simple(client)["id"]}]}), 201)
        receiver.wait(1)
        headers, raw = receiver.got[1]
        signed = base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()
        assert headers["x-wc-webhook-signature"] == signed
        assert (headers["x-wc-webhook-topic"], headers["x-wc-webhook-id"]) == ("order.created", str(hook["id"]))
        assert json.loads(raw)["id"] == order["id"]
        told(client.delete(f"webhooks/{hook['id']}", params={"force": True}), 200)
    finally:
        receiver.close()


def test_basic_over_plain_http_is_nobody() -> None:
    with Shop(None) as running_shop:
        options = running_shop.simulator.options
        url = f"{running_shop.address}/wp-json/wc/v3/products"
        answer = requests.get(url, auth=(options.consumer_key, options.consumer_secret), timeout=20)
        assert told(answer, 401)["code"] == "woocommerce_rest_cannot_view"
        wrong = API(running_shop.address, options.consumer_key, "cs_wrong", timeout=20)
        assert told(wrong.get("products"), 401)["code"] == "woocommerce_rest_authentication_error"
