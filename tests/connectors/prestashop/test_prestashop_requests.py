"""Every request that the services make, against the shop's own schema of its resources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from posbridge.connectors.contract import RemoteRef
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.customer import Customer
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.prestashop.resources import RESOURCES
from posbridge.testing.conformance.base import now, whole
from posbridge.testing.conformance.selling import giving_back, sale
from tests.connectors.prestashop.bench import Bench, Sent, bench

#: Fields of the web service that stand in no synopsis of the contract.
_BESIDE = {"configurations": {"id", "name", "value"}}


class Schema:
    """The synopsis of one resource: fields with their attributes, and the fields of its associations."""

    def __init__(self, folder: Path, resource: str) -> None:
        self.resource = resource
        file = folder / "prestashop" / "spec" / "schema" / f"{resource}.synopsis.xml"
        self.fields: dict[str, dict[str, str]] = {name: {} for name in _BESIDE.get(resource, ())}
        self.groups: dict[str, set[str]] = {}
        if not file.exists():
            return
        (root,) = ElementTree.parse(file).getroot()
        for node in root:
            if node.tag == "associations":
                self.groups = {group.tag: {leaf.tag for row in group for leaf in row} for group in node}
            else:
                self.fields[node.tag] = dict(node.attrib)

    def check(self, one: Sent) -> None:
        """Fails for an unknown or read-only field, a missing required one, a value that is too long."""
        for element in one.objects:
            assert element.tag == RESOURCES[self.resource].element
            given = {node.tag: node for node in element if node.tag != "associations"}
            unknown = set(given) - set(self.fields) - {"id"}
            assert unknown == set(), f"{one.method} {one.path}: {unknown}"
            for name, node in given.items():
                rules = self.fields.get(name, {})
                assert rules.get("readOnly") != "true", f"{one.path}: {name} is read-only"
                text = "".join(node.itertext())
                assert len(text) <= int(rules.get("maxSize", "10000000")), f"{one.path}: {name} is too long"
                if rules.get("format") in ("isUnsignedId", "isUnsignedInt"):
                    assert text.isdecimal(), f"{one.path}: {name} is {text!r}"
            if one.method == "POST":
                missing = {n for n, rules in self.fields.items() if rules.get("required") == "true"} - set(given)
                assert missing == set(), f"{one.path}: {missing}"
            self._groups(element, one)

    def _groups(self, element: ElementTree.Element, one: Sent) -> None:
        for group in element.findall("associations/*"):
            assert group.tag in self.groups, f"{one.path}: {group.tag}"
            for row in group:
                assert {leaf.tag for leaf in row} <= self.groups[group.tag], f"{one.path}: {group.tag}"

    def query(self, one: Sent) -> None:
        """Filters, sorting and display name fields that there are; times only with date=1 (recorded 120, 121)."""
        asked = [match[1] for name in one.query if (match := re.fullmatch(r"filter\[(\w+)\]", name))]
        display = one.query.get("display", "full")
        shown = [] if display == "full" else display.strip("[]").split(",")
        assert set(asked) | set(shown) <= {*self.fields, "id"}, f"{one.path}: {one.query}"
        assert "date_upd" not in asked or one.query.get("date") == "1"
        assert "sort" in one.query or "limit" not in one.query
        assert one.query.get("output_format") == "JSON"


async def everything(shop: Bench) -> None:
    """One call of each kind."""
    services, order = shop.services, sale(1)
    assert services.products is not None
    assert services.inventory is not None
    assert services.orders is not None
    assert services.customers is not None
    assert services.discounts is not None
    await services.probe()
    pages = [page async for page in services.products.changed_since(None)]
    await whole(services.products.changed_since(pages[-1].cursor))
    await whole(services.products.ids())
    product = await services.products.get(pages[0].items[0].id)
    await services.products.push(product, "push-1")
    new = ProductVariant(id="", sku="NEW-1", price=Money(amount=500, currency="USD"), tax_class="1")
    await services.products.push(Product(id="", title="New <thing> #1", variants=(new,)), "push-2")
    levels = [page async for page in services.inventory.levels(None)]
    await whole(services.inventory.levels(levels[-1].cursor))
    variant = pages[0].items[0].variants[0].id
    await services.inventory.adjust([StockChange(variant_id=variant, delta=2)], "adjust-1")
    person = Customer(id="", first_name="R2", last_name="", email="r2@example.com", phone="+12025550150")
    made = await services.customers.create(person, "customer-1")
    await services.customers.update(made.model_copy(update={"last_name": "Units"}))
    await services.customers.find(phone="+12025550150")
    await services.customers.find(name="Units")
    await whole(services.customers.changed_since(None))
    ref = await services.orders.create(order, "key-1", shop.context(customer_id=made.id))
    await services.customers.orders(made.id)
    await services.orders.find(order.reference)
    remote = await services.orders.get(ref.id)
    await services.orders.update(ref.id, note="Changed")
    await services.orders.update_status(ref.id, OrderStatus.COMPLETED)
    lines = {f"line-{int(line.sku[-4:])}": line.id for line in remote.lines}
    refund = giving_back(order, [("line-1", 1)])
    await services.orders.refund(refund, RemoteRef(id=ref.id), "key-r", shop.context(remote_lines=lines))
    orders = [page async for page in services.orders.changed_since(None)]
    await whole(services.orders.changed_since(orders[-1].cursor))
    await whole(services.discounts.active())
    from posbridge.domain.pricing import price
    from posbridge.testing.builders import a_basket, a_line, tax_setup

    basket = price(a_basket([a_line(1, 1250, 1)]), tax_setup("10"))
    await services.discounts.validate("ten10", basket, now())


@pytest.fixture
async def sent() -> list[Sent]:
    shop = bench(id_lang="1", id_state_paid="5")
    await everything(shop)
    return shop.wire.sent


async def test_documents_fit_the_schema(contracts: Path, sent: list[Sent]) -> None:
    schemas: dict[str, Any] = {}
    writes = [one for one in sent if one.content]
    for one in writes:
        resource = one.path.partition("/")[0]
        schemas.setdefault(resource, Schema(contracts, resource)).check(one)
    kinds = {(one.method, one.path.partition("/")[0]) for one in writes}
    assert {("POST", "carts"), ("POST", "orders"), ("POST", "specific_prices"), ("POST", "order_slip")} <= kinds
    assert {("PATCH", "stock_availables"), ("PATCH", "customers"), ("POST", "order_histories")} <= kinds


async def test_reads_name_fields_that_there_are(contracts: Path, sent: list[Sent]) -> None:
    reads = [one for one in sent if one.method == "GET" and one.path]
    assert len(reads) > 20
    for one in reads:
        Schema(contracts, one.path).query(one)
        assert "/" not in one.path, "single objects lose what is nothing (recorded 104, 201)"


async def test_nothing_is_put(sent: list[Sent]) -> None:
    """PUT blanks what is not sent (recorded 146, 316)."""
    assert "PUT" not in {one.method for one in sent}


async def test_an_order_takes_few_requests() -> None:
    shop = bench()
    assert shop.services.orders is not None
    await shop.services.orders.create(sale(1), "key-1", shop.context())
    before = len(shop.wire.sent)
    shop.steps.kept.clear()
    await shop.services.orders.create(sale(2), "key-2", shop.context())
    made = [f"{one.method} {one.path.partition('/')[0]}" for one in shop.wire.sent[before:]]
    assert made == [
        "GET products", "GET customers", "POST carts", "POST specific_prices", "POST orders", "GET orders",
        "PATCH orders",
    ]  # fmt: skip


async def test_a_thousand_products_take_few_requests() -> None:
    from posbridge.testing.conformance.shop import shop as filled

    shop = bench(filled(extra=994))
    assert shop.services.products is not None
    await shop.services.products.get("1")
    before = len(shop.wire.sent)
    found = await whole(shop.services.products.changed_since(None))
    paths = [one.path for one in shop.wire.sent[before:]]
    assert len(found) == 997
    assert sorted(paths) == sorted(
        ["products", "combinations", "combinations", "stock_availables", "product_options", "product_option_values",
         "categories", "specific_prices"]
    )  # fmt: skip
