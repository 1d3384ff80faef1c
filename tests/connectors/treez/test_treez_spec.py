"""Every request that the services send is one of the published document, or of the guesses that the facts name."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from posbridge.connectors.treez import mapping
from posbridge.connectors.treez.order_body import Terms, payment
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus
from posbridge.testing.builders import a_customer
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from tests.connectors.treez.support import LINKS, context, treez
from tests.connectors.watched import Bench

#: Paths that no published document shows: each is a guess or a third party's word in the facts.
UNPUBLISHED = (
    r"GET /\w+/product/product_list",
    r"GET /\w+/customer/driverlicense/[^/]+",
    r"GET /\w+/customer/firstname/[^/]+/lastname/[^/]+",
    r"GET /\w+/customer/lastUpdated/after/[^/]+/page/\d+/pagesize/50",
    r"PATCH /\w+/customer/\d+",
)
#: Words of our bodies that stand beside the document: COMPLETED goes with a payment (ticket pages, facts 5).
_COMPLETED = "COMPLETED"


@cache
def spec(contracts: Path) -> dict[str, Any]:
    path = contracts / "treez" / "spec" / "treez-dispensary-v3-subset.openapi.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def schema_of(contracts: Path, path: str, method: str) -> dict[str, Any]:
    """The body's schema; a line discount's amount is read as a number, like the amounts that the document itself
    shows with decimals though it types them int32 (facts, 5 and 13)."""
    body = spec(contracts)["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]
    made: dict[str, Any] = copy.deepcopy(body)
    items = made.get("properties", {}).get("items")
    if items:
        items["items"]["properties"]["pos_discounts"]["items"]["properties"]["discount_amount"] = {"type": "number"}
    return made


def operation(contracts: Path, request: httpx.Request) -> str | None:
    """The document's path that fits; None for one that the facts call unpublished."""
    where = request.url.path.removeprefix("/dispensary/v3")
    if any(re.fullmatch(each, f"{request.method} {where}") for each in UNPUBLISHED):
        return None
    fitting = [
        path
        for path, methods in spec(contracts)["paths"].items()
        if request.method.lower() in methods and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), where)
    ]
    assert fitting, (request.method, where)
    return min(fitting, key=lambda path: path.count("{"))


async def everything(far: Bench[Any]) -> None:
    """Each method of each service, once."""
    services, order = far.services, sale(1)
    orders, customers, products, stock = services.orders, services.customers, services.products, services.inventory
    assert None not in (orders, customers, products, stock)
    await services.probe()
    pages = [page async for page in products.changed_since(None)]
    await whole(products.changed_since(pages[-1].cursor))
    await whole(products.ids())
    await products.get(pages[0].items[0].id)
    await whole(stock.levels(None))
    await whole(stock.levels(None, [LINKS["variant-1"].variant_id]))
    ref = await orders.create(order, "key", context(customer_id="1"))
    await orders.find(order.reference, around=order.captured_at)
    await whole(orders.changed_since(None))
    await orders.get(ref.id)
    open_one = await far.http.write("POST", "ticket/detailticket", json=mapping.from_order(sale(2), LINKS))
    ident = open_one.json()["data"]["ticket_id"]
    await orders.update(ident, note="Call Ada")
    await orders.update_status(ident, OrderStatus.PREPARING)
    await orders.update_status(ident, OrderStatus.CANCELLED)
    await _people(customers)


async def _people(customers: Any) -> None:
    new = a_customer(5, date_of_birth="1990-05-15")
    made = await customers.create(new, "c")
    await customers.update(made.model_copy(update={"last_name": "Hopper"}))
    for asked in ({"email": new.email}, {"phone": new.phone}, {"name": "Ada Hopper"}):
        found: list[Customer] = await customers.find(**asked)
        assert [one.id for one in found] == [made.id]
    assert await customers.find_by_licence("D1000001")
    await customers.orders("1")
    await whole(customers.changed_since(None))


async def test_every_request_is_in_the_document(contracts: Path) -> None:
    far = treez()
    await everything(far)
    seen = set()
    for request in far.sent:
        path = operation(contracts, request)
        seen.add(path)
        if path is None:
            continue
        described = spec(contracts)["paths"][path][request.method.lower()]
        named = {each["name"] for each in described.get("parameters", []) if each.get("in") == "query"}
        assert set(request.url.params) <= named, path
        assert request.headers["content-type"] == "application/json"
        if request.content:
            OAS31Validator(schema_of(contracts, path, request.method.lower())).validate(json.loads(request.content))
    assert None in seen
    assert len(seen) >= 10


def shape(value: Any) -> Any:
    """Names and kinds of values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return (
        "number" if isinstance(value, int | Decimal | float) and not isinstance(value, bool) else type(value).__name__
    )


def contract(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "treez" / "examples" / f"{name}.request.json").read_text("utf-8"))


MEDICAL = Terms(location_name="FRONT OF HOUSE MED", inventory_type="MEDICAL")


@pytest.mark.parametrize("name", ["ticket.create", "ticket.preview"])
def test_a_ticket_has_the_shape_of_the_contract(contracts: Path, name: str) -> None:
    wanted = contract(contracts, name)
    made = mapping.from_order(sale(1, lines=[(1, 1250, 3)]), LINKS, customer_id="20", terms=MEDICAL)
    assert shape({**made, "coupon_codes": wanted["coupon_codes"]}) == shape(wanted)
    fixed = ("type", "order_source", "order_status", "revenue_source", "customer_id")
    assert {name: made[name] for name in fixed} == {name: wanted[name] for name in fixed}
    assert made["items"][0]["location_name"] == wanted["items"][0]["location_name"]


def test_a_payment_has_the_shape_of_the_contract(contracts: Path) -> None:
    made = payment(sale(), Terms(), 339, customer_id="20")
    assert shape(made) == shape(contract(contracts, "ticket.update.payment"))
    assert made["payments"][0]["amount_paid"] == Decimal("3.39")


async def test_a_cancellation_has_the_shape_of_the_contract(contracts: Path) -> None:
    far = treez()
    assert far.services.orders is not None
    made = await far.http.write("POST", "ticket/detailticket", json=mapping.from_order(sale(), LINKS))
    await far.services.orders.update_status(made.json()["data"]["ticket_id"], OrderStatus.CANCELLED)
    (sent,) = [request for request in far.sent if request.method == "PUT"]
    assert shape(json.loads(sent.content)) == shape(contract(contracts, "ticket.update.cancel"))


def test_a_completed_ticket_is_the_one_word_beside_the_document(contracts: Path) -> None:
    schema = schema_of(contracts, "/{dispensary}/ticket/update/{ticket_id}", "put")
    body = payment(sale(), Terms(paid_status=_COMPLETED), 339)
    (problem,) = OAS31Validator(schema).iter_errors(json.loads(json.dumps(body, default=float)))
    assert list(problem.path) == ["order_status"]
