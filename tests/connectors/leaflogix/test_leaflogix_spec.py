"""Every request that the services send, and every answer of the simulator, fits the official specification."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from posbridge.domain.customer import Address, Customer, Licence, MedicalCard
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.order import Order, OrderStatus
from posbridge.sandbox.leaflogix import LeaflogixSimulator
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import TEN_PERCENT, shop
from tests.connectors.leaflogix.lab import Lab, links, opened

REQUESTS = {
    "order.create": "CreatePreOrderRequest", "order.price": "PriceCartRequest", "order.cancel": "CancelPreorderRequest",
    "order.update": "UpdatePreOrderRequest", "order.anonymous.create": "CreateAnonymousTransactionRequest",
    "customer.create": "EcomCustomerEdit", "customer.search": "CustomerSearchRequest",
}  # fmt: skip


@cache
def spec(contracts: Path) -> dict[str, Any]:
    (path,) = (contracts / "leaflogix" / "spec").glob("*.json")
    return dict(json.loads(path.read_text("utf-8")))


def operation(contracts: Path, request: httpx.Request) -> dict[str, Any]:
    found = spec(contracts)["paths"].get(request.url.path, {}).get(request.method.lower())
    assert found is not None, f"{request.method} {request.url.path} is not in the specification"
    return dict(found)


def validate(contracts: Path, schema: Mapping[str, Any], value: Any) -> None:
    resource = Resource.from_contents(spec(contracts), default_specification=DRAFT4)
    registry: Any = Registry().with_resource("urn:spec", resource)
    text = json.dumps(schema).replace('"#/', '"urn:spec#/')
    OAS30Validator(json.loads(text), registry=registry).validate(value)


def check(contracts: Path, request: httpx.Request) -> None:
    known = operation(contracts, request)
    names = {one["name"] for one in known.get("parameters", ()) if one["in"] == "query"}
    assert set(request.url.params.keys()) <= names, request.url.path
    assert request.headers["authorization"].startswith("Basic ")
    if not request.content:
        return
    assert request.headers["content-type"] == "application/json"
    schema = next(iter(known["requestBody"]["content"].values()))["schema"]
    body = json.loads(request.content)
    validate(contracts, schema, body)
    shape = spec(contracts)["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    assert set(body) <= set(shape["properties"]), "the service refuses nobody's typing mistakes"


class Answers(httpx.AsyncBaseTransport):
    """Holds each good answer of the simulator against the specification."""

    def __init__(self, inner: httpx.AsyncBaseTransport, contracts: Path) -> None:
        self._inner, self._contracts = inner, contracts
        self.held: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        content = await answer.aread()
        said = operation(self._contracts, request)["responses"]["200"].get("content", {})
        schema = next((one["schema"] for one in said.values()), None)
        if answer.status_code == 200 and schema is not None:
            self._hold(request, schema, json.loads(content))
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def _hold(self, request: httpx.Request, schema: dict[str, Any], body: Any) -> None:
        """Without a number, Status answers a list, as its text says and its schema does not."""
        if request.url.path == "/preorder/Status" and isinstance(body, list):
            schema = {"type": "array", "items": schema}
        validate(self._contracts, schema, body)
        self.held.add(request.url.path)


def lab(contracts: Path) -> tuple[Lab, Answers]:
    made = opened(LeaflogixSimulator(shop()))
    inner = made.http._own
    assert inner is not None
    answers = Answers(inner._transport, contracts)
    inner._transport = answers
    return made, answers


def coded(seed: int = 3) -> Order:
    """A sale with a code that took ten percent off."""
    ten = Discount(id="d1", code=TEN_PERCENT, name="Ten", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    return an_order([(1250, 2)], discounts=[ten], seed=seed)


async def test_a_sale_from_its_price_to_its_end(contracts: Path) -> None:
    leaf, answers = lab(contracts)
    order = sale(note="Leave at the door")
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    assert (await leaf.orders.find(order.reference, around=order.captured_at))[0].id == ref.id
    assert (await leaf.orders.update(ref.id, note="ring twice")).note == "ring twice"
    await leaf.orders.update_status(ref.id, OrderStatus.CANCELLED)
    other = coded()
    second = await leaf.orders.create(other, "key-2", leaf.context(await links(leaf)))
    leaf.simulator.orders.move(leaf.simulator.shop.orders[int(second.id)], "Complete")
    leaf.simulator.orders.lag_s = 0
    assert [one.id for one in await leaf.orders.find(other.reference)] == [second.id]
    await whole(leaf.orders.changed_since(None))
    for request in leaf.sent:
        check(contracts, request)
    (submitted, coded_one) = [json.loads(one.content) for one in leaf.asked("POST", "/preorder/submit")]
    assert "Leave at the door" in submitted["notes"]
    assert coded_one["redemptions"][0]["redemptionId"] == TEN_PERCENT
    assert submitted["transactionReference"] == order.reference
    wanted = {"/preorder/submit", "/preorder/price-cart", "/preorder/Status", "/guestlist", "/reporting/transactions",
              "/transaction/create-anonymous"}  # fmt: skip
    assert wanted <= answers.held


async def test_products_stock_people_and_codes(contracts: Path) -> None:
    leaf, answers = lab(contracts)
    pages = [page async for page in leaf.products.changed_since(None)]
    await whole(leaf.products.changed_since(pages[-1].cursor))
    await whole(leaf.stock.levels(None))
    leaf.simulator.hide_inventory = True
    await whole(leaf.stock.levels(None))
    jane = Customer(
        id="", first_name="Jane", last_name="Doe", email="jane.doe@example.com", phone="+13035550142",
        address=Address(line1="1 Elm St", city="Denver", region="CO", postcode="80203"),
        date_of_birth=date(1990, 4, 1), licence=Licence(number="D7", expires=date(2030, 1, 1)),
        medical_card=MedicalCard(number="MMJ-1", expires=date(2028, 1, 1)),
    )  # fmt: skip
    made = await leaf.people.create(jane, "key-c")
    await leaf.people.update(made.model_copy(update={"note": "likes tea"}))
    await leaf.people.find(phone=jane.phone, email=jane.email)
    await leaf.people.find_by_licence("D7")
    await leaf.people.find_by_licence("MMJ-1")
    pages_of_people = [page async for page in leaf.people.changed_since(None)]
    await whole(leaf.people.changed_since(pages_of_people[-1].cursor))
    await leaf.people.orders(made.id)
    await leaf.people.points(made.id)
    await whole(leaf.discounts.active())
    await leaf.services.probe()
    for request in leaf.sent:
        check(contracts, request)
    wanted = {"/products", "/inventory", "/reporting/inventory", "/customer/customer", "/customer/customers",
              "/customer/customers-paginated", "/customer/search", "/customer/customer-types", "/discounts/v2/list",
              "/reporting/loyalty-snapshot", "/whoami"}  # fmt: skip
    assert wanted <= answers.held


def test_the_contracts_own_requests_pass_and_a_mistake_does_not(contracts: Path) -> None:
    for name, schema in REQUESTS.items():
        body = json.loads((contracts / "leaflogix" / "examples" / f"{name}.request.json").read_text("utf-8"))
        shape = spec(contracts)["components"]["schemas"][schema]
        validate(contracts, {"$ref": f"#/components/schemas/{schema}"}, body)
        assert set(body) <= set(shape["properties"]), name


async def test_our_bodies_have_the_shape_of_the_contracts(contracts: Path) -> None:
    """No field that the examples do not have, beside those that only some orders need."""
    leaf = opened()
    await leaf.orders.create(coded(), "key-1", leaf.context(await links(leaf)))
    (sent,) = leaf.asked("POST", "/preorder/submit")
    example = json.loads((contracts / "leaflogix" / "examples" / "order.create.request.json").read_text("utf-8"))
    assert set(json.loads(sent.content)) == set(example)
    (asked,) = leaf.asked("POST", "/preorder/price-cart")
    assert set(json.loads(asked.content)) == {"cart", "isDelivery"}
