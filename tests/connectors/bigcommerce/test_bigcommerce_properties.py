"""Examples of the contract, mutated: the mapping reads them or says SchemaDrift, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posbridge.connectors.bigcommerce import mapping
from posbridge.connectors.bigcommerce.catalog_mapping import Shelf, read_page
from posbridge.connectors.errors import SchemaDrift, ValidationError
from tests.connectors.bigcommerce.bench import FIXTURES, fixture
from tests.connectors.bigcommerce.test_bigcommerce_examples import READERS, readable

ODD = [None, "", "x", 0, -1, 2**70, True, [], {}, [None], {"id": 1}, "\u202e\x00é", "NaN", "-0", "1e9", [[[]]], 1.5,
       "1e999999999", "99999999999999999999"]  # fmt: skip
QUICK = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def examples(contracts: Path) -> list[tuple[str, str]]:
    paths = sorted((contracts / "bigcommerce" / "examples").glob("*.json"))
    found = [(path.name, path.read_text("utf-8")) for path in paths if readable(path)]
    return [*found, ("product.get.own", (FIXTURES / "products.json").read_text("utf-8"))]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*at, key)
        yield from places(inner, (*at, key))


def mutated(raw: Any, data: st.DataObject) -> Any:
    made = copy.deepcopy(raw)
    for _ in range(data.draw(st.integers(1, 3))):
        spots = list(places(made))
        if not spots:
            return made
        spot = data.draw(st.sampled_from(spots))
        inner = made
        for key in spot[:-1]:
            inner = inner[key]
        if data.draw(st.booleans()) and isinstance(inner, dict):
            del inner[spot[-1]]
        else:
            inner[spot[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    return made


@QUICK
@given(data=st.data())
def test_whatever_changes_it_is_read_or_drift(contracts: Path, data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from(examples(contracts)))
    raw = mutated(json.loads(text), data)
    read = next(read for start, read in READERS.items() if name.startswith(start))
    try:
        read(raw)
    except SchemaDrift:
        pass
    except ValidationError:
        assert name.startswith("webhook.")


@QUICK
@given(data=st.data())
def test_a_page_parks_what_it_cannot_read_and_keeps_the_rest(data: st.DataObject) -> None:
    raw = fixture("products.json")
    raw["data"][0] = mutated(raw["data"][0], data)
    products, parked = read_page(raw, Shelf())
    assert "كأس" in [product.title for product in products]
    assert len(products) + len(parked) == 2


@pytest.mark.parametrize("raw", [None, 1, "x", [], {}, [1], {"data": 1}, {"data": []}, {"order": 1}])
def test_things_that_are_no_objects(raw: Any) -> None:
    for read in (mapping.to_order, mapping.to_customer, mapping.to_discount, mapping.to_gift_card):
        with pytest.raises(SchemaDrift):
            read(raw)
    if raw in (None, [], {"data": []}):
        assert mapping.to_products(raw) == []
    else:
        with pytest.raises(SchemaDrift):
            mapping.to_products(raw)
