"""Every request that the services send fits the official OpenAPI files: path, filters, body, field by field."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.exceptions import ValidationError
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.errors import NotFound
from posbridge.domain.basket import PricedBasket
from posbridge.domain.customer import Address, Customer
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, Tender, TenderKind
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD, TEN_PERCENT
from tests.connectors.bigcommerce.bench import Bench, bench
from tests.connectors.watched import now
from tests.connectors.wired import Sent

_PARTS = (
    ("/v2/orders", "orders.v2.oas2.yml"), ("/v2/coupons", "marketing.v2.yml"),
    ("/v2/gift_certificates", "marketing.v2.yml"), ("/v2/store", "store_information.v2.yml"),
    ("/v3/catalog/products", "products_catalog.v3.yml"), ("/v3/catalog/brands", "brands_catalog.v3.yml"),
    ("/v3/catalog/trees", "category-trees_catalog.v3.yml"), ("/v3/inventory/locations/", "inventory.v3.yml"),
    ("/v3/inventory/locations", "locations.v3.yml"), ("/v3/inventory", "inventory.v3.yml"),
    ("/v3/customers", "customers.v3.yml"), ("/v3/promotions", "promotions.v3.yml"),
    ("/v3/orders", "orders.v3.yml"), ("/v3/hooks", "webhooks.v3.yml"),
)  # fmt: skip
_EVERYWHERE = {"page", "limit"}


@cache
def spec(contracts: Path, name: str) -> dict[str, Any]:
    text = (contracts / "bigcommerce" / "spec" / name).read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(text, Loader=loader))


def resolved(document: Any, schema: Any) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/")]
        schema = found
    return schema


def operation(contracts: Path, sent: Sent) -> tuple[dict[str, Any], Any, Any]:
    """(document, path item, operation)."""
    name = next(file for start, file in _PARTS if sent.path.startswith(start))
    document, path = spec(contracts, name), sent.path[3:]
    for known, item in document["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", known), path) and sent.method.lower() in item:
            return document, item, item[sent.method.lower()]
    raise AssertionError(f"{sent.method} {sent.path} is not in {name}")


def check(contracts: Path, sent: Sent) -> None:
    document, item, found = operation(contracts, sent)
    assert sent.headers["accept"] == "application/json"
    assert sent.headers["x-auth-token"]
    known = [resolved(document, one) for one in [*item.get("parameters", []), *found.get("parameters", [])]]
    names = {one["name"] for one in known if one["in"] == "query"}
    assert set(sent.query) <= names | _EVERYWHERE, sent.path
    if sent.body is None:
        return
    assert sent.headers["content-type"] == "application/json"
    schema = resolved(document, found["requestBody"])["content"]["application/json"]["schema"]
    resource = Resource.from_contents(document, default_specification=DRAFT4)
    registry: Any = Registry().with_resource("urn:spec", resource)
    OAS30Validator(pointed(schema), registry=registry).validate(sent.body)
    assert unknown(document, schema, sent.body) == set()


def pointed(schema: Any) -> Any:
    """The schema with its references into the whole document."""
    if isinstance(schema, dict):
        return {key: f"urn:spec{one}" if key == "$ref" else pointed(one) for key, one in schema.items()}
    return [pointed(one) for one in schema] if isinstance(schema, list) else schema


def fields_of(document: Any, schema: Any) -> dict[str, list[Any]]:
    """The fields that a schema knows, through all its alternatives."""
    schema = resolved(document, schema)
    found: dict[str, list[Any]] = {}
    for key, one in schema.get("properties", {}).items():
        found.setdefault(key, []).append(one)
    for kind in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(kind, []):
            for key, ones in fields_of(document, part).items():
                found.setdefault(key, []).extend(ones)
    return found


def unknown(document: Any, schema: Any, value: Any) -> set[str]:
    """Fields of a body that the description does not know, or calls read-only: a slip would pass in silence else."""
    schema = resolved(document, schema)
    if isinstance(value, list):
        return {name for one in value for name in unknown(document, schema.get("items", {}), one)}
    known = fields_of(document, schema)
    if not isinstance(value, dict) or not known:
        return set()
    fixed = {name for name in value if any(resolved(document, one).get("readOnly") for one in known.get(name, []))}
    strange = (set(value) - set(known)) | fixed
    for key, one in value.items():
        if key in known:
            strange |= set.intersection(*(unknown(document, part, one) for part in known[key]))
    return strange


def fits(contracts: Path, store: Bench) -> None:
    assert store.wire.sent
    for sent in store.wire.sent:
        check(contracts, sent)


def split_sale() -> Order:
    home = Address(line1="12 Main Street", city="Austin", region="Texas", postcode="78701", country="US")
    customer = Customer(id="1", first_name="Ada", last_name="Lovelace", email="ada@example.com", address=home)
    tenders = [
        Tender(id="t-cash", kind=TenderKind.CASH, amount=2000, tendered=2500, change=500),
        Tender(id="t-card", kind=TenderKind.CARD, amount=3170, brand="VISA", last_four="1111", reference="TRM-1"),
    ]
    return sale(tenders=tenders, customer=customer, note="Leave at the door")


async def test_a_sale_and_its_refund(contracts: Path) -> None:
    store, order = bench(), split_sale()
    orders = store.services.orders
    assert orders
    ref = await orders.create(order, "key-1", store.context(customer_id="1"))
    refund = giving_back(order, [("line-1", 1)])
    store.steps = Steps()
    await orders.refund(refund, ref, "key-r", store.context())
    assert await orders.find_refund(refund, ref)
    assert await orders.find(order.reference, around=order.captured_at)
    assert await orders.find("P0NEVERMADE00000", around=order.captured_at) == []
    await whole(orders.changed_since(None))
    await orders.update(ref.id, note="Called back")
    await orders.update_status(ref.id, OrderStatus.COMPLETED)
    fits(contracts, store)
    (body,) = store.bodies("POST", "/v2/orders")
    assert (body["external_order_id"], body["customer_id"]) == (order.reference, 1)
    assert body["payment_method"] == "Cash + Card"
    assert body["payment_provider_id"] == "TRM-1"
    for words in (str(order.id), "Cash 20.00 USD (given 25.00, back 5.00)", "•••• 1111", "Leave at the door"):
        assert words in body["staff_notes"]
    (back,) = store.bodies("POST", f"/v3/orders/{ref.id}/payment_actions/refunds")
    assert back["items"][0]["reason"].split()[:2] == ["posbridge", refund.reference]
    assert Decimal(str(back["merchant_calculated_override"]["total_amount"])) * 100 == refund.amount
    assert store.simulator.stock_book()["SKU-0001"] == 39


async def test_free_lines_and_guests(contracts: Path) -> None:
    store, order = bench(walkin_zip="78701"), sale()
    store.links.clear()
    await store.services.orders.create(order, "key-1", store.context())  # type: ignore[union-attr] # there
    fits(contracts, store)
    (body,) = store.bodies("POST", "/v2/orders")
    assert body["billing_address"]["zip"] == "78701"
    assert "email" not in body["billing_address"]
    assert [line["sku"] for line in body["products"]] == ["SKU-0001", "SKU-0003"]
    assert all("product_id" not in line for line in body["products"])


async def test_goods_stock_and_the_probe(contracts: Path) -> None:
    store = bench()
    products, stock = store.services.products, store.services.inventory
    assert products and stock  # noqa: PT018 - for the types
    there = await whole(products.changed_since(None))
    await whole(products.changed_since('{"since": "2026-01-01T00:00:00+00:00"}'))
    await products.get(there[0].id)
    await whole(products.ids())
    variant = there[0].variants[0].id
    await whole(stock.levels(None, [variant]))
    await whole(stock.levels(None))
    await stock.adjust([StockChange(variant_id=variant, delta=Decimal(-1))], "adjust-1")
    await store.services.probe()
    fits(contracts, store)


async def test_customers_codes_cards_and_hooks(contracts: Path) -> None:
    store = bench()
    people, codes, cards, hooks = (
        store.services.customers, store.services.discounts, store.services.gift_cards, store.services.webhooks,
    )  # fmt: skip
    assert people and codes and cards and hooks  # noqa: PT018 - for the types
    home = Address(line1="12 Main Street", city="Austin", region="Texas", postcode="78701", country="US")
    new = Customer(id="", first_name="Grace", last_name="Hopper", email="grace@example.com", phone="+12025550107")
    made = await people.create(new.model_copy(update={"address": home}), "key-c")
    await people.update(made)
    for asked in ({"email": new.email}, {"phone": new.phone}, {"name": "Hopper"}):
        assert await people.find(**asked)
    await people.orders(made.id)
    await whole(people.changed_since(None))
    basket: PricedBasket = price(a_basket([a_line(1, 1250)]), tax_setup("10"))
    for code in (TEN_PERCENT, "NOSUCH"):
        await codes.validate(code, basket, now())
    await whole(codes.active())
    usd = Money(amount=100, currency="USD")
    await cards.redeem(CARD, usd, "redeem-1")
    await cards.refund(CARD, usd, "back-1")
    for _ in range(2):
        await hooks.subscribe("https://hooks.example.com/bigcommerce")
    assert all(one.active for one in await hooks.subscriptions())
    assert len(store.bodies("POST", "/v3/hooks")) == len(await hooks.subscriptions())
    with pytest.raises(NotFound):
        await people.get("999999")
    fits(contracts, store)


async def test_a_refund_needs_no_known_lines(contracts: Path) -> None:
    store, order = bench(), sale()
    orders = store.services.orders
    assert orders
    ref = await orders.create(order, "key-1", store.context())
    store.steps = Steps()
    refund = giving_back(order, [("line-3", 1)])
    await orders.refund(refund, RemoteRef(id=ref.id), "key-r", store.context())
    fits(contracts, store)
    assert store.booked["refunded"] == refund.amount


@pytest.mark.parametrize(
    "body",
    [{"products": [], "billing_address": {}}, {"status_id": "ten"}, {"item_total": 1}, {"external_id": "x"}],
)
def test_the_check_itself_refuses(contracts: Path, body: Any) -> None:
    content = json.dumps({"billing_address": {"zip": "78701"}, "products": [], **body}).encode()
    headers = {"accept": "application/json", "x-auth-token": "t", "content-type": "application/json"}
    with pytest.raises((ValidationError, AssertionError)):
        check(contracts, Sent("POST", "/v2/orders", {}, headers, content))
