"""Every document, every variable and every answer of the simulator, against the official schema."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from graphql import parse, validate

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.errors import NotFound
from posbridge.connectors.shopify import documents
from posbridge.domain.customer import Address, Customer
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD, FIVE_OFF, TEN_PERCENT
from tests.connectors.shopify.bench import Bench, bench
from tests.connectors.shopify.schema import Schema
from tests.connectors.watched import now

DOCUMENTS = {
    name: documents.bulk_products("gid://shopify/Location/1") if name == "BULK_PRODUCTS" else text
    for name, text in vars(documents).items()
    if re.fullmatch(r"[A-Z][A-Z_]*", name) and isinstance(text, str)
}


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_is_what_the_schema_knows(name: str, schema: Schema) -> None:
    assert [one.message for one in validate(schema.schema, parse(DOCUMENTS[name]))] == []


def test_keys_go_only_where_they_are_honoured() -> None:
    keyed = {name for name, text in DOCUMENTS.items() if "@idempotent" in text}
    assert keyed == {"ADJUST", "REFUND"}


async def test_all_that_is_sent_and_answered_is_in_the_schema(schema: Schema) -> None:
    shopify = bench()
    await everything(shopify)
    shopify.simulator.hooks.rows.clear()
    seen = {one.name for one in shopify.wire.sent if one.name}
    assert len(seen) >= 24
    for one in shopify.wire.sent:
        document, variables = one.body["query"], one.body["variables"]
        assert schema.request(document, variables) == [], one.name
        if one.answer and not one.answer.get("errors"):
            assert schema.answer(document, variables, one.answer["data"]) == [], one.name


async def everything(shopify: Bench) -> None:
    """One of each call."""
    services: Any = shopify.services
    await services.probe()
    products = await whole(services.products.changed_since(None))
    await whole(services.products.ids())
    await services.products.get(products[0].id)
    variant = products[0].variants[0]
    await whole(services.inventory.levels(None))
    await whole(services.inventory.levels(None, [variant.id]))
    await services.inventory.adjust([StockChange(variant_id=variant.id, delta=Decimal(2))], "stock-1")
    await selling(shopify, variant.id)
    await people(shopify)
    await services.webhooks.subscribe("http://127.0.0.1:9/hooks")
    await services.webhooks.subscribe("http://127.0.0.1:9/others")


async def selling(shopify: Bench, variant: str) -> None:
    orders: Any = shopify.services.orders
    buyer = Customer(id="1", first_name="Zoë", email="zoe@example.com", phone="+12025550188")
    order = sale(customer=buyer, note="Till one")
    links = {"variant-1": RemoteVariant(variant_id=variant)}
    ref = await orders.create(order, "key-1", shopify.context(links=links))
    assert [one.id for one in await orders.find(order.reference)] == [ref.id]
    await whole(orders.changed_since(None))
    await orders.update(ref.id, note="Changed")
    remote = await orders.get(ref.id)
    assert remote.customer is not None
    refund = giving_back(order, [("line-1", 1)])
    await orders.refund(refund, RemoteRef(id=ref.id), "key-r", shopify.context())
    assert await orders.find_refund(refund, RemoteRef(id=ref.id))
    await orders.update_status(ref.id, OrderStatus.CANCELLED)
    await shopify.services.customers.orders(remote.customer.id)  # type: ignore[union-attr] # it is there


async def people(shopify: Bench) -> None:
    services: Any = shopify.services
    where = Address(line1="1 Main St", city="Springfield", region="IL", postcode="62701", country="US")
    made = await services.customers.create(
        Customer(id="", first_name="Lin", last_name="Wu", email="lin@example.com", note="VIP", address=where), "key-c"
    )
    await services.customers.update(made.model_copy(update={"last_name": "Woo"}))
    assert (await services.customers.find(name="Lin"))[0].id == made.id
    await whole(services.customers.changed_since(None))
    with pytest.raises(NotFound):
        await services.customers.get("77")
    basket = price(a_basket([a_line(1, 1250, 2)]), tax_setup("10"))
    for code in (TEN_PERCENT, FIVE_OFF, "NONE"):
        await services.discounts.validate(code, basket, now())
    await whole(services.discounts.active())
    cards, five = services.gift_cards, Money(amount=500, currency="USD")
    await cards.balance(CARD)
    move = await cards.redeem(CARD, five, "r-1")
    await cards.refund(CARD, five, "b-1", move_id=move.id)
    assert await cards.find_move(CARD, "r-1")


async def test_a_whole_read_in_bulk_is_in_the_schema(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posbridge.connectors.shopify.products.BULK_FROM", 2)
    monkeypatch.setattr("posbridge.connectors.shopify.bulk._LOOKS", (0.0,))
    shopify = bench()
    await whole(shopify.services.products.changed_since(None))  # type: ignore[union-attr] # it is there
    for one in shopify.wire.sent:
        if one.name:
            assert schema.request(one.body["query"], one.body["variables"]) == [], one.name
            assert schema.answer(one.body["query"], one.body["variables"], one.answer["data"]) == [], one.name
    inner = shopify.named("BulkRun")[0].body["variables"]["query"]
    assert [one.message for one in validate(schema.schema, parse(inner))] == []


async def test_statuses_and_hand_over(schema: Schema) -> None:
    shopify = bench()
    orders: Any = shopify.services.orders
    order = sale()
    ref = await orders.create(order, "key-1", shopify.context())
    row = next(iter(shopify.simulator.orders.rows.values()))
    row.fulfilled, row.transactions, row.given = False, [], {**row.given, "financialStatus": "PENDING"}
    paid = await orders.update_status(ref.id, OrderStatus.PAID)
    assert paid.status is OrderStatus.PAID
    done = await orders.update_status(ref.id, OrderStatus.COMPLETED)
    assert done.status is OrderStatus.COMPLETED
    for one in shopify.wire.sent:
        assert schema.request(one.body["query"], one.body["variables"]) == [], one.name
        assert schema.answer(one.body["query"], one.body["variables"], one.answer["data"]) == [], one.name
    assert replace(row).marked_paid


def test_the_check_of_answers_sees_what_is_wrong(schema: Schema) -> None:
    text = "query A($id: ID!) { order(id: $id) { id taxesIncluded totalPriceSet { shopMoney { amount } } note } }"
    good = {"order": {"id": "gid://shopify/Order/1", "taxesIncluded": True, "note": None,
                      "totalPriceSet": {"shopMoney": {"amount": "1.0"}}}}  # fmt: skip
    assert schema.answer(text, {}, good) == []
    for name, value in (("id", 5), ("taxesIncluded", None), ("note", 1.5), ("more", "x"), ("totalPriceSet", {})):
        assert schema.answer(text, {}, {"order": {**good["order"], name: value}}), name
    assert schema.request(text, {"id": None})
    assert schema.request("{ order(id: 1) { nothing } }", {})
