"""A stranger accepts the simulated store: PyMagento, a client package of others, drives it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from magento import Magento
from magento.exceptions import MagentoException

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.magento import MagentoSimulator
from posbridge.sandbox.magento.app import OWNER
from posbridge.sandbox.magento.shop import Options
from posbridge.sandbox.server import running


class Shop:
    """A simulator running on a loop of its own in another thread, for clients that block."""

    def __init__(self) -> None:
        self.simulator = MagentoSimulator(demo_seed(40), options=Options(bearer=True))
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self.loop, self.ended = asyncio.get_running_loop(), asyncio.Event()
        async with running(self.simulator) as self.address:
            self.started.set()
            await self.ended.wait()

    def __enter__(self) -> Shop:
        self.thread.start()
        assert self.started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(20)


@pytest.fixture(scope="module")
def store() -> Iterator[Shop]:
    with Shop() as made:
        yield made


@pytest.fixture
def client(store: Shop) -> Iterator[Any]:
    made = Magento(token=OWNER.access_token, base_url=store.address, scope="default", batch_page_size=7)
    yield made
    made.close()


def test_products_are_listed_page_by_page(store: Shop, client: Any) -> None:
    read = list(client.get_products())
    assert {row["id"] for row in read} == set(store.simulator.store.products)
    sku = read[0]["sku"]
    assert client.get_product(sku)["name"] == read[0]["name"]
    assert client.get_product("no-such-sku", none_on_404=True) is None
    assert client.get_product_by_id(read[1]["id"])["sku"] == read[1]["sku"]


def test_stock_is_read_and_written(store: Shop, client: Any) -> None:
    sku = next(row["sku"] for row in store.simulator.store.products.values() if row["type_id"] == "simple")
    client.save_source_items([{"sku": sku, "source_code": "default", "quantity": 12, "status": 1}])
    (row,) = client.get_source_items(sku=sku)
    assert (row["quantity"], row["source_code"]) == (12, "default")
    assert store.simulator.stock_book()[sku] == 12


def test_an_order_lives(store: Shop, client: Any) -> None:
    product = next(row for row in store.simulator.store.products.values() if row["type_id"] == "simple")
    item = {"sku": product["sku"], "product_id": product["id"], "qty_ordered": 1, "price": 10, "row_total": 10}
    entity = {"increment_id": "POS-1", "state": "new", "status": "pending", "store_id": 1, "grand_total": 10,
              "base_grand_total": 10, "customer_email": "a@example.com", "items": [item],
              "payment": {"method": "checkmo"}}  # fmt: skip
    made = client.save_order(entity)
    with pytest.raises(MagentoException) as caught:
        client.save_order(entity)
    assert "Unique constraint violation" in str(caught.value)
    assert client.get_order_by_increment_id("POS-1")["entity_id"] == made["entity_id"]
    client.create_order_invoice(made["entity_id"])
    client.ship_order(made["entity_id"], {})
    assert client.get_order(made["entity_id"])["state"] == "complete"
    assert client.get_total_orders_count() == 1


def test_people_codes_and_the_store_itself(client: Any) -> None:
    people = list(client.get_customers())
    assert client.get_customer(people[0]["id"])["email"] == people[0]["email"]
    assert "WELCOME10" in [coupon["code"] for coupon in client.get_coupons()]
    assert len(list(client.get_sales_rules())) == 7
    assert [config["code"] for config in client.get_store_configs()] == ["default"]
    assert {option["label"].strip() for option in client.get_products_attribute_options("colour")} > {""}


def test_a_wrong_token_is_refused(store: Shop) -> None:
    stranger = Magento(token="wrong", base_url=store.address)
    with pytest.raises(MagentoException) as caught:
        list(stranger.get_orders())
    stranger.close()
    assert "authorized to access" in str(caught.value)
