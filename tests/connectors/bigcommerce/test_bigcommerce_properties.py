"""Examples of the contract, mutated: the mapping reads them or says SchemaDrift, and nothing else."""

from __future__ import annotations

import json
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
from tests.connectors.spoiling import changes, spoilt

QUICK = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def examples(contracts: Path) -> list[tuple[str, str]]:
    paths = sorted((contracts / "bigcommerce" / "examples").glob("*.json"))
    found = [(path.name, path.read_text("utf-8")) for path in paths if readable(path)]
    return [*found, ("product.get.own", (FIXTURES / "products.json").read_text("utf-8"))]


@QUICK
@given(data=st.data())
def test_whatever_changes_it_is_read_or_drift(contracts: Path, data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from(examples(contracts)))
    raw = spoilt(json.loads(text), data.draw(changes))
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
    raw["data"][0] = spoilt(raw["data"][0], data.draw(changes))
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
