"""How the simulated WooCommerce behaves: stock, money, refusals, the cursor, keys, deliveries."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.seed import Seed, SeedGiftCard, SeedProduct, SeedVariant
from posbridge.sandbox.server import running, serve_until_cancelled
from posbridge.sandbox.tls import make_certificates
from posbridge.sandbox.wire import Call
from posbridge.sandbox.woocommerce import Options, WooCommerceSimulator
from posbridge.sandbox.woocommerce.auth import Key, Keyring, base_string, signature
from posbridge.sandbox.woocommerce.hooks import delivery_id, php_json, sign
from tests.sandbox.woocommerce_lab import Lab, basic

WC = "/wp-json/wc/v3"
PAID = {"status": "completed", "set_paid": True}


def lab(**options: Any) -> Lab:
    """A shop with a mug for 9.39 (86 pieces) as product 14."""
    made = Lab(Options(**options))
    goods = {"name": "Mug", "sku": "MUG", "regular_price": "9.39", "manage_stock": True, "stock_quantity": 86}
    made.post("/products", goods, post=14)
    return made


def mugs(shop: Lab) -> int:
    """How many mugs are left."""
    return int(shop.ask("GET", f"{WC}/products/14")[1]["stock_quantity"])


def order(shop: Lab, quantity: int = 3, **more: Any) -> Any:
    """An order of mugs."""
    return shop.post("/orders", {"line_items": [{"product_id": 14, "quantity": quantity}], **more})


def change(shop: Lab, number: int, body: Any) -> Any:
    """PUT an order."""
    status, made, _ = shop.ask("PUT", f"{WC}/orders/{number}", body)
    assert status == 200, made
    return made


def test_stock_moves_as_in_the_recorded_log() -> None:
    shop = lab()
    made = order(shop)
    seen = [mugs(shop)]
    for body in (PAID, PAID, {"status": "processing"}, {"status": "on-hold"}, {"status": "cancelled"}):
        change(shop, made["id"], body)
        seen.append(mugs(shop))
    assert seen == [86, 83, 83, 83, 83, 86]
    line = change(shop, made["id"], {"status": "processing"})["line_items"][0]["id"]
    one = {"id": line, "quantity": 1, "refund_total": 9.39}
    shop.post(f"/orders/{made['id']}/refunds", {"api_refund": False, "line_items": [one]})
    assert mugs(shop) == 84
    shop.post(f"/orders/{made['id']}/refunds", {"api_refund": False, "line_items": [{**one, "quantity": 50}]})
    assert mugs(shop) == 134  # quantities of refunds are not checked
    again = order(shop, 5, **PAID)
    shop.ask("DELETE", f"{WC}/orders/{again['id']}")
    shop.ask("DELETE", f"{WC}/orders/{again['id']}?force=true")
    assert mugs(shop) == 129  # neither trash nor deletion gives back


def test_changing_a_line_moves_stock_but_removing_it_does_not() -> None:
    shop = lab()
    made = order(shop, 2, **PAID)
    line = made["line_items"][0]
    changed = change(shop, made["id"], {"line_items": [{"id": line["id"], "quantity": 5}]})
    assert (mugs(shop), changed["line_items"][0]["total"]) == (81, line["total"])
    assert change(shop, made["id"], {"line_items": [{"id": line["id"], "quantity": 0}]})["line_items"] == []
    assert mugs(shop) == 81


def test_overselling_goes_below_zero_and_nothing_is_idempotent() -> None:
    shop = lab()
    headers = {"authorization": basic(Key(shop.sim.options.consumer_key, shop.sim.options.consumer_secret))}
    headers |= {"content-type": "application/json", "idempotency-key": "one"}
    body = {**PAID, "transaction_id": "same", "line_items": [{"product_id": 14, "quantity": 50}]}
    ids = {shop.ask("POST", f"{WC}/orders", body, headers=headers)[1]["id"] for _ in range(2)}
    assert (len(ids), mugs(shop), shop.sim.books()["doubled"]) == (2, -14, ["same"])


@pytest.mark.parametrize(("version", "status"), [("11.0.1", "checkout-draft"), ("9.2.5", "pending")])
def test_a_refused_coupon_leaves_the_order_behind(version: str, status: str) -> None:
    shop = lab(version=version)
    body = {"status": "completed", "line_items": [{"product_id": 14}], "coupon_lines": [{"code": "NOSUCH"}],
            "transaction_id": "orphan"}  # fmt: skip
    answer, error, _ = shop.ask("POST", f"{WC}/orders", body)
    (left,) = shop.sim.book.orders.values()
    assert (answer, left.status, left.transaction_id, mugs(shop)) == (400, status, "orphan", 86)
    assert error["data"].get("new_draft_order_id") == (left.id if version == "11.0.1" else None)


def test_refusals_before_storing_leave_nothing() -> None:
    shop = lab()
    for body in ({"customer_id": 99}, {"line_items": [{"name": "x"}]}, {"status": "paid"},
                 {"line_items": [{"product_id": 14, "quantity": 1.5}]}, {"line_items": [{"sku": "none"}]}):  # fmt: skip
        assert shop.ask("POST", f"{WC}/orders", body)[0] == 400
    assert shop.sim.book.orders == {}


def test_a_coupon_overwrites_our_own_line_discount() -> None:
    shop = lab()
    shop.post("/coupons", {"code": "TEN", "discount_type": "percent", "amount": "10"})
    line = {"product_id": 14, "quantity": 1, "subtotal": "3.50", "total": "2.80"}
    made = shop.post("/orders", {"line_items": [line], "coupon_lines": [{"code": "ten"}]})
    assert (made["line_items"][0]["total"], made["discount_total"]) == ("3.15", "0.35")


@pytest.mark.parametrize(("version", "totals"), [("9.2.5", ["16.90", "18.90", "3.15"]), ("11.0.1", None)])
def test_percent_discounts_sum_to_the_rounded_whole(version: str, totals: list[str] | None) -> None:
    shop = lab(version=version)
    shop.post("/coupons", {"code": "TEN", "discount_type": "percent", "amount": "10"})
    lines = [{"product_id": 14, "quantity": 2}, {"product_id": 14, "subtotal": "21.00", "total": "21.00"},
             {"product_id": 14, "subtotal": "3.50", "total": "3.50"}]  # fmt: skip
    made = shop.post("/orders", {"line_items": lines, "coupon_lines": [{"code": "ten"}]})
    assert made["discount_total"] == "4.33"
    if totals is not None:
        assert [line["total"] for line in made["line_items"]] == totals


def test_a_fixed_cart_coupon_is_split_by_pieces() -> None:
    shop = lab()
    shop.post("/coupons", {"code": "FIVE", "amount": "5"})
    lines = [{"product_id": 14}, {"product_id": 14, "subtotal": "21.00", "total": "21.00"}]
    made = shop.post("/orders", {"line_items": lines, "coupon_lines": [{"code": "five"}]})
    assert [line["total"] for line in made["line_items"]] == ["6.89", "18.50"]
    assert (made["coupon_lines"][0]["discount"], made["coupon_lines"][0]["discount_tax"]) == ("5", "0.42")


def test_the_recorded_order_is_reckoned_to_the_cent() -> None:
    shop = lab()
    lines = [{"product_id": 14, "quantity": 2}, {"product_id": 14, "subtotal": "21.00", "total": "21.00"},
             {"product_id": 14, "subtotal": "3.50", "total": "2.80"}]  # fmt: skip
    made = shop.post("/orders", {"line_items": lines})
    assert (made["total"], made["total_tax"], made["discount_total"], made["discount_tax"]) == (
        "46.09", "3.51", "0.70", "0.06",
    )  # fmt: skip


@pytest.mark.parametrize(("gross", "tax"), [(False, "0.13"), (True, "0.12")])
def test_half_a_cent_of_tax(gross: bool, tax: str) -> None:
    seed = Seed("s", "EUR", "l", "25", gross, (), country="DE")
    shop = WooCommerceSimulator(seed)
    assert shop.shop.money(shop.shop.rounded_tax(shop.shop.tax(Decimal("0.50")))) == tax


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5000)), min_size=1, max_size=6), st.integers(0, 100))
def test_a_discount_never_takes_more_than_there_is(lines: list[tuple[int, int]], percent: int) -> None:
    shop = lab()
    shop.post("/coupons", {"code": "C", "discount_type": "percent", "amount": str(percent)})
    sent = [
        {"product_id": 14, "quantity": quantity, "subtotal": f"{minor / 100:.2f}", "total": f"{minor / 100:.2f}"}
        for quantity, minor in lines
    ]
    made = shop.post("/orders", {"line_items": sent, "coupon_lines": [{"code": "c"}]})
    whole = sum(minor for _, minor in lines)
    assert all(Decimal(line["total"]) >= 0 for line in made["line_items"])
    wanted = int((Decimal(whole * percent) / 100).quantize(Decimal(1), "ROUND_HALF_UP"))
    assert Decimal(made["discount_total"]) * 100 == wanted


# --- refunds -------------------------------------------------------------------------------------------------------


def test_refunds_have_no_guard_and_finish_the_order() -> None:
    shop = lab()
    made = order(shop, 1, **PAID)
    path = f"/orders/{made['id']}/refunds"
    for _ in range(2):
        shop.post(path, {"amount": "1.00", "api_refund": False})
    status, error, _ = shop.ask("POST", f"{WC}{path}", {"amount": "9.00", "api_refund": False})
    assert (status, error["data"], error["message"]) == (500, 500, "Invalid refund amount.")
    assert shop.ask("POST", f"{WC}{path}", {"amount": "1.00"})[0] == 500
    shop.post(path, {"amount": "8.16", "api_refund": False})
    shown = shop.ask("GET", f"{WC}/orders/{made['id']}")[1]
    assert (shown["status"], shown["total"], len(shown["refunds"])) == ("refunded", "10.16", 3)
    assert shop.sim.books()["orders"][0]["refunded"] == 1016


# --- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["012", "016", "017"])
def test_the_oauth_vectors_of_the_real_shop(contracts: Path, number: str) -> None:
    (path,) = (contracts / "woocommerce" / "examples" / "recorded").glob(f"{number}-*.json")
    held = json.loads(path.read_text(encoding="utf-8"))
    plain, _, query = held["request"]["url"].partition("?")
    call = Call(held["request"]["method"], plain, query, {}, b"")
    vector = held["vector"]
    assert base_string(call.method, f"{vector['home_url']}{plain}", call.query) == vector["base_string"]
    made = signature(vector["consumer_secret"], vector["base_string"], call.query["oauth_signature_method"])
    assert made == call.query["oauth_signature"]


def signed(name: str, now: int, nonce: str = "n", **query: str) -> Call:
    sent = {"oauth_consumer_key": "ck", "oauth_timestamp": str(now), "oauth_nonce": nonce, **query}
    sent["oauth_signature_method"] = name
    made = signature("cs", base_string("GET", "http://shop/x", sent), name)
    header = ", ".join(f'{key}="{quote(value, safe="")}"' for key, value in {**sent, "oauth_signature": made}.items())
    return Call("GET", "/x", "", {"authorization": f"OAuth {header}"}, b"")


@pytest.mark.parametrize("name", ["HMAC-SHA1", "HMAC-SHA256"])
def test_oauth_in_the_header_its_window_and_its_nonce(name: str) -> None:
    ring = Keyring()
    ring.add(Key("ck", "cs"))
    assert ring.identify(signed(name, 1000), "http://shop", 1000 + 900) is not None
    for call, now in ((signed(name, 1000), 1000), (signed(name, 1000, "m"), 1901), (signed(name, 1000, "k"), 99)):
        with pytest.raises(Exception, match=r"Invalid (nonce|timestamp)"):
            ring.identify(call, "http://shop", now)
    with pytest.raises(Exception, match="does not match"):
        ring.identify(signed(name, 1000, "o"), "http://elsewhere", 1000)


# --- the cursor ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "naive", "z", "flag", "both"),
    [("UTC", 1, 1, 1, 1), ("Asia/Tokyo", 1, 1, 1, 0), ("America/Denver", 0, 1, 1, 1)],
)
def test_the_trap_of_times(zone: str, naive: int, z: int, flag: int, both: int) -> None:
    shop = lab(timezone=zone)
    edge = "2026-11-21T06:01:00"
    queries = (edge, f"{edge}Z", f"{edge}&dates_are_gmt=true", f"{edge}Z&dates_are_gmt=true")
    seen = [len(shop.ask("GET", f"{WC}/products?modified_after={query}")[1]) for query in queries]
    assert seen == [naive, z, flag, both]


def test_a_stock_move_of_a_variation_moves_its_parents_time() -> None:
    shop = Lab(Options())
    shop.post("/products", {"name": "T", "type": "variable"}, post=17)
    goods = {"regular_price": "1", "manage_stock": True, "stock_quantity": 3}
    number = shop.post("/products/17/variations", goods)["id"]
    shop.at("07:00:00")
    shop.post("/orders", {**PAID, "line_items": [{"product_id": 17, "variation_id": number}]})
    query = "modified_after=2026-11-21T06:59:00&dates_are_gmt=true"
    assert [row["id"] for row in shop.ask("GET", f"{WC}/products?{query}")[1]] == [17]
    assert [row["id"] for row in shop.ask("GET", f"{WC}/variations?{query}")[1]] == [number]


# --- gift cards ----------------------------------------------------------------------------------------------------


def card_shop() -> Lab:
    shop = lab(gift_cards=True)
    shop.post("/gift-cards", {"code": "AAAA-BBBB-CCCC-DDDD", "balance": 50})
    return shop


def left_on_card(shop: Lab) -> float:
    """What the card holds."""
    return float(shop.ask("GET", f"{WC}/gift-cards/1")[1]["remaining"])


def test_a_gift_card_is_spent_through_an_order_once() -> None:
    shop = card_shop()
    cards = {"gift_cards": [{"code": "aaaa-bbbb-cccc-dddd", "amount": 10}]}
    made = order(shop, 2, **cards)
    assert (made["total"], left_on_card(shop)) == ("10.33", 40)
    assert change(shop, made["id"], cards)["total"] == "10.33"
    change(shop, made["id"], {"set_paid": True})
    assert (left_on_card(shop), shop.sim.books()["orders"][0]["total"]) == (40, 2033)
    change(shop, made["id"], {"status": "cancelled"})
    change(shop, made["id"], {"status": "cancelled"})
    assert left_on_card(shop) == 50
    assert [move["amount"] for move in shop.sim.books()["gift_cards"][0]["movements"]] == [5000, -1000, 1000]


def test_a_refused_gift_card_leaves_neither_order_nor_debit() -> None:
    shop = card_shop()
    good, bad = {"code": "AAAA-BBBB-CCCC-DDDD", "amount": 1}, {"code": "NOPE", "amount": 1}
    for more in ({"gift_cards": [good, bad]}, {"gift_cards": [good], "set_paid": True}):
        status, _, _ = shop.ask("POST", f"{WC}/orders", {"line_items": [{"product_id": 14}], **more})
        assert (status, left_on_card(shop), shop.sim.book.orders) == (400, 50, {})


def test_the_seed_fills_cards_in_the_plug_ins_form() -> None:
    seed = Seed("s", "USD", "l", "0", False, (), gift_cards=(SeedGiftCard("7783000000000001", 1234),))
    shop = WooCommerceSimulator(seed, options=Options(gift_cards=True))
    assert [(c["code"], c["balance"]) for c in shop.gift_cards_book()] == [("7783-0000-0000-0001", 1234)]
    assert WooCommerceSimulator(seed).gift_cards_book() == []


# --- the Store API -------------------------------------------------------------------------------------------------


def test_the_cart_knows_what_orders_do_not() -> None:
    shop = lab()
    shop.post("/coupons", {"code": "ALONE", "amount": "1", "individual_use": True})
    shop.post("/coupons", {"code": "OTHER", "amount": "1"})
    shop.shop((14, 2))
    sending = {**shop.cart, "content-type": "application/json"}
    path = "/wp-json/wc/store/v1/cart"
    body = shop.ask("POST", f"{path}/apply-coupon", {"code": "ALONE"}, headers=sending)[1]
    assert (body["totals"]["total_discount"], body["totals"]["total_price"]) == ("100", "1925")
    assert shop.ask("POST", f"{path}/apply-coupon", {"code": "OTHER"}, headers=sending)[0] == 400
    assert shop.ask("POST", f"{path}/add-item", {"id": 14, "quantity": 90}, headers=sending)[0] == 400
    assert shop.ask("POST", f"{path}/add-item", {"id": 14}, headers={"content-type": "application/json"})[0] == 401
    assert shop.sim.book.orders == {}


# --- deliveries ----------------------------------------------------------------------------------------------------


def test_the_signature_vectors(contracts: Path) -> None:
    path = contracts / "woocommerce" / "examples" / "webhook.signature.vectors.json"
    for vector in json.loads(path.read_text(encoding="utf-8")):
        assert sign(vector["body_raw"].encode(), vector["secret"]) == vector["signature"]
    assert delivery_id("7", 1) == delivery_id("7", 1) != delivery_id("8", 1)  # the same for a whole second
    assert php_json({"a": "é/"}) == b'{"a":"\\u00e9\\/"}'


async def test_a_webhook_is_switched_off_after_six_failures_in_a_row() -> None:
    shop = lab()
    sent = {"topic": "order.created", "delivery_url": "https://receiver.example/hook"}
    number = shop.post("/webhooks", sent)["id"]
    for count in range(6):
        assert shop.ask("GET", f"{WC}/webhooks/{number}")[1]["status"] == "active", count
        order(shop)
        await shop.sim.settled()
    assert shop.ask("GET", f"{WC}/webhooks/{number}")[1]["status"] == "disabled"
    assert shop.ask("PUT", f"{WC}/webhooks/{number}", {"status": "active"})[1]["status"] == "active"


# --- running -------------------------------------------------------------------------------------------------------


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[WooCommerceSimulator, httpx.AsyncClient]]:
    shop = WooCommerceSimulator(demo_seed(30), Faults())
    made = make_certificates(tmp_path)
    async with running(shop, tls=made.tls) as url:
        auth = (shop.options.consumer_key, shop.options.consumer_secret)
        trusted = ssl.create_default_context(cafile=made.authority)
        async with httpx.AsyncClient(base_url=url, auth=auth, verify=trusted, timeout=10) as client:
            yield shop, client


async def test_a_lost_answer_did_its_work_and_blind_retry_doubles(
    served: tuple[WooCommerceSimulator, httpx.AsyncClient],
) -> None:
    shop, client = served
    shop.faults.plan("lost", path=f"{WC}/orders", method="POST")
    shop.faults.plan("late", path=f"{WC}/orders", method="POST")
    body = {**PAID, "transaction_id": "u-1"}
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await client.post(f"{WC}/orders", json=body)
    found = (await client.get(f"{WC}/orders", params={"search": "u-1"})).json()
    assert len(found) == 1  # the late one has not committed yet: this is why one waits before looking
    await shop.settled()
    assert shop.books()["doubled"] == ["u-1"]


async def test_the_control_pages_and_the_hosts_errors(served: tuple[WooCommerceSimulator, httpx.AsyncClient]) -> None:
    shop, client = served
    product = next(p for p in shop.seed.products if not p.options)
    sku = product.variants[0].sku
    await client.post("/_sandbox/price", json={"sku": sku, "price_minor": 4321})
    await client.post("/_sandbox/stock", json={"sku": sku, "quantity": 7})
    await client.post("/_sandbox/title", json={"key": product.key, "title": "New"})
    (row,) = (await client.get(f"{WC}/products", params={"sku": sku})).json()
    assert (row["price"], row["stock_quantity"], row["name"]) == ("43.21", 7, "New")
    assert (await client.get(row["images"][0]["src"])).headers["content-type"] == "image/svg+xml"
    extra = SeedProduct("k", "Extra", "d", "Homeware", (), (SeedVariant("X-1", "", 100, None, 5),), "bowl:10")
    shop.add_product(extra)
    shop.remove_product("k")
    assert (await client.get(f"{WC}/products", params={"sku": "X-1"})).json() == []
    for kind, status in (("429", 429), ("500", 500), ("lost500", 502)):
        shop.faults.plan(kind)
        assert (await client.get(f"{WC}/products")).status_code == status
    assert (await client.get("/_sandbox/books")).json()["platform"] == "woocommerce"


async def test_pages_hold_every_product_once(served: tuple[WooCommerceSimulator, httpx.AsyncClient]) -> None:
    shop, client = served
    pages = [
        (
            await client.get(f"{WC}/variations", params={"per_page": 20, "page": n, "orderby": "id", "order": "asc"})
        ).json()
        for n in range(1, 8)
    ]
    ids = [row["id"] for page in pages for row in page]
    assert (len(ids), ids) == (len(set(ids)), sorted(shop.shop.variations))
    stock = shop.stock_book()
    assert stock == {v.sku: v.stock for p in shop.seed.products for v in p.variants}


def test_a_rate_limit_of_the_host_is_counted() -> None:
    shop = WooCommerceSimulator(demo_seed(5), rate=2)
    call = Call("GET", f"{WC}/products", "", {}, b"")
    assert [shop.work(call).status for _ in range(3)] == [401, 401, 429]
    shop.clock.advance(timedelta(seconds=1))
    assert (shop.work(call).status, shop.counts.refused) == (401, 1)


async def test_it_says_how_to_connect_over_tls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = make_certificates(tmp_path)
    task = asyncio.create_task(serve_until_cancelled(WooCommerceSimulator(demo_seed(3)), tls=made.tls))
    told = ""
    while not told:
        await asyncio.sleep(0.01)
        told = capsys.readouterr().out
    known = json.loads(told)
    trusted = ssl.create_default_context(cafile=made.authority)
    auth = (known["secrets"]["consumer_key"], known["secrets"]["consumer_secret"])
    async with httpx.AsyncClient(auth=auth, verify=trusted, timeout=10) as client:
        answer = await client.get(f"{known['fields']['store_url']}{WC}/system_status")
    assert answer.json()["settings"]["HPOS_enabled"] is True
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
