"""The simulated Treez follows the contract: its answers have the examples' fields, its rules are those of the facts."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from posbridge.connectors.treez import mapping
from posbridge.sandbox import create, demo_seed
from posbridge.sandbox.treez import Options, TreezSimulator
from posbridge.sandbox.wire import Call, Reply
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.treez.support import LINKS

V3 = "/dispensary/v3/partnersandbox3"
BODY = {"type": "PICKUP", "order_source": "KIOSK", "order_status": "AWAITING_PROCESSING", "revenue_source": "x"}


class Store:
    """A simulator whose handlers are called without its gate: the rules behind the sign-in."""

    def __init__(self) -> None:
        self.simulator = TreezSimulator(shop(), rate=0)

    def call(self, method: str, path: str, body: Any = None, query: str = "") -> Reply:
        raw = b"" if body is None else json.dumps(body, default=float).encode()
        return self.simulator.dispatch(Call(method, f"{V3}/{path}", query, {}, raw), self.simulator._routes)

    def good(self, method: str, path: str, body: Any = None, query: str = "") -> Any:
        reply = self.call(method, path, body, query)
        assert reply.status == 200, reply.body
        return reply.body

    def refused(self, status: int, reason: str, method: str, path: str, body: Any = None, query: str = "") -> Any:
        reply = self.call(method, path, body, query)
        assert (reply.status, reply.body["resultReason"]) == (status, reason), reply.body
        return reply.body

    def ticket(self, number: int = 1) -> Any:
        return self.good("POST", "ticket/detailticket", mapping.from_order(sale(number), LINKS))["data"]


@pytest.fixture
def store() -> Store:
    return Store()


def example(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "treez" / "examples" / f"{name}.json").read_text("utf-8"))


def test_its_fields_are_the_examples(contracts: Path, store: Store) -> None:
    made = store.ticket()
    rows = [
        (store.good("GET", "product/product_list")["data"]["product_list"][0],
         example(contracts, "product.list.response")["data"]["product_list"][0]),
        (made, example(contracts, "ticket.create.response")["data"]),
        (made["items"][0], example(contracts, "ticket.create.response")["data"]["items"][0]),
        (store.good("GET", "customer/1")["data"], example(contracts, "customer.get.response")["data"]),
    ]  # fmt: skip
    for mine, theirs in rows:
        assert set(mine) <= set(theirs), set(mine) - set(theirs)
    page = store.good("GET", "ticket/status/AWAITING_PROCESSING/page/1/pagesize/50")
    assert set(page) == set(example(contracts, "ticket.list_by_status.response"))


def test_its_refusals_are_the_examples(contracts: Path, store: Store) -> None:
    for name, path in (
        ("error.product_not_found.400", "product/c6beed87-febe-409c-82df-d55186663b29"),
        ("error.ticket_not_found.400", "ticket/WIYXA"),
        ("error.invalid_ticket_status.400", "ticket/status/PACKED/page/1/pagesize/50"),
        ("error.customer_not_found.404", "customer/999"),
    ):
        wanted = example(contracts, name)
        reply = store.call("GET", path)
        assert (reply.status, reply.body) == (int(name.rsplit(".", 1)[1]), wanted)
    items = [{"quantity": 1}]
    refused = store.call("POST", "ticket/detailticket", {**BODY, "items": items})
    assert refused.body == example(contracts, "error.ticket_format.400")


def test_payment_comes_later_whole_and_alone(store: Store) -> None:
    payment = {"payment_source": "KIOSK", "payment_method": "CASH", "amount_paid": 51.7}
    order = mapping.from_order(sale(), LINKS)
    store.refused(400, "INVALID_REQUEST", "POST", "ticket/detailticket", {**order, "payments": [payment]})
    made = store.ticket()
    path = f"ticket/update/{made['ticket_id']}"
    store.refused(400, "INVALID_TICKET_STATUS", "PUT", path, {**BODY, "order_status": "COMPLETED"})
    store.refused(400, "INVALID_REQUEST", "PUT", path, {**BODY, "payments": [{**payment, "amount_paid": 51}]})
    store.refused(400, "INCORRECT_VALUE", "PUT", path, {**BODY, "payments": [{**payment, "payment_method": "GOLD"}]})
    both = {**BODY, "items": order["items"], "payments": [payment]}
    store.refused(400, "INVALID_REQUEST", "PUT", path, both)
    paid = store.good("PUT", path, {**BODY, "payments": [payment]})["data"]
    assert (paid["payment_status"], paid["order_status"]) == ("PAID", "AWAITING_PROCESSING")
    store.refused(400, "INVALID_REQUEST", "PUT", path, {**BODY, "ticket_note": "x"})
    (booked,) = store.simulator.orders_book()
    assert (booked["paid"], booked["reference"]) == (5170, sale().reference)


def test_the_same_ticket_twice_is_two_tickets(store: Store) -> None:
    """There is no idempotency key, and an external number may be there twice."""
    assert store.ticket()["ticket_id"] != store.ticket()["ticket_id"]
    assert store.simulator.books()["doubled"] == [sale().reference]


def test_a_preview_keeps_nothing(store: Store) -> None:
    before = dict(store.simulator.stock_book())
    seen = store.good("POST", "ticket/previewticket", mapping.from_order(sale(), LINKS))["data"]
    assert (seen["order_status"], seen["order_number"], seen["total"]) == ("PREVIEW", None, 51.7)
    assert store.simulator.orders_book() == []
    assert store.simulator.stock_book() == before


def test_stock_moves_with_tickets_and_is_shown_up_to_thirty(store: Store) -> None:
    made = store.ticket()
    assert store.simulator.stock_book()["SKU-0001"] == 38
    row = store.good("GET", f"product/{LINKS['variant-1'].variant_id}")["data"]
    assert (row["sellable_quantity"], row["sellable_quantity_detail"][0]["sellable_quantity"]) == (30.0, 30.0)
    store.good("PUT", f"ticket/update/{made['ticket_id']}", {**BODY, "order_status": "CANCELED"})
    assert store.simulator.stock_book()["SKU-0001"] == 40


def test_lists_have_an_end_and_a_limit(store: Store) -> None:
    data = store.good("GET", "product/product_list", query="page=9")["data"]
    assert (data["page_count"], data["total_count"], data["product_list"]) == (0, 0, [])
    store.refused(400, "RESPONSE_LIMIT_EXCEEDS", "GET", "product/product_list", query="pagesize=5000")
    store.refused(400, "RESPONSE_LIMIT_EXCEEDS", "GET", "ticket/status/DRAFT/page/1/pagesize/51")
    ids = "&".join(f"id={n}" for n in range(51))
    store.refused(400, "RESPONSE_LIMIT_EXCEEDS", "GET", "product/product_list", query=ids)
    for at in ("yesterday", "2026-11-21", "2026-11-21T10:00:00"):
        store.refused(400, "INVALID_DATE_FORMAT", "GET", f"product/product_list/lastUpdated/after/{quote(at)}")
    old = (store.simulator.clock.now() - timedelta(days=31)).isoformat(timespec="milliseconds")
    store.refused(400, "INVALID_REQUEST", "GET", f"ticket/lastUpdated/{old}/page/1/pagesize/50")


def test_deactivated_goods_leave_the_usual_list(store: Store) -> None:
    article = store.simulator.shop.by_sku("SKU-0001")
    article.active = False
    shown = {
        word: store.good("GET", "product/product_list", query=f"active={word}")["data"]["total_count"]
        for word in ("TRUE", "FALSE", "ALL")
    }
    assert shown == {"TRUE": 6, "FALSE": 1, "ALL": 7}


def test_newest_tickets_come_first(store: Store) -> None:
    first, second = store.ticket(1), store.ticket(2)
    page = "page/1/pagesize/50"
    listed = store.good("GET", f"ticket/status/AWAITING_PROCESSING/{page}")["ticketList"]
    assert [row["ticket_id"] for row in listed] == [second["ticket_id"], first["ticket_id"]]
    store.good("PUT", f"ticket/update/{first['ticket_id']}", {**BODY, "ticket_note": "moved"})
    listed = store.good("GET", f"ticket/status/AWAITING_PROCESSING/{page}")["ticketList"]
    assert listed[0]["ticket_note"] == "moved"
    day = f"{store.simulator.clock.now():%Y-%m-%d}"
    assert store.good("GET", f"ticket/opendate/{day}/{page}")["totalElements"] == 2
    found = store.good("GET", f"ticket/ordernumber/{first['order_number']}")["data"]
    assert found["ticket_id"] == first["ticket_id"]
    assert len(store.good("GET", f"ticket/history/{first['ticket_id']}")["data"]) == 2


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"type": "TABLE"}, "INCORRECT_VALUE"),
        ({"order_source": None}, "INCORRECT_VALUE"),
        ({"order_status": "COMPLETED"}, "INVALID_TICKET_STATUS"),
        ({"revenue_source": ""}, "MODEL_VALIDATION_FAIL"),
        ({"items": {"size_id": "x"}}, "TICKET_FORMAT_ERROR"),
        ({"items": [{"size_id": "x", "quantity": 1}]}, "PRODUCT_NOT_FOUND"),
    ],
)
def test_tickets_that_are_refused(store: Store, wrong: dict[str, Any], reason: str) -> None:
    store.refused(400, reason, "POST", "ticket/detailticket", {**BODY, **wrong})


def test_customers_are_unique_and_have_a_birthday(store: Store) -> None:
    new = {"first_name": "N", "birthday": "1990-01-01", "email": "n@example.com", "phone": "4094562458"}
    path = "customer/detailcustomer"
    store.refused(400, "CUSTOMER_FIRST_NAME_BLANK", "POST", path, {**new, "first_name": ""})
    store.refused(400, "MODEL_VALIDATION_FAIL", "POST", path, {**new, "birthday": None})
    store.refused(400, "INCORRECT_VALUE", "POST", path, {**new, "phone": "1094562458"})
    made = store.good("POST", path, new)["data"]
    assert made["verification_status"] == "VERIFICATION_PENDING"
    store.refused(400, "INVALID_REQUEST", "POST", path, {**new, "phone": "4094562459"})
    changed = store.good("PATCH", f"customer/{made['customer_id']}", {"last_name": "M"})["data"]
    assert (changed["last_name"], changed["email"]) == ("M", "n@example.com")


def test_a_platform_of_the_house() -> None:
    made = create("treez", demo_seed(20))
    given = made.connection_fields()
    assert set(given) == {"url", "fields", "secrets"}
    with pytest.raises(KeyError):
        made.set_price("nothing", 1)
    with pytest.raises(KeyError):
        made.remove_product("nothing")
    key = made.seed.products[0].key
    made.set_title(key, "Renamed")
    made.remove_product(key)
    made.add_product(made.seed.products[0])
    assert len(made.stock_book()) == sum(len(product.variants) for product in made.seed.products)
    assert TreezSimulator(shop(), options=Options(generation="v2")).connection_fields()["fields"]["client_id"]
