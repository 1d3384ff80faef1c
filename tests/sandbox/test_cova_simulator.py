"""The simulated COVA, asked as a stranger would ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from posbridge.sandbox import create
from posbridge.sandbox.cova import CovaSimulator
from posbridge.sandbox.cova.answers import guid
from posbridge.sandbox.cova.desk import INTEGRATOR, Options
from posbridge.sandbox.cova.simulator import COMPANY, LOCATION
from posbridge.testing.conformance.shop import shop

ORDER = "7c1e6f2a-7b0e-4f3b-9a53-2f6f0c6f4d11"
CUP = guid("product", "SKU-0001")
INTAKE = "/covaorderintake"
STATUS = f"{INTAKE}/v2/Companies({COMPANY})/CovaOrder({ORDER})/Status"
SALE = f"/pointofsale/Companies({COMPANY})/Sales({ORDER})"
DATA = f"/dataplatform/v1/companies/{COMPANY}/DetailedProductData"


@pytest.fixture
def cova() -> CovaSimulator:
    return CovaSimulator(shop(), options=Options(processing_s=10.0))


@pytest.fixture
async def client(cova: CovaSimulator) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=cova)
    async with httpx.AsyncClient(transport=transport, base_url="http://cova.test") as made:
        made.headers["authorization"] = f"Bearer {(await sign_in(made, cova)).json()['access_token']}"
        yield made


async def sign_in(client: httpx.AsyncClient, cova: CovaSimulator, **form: str) -> httpx.Response:
    given = cova.connection_fields()
    fields = {name: given["fields"][name] for name in ("username", "client_id")}
    body = {"grant_type": "password", **fields, **given["secrets"], **form}
    return await client.post("/v1/oauth2/token", data=body)


def an_order(**fields: Any) -> dict[str, Any]:
    line = {"CatalogItemId": CUP, "Quantity": 2, "SellAtPricePerUnit": 12.5, "Name": "Cup"}
    return {"Id": ORDER, "CompanyId": COMPANY, "EntityId": LOCATION, "IntegratorId": INTEGRATOR,
            "OrderReference": "Jane Doe P1", "Lines": [line], **fields}  # fmt: skip


async def put(client: httpx.AsyncClient, kind: str = "TEP", **fields: Any) -> httpx.Response:
    return await client.put(f"{INTAKE}/v1/{kind}CovaOrder({ORDER})", json=an_order(**fields))


def a_payment(amount: float) -> dict[str, Any]:
    return {"SaleID": ORDER, "CompanyId": COMPANY, "TrackingNumber": "N/A", "Payments": [{"Amount": amount}]}


async def status(client: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await client.get(STATUS)).json())


async def test_the_life_of_an_order(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    assert (await client.get(STATUS)).status_code == 404
    assert (await put(client)).status_code == 202
    said = await status(client)
    assert (said["OrderStatus"], said["SaleTotal"]) == ("SubmittedForProcessing", None)
    assert (await client.get(SALE)).status_code == 404
    cova.clock.advance(timedelta(seconds=6))
    assert (await status(client))["OrderStatus"] == "SubmittedForFinalProcessing"
    cova.clock.advance(timedelta(seconds=6))
    said = await status(client)
    assert (said["OrderStatus"], said["PaymentStatus"], said["SaleTotal"]) == (
        "ReadyForPayment", "ReadyForPayment", 27.5,
    )  # fmt: skip
    assert (await client.post(f"{INTAKE}/v1/CovaOrderPayment", json=a_payment(27.5))).status_code == 202
    said = await status(client)
    assert (said["OrderStatus"], said["PaymentStatus"]) == ("Completed", "PaymentApplied")
    assert cova.stock_book()["SKU-0001"] == 38
    assert cova.books()["orders"][0]["paid"] == 2750
    for again in (client.post(f"{INTAKE}/v1/CovaOrderPayment", json=a_payment(27.5)), client.delete(SALE), put(client)):
        assert (await again).status_code == 409


async def test_the_same_guid_is_the_same_order(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    for _ in range(3):
        assert (await put(client)).status_code == 202
    cova.clock.advance(timedelta(seconds=20))
    await put(client)
    assert len(cova.books()["orders"]) == 1
    assert cova.stock_book()["SKU-0001"] == 38


async def test_another_amount_cannot_be_applied(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    await put(client)
    cova.clock.advance(timedelta(seconds=20))
    await client.post(f"{INTAKE}/v1/CovaOrderPayment", json=a_payment(27.49))
    said = await status(client)
    assert (said["PaymentStatus"], said["OrderStatus"]) == ("PaymentCannotBeApplied", "ReadyForPayment")
    assert (await client.delete(SALE)).status_code == 200
    assert (await status(client))["OrderStatus"] == "Cancelled"
    assert cova.stock_book()["SKU-0001"] == 40


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"IntegratorId": ORDER}, "The integrator id is not valid, please provide a valid one."),
        ({"Lines": [{"CatalogItemId": ORDER, "Quantity": 1, "SellAtPricePerUnit": 1}]}, "not valid"),
        ({"Lines": [{"CatalogItemId": CUP, "Quantity": 0, "SellAtPricePerUnit": 1}]}, "not valid"),
    ],
)
async def test_refusals_stand_in_the_status(
    cova: CovaSimulator, client: httpx.AsyncClient, fields: dict[str, Any], words: str
) -> None:
    assert (await put(client, **fields)).status_code == 202
    cova.clock.advance(timedelta(seconds=20))
    said = await status(client)
    assert said["OrderStatus"] == "NonTransientProcessingFailure"
    assert words in said["OrderMessage"]
    assert cova.books()["orders"] == []


@pytest.mark.parametrize("fields", [{"Id": CUP}, {"CompanyId": 1}, {"Lines": []}])
async def test_bodies_that_are_none(client: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    assert (await put(client, **fields)).status_code == 400
    assert (await client.get(STATUS)).status_code == 404


async def test_the_wrong_call_makes_the_wrong_price(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    await put(client, "TIP")
    cova.clock.advance(timedelta(seconds=20))
    assert (await status(client))["SaleTotal"] == 25.0
    assert [(one["total"], one["tax"]) for one in cova.orders_book()] == [(2500, 227)]


async def test_tokens(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    assert (await sign_in(client, cova, password="x")).json()["error"] == "invalid_grant"
    made = (await sign_in(client, cova)).json()
    assert made["expires_in"] == 43200
    refreshed = await sign_in(client, cova, grant_type="refresh_token", refresh_token=made["refresh_token"])
    assert refreshed.status_code == 200
    cova.clock.advance(timedelta(seconds=43201))
    assert (await client.get(SALE)).status_code == 401
    assert (await client.get(SALE, headers={"authorization": "Bearer nobody"})).status_code == 401


async def test_product_data_by_flags_and_time(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    bare = (await client.post(DATA, json={"Skip": 0, "Top": 2})).json()["Products"]
    assert [sorted(row) for row in bare] == [["CatalogSku", "LongDescription", "Name", "ProductId"]] * 2
    assert (await client.post(DATA, json={"Skip": 500})).json() == {"Products": []}
    cova.clock.advance(timedelta(hours=1))
    cova.set_price("SKU-0003", 999)
    since = (cova.clock.now() - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    (changed,) = (await client.post(f"{DATA}/UpdatedAsOf/{since}", json={"IncludePricing": True})).json()["Products"]
    assert (changed["Name"], changed["Prices"][0]["Price"]) == ("Shirt - Large", 9.99)
    assert (await client.post(f"{DATA}/UpdatedAsOf/yesterday", json={})).status_code == 400


async def test_the_availability_service(cova: CovaSimulator, client: httpx.AsyncClient) -> None:
    path = f"/availability/v1/Companies({COMPANY})/Entities({LOCATION})/CatalogItems"
    rows = (await client.get(path)).json()["_embedded"]["self"]
    assert {"Id": CUP, "EntityId": LOCATION, "Quantity": 40} in rows
    assert (await client.get(f"{path}({CUP})")).json()["Quantity"] == 40
    missing = await client.get(f"{path}({ORDER})")
    assert (missing.status_code, missing.json()) == (404, {"Message": "Resource cannot be found"})


async def test_a_limit_names_its_window() -> None:
    cova = CovaSimulator(shop(), rate=1)
    transport = httpx.ASGITransport(app=cova)
    async with httpx.AsyncClient(transport=transport, base_url="http://cova.test") as client:
        cova.bucket._left = 0.0
        refused = await sign_in(client, cova)
    assert refused.status_code == 429
    assert refused.headers["cova-apim-ratelimit-limit"] == "1000"
    assert refused.headers["cova-apim-ratelimit-remaining"] == "0"
    assert "retry-after" not in refused.headers


def test_what_may_be_changed() -> None:
    cova = create("cova", shop())
    assert isinstance(cova, CovaSimulator)
    cova.set_title("sized", "Blouse")
    assert {row.name for row in cova.shelf.of_key("sized")} == {"Blouse"}
    cova.remove_product("sized")
    with pytest.raises(KeyError):
        cova.set_stock("SKU-0002", 1)
    with pytest.raises(KeyError):
        cova.set_title("sized", "x")
    cova.add_product(shop().products[1])
    assert cova.stock_book()["SKU-0002"] == 40
