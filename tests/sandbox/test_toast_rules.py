"""The simulated Toast keeps to the contract: who may call, what is refused, how it is refused, what is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.connectors.toast import webhooks
from posbridge.connectors.toast.mapping import to_order, to_products
from posbridge.connectors.toast.menu_mapping import is_barcode
from posbridge.sandbox import create, demo_seed
from posbridge.sandbox.toast import Options, ToastSimulator
from posbridge.sandbox.toast.answers import guid
from posbridge.sandbox.toast.gate import CLIENT_ID, LOGIN, SECRET, STANDARD_SECRET
from posbridge.sandbox.toast.world import DINE_IN, OPEN_DISCOUNT, OPEN_ITEM, RESTAURANT, TAKE_OUT, TILL_GROUP, add_sized
from posbridge.sandbox.webhooks import Target
from posbridge.testing.conformance.serving import mailbox
from posbridge.testing.conformance.shop import shop

ORDERS = "/orders/v2/orders"
SHAPE = {"status", "code", "message", "messageKey", "fieldName", "link", "requestId", "developerMessage", "errors"}


class Place:
    """The simulator and a client that is signed in."""

    def __init__(self, simulator: ToastSimulator, client: httpx.AsyncClient) -> None:
        self.simulator, self.client = simulator, client

    async def sign_in(self, secret: str = SECRET) -> httpx.Response:
        body = {"clientId": CLIENT_ID, "clientSecret": secret, "userAccessType": "TOAST_MACHINE_CLIENT"}
        reply = await self.client.post(LOGIN, json=body)
        if reply.status_code == 200:
            token = reply.json()["token"]["accessToken"]
            self.client.headers["authorization"] = f"Bearer {token}"
            self.client.headers["toast-restaurant-external-id"] = RESTAURANT
        return reply

    async def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """(status, JSON); every error has Toast's shape."""
        reply = await self.client.request(method, path, json=body, params=query)
        found = reply.json()
        if reply.status_code >= 400:
            assert set(found) >= SHAPE, found
            assert found["status"] == reply.status_code
        return reply.status_code, found

    def order(self, **changes: Any) -> dict[str, Any]:
        item = self.simulator.world.by_sku("SKU-0001")
        row = {"itemGroup": {"guid": item.group}, "item": {"guid": item.guid}, "quantity": 2, "externalId": "a:1-s1"}
        check = {"selections": [row], "externalId": "a:1-c1", **changes.pop("check", {})}
        return {"diningOption": {"guid": DINE_IN}, "checks": [check], "externalId": "a:1", **changes}


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    simulator = ToastSimulator(shop(), rate=0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator), base_url="http://toast") as client:
        made = Place(simulator, client)
        assert (await made.sign_in()).status_code == 200
        yield made


def paid(amount: float, kind: str = "cash") -> dict[str, Any]:
    return {"type": "OTHER", "otherPayment": {"guid": guid("payment type", kind)}, "amount": amount, "tipAmount": "0"}


# who may call
async def test_the_logins_answer_is_the_examples(place: Place, contracts: Path) -> None:
    said = (await place.sign_in()).json()
    sample = json.loads((contracts / "toast" / "examples" / "auth.login.response.json").read_text(encoding="utf-8"))
    assert set(said) == set(sample)
    assert set(said["token"]) == set(sample["token"])
    assert (said["token"]["expiresIn"], said["token"]["refreshToken"]) == (86400, None)


async def test_a_wrong_secret_is_401_with_the_status_as_a_text(place: Place) -> None:
    reply = await place.sign_in("wrong")
    assert (reply.status_code, reply.json()["status"]) == (401, "401")


async def test_a_token_lasts_a_day(place: Place) -> None:
    assert (await place.call("GET", "/stock/v1/inventory"))[0] == 200
    place.simulator.clock.advance(timedelta(seconds=86401))
    status, body = await place.call("GET", "/stock/v1/inventory")
    assert (status, body["code"]) == (401, 10013)


async def test_the_restaurant_must_be_named_and_ours(place: Place) -> None:
    del place.client.headers["toast-restaurant-external-id"]
    assert (await place.call("GET", "/stock/v1/inventory"))[0] == 400
    place.client.headers["toast-restaurant-external-id"] = guid("another", "one")
    assert (await place.call("GET", "/stock/v1/inventory"))[0] == 403
    assert (await place.client.get("/partners/v1/restaurants")).status_code == 200


async def test_standard_access_only_reads(place: Place) -> None:
    await place.sign_in(STANDARD_SECRET)
    for path in ("/menus/v2/metadata", "/config/v2/discounts", "/stock/v1/inventory"):
        assert (await place.call("GET", path))[0] == 200
    for path in ("/orders/v2/prices", ORDERS, "/orders/v2/applicableDiscounts"):
        assert (await place.call("POST", path, place.order()))[0] == 403
    assert (await place.call("PUT", "/stock/v1/inventory/update", []))[0] == 403


async def test_a_body_that_is_no_json_is_415_and_unknown_routes_are_404(place: Place) -> None:
    reply = await place.client.post(ORDERS, content=b"x", headers={"content-type": "text/plain"})
    assert reply.status_code == 415
    assert (await place.call("GET", "/orders/v2/nothing"))[1]["code"] == 10003
    assert (await place.call("DELETE", ORDERS))[0] == 405


# orders
async def test_prices_keep_nothing_and_the_order_is_made_once(place: Place) -> None:
    status, priced = await place.call("POST", "/orders/v2/prices", place.order())
    assert (status, priced["guid"], priced["checks"][0]["totalAmount"]) == (200, None, 27.5)
    assert place.simulator.orders_book() == []
    assert (await place.call("POST", ORDERS, place.order()))[0] == 200
    status, refused = await place.call("POST", ORDERS, place.order())
    assert (status, "externalId" in refused["message"]) == (400, True)
    assert len(place.simulator.orders_book()) == 1


async def test_externalids_of_checks_and_lines_are_unique_too(place: Place) -> None:
    assert (await place.call("POST", ORDERS, place.order()))[0] == 200
    assert (await place.call("POST", ORDERS, place.order(externalId="a:2")))[0] == 400


async def test_paying_decides_the_state(place: Place) -> None:
    for at, (amount, state) in enumerate(((27.5, "CLOSED"), (10, "OPEN"), (30, "CLOSED"))):
        body = place.order(externalId=f"b:{at}", check={"payments": [paid(amount)], "externalId": f"b:{at}-c1"})
        body["checks"][0]["selections"][0]["externalId"] = f"b:{at}-s1"
        _, made = await place.call("POST", ORDERS, body)
        assert made["checks"][0]["paymentStatus"] == state
        if state == "OPEN":
            path = f"{ORDERS}/{made['guid']}/checks/{made['checks'][0]['guid']}/payments"
            _, more = await place.call("POST", path, [paid(17.5, "card")])
            assert more["checks"][0]["paymentStatus"] == "CLOSED"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"checks": []}, 400), ({"diningOption": {"guid": guid("no", "option")}}, 404),
        ({"diningOption": {"guid": TAKE_OUT}}, 400), ({"check": {"payments": [{"type": "CASH", "amount": 1}]}}, 400),
        ({"check": {"customer": {"firstName": "A"}}}, 400), ({"check": {"tabName": "x" * 256}}, 400),
        ({"check": {"appliedDiscounts": [{"discount": {"guid": OPEN_DISCOUNT}}] * 2}}, 400),
        ({"check": {"appliedDiscounts": [{"discount": {"guid": guid("no", "discount")}}]}}, 404),
        ({"check": {"selections": [{"item": {"guid": guid("no", "item")}, "quantity": 1}]}}, 404),
        ({"check": {"selections": [{"item": {"guid": OPEN_ITEM}, "itemGroup": {"guid": TILL_GROUP},
                                    "openPriceAmount": -1, "quantity": 1}]}}, 400),
        ({"check": {"selections": [{"item": {"guid": OPEN_ITEM}, "quantity": 1}]}}, 400),
    ],
)  # fmt: skip
async def test_what_toast_refuses(place: Place, change: dict[str, Any], status: int) -> None:
    assert (await place.call("POST", ORDERS, place.order(**change)))[0] == status
    assert place.simulator.orders_book() == []


async def test_sizes_are_modifiers_with_prices_of_their_own(place: Place) -> None:
    pizza = add_sized(place.simulator.world, "PIZZA", "Pizza", (("Small", 800), ("Large", 1450)))
    _, menu = await place.call("GET", "/menus/v2/menus")
    product = next(one for one in to_products(menu) if one.title == "Pizza")
    assert [variant.price.amount for variant in product.variants if variant.price] == [800, 1450]
    row: dict[str, Any] = {"item": {"guid": pizza.guid}, "itemGroup": {"guid": pizza.group}, "quantity": 1}
    assert (await place.call("POST", "/orders/v2/prices", place.order(check={"selections": [row]})))[0] == 400
    chosen = {"optionGroup": {"guid": pizza.size_group}, "item": {"guid": pizza.size("Large")}, "quantity": 1}
    row["modifiers"] = [chosen]
    _, made = await place.call("POST", ORDERS, place.order(check={"selections": [row]}))
    (line,) = to_order(made).lines
    assert (line.variant_id, line.total) == (product.variants[1].id, 1595)


async def test_windows_want_the_one_form_of_a_time(place: Place) -> None:
    path, good = "/orders/v2/ordersBulk", "2026-11-03T00:00:00.000+0000"
    status, body = await place.call("GET", path, startDate="2026-11-03T00:00:00-05:00", endDate=good)
    assert (status, "must be of format" in body["message"]) == (400, True)
    assert await place.call("GET", path, startDate=good, endDate=good) == (200, [])
    assert (await place.call("GET", path, startDate=good, endDate=good, pageSize=101))[0] == 400
    assert (await place.call("GET", path))[0] == 400


async def test_a_window_ends_before_its_end(place: Place) -> None:
    _, made = await place.call("POST", ORDERS, place.order())
    at, later = made["modifiedDate"], "2999-01-01T00:00:00.000+0000"
    path = "/orders/v2/ordersBulk"
    assert len((await place.call("GET", path, startDate=at, endDate=later))[1]) == 1
    assert (await place.call("GET", path, startDate="2000-01-01T00:00:00.000+0000", endDate=at))[1] == []


async def test_a_void_wants_both_parts_and_payments_of_other_kinds_stay(place: Place) -> None:
    _, made = await place.call("POST", ORDERS, place.order(check={"payments": [paid(27.5)]}))
    path = f"{ORDERS}/{made['guid']}/void"
    assert (await place.call("POST", path, {"selections": {"voidAll": True}}))[0] == 400
    whole = {"selections": {"voidAll": True}, "payments": {"voidAll": True}}
    payment = place.simulator.world.orders[made["guid"]]["checks"][0]["payments"][0]
    payment["type"] = "CREDIT"
    assert (await place.call("POST", path, whole))[0] == 400
    payment["type"] = "OTHER"
    assert (await place.call("POST", path, whole))[1]["voided"] is True


async def test_stock_falls_with_orders_and_ends_at_nothing(place: Place) -> None:
    place.simulator.set_stock("SKU-0001", 1)
    await place.call("POST", ORDERS, place.order())
    assert place.simulator.stock_book()["SKU-0001"] == 0
    rows = (await place.call("GET", "/stock/v1/inventory", status="OUT_OF_STOCK"))[1]
    assert [row["quantity"] for row in rows] == [None]


async def test_stock_is_set_and_a_number_belongs_to_one_state(place: Place) -> None:
    item = place.simulator.world.by_sku("SKU-0001")
    path = "/stock/v1/inventory/update"
    for row, status in (
        ({"status": "QUANTITY", "quantity": 0}, 400), ({"status": "IN_STOCK", "quantity": 3}, 400),
        ({"status": "QUANTITY", "quantity": 2.5}, 200), ({"status": "IN_STOCK"}, 200),
    ):  # fmt: skip
        assert (await place.call("PUT", path, [{"guid": item.guid, **row}]))[0] == status
    assert item.stock is None
    found = (await place.call("POST", "/stock/v1/inventory/search", {"guids": [item.guid, guid("no", "item")]}))[1]
    assert [row["itemGuidValidity"] for row in found] == ["VALID", "INVALID"]
    assert found[0]["status"] == "IN_STOCK"


# what is told
@pytest.mark.parametrize("topic", ["menus_updated", "order_updated", "low_quantity"])
async def test_deliveries_are_signed_and_say_little(topic: str) -> None:
    simulator = ToastSimulator(shop(), rate=0)
    async with mailbox() as (url, arrived):
        simulator.deliveries.register(Target("t", url, "secret", (topic,)))
        if topic == "menus_updated":
            simulator.set_price("SKU-0001", 999)
        elif topic == "low_quantity":
            simulator.set_stock("SKU-0001", 3)
        else:
            item = simulator.world.by_sku("SKU-0001")
            row = {"itemGroup": {"guid": item.group}, "item": {"guid": item.guid}, "quantity": 1}
            simulator.orders.create(
                {"diningOption": {"guid": DINE_IN}, "externalId": "a:1", "checks": [{"selections": [row]}]}
            )
        delivery = await asyncio.wait_for(arrived.get(), 10)
        await simulator.deliveries.settled()
    assert webhooks.verify(delivery.body, delivery.headers, "secret")
    (event,) = webhooks.parse(delivery.body, delivery.headers)
    assert event.topic == topic
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    assert (headers["toast-event-type"], headers["toast-attempt-number"]) == (topic, "1")
    if topic == "order_updated":
        assert json.loads(delivery.body)["details"]["order"]["externalId"] is None
        assert event.object_id in simulator.world.orders


async def test_429_says_by_what_and_until_when() -> None:
    simulator = ToastSimulator(shop(), rate=1)
    simulator.bucket.burst = simulator.bucket._left = 1
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator), base_url="http://toast") as client:
        place = Place(simulator, client)
        await place.sign_in()
        reply = await client.get("/stock/v1/inventory")
    assert reply.status_code == 429
    assert reply.headers["x-toast-ratelimit-remaining"] == "0"
    assert int(reply.headers["x-toast-ratelimit-reset"]) > simulator.clock.seconds() - 1


async def test_two_sign_ins_an_hour_where_that_is_counted() -> None:
    simulator = ToastSimulator(shop(), rate=0, options=Options(sign_ins=2))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator), base_url="http://toast") as client:
        place = Place(simulator, client)
        assert [(await place.sign_in()).status_code for _ in range(3)] == [200, 200, 429]
        simulator.clock.advance(timedelta(hours=1, seconds=1))
        assert (await place.sign_in()).status_code == 200


def test_the_demo_shop_fits_on_a_menu() -> None:
    made = create("toast", demo_seed(30))
    assert isinstance(made, ToastSimulator)
    assert len(made.stock_book()) == sum(len(product.variants) for product in made.seed.products)
    assert all(is_barcode(item.plu) for item in made.world.items.values() if item.plu)
    assert made.world.items[OPEN_ITEM].stock is None
    assert all(item.stock is None or item.stock >= Decimal(0) for item in made.world.items.values())
