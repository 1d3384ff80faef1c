"""The simulated Wix follows the contract: its refusals, its lack of keys, its filters, its lag, its books."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from posbridge.connectors.wix import webhooks
from posbridge.sandbox import create, demo_seed, running
from posbridge.sandbox.wix import WixSimulator
from posbridge.sandbox.wix.auth import API_KEY, SITE_ID
from posbridge.sandbox.wix.catalog import V1
from posbridge.sandbox.wix.hooks import public_pem

ORDERS = "/ecom/v1/orders"


class Site:
    """The simulator and a client with its key."""

    def __init__(self, simulator: WixSimulator, client: httpx.AsyncClient) -> None:
        self.simulator, self.client = simulator, client

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        answer = await self.client.post(path, json=body)
        return answer.status_code, answer.json()

    def sale(self, reference: str = "REF-1") -> dict[str, Any]:
        good = next(iter(self.simulator.catalog.goods.values()))
        money = self.simulator.shop.money(good.pieces[0].price)
        line = {
            "productName": {"original": good.title}, "quantity": 1, "itemType": {"preset": "PHYSICAL"}, "price": money,
            "catalogReference": {"appId": "215238eb-22a5-4c36-9e7b-e7c08025e04e", "catalogItemId": good.id,
                                 "options": {"variantId": good.pieces[0].id}},
        }  # fmt: skip
        channel = {"type": "OTHER_PLATFORM", "externalOrderId": reference}
        summary = {"subtotal": money, "total": money}
        return {"order": {"channelInfo": channel, "lineItems": [line], "priceSummary": summary}}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    simulator = WixSimulator(demo_seed(120), rate=0)
    headers = {"authorization": API_KEY, "wix-site-id": SITE_ID}
    async with running(simulator) as address, httpx.AsyncClient(base_url=address, headers=headers) as client:
        yield Site(simulator, client)


async def test_every_create_makes_an_order_and_lowers_the_stock(site: Site) -> None:
    sku = next(iter(site.simulator.stock_book()))
    before = site.simulator.stock_book()[sku]
    made = [(await site.post(ORDERS, site.sale()))[1]["order"]["id"] for _ in range(2)]
    assert len(set(made)) == 2
    assert site.simulator.stock_book()[sku] == before - 2
    assert site.simulator.books()["doubled"] == ["REF-1"]


async def test_the_search_lags_and_hides_what_is_pending(site: Site) -> None:
    site.simulator.orders.search_lag_s = 30
    _, made = await site.post(ORDERS, site.sale())
    wanted = {"search": {"filter": {"channelInfo.externalOrderId": {"$eq": "REF-1"}}}}
    assert (await site.post(f"{ORDERS}/search", wanted))[1]["orders"] == []
    site.simulator.clock.advance(timedelta(seconds=31))
    assert len((await site.post(f"{ORDERS}/search", wanted))[1]["orders"]) == 1
    site.simulator.orders.rows[made["order"]["id"]]["status"] = "PENDING"
    assert (await site.post(f"{ORDERS}/search", wanted))[1]["orders"] == []


async def test_a_known_payment_makes_the_whole_call_fail(site: Site) -> None:
    _, made = await site.post(ORDERS, site.sale())
    path, ident = f"/ecom/v1/payments/orders/{made['order']['id']}/add-payment", made["order"]["id"]

    def payment(name: str) -> dict[str, Any]:
        details = {"offlinePayment": True, "providerTransactionId": name}
        return {"amount": {"amount": "1.00"}, "status": "APPROVED", "regularPaymentDetails": details}

    assert (await site.post(path, {"payments": [payment("a")]}))[0] == 200
    assert (await site.post(path, {"payments": [payment("b"), payment("a")]}))[0] == 409
    assert site.simulator.orders.paid(ident) == 100


async def test_filters_that_are_not_declared_and_cursors_beside_filters_are_refused(site: Site) -> None:
    status, told = await site.post("/contacts/v5/contacts/query", {"query": {"filter": {"name.first": {"$eq": "A"}}}})
    assert (status, told["message"]) == (400, "value Field 'name.first' is not declared as filterable")
    _, page = await site.post("/stores/v3/products/query", {"query": {"cursorPaging": {"limit": 50}}})
    cursor = page["pagingMetadata"]["cursors"]["next"]
    both = {"query": {"filter": {"visible": True}, "cursorPaging": {"cursor": cursor}}}
    assert (await site.post("/stores/v3/products/query", both))[0] == 400
    assert "variantsInfo" not in page["products"][0]
    assert "currency" not in page["products"][0]


async def test_the_other_catalogue_answers_428() -> None:
    simulator = WixSimulator(demo_seed(3), rate=0, catalog=V1)
    headers = {"authorization": API_KEY, "wix-site-id": SITE_ID}
    async with running(simulator) as address, httpx.AsyncClient(base_url=address, headers=headers) as client:
        told = await client.post("/stores/v3/products/query", json={})
        assert told.status_code == 428
        assert told.json()["details"]["applicationError"]["code"] == "CATALOG_V1_SITE_CALLING_CATALOG_V3_API"
        text = {"query": {"filter": json.dumps({"numericId": {"$gt": "0"}}), "paging": {"limit": 2}}}
        assert len((await client.post("/stores-reader/v1/products/query", json=text)).json()["products"]) == 2
        assert (
            await client.post("/stores-reader/v1/products/query", json={"query": {"filter": {}}})
        ).status_code == 400


async def test_keys_are_bare_and_belong_to_a_site(site: Site) -> None:
    path = "/stores/v3/provision/version"
    assert (await site.client.get(path, headers={"authorization": f"Bearer {API_KEY}"})).status_code == 401
    assert (await site.client.get(path, headers={"wix-site-id": "other"})).status_code == 403
    assert (await site.client.get(path, headers={"wix-account-id": "x"})).status_code == 403


async def test_200_calls_a_minute_and_no_word_of_when_to_come_back() -> None:
    simulator = create("wix", demo_seed(3))
    headers = {"authorization": API_KEY, "wix-site-id": SITE_ID}
    async with running(simulator) as address, httpx.AsyncClient(base_url=address, headers=headers) as client:
        answers = [await client.get("/stores/v3/provision/version") for _ in range(215)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert "retry-after" not in refused[0].headers


async def test_what_is_told_is_a_token_of_the_apps_key(site: Site) -> None:
    body = site.simulator.hooks.body("wix.ecom.v1.order_created", "wix.ecom.v1.order", "x", {"createdEvent": {}})
    assert webhooks.verify(body, {}, public_pem())
    assert not webhooks.verify(body, {}, public_pem("another"))
    (event,) = webhooks.parse(body)
    assert (event.kind, event.object_id) == ("order", "x")
