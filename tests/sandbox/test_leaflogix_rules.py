"""The simulated Leaflogix behaves as the contract's facts say: its dedupe, its lag, its limits, its words."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from posbridge.sandbox.leaflogix import LeaflogixSimulator
from posbridge.sandbox.leaflogix.app import CONSUMER, KEY, KEY_WITHOUT_ORDERS
from posbridge.testing.conformance.shop import shop


def basic(text: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


@pytest.fixture
def leaf() -> LeaflogixSimulator:
    return LeaflogixSimulator(shop())


@pytest.fixture
async def client(leaf: LeaflogixSimulator) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(leaf)
    async with httpx.AsyncClient(transport=transport, base_url="http://leaf", headers=basic(f"{KEY}:")) as made:
        yield made


def order(leaf: LeaflogixSimulator, **fields: Any) -> dict[str, Any]:
    product = leaf.shop.of_sku("SKU-0001")["productId"]
    customer = next(iter(leaf.shop.customers))
    items = [{"productId": product, "quantity": 2}]
    return {"customerId": customer, "items": items, "transactionReference": "P1", "idempotencyKey": "k-1", **fields}


@pytest.mark.parametrize(("both", "times"), [(True, 1), (False, 2)])
async def test_only_both_keys_keep_a_repeat_single(
    leaf: LeaflogixSimulator, client: httpx.AsyncClient, both: bool, times: int
) -> None:
    headers = {"ConsumerKey": CONSUMER} if both else {}
    answers = [await client.post("/preorder/submit", json=order(leaf), headers=headers) for _ in range(2)]
    assert len({one.json() for one in answers}) == times
    assert len(leaf.orders_book()) == times


async def test_a_refused_submit_keeps_no_key(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    headers = {"ConsumerKey": CONSUMER}
    bad = order(leaf, items=[{"productId": 1, "quantity": 1}])
    assert (await client.post("/preorder/submit", json=bad, headers=headers)).status_code == 400
    assert (await client.post("/preorder/submit", json=order(leaf), headers=headers)).status_code == 200


async def test_keys_and_roles(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    for wrong in (basic("nobody:"), basic(KEY), {"authorization": f"Bearer {KEY}"}):
        answer = await client.get("/whoami", headers=wrong)
        assert (answer.status_code, answer.content) == (401, b"")
    weak = basic(f"{KEY_WITHOUT_ORDERS}:")
    assert (await client.get("/whoami", headers=weak)).status_code == 200
    assert (await client.post("/preorder/submit", json=order(leaf), headers=weak)).status_code == 403
    assert (await client.get("/okcomputer", headers=basic("nobody:"))).status_code == 200


async def test_limits_by_endpoint_begin_anew_each_minute(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    assert (await client.get("/reporting/loyalty-snapshot")).status_code == 200
    refused = await client.get("/reporting/loyalty-snapshot")
    assert refused.status_code == 429
    assert set(refused.json()) == {"Message", "TraceId"}
    assert "retry-after" not in refused.headers
    assert (await client.get("/products")).status_code == 200
    leaf.clock.advance(timedelta(minutes=1))
    assert (await client.get("/reporting/loyalty-snapshot")).status_code == 200


async def test_the_report_is_behind_and_takes_one_filter(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    number = (await client.post("/preorder/submit", json=order(leaf))).json()
    row = leaf.shop.orders[number]
    leaf.orders.move(row, "Complete")
    asked = {"TransactionId": row["transactionId"]}
    assert (await client.get("/reporting/transactions", params=asked)).json() == []
    leaf.clock.advance(timedelta(minutes=2))
    (sale,) = (await client.get("/reporting/transactions", params=asked)).json()
    assert (sale["orderIds"], sale["referenceId"], sale["total"]) == ([number], "P1", row["total"])
    both = await client.get("/reporting/transactions", params=asked | {"FromDateUTC": "2026-01-01T00:00:00Z"})
    assert (both.status_code, both.json()["isValid"]) == (400, False)
    assert (await client.get("/reporting/transactions")).status_code == 400


async def test_words_of_each_shape(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    product = leaf.shop.of_sku("SKU-0001")["productId"]
    cart = [{"productId": product, "quantity": 1}] * 2
    twice = await client.post("/preorder/price-cart", json={"cart": cart})
    assert twice.headers["content-type"].startswith("text/plain")
    assert twice.text == f"Product {product} appears more than once in the cart"
    kinds = {"customerId": 1, "customerTypeId": 1, "cart": cart[:1]}
    assert (await client.post("/preorder/price-cart", json=kinds)).status_code == 400
    lacking = await client.post("/customer/customer", json={"firstName": "Jane"})
    assert "Address1" in {one["propertyName"] for one in lacking.json()["propertyErrors"]}
    stranger = await client.post("/preorder/submit", json=order(leaf, customerId=5))
    assert stranger.json() == {"message": "Customer not found at this location"}
    for path in ("cancel", "update"):
        answer = await client.post(f"/preorder/{path}", json={"orderId": 5})
        assert (answer.status_code, answer.content) == (404, b"")
    assert (await client.get("/preorder/Status", params={"PreOrderId": 5})).status_code == 404


async def test_an_anonymous_guest_is_made_each_time(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    for _ in range(2):
        await client.post("/transaction/create-anonymous", json={"transactionReference": "P1"})
    guests = (await client.get("/guestlist")).json()
    assert [one["transactionReferenceNumber"] for one in guests] == ["P1", "P1"]


async def test_stock_is_taken_by_an_order_and_runs_out(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    product = leaf.shop.of_sku("SKU-0001")["productId"]
    await client.post("/preorder/submit", json=order(leaf))
    rows = [one for one in (await client.get("/inventory")).json() if one["productId"] == product]
    assert sum(one["quantityAvailable"] for one in rows) == 38
    much = order(leaf, items=[{"productId": product, "quantity": 39}])
    answer = await client.post("/preorder/submit", json=much)
    assert (answer.status_code, "out of stock" in answer.json()["message"]) == (400, True)


async def test_what_staff_do_there_by_the_control_pages(leaf: LeaflogixSimulator, client: httpx.AsyncClient) -> None:
    number = (await client.post("/preorder/submit", json=order(leaf))).json()
    moved = {"id": number, "status": "Complete"}
    assert (await client.post("/_sandbox/order-status", json=moved)).status_code == 200
    assert leaf.orders_book()[0]["paid"] == leaf.orders_book()[0]["total"]
    await client.post("/_sandbox/order-return", json={"id": number})
    assert leaf.orders_book()[0]["refunded"] == leaf.orders_book()[0]["total"]
    cancel = await client.post("/preorder/cancel", json={"orderId": number})
    assert (cancel.status_code, cancel.content) == (400, b"")
