"""Every request that the services send is one of Toast's files: path, query, header, body, and nothing read-only."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped] # has no stubs here
from jsonschema import Draft4Validator  # type: ignore[import-untyped] # has no stubs here

from posbridge.connectors.errors import OutcomeUnknown
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.domain.pricing import price
from posbridge.sandbox.toast import Options, ToastSimulator
from posbridge.testing.builders import a_basket, a_customer, a_line, tax_setup
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import TEN_PERCENT
from tests.connectors.toast.lab import linked, toast, whole
from tests.connectors.watched import Bench, now

FILES = {
    "/authentication/v1": "toast-authentication-1.0.0.yml", "/config/v2": "toast-config-v2-2.2.0.yml",
    "/menus/v2": "toast-menus-v2-2.4.1.yml", "/menus/v3": "toast-menus-v3-3.0.0.yml",
    "/orders/v2": "toast-orders-v2-2.9.0.yml", "/partners/v1": "toast-partners-v1-1.0.1.yml",
    "/restaurants/v1": "toast-restaurants-v1-1.0.0.yml", "/stock": "toast-stock-v1-1.0.0.yml",
}  # fmt: skip
#: The test call's order of nothing is no order on purpose: it only shows whether we may ask.
NOTHING = b'{"checks":[]}'
#: A payment's type is for both; only some of its values are for answers.
BOTH_WAYS = {"type"}
#: Members that the orders file calls response only, and we send none of.
_READ_ONLY = "response only"


@cache
def spec(contracts: Path, name: str) -> dict[str, Any]:
    """A file; references need no GUID and no type, as Toast's own samples have it (facts, section 5)."""
    found: dict[str, Any] = yaml.safe_load((contracts / "toast" / "spec" / name).read_text(encoding="utf-8"))
    found.get("definitions", {}).get("ToastReference", {}).pop("required", None)
    return found


def home(path: str) -> tuple[str, str]:
    return next((base, name) for base, name in FILES.items() if path.startswith(f"{base}/"))


def operation(contracts: Path, request: httpx.Request) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The file, the operation and its path there."""
    base, name = home(request.url.path)
    paths = spec(contracts, name)["paths"]
    inner = request.url.path.removeprefix(base)
    fitting = [one for one in paths if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one)), inner)]
    assert fitting, request.url.path
    path = min(fitting, key=lambda one: one.count("{"))
    assert request.method.lower() in paths[path], (request.method, path)
    return spec(contracts, name), paths[path][request.method.lower()], path


def schema_of(file: dict[str, Any], called: dict[str, Any]) -> dict[str, Any] | None:
    for one in called.get("parameters", []):
        if one.get("in") == "body":
            return dict(one["schema"])
    content = called.get("requestBody", {}).get("content", {})
    found = content.get("application/json", {}).get("schema")
    return None if found is None else dict(found)


def answer_schema(called: dict[str, Any]) -> dict[str, Any] | None:
    good = called["responses"].get("200", {})
    found = good.get("schema") or good.get("content", {}).get("application/json", {}).get("schema")
    return None if found is None else dict(found)


def problems(file: dict[str, Any], schema: dict[str, Any], body: Any) -> list[str]:
    root = {**schema, "definitions": file.get("definitions", {}), "components": file.get("components", {})}
    return [f"{'/'.join(map(str, one.path))}: {one.message[:150]}" for one in Draft4Validator(root).iter_errors(body)]


def without_notes(body: Any) -> Any:
    """A special request has no item, whatever the file requires of selections (facts, section 5)."""
    if isinstance(body, dict):
        return {key: without_notes(value) for key, value in body.items()}
    if isinstance(body, list):
        kept = [one for one in body if not (isinstance(one, dict) and one.get("selectionType") == "SPECIAL_REQUEST")]
        return [without_notes(one) for one in kept]
    return body


async def everything(far: Bench[ToastSimulator]) -> None:
    """Each method of each service, once."""
    services, order = far.services, sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    assert services.products
    assert services.inventory
    assert services.orders
    assert services.discounts
    await services.probe()
    products = await whole(services.products.changed_since(None))
    await whole(services.products.ids())
    await services.products.get(products[0].id)
    variant = products[0].variants[0].id
    await whole(services.inventory.levels(None))
    await whole(services.inventory.levels(None, [variant]))
    await services.inventory.adjust([StockChange(variant_id=variant, delta=Decimal(-2))], "k")
    await services.inventory.adjust([StockChange(variant_id=variant, delta=Decimal(-38))], "l")
    ref = await services.orders.create(order, "key", linked(far))
    custom = sale(2, lines=[(1, 1200, 2), (77, 333, 3)], customer=a_customer(), note="Ring")
    await services.orders.create(custom, "key-2", linked(far))
    await services.orders.find(order.reference, around=order.captured_at)
    await whole(services.orders.changed_since(None))
    await services.orders.update_status(ref.id, OrderStatus.CANCELLED)
    basket = price(a_basket([a_line(1, 1250, 1, variant_id=variant)]), tax_setup("10"))
    assert (await services.discounts.validate(TEN_PERCENT, basket, now())).valid
    await whole(services.discounts.active())


async def added_to(far: Bench[ToastSimulator]) -> None:
    """Payments and a discount that are added to an order that is there."""
    assert far.services.orders
    steps = Steps()
    far.simulator.faults.plan("500", method="POST")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(sale(), "key", linked(far, steps))
    far.simulator.set_price("SKU-0001", 1399)
    await far.services.orders.create(sale(), "key", linked(far, steps))


async def test_what_is_added_to_an_order_is_as_the_file_and_the_examples_have_it(contracts: Path) -> None:
    made = toast(options=Options(payments=False))
    await added_to(made)
    for ending in ("payments", "appliedDiscounts"):
        (request,) = made.asked("POST", f"/{ending}")
        file, called, path = operation(contracts, request)
        schema, body = schema_of(file, called), json.loads(request.content)
        assert schema is not None
        assert problems(file, schema, body) == [], path
    sample = json.loads((contracts / "toast" / "examples" / "order.add_payment.request.json").read_text("utf-8"))
    assert set(sample[0]) <= set(json.loads(made.asked("POST", "/payments")[0].content)[0])


@pytest.fixture
async def far() -> Bench[ToastSimulator]:
    made = toast()
    await everything(made)
    return made


async def test_every_request_is_one_of_the_files(contracts: Path, far: Bench[ToastSimulator]) -> None:
    seen = set()
    for request in far.sent:
        file, called, path = operation(contracts, request)
        seen.add((request.method, path))
        known = {one.get("name") for one in called.get("parameters", []) if one.get("in") == "query"}
        assert set(request.url.params) <= known, (path, request.url.params)
        schema = schema_of(file, called)
        if request.content and schema is not None and request.content != NOTHING:
            assert problems(file, schema, without_notes(json.loads(request.content))) == [], path
            assert request.headers["content-type"] == "application/json"
    assert {("POST", "/prices"), ("POST", "/orders"), ("GET", "/ordersBulk"), ("POST", "/orders/{orderGuid}/void"),
            ("POST", "/applicableDiscounts"), ("PUT", "/v1/inventory/update"), ("GET", "/menus")} <= seen  # fmt: skip


async def test_every_call_for_data_names_the_restaurant(far: Bench[ToastSimulator]) -> None:
    for request in far.sent:
        named = "toast-restaurant-external-id" in request.headers
        assert named is not request.url.path.startswith(("/authentication", "/partners")), request.url.path
        assert ("authorization" in request.headers) is not request.url.path.startswith("/authentication")


async def test_nothing_that_toast_alone_says_is_sent(contracts: Path, far: Bench[ToastSimulator]) -> None:
    definitions = spec(contracts, FILES["/orders/v2"])["definitions"]
    for request in far.asked("POST", "/orders/v2/orders"):
        order = json.loads(request.content)
        assert only(definitions, "Order", order) == []
        for check in order["checks"]:
            assert only(definitions, "Check", check) == []
            assert [one for row in check["selections"] for one in only(definitions, "Selection", row)] == []
            assert [one for row in check["payments"] for one in only(definitions, "Payment", row)] == []


def only(definitions: dict[str, Any], name: str, body: dict[str, Any]) -> list[str]:
    """Members of a body that the file calls response only."""
    members: dict[str, Any] = {}
    for one in definitions[name].get("allOf", [definitions[name]]):
        members |= one.get("properties", {})
    return [
        key for key in body.keys() - BOTH_WAYS
        if members.get(key, {}).get("readOnly") or _READ_ONLY in str(members.get(key, {}).get("description")).lower()
    ]  # fmt: skip


async def test_bodies_have_the_members_of_the_examples(contracts: Path, far: Bench[ToastSimulator]) -> None:
    sample = json.loads((contracts / "toast" / "examples" / "order.create.request.json").read_text(encoding="utf-8"))
    sent = json.loads(far.asked("POST", "/orders/v2/orders")[0].content)
    assert set(sample) == set(sent)
    given, ours = sample["checks"][0], sent["checks"][0]
    assert set(given) - set(ours) <= {"customer"}
    assert set(given["selections"][0]) == set(ours["selections"][0])
    assert set(given["payments"][0]) <= set(ours["payments"][0])


async def test_the_simulators_answers_are_those_of_the_files(contracts: Path) -> None:
    """What stands in for Toast keeps to Toast's files too; members that they call required but Toast nulls aside."""
    made = toast()
    await everything(made)
    for request in made.sent:
        file, called, path = operation(contracts, request)
        schema = answer_schema(called)
        if schema is None or request.method not in ("GET", "POST"):
            continue
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made.simulator)) as client:
            reply = await client.request(request.method, request.url, content=request.content, headers=headers)
        if reply.status_code == 200:
            found = [one for one in problems(file, schema, _without_nulls(reply.json())) if "required" not in one]
            assert found == [], (path, found[:3])


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value
