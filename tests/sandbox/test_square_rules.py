"""What the simulated Square does like the real one when things are repeated, stale, late, wrong or too many."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.sandbox.server import running
from posbridge.sandbox.square import SquareSimulator
from posbridge.sandbox.square.oauth import APPLICATION_ID, APPLICATION_SECRET, PERSONAL_TOKEN
from posbridge.sandbox.square.pricing import price, share
from posbridge.sandbox.square.webhooks import signature
from posbridge.sandbox.webhooks import Target

Obj = dict[str, Any]


def usd(amount: int) -> Obj:
    return {"amount": amount, "currency": "USD"}


def sale(square: SquareSimulator, reference: str = "POS-1", **extra: Any) -> Obj:
    line = {"name": "Lamp", "quantity": "1", "base_price_money": usd(2000)}
    return {"order": {"location_id": square.shop.location_id, "reference_id": reference, "line_items": [line], **extra}}


async def send(client: httpx.AsyncClient, path: str, body: Obj, method: str = "POST") -> Obj:
    answer = await client.request(method, path, json=body)
    found: Obj = answer.json()
    return found


def code(body: Obj) -> str:
    found: str = body["errors"][0]["code"]
    return found


async def ordered(client: httpx.AsyncClient, square: SquareSimulator, key: str = "o") -> Obj:
    found: Obj = (await send(client, "/v2/orders", {**sale(square), "idempotency_key": key}))["order"]
    return found


def cash(order: Obj, key: str, amount: int, **extra: Any) -> Obj:
    given = {"buyer_supplied_money": usd(max(amount, 1))}
    return {"source_id": "CASH", "idempotency_key": key, "amount_money": usd(amount), "order_id": order["id"],
            "cash_details": given, **extra}  # fmt: skip


# keys
async def test_the_same_key_gives_the_first_answer_even_after_the_order_went_on(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    await send(square_client, "/v2/payments", cash(order, "p", 2000))
    assert await ordered(square_client, square) == order
    assert len(square.orders.rows) == 1


async def test_another_body_under_the_same_key_is_refused(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    await ordered(square_client, square)
    other = await send(square_client, "/v2/orders", {**sale(square, "POS-2"), "idempotency_key": "o"})
    assert code(other) == "IDEMPOTENCY_KEY_REUSED"


async def test_a_refusal_does_not_use_the_key_up(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    wrong = {**sale(square), "idempotency_key": "o"}
    wrong["order"]["location_id"] = "elsewhere"
    assert code(await send(square_client, "/v2/orders", wrong)) == "INVALID_LOCATION"
    assert (await ordered(square_client, square))["id"]


async def test_two_keys_make_two_orders_and_the_books_call_it_doubled(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    for key in ("a", "b"):
        await ordered(square_client, square, key)
    assert (await square_client.get("/_sandbox/books")).json()["doubled"] == ["POS-1"]


async def test_keys_have_their_lengths(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    order = await ordered(square_client, square, "k" * 192)
    assert (
        code(await send(square_client, "/v2/orders", {**sale(square), "idempotency_key": "k" * 193}))
        == "VALUE_TOO_LONG"
    )
    assert code(await send(square_client, "/v2/payments", cash(order, "p" * 46, 2000))) == "VALUE_TOO_LONG"
    missing = {name: value for name, value in cash(order, "p", 2000).items() if name != "idempotency_key"}
    assert code(await send(square_client, "/v2/payments", missing)) == "MISSING_REQUIRED_PARAMETER"


# paying
async def test_several_tenders_must_sum_to_the_total_and_others_are_voided(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    ids = []
    for key, amount in (("a", 1500), ("b", 500), ("c", 700)):
        body = cash(order, key, amount, autocomplete=False)
        ids.append((await send(square_client, "/v2/payments", body))["payment"]["id"])
    pay = f"/v2/orders/{order['id']}/pay"
    short = await send(square_client, pay, {"idempotency_key": "x", "payment_ids": ids[:1]})
    assert code(short) == "PAYMENT_AMOUNT_MISMATCH"
    done = await send(square_client, pay, {"idempotency_key": "y", "payment_ids": ids[:2]})
    assert (done["order"]["state"], done["order"]["net_amount_due_money"]) == ("COMPLETED", usd(0))
    states = [square.payments.rows[key]["status"] for key in ids]
    assert states == ["COMPLETED", "COMPLETED", "CANCELED"]


async def test_a_payment_that_is_not_the_whole_needs_pay_order(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    assert code(await send(square_client, "/v2/payments", cash(order, "p", 1999))) == "PAYMENT_AMOUNT_MISMATCH"


async def test_a_key_of_pay_order_serves_one_order_only(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    answers = []
    for key in ("a", "b"):
        order = await ordered(square_client, square, key)
        payment = (await send(square_client, "/v2/payments", cash(order, key, 2000, autocomplete=False)))["payment"]
        body = {"idempotency_key": "same", "payment_ids": [payment["id"]]}
        answers.append(await send(square_client, f"/v2/orders/{order['id']}/pay", body))
    assert answers[0]["order"]["state"] == "COMPLETED"
    assert code(answers[1]) == "IDEMPOTENCY_KEY_REUSED"


async def test_an_order_of_nothing_is_paid_with_nothing(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    free = [{"uid": "d", "name": "Gift", "percentage": "100", "scope": "ORDER"}]
    made = await send(square_client, "/v2/orders", {**sale(square, discounts=free), "idempotency_key": "o"})
    path = f"/v2/orders/{made['order']['id']}/pay"
    assert (await send(square_client, path, {"idempotency_key": "p", "payment_ids": []}))["order"][
        "state"
    ] == "COMPLETED"


async def test_a_lost_payment_can_be_canceled_by_its_key(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    card = square.cards.by_gan(square.seed.gift_cards[0].code)
    held = {"source_id": card["id"], "idempotency_key": "g", "amount_money": usd(2000), "order_id": order["id"],
            "autocomplete": False}  # fmt: skip
    await send(square_client, "/v2/payments", held)
    assert card["balance_money"] == usd(3000)
    assert await send(square_client, "/v2/payments/cancel", {"idempotency_key": "g"}) == {}
    assert await send(square_client, "/v2/payments/cancel", {"idempotency_key": "never"}) == {}
    assert card["balance_money"] == usd(5000)
    assert [move["amount"] for move in square.cards.movements(card)] == [5000, -2000, 2000]


async def test_a_declined_card_and_an_empty_gift_card(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    body = {"idempotency_key": "p", "amount_money": usd(2000), "order_id": order["id"]}
    declined = await send(square_client, "/v2/payments", {**body, "source_id": "cnon:card-nonce-declined"})
    assert (code(declined), declined["errors"][0]["category"]) == ("GENERIC_DECLINE", "PAYMENT_METHOD_ERROR")
    empty = square.cards.by_gan(square.seed.gift_cards[3].code)
    assert code(await send(square_client, "/v2/payments", {**body, "source_id": empty["id"]})) == "INSUFFICIENT_FUNDS"


async def test_refunds_never_exceed_the_payment(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    order = await ordered(square_client, square)
    payment = (await send(square_client, "/v2/payments", cash(order, "p", 2000)))["payment"]
    body = {"payment_id": payment["id"], "amount_money": usd(1500)}
    assert (await send(square_client, "/v2/refunds", {**body, "idempotency_key": "1"}))["refund"][
        "status"
    ] == "COMPLETED"
    assert code(await send(square_client, "/v2/refunds", {**body, "idempotency_key": "2"})) == "REFUND_AMOUNT_INVALID"
    booked = square.books()["orders"]
    assert [(one["paid"], one["refunded"], one["total"]) for one in booked] == [(2000, 1500, 2000)]


async def test_a_gift_card_refund_goes_back_on_the_card(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    card = square.cards.by_gan(square.seed.gift_cards[0].code)
    body = {"source_id": card["id"], "idempotency_key": "p", "amount_money": usd(2000), "order_id": order["id"]}
    payment = (await send(square_client, "/v2/payments", body))["payment"]
    back = {"idempotency_key": "r", "payment_id": payment["id"], "amount_money": usd(2000)}
    assert (await send(square_client, "/v2/refunds", back))["refund"]["status"] == "COMPLETED"
    ledger = next(one for one in square.gift_cards_book() if one["code"] == card["gan"])
    assert ledger["balance"] == sum(move["amount"] for move in ledger["movements"]) == 5000


# orders
async def test_update_wants_version_and_key_and_reprices(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    order = await ordered(square_client, square)
    path, change = f"/v2/orders/{order['id']}", {"discounts": [{"uid": "d", "name": "Ten", "percentage": "10"}]}
    without = await send(square_client, path, {"order": {"version": 1, **change}}, "PUT")
    assert without["order"]["version"] == 1  # no key: 200, unchanged
    stale = await send(square_client, path, {"idempotency_key": "u", "order": {"version": 7, **change}}, "PUT")
    assert code(stale) == "VERSION_MISMATCH"
    done = await send(square_client, path, {"idempotency_key": "u", "order": {"version": 1, **change}}, "PUT")
    assert (done["order"]["version"], done["order"]["total_money"]) == (2, usd(1800))
    body = {"idempotency_key": "c", "order": {"version": 2}, "fields_to_clear": ["discounts[d]"]}
    assert (await send(square_client, path, body, "PUT"))["order"]["total_money"] == usd(2000)
    gone = {"idempotency_key": "x", "order": {"version": 3, "state": "CANCELED"}}
    assert (await send(square_client, path, gone, "PUT"))["order"]["state"] == "CANCELED"


async def test_search_sort_must_be_the_filtered_time(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    span = {"updated_at": {"start_at": "2020-01-01T00:00:00Z"}}
    query: Obj = {"filter": {"date_time_filter": span}}
    body = {"location_ids": [square.shop.location_id], "query": query}
    assert code(await send(square_client, "/v2/orders/search", body)) == "CONFLICTING_PARAMETERS"
    query["sort"] = {"sort_field": "UPDATED_AT", "sort_order": "ASC"}
    assert await send(square_client, "/v2/orders/search", body) == {}


async def test_order_pages_lose_nothing_while_orders_change(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    made = [await ordered(square_client, square, f"k{number}") for number in range(7)]
    query = {"sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"}}
    body: Obj = {"location_ids": [square.shop.location_id], "query": query, "limit": 2}
    seen: list[str] = []
    while True:
        page = await send(square_client, "/v2/orders/search", body)
        seen += [order["id"] for order in page.get("orders", ())]
        if not page.get("cursor"):
            break
        square.orders.touch(square.orders.rows[made[0]["id"]])
        if len(seen) > 10:
            break
        body["cursor"] = page["cursor"]
    assert {order["id"] for order in made} <= set(seen)


async def test_cursors_die_after_five_minutes(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    first = (await square_client.get("/v2/catalog/list")).json()
    square.clock.advance(timedelta(seconds=290))
    assert "objects" in (await square_client.get("/v2/catalog/list", params={"cursor": first["cursor"]})).json()
    square.clock.advance(timedelta(seconds=20))
    late = await square_client.get("/v2/catalog/list", params={"cursor": first["cursor"]})
    assert code(late.json()) == "INVALID_CURSOR"
    other = await square_client.get("/v2/catalog/list", params={"cursor": "nonsense"})
    assert code(other.json()) == "INVALID_CURSOR"


async def test_automatic_rules_apply_when_asked(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    coffee = next(product for product in square.seed.products if product.category == "Coffee")
    variant = coffee.variants[0]
    line = {"catalog_object_id": square.seeder.variations[variant.sku], "quantity": "1"}
    options = {"auto_apply_discounts": True, "auto_apply_taxes": True}
    order = {"location_id": square.shop.location_id, "line_items": [line], "pricing_options": options}
    made = (await send(square_client, "/v2/orders/calculate", {"order": order}))["order"]
    assert [entry["name"] for entry in made["discounts"]] == ["COFFEE20"]
    assert made["taxes"][0]["percentage"] == "8.25"
    assert made["total_discount_money"]["amount"] == round(variant.price_minor * 0.2)


@pytest.mark.parametrize(
    ("rates", "inclusive", "total", "tax"),
    [
        (["8.25"], False, 1624, 124),
        (["20"], True, 1500, 250),
        (["5", "7"], False, 1680, 180),
        (["10", "5"], True, 1500, 195),
    ],
)
def test_taxes_added_and_included(
    square_offline: SquareSimulator, rates: list[str], inclusive: bool, total: int, tax: int
) -> None:
    kind = "INCLUSIVE" if inclusive else "ADDITIVE"
    order: Obj = {
        "line_items": [{"uid": "1", "quantity": "3", "base_price_money": usd(500)}],
        "taxes": [{"uid": rate, "percentage": rate, "type": kind, "scope": "ORDER"} for rate in rates],
    }
    price(square_offline.shop, order)
    assert (order["total_money"], order["total_tax_money"]) == (usd(total), usd(tax))
    assert sum(line["total_money"]["amount"] for line in order["line_items"]) == total


def test_shares_sum_to_the_whole() -> None:
    for total in range(0, 200, 7):
        parts = share(total, [1, 2, 3, 0, 5])
        assert sum(parts) == total
        assert parts[3] == 0


@pytest.fixture
def square_offline() -> SquareSimulator:
    return SquareSimulator(demo_seed(1), rate=0)


# catalog
async def test_changes_since_show_price_new_and_deleted(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    since = (await send(square_client, "/v2/catalog/search", {"limit": 1}))["latest_time"]
    sku = square.seed.products[0].variants[0].sku
    await square_client.post("/_sandbox/price", json={"sku": sku, "price_minor": 4321})
    await square_client.post("/_sandbox/remove", json={"key": square.seed.products[1].key})
    new = SeedProduct(
        "new-1", "Brass Bell", "Rings.", "Homeware", (), (SeedVariant("BELL", "2900000999994", 900, None, 4),), "box:20"
    )
    square.add_product(new)
    body = {"begin_time": since, "object_types": ["ITEM"], "include_deleted_objects": True}
    found = {
        one["item_data"]["name"]: one for one in (await send(square_client, "/v2/catalog/search", body))["objects"]
    }
    assert set(found) == {square.seed.products[0].title, square.seed.products[1].title, "Brass Bell"}
    changed = found[square.seed.products[0].title]["item_data"]["variations"]
    assert 4321 in [one["item_variation_data"]["price_money"]["amount"] for one in changed]
    gone = found[square.seed.products[1].title]
    assert (gone["is_deleted"], "variations" in gone["item_data"]) == (True, False)
    assert square.stock_book()["BELL"] == 4


async def test_pictures_options_and_barcodes_come_along(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    product = next(one for one in square.seed.products if one.options)
    key = square.seeder.items[product.key]
    body = (await square_client.get(f"/v2/catalog/object/{key}", params={"include_related_objects": "true"})).json()
    related = {one["id"]: one for one in body["related_objects"]}
    image = related[body["object"]["item_data"]["image_ids"][0]]["image_data"]["url"]
    assert (await square_client.get(image)).text.startswith("<svg")
    for variation, variant in zip(body["object"]["item_data"]["variations"], product.variants, strict=True):
        data = variation["item_variation_data"]
        values = [
            next(v for v in related[pair["item_option_id"]]["item_option_data"]["values"]
                 if v["id"] == pair["item_option_value_id"])["item_option_value_data"]["name"]
            for pair in data["item_option_values"]
        ]  # fmt: skip
        assert (data["upc"], tuple(values)) == (variant.barcode, variant.option_values)


async def test_a_sale_on_squares_own_register(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    variant = next(v for product in square.seed.products for v in product.variants if v.stock > 3)
    made = (await square_client.post("/_sandbox/sell", json={"sku": variant.sku, "quantity": 2})).json()
    assert square.stock_book()[variant.sku] == variant.stock - 2
    assert [event["type"] for event in square.webhooks.events] == [
        "order.updated", "inventory.count.updated", "payment.created",
    ]  # fmt: skip
    found = await send(square_client, "/v2/orders/search", {"location_ids": [square.shop.location_id]})
    assert [(one["id"], one["state"], "version" in one) for one in found["orders"]] == [
        (made["id"], "COMPLETED", False)
    ]
    assert found["orders"][0]["total_money"]["amount"] == made["total"] > 2 * variant.price_minor
    change = {"idempotency_key": "u", "order": {"version": 1, "reference_id": "x"}}
    assert code(await send(square_client, f"/v2/orders/{made['id']}", change, "PUT")) == "BAD_REQUEST"
    wrong = await square_client.post("/_sandbox/sell", json={"sku": "nothing"})
    assert (wrong.status_code, len(square.orders.rows)) == (400, 1)


async def test_an_uploaded_picture_is_served_again(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    key = square.seeder.items[square.seed.products[0].key]
    request = {"idempotency_key": "i", "object_id": key, "is_primary": True,
               "image": {"type": "IMAGE", "id": "#x", "image_data": {"caption": "front"}}}  # fmt: skip
    async with httpx.AsyncClient(base_url=square.address, headers=square_client.headers) as bare:
        files = {"request": (None, json.dumps(request), "application/json"), "file": ("a.png", b"\x89PNG", "image/png")}
        made = (await bare.post("/v2/catalog/images", files=files)).json()["image"]
        assert (await bare.get(made["image_data"]["url"])).content == b"\x89PNG"
    assert square.catalog.rows[key]["item_data"]["image_ids"][0] == made["id"]


# the door
async def test_bearers_versions_and_scopes(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    nobody = await square_client.get("/v2/locations", headers={"Authorization": "Bearer wrong"})
    assert (nobody.status_code, code(nobody.json())) == (401, "UNAUTHORIZED")
    odd = await square_client.get("/v2/locations", headers={"Square-Version": "latest"})
    assert code(odd.json()) == "INVALID_SQUARE_VERSION_FORMAT"
    good = await square_client.get("/v2/locations")
    assert good.headers["Square-Version"] == "2026-08-19"
    reader = square.oauth.grant(("ORDERS_READ",))["access_token"]
    refused = await square_client.post("/v2/orders", json=sale(square), headers={"Authorization": f"Bearer {reader}"})
    assert (refused.status_code, code(refused.json())) == (403, "INSUFFICIENT_SCOPES")


async def test_tokens_expire_refresh_and_are_revoked(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    secrets = square.oauth_fields()["secrets"]
    bearer = {"Authorization": f"Bearer {secrets['access_token']}"}
    assert (await square_client.get("/v2/locations", headers=bearer)).status_code == 200
    assert (await square_client.post("/_sandbox/expire-tokens", json={})).json() == {"expired": 1}
    assert code((await square_client.get("/v2/locations", headers=bearer)).json()) == "ACCESS_TOKEN_EXPIRED"
    ask = {"client_id": APPLICATION_ID, "client_secret": APPLICATION_SECRET, "grant_type": "refresh_token",
           "refresh_token": secrets["refresh_token"]}  # fmt: skip
    fresh = await send(square_client, "/oauth2/token", ask)
    bearer = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert (await square_client.get("/v2/locations", headers=bearer)).status_code == 200
    revoke = {"client_id": APPLICATION_ID, "access_token": fresh["access_token"]}
    client = {"Authorization": f"Client {APPLICATION_SECRET}"}
    assert (await square_client.post("/oauth2/revoke", json=revoke, headers=client)).json() == {"success": True}
    assert code((await square_client.get("/v2/locations", headers=bearer)).json()) == "ACCESS_TOKEN_REVOKED"
    assert code(await send(square_client, "/oauth2/token", ask)) == "UNAUTHORIZED"


async def test_pkce_codes_and_refresh_tokens_work_once(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    back = "http://localhost:8720/callback"  # the verifier and challenge of RFC 7636, appendix B
    asked = {"client_id": APPLICATION_ID, "redirect_uri": back, "state": "s", "code_challenge": challenge}
    answer = await square_client.get("/oauth2/authorize", params=asked)
    assert answer.status_code == 302
    found = dict(httpx.URL(answer.headers["location"]).params)
    trade = {
        "client_id": APPLICATION_ID,
        "grant_type": "authorization_code",
        "code": found["code"],
        "redirect_uri": back,
    }
    assert found["state"] == "s"
    granted = await send(square_client, "/oauth2/token", {**trade, "code_verifier": verifier})
    assert "refresh_token_expires_at" in granted
    assert code(await send(square_client, "/oauth2/token", {**trade, "code_verifier": verifier})) == "UNAUTHORIZED"
    refresh = {"client_id": APPLICATION_ID, "grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    second = await send(square_client, "/oauth2/token", refresh)
    assert second["refresh_token"] != granted["refresh_token"]
    assert code(await send(square_client, "/oauth2/token", refresh)) == "UNAUTHORIZED"


async def test_faults_speak_square(square: SquareSimulator, square_client: httpx.AsyncClient) -> None:
    square.faults.plan("429")
    limited = await square_client.get("/v2/locations")
    assert (limited.status_code, code(limited.json()), limited.headers.get("retry-after")) == (
        429,
        "RATE_LIMITED",
        None,
    )
    square.faults.plan("500")
    assert code((await square_client.get("/v2/locations")).json()) == "INTERNAL_SERVER_ERROR"
    square.faults.plan("expire", times=2)
    assert (await square_client.get("/v2/locations")).status_code == 200  # a personal token has no end
    bearer = {"Authorization": f"Bearer {square.oauth_fields()['secrets']['access_token']}"}
    assert code((await square_client.get("/v2/locations", headers=bearer)).json()) == "ACCESS_TOKEN_EXPIRED"
    assert (await square_client.post("/v2/orders", content=b"{")).status_code == 400


async def test_a_lost_and_a_late_order_are_found_again_by_the_same_key(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    square.faults.late_ms = 50
    for kind in ("lost", "late", "lost500"):
        square.faults.plan(kind, path="/v2/orders")
        body = {**sale(square, f"POS-{kind}"), "idempotency_key": kind}
        try:
            await square_client.post("/v2/orders", json=body)
        except httpx.TransportError:
            await square.settled()
        await send(square_client, "/v2/orders", body)
    books = square.books()
    assert sorted(order["reference"] for order in books["orders"]) == ["POS-late", "POS-lost", "POS-lost500"]
    assert (books["doubled"], books["faults"]) == ([], {"lost": 1, "late": 1, "lost500": 1})


async def test_rate_limit_is_squares_own() -> None:
    simulator = SquareSimulator(demo_seed(2), rate=10)
    headers = {"Authorization": f"Bearer {PERSONAL_TOKEN}"}
    async with running(simulator) as address, httpx.AsyncClient(base_url=address, headers=headers) as client:
        answers = [(await client.get("/v2/locations")).status_code for _ in range(simulator.burst + 20)]
    assert answers.count(429) == simulator.counts.refused > 0


# webhooks
def test_signature_agrees_with_every_published_vector(contracts: Path) -> None:
    text = (contracts / "square" / "examples" / "webhook.signature.vectors.json").read_text(encoding="utf-8")
    url = "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9"
    body = (
        '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f",'
        '"created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}'
    )
    expected = "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4="
    assert signature(url, body.encode(), "Ibxx_5AKakO-3qeNVR61Dw") == expected
    assert expected in text


async def test_webhooks_are_signed_over_the_registered_address(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    received: list[tuple[dict[str, str], bytes]] = []

    class Receiver(SquareSimulator):
        def work(self, call: Any) -> Any:
            received.append((dict(call.headers), call.body))
            return super().work(call)

    async with running(Receiver(demo_seed(1), rate=0)) as address:
        url = f"{address}/hook"
        body = {"subscription": {"name": "till", "event_types": ["order.created"], "notification_url": url}}
        key = (await send(square_client, "/v2/webhooks/subscriptions", body))["subscription"]["signature_key"]
        square.deliveries.pause = 0.001
        square.deliveries.targets["gone"] = Target("gone", "http://127.0.0.1:9/x", "s")
        order = await ordered(square_client, square)
        await square.deliveries.settled()
    first, headers, raw = received[0], *received[1]
    assert (len(received), first[1]) == (4, raw)  # the receiver knows no such page, so it is tried again
    assert (first[0].get("square-retry-number"), headers["square-retry-number"]) == (None, "1")
    assert headers["x-square-hmacsha256-signature"] == signature(url, raw, key)
    assert headers["square-environment"] == "Sandbox"
    event = json.loads(raw)
    assert (event["type"], event["data"]["object"]["order_created"]["order_id"]) == ("order.created", order["id"])
