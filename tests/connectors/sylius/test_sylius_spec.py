"""Every request that the services send is one of the shop's own document (2.1.6): path, query, body, content type."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from posbridge.connectors.contract import RemoteRef, SendContext
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.customer import Customer
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import TEN_PERCENT
from tests.connectors.sylius.bench import Bench, bench
from tests.connectors.watched import now

_SPEC = "urn:sylius"
#: The document calls a time filter of orders by its sub-names; facts chapter 5c and recorded 104 have it so as well.
_OPEN_QUERIES = {"localeCode"}


@cache
def spec(contracts: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((contracts / "sylius" / "spec" / "openapi-2.1.6.json").read_text("utf-8"))
    return found


def pattern(path: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))


def operation(contracts: Path, request: httpx.Request) -> tuple[str, dict[str, Any]]:
    """The document's path with the fewest place holders that fits, with its operation."""
    where = request.url.path
    fitting = [path for path in spec(contracts)["paths"] if re.fullmatch(pattern(path), where)]
    assert fitting, where
    path = min(fitting, key=lambda found: found.count("{"))
    assert request.method.lower() in spec(contracts)["paths"][path], (request.method, path)
    return path, spec(contracts)["paths"][path][request.method.lower()]


async def everything(far: Bench) -> None:
    """Each method of each service, once."""
    services, order, context = far.services, sale(1), far.context(steps=Steps())
    orders, customers, products = services.orders, services.customers, services.products
    assert None not in (orders, customers, products, services.inventory, services.discounts)
    await services.probe()
    await whole(products.changed_since(None))
    await whole(products.ids())
    await products.get("sized")
    await whole(services.inventory.levels(None))
    await whole(services.inventory.levels(None, ["SKU-0001"]))
    await services.inventory.adjust([StockChange(variant_id="SKU-0001", delta=Decimal(-2))], "k")
    ref = await orders.create(order, "key", context)
    await orders.find(order.reference, around=order.captured_at)
    await whole(orders.changed_since(None))
    links = context.links
    await orders.refund(giving_back(order, [("line-1", 2), ("line-3", 1)]), ref, "r", SendContext(Steps(), links))
    second = await orders.create(sale(2), "key-2", far.context(steps=Steps()))
    await orders.update_status(second.id, OrderStatus.COMPLETED)
    await _half_made(far)
    made = await customers.create(Customer(id="", first_name="N", email="n@example.com", phone="+12025550188"), "c")
    await customers.update(made.model_copy(update={"last_name": "Nguyễn"}))
    for asked in ({"email": "n@example.com"}, {"phone": "+12025550188"}, {"name": "Nguyễn"}):
        assert await customers.find(**asked)
    await customers.orders(made.id)
    await whole(customers.changed_since(None))
    basket = price(a_basket([a_line(1, 1250, 1, variant_id="SKU-0001", product_id="plain")]), tax_setup("10"))
    assert (await services.discounts.validate(TEN_PERCENT, basket, now())).valid
    await whole(services.discounts.active())
    await _pushed(far)


async def _half_made(far: Bench) -> None:
    """A cart of an earlier try that holds too little of one article and another that was not sold."""
    assert far.services.orders
    order, steps = sale(3), Steps(die_after=1)
    with pytest.raises(Killed):
        await far.services.orders.create(order, "k3", far.context(steps=steps))
    token = steps.kept["order"]
    for code in ("SKU-0001", "SKU-0004"):
        body = {"productVariant": code, "quantity": 1}
        await far.http.write("POST", f"shop/orders/{token}/items", json=body, signed=False)
    await far.services.orders.create(order, "k3", far.context(steps=steps.after_restart()))


async def _pushed(far: Bench) -> None:
    assert far.services.products
    variant = ProductVariant(id="", sku="NEW-1", price=Money(amount=990, currency="USD"), inventory_quantity=Decimal(4))
    product = Product(id="", title="Neu & schön", variants=(variant,))
    ref = await far.services.products.push(product, "key-p")
    assert ref == RemoteRef(id="key_p")
    priced = variant.model_copy(update={"id": "NEW-1", "price": Money(amount=1090, currency="USD")})
    await far.services.products.push(product.model_copy(update={"id": ref.id, "variants": (priced,)}), "key-q")
    again = await far.services.products.get(ref.id)
    assert [v.price for v in again.variants] == [Money(amount=1090, currency="USD")]


@pytest.fixture
async def requests() -> list[httpx.Request]:
    far = bench()
    await everything(far)
    return far.sent


async def test_every_request_is_one_of_the_document(contracts: Path, requests: list[httpx.Request]) -> None:
    held = spec(contracts)
    known = Registry().with_resource(_SPEC, Resource.from_contents(held, default_specification=DRAFT202012))
    seen: set[tuple[str, str]] = set()
    for request in requests:
        path, found = operation(contracts, request)
        seen.add((request.method, path))
        names = {parameter["name"] for parameter in found.get("parameters", [])}
        assert set(request.url.params) <= names | _OPEN_QUERIES, (path, set(request.url.params) - names)
        if request.method == "GET" or not found.get("requestBody"):
            continue
        kinds = found["requestBody"]["content"]
        kind = request.headers["content-type"].split(";")[0]
        assert kind in kinds, (path, kind)
        schema = {"$ref": f"{_SPEC}{kinds[kind]['schema']['$ref']}"} if "$ref" in kinds[kind]["schema"] else {}
        body = json.loads(request.content)
        errors = [
            wrong for wrong in OAS31Validator(schema, registry=known).iter_errors(body) if not _kept(request, wrong)
        ]
        assert not errors, (path, errors[0].message)
        _require_known_fields(held, kinds[kind]["schema"], body, path)
    assert len(seen) >= 40, sorted(seen)


def _kept(request: httpx.Request, wrong: Any) -> bool:
    """A PUT may leave fields out, whatever the document says: they stay (recorded 050, 066)."""
    return request.method == "PUT" and wrong.validator == "required"


def _require_known_fields(held: dict[str, Any], schema: dict[str, Any], body: Any, path: str) -> None:
    """Sylius ignores what it does not know, so a misspelt field would be lost without a word."""
    while "$ref" in schema:
        schema = held["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in schema.get("allOf", [schema]):
        properties = part.get("properties")
        if properties and isinstance(body, dict):
            assert set(body) <= set(properties), (path, set(body) - set(properties))


async def test_tokens_go_where_they_belong(requests: list[httpx.Request]) -> None:
    for request in requests:
        admin = "/api/v2/admin/" in request.url.path and not request.url.path.endswith("/token")
        assert ("authorization" in request.headers) == admin, request.url.path
        if request.method == "PATCH":
            assert request.headers["content-type"] == "application/merge-patch+json"
            assert request.content == request.content.strip() != b"", "a body is needed, even an empty one"
        assert request.headers["accept"] in ("application/ld+json", "application/json")


async def test_the_bodies_of_a_sale_are_those_recorded(contracts: Path) -> None:
    """Field for field what the real shop was sent (recorded 080–091, 110, 112)."""
    far = bench()
    assert far.services.orders
    await far.services.orders.create(sale(1), "key", far.context())
    recorded = contracts / "sylius" / "examples" / "recorded"
    for number, method, ending in (
        ("082", "POST", "/items"), ("090", "PATCH", "/payments/1"), ("089", "PATCH", "/shipments/1"),
    ):  # fmt: skip
        (path,) = recorded.glob(f"{number}-*.json")
        theirs = json.loads(path.read_text("utf-8"))["request"]["body"]
        ours = json.loads(far.asked(method, ending)[0].content)
        assert {key: type(value) for key, value in ours.items()} == {key: type(value) for key, value in theirs.items()}
    steps = [(r.method, r.url.path.rpartition("/")[2]) for r in far.sent if r.method != "GET"]
    token = far.booked[0]["id"]
    assert steps == [
        ("POST", "token"), ("POST", "orders"), ("POST", "items"), ("POST", "items"), ("PUT", token), ("PATCH", "1"),
        ("PATCH", "1"), ("PATCH", "complete"), ("PATCH", "complete"), ("PATCH", "ship"),
    ]  # fmt: skip
