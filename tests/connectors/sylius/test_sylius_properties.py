"""Any field of any object may be dropped, null or of another type: it is read, or refused as drift."""

from __future__ import annotations

import copy
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

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "sylius" / "examples"
FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = {
    "to_products": ("product.get.response", "product.variant.list.response", "shop.product.list.response"),
    "to_order": ("order.get.response", "order.get.shop.response", "order.pickup.response"),
    "to_customer": ("customer.get.response",),
    "to_discount": ("promotion.by_coupon.response", "promotion.percent_product_scoped.response", "coupon.get.response"),
    "to_gift_card": ("giftcard.balance.response",),
}

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from(["", "0", "-1", "12.50", "1e999", "NaN", "x", "2026-13-01 00:00:00", "\x00", "☕", "/api/v2/x/"]),
    st.text(max_size=6),
    st.just([]),
    st.just({}),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.just({"id": []})), max_size=3),
)
changes = st.lists(st.tuples(st.integers(0, 5000), st.booleans(), odd), min_size=1, max_size=4)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each field."""
    found = [here] if here else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, inner in items for place in places(inner, (*here, key))]


def spoilt(sample: Any, spoils: list[tuple[int, bool, Any]]) -> Any:
    made = copy.deepcopy(sample)
    for at, drop, value in spoils:
        paths = places(made)
        if not paths:
            break
        *way, last = paths[at % len(paths)]
        target = made
        for key in way:
            target = target[key]
        if drop and isinstance(target, dict):
            del target[last]
        else:
            target[last] = copy.deepcopy(value)
    return made


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
