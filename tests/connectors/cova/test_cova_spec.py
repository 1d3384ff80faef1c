"""Every request that the services send is one of the composed description: path, method, query, body."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from posbridge.connectors.cova.calls import GATEWAY
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.cova import CovaSimulator
from posbridge.sandbox.cova.desk import Options
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import sale
from tests.connectors.cova.company import LINKS, company, example
from tests.connectors.watched import Bench

pytestmark = pytest.mark.usefixtures("quick")
#: Third parties' calls: they are in FACTS and not in the description.
_ELSEWHERE = {"/v1/Companies(123456)/Locations", "/crm/v1/Companies(123456)/CustomerSearch"}


async def everything(cova: Bench[CovaSimulator]) -> None:
    """Each method of each service that COVA has, once."""
    orders, customers = cova.services.orders, cova.services.customers
    await cova.services.probe()
    products = await whole(cova.services.products.changed_since(None))
    (page,) = [page async for page in cova.services.products.changed_since('{"since": "2030-01-01T00:00:00Z"}')]
    assert page.last
    await whole(cova.services.products.ids())
    await cova.services.products.get(products[0].id)
    await whole(cova.services.inventory.levels(None))
    await whole(cova.services.inventory.levels(None, [products[0].id]))
    ref = await orders.create(sale(1), "key", cova.context(LINKS, Steps()))
    await orders.get(ref.id)
    await whole(orders.changed_since(None))
    cova.simulator.options.refuse_payments = "no"
    unpaid = await orders.create(sale(2), "key", cova.context(LINKS, Steps()))
    await orders.update_status(unpaid.id, OrderStatus.CANCELLED)
    made = await customers.create(Customer(id="", first_name="Grace", email="g@example.com", phone="+12025550107"), "k")
    await customers.get(made.id)
    await customers.find(name="Grace")


def patterns(spec: dict[str, Any]) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    found = []
    for path, operations in spec["paths"].items():
        (server,) = operations["servers"]
        prefix = server["url"].removeprefix(GATEWAY) if server["url"].startswith(GATEWAY) else ""
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(prefix + path))
        found.append((re.compile(pattern), operations))
    return found


def check(request: httpx.Request, spec: dict[str, Any]) -> None:
    fitting = [operations for pattern, operations in patterns(spec) if pattern.fullmatch(request.url.path)]
    assert fitting, request.url.path
    operation = fitting[0].get(request.method.lower())
    assert operation is not None, (request.method, request.url.path)
    known = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    assert set(request.url.params) == known, request.url
    body = operation.get("requestBody")
    if body is None:
        assert not request.content
        return
    ((kind, said),) = body["content"].items()
    assert request.headers["content-type"] == kind
    sent = json.loads(request.content) if kind == "application/json" else dict(parse_qsl(request.content.decode()))
    schema = said["schema"]
    errors = [error.message for error in OAS30Validator(schema).iter_errors(sent)]
    assert errors == [], request.url.path
    assert set(sent) <= set(schema.get("properties", sent)), request.url.path


async def test_every_request_is_one_of_the_description(contracts: Path) -> None:
    spec = json.loads((contracts / "cova" / "spec" / "cova-composed-subset.openapi.json").read_text("utf-8"))
    cova = company(options=Options(processing_s=0.0))
    await everything(cova)
    for request in cova.sent:
        if request.url.path not in _ELSEWHERE:
            check(request, spec)
    assert {request.method for request in cova.sent} == {"GET", "POST", "PUT", "DELETE"}


async def test_requests_have_the_examples_fields(contracts: Path) -> None:
    cova = company()
    await everything(cova)
    pairs = {
        "DetailedProductData": "product.list.request.json",
        "Search": "customer.search.request.json",
        "CustomerFull": "customer.create.request.json",
        "CovaOrderPayment": "payment.create.request.json",
    }
    for ending, name in pairs.items():
        for request in cova.asked("POST", ending):
            extra = {"UniqueIdentifier"} if ending == "CustomerFull" else set()
            assert set(json.loads(request.content)) - extra == set(example(contracts, name)), ending
    criteria = json.loads(cova.asked("POST", "Search")[0].content)["Criteria"][0]
    assert set(criteria) == set(example(contracts, "customer.search.request.json")["Criteria"][0])
    form = dict(parse_qsl(cova.asked("POST", "token")[0].content.decode()))
    assert set(form) == set(example(contracts, "auth.token.request.json")) - {"_form_urlencoded"}
