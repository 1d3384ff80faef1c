"""A stranger accepts the simulated PrestaShop: a client package of its own drives it, with XML on both ways."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.prestashop import PrestaShopSimulator
from posbridge.sandbox.prestashop.simulator import KEY
from posbridge.sandbox.server import running

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from prestapyt import PrestaShopWebServiceDict, PrestaShopWebServiceError

# The package names 1.7.8 as its newest version; 8 speaks the same.
pytestmark = pytest.mark.filterwarnings("ignore:This library may not be compatible:UserWarning")


class Shop:
    """A simulator running on a loop of its own in another thread, for clients that block."""

    def __init__(self) -> None:
        self.simulator = PrestaShopSimulator(demo_seed(60))
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self.loop, self.ended = asyncio.get_running_loop(), asyncio.Event()
        async with running(self.simulator) as self.address:
            self.started.set()
            await self.ended.wait()

    def __enter__(self) -> Shop:
        self.thread.start()
        assert self.started.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(20)

    def client(self, key: str = KEY) -> Any:
        return PrestaShopWebServiceDict(f"{self.address}/api", key)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with Shop() as made:
        yield made


@pytest.fixture
def client(shop: Shop) -> Iterator[Any]:
    made = shop.client()
    yield made
    made.client.close()


def test_it_lists_what_the_key_may_do(client: Any) -> None:
    resources = client.get("")
    assert {"products", "orders", "stock_availables"} <= set(resources["api"])


def test_it_searches_and_reads(shop: Shop, client: Any) -> None:
    ids = client.search("products", options={"sort": "[id_ASC]", "limit": 5})
    assert ids == [1, 2, 3, 4, 5]
    product = client.get("products", 1)["product"]
    assert product["name"]["language"]["value"] == shop.simulator.seed.products[0].title
    assert product["active"] == "1"
    found = client.search("products", options={"filter[reference]": f"[{product['reference']}]"})
    assert (1 in found) == bool(product["reference"])


def test_it_makes_a_customer_and_changes_it(client: Any) -> None:
    blank = {"firstname": "Ada", "lastname": "Stranger", "email": "ada.stranger@example.com", "passwd": "abc-12345"}
    made = client.add("customers", {"customer": {**blank, "active": "1"}})["prestashop"]["customer"]
    ident = int(made["id"])
    client.partial_edit("customers", ident, {"customer": {"id": ident, "lastname": "Known"}})
    read = client.get("customers", ident)["customer"]
    assert (read["lastname"], read["email"]) == ("Known", "ada.stranger@example.com")
    with pytest.raises(PrestaShopWebServiceError):
        client.add("customers", {"customer": {**blank, "active": "1"}})


def test_it_sells(shop: Shop, client: Any) -> None:
    """Cart, then order: the stock goes, and the same cart gives no second order."""
    customer = client.get("customers", int(shop.simulator.seeder.walkin))["customer"]
    sku, (product, combination) = next(iter(shop.simulator.seeder.variants.items()))
    before, home = shop.simulator.stock_book()[sku], shop.simulator.seeder.walkin_address
    cart = {
        "id_currency": 1, "id_lang": 1, "id_customer": customer["id"], "secure_key": customer["secure_key"],
        "id_address_delivery": home, "id_address_invoice": home, "delivery_option": f'{{"{home}":"1,"}}',
        "associations": {"cart_rows": {"cart_row": [
            {"id_product": product, "id_product_attribute": combination, "id_address_delivery": home, "quantity": 2},
        ]}},
    }  # fmt: skip
    made = client.add("carts", {"cart": cart})["prestashop"]["cart"]
    place = shop.simulator.shop
    row = place.find("products", product)
    assert row is not None
    rate = place.rate(row["id_tax_rules_group"], "21", "0")
    total = place.rounded(2 * place.net_price(row, combination) * (1 + rate / 100))
    order = {
        "id_cart": made["id"], "id_address_delivery": home, "id_address_invoice": home, "id_currency": 1, "id_lang": 1,
        "id_customer": customer["id"], "id_carrier": 1, "module": "ps_checkpayment", "payment": "Cash",
        "total_paid": str(total), "total_paid_real": str(total), "total_products": 0, "total_products_wt": 0,
        "conversion_rate": 1,
    }  # fmt: skip
    sold = client.add("orders", {"order": order})["prestashop"]["order"]
    read = client.get("orders", int(sold["id"]))["order"]
    assert (read["current_state"], read["total_paid"]) == ("11", f"{total:.6f}")
    assert shop.simulator.stock_book()[sku] == before - 2
    with pytest.raises(PrestaShopWebServiceError):
        client.add("orders", {"order": order})


def test_it_counts_stock_and_deletes(shop: Shop, client: Any) -> None:
    sku, (product, combination) = list(shop.simulator.seeder.variants.items())[-1]
    (ident,) = client.search(
        "stock_availables",
        options={"filter[id_product]": f"[{product}]", "filter[id_product_attribute]": f"[{combination}]"},
    )
    client.partial_edit("stock_availables", ident, {"stock_available": {"id": ident, "quantity": 77}})
    assert shop.simulator.stock_book()[sku] == 77
    made = client.add("messages", {"message": {"id_order": 1, "message": "Hello"}})["prestashop"]["message"]
    assert client.delete("messages", int(made["id"]))


def test_a_wrong_key_is_refused(shop: Shop) -> None:
    stranger = shop.client("X" * 32)
    with pytest.raises(PrestaShopWebServiceError):
        stranger.get("products", 1)
    stranger.client.close()
