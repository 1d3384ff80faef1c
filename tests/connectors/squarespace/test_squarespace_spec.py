"""Every request that the services send fits the official description, field by field."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import OrderStatus
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import CUP, SHIRT, sale
from posbridge.testing.conformance.shop import TEN_PERCENT
from tests.connectors.squarespace.bench import Bench, bench
from tests.connectors.squarespace.spec import spec_of
from tests.connectors.squarespace.test_squarespace_signin import signed_in
from tests.connectors.watched import links_of

BUYER = Customer(
    id="c1", first_name="Zoë", last_name="O’Hara", email="zoe@example.com", phone="+12025550177",
    address=Address(line1="459 Broadway", city="New York", region="NY", postcode="10003", country="us"),
)  # fmt: skip


def check(contracts: Path, made: Bench) -> set[str]:
    """All requests against the description; the empty ones of the connection test are no real requests."""
    spec = spec_of(contracts)
    for sent in made.wire.sent:
        if sent.body != {} and not sent.path.startswith("/api/1/login"):
            spec.check_request(sent.method, sent.path, sent.body, sent.headers, sent.query)
    return spec.seen


async def test_a_sale(contracts: Path) -> None:
    made = bench()
    discount = Discount(id="d", code="SUMMER10", name="Summer sale", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    order = sale(lines=[CUP, SHIRT, (77, 333, 3)], customer=BUYER, discounts=[discount], note="Leave at the door")
    ref = await made.services.orders.create(order, "key-1", await made.context())
    await made.services.orders.get(ref.id)
    await made.services.orders.find(order.reference, around=order.captured_at)
    await whole(made.services.orders.changed_since(None))
    check(contracts, made)
    (sent,) = made.imports()
    assert sent.headers["idempotency-key"] == "key-1"
    body = sent.body
    assert body["externalOrderReference"] == f"{order.reference} {order.id}"
    assert (body["fulfillmentStatus"], body["inventoryBehavior"]) == ("FULFILLED", "DEDUCT")
    assert body["shopperFulfillmentNotificationBehavior"] == "SKIP"
    assert (body["customerEmail"], body["billingAddress"]["countryCode"]) == ("zoe@example.com", "US")
    assert [line["lineItemType"] for line in body["lineItems"]] == ["PHYSICAL_PRODUCT"] * 2 + ["CUSTOM"]
    assert all(("title" in line) == (line["lineItemType"] == "CUSTOM") for line in body["lineItems"])
    assert body["discountLines"] == [
        {"name": "Summer sale", "amount": {"currency": "USD", "value": "5.70"}, "promoCode": "SUMMER10"}
    ]


async def test_it_says_what_the_contracts_example_says(contracts: Path) -> None:
    """The same members as the counter sale of the contract, but for those that we have nothing for."""
    path = contracts / "squarespace" / "examples" / "order.create.pos.request.json"
    example = json.loads(path.read_text("utf-8"))
    made = bench()
    await made.services.orders.create(sale(customer=BUYER), "key-1", await made.context())
    (sent,) = made.imports()
    assert set(example) - set(sent.body) == set()
    for name in ("grandTotal", "subtotal", "taxTotal", "discountTotal", "shippingTotal"):
        assert set(sent.body[name]) == set(example[name])
        assert isinstance(sent.body[name]["value"], str)


async def test_goods_and_stock(contracts: Path) -> None:
    made = bench()
    there = await links_of(made.services)
    one, two = there["variant-1"], there["variant-3"]
    products = made.services.products
    await products.get(one.product_id)
    await whole(products.ids())
    pages = [page async for page in products.changed_since(None)]
    await whole(products.changed_since(pages[-1].cursor))
    stock = made.services.inventory
    changes = [
        StockChange(variant_id=one.variant_id, delta=Decimal(-1)),
        StockChange(variant_id=two.variant_id, delta=Decimal(3)),
    ]
    await stock.adjust(changes, "adjust-1")
    await whole(stock.levels(None))
    await whole(stock.levels(None, [one.variant_id, two.variant_id]))
    check(contracts, made)
    (body,) = made.bodies("POST", "/1.0/commerce/inventory/adjustments")
    assert body == {
        "decrementOperations": [{"variantId": one.variant_id, "quantity": 1}],
        "incrementOperations": [{"variantId": two.variant_id, "quantity": 3}],
    }


async def test_contacts_and_codes(contracts: Path) -> None:
    made = bench()
    customers = made.services.customers
    known = await customers.create(BUYER, "key-c")
    assert known.address is not None
    assert (known.phone, known.address.line1) == (BUYER.phone, "459 Broadway")
    changed = known.model_copy(update={"last_name": "Ohara", "phone": "+12025550199"})
    again = await customers.update(changed)
    assert (again.last_name, again.phone) == ("Ohara", "+12025550199")
    assert (await customers.get(known.id)).phone == "+12025550199"
    await customers.find(email="zoe@example.com")
    await customers.find(name="Zoë")
    await customers.find(phone="+12025550199")
    await customers.orders(known.id)
    await whole(customers.changed_since(None))
    line = a_line(1, 1250, 2)
    basket = price(a_basket([line]), tax_setup("10"))
    answer = await made.services.discounts.validate(TEN_PERCENT, basket, made.simulator.clock.now())
    assert answer.valid
    await whole(made.services.discounts.active())
    check(contracts, made)
    patch = next(sent for sent in made.wire.sent if sent.method == "PATCH")
    assert patch.headers["content-type"] == "application/merge-patch+json"


async def test_handing_over(contracts: Path) -> None:
    made = bench()
    (variant, *_) = made.simulator.seeder.variants.values()
    ident = made.simulator.orders.sell(variant, 1)
    remote = await made.services.orders.update_status(ident, OrderStatus.COMPLETED)
    assert remote.status is OrderStatus.COMPLETED
    check(contracts, made)


async def test_the_connection_test(contracts: Path) -> None:
    made = bench()
    probe = await made.services.probe()
    assert (probe.currency, probe.timezone, probe.missing) == ("USD", "America/New_York", ())
    assert probe.settings["country"] == "US"
    check(contracts, made)
    empty = [sent for sent in made.wire.sent if sent.body == {}]
    assert {sent.path for sent in empty} == {"/1.0/commerce/orders", "/1.0/commerce/inventory/adjustments"}
    assert all("idempotency-key" not in sent.headers for sent in empty)
    assert made.simulator.orders_book() == []


async def test_webhooks(contracts: Path) -> None:
    made, _ = signed_in()
    hooks = made.services.webhooks
    (first,) = await hooks.subscribe("https://till.example.com/hooks")
    assert len(first.secret) == 64
    assert first.secret not in repr(first)
    (same,) = await hooks.subscribe("https://till.example.com/hooks")
    assert (same.id, same.secret) == (first.id, "")
    assert [one.id for one in await hooks.subscriptions()] == [first.id]
    check(contracts, made)


async def test_all_that_is_used_was_checked(contracts: Path) -> None:
    """The tests above, once more in one place, send each operation that the connector has."""
    for each in (test_a_sale, test_goods_and_stock, test_contacts_and_codes, test_handing_over, test_webhooks):
        await each(contracts)
    assert spec_of(contracts).seen >= {
        "createOrder", "getOrder", "getOrders", "fulfillOrder", "getProducts", "getSpecificProducts", "getStorePages",
        "getInventoryItems", "getSpecificInventoryItems", "adjustInventoryStockLevels", "createContact", "patchContact",
        "getContact", "getContacts", "queryContacts", "createAddressBookEntry", "updateAddressBookEntry",
        "listDiscounts", "createWebhookSubscription", "getWebhookSubscriptions",
    }  # fmt: skip
