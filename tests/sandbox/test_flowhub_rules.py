"""The simulated Flowhub is as the facts say: two doors, rows of packages, orders that nobody tells apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from posbridge.sandbox.faults import Faults
from posbridge.sandbox.flowhub import FlowhubSimulator
from posbridge.sandbox.flowhub.signin import API_KEY, AUDIENCE, AUTH_ID, AUTH_SECRET, WEAK_SECRET
from posbridge.testing.conformance.shop import shop


class Client:
    """Speaks to the simulator as a program of others would."""

    def __init__(self) -> None:
        self.far = FlowhubSimulator(shop(), rate=0)
        self.keys = {"clientId": self.far.shop.client, "key": API_KEY}
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.far), base_url="http://127.0.0.1")

    async def get(self, path: str, **params: Any) -> Any:
        reply = await self.http.get(path, params=params, headers=self.keys)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def token(self, secret: str = AUTH_SECRET, audience: str = AUDIENCE) -> httpx.Response:
        body = {"client_id": AUTH_ID, "client_secret": secret, "audience": audience,
                "grant_type": "client_credentials"}  # fmt: skip
        return await self.http.post("/oauth/token", json=body)

    async def ahead(self, method: str, path: str, body: Any = None, secret: str = AUTH_SECRET) -> httpx.Response:
        token = (await self.token(secret)).json()["access_token"]
        return await self.http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

    def order(self, **fields: Any) -> dict[str, Any]:
        item = self.far.shop.articles["SKU-0001"].product_id
        return {
            "externalCreatedAt": "2026-11-21T12:00:00Z", "customer": {"externalId": "c-1"},
            "orderItems": [{"productId": item, "quantityPurchased": 2}], "customerNote": "posbridge PREF now",
            **fields,
        }  # fmt: skip


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    made = Client()
    async with made.http:
        yield made


async def test_the_two_doors(client: Client) -> None:
    assert (await client.http.get("/v0/clientsLocations")).json() == {
        "error": ["Unauthorized"], "message": "Invalid key", "status": 401,
    }  # fmt: skip
    good = (await client.token()).json()
    assert set(good) == {"access_token", "scope", "expires_in", "token_type"}
    assert (good["expires_in"], good["scope"]) == (86_400, "create:orders read:orders")
    wrong = await client.token("nobody's")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "access_denied")
    assert (await client.token(audience=f"{AUDIENCE}/")).status_code == 403
    assert (await client.http.post("/order-ahead/v0/create", headers=client.keys)).status_code == 401


async def test_a_token_has_its_scope_and_its_end(client: Client) -> None:
    assert (await client.ahead("POST", "/order-ahead/v0/create", client.order(), WEAK_SECRET)).status_code == 403
    token = (await client.token()).json()["access_token"]
    client.far.clock.advance(timedelta(days=1))
    late = await client.http.get("/order-ahead/v0/orderStatus/x", headers={"Authorization": f"Bearer {token}"})
    assert late.status_code == 401
    assert client.far.expire_tokens() >= 1


async def test_one_row_a_package_and_by_room_one_a_package_and_room(client: Client) -> None:
    here = f"/v0/locations/{client.far.shop.location}"
    whole = (await client.get(f"{here}/inventory"))["data"]
    rooms = (await client.get(f"{here}/inventoryByRoomsNonZero"))["data"]
    cups = [row for row in whole if row["sku"] == "SKU-0001"]
    assert [row["quantity"] for row in cups] == [32, 8]
    assert len({row["regulatoryId"] for row in cups}) == 2
    assert sorted(row["quantity"] for row in rooms if row["sku"] == "SKU-0001") == [8, 10, 22]
    assert "upc" not in cups[0]
    assert rooms[0]["upc"]
    assert (cups[0]["preTaxPriceInPennies"], cups[0]["postTaxPriceInPennies"]) == (1250, 1375)
    client.far.set_stock("SKU-0001", 0)
    emptied = (await client.get(f"{here}/inventoryNonZero"))["data"]
    assert "SKU-0001" not in {row["sku"] for row in emptied}
    assert (await client.http.get("/v0/locations/elsewhere/inventory", headers=client.keys)).status_code == 404


async def test_the_same_order_twice_is_two_orders(client: Client) -> None:
    for _ in range(2):
        made = (await client.ahead("POST", "/order-ahead/v0/create", client.order())).json()
        assert set(made) == {"customerExternalId", "orderId", "status"}
        assert (made["customerExternalId"], made["status"]) == ("c-1", "new")
    assert client.far.books()["doubled"] == ["PREF"]
    assert client.far.stock_book()["SKU-0001"] == 36


async def test_the_register_prices_the_order_and_lists_the_sale(client: Client) -> None:
    noted = client.order()
    noted["orderItems"][0]["discountNote"] = "TEN10 -2.50 USD"
    made = (await client.ahead("POST", "/order-ahead/v0/create", noted)).json()
    said = (await client.ahead("GET", f"/order-ahead/v0/orderStatus/{made['orderId']}")).json()
    assert said["status"] == "sold"
    listed = await client.get(f"/v1/orders/findByLocationId/{client.far.shop.import_id}")
    (sale,) = listed["orders"]
    assert (listed["total"], sale["orderId"], sale["orderStatus"]) == (1, made["orderId"], "sold")
    assert sale["totals"] == {
        "FinalTotal": 2475, "SubTotal": 2250, "TotalDiscounts": 250, "TotalFees": 0, "TotalTaxes": 225,
    }  # fmt: skip
    wrong_id = f"/v1/orders/findByLocationId/{client.far.shop.location}"
    assert (await client.http.get(wrong_id, headers=client.keys)).status_code == 404


async def test_filters_know_days_alone(client: Client) -> None:
    path = f"/v1/orders/findByLocationId/{client.far.shop.import_id}"
    reply = await client.http.get(path, params={"created_after": "2026-11-21T00:00:00Z"}, headers=client.keys)
    assert reply.status_code == 404
    assert reply.json()["message"] == "created_after must be in format yyyy-mm-dd"
    await client.ahead("POST", "/order-ahead/v0/create", client.order())
    assert (await client.get(path, created_before="2020-01-01"))["total"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"customer": None}, {"orderItems": []}, {"externalCreatedAt": ""}, {"orderType": "drone"},
        {"orderItems": [{"productId": "unknown", "quantityPurchased": 1}]},
        {"customer": {"medRecOrBoth": "med", "medId": "M-1"}},
    ],
)  # fmt: skip
async def test_what_flowhub_does_not_take(client: Client, change: dict[str, Any]) -> None:
    reply = await client.ahead("POST", "/order-ahead/v0/create", client.order(**change))
    assert reply.status_code == 400
    assert set(reply.json()) == {"error", "message", "status"}
    assert client.far.orders_book() == []


async def test_the_staff_may_be_slow_idle_or_unwilling(client: Client) -> None:
    await client.http.post("/_sandbox/staff", json={"seconds": 5})
    made = (await client.ahead("POST", "/order-ahead/v0/create", client.order())).json()["orderId"]
    status = f"/order-ahead/v0/orderStatus/{made}"
    assert (await client.ahead("GET", status)).json()["status"] == "new"
    assert client.far.orders_book()[0]["paid"] == 0
    client.far.clock.advance(timedelta(seconds=6))
    assert (await client.ahead("GET", status)).json()["status"] == "sold"
    await client.http.post("/_sandbox/staff", json={"seconds": None})
    other = (await client.ahead("POST", "/order-ahead/v0/create", client.order())).json()["orderId"]
    assert (await client.ahead("PATCH", f"/orders/{other}", client.order(orderType="pickup"))).status_code == 200
    moved = await client.http.post("/_sandbox/status", json={"order": other, "status": "deleted"})
    assert moved.status_code == 200
    assert (await client.ahead("PATCH", f"/orders/{other}", client.order())).status_code == 409
    assert (await client.ahead("POST", f"/orderPostback/{other}")).status_code == 204
    again = await client.http.post("/_sandbox/status", json={"order": other, "status": "sold"})
    assert again.status_code == 400


async def test_customers_are_found_by_digits_and_need_four_fields(client: Client) -> None:
    found = await client.get("/v1/customers/findByPhoneNumber", phone_number="2025550101")
    assert (found["name"], found["phone"]) == ("Ada Lovelace", "(202) 555-0101")
    missing = {"phone_number": "2025550999"}
    reply = await client.http.get("/v1/customers/findByPhoneNumber", params=missing, headers=client.keys)
    assert reply.status_code == 404
    body = {"birthDate": "1990-05-15", "name": "Jane Doe", "state": "CO", "type": "recCustomer"}
    store = {"store_id": client.far.shop.location}
    for left_out in body:
        partial = {name: value for name, value in body.items() if name != left_out}
        reply = await client.http.post("/v1/customer", params=store, json=partial, headers=client.keys)
        assert reply.status_code == 400
        assert left_out in reply.json()["message"]
    assert (await client.http.post("/v1/customer", json=body, headers=client.keys)).status_code == 400
    made = await client.http.post("/v1/customer", params=store, json=body, headers=client.keys)
    assert made.status_code == 200
    listed = await client.get("/v1/customers/", page="2", page_size="1")
    assert [one["id"] for one in listed] == [made.json()["id"]]


async def test_429_has_no_headers_that_help(client: Client) -> None:
    client.far.faults = Faults({"429": 1})
    reply = await client.http.get("/v0/clientsLocations", headers=client.keys)
    assert reply.status_code == 429
    assert not [name for name in reply.headers if "retry" in name or "limit" in name]
