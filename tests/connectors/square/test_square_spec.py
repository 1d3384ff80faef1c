"""Every request that the services send fits the official specification, field by field."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.square.calls import VERSION
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.customer import Address, Customer
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, Tender, TenderKind
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, an_order, tax_setup
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD, TEN_PERCENT
from tests.connectors.square.bench import Bench, bench
from tests.connectors.wired import Sent

#: Fields younger than the specification file (2025-08-20); the contract's facts, section 1.
NEWER = {"from_location_id", "to_location_id"}
GONE = {"location_id"}


@cache
def spec(contracts: Path) -> dict[str, Any]:
    (path,) = (contracts / "square" / "spec").glob("*.json")
    return dict(json.loads(path.read_text("utf-8")))


def operation(contracts: Path, sent: Sent) -> Any:
    for path, item in spec(contracts)["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", path)
        if re.fullmatch(pattern, sent.path) and sent.method.lower() in item:
            exact = "{" not in path
            if exact or sent.path not in spec(contracts)["paths"]:
                return item[sent.method.lower()]
    raise AssertionError(f"{sent.method} {sent.path} is not in the specification")


def schema_of(contracts: Path, sent: Sent) -> Any:
    return operation(contracts, sent)["requestBody"]["content"]["application/json"]["schema"]


def check(contracts: Path, sent: Sent) -> None:
    assert sent.headers["square-version"] == VERSION
    operation(contracts, sent)
    if sent.body is None:
        return
    assert sent.headers["content-type"] == "application/json"
    schema = schema_of(contracts, sent)
    resource = Resource.from_contents(spec(contracts), default_specification=DRAFT4)
    registry: Any = Registry().with_resource("urn:square", resource)
    whole_schema = {"$ref": "urn:square" + schema["$ref"]} if "$ref" in schema else schema
    OAS30Validator(whole_schema, registry=registry).validate(sent.body)
    assert unknown_fields(contracts, schema, sent.body) == set()


def unknown_fields(contracts: Path, schema: Any, value: Any) -> set[str]:
    """Fields of a body that the specification does not know: a typing mistake would pass in silence else."""
    if "$ref" in schema:
        schema = spec(contracts)["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "allOf" in schema:
        schema = spec(contracts)["components"]["schemas"][schema["allOf"][0]["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, list):
        return {name for one in value for name in unknown_fields(contracts, schema.get("items", {}), one)}
    known = schema.get("properties")
    if not isinstance(value, dict) or not known:
        return set()
    strange = set(value) - set(known) - NEWER
    return strange | {
        name for key, one in value.items() if key in known for name in unknown_fields(contracts, known[key], one)
    }


async def links(square: Bench) -> dict[str, RemoteVariant]:
    products = await whole(square.services.products.changed_since(None))  # type: ignore[union-attr] # it has them
    return {
        f"variant-{int(one.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=product.id, sku=one.sku)
        for product in products
        for one in product.variants
    }


def split_sale() -> Order:
    customer = Customer(id="c1", first_name="Ada")
    tenders = [
        Tender(id="t-cash", kind=TenderKind.CASH, amount=2000, tendered=2000),
        Tender(id="t-card", kind=TenderKind.CARD, amount=3170, brand="VISA", last_four="1111", reference="TRM-1"),
    ]
    return sale(tenders=tenders, customer=customer, note="Leave at the door")


async def test_a_sale_and_its_refund(contracts: Path) -> None:
    square, order = bench(), split_sale()
    there = await links(square)
    ref = await square.services.orders.create(order, "key-1", square.context(links=there, customer_id="CUST1"))
    refund = giving_back(order, [("line-1", 1)])
    square.steps = Steps()
    await square.services.orders.refund(refund, ref, "key-r", square.context(links=there))
    assert await square.services.orders.find_refund(refund, ref, steps=square.steps)
    assert await square.services.orders.find(order.reference, around=order.captured_at)
    await whole(square.services.orders.changed_since(None))
    await whole(square.services.orders.changed_since('{"since":"2026-01-01T00:00:00.000Z"}'))
    for sent in square.wire.sent:
        check(contracts, sent)
    (body,) = square.bodies("POST", "/v2/orders")
    assert (body["idempotency_key"], body["order"]["reference_id"]) == ("key-1", order.reference)
    assert body["order"]["customer_id"] == "CUST1"
    assert body["order"]["metadata"]["note"] == "Leave at the door"
    assert body["order"]["metadata"]["captured_at"] == order.captured_at.isoformat()
    assert [len(one["idempotency_key"]) <= 45 for one in square.bodies("POST", "/v2/payments")] == [True, True]
    (back,) = square.bodies("POST", "/v2/refunds")
    assert back["reason"].startswith(f"{refund.reference}/1 ")
    payments = square.simulator.payments.rows
    assert payments[back["payment_id"]]["reference_id"] == "t-card"
    (stock,) = square.bodies("POST", "/v2/inventory/changes/batch-create")
    assert stock["changes"][0]["adjustment"]["from_state"] == "UNLINKED_RETURN"
    assert square.simulator.stock_book()["SKU-0001"] == 39


async def test_rounding_is_evened_out_within_the_specification(contracts: Path) -> None:
    for order in (an_order([(5, 1)] * 9 + [(4, 1)], tax="9"), an_order([(5, 1)] * 9, tax="10"), an_order([0])):
        square = bench()
        await square.services.orders.create(order, "key-1", square.context())
        for sent in square.wire.sent:
            check(contracts, sent)


async def test_stock_customers_codes_and_cards(contracts: Path) -> None:
    square = bench()
    products, stock = square.services.products, square.services.inventory
    people, cards, codes = square.services.customers, square.services.gift_cards, square.services.discounts
    assert products and stock and people and cards and codes  # noqa: PT018 - for the types
    there = await whole(products.changed_since(None))
    await products.get(there[0].id)
    await whole(products.ids())
    variant = there[0].variants[0].id
    assert [one.quantity for one in await whole(stock.levels(None, [variant, "NEVERCOUNTED"]))] == [Decimal(40), None]
    pages = [page async for page in stock.levels(None)]
    await whole(stock.levels(pages[-1].cursor))
    reasons = ("received", "sold", "returned", "damaged", "correction")
    changes = [
        StockChange(variant_id=variant, delta=Decimal(sign), reason=reason) for reason in reasons for sign in (1, -1)
    ]
    await stock.adjust(changes, "key-s")
    new = Customer(id="ours-1", first_name="Grace", email="grace@example.com", phone="+12025550199",
                   address=Address(line1="1 Main Street", city="Springfield", country="US"))  # fmt: skip
    made = await people.create(new, "key-c")
    await people.update(made.model_copy(update={"note": "likes tea"}))
    await people.orders(made.id)
    pages_of_people = [page async for page in people.changed_since(None)]
    await whole(people.changed_since(pages_of_people[-1].cursor))
    basket = price(a_basket([a_line(1, 1250, 5)]), tax_setup("10"))
    await codes.validate(TEN_PERCENT, basket, square.simulator.clock.now())
    await whole(codes.active())
    move = await cards.redeem(CARD, Money(amount=500, currency="USD"), "k1", reference="P0")
    assert (await cards.find_move(CARD, "k1")) == move
    await cards.refund(CARD, Money(amount=100, currency="USD"), "k2", move_id=move.id)
    await cards.refund(CARD, Money(amount=50, currency="USD"), "k3")
    assert square.simulator.gift_cards_book()[0]["balance"] == 4650
    await square.services.probe()
    for sent in square.wire.sent:
        check(contracts, sent)


async def test_products_and_webhooks_and_states(contracts: Path) -> None:
    square = bench()
    products, hooks, orders = square.services.products, square.services.webhooks, square.services.orders
    assert products and hooks and orders  # noqa: PT018 - for the types
    variant = ProductVariant(id="", title="Regular", sku="NEW-1", price=Money(amount=700, currency="USD"))
    new = Product(id="", title="New & good", description="Two\nlines", variants=(variant,))
    ref = await products.push(new, "key-p")
    read = await products.get(ref.id)
    assert (read.title, read.description, read.variants[0].price) == (new.title, new.description, variant.price)
    await products.push(read.model_copy(update={"title": "Newer"}), "key-p2")
    assert (await products.get(ref.id)).title == "Newer"
    (made,) = await hooks.subscribe("https://relay.example.com/square")
    (again,) = await hooks.subscribe("https://relay.example.com/square")
    (moved,) = await hooks.subscribe("https://other.example.com/square")
    assert made.id == again.id == moved.id
    assert moved.url == "https://other.example.com/square"
    assert len(await hooks.subscriptions()) == 1
    line = {"name": "Lamp", "quantity": "1", "base_price_money": {"amount": 1599, "currency": "USD"}}
    sent = {"location_id": square.connection.location, "line_items": [line], "fulfillments": [{"type": "PICKUP"}]}
    open_order = square.simulator.orders.create({"order": sent})["order"]["id"]
    assert (await orders.update(open_order, note="ring twice")).note == "ring twice"
    assert (await orders.update_status(open_order, OrderStatus.READY)).status is OrderStatus.READY
    assert (await orders.update_status(open_order, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    for one in square.wire.sent:
        check(contracts, one)


def test_the_check_itself_sees_a_mistake(contracts: Path) -> None:
    body = {"idempotency_key": "k", "order": {"location_id": "L", "line_item": []}}
    headers = {"square-version": VERSION, "content-type": "application/json"}
    sent = Sent("POST", "/v2/orders", {}, headers, json.dumps(body).encode())
    with pytest.raises(AssertionError):
        check(contracts, sent)
    assert RemoteRef(id="x").number == ""
