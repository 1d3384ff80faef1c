"""The simulated shop answers as the recorded one: the same fields and types, the same refusals, the same sums."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.sandbox.seed import SeedDiscount, SeedProduct, SeedVariant
from posbridge.sandbox.sylius import Options, SyliusSimulator
from posbridge.testing.conformance.shop import shop

ADDRESS = {
    "firstName": "Zoë", "lastName": "Žďárská", "street": "1 Main St", "city": "Portland", "postcode": "97201",
    "countryCode": "US", "phoneNumber": "+1 503 555 0100",
}  # fmt: skip
#: Search templates; views, which tell how long a list is; addresses as typed; texts that this shop has none of.
LEFT_OUT = {
    "hydra:search",
    "hydra:view",
    "billingAddress",
    "shippingAddress",
    "units",
    "translations",
    "attributes",
    "associations",
}


def goods() -> Any:
    """The recorded sale's goods: 12.95 twice, 25.00 and 14.99 (was 20.00), at 7 %."""
    rows = [("POS_TEA", 1295, None), ("POS_TEE", 2500, None), ("POS_SALE", 1499, 2000)]
    made = tuple(
        SeedProduct(code, code.title(), "About.", "Goods", (), (SeedVariant(f"{code}-1", "", price, was, 40),), "cup:1")
        for code, price, was in rows
    )
    codes = (SeedDiscount("FIVEOFF", "fixed", 500), SeedDiscount("TEN-Percent", "percent", 1000))
    return replace(shop(), products=made, tax_rate="7", discounts=codes)


class Till:
    """A client that knows the API and nothing of posbridge."""

    def __init__(self, options: Options | None = None) -> None:
        self.shop = SyliusSimulator(goods(), options=options or Options(channel="FASHION_WEB"))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.shop), base_url="http://127.0.0.1")  # type: ignore[arg-type] # it is one
        self.token = ""

    async def sign_in(self) -> None:
        body = {"email": "api@example.com", "password": "sylius-api"}
        answer = await self.http.post("/api/v2/admin/administrators/token", json=body)
        self.token = answer.json()["token"]

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        said = {"accept": "application/ld+json", **headers}
        if path.startswith("admin") and self.token:
            said["authorization"] = f"Bearer {self.token}"
        if body is not None:
            kind = "merge-patch+json" if method == "PATCH" else "ld+json"
            said.setdefault("content-type", f"application/{kind}")
        content = None if body is None else json.dumps(body)
        return await self.http.request(method, f"/api/v2/{path}", content=content, headers=said)

    async def sold(self, coupon: str | None = "FIVEOFF") -> tuple[str, dict[str, httpx.Response]]:
        """The recorded sale, step by step."""
        token = (await self.call("POST", "shop/orders", {})).json()["tokenValue"]
        home, answers = f"shop/orders/{token}", {}
        for code, count in (("POS_TEA-1", 2), ("POS_TEE-1", 1), ("POS_SALE-1", 1)):
            answers["082"] = await self.call("POST", f"{home}/items", {"productVariant": code, "quantity": count})
        body = {"email": "zoe@example.com", "billingAddress": ADDRESS, "couponCode": coupon}
        answers["087"] = await self.call("PUT", home, body)
        cart = answers["087"].json()
        part = f"{home}/shipments/{cart['shipments'][0]['id']}"
        answers["089"] = await self.call("PATCH", part, {"shippingMethod": "in_store"})
        part = f"{home}/payments/{cart['payments'][0]['id']}"
        answers["090"] = await self.call("PATCH", part, {"paymentMethod": "cash_on_delivery"})
        answers["091"] = await self.call("PATCH", f"{home}/complete", {"notes": "posbridge REF x"})
        return token, answers


@pytest.fixture
async def till() -> Till:
    made = Till()
    await made.sign_in()
    return made


#: Only what a till reads of a channel and of a list's rows counts.
CHANNEL = ("code", "name", "baseCurrency", "defaultLocale", "defaultTaxZone", "shopBillingData", "countries")


def recorded(contracts: Path, number: str) -> dict[str, Any]:
    (path,) = (contracts / "sylius" / "examples" / "recorded").glob(f"{number}-*.json")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))["response"]
    return found


def unlike(theirs: Any, ours: Any, where: str = "") -> list[str]:
    """Where a field of theirs is absent here or of another type; null there allows anything."""
    if isinstance(theirs, Mapping):
        if not isinstance(ours, Mapping):
            return [f"{where}: {type(ours).__name__}"]
        wanted = [key for key in theirs if key not in LEFT_OUT]
        absent = [f"{where}/{key} is absent" for key in wanted if key not in ours]
        return absent + [x for key in wanted if key in ours for x in unlike(theirs[key], ours[key], f"{where}/{key}")]
    if isinstance(theirs, list):
        rows = ours if isinstance(ours, list) else None
        if rows is None:
            return [f"{where}: {type(ours).__name__}"]
        return unlike(theirs[0], rows[0], f"{where}/0") if theirs and rows else []
    if theirs is None or ours is None or isinstance(ours, type(theirs)):
        return []
    return [f"{where}: {type(ours).__name__}, not {type(theirs).__name__}"]


async def test_a_sale_step_by_step(contracts: Path, till: Till) -> None:
    _, answers = await till.sold()
    for number, answer in answers.items():
        said = recorded(contracts, number)
        assert answer.status_code == said["status"], number
        assert answer.headers["content-type"] == said["headers"]["content-type"], number
        assert unlike(said["body"], answer.json()) == [], number


async def test_the_recorded_sums_to_the_minor_unit(contracts: Path, till: Till) -> None:
    """FIVEOFF spread over 2 × 12.95, 25.00 and 14.99, taxed at 7 % a line: 65.16 in all, 4.27 of it tax."""
    _, answers = await till.sold()
    theirs, ours = recorded(contracts, "091")["body"], answers["091"].json()
    for key in ("total", "itemsTotal", "itemsSubtotal", "taxTotal", "taxExcludedTotal", "orderPromotionTotal", "state"):
        assert ours[key] == theirs[key], key
    assert [item["total"] for item in ours["items"]] == [item["total"] for item in theirs["items"]]


async def test_ten_percent_is_rounded_half_up(contracts: Path, till: Till) -> None:
    token = (await till.call("POST", "shop/orders", {})).json()["tokenValue"]
    await till.call("POST", f"shop/orders/{token}/items", {"productVariant": "POS_TEA-1", "quantity": 1})
    cart = await till.call("PUT", f"shop/orders/{token}", {"couponCode": "ten-percent"})
    assert cart.json()["orderPromotionTotal"] == recorded(contracts, "152")["body"]["orderPromotionTotal"] == -130
    assert cart.json()["checkoutState"] == "cart", "a coupon alone is a preview (recorded 159)"
    dropped = await till.call("PUT", f"shop/orders/{token}", {"email": "zoe@example.com"})
    assert dropped.json()["promotionCoupon"] is None


async def test_the_back_office_shows_the_order(contracts: Path, till: Till) -> None:
    token, _ = await till.sold()
    pairs = {
        "096": f"admin/orders/{token}", "100": "admin/orders?notes=x", "109": f"admin/orders/{token}/payments",
        "182": "admin/payments?state=new", "183": "admin/shipments?state=ready", "095": f"shop/orders/{token}",
        "012": "admin/channels", "064": "admin/customers?email=zoe@example.com", "022": "admin/products/POS_TEA",
        "028": "admin/product-variants/POS_TEA-1", "025": "admin/product-variants", "045": "shop/products",
        "046": "shop/product-variants", "140": "admin/promotions?coupons.code=ten-percent",
    }  # fmt: skip
    for number, path in pairs.items():
        said, answer = recorded(contracts, number), await till.call("GET", path)
        theirs = said["body"]
        if number == "012":
            theirs = {"hydra:member": [{key: theirs["hydra:member"][0][key] for key in CHANNEL}]}
        assert answer.status_code == said["status"], number
        assert unlike(theirs, answer.json()) == [], number


async def test_stock_is_held_then_taken_then_never_given_back_by_a_refund(till: Till) -> None:
    """Recorded 110, 115: 40 on hand, 2 held; paid 38 and 0; refunded 38."""
    token, answers = await till.sold()
    payment = answers["091"].json()["payments"][0]["id"]

    async def tea() -> tuple[int, int]:
        row = (await till.call("GET", "admin/product-variants/POS_TEA-1")).json()
        return row["onHand"], row["onHold"]

    assert await tea() == (40, 2)
    assert (await till.call("PATCH", f"admin/payments/{payment}/complete", {})).json()["state"] == "completed"
    assert await tea() == (38, 0)
    again = await till.call("PATCH", f"admin/payments/{payment}/complete", {})
    assert (again.status_code, again.json()["detail"]) == (
        422, 'Transition "complete" cannot be applied on "completed" payment.',
    )  # fmt: skip
    shipment = answers["091"].json()["shipments"][0]["id"]
    shipped = await till.call("PATCH", f"admin/shipments/{shipment}/ship", {})
    assert (shipped.status_code, shipped.content) == (202, b"")
    assert (await till.call("GET", f"admin/orders/{token}")).json()["state"] == "fulfilled"
    assert (await till.call("PATCH", f"admin/orders/{token}/cancel", {})).status_code == 422
    assert (await till.call("PATCH", f"admin/payments/{payment}/refund", {})).json()["state"] == "refunded"
    assert await tea() == (38, 0)


async def test_refusals_look_as_recorded(contracts: Path, till: Till) -> None:
    token, _ = await till.sold()
    cart = (await till.call("POST", "shop/orders", {})).json()["tokenValue"]
    home, placed = f"shop/orders/{cart}", f"shop/orders/{token}"
    tea, merge = {"productVariant": "POS_TEA-1"}, {"content-type": "application/json"}
    asked: list[tuple[str, str, str, Any, dict[str, str]]] = [
        ("010", "GET", "shop/orders", None, {}),
        ("033", "GET", "admin/products/POS_DEL", None, {}),
        ("034", "DELETE", "admin/products/POS_TEA", None, {}),
        ("039", "GET", "admin/products?itemsPerPage=-1", None, {}),
        ("054", "PUT", "admin/product-variants/POS_SALE-1", {"onHand": -5}, {}),
        ("056", "PUT", "admin/product-variants/POS_TEA-1", {"onHand": "12"}, {}),
        ("061", "POST", "admin/customers", {"email": "ZOE@example.com", "firstName": "A", "lastName": "B"}, {}),
        ("084", "POST", f"{home}/items", {**tea, "quantity": 999}, {}),
        ("085", "POST", f"{home}/items", {"productVariant": "NOPE", "quantity": 1}, {}),
        ("092", "PATCH", f"{placed}/complete", {"notes": "again"}, {}),
        ("093", "POST", f"{placed}/items", {**tea, "quantity": 1}, {}),
        ("123", "PATCH", f"{home}/complete", {}, {}),
        ("131", "POST", "shop/orders/nosuchtoken/items", {**tea, "quantity": 1}, {}),
        ("154", "PUT", home, {"couponCode": "NOPE"}, {}),
        ("170", "PATCH", f"{home}/complete", {}, merge),
        ("173", "POST", f"{home}/items", {"quantity": 1}, {}),
        ("177", "DELETE", "admin/orders/x", None, {}),
        ("178", "GET", "admin/nosuch", None, {}),
    ]
    for number, method, path, body, headers in asked:
        said, answer = recorded(contracts, number), await till.call(method, path, body, **headers)
        if number == "054":
            assert answer.status_code == 422, "one is held by the sale; below nothing is 0 only where nothing is held"
            continue
        assert answer.status_code == said["status"], number
        assert answer.headers["content-type"] == said["headers"]["content-type"], number
        theirs, ours = said["body"], answer.json()
        assert set(theirs) <= set(ours), number
        codes = [row["code"] for row in theirs.get("violations", [])]
        assert [row["code"] for row in ours.get("violations", [])] == codes, number


async def test_sign_in_and_tokens(contracts: Path, till: Till) -> None:
    wrong = await till.call("POST", "admin/administrators/token", {"email": "api@example.com", "password": "wrong"})
    assert wrong.status_code == recorded(contracts, "002")["status"]
    good = till.token
    for token, number in (("", "005"), ("nonsense", "006")):
        till.token = token
        answer = await till.call("GET", "admin/orders")
        assert (answer.status_code, answer.json()) == (401, recorded(contracts, number)["body"])
    till.token = good
    till.shop.expire_tokens()
    assert (await till.call("GET", "admin/orders")).json() == recorded(contracts, "007")["body"]
    refused = await till.call("GET", "shop/products", authorization=f"Bearer {good}")
    assert refused.status_code == 401, "an administrator's token on the shop section"


async def test_an_api_that_is_off_is_a_web_page(contracts: Path) -> None:
    off = Till(Options(enabled=False))
    answer = await off.call("POST", "admin/administrators/token", {"email": "x", "password": "y"})
    said = recorded(contracts, "015")
    assert (answer.status_code, answer.headers["content-type"]) == (404, said["headers"]["content-type"])
    assert answer.text.startswith("<!DOCTYPE html>")


async def test_pages_and_filters(till: Till) -> None:
    first = (await till.call("GET", "admin/product-variants?itemsPerPage=2")).json()
    assert first["hydra:view"]["hydra:next"].endswith("itemsPerPage=2&page=2")
    beyond = (await till.call("GET", "admin/product-variants?itemsPerPage=2&page=9")).json()
    assert (beyond["hydra:member"], beyond["hydra:view"]["hydra:previous"][-1]) == ([], "8")
    nobody = (await till.call("GET", "admin/product-variants?itemsPerPage=0")).json()
    assert nobody["hydra:member"] == []
    wild = (await till.call("GET", "admin/products?code=POS_TE_")).json()
    assert [row["code"] for row in wild["hydra:member"]] == ["POS_TEA", "POS_TEE"], "recorded 048"
    ignored = (await till.call("GET", "admin/product-variants?product=POS_TEA")).json()
    assert ignored["hydra:totalItems"] == 3, "a code is no IRI: everything comes"
    plain = await till.call("GET", "shop/products", accept="application/json")
    assert isinstance(plain.json(), list)


async def test_orders_since_a_wall_clock(till: Till) -> None:
    await till.sold()
    for after, count in (("2000-01-01", 1), ("2999-01-01 00:00:00+09:00", 0), ("garbage", 1)):
        answer = await till.http.get(
            "/api/v2/admin/orders",
            params={"checkoutCompletedAt[after]": after},
            headers={"authorization": f"Bearer {till.token}", "accept": "application/ld+json"},
        )
        assert answer.json()["hydra:totalItems"] == count, after
