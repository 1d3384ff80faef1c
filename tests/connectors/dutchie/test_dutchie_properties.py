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

from posbridge.connectors.dutchie import mapping
from posbridge.connectors.dutchie.catalog_mapping import read_levels, read_product
from posbridge.connectors.dutchie.errors import error
from posbridge.connectors.dutchie.order_mapping import CheckoutId, is_ours, unit_in
from posbridge.connectors.dutchie.reading import Unit, unit_of
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import each
from tests.connectors.spoiling import changes, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "dutchie" / "examples"
SAMPLES = {
    "to_products": ("product.list.response", "product.get.response", "special.members.response"),
    "to_order": ("order.list.response", "checkout.get.response", "checkout.create.response"),
    "to_discount": ("special.list.response",),
}


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]]
    found = [json.loads(file.read_text("utf-8"), parse_float=Decimal) for file in files if file.is_file()]
    return found or [{"id": "1", "name": "x", "status": "OPEN", "variants": [{"id": "v", "option": "1g"}]}]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=600, deadline=None)
@given(data=st.data(), spoils=changes)
def test_a_spoilt_object_is_read_or_drifts(name: str, data: st.DataObject, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = data.draw(st.sampled_from(samples(name)))
    with suppress(SchemaDrift):
        getattr(mapping, name)(spoilt(sample, spoils))


@settings(max_examples=150, deadline=None)
@given(spoils=changes)
def test_a_spoilt_page_parks_and_goes_on(spoils: list[tuple[int, bool, Any]]) -> None:
    sample = samples("to_products")[0]
    rows = spoilt(sample["data"]["menu"]["products"] if "data" in sample else [sample], spoils)
    products, parked = each(rows, read_product)
    assert len(products) + len(parked) == len(rows)
    levels, _ = each(rows, read_levels)
    assert all(lot.quantity > 0 for found in levels for level in found for lot in level.batches)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), spoils=changes)
def test_a_spoilt_order_is_ours_or_not(data: st.DataObject, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = data.draw(st.sampled_from(samples("to_order")))
    inner = sample.get("data", {}).get("orders", {}).get("orders", [sample])[0]
    with suppress(SchemaDrift):
        assert is_ours(spoilt(inner, spoils), "5f2f3c2e-3f1c-4e0e-8a55-0d9c6b1f7a10") in (True, False)
    with suppress(SchemaDrift):
        assert unit_in(spoilt(inner, spoils)) in (*Unit, None)


@settings(max_examples=100, deadline=None)
@given(status=st.sampled_from([400, 401, 403, 404, 409, 422, 500]), spoils=changes)
def test_an_error_of_any_shape_is_an_error(status: int, spoils: list[tuple[int, bool, Any]]) -> None:
    body = spoilt({"data": None, "errors": [{"message": "x", "extensions": {"code": "Y"}}]}, spoils)
    assert error(Reply(status, json.dumps(body, default=str).encode()))


@given(cents=st.integers(1, 10_000_000), now=st.integers(1, 10_000_000))
def test_dollars_are_never_taken_for_cents(cents: int, now: int) -> None:
    """Whatever the menu says by now: an amount in dollars is never read as cents while prices changed less than 5 ×."""
    was, said = Decimal(cents) / 100, Decimal(now) / 100
    found = unit_of(was, [said])
    if Decimal(1) / 5 <= was / said <= 5:
        assert found is Unit.DOLLARS
        assert unit_of(was * 100, [said]) is Unit.CENTS


@given(checkout=st.text(min_size=1, max_size=20).filter(lambda t: "\n" not in t), order=st.uuids(), whole=st.booleans())
def test_a_checkouts_id_reads_back(checkout: str, order: Any, whole: bool) -> None:
    ident = CheckoutId(checkout, str(order), whole)
    assert CheckoutId.of(ident.text) == ident
    assert CheckoutId.of(checkout) is None or ":" in checkout
