"""Examples of the contract, mutated: the mapping reads them or says SchemaDrift, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.wix.catalog_mapping import read_page
from tests.connectors.wix.test_wix_examples import OWN, READERS, readable

ODD = [None, "", "x", 0, -1, 2**70, True, [], {}, [None], {"id": 1}, "\u202e\x00é", "NaN", "-0", "1e9", [[[]]], 1.5,
       "1e999999999"]  # fmt: skip
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def examples(contracts: Path) -> list[tuple[str, str]]:
    found = [
        (path.name, path.read_text("utf-8"))
        for path in sorted((contracts / "wix" / "examples").glob("*.json"))
        if readable(path) and any(path.name.startswith(start) for start in READERS)
    ]
    return [*found, ("product.own", (OWN / "products.json").read_text("utf-8"))]


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
    with suppress(SchemaDrift):
        read(raw)


@QUICK
@given(data=st.data())
def test_a_page_parks_what_it_cannot_read_and_keeps_the_rest(data: st.DataObject) -> None:
    raw = json.loads((OWN / "products.json").read_text("utf-8"))
    raw["products"][0] = mutated(raw["products"][0], data)
    products, parked = read_page(raw)
    assert "Hidden" in [product.title for product in products]
    assert len(products) + len(parked) == 3
