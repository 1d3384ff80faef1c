"""Any field of any object may be dropped, null or of another type: it is read, or refused as drift."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.flowhub import mapping, webhooks
from posbridge.connectors.flowhub.catalog_mapping import read_all, read_levels
from posbridge.connectors.flowhub.taxes import tax_rates
from posbridge.connectors.reply import Reply
from posbridge.domain.inventory import StockLevel
from tests.connectors.flowhub.bench import FIXTURES, fixture
from tests.connectors.spoiling import changes, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "flowhub" / "examples"
SAMPLES = {
    "to_products": ("product.list.response", "inventory.by_rooms.response"),
    "to_order": ("sale.list.response", "order.status.response", "order.create.response"),
    "to_customer": ("customer.get.response",),
}


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]]
    files += [FIXTURES / "packages.json"] if name == "to_products" else []
    found = [json.loads(file.read_text("utf-8"), parse_float=Decimal) for file in files if file.is_file()]
    return found or [{"id": "1", "orderId": "1"}]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=150, deadline=None)
@given(data=st.data(), spoils=changes)
def test_a_spoilt_object_is_read_or_drifts(name: str, data: st.DataObject, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = data.draw(st.sampled_from(samples(name)))
    with suppress(SchemaDrift):
        getattr(mapping, name)(spoilt(sample, spoils))


@settings(max_examples=150, deadline=None)
@given(spoils=changes)
def test_a_spoilt_shelf_is_read_and_the_rest_goes_on(spoils: list[tuple[int, bool, Any]]) -> None:
    rows = spoilt(fixture("packages")["data"], spoils)
    rooms = fixture("rooms")["data"]
    items, parked = read_all(rows, rooms, (), "USD")
    assert items or parked
    levels, _ = read_levels(rows, rooms, (), "", None)  # type: ignore[arg-type] # the time does not matter here
    assert all(isinstance(level, StockLevel) and all(lot.quantity > 0 for lot in level.batches) for level in levels)
    assert all(float(percent) >= 0 for rates in tax_rates(rows).values() for _, percent in rates)


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=60), spoils=changes)
def test_a_spoilt_postback_is_read_or_refused(body: bytes, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = {"customerExternalId": "c", "orderId": "o", "status": "sold"}
    for each in (body, json.dumps(spoilt(sample, spoils), default=str).encode()):
        with suppress(ValidationError):
            assert webhooks.parse(each, {})[0].object_id


@settings(max_examples=100, deadline=None)
@given(status=st.sampled_from([400, 401, 403, 404, 409, 422, 500]), spoils=changes)
def test_an_error_of_any_shape_is_an_error(status: int, spoils: list[tuple[int, bool, Any]]) -> None:
    from posbridge.connectors.flowhub.errors import error

    body = spoilt({"error": ["Unauthorized"], "message": "Invalid key", "status": status}, spoils)
    assert error(Reply(status, json.dumps(body, default=str).encode()))
