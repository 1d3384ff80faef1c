"""The simulated Dutchie Plus is as the facts say: keys, pages, checkouts that only a shopper finishes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.sandbox import create, demo_seed
from posbridge.sandbox.dutchie import PRIVATE_KEY, PUBLIC_KEY, DutchieSimulator
from posbridge.sandbox.dutchie.app import PATH, STORE, TEST_STORE
from posbridge.testing.conformance.shop import shop

CHECKOUT = "id redirectUrl items { id productId option quantity basePrice valid errors } priceSummary { total taxes }"


class Client:
    """Speaks to the simulator as a program of others would."""

    def __init__(self) -> None:
        self.far = DutchieSimulator(shop(extra=150), rate=0)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.far), base_url="http://127.0.0.1")

    async def post(self, document: str, key: str = PRIVATE_KEY, path: str = PATH, **variables: Any) -> httpx.Response:
        body = {"query": document, "variables": variables}
        return await self.http.post(path, json=body, headers={"Authorization": f"Bearer {key}"})

    async def ask(self, document: str, **variables: Any) -> Any:
        reply = await self.post(document, **variables)
        assert reply.status_code == 200, reply.text
        assert "errors" not in reply.json(), reply.text
        (value,) = reply.json()["data"].values()
        return value

    async def refused(self, document: str, **variables: Any) -> str:
        said = (await self.post(document, **variables)).json()
        assert said["data"] is None
        return str(said["errors"][0]["message"])

    async def control(self, name: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/_sandbox/{name}", json=body)

    async def checkout(self, items: int | None = 1) -> str:
        metadata = {} if items is None else {"posbridgeItems": items, "posbridgeReference": "PREF"}
        document = (
            "mutation C($r: ID!, $m: JSON) { createCheckout(retailerId: $r, orderType: PICKUP, "
            f"pricingType: RECREATIONAL, metadata: $m) {{ {CHECKOUT} }} }}"
        )
        made = await self.ask(document, r=STORE, m=metadata)
        assert made["redirectUrl"] is None, "there is no way in while it is empty"
        return str(made["id"])

    async def add(self, checkout: str, sku: str = "SKU-0001", quantity: int = 2, option: str = "N/A") -> Any:
        return await self.post(
            "mutation A($r: ID!, $c: ID!, $p: ID!, $q: Int!, $o: String!) { addItem(retailerId: $r, checkoutId: $c, "
            f"productId: $p, quantity: $q, option: $o) {{ {CHECKOUT} }} }}",
            r=STORE, c=checkout, p=self.far.shelf.articles[sku].id, q=quantity, o=option,
        )  # fmt: skip

    async def orders(self) -> list[Any]:
        listed = await self.ask(
            "query O($r: ID!) { orders(retailerId: $r) { orders { id status metadata } } }", r=STORE
        )
        found: list[Any] = listed["orders"]
        return found


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client()
    async with made.http:
        yield made


async def test_the_door(client: Client, contracts: Path) -> None:
    reply = await client.post("{ retailers { id } }", key="nobody")
    examples = contracts / "dutchie" / "examples"
    assert (reply.status_code, reply.json()) == (401, json.loads((examples / "error.401.json").read_text("utf-8")))
    assert (await client.post("{ retailers { id } }", path="/plus/2020-10/graphql")).status_code == 404
    stores = await client.ask("{ retailers { id name } }")
    assert [(each["id"], "Sandbox" in each["name"]) for each in stores] == [(TEST_STORE, True), (STORE, False)]


async def test_a_public_key_reads_the_menu_and_no_orders(client: Client) -> None:
    menu = "query M($r: ID!) { menu(retailerId: $r) { products { id } } }"
    assert (await client.post(menu, key=PUBLIC_KEY, r=STORE)).json()["data"]["menu"]["products"]
    orders = "query O($r: ID!) { orders(retailerId: $r) { orders { id } } }"
    said = (await client.post(orders, key=PUBLIC_KEY, r=STORE)).json()
    assert (said["data"], said["errors"][0]["message"]) == (None, "Not authorized")


async def test_pages(client: Client) -> None:
    ask = "query M($r: ID!, $o: Int, $l: Int) { menu(retailerId: $r, pagination: {offset: $o, limit: $l}) "
    sizes = [
        len((await client.ask(ask + "{ products { id } } }", r=STORE, o=offset, l=limit))["products"])
        for offset, limit in ((0, None), (0, 100), (100, 100), (0, 1000), (500, 100))
    ]
    assert sizes == [20, 100, 54, 154, 0], "20 by default; a page ends where the menu does"


async def test_a_checkout_waits_for_its_shopper(client: Client) -> None:
    client.far.desk.shopper_s = None
    checkout = await client.checkout()
    added = (await client.add(checkout)).json()["data"]["addItem"]
    assert (added["priceSummary"], added["items"][0]["basePrice"]) == ({"total": 27.5, "taxes": 2.5}, 12.5)
    assert added["redirectUrl"].endswith(checkout)
    assert await client.orders() == []
    assert client.far.orders_book() == []
    made = (await client.control("finish", checkout=checkout)).json()["order"]
    assert [(one["id"], one["metadata"]["posbridgeReference"]) for one in await client.orders()] == [(made, "PREF")]
    assert client.far.stock_book()["SKU-0001"] == 38
    gone = await client.refused("query C($r: ID!, $i: ID!) { checkout(retailerId: $r, id: $i) { id } }",
                                r=STORE, i=checkout)  # fmt: skip
    assert gone == "Checkout not found", "an error, not null"


async def test_the_shopper_finishes_a_whole_checkout_alone_and_no_other(client: Client) -> None:
    await client.control("shopper", seconds=5)
    whole, half, nobodys = await client.checkout(1), await client.checkout(2), await client.checkout(None)
    for each in (whole, half, nobodys):
        await client.add(each)
    assert await client.orders() == []
    client.far.clock.advance(timedelta(seconds=5))
    assert len(await client.orders()) == 1
    assert set(client.far.desk.checkouts) == {half, nobodys}


async def test_what_comes_twice_counts_twice(client: Client) -> None:
    client.far.desk.shopper_s = None
    checkout = await client.checkout()
    await client.add(checkout)
    (item,) = (await client.add(checkout)).json()["data"]["addItem"]["items"]
    assert item["quantity"] == 4


async def test_what_a_checkout_does_not_take(client: Client) -> None:
    checkout = await client.checkout()
    assert (await client.add(checkout, option="1g")).json()["errors"][0]["message"] == "Invalid product option"
    assert (await client.add(checkout, quantity=0)).json()["data"] is None
    assert (await client.add("nobody's")).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    await client.control("strict", on=True)
    client.far.set_stock("SKU-0001", 1)
    (item,) = (await client.add(checkout)).json()["data"]["addItem"]["items"]
    assert (item["valid"], item["errors"]) == (False, ["Only 1 left in stock"])
    assert await client.orders() == [], "such a checkout nobody can finish"


async def test_documents_that_are_none(client: Client) -> None:
    assert (await client.post("{ retailers { id ")).status_code == 400
    assert "Cannot query field" in await client.refused("{ retailers { phone } }")
    assert await client.refused("query M($r: ID!) { menu(retailerId: $r) { products { id } } }", r="x") == (
        "Retailer not found"
    )


async def test_the_staff_and_the_end_of_plus(client: Client) -> None:
    checkout = await client.checkout()
    await client.add(checkout)
    (order,) = await client.orders()
    await client.control("status", order=order["id"], status="READY")
    assert (await client.orders())[0]["status"] == "READY"
    await client.control("closed", status=410)
    assert (await client.post("{ retailers { id } }")).status_code == 410
    await client.control("closed", status=None)
    assert (await client.post("{ retailers { id } }")).status_code == 200


async def test_expired_checkouts_and_late_lists(client: Client) -> None:
    client.far.desk.life_s, client.far.desk.orders_lag_s = 60, 30
    checkout = await client.checkout(2)
    client.far.clock.advance(timedelta(seconds=61))
    assert (await client.add(checkout)).json()["errors"][0]["message"] == "Checkout not found"
    await client.add(await client.checkout(1))
    assert await client.orders() == []
    client.far.clock.advance(timedelta(seconds=31))
    assert len(await client.orders()) == 1


async def test_the_demo_shop_fits_on_its_menu() -> None:
    made = create("dutchie", demo_seed(40))
    assert isinstance(made, DutchieSimulator)
    variants = sum(len(product.variants) for product in demo_seed(40).products)
    assert len(made.seed.products) == len(made.stock_book()) == variants
    assert len({product.key for product in made.seed.products}) == variants
    made.set_title(demo_seed(40).products[0].key, "New name")
    assert any(article.title == "New name" for article in made.shelf.articles.values())
    made.remove_product(demo_seed(40).products[0].key)
    assert len(made.stock_book()) == variants - len(demo_seed(40).products[0].variants)
