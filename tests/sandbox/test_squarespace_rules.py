"""The simulated Squarespace follows the contract: each answer fits the description, each rule holds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.connectors.squarespace import webhooks
from posbridge.sandbox import create, demo_seed, running
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.sandbox.squarespace.oauth import API_KEY, CLIENT_ID, CLIENT_SECRET
from posbridge.testing.conformance.serving import mailbox
from tests.connectors.squarespace.spec import Spec

ORDERS, INVENTORY = "/1.0/commerce/orders", "/1.0/commerce/inventory"


class Site:
    """The simulator and a client whose every exchange is held against the description."""

    def __init__(self, simulator: SquarespaceSimulator, client: httpx.AsyncClient, spec: Spec) -> None:
        self.simulator, self.client, self._spec = simulator, client, spec

    async def call(self, method: str, path: str, body: Any = None, *, key: str = "", **query: Any) -> Any:
        """(status, JSON or None)."""
        headers = {"idempotency-key": key} if key else {}
        headers |= {"content-type": "application/merge-patch+json"} if method == "PATCH" else {}
        content = None if body is None else json.dumps(body).encode()
        answer = await self.client.request(method, path, content=content, params=query, headers=headers)
        found = answer.json() if answer.content else None
        self._spec.check_answer(method, path, answer.status_code, found)
        return answer.status_code, found

    async def good(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        status, found = await self.call(method, path, body, **more)
        assert status < 300, found
        return found

    async def refused(self, status: int, subtype: str | None, method: str, path: str, *body: Any, **more: Any) -> Any:
        said, found = await self.call(method, path, *body, **more)
        assert (said, found.get("subtype")) == (status, subtype), found
        return found

    def sale(self, **changes: Any) -> dict[str, Any]:
        variant = next(iter(self.simulator.catalog.variants))
        price = self.simulator.catalog.variants[variant][1]["pricing"]["basePrice"]
        line = {"lineItemType": "PHYSICAL_PRODUCT", "variantId": variant, "quantity": 1, "unitPricePaid": price}
        made = {
            "channelName": "test", "externalOrderReference": "REF-1", "createdOn": "2026-11-20T18:42:07Z",
            "priceTaxInterpretation": "EXCLUSIVE", "fulfillments": [], "lineItems": [line], "subtotal": price,
            "grandTotal": price,
        }  # fmt: skip
        return {name: value for name, value in {**made, **changes}.items() if value is not ...}


@pytest.fixture
async def site(contracts: Path) -> AsyncIterator[Site]:
    simulator = SquarespaceSimulator(demo_seed(120), rate=100_000)
    headers = {"Authorization": f"Bearer {API_KEY}", "User-Agent": "test"}
    async with (
        running(simulator) as address,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=10) as client,
    ):
        yield Site(simulator, client, Spec(contracts))


# who calls
async def test_who_may_call(site: Site) -> None:
    site.simulator.oauth.add_key("reads-orders", ("website.orders.read",))
    cases = [
        ({"Authorization": ""}, 401, None), ({"Authorization": "Bearer nobody"}, 401, None),
        ({"User-Agent": ""}, 400, "MISSING_ARGUMENT"), ({"Authorization": "Bearer reads-orders"}, 200, None),
    ]  # fmt: skip
    for headers, status, subtype in cases:
        answer = await site.client.get(ORDERS, headers=headers)
        assert answer.status_code == status
        assert answer.json().get("subtype") == subtype
        assert answer.headers["x-contextid"]
        assert "retry-after" not in answer.headers
    bearer = {"Authorization": "Bearer reads-orders"}
    for method, path in (("POST", ORDERS), ("GET", INVENTORY), ("GET", "/v1/contacts")):
        answer = await site.client.request(method, path, headers=bearer)
        assert (answer.status_code, answer.json()["subtype"]) == (403, "MISSING_SCOPE")
    await site.refused(403, "OAUTH_TOKEN_REQUIRED", "GET", "/1.0/webhook_subscriptions")
    site.simulator.oauth.expired_site = True
    assert (await site.refused(402, None, "GET", ORDERS))["type"] == "WEBSITE_EXPIRED"


async def test_the_code_flow(site: Site) -> None:
    asked = {"client_id": CLIENT_ID, "redirect_uri": "https://till.example/cb", "scope": "website.orders", "state": "s"}
    answer = await site.client.get("/api/1/login/oauth/provider/authorize", params=asked)
    code = httpx.URL(answer.headers["location"]).params["code"]
    pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": "https://till.example/cb"}

    async def ask(body: Any, **headers: str) -> httpx.Response:
        return await site.client.post("/api/1/login/oauth/provider/tokens", json=body, headers=headers)

    assert (await ask(body)).json() == {"error": "invalid_client"}
    tokens = (await ask(body, Authorization=f"Basic {pair}")).json()
    assert tokens["token"] == tokens["access_token"]
    assert float(tokens["access_token_expires_at"]) - site.simulator.clock.seconds() == pytest.approx(1800, abs=5)
    assert (await ask(body, Authorization=f"Basic {pair}")).json() == {"error": "invalid_grant"}
    again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    newer = (await ask(again, Authorization=f"Basic {pair}")).json()
    assert newer["refresh_token"] != tokens["refresh_token"]
    assert (await ask(again, Authorization=f"Basic {pair}")).status_code == 400
    bearer = {"Authorization": f"Bearer {newer['access_token']}"}
    assert (await site.client.get(ORDERS, headers=bearer)).status_code == 200
    assert (await site.client.get(INVENTORY, headers=bearer)).status_code == 403
    site.simulator.clock.advance(timedelta(minutes=31))
    assert (await site.client.get(ORDERS, headers=bearer)).status_code == 401


async def test_the_site(site: Site) -> None:
    found = await site.good("GET", "/1.0/authorization/website")
    assert (found["currency"], found["timeZone"]) == ("USD", "America/New_York")
    await site.refused(404, "INVALID_ARGUMENT", "GET", f"{ORDERS}/nobody")
    assert (await site.client.get("/9.9/commerce/orders")).status_code == 404
    assert (await site.client.delete(ORDERS)).json()["type"] == "METHOD_NOT_ALLOWED"


# products and stock
async def test_products_come_by_fifty_and_limit_is_ignored(site: Site) -> None:
    first = await site.good("GET", "/v2/commerce/products", limit=2)
    assert len(first["products"]) == 50
    cursor, ids = first["pagination"]["nextPageCursor"], [row["id"] for row in first["products"]]
    second = await site.good("GET", "/v2/commerce/products", cursor=cursor)
    third = await site.good("GET", "/v2/commerce/products", cursor=second["pagination"]["nextPageCursor"])
    ids += [row["id"] for page in (second, third) for row in page["products"]]
    assert len(set(ids)) == 120
    assert third["pagination"] == {"hasNextPage": False, "nextPageCursor": None, "nextPageUrl": None}
    await site.refused(400, "INVALID_ARGUMENT", "GET", "/v2/commerce/products", cursor=cursor, type="PHYSICAL")
    two = await site.good("GET", f"/v2/commerce/products/{ids[0]},{ids[1]}")
    assert list(two) == ["products"]
    assert len(two["products"]) == 2
    await site.refused(404, "INVALID_ARGUMENT", "GET", f"/v2/commerce/products/{ids[0]},nobody")
    await site.good("GET", "/1.0/commerce/store_pages")


async def test_changed_products(site: Site) -> None:
    begin = site.simulator.clock.now() - timedelta(seconds=1)
    product = next(iter(site.simulator.seed.products))
    site.simulator.set_title(product.key, "New name")
    window = {"modifiedAfter": begin.isoformat(), "modifiedBefore": (begin + timedelta(hours=1)).isoformat()}
    found = await site.good("GET", "/v2/commerce/products", **window)
    assert [row["name"] for row in found["products"]] == ["New name"]
    await site.refused(400, "MISSING_ARGUMENT", "GET", "/v2/commerce/products", modifiedAfter=window["modifiedAfter"])


async def test_adjustments(site: Site) -> None:
    path = f"{INVENTORY}/adjustments"
    one, two = list(site.simulator.catalog.variants)[:2]
    site.simulator.catalog.set_quantity(one, 5)
    site.simulator.catalog.set_quantity(two, 5)
    said, found = await site.call("POST", path, {})
    assert (said, found["title"]) == (400, "Bad Request")
    body = {"incrementOperations": [{"variantId": one, "quantity": 2}],
            "decrementOperations": [{"variantId": two, "quantity": 1}]}  # fmt: skip
    for _ in range(2):
        assert await site.call("POST", path, body, key="k1") == (204, None)
    levels = (await site.good("GET", f"{INVENTORY}/{one},{two}"))["inventory"]
    assert [row["quantity"] for row in levels] == [7, 4]
    short = {**body, "decrementOperations": [{"variantId": two, "quantity": 9}]}
    await site.refused(409, "INSUFFICIENT_STOCK", "POST", path, short, key="k2")
    assert site.simulator.catalog.quantity(one) == 7
    twice = {"incrementOperations": [{"variantId": one, "quantity": 1}] * 2}
    await site.refused(400, "INVALID_ARGUMENT", "POST", path, twice, key="k3")
    await site.good("POST", path, {"setUnlimitedOperations": [one]}, key="k4")
    await site.refused(409, "STOCK_NOT_TRACKED", "POST", path, {**body, "decrementOperations": []}, key="k5")
    await site.good("POST", path, {"setFiniteOperations": [{"variantId": one, "quantity": 3}]}, key="k6")
    assert site.simulator.catalog.quantity(one) == 3
    await site.refused(404, "INVENTORY_ITEM_NOT_FOUND", "GET", f"{INVENTORY}/nobody")
    page = await site.good("GET", INVENTORY)
    assert len(page["inventory"]) == 50


# orders
async def test_an_import(site: Site) -> None:
    body = site.sale(customerEmail="new@example.com", fulfillmentStatus="FULFILLED", fulfilledOn="2026-11-20T18:42:07Z")
    made = await site.good("POST", ORDERS, body, key="k1")
    assert (made["channel"], made["paymentState"], made["idempotencyKey"]) == ("external", "PAID", "k1")
    assert made["customerId"] in site.simulator.contacts.rows
    read = await site.good("GET", f"{ORDERS}/{made['id']}")
    assert "idempotencyKey" not in read
    assert read["grandTotal"] == body["grandTotal"]
    (booked,) = site.simulator.orders_book()
    assert (booked["reference"], booked["paid"]) == ("REF-1", booked["total"])


async def test_keys(site: Site) -> None:
    body = site.sale()
    said, found = await site.call("POST", ORDERS, body)
    assert (said, found["detail"]) == (400, "Required header 'Idempotency-Key' is not present.")
    first = await site.good("POST", ORDERS, body, key="k1")
    assert await site.good("POST", ORDERS, body, key="k1") == first
    await site.refused(400, None, "POST", ORDERS, {**body, "createdOn": "2026-11-20T18:42:08Z"}, key="k1")
    await site.refused(400, "INVALID_ARGUMENT", "POST", ORDERS, body, key="a b")
    assert len(site.simulator.orders_book()) == 1
    site.simulator.clock.advance(timedelta(hours=49))
    await site.good("POST", ORDERS, body, key="k1")
    assert site.simulator.books()["doubled"] == ["REF-1"]


@pytest.mark.parametrize(
    ("changes", "subtype"),
    [
        ({"subtotal": ...}, None), ({"subtotal": {"currency": "USD", "value": "0.01"}}, None),
        ({"grandTotal": ...}, "MISSING_ARGUMENT"), ({"lineItems": []}, "INVALID_ARGUMENT"),
        ({"channelName": "x" * 31}, "INVALID_ARGUMENT"), ({"externalOrderReference": "x" * 201}, "INVALID_ARGUMENT"),
        ({"grandTotal": {"currency": "EUR", "value": "1.00"}}, "CURRENCY_MISMATCH"),
        ({"fulfillmentStatus": "FULFILLED"}, "MISSING_ARGUMENT"),
        ({"fulfillmentStatus": "CANCELED"}, "INVALID_ARGUMENT"),
        ({"customerEmail": "nobody"}, "INVALID_ARGUMENT"), ({"createdOn": "today"}, "INVALID_ARGUMENT"),
        ({"shippingLines": [{}, {}]}, "INVALID_ARGUMENT"),
    ],
)  # fmt: skip
async def test_imports_that_are_refused(site: Site, changes: Any, subtype: str | None) -> None:
    await site.refused(400, subtype, "POST", ORDERS, site.sale(**changes), key="k1")
    assert site.simulator.orders_book() == []


async def test_lines_that_are_refused(site: Site) -> None:
    (line,) = site.sale()["lineItems"]
    named = {**line, "title": "Named"}
    await site.refused(400, None, "POST", ORDERS, site.sale(lineItems=[named]), key="k1")
    gone = {**line, "variantId": "nobody"}
    await site.refused(404, "PRODUCT_VARIANT_NOT_FOUND", "POST", ORDERS, site.sale(lineItems=[gone]), key="k1")
    part = {**line, "quantity": 0.5}
    await site.refused(400, "INVALID_ARGUMENT", "POST", ORDERS, site.sale(lineItems=[part]), key="k1")
    untitled = {"lineItemType": "CUSTOM", "quantity": 1, "unitPricePaid": line["unitPricePaid"]}
    await site.refused(400, "MISSING_ARGUMENT", "POST", ORDERS, site.sale(lineItems=[untitled]), key="k1")
    made = await site.good("POST", ORDERS, site.sale(lineItems=[{**untitled, "title": "Engraving"}]), key="k1")
    assert made["lineItems"][0]["productName"] == "Engraving"


async def test_stock_is_taken_only_when_asked_for(site: Site) -> None:
    variant = next(iter(site.simulator.catalog.variants))
    site.simulator.catalog.set_quantity(variant, 1)
    await site.good("POST", ORDERS, site.sale(), key="k1")
    assert site.simulator.catalog.quantity(variant) == 1
    await site.good("POST", ORDERS, site.sale(inventoryBehavior="DEDUCT"), key="k2")
    assert site.simulator.catalog.quantity(variant) == 0
    short = site.sale(inventoryBehavior="DEDUCT")
    await site.refused(409, "INSUFFICIENT_STOCK", "POST", ORDERS, short, key="k3")


async def test_lists_of_orders(site: Site) -> None:
    for number in range(60):
        await site.good("POST", ORDERS, site.sale(externalOrderReference=f"REF-{number}"), key=f"k{number}")
    first = await site.good("GET", ORDERS)
    assert len(first["result"]) == 50
    cursor = first["pagination"]["nextPageCursor"]
    assert len((await site.good("GET", ORDERS, cursor=cursor))["result"]) == 10
    said = await site.refused(400, "INVALID_ARGUMENT", "GET", ORDERS, cursor=cursor, fulfillmentStatus="PENDING")
    assert said["message"] == "Cursor cannot be set while other parameters are present."
    ident = first["result"][0]["id"]
    site.simulator.orders.change(ident, "REFUNDED", paymentState="REFUND_PENDING")
    shown = {row["id"] for row in (await site.good("GET", ORDERS))["result"]}
    assert ident not in shown
    named = await site.good("GET", ORDERS, paymentStates="REFUND_PENDING")
    assert [row["id"] for row in named["result"]] == [ident]
    now = datetime.now(UTC)
    upside_down = {"modifiedAfter": now.isoformat(), "modifiedBefore": (now - timedelta(1)).isoformat()}
    await site.refused(400, "INVALID_ARGUMENT", "GET", ORDERS, **upside_down)


async def test_handing_over(site: Site) -> None:
    made = await site.good("POST", ORDERS, site.sale(), key="k1")
    path = f"{ORDERS}/{made['id']}/fulfillments"
    await site.refused(400, "MISSING_ARGUMENT", "POST", path, {})
    assert await site.call("POST", path, {"shipments": [], "shouldSendNotification": False}) == (204, None)
    assert (await site.good("GET", f"{ORDERS}/{made['id']}"))["fulfillmentStatus"] == "FULFILLED"


# contacts and codes
async def test_contacts(site: Site) -> None:
    new = {"firstName": "A", "lastName": "B", "locale": "en-US", "primaryEmail": {"email": "a@example.com"}}
    made = (await site.good("POST", "/v1/contacts", new))["contact"]
    await site.refused(409, "DUPLICATE_USER_CONFLICT", "POST", "/v1/contacts", new)
    await site.refused(400, "MISSING_ARGUMENT", "POST", "/v1/contacts", {"firstName": "A"})
    one = f"/v1/contacts/{made['id']}"
    book = f"{one}/address-book"
    await site.refused(400, "MISSING_ARGUMENT", "POST", book, {"address": {"phoneNumber": "1"}})
    entry = await site.good("POST", book, {"address": {"countryCode": "US", "phoneNumber": "215-555-4321"}})
    assert entry["addressBookEntry"]["defaultShipping"] is True
    changed = {"address": {"countryCode": "US", "city": "Springfield"}}
    await site.good("PUT", f"{book}/{entry['addressBookEntry']['id']}", changed)
    assert len((await site.good("GET", book))["addressBook"]["addressBookEntries"]) == 1
    patched = await site.good("PATCH", one, {"lastName": "C"})
    assert patched["contact"]["lastName"] == "C"
    assert patched["contact"]["defaultShippingAddress"]["address"]["city"] == "Springfield"
    found = await site.good("POST", "/v1/contacts/query", {"searchString": "a@exam"})
    assert [row["id"] for row in found["contacts"]] == [made["id"]]
    page = await site.good("GET", "/v1/contacts", pageSize=10)
    assert len(page["contacts"]) == 10
    rest = await site.good("GET", "/v1/contacts", pageSize=10, cursor=page["pagination"]["nextPageCursor"])
    assert rest["contacts"][0]["id"] not in [row["id"] for row in page["contacts"]]


async def test_codes(site: Site) -> None:
    found = await site.good("GET", "/v1/commerce/discounts", search="o", trigger="CODE", limit=2)
    assert (len(found["discounts"]), found["hasNextPage"]) == (2, True)
    one = (await site.good("GET", f"/v1/commerce/discounts/{found['discounts'][0]['id']}"))["discount"]
    assert one == found["discounts"][0]
    states = {row["trigger"]["promoCode"]: row["status"] for row in (
        await site.good("GET", "/v1/commerce/discounts"))["discounts"]}  # fmt: skip
    assert (states["SUMMER"], states["WELCOME10"]) == ("EXPIRED", "ACTIVE")
    await site.refused(400, "INVALID_ARGUMENT", "GET", "/v1/commerce/discounts", limit=1001)


# webhooks
async def test_deliveries_are_signed_with_the_bytes_of_the_secret(site: Site) -> None:
    tokens = site.simulator.oauth.grant()
    site.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    async with mailbox() as (url, arrived):
        body = {"endpointUrl": url, "topics": ["order.create"]}
        made = await site.good("POST", "/1.0/webhook_subscriptions", body)
        await site.good("POST", ORDERS, site.sale(), key="k1")
        delivery = await arrived.get()
        signature = hmac.new(bytes.fromhex(made["secret"]), delivery.body, hashlib.sha256).hexdigest()
        assert {name.lower(): value for name, value in delivery.headers.items()}["squarespace-signature"] == signature
        assert webhooks.parse(delivery.body)[0].topic == "order.create"
        path = f"/1.0/webhook_subscriptions/{made['id']}"
        assert "secret" not in await site.good("GET", path)
        rotated = await site.good("POST", f"{path}/actions/rotateSecret")
        assert rotated["secret"] != made["secret"]
        await site.good("POST", f"{path}/actions/sendTestNotification", {"topic": "order.update"})
        tested = await arrived.get()
        assert webhooks.verify(tested.body, tested.headers, rotated["secret"])
        assert not webhooks.verify(tested.body, tested.headers, made["secret"])
        assert await site.call("DELETE", path) == (204, None)
    plain = {"endpointUrl": "http://elsewhere.example.com", "topics": []}
    await site.refused(400, "INVALID_ARGUMENT", "POST", "/1.0/webhook_subscriptions", plain)
    for number in range(25):
        many = {"endpointUrl": f"https://till.example.com/{number}", "topics": ["order.update"]}
        await site.good("POST", "/1.0/webhook_subscriptions", many)
    await site.refused(409, "WEBHOOK_SUBSCRIPTION_LIMIT_REACHED", "POST", "/1.0/webhook_subscriptions", many)


async def test_a_subscription_that_fails_is_deleted(site: Site) -> None:
    site.simulator.deliveries.pause = 0.001
    tokens = site.simulator.oauth.grant()
    site.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    body = {"endpointUrl": "http://127.0.0.1:9/nobody", "topics": ["order.create"]}
    made = await site.good("POST", "/1.0/webhook_subscriptions", body)
    await site.good("POST", ORDERS, site.sale(), key="k1")
    await site.simulator.settled()
    await site.refused(404, "INVALID_ARGUMENT", "GET", f"/1.0/webhook_subscriptions/{made['id']}")


# limits
async def test_limits() -> None:
    simulator = create("squarespace", demo_seed(20))
    headers = {"Authorization": f"Bearer {API_KEY}", "User-Agent": "test"}
    async with running(simulator) as address, httpx.AsyncClient(base_url=address, headers=headers) as client:
        simulator.bucket.rate, simulator.bucket._left = 0.001, 1.0  # however slow this machine is
        assert (await client.get(ORDERS)).status_code == 200
        refused = await client.get(ORDERS)
        assert (refused.status_code, refused.json()["type"]) == (429, "TOO_MANY_REQUESTS")
        assert "retry-after" not in refused.headers
        simulator.bucket.rate = 0
        simulator.faults.plan("429")
        told = await client.get(ORDERS)
        assert told.headers["retry-after"] == "1"
    assert simulator.counts.refused == 1


async def test_books_and_control_pages(site: Site) -> None:
    sku = next(iter(site.simulator.seeder.variants))
    site.simulator.set_stock(sku, 5)
    sold = (await site.client.post("/_sandbox/sell", json={"sku": sku, "quantity": 2})).json()
    await site.client.post("/_sandbox/refund", json={"id": sold["id"], "amount_minor": 1})
    await site.client.post("/_sandbox/cancel", json={"id": sold["id"]})
    await site.client.post("/_sandbox/use-code", json={"code": "ONCE"})
    books = (await site.client.get("/_sandbox/books")).json()
    assert books["platform"] == "squarespace"
    assert books["orders"][0]["state"] == "CANCELED"
    assert books["orders"][0]["refunded"] == 1
    assert books["stock"][sku] == 3
    assert books["gift_cards"] == []
    product = site.simulator.seed.products[0]
    site.simulator.remove_product(product.key)
    with pytest.raises(KeyError):
        site.simulator.set_price(product.variants[0].sku, 1)
    site.simulator.add_product(product)
    site.simulator.set_price(product.variants[0].sku, 777)
    assert (await site.client.get(f"/pictures/{product.key}.svg")).status_code == 200
