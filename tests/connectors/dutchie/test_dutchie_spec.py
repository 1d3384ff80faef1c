"""Every document is valid against the contract's schema, and every example file is read or compared with."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, execute, parse, validate
from graphql.execution.values import get_variable_values

from posbridge.connectors.dutchie import mapping
from posbridge.connectors.dutchie.documents import DOCUMENTS, ORDERS_AS_SEEN
from posbridge.connectors.dutchie.errors import error
from posbridge.connectors.errors import AuthenticationError, NotFound, RateLimitExceeded
from posbridge.connectors.reply import Reply
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import sale
from tests.connectors.dutchie.store import Far, asked, example, links, store

READ = {
    "checkout.add_item.response": mapping.to_order,
    "checkout.create.response": mapping.to_order,
    "checkout.get.response": mapping.to_order,
    "order.list.response": mapping.to_order,
    "product.get.response": mapping.to_products,
    "product.list.response": mapping.to_products,
    "special.list.response": mapping.to_discount,
    "special.members.response": mapping.to_products,
}
REFUSED = {
    "error.401": (401, AuthenticationError),
    "error.429": (429, RateLimitExceeded),
    "error.graphql": (200, NotFound),
}
#: The document of ours that asks the same.
ASKED = {
    "checkout.add_item.request": "AddItem",
    "checkout.create.request": "CreateCheckout",
    "checkout.get.request": "Checkout",
    "order.list.request": "Orders",
    "product.get.request": "Product",
    "product.list.request": "Menu",
    "retailer.list.request": "Retailers",
    "special.list.request": "Specials",
    "special.members.request": "SpecialMembers",
}
#: Read by a test of its own, or of the version before.
OTHERS = {"retailer.list.response", "official.menu.2020-10.request"}


@cache
def schema(contracts: Path) -> GraphQLSchema:
    file = contracts / "dutchie" / "spec" / "dutchie-plus-2021-07.partial.graphql"
    return build_schema(file.read_text("utf-8"))


def wrong(contracts: Path, document: str, variables: dict[str, Any]) -> list[str]:
    """What is wrong with a request."""
    tree = parse(document)
    found = [each.message for each in validate(schema(contracts), tree)]
    (operation,) = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]
    known = operation.variable_definitions or ()
    held = get_variable_values(schema(contracts), known, variables)
    problems = [each.message for each in held] if isinstance(held, list) else []
    return found + problems + sorted(set(variables) - {each.variable.name.value for each in known})


async def everything() -> Far:
    """Each method of each service that sends something, a line put right among them."""
    far = store()
    services = far.services
    assert services.products is not None
    assert services.inventory is not None
    assert services.orders is not None
    assert services.discounts is not None
    far.simulator.shelf.articles["SKU-0004"].before = 9900
    await services.probe()
    product = (await whole(services.products.changed_since(None)))[0]
    await services.products.get(product.id)
    await whole(services.products.ids())
    await whole(services.inventory.levels(None))
    await whole(services.inventory.levels(None, [product.variants[0].id]))
    await whole(services.discounts.active())
    ref = await services.orders.create(sale(1), "key", far.context(links(far)))
    await services.orders.get(ref.id)
    await whole(services.orders.changed_since(None))
    await _put_right(far)
    return far


async def _put_right(far: Far) -> None:
    assert far.services.orders is not None
    far.simulator.desk.shopper_s = None
    order, steps = sale(2), Steps(die_after=1)
    with pytest.raises(Killed):
        await far.services.orders.create(order, "key", far.context(links(far), steps))
    (checkout,) = far.simulator.desk.checkouts.values()
    article = far.simulator.shelf.articles["SKU-0001"]
    for _ in range(2):
        far.simulator.desk.add({"checkoutId": checkout.id, "productId": article.id, "option": "N/A", "quantity": 2})
    checkout.items.append(type(checkout.items[0])("i99", article, 1, article.price, article.usual))
    await far.services.orders.create(order, "key", far.context(links(far), steps.after_restart()))


async def test_every_request_is_valid_and_every_document_is_sent(contracts: Path) -> None:
    far = await everything()
    for request in far.sent:
        body = json.loads(request.content)
        assert set(body) == {"query", "variables"}
        assert wrong(contracts, body["query"], body["variables"]) == []
    sent = {json.loads(request.content)["query"] for request in far.sent}
    assert set(DOCUMENTS) - sent == {ORDERS_AS_SEEN}, "asked only where the other is refused"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.split("(")[0])
def test_every_document_is_valid(contracts: Path, document: str) -> None:
    assert [each.message for each in validate(schema(contracts), parse(document))] == []


async def test_the_simulators_answers_are_what_the_schema_promises(contracts: Path) -> None:
    """Each answer, run through the schema as the roots' value, comes out as it went in."""
    far = await everything()
    for request in list(far.sent):
        body = json.loads(request.content)
        if body["query"].startswith("mutation"):
            continue
        reply = await far.http.read("POST", "", json=body)
        data = reply.json()["data"]
        if data is None:
            continue
        roots = {name: (lambda info, held=value, **args: held) for name, value in data.items()}
        again = execute(schema(contracts), parse(body["query"]), roots, variable_values=body["variables"])
        assert not getattr(again, "errors", None), again
        assert json.dumps(again.data, default=float) == json.dumps(data, default=float)  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "ours"), ASKED.items())
async def test_every_request_is_like_the_examples(contracts: Path, name: str, ours: str) -> None:
    far = await everything()
    theirs = example(contracts, name)
    assert wrong(contracts, theirs["query"], {**theirs["variables"]}) == []
    mine = next(asked(request)[1] for request in far.sent if asked(request)[0] == ours)
    assert set(theirs["variables"]) == set(mine) - {"menuType"}
    if "metadata" in mine:
        assert mine["metadata"].keys() >= theirs["variables"]["metadata"].keys()
        assert len(json.dumps(mine["metadata"])) < 500


def test_every_example_is_known(contracts: Path) -> None:
    there = {file.stem for file in (contracts / "dutchie" / "examples").glob("*.json")}
    assert there == {*READ, *REFUSED, *ASKED, *OTHERS}


@pytest.mark.parametrize("name", sorted(READ))
def test_every_answer_is_read(contracts: Path, name: str) -> None:
    raw = example(contracts, name)
    found = READ[name](raw)
    assert found
    (inner,) = raw["data"].values()
    assert READ[name](inner) == found, "with or without its envelope"
    plain = json.loads(json.dumps(raw, default=float))
    assert READ[name](plain) == found, "numbers may be floats"


@pytest.mark.parametrize(("name", "status", "kind"), [(name, *said) for name, said in REFUSED.items()])
def test_every_refusal_is_an_error(contracts: Path, name: str, status: int, kind: type[Exception]) -> None:
    assert isinstance(error(Reply(status, json.dumps(example(contracts, name)).encode())), kind)


def test_the_version_before_is_refused_by_this_schema(contracts: Path) -> None:
    old = example(contracts, "official.menu.2020-10.request")
    assert any("retailerId" in each for each in wrong(contracts, old["query"], old["variables"]))
