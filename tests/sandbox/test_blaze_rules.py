"""The simulated Blaze keeps the rules of its contract: two keys, weeks, carts placed once, refusals as shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.sandbox.blaze import BlazeSimulator
from posbridge.sandbox.blaze.app import DEVELOPER, PARTNER, WEAK
from posbridge.sandbox.blaze.people import GUEST
from posbridge.testing.conformance.shop import shop

ROOT = "/api/v1/partner"
KEYS = {"x-api-key": PARTNER, "authorization": DEVELOPER}


async def call(blaze: BlazeSimulator, method: str, path: str, body: Any = None, **keys: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=blaze), base_url="http://blaze.example") as client:
        return await client.request(method, f"{ROOT}/{path}", json=body, headers={**KEYS, **keys})


@pytest.mark.parametrize(
    ("keys", "status", "words"),
    [
        ({"x-api-key": "0" * 32}, 401, "Invalid partner key"),
        ({"authorization": f"Bearer {DEVELOPER}"}, 401, "Invalid developer key"),
        ({"x-api-key": WEAK}, 403, "permission"),
        ({"x-api-key": "", "partner_key": PARTNER}, 200, ""),
    ],
)
async def test_both_keys_are_needed_and_no_bearer(keys: dict[str, str], status: int, words: str) -> None:
    reply = await call(BlazeSimulator(shop()), "GET", "store", **keys)
    assert reply.status_code == status
    assert words in reply.text


async def test_refusals_are_those_of_the_contract(contracts: Path) -> None:
    blaze, folder = BlazeSimulator(shop()), contracts / "blaze" / "examples"
    seen = {
        "error.400.json": await call(blaze, "GET", "products/modified"),
        "error.400.date_range.json": await call(blaze, "GET", "products/modified?startDate=1&endDate=900000000"),
        "error.401.json": await call(blaze, "GET", "store", **{"x-api-key": "x"}),
    }
    for name, reply in seen.items():
        assert reply.json() == json.loads((folder / name).read_text("utf-8"))


async def test_sales_are_asked_for_by_day() -> None:
    blaze = BlazeSimulator(shop())
    good = await call(blaze, "GET", "transactions?startDate=11/01/2026&endDate=11/07/2026")
    assert (good.status_code, good.json()["total"]) == (200, 0)
    for asked in ("startDate=1795300000000&endDate=1795300000001", "startDate=11/01/2026&endDate=12/07/2026"):
        assert (await call(blaze, "GET", f"transactions?{asked}")).status_code == 400


async def test_a_cart_is_placed_once_and_holds_stock_until_it_is_rung_up() -> None:
    blaze = BlazeSimulator(shop())
    blaze.carts.staff_s = None
    goods = blaze.shop.by_sku("SKU-0001")
    cart = (await call(blaze, "GET", f"store/cart/active?cuid={GUEST}&externalId=R1")).json()
    same = (await call(blaze, "GET", f"store/cart/active?cuid={GUEST}&externalId=R1")).json()
    assert (cart["id"], cart["cartStatus"]) == (same["id"], "InProgress")
    body = {"externalId": "R1", "cart": {"items": [{"productId": goods.id, "quantity": 2, "weightKey": "UNIT"}]}}
    priced = (await call(blaze, "POST", "store/cart/prepare", body)).json()
    assert (priced["cart"]["total"], priced["cart"]["totalCalcTax"], blaze.orders_book()) == (27.5, 2.5, [])
    for status in (200, 400):
        assert (await call(blaze, "POST", f"store/cart/submitCart/{cart['id']}", body)).status_code == status
    assert (goods.stock, goods.sellable) == (40, 38)
    blaze.carts.move(cart["id"], "Completed")
    assert (goods.stock, goods.sellable, blaze.orders_book()[0]["paid"]) == (38, 38, 2750)
    assert (await call(blaze, "DELETE", f"store/cart/cancelCart/{cart['id']}")).status_code == 400


async def test_a_member_is_replaced_whole() -> None:
    blaze = BlazeSimulator(shop())
    member = next(iter(blaze.people.rows))
    changed = (await call(blaze, "PUT", f"members/{member}", {"firstName": "Ada"})).json()
    assert (changed["firstName"], "lastName" in changed) == ("Ada", False)


async def test_the_sizes_of_an_article_are_products_of_their_own() -> None:
    rows = (await call(BlazeSimulator(shop()), "GET", "products?limit=500")).json()["values"]
    assert {row["name"] for row in rows if row["sku"] in ("SKU-0002", "SKU-0003")} == {"Shirt Small", "Shirt Large"}
