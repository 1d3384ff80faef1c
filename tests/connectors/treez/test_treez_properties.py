"""Any field of any object may be dropped, null or of another type: it is read, or refused as drift."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.reply import Reply
from posbridge.connectors.treez import mapping, webhooks
from posbridge.connectors.treez.catalog_mapping import places_in, read_level
from posbridge.connectors.treez.errors import error
from posbridge.connectors.treez.probing import one_of_each, rates_of
from tests.connectors.spoiling import changes, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "treez" / "examples"
FIXTURES = Path(__file__).parent / "fixtures"
OWN = {"to_products": ("products",), "to_order": ("ticket",)}
SMALL: dict[str, Any] = {"product_id": "1", "ticket_id": "2", "customer_id": "3", "id": "4", "method": "DOLLAR"}
SAMPLES = {
    "to_products": ("product.get.response", "product.list.response", "catalog.product.create.response"),
    "to_order": ("ticket.get.response", "ticket.create.response", "webhook.ticket.updated"),
    "to_customer": ("customer.get.response",),
    "to_discount": ("discount.list.response",),
}


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]] + [
        FIXTURES / f"{each}.json" for each in OWN.get(name, ())
    ]
    return [json.loads(file.read_text("utf-8")) for file in files if file.is_file()] or [SMALL]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=120, deadline=None)
@given(data=st.data(), spoils=changes)
def test_a_spoilt_object_is_read_or_drifts(name: str, data: st.DataObject, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = data.draw(st.sampled_from(samples(name)))
    with suppress(SchemaDrift):
        getattr(mapping, name)(spoilt(sample, spoils))


@settings(max_examples=100, deadline=None)
@given(spoils=changes)
def test_a_spoilt_row_is_parked_and_the_page_goes_on(spoils: list[tuple[int, bool, Any]]) -> None:
    (good, *_) = samples("to_products")
    row = good.get("data", good)
    parked: list[SchemaDrift] = []
    read = mapping.to_products(
        [spoilt(row, spoils), {**row, "catalog_parent_id": "p", "product_id": "v"}], parked=parked
    )
    assert "p" in [product.id for product in read]
    with suppress(SchemaDrift):
        assert read_level(spoilt(row, spoils)).variant_id
    with suppress(SchemaDrift):
        places_in([spoilt(row, spoils)])
    one_of_each([spoilt(row, spoils)])


@settings(max_examples=80, deadline=None)
@given(spoils=changes)
def test_a_spoilt_preview_tells_rates_or_none(spoils: list[tuple[int, bool, Any]]) -> None:
    (ticket, *_) = samples("to_order")
    row = ticket["ticketList"][0] if "ticketList" in ticket else ticket
    with suppress(SchemaDrift):
        rates_of(spoilt(row, spoils), [])


@settings(max_examples=120, deadline=None)
@given(status=st.sampled_from([200, 400, 401, 403, 404, 409, 422, 429, 500]), spoils=changes)
def test_an_error_page_of_any_shape_is_an_error(status: int, spoils: list[tuple[int, bool, Any]]) -> None:
    body = {"resultCode": "FAIL", "resultReason": "X", "resultDetail": "y", "data": None, "errorMsgs": ["a"],
            "failed": [{"entity": "b", "errors": ["c"]}], "message": "d"}  # fmt: skip
    found = error(Reply(status, json.dumps(spoilt(body, spoils), default=str).encode()))
    assert found is None or str(found)


@settings(max_examples=100, deadline=None)
@given(spoils=changes)
def test_a_spoilt_delivery_is_an_event_or_refused(spoils: list[tuple[int, bool, Any]]) -> None:
    body = {"event_type": "TICKET", "data": {"ticket_id": "t", "last_updated_at": "2026-07-14T10:40:57.000-07:00"}}
    with suppress(ValidationError):
        (event,) = webhooks.parse(json.dumps(spoilt(body, spoils), default=str).encode())
        assert event.key
        assert event.kind
