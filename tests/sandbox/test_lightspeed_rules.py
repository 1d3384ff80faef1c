"""The simulated Lightspeed keeps the contract's rules, without any connector of ours."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import httpx
import pytest

from posbridge.sandbox.lightspeed import LightspeedSimulator
from posbridge.sandbox.lightspeed.catalog import LOCATION
from posbridge.sandbox.lightspeed.oauth import SECRET, V1_CLIENT, V2_CLIENT
from posbridge.testing.conformance.shop import shop

_REALM = "/realms/k-series/protocol/openid-connect/token"


@pytest.fixture
def far() -> LightspeedSimulator:
    return LightspeedSimulator(shop(), rate=0)


async def call(far: LightspeedSimulator, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {far.oauth.grant()['access_token']}", **more.pop("headers", {})}
    transport = httpx.ASGITransport(app=far)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.request(method, path, headers=headers, **more)


def an_order(**more: Any) -> dict[str, Any]:
    return {
        "businessLocationId": LOCATION, "thirdPartyReference": "REF-1", "endpointId": "E",
        "customerInfo": {"firstName": "Jane"}, "items": [{"quantity": 2, "sku": "SKU-0001"}],
        "payment": {"paymentMethod": "CASH", "paymentAmount": 27.5}, **more,
    }  # fmt: skip


async def test_a_reference_is_taken_once(far: LightspeedSimulator) -> None:
    first = await call(far, "POST", "/o/op/1/order/toGo", json=an_order())
    again = await call(far, "POST", "/o/op/1/order/toGo", json=an_order())
    assert (first.status_code, first.json()) == (200, {"status": "ok"})
    assert (again.status_code, again.json()["status"]) == (409, "fail")
    assert again.json()["msg"] == "reference has already been used REF-1"
    assert [one["reference"] for one in far.orders_book()] == ["REF-1"]
    assert far.stock_book()["SKU-0001"] == 38


async def test_a_payment_again_is_400(far: LightspeedSimulator) -> None:
    body = an_order()
    del body["payment"]
    await call(far, "POST", "/o/op/1/order/toGo", json=body)
    (open_one,) = (await call(far, "GET", "/o/op/1/order/table/getCheck")).json()
    paying = {
        "businessLocationId": LOCATION, "endpointId": "E", "thirdPartyPaymentReference": "P-1", "paymentAmount": 27.5,
        "paymentMethod": "CASH", "iKaccountIdentifier": open_one["ikaccountId"], "taskTtlInMs": 60_000,
    }  # fmt: skip
    assert (await call(far, "POST", "/o/op/1/pay", json=paying)).json() == {"status": "ok"}
    again = await call(far, "POST", "/o/op/1/pay", json=paying)
    assert (again.status_code, again.json()["message"]) == (400, "reference has already been used P-1")
    assert (await call(far, "GET", "/o/op/1/order/table/getCheck")).json() == []
    assert [(one["paid"], one["state"]) for one in far.orders_book()] == [(2750, "CLOSED")]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"thirdPartyReference": "x" * 49}, "thirdPartyReference"),
        ({"endpointId": None}, "endpointId"),
        ({"customerInfo": {}}, "customerInfo.firstName"),
        ({"maxTimeToAttemptOrderDeliverToPos": 1000}, "maxTimeToAttemptOrderDeliverToPos"),
        ({"items": [{"quantity": 0.5, "sku": "SKU-0001"}]}, "items[0].quantity"),
        ({"items": [{"quantity": 1, "sku": "S" * 26}]}, "items[0].sku"),
        ({"collectionCode": "123456789"}, "collectionCode"),
        ({"businessLocationId": 1}, "businessLocationId"),
    ],
)
async def test_wrong_orders(far: LightspeedSimulator, more: dict[str, Any], field: str) -> None:
    answer = await call(far, "POST", "/o/op/1/order/toGo", json=an_order(**more))
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert far.orders_book() == []


@pytest.mark.parametrize(
    "more",
    [
        {"items": [{"quantity": 1, "sku": "NONE"}]},
        {"items": [{"quantity": 2, "sku": "SKU-0001", "customItemPrice": 1.0}]},
        {"items": [{"quantity": 2, "sku": "SKU-0001", "discountCode": "NONE"}]},
        {"items": [{"quantity": 2, "sku": "SKU-0001", "discountCode": "TEN10", "discountAmountOverride": 1}]},
        {"payment": {"paymentMethod": "SHELLS", "paymentAmount": 27.5}},
        {"payment": {"paymentMethod": "CASH", "paymentAmount": 27.51}},
    ],
)
async def test_what_only_the_register_refuses_is_taken_by_the_api(
    far: LightspeedSimulator, more: dict[str, Any]
) -> None:
    said: list[dict[str, Any]] = []
    far.till.emit = said.append
    answer = await call(far, "POST", "/o/op/1/order/toGo", json=an_order(**more))
    assert answer.json() == {"status": "ok"}
    assert [one["status"] for one in said] == ["FAILURE"]
    assert said[0]["reason"]
    assert far.orders_book() == []
    assert far.stock_book()["SKU-0001"] == 40


async def test_a_register_that_is_off_lets_the_task_die(far: LightspeedSimulator) -> None:
    said: list[dict[str, Any]] = []
    far.till.emit, far.till.on = said.append, False
    await call(far, "POST", "/o/op/1/order/toGo", json=an_order(maxTimeToAttemptOrderDeliverToPos=60_000))
    far.clock.advance(timedelta(seconds=61))
    far.till.on = True
    assert far.orders_book() == []
    assert said[0]["errors"]["timeout"]["errorKey"] == "errors.order.pos.task_timeout"


async def test_a_tip_is_in_the_orders_payment(far: LightspeedSimulator) -> None:
    payment = {"paymentMethod": "CASH", "paymentAmount": 30.0, "tipAmount": 2.5}
    await call(far, "POST", "/o/op/1/order/toGo", json=an_order(payment=payment))
    assert [one["paid"] for one in far.orders_book()] == [2750]


def basic(client: str, secret: str = SECRET) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(f'{client}:{secret}'.encode()).decode()}"}


async def test_a_v2_refresh_token_works_once_and_a_v1_token_again(far: LightspeedSimulator) -> None:
    for client, path, times in ((V2_CLIENT, _REALM, [200, 400]), (V1_CLIENT, "/oauth/token", [200, 200])):
        form = {"grant_type": "refresh_token", "refresh_token": far.oauth.grant(client=client)["refresh_token"]}
        found = [await call(far, "POST", path, data=form, headers=basic(client)) for _ in range(2)]
        assert [one.status_code for one in found] == times
    wrong = await call(far, "POST", _REALM, data=form, headers=basic(V2_CLIENT, "x"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    body = await call(far, "POST", _REALM, data={**form, "client_id": V2_CLIENT, "client_secret": SECRET})
    assert body.status_code == 401, "credentials belong into the header"


async def test_no_refresh_token_without_offline_access(far: LightspeedSimulator) -> None:
    assert "refresh_token" not in far.oauth.grant(("items",))


async def test_tokens_end_by_themselves(far: LightspeedSimulator) -> None:
    access = far.oauth.grant()["access_token"]
    far.clock.advance(timedelta(seconds=1501))
    answer = await call(far, "GET", "/o/op/1/menu/list", headers={"authorization": f"Bearer {access}"})
    assert answer.status_code == 401


async def test_put_makes_and_post_changes_an_endpoint(far: LightspeedSimulator) -> None:
    room, body = "/o/wh/1/webhook", {"endpointId": "E", "url": "https://a.example.com", "provideAccount": True}
    assert (await call(far, "POST", room, json=body)).status_code == 404
    assert (await call(far, "PUT", room, json=body)).status_code == 200
    del body["provideAccount"]
    assert (await call(far, "POST", room, json=body)).status_code == 200
    assert (await call(far, "GET", f"{room}/E")).json()["provideAccount"] is False
    assert (await call(far, "DELETE", f"{room}/E")).status_code == 200
    assert (await call(far, "DELETE", f"{room}/E")).status_code == 404


async def test_counts_are_asked_for_fifty_at_a_time(far: LightspeedSimulator) -> None:
    path = "/o/op/1/itemAvailability"
    assert (await call(far, "POST", path, json={"skus": ["SKU-0001"] * 51})).status_code == 400
    assert (await call(far, "POST", path, json={"skus": ["NONE"]})).json()["data"] == []
    got = (await call(far, "GET", path, params={"skus": "SKU-0001"})).json()
    assert [one["count"] for one in got["data"]] == [40]


async def test_sales_reach_a_year(far: LightspeedSimulator) -> None:
    path = f"/f/v2/business-location/{LOCATION}/sales"
    far.till.sell("SKU-0001", 1)
    asked = {"from": "2024-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    assert (await call(far, "GET", path, params=asked)).json() == {"error": "The range must be at most 365 days"}
    begin = (far.clock.now() - timedelta(days=1)).isoformat()
    end = (far.clock.now() + timedelta(days=1)).isoformat()
    page = (await call(far, "GET", path, params={"from": begin, "to": end})).json()
    assert page["nextPageToken"] is None
    (sale,) = page["sales"]
    assert (sale["type"], "payments" in sale, sale["externalReferences"]) == ("SALE", False, [])


async def test_the_registers_switches(far: LightspeedSimulator) -> None:
    assert (await call(far, "POST", "/_sandbox/till", json={"on": False, "refuse": "No"})).json() == {"ok": True}
    assert (far.till.on, far.till.refuse) == (False, "No")
    sold = (await call(far, "POST", "/_sandbox/sell", json={"sku": "SKU-0001"})).json()
    await call(far, "POST", "/_sandbox/refund", json={"number": sold["number"]})
    assert [(one["total"], one["refunded"]) for one in far.orders_book()] == [(1375, 1375)]
