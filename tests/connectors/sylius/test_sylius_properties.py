"""Any field of any object may be dropped, null or of another type: it is read, or refused as drift."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.reply import Reply
from posbridge.connectors.sylius import mapping
from posbridge.connectors.sylius.catalog_mapping import read_level
from posbridge.connectors.sylius.errors import error
from tests.connectors.spoiling import changes, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "sylius" / "examples"
FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = {
    "to_products": ("product.get.response", "product.variant.list.response", "shop.product.list.response"),
    "to_order": ("order.get.response", "order.get.shop.response", "order.pickup.response"),
    "to_customer": ("customer.get.response",),
    "to_discount": ("promotion.by_coupon.response", "promotion.percent_product_scoped.response", "coupon.get.response"),
    "to_gift_card": ("giftcard.balance.response",),
}


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]]
    if name == "to_products":
        files += [FIXTURES / "product.json", FIXTURES / "variants.json"]
    found = [json.loads(file.read_text("utf-8")) for file in files if file.is_file()]
    return found or [{"id": 1, "code": "x", "tokenValue": "t", "amount": 1}]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=120, deadline=None)
@given(data=st.data(), spoils=changes)
def test_a_spoilt_object_is_read_or_drifts(name: str, data: st.DataObject, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = data.draw(st.sampled_from(samples(name)))
    with suppress(SchemaDrift):
        getattr(mapping, name)(spoilt(sample, spoils))


@settings(max_examples=120, deadline=None)
@given(spoils=changes)
def test_a_spoilt_level_is_read_or_drifts(spoils: list[tuple[int, bool, Any]]) -> None:
    row = json.loads((FIXTURES / "variants.json").read_text("utf-8"))["hydra:member"][0]
    with suppress(SchemaDrift):
        assert read_level(spoilt(row, spoils)).variant_id


@settings(max_examples=120, deadline=None)
@given(status=st.sampled_from([400, 401, 403, 404, 409, 422, 500]), spoils=changes)
def test_an_error_page_of_any_shape_is_an_error(status: int, spoils: list[tuple[int, bool, Any]]) -> None:
    body = {
        "code": 1,
        "message": "x",
        "violations": [{"propertyPath": "a", "message": "b", "code": None}],
        "detail": "d",
    }
    reply = Reply(status, json.dumps(spoilt(body, spoils), default=str).encode())
    assert error(reply) is None or error(reply)
