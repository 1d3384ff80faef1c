"""Every request that the services send is one of the composed document, and every example file is read or written."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from posbridge.connectors.flowhub import calls, mapping
from posbridge.connectors.flowhub.errors import error
from posbridge.connectors.flowhub.places import state_of, to_location
from posbridge.connectors.flowhub.services import SCOPES
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import Reader
from posbridge.domain.customer import Customer, MedicalCard
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from tests.connectors.flowhub.bench import bench, example, links

READ = {
    "customer.get.response": mapping.to_customer,
    "inventory.by_rooms.response": mapping.to_products,
    "order.create.response": mapping.to_order,
    "order.status.response": mapping.to_order,
    "product.list.response": mapping.to_products,
    "sale.list.response": mapping.to_order,
    "webhook.order.postback": mapping.to_order,
}
REFUSED = {"error.401": 401, "error.auth0.401": 401, "error.date_format.404": 404}
#: Compared with what is sent, or read, by a test of its own.
OTHERS = {
    "auth.token.request", "auth.token.response", "customer.create.request", "location.list.response",
    "order.create.kiosk.request", "order.create.request",
}  # fmt: skip


@cache
def spec(contracts: Path) -> dict[str, Any]:
    text = (contracts / "flowhub" / "spec" / "flowhub-composed-subset.openapi.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def operation(contracts: Path, request: httpx.Request) -> dict[str, Any]:
    """The document's operation for a request."""
    where, paths = request.url.path, spec(contracts)["paths"]
    fitting = [path for path in paths if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), where)]
    assert fitting, f"no such path: {where}"
    path = min(fitting, key=lambda found: found.count("{"))
    assert request.method.lower() in paths[path], (request.method, path)
    return dict(paths[path][request.method.lower()])


async def everything() -> list[httpx.Request]:
    """Each method of each service that sends something, once."""
    given = bench().simulator.connection_fields()["secrets"]
    far = bench(secrets={**given, "postback_secret": "s" * 32}, postback_base_url="https://relay.example.com")
    services, order = far.services, sale(1)
    orders, customers, products, inventory = services.orders, services.customers, services.products, services.inventory
    assert orders is not None
    assert customers is not None
    assert products is not None
    assert inventory is not None
    await services.probe()
    await whole(products.changed_since(None))
    await whole(products.ids())
    await whole(inventory.levels(None))
    card = MedicalCard(number="M-1", expires=date(2030, 1, 1))
    grace = Customer(id="", first_name="Grace", last_name="H", date_of_birth=date(1986, 12, 9), medical_card=card,
                     phone="+12025550107", email="g@example.com")  # fmt: skip
    made = await customers.create(grace, "c")
    await customers.update(made)
    await customers.find(email="g@example.com")
    await customers.find(phone="+12025550107")
    await whole(customers.changed_since(None))
    ref = await orders.create(order, "key", far.context(links(far)))
    patient = sale(2).model_copy(update={"customer": made, "note": "☕"})
    await orders.create(patient, "key-2", far.context(links(far), customer_id=made.id))
    await orders.get(ref.id)
    await whole(orders.changed_since(None))
    assert await customers.orders(made.id)
    return far.sent


async def test_every_request_is_one_of_the_document(contracts: Path) -> None:
    sent = await everything()
    seen = set()
    for request in sent:
        found = operation(contracts, request)
        seen.add(found["operationId"])
        known = {each["name"]: each for each in found.get("parameters", []) if each["in"] == "query"}
        assert set(request.url.params) <= set(known), request.url
        assert {name for name, each in known.items() if each.get("required")} <= set(request.url.params), request.url
        if request.content:
            _valid(found["requestBody"], json.loads(request.content))
    assert seen == {
        "clientsLocations", "location_inventory", "location_inventoryByRoomsNonZero", "oauthToken", "createCustomer",
        "updateCustomer", "listCustomers", "findCustomerByPhone", "getCustomer", "createOrderAhead",
        "orderAheadStatus", "salesByLocation", "salesByCustomer",
    }  # fmt: skip


def _valid(told: dict[str, Any], body: Any) -> None:
    """The document calls productId a number; the inventory has UUIDs (facts, section 5): either is taken."""
    schema = copy.deepcopy(told["content"]["application/json"]["schema"])
    items = schema["properties"].get("orderItems")
    if items:
        items["items"]["properties"]["productId"] = {"oneOf": [{"type": "number"}, {"type": "string", "minLength": 1}]}
    schema["additionalProperties"] = False
    problems = [each.message for each in OAS30Validator(schema).iter_errors(body)]
    assert problems == []


def test_every_example_is_known(contracts: Path) -> None:
    there = {file.stem for file in (contracts / "flowhub" / "examples").glob("*.json")}
    assert there == {*READ, *REFUSED, *OTHERS}


@pytest.mark.parametrize("name", sorted(READ))
def test_every_answer_is_read(contracts: Path, name: str) -> None:
    raw = example(contracts, name)
    found = READ[name](raw)
    assert found
    again = READ[name]({**raw, "somethingNew": [1]} if isinstance(raw, dict) else raw)
    assert again == found, "a field that we have not seen changes nothing"


@pytest.mark.parametrize(("name", "status"), REFUSED.items())
def test_every_refusal_is_an_error(contracts: Path, name: str, status: int) -> None:
    assert error(Reply(status, json.dumps(example(contracts, name)).encode()))


async def test_the_token_is_asked_for_like_in_the_example(contracts: Path) -> None:
    far = bench()
    await far.services.probe()
    (asked,) = far.asked("POST", "/oauth/token")
    body = json.loads(asked.content)
    shape = example(contracts, "auth.token.request")
    assert set(body) == set(shape)
    assert (body["audience"], body["grant_type"]) == (shape["audience"], shape["grant_type"])


def test_the_greatest_request_of_the_contract_has_no_field_that_we_could_not_name(contracts: Path) -> None:
    """Fees, points, delivery and times of fulfilment are not a counter's business; everything else is sent."""
    ours = mapping.from_order(sale(), customer_id="c", postback_url="https://x.example", order_type="pickup")
    shape = example(contracts, "order.create.request")
    left_out = {"address", "requestedFulfillmentTimeStart", "requestedFulfillmentTimeEnd", "fees",
                "loyaltyPointsInPennies", "cartDiscountNote"}  # fmt: skip
    assert set(shape) - set(ours) == left_out
    assert set(ours) <= set(shape)


def test_the_contracts_location_and_token(contracts: Path) -> None:
    here = Reader(example(contracts, "location.list.response")["data"][0], "locationId")
    place = to_location(here)
    assert (place.id, place.name) == ("b334921e-e105-4309-b290-64bc6aad14af", "Headquarters")
    assert (place.timezone, state_of(here.object("address").text("state"))) == ("US/Mountain", "CO")
    token, scopes, life = calls._token(example(contracts, "auth.token.response"))
    assert (token, scopes) == ("eyJhbGciOi...", SCOPES)
    assert life == 86_400 - 60, "asked anew a minute before its end"
