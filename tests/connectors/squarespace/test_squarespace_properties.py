"""Examples of the contract, mutated: the mapping reads them or says SchemaDrift, and nothing else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.squarespace import mapping
from posbridge.connectors.squarespace.catalog_mapping import read_page
from tests.connectors.spoiling import changes, spoilt
from tests.connectors.squarespace.test_squarespace_examples import OWN, READERS, readable

QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def examples(contracts: Path) -> list[tuple[str, str]]:
    found = [
        (path.name, path.read_text("utf-8"))
        for path in sorted((contracts / "squarespace" / "examples").glob("*.json"))
        if readable(path) and any(path.name.startswith(start) for start in READERS)
    ]
    return [*found, ("product.own", (OWN / "products.json").read_text("utf-8"))]


@QUICK
@given(data=st.data())
def test_whatever_changes_it_is_read_or_drift(contracts: Path, data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from(examples(contracts)))
    raw = spoilt(json.loads(text), data.draw(changes))
    if name.startswith("inventory.") and not isinstance(raw.get("inventory"), list):
        return
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
    raw = json.loads((OWN / "products.json").read_text("utf-8"))
    raw["products"][0] = spoilt(raw["products"][0], data.draw(changes))
    products, parked = read_page(raw)
    assert "كأس" in [product.title for product in products]
    assert len(products) + len(parked) == 3


@pytest.mark.parametrize("raw", [None, 1, "x", [], {}, [1], {"order": 1}, {"result": []}, {"products": "a"}])
def test_things_that_are_no_objects(raw: Any) -> None:
    for read in (mapping.to_order, mapping.to_customer, mapping.to_discount):
        with pytest.raises(SchemaDrift):
            read(raw)
    if raw == []:
        assert mapping.to_products(raw) == []
    else:
        with pytest.raises(SchemaDrift):
            mapping.to_products(raw)
