"""Every request that the services send, and every answer of the simulator, is one of the specification's."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped] # it brings no types
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from posbridge.domain.order import Order, TenderKind
from posbridge.sandbox.lightspeed import LightspeedSimulator
from posbridge.testing.builders import a_customer
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.lightspeed.bench import Lab, bench, links, orders_of

_SPEC = "urn:lightspeed"
_JSON = "application/json"


@cache
def spec(contracts: Path) -> dict[str, Any]:
    text = (contracts / "lightspeed" / "spec" / "lightspeed-k-series-cut.openapi.yml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def operation(contracts: Path, method: str, path: str) -> dict[str, Any]:
    """The operation with the fewest place holders that fits."""
    fitting = [
        (template.count("{"), item[method.lower()])
        for template, item in spec(contracts)["paths"].items()
        if method.lower() in item and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    assert fitting, (method, path)
    return dict(min(fitting, key=lambda pair: pair[0])[1])


def validate(contracts: Path, schema: dict[str, Any], value: Any) -> None:
    resource = Resource.from_contents(spec(contracts), default_specification=DRAFT202012)
    registry: Any = Registry().with_resource(_SPEC, resource)
    OAS31Validator(_absolute(schema), registry=registry).validate(value)


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _SPEC + value if key == "$ref" and str(value).startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(one) for one in schema] if isinstance(schema, list) else schema


def unknown_fields(contracts: Path, schema: Any, value: Any) -> set[str]:
    """Fields that the specification does not know: a typing mistake would pass in silence else."""
    if "$ref" in schema:
        schema = spec(contracts)["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        return {name for one in value for name in unknown_fields(contracts, schema.get("items", {}), one)}
    known = schema.get("properties")
    if not isinstance(value, dict) or not known:
        return set()
    inner = {name for key, one in value.items() if key in known for name in unknown_fields(contracts, known[key], one)}
    return (set(value) - set(known)) | inner


def check(contracts: Path, request: httpx.Request) -> None:
    found = operation(contracts, request.method, request.url.path)
    known = {one["name"]: one for one in found.get("parameters", ()) if one["in"] == "query"}
    assert set(request.url.params.keys()) <= set(known), request.url
    assert {name for name, one in known.items() if one.get("required")} <= set(request.url.params.keys())
    many = {name for name, one in known.items() if one["schema"]["type"] == "array"}
    for name, value in request.url.params.multi_items():
        limit = known[name]["schema"].get("maximum")
        assert limit is None or int(value) <= limit
        assert name in many or request.url.params.get_list(name) == [value]
    assert ("requestBody" in found) == bool(request.content)
    if request.content:
        assert request.headers["content-type"] == _JSON
        schema = found["requestBody"]["content"][_JSON]["schema"]
        body = json.loads(request.content)
        validate(contracts, schema, body)
        assert unknown_fields(contracts, schema, body) == set()


def local() -> Order:
    return sale(3, customer=a_customer(2)).model_copy(update={"extra": {"table_number": 3}})


async def everything(lab: Lab) -> None:
    """Each method of each service that calls something, once."""
    services, there = lab.services, await links(lab)
    assert None not in (services.products, services.inventory, services.discounts, services.webhooks)
    await services.probe()
    product = there["variant-1"].product_id
    await services.products.get(product)  # type: ignore[union-attr] # it has them all
    await whole(services.products.ids())  # type: ignore[union-attr]
    await whole(services.inventory.levels(None))  # type: ignore[union-attr]
    await whole(services.inventory.levels(None, [product]))  # type: ignore[union-attr]
    await whole(services.discounts.active())  # type: ignore[union-attr]
    await services.webhooks.subscribe("https://relay.example.com")  # type: ignore[union-attr]
    await services.webhooks.subscribe("https://relay.example.com/2")  # type: ignore[union-attr]
    split = [(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)]
    cheap = sale(4, lines=[(1, 1000, 1)], note="No onions")
    for order in (sale(1), sale(2, tenders=split, customer=a_customer(1)), local(), cheap):
        ref = await orders_of(lab).create(order, "key", lab.context(there))
        await orders_of(lab).get(ref.id)
        await orders_of(lab).find(order.reference, around=order.captured_at)
    hooks = services.webhooks
    said = {"type": "ORDER", "status": "SUCCESS", "thirdPartyReference": "P", "ikentooAccountIdentifier": "A17700.2"}
    hooks.parse(json.dumps(said).encode(), {})  # type: ignore[union-attr]
    await orders_of(lab).find("P")
    await whole(orders_of(lab).changed_since(None))


async def test_every_request_is_in_the_specification(contracts: Path) -> None:
    lab = bench(profile_dinein="AAP", staff_id="31930")
    await everything(lab)
    asked = [request for request in lab.sent if not request.url.path.endswith("/token")]
    for request in asked:
        check(contracts, request)
    seen = {operation(contracts, request.method, request.url.path)["operationId"] for request in asked}
    assert seen == {
        "itemsList", "itemsGet", "opBusinesses", "accountProfiles", "menuList", "menuLoad", "menuDiscounts",
        "itemAvailabilityPost", "orderLocal", "orderToGo", "pay", "getChecks", "getAccount", "webhookCreate",
        "webhookUpdate", "webhookGet", "webhookLocationAdd", "finBusinesses", "sales",
    }  # fmt: skip


async def test_bodies_have_the_fields_of_the_examples(contracts: Path) -> None:
    lab = bench(profile_dinein="AAP")
    await everything(lab)
    pairs = (("/toGo", "order.create"), ("/local", "order.create.local"), ("/pay", "payment.create"),
             ("/itemAvailability", "inventory.list"))  # fmt: skip
    for ending, name in pairs:
        text = (contracts / "lightspeed" / "examples" / f"{name}.request.json").read_text("utf-8")
        sample = json.loads(text)
        for request in lab.asked("POST", ending):
            body = json.loads(request.content)
            optional = {"orderNote", "maxTimeToAttemptOrderDeliverToPos", "accountProfileCode", "payment"}
            assert set(body) - optional <= set(sample), ending
            assert all(type(body[key]) is type(sample[key]) for key in set(body) & set(sample) - {"paymentAmount"})


@pytest.mark.parametrize(
    "path",
    [
        "/items/v1/items", "/items/v1/items/3012455001", "/o/op/data/businesses", "/o/op/data/account-profiles",
        "/o/op/1/menu/list", "/o/op/2/menu/load/141948669132851", "/o/op/1/menu/discounts", "/f/data/businesses",
        "/o/op/1/order/table/getCheck", "/o/op/1/order/accounts/A17700.2", "/o/op/1/order/accounts/A1",
        "/f/finance/45454565682155/paymentMethods", "/items/v1/items/1",
        "/f/v2/business-location/45454565682155/sales?from=2026-01-01T00:00:00Z&to=2026-12-30T00:00:00Z",
        "/f/v2/business-location/45454565682155/sales?from=yesterday&to=today",
    ],
)  # fmt: skip
async def test_the_simulators_answers_are_the_specifications(contracts: Path, path: str) -> None:
    lab = bench()
    there = lab.context(await links(lab))
    lab.simulator.till.sell("SKU-0001", 1)
    split = [(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)]
    lab.simulator.till.delay = 0
    await orders_of(lab).create(sale(1, tenders=split), "key", lab.context(there.links))
    access = str(lab.simulator.oauth.grant()["access_token"])
    answer = await _asked(lab.simulator, path, access)
    responses = operation(contracts, "GET", path.partition("?")[0])["responses"]
    validate(contracts, responses[str(answer.status_code)]["content"][_JSON]["schema"], answer.json())


async def _asked(simulator: LightspeedSimulator, path: str, access: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=simulator)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path, headers={"authorization": f"Bearer {access}"})


async def test_nobody_and_somebody_with_too_few_rights(contracts: Path) -> None:
    simulator = LightspeedSimulator(shop(), rate=0)
    answer = await _asked(simulator, "/o/op/1/menu/list", "unknown")
    assert answer.status_code == 401
    sample = json.loads((contracts / "lightspeed" / "examples" / "error.401.json").read_text("utf-8"))
    assert answer.json() == sample
    few = str(simulator.oauth.grant(("items",))["access_token"])
    assert (await _asked(simulator, "/o/op/1/menu/list", few)).status_code == 403
