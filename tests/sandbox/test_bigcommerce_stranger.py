"""A stranger accepts the simulated BigCommerce: a client package of others drives it, its one address led here."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from bigc import BigCommerceAPI
from bigc.exceptions import BadRequestError, DoesNotExistError, InvalidDataError, UnauthorizedError
from requests.adapters import HTTPAdapter

from posbridge.sandbox.bigcommerce import BigCommerceSimulator
from posbridge.sandbox.bigcommerce.simulator import HASH, TOKEN
from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.server import running


class Led(HTTPAdapter):
    """Carries what is meant for api.bigcommerce.com to the simulator."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._host = urlsplit(address).netloc

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = urlsplit(request.url or "")._replace(scheme="http", netloc=self._host).geturl()
        return super().send(request, *args, **kwargs)


class Store:
    """A simulator running on a loop of its own in another thread, for clients that block."""

    def __init__(self) -> None:
        self.simulator = BigCommerceSimulator(demo_seed(300))
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._sessions: list[requests.Session] = []

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        async with running(self.simulator) as self.address:
            self._started.set()
            await self._ended.wait()

    def __enter__(self) -> Store:
        self._thread.start()
        assert self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        for session in self._sessions:
            session.close()
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)

    def client(self, token: str = TOKEN) -> BigCommerceAPI:
        """The client package, led here."""
        client = BigCommerceAPI(HASH, token, timeout=10)
        session = client.api_v2._session
        session.mount("https://api.bigcommerce.com", Led(self.address))
        self._sessions.append(session)
        return client


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store() as running_store:
        yield running_store


def body(**more: Any) -> dict[str, Any]:
    line = {"name": "Gift wrapping", "quantity": 2, "price_ex_tax": 5, "price_inc_tax": 5.5}
    return {"billing_address": {"zip": "78701", "first_name": "Ada"}, "products": [line], "status_id": 10, **more}


def test_goods_and_variants(store: Store) -> None:
    client = store.client()
    rows = list(client.products_v3.all(params={"include": "variants,images"}))
    assert [row["name"] for row in rows] == [product.title for product in store.simulator.seed.products]
    alone = client.products_v3.get(rows[0]["id"], params={"include": "variants"})
    assert alone["variants"] == rows[0]["variants"]
    assert len(rows[0]["images"]) == 1
    assert len(list(client.api_v3.get_many("/catalog/variants"))) == len(store.simulator.stock_book())
    with pytest.raises(DoesNotExistError):
        client.products_v3.get(999999)


def test_an_order_its_lines_and_its_refund(store: Store) -> None:
    client = store.client()
    variant = client.products_v3.get(1, params={"include": "variants"})["variants"][0]
    before = store.simulator.stock_book()[variant["sku"]]
    line = {"product_id": 1, "variant_id": variant["id"], "quantity": 1, "price_ex_tax": 10, "price_inc_tax": 11}
    order = client.orders_v2.create(body(products=[line], external_order_id="STRANGER-1"))
    assert (order["status"], order["total_inc_tax"]) == ("Completed", "11.0000")
    assert store.simulator.stock_book()[variant["sku"]] == before - 1
    (row,) = client.orders_v2.all_products(order["id"])
    assert (row["sku"], row["total_tax"]) == (variant["sku"], "1.0000")
    (found,) = client.orders_v2.all(params={"external_order_id": "STRANGER-1"})
    assert found["id"] == order["id"]
    assert list(client.orders_v2.all(params={"external_order_id": "NEVER"})) == []
    items = [{"item_type": "PRODUCT", "item_id": row["id"], "quantity": 1}]
    quote = client.orders_v3.get_refund_quote(order["id"], {"items": items})
    way = quote["refund_methods"][0][0]
    payments = [{"provider_id": way["provider_id"], "amount": quote["total_refund_amount"], "offline": way["offline"]}]
    made = client.orders_v3.create_refund(order["id"], {"items": items, "payments": payments})
    assert made["total_amount"] == 11
    assert [one["id"] for one in client.orders_v3.all_refunds(order["id"])] == [made["id"]]
    assert client.orders_v2.get(order["id"])["status_id"] == 4
    with pytest.raises(InvalidDataError):
        client.orders_v3.create_refund(order["id"], {"items": items, "payments": payments})


def test_changing_and_archiving(store: Store) -> None:
    client = store.client()
    order = client.orders_v2.create(body())
    assert client.orders_v2.update(order["id"], {"status_id": 8})["status"] == "Awaiting Pickup"
    with pytest.raises(BadRequestError, match="cannot be written to"):
        client.orders_v2.update(order["id"], {"total_tax": "1"})
    client.orders_v2.archive(order["id"])
    assert order["id"] not in [one["id"] for one in client.orders_v2.all()]


def test_customers_by_cursor(store: Store) -> None:
    client = store.client()
    many = [{"email": f"c{n}@example.com", "first_name": "C", "last_name": str(n)} for n in range(12)]
    with pytest.raises(Exception, match="Too many"):
        client.customers_v3.create_many(many)
    made = client.customers_v3.create_many(many[:10])
    assert len(made) == 10
    listed = list(client.api_v3.get_many("/customers", page_size=4, cursor=True))
    assert len(listed) == len({row["id"] for row in listed}) == len(store.simulator.shop.tables["customers"])
    changed = client.customers_v3.update(made[0]["id"], {"last_name": "Changed"})
    assert client.customers_v3.get(changed["id"])["last_name"] == "Changed"
    with pytest.raises(InvalidDataError):
        client.customers_v3.create(many[0])


def test_hooks_and_a_wrong_token(store: Store) -> None:
    client = store.client()
    hook = client.webhooks_v3.create({"scope": "store/order/*", "destination": "https://hooks.example.com/x"})
    assert client.webhooks_v3.get(hook["id"])["is_active"] is False
    client.webhooks_v3.delete(hook["id"])
    assert list(client.webhooks_v3.all()) == []
    with pytest.raises(UnauthorizedError):
        list(store.client("another").orders_v2.all())
