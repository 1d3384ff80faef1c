"""Every example of the contract, as recorded from the real platform, through the mapping and the errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    PermissionDenied,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.prestashop import mapping
from posbridge.connectors.prestashop.catalog_mapping import read_special
from posbridge.connectors.prestashop.errors import error
from posbridge.connectors.prestashop.order_body import Till, line_prices
from posbridge.connectors.reply import Reply, failure
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from tests.conftest import CONTRACTS
from tests.connectors.prestashop.bench import recorded

EXAMPLES = CONTRACTS / "prestashop" / "examples"
READ: dict[str, Callable[[Any], Any]] = {
    "product": mapping.to_products,
    "products": mapping.to_products,
    "order": mapping.to_order,
    "orders": mapping.to_order,
    "customer": mapping.to_customer,
    "customers": mapping.to_customer,
    "cart_rule": mapping.to_discount,
    "cart_rules": mapping.to_discount,
}
FILES = sorted(EXAMPLES.rglob("*")) if EXAMPLES.is_dir() else []


def body_of(file: Path) -> Any:
    text = file.read_text("utf-8")
    if file.parent.name == "recorded":
        return json.loads(text).get("response", {}).get("body")
    return text if file.suffix == ".xml" else json.loads(text)


def kind_of(body: Any) -> str:
    """What an answer holds, "" for what is no business of the mapping (or a form of the schema, without an id)."""
    if isinstance(body, dict):
        return next((name for name in READ if body.get(name)), "")
    is_answer = isinstance(body, str) and body.startswith("<?xml") and "required=" not in body and "<id>" in body
    return next((name for name in READ if is_answer and f"<{name}>" in body), "")


ANSWERS = [file for file in FILES if ".request." not in file.name and file.suffix in (".json", ".xml")]


@pytest.mark.parametrize("file", ANSWERS, ids=lambda file: file.name)
def test_every_example_is_read(contracts: Path, file: Path) -> None:
    body = body_of(file)
    kind = kind_of(body)
    for row in body.get(kind, []) if kind.endswith("s") and isinstance(body, dict) else [body] if kind else []:
        made = READ[kind](row)
        assert made
        assert READ[kind](json.loads(json.dumps(row))) == made
    if kind in ("product", "products"):
        assert mapping.to_products(body if isinstance(body, str) else json.dumps(body)) == mapping.to_products(body)


def test_the_recorded_shirt(contracts: Path) -> None:
    full = recorded(contracts, "105")["response"]["body"]
    combinations, stock = (recorded(contracts, n)["response"]["body"] for n in ("111", "114"))
    (shirt,) = mapping.to_products(full, combinations=combinations, stock=stock)
    assert (shirt.title, shirt.brand, len(shirt.variants)) == ("Hummingbird printed t-shirt", "Studio Design", 8)
    assert shirt.variants[0].price == Money(amount=2390, currency="USD")
    assert [variant.inventory_quantity for variant in shirt.variants[:2]] == [300, 300]
    (alone,) = mapping.to_products(
        recorded(contracts, "104")["response"]["body"], combinations=combinations, stock=stock
    )
    (as_xml,) = mapping.to_products(
        recorded(contracts, "103")["response"]["body"], combinations=combinations, stock=stock
    )
    assert (
        alone.model_dump(exclude={"extra"})
        == shirt.model_dump(exclude={"extra"})
        == as_xml.model_dump(exclude={"extra"})
    )


def test_the_recorded_partial_put_switched_the_product_off(contracts: Path) -> None:
    (left,) = mapping.to_products(recorded(contracts, "147")["response"]["body"])
    assert left.status is ProductStatus.DRAFT
    assert left.variants[0].sku == ""


def test_the_recorded_order(contracts: Path) -> None:
    order = mapping.to_order(recorded(contracts, "409")["response"]["body"], timezone="Europe/Paris")
    assert (order.id, order.number, order.total, order.tax, order.paid) == ("8", "SMKTQXWSJ", 5130, 391, 5130)
    assert order.reference == "77777777-1111-4222-8333-000000000403"
    assert [(line.variant_id, int(line.quantity)) for line in order.lines] == [("20-0", 2), ("21-0", 1), ("24-41", 1)]
    beside = mapping.to_order(recorded(contracts, "456")["response"]["body"])
    assert (beside.total, beside.tax) == (4222, 322)
    net = mapping.to_order(recorded(contracts, "528")["response"]["body"])
    assert (net.status, net.complete) == (OrderStatus.FAILED, False)


def test_the_recorded_rules(contracts: Path) -> None:
    least = mapping.to_discount(recorded(contracts, "509")["response"]["body"])
    assert (least.kind, least.amount, least.minimum_spend) == (
        DiscountKind.FIXED, Money(amount=500, currency="USD"), Money(amount=3000, currency="USD"),
    )  # fmt: skip
    assert mapping.to_discount(recorded(contracts, "504")["response"]["body"]).kind is DiscountKind.FREE_SHIPPING
    assert mapping.to_gift_card(recorded(contracts, "602")["response"]["body"]).balance.amount == 5000
    assert mapping.to_gift_card(recorded(contracts, "604")["response"]["body"]).balance.amount == 0
    rest = mapping.to_gift_card(recorded(contracts, "605")["response"]["body"])
    assert (rest.code, rest.balance.amount) == ("GIFT-7XK2-99-2", 2500)


def test_reductions_that_hold_for_everybody(contracts: Path) -> None:
    rows = json.loads((EXAMPLES / "specific_price.list.response.json").read_text("utf-8"))["specific_prices"]
    now = mapping.to_order(recorded(contracts, "409")["response"]["body"]).created_at
    assert now is not None
    found = [read_special(row, now, "UTC") for row in rows]
    assert [entry and (entry[0], str(entry[1].percent)) for entry in found] == [("1", "0.200000"), ("2", "0.200000")]


ERRORS: list[tuple[str, type[Exception], str]] = [
    ("003", AuthenticationError, "copy it again"),
    ("005", AuthenticationError, "Authorization header"),
    ("008", PermissionDenied, "tick this right"),
    ("009", PermissionDenied, "tick this right"),
    ("012", ServiceUnavailable, "Enable PrestaShop's webservice"),
    ("013", ValidationError, ""),
    ("120", ValidationError, ""),
    ("121", ValidationError, ""),
    ("130", NotFound, ""),
    ("134", ValidationError, ""),
    ("149", PermissionDenied, "tick this right"),
    ("210", ValidationError, ""),
    ("302", Conflict, ""),
    ("423", Conflict, ""),
    ("425", ValidationError, ""),
    ("515", ValidationError, ""),
    ("801", ValidationError, ""),
    ("802", ValidationError, ""),
    ("810", ValidationError, ""),
]


class _Judge:
    error = staticmethod(error)


def reply_of(exchange: dict[str, Any]) -> Reply:
    answer, body = exchange["response"], exchange["response"]["body"]
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Reply(answer["status"], raw, answer["headers"])


@pytest.mark.parametrize(("number", "kind", "step"), ERRORS, ids=[number for number, _, _ in ERRORS])
def test_recorded_errors(contracts: Path, number: str, kind: type[Exception], step: str) -> None:
    exchange = recorded(contracts, number)
    now = mapping.to_order(recorded(contracts, "409")["response"]["body"]).created_at
    assert now is not None
    write = exchange["request"]["method"] != "GET"
    found = failure(reply_of(exchange), _Judge(), write=write, due_json=False, now=now)
    assert type(found) is kind
    assert step in str(found)


def test_errors_come_as_xml_too() -> None:
    text = "<prestashop><errors><error><code>26</code><message>not allowed</message></error></errors></prestashop>"
    assert type(error(Reply(401, text.encode()))) is PermissionDenied


def test_an_unchanged_list_is_no_error(contracts: Path) -> None:
    assert error(reply_of(recorded(contracts, "232"))) is None


def test_the_line_price_is_the_recorded_one(contracts: Path) -> None:
    """Our documents name the elements of the recorded ones."""
    from xml.etree import ElementTree

    from posbridge.connectors.prestashop.order_body import Sale, cart, sale_document
    from posbridge.testing.builders import an_order
    from tests.connectors.prestashop.bench import RemoteVariant

    order = an_order([1250])
    sale = Sale(Till(), {"variant-1": RemoteVariant(variant_id="20-0")})
    ours = {
        "401": cart(order, sale),
        "403": line_prices(order, sale, "10")[0],
        "408": sale_document(order, Till(), "10"),
    }
    for number, fields in ours.items():
        theirs = {node.tag for node in ElementTree.fromstring(recorded(contracts, number)["request"]["body"])[0]}
        assert set(fields) <= theirs, number


def test_the_admin_api_is_not_taken_for_the_web_service(contracts: Path) -> None:
    with pytest.raises(SchemaDrift):
        mapping.to_order({"errors": [{"code": 1, "message": "x"}]})
