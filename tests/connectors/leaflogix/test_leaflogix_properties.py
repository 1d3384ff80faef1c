"""Examples of the contract, mutated: the mapping reads them or says SchemaDrift, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.leaflogix import errors, mapping
from posbridge.connectors.reply import Reply
from tests.connectors.spoiling import changes, spoilt

READERS: dict[str, Callable[[Any], Any]] = {
    "product.list.response": mapping.to_products,
    "inventory.list.response": mapping.to_levels,
    "order.get.response": mapping.to_order,
    "order.list_open.response": mapping.to_order,
    "transaction.list.response": lambda raw: [mapping.to_order(one) for one in raw],
    "customer.list.response": lambda raw: [mapping.to_customer(one) for one in raw],
    "discount.list.response": lambda raw: [mapping.to_discount(one) for one in raw],
    "loyalty.snapshot.response": mapping.to_points,
    "order.create.response.object": mapping.to_ref,
}
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def example(contracts: Path, name: str) -> Any:
    text = (contracts / "leaflogix" / "examples" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


@pytest.mark.parametrize("name", READERS)
@QUICK
@given(spoils=changes)
def test_any_spoilt_object_is_read_or_said_to_have_changed(contracts: Path, name: str, spoils: Any) -> None:
    sample = example(contracts, name)
    made = spoilt(sample, spoils)
    with suppress(SchemaDrift):
        READERS[name](made)


@QUICK
@given(spoils=changes)
def test_any_error_is_one_of_ours(contracts: Path, spoils: Any) -> None:
    for name in ("error.400.properties", "error.400.validation_result", "error.429"):
        body = json.dumps(spoilt(example(contracts, name), spoils), default=str).encode()
        assert errors.error(Reply(400, body)) is not None


@pytest.mark.parametrize("raw", [None, -5, "x", [], [-1], [[]], {"preOrderId": True}, {"customerId": []}])
def test_things_that_are_no_objects(raw: Any) -> None:
    objects: list[Callable[[Any], Any]] = [mapping.to_order, mapping.to_customer, mapping.to_discount]
    pages: list[Callable[[Any], Any]] = [mapping.to_products, mapping.to_levels, mapping.to_points]
    for read in objects:
        with pytest.raises(SchemaDrift):
            read(raw)
    for read in pages:
        if raw != []:
            with pytest.raises(SchemaDrift):
                read(raw)
    assert mapping.to_products([]) == []


@pytest.mark.parametrize("raw", [None, True, 0, "", "x", {}, {"orderId": None}, [9123456], -5])
def test_an_answer_without_an_order_number(raw: Any) -> None:
    with pytest.raises(SchemaDrift):
        mapping.to_ref(raw)
