"""What the simulated BigCommerce does that a client could trip over, as the contract has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posbridge.sandbox.bigcommerce import BigCommerceSimulator
from posbridge.sandbox.bigcommerce.simulator import HASH, TOKEN
from posbridge.sandbox.wire import Call, Reply
from posbridge.testing.conformance.shop import CARD, shop

ORDER = {
    "billing_address": {"zip": "78701"},
    "products": [{"name": "Wrapping", "quantity": 1, "price_ex_tax": 5, "price_inc_tax": 5.5}],
}


class Client:
    """Asks the simulator without a network."""

    def __init__(self, **options: Any) -> None:
        self.simulator = BigCommerceSimulator(shop(), **options)

    def __call__(self, method: str, path: str, body: Any = None, token: str = TOKEN, store: str = HASH) -> Reply:
        where, _, query = path.partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"x-auth-token": token, "content-type": "application/json"}
        return self.simulator.work(Call(method, f"/stores/{store}{where}", query, headers, content))


@pytest.fixture
def ask() -> Client:
    return Client(rate=0)


def test_an_empty_v2_list_has_no_body_and_an_empty_v3_list_has(ask: Client) -> None:
    assert (ask("GET", "/v2/orders").status, ask("GET", "/v2/orders").body) == (204, None)
    assert ask("GET", "/v2/coupons?code=NEVER").status == 204
    assert ask("GET", "/v3/customers?email:in=nobody@example.com").body["data"] == []


def test_errors_in_the_shape_of_each_version(ask: Client) -> None:
    assert ask("GET", "/v2/orders/9").body == [{"status": 404, "message": "The requested resource was not found."}]
    assert ask("GET", "/v3/catalog/products/999").body["title"] == "The requested resource was not found."
    assert ask("GET", "/v2/store", token="x").status == 401
    assert ask("GET", "/v2/store", store="other1").status == 401
    words = ask("GET", "/v3/customers?mail=x").body["title"]
    assert words == "The filter(s): mail are not valid filter parameter(s)."


@pytest.mark.parametrize(
    "change",
    [
        {"item_total": 1},
        {"external_id": "x"},
        {"total_inc_tax": "5"},
        {"billing_address": {"zip": "7"}},
        {"products": []},
        {"products": [{"product_id": 999, "quantity": 1}]},
        {"products": [{"product_id": 2, "quantity": 1}]},
        {"products": [{"product_id": 1, "quantity": 1, "price_ex_tax": 5}]},
        {"products": [{"name": "Free", "quantity": 1, "price_inc_tax": 5}]},
        {"status_id": 99},
    ],
)
def test_orders_that_are_refused(ask: Client, change: dict[str, Any]) -> None:
    assert ask("POST", "/v2/orders", {**ORDER, **change}).status == 400
    assert ask.simulator.orders_book() == []


def test_nothing_makes_an_order_single(ask: Client) -> None:
    """The same reference twice is two orders, and the filter finds both."""
    body = {**ORDER, "external_source": "posbridge", "external_order_id": "P1"}
    assert [ask("POST", "/v2/orders", body).status for _ in range(2)] == [201, 201]
    assert len(ask("GET", "/v2/orders?external_order_id=P1").body) == 2
    assert ask.simulator.books()["doubled"] == ["P1"]


def test_totals_are_reckoned_or_as_given(ask: Client) -> None:
    line = {"product_id": 1, "quantity": 2}
    plain = ask("POST", "/v2/orders", {**ORDER, "products": [line], "discount_amount": "1"}).body
    assert (plain["total_ex_tax"], plain["total_inc_tax"], plain["total_tax"]) == ("24.0000", "26.5000", "2.5000")
    given = {"total_ex_tax": "20.00", "total_inc_tax": "22.00"}
    assert ask("POST", "/v2/orders", {**ORDER, **given}).body["total_tax"] == "2.0000"


def test_an_incomplete_order_takes_no_stock_and_a_cancelled_one_gives_it_back(ask: Client) -> None:
    line = {"products": [{"product_id": 1, "quantity": 2}]}
    ask("POST", "/v2/orders", {**ORDER, **line, "status_id": 0})
    assert ask.simulator.stock_book()["SKU-0001"] == 40
    order = ask("POST", "/v2/orders", {**ORDER, **line, "status_id": 11}).body
    assert ask.simulator.stock_book()["SKU-0001"] == 38
    ask("PUT", f"/v2/orders/{order['id']}", {"status_id": 5})
    assert ask.simulator.stock_book()["SKU-0001"] == 40


def test_lines_come_fifty_a_page(ask: Client) -> None:
    lines = [{"name": f"Line {n}", "quantity": 1, "price_ex_tax": 1, "price_inc_tax": 1} for n in range(60)]
    order = ask("POST", "/v2/orders", {**ORDER, "products": lines}).body
    path = f"/v2/orders/{order['id']}/products"
    assert [len(ask("GET", f"{path}?page={page}").body or []) for page in (1, 2, 3)] == [50, 10, 0]


def test_options_shrink_a_page(ask: Client) -> None:
    client = Client(rate=0)
    client.simulator.shop.tables["products"] |= {
        900 + n: {**client.simulator.shop.tables["products"][1], "id": 900 + n} for n in range(20)
    }
    assert len(client("GET", "/v3/catalog/products?include=options&limit=250").body["data"]) == 10


def test_a_certificate_takes_any_number(ask: Client) -> None:
    (card,) = ask("GET", f"/v2/gift_certificates?code={CARD}").body
    path = f"/v2/gift_certificates/{card['id']}"
    assert ask("PUT", path, {"balance": "1.00"}).status == 400
    names = {name: card[name] for name in ("to_name", "to_email", "from_name", "from_email", "amount")}
    assert ask("PUT", path, {**names, "balance": "1.00"}).body["balance"] == "1.0000"
    (booked,) = ask.simulator.gift_cards_book()
    assert (booked["balance"], [move["amount"] for move in booked["movements"]]) == (100, [-4900])


def test_the_window_of_calls_and_its_headers() -> None:
    ask = Client(rate=0.1)
    assert [ask("GET", "/v2/time").status for _ in range(4)] == [200, 200, 200, 429]
    told = ask("GET", "/v2/time").headers
    assert told["X-Rate-Limit-Requests-Left"] == "0"
    assert 0 < int(told["X-Rate-Limit-Time-Reset-Ms"]) <= 30_000


def test_hooks_want_https_on_443(ask: Client) -> None:
    for where in ("http://hooks.example.com/x", "https://hooks.example.com:8443/x"):
        assert ask("POST", "/v3/hooks", {"scope": "store/order/*", "destination": where}).status == 422
    assert ask("POST", "/v3/hooks", {"scope": "store/order/*"}).status == 422
