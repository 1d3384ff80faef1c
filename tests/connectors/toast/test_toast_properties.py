"""Any field of any object may be dropped, null or of another type: it is read, or refused as drift."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.reply import Reply
from posbridge.connectors.toast import mapping, webhooks
from posbridge.connectors.toast.errors import error, limits, reset_at
from posbridge.connectors.toast.identity import Sold, external_id, item_of, reference_in, sold_of
from posbridge.connectors.toast.menu_mapping import is_barcode
from posbridge.connectors.toast.stock import read_row
from tests.connectors.spoiling import changes, spoilt

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "products": (mapping.to_products, ("menu.json",)),
    "order": (mapping.to_order, ("order.json",)),
    "customer": (mapping.to_customer, ("order.json",)),
    "discount": (mapping.to_discount, ("discount.json",)),
    "gift_card": (mapping.to_gift_card, ("card.json",)),
    "stock": (read_row, ("stock.json",)),
}
guids = st.uuids().map(str)


def sample(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("what", SAMPLES)
@given(spoils=changes)
@settings(max_examples=150, deadline=None)
def test_spoilt_objects_are_read_or_drift(what: str, spoils: list[tuple[int, bool, Any]]) -> None:
    read, names = SAMPLES[what]
    for name in names:
        with suppress(SchemaDrift):
            read(spoilt(sample(name), spoils))


@given(
    raw=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["guid", "checks", "menus", "body", "details"]), inner)
        ),
    )
)
@settings(max_examples=100, deadline=None)
def test_anything_at_all_is_read_or_drift(raw: Any) -> None:
    for read, _ in SAMPLES.values():
        with suppress(SchemaDrift):
            read(raw)


@given(spoils=changes, status=st.sampled_from([400, 401, 403, 404, 409, 429, 500]))
@settings(max_examples=80, deadline=None)
def test_spoilt_errors_are_errors_all_the_same(spoils: list[tuple[int, bool, Any]], status: int) -> None:
    body = spoilt({"status": status, "code": 10000, "message": "no", "errors": [{"message": "x"}]}, spoils)
    reply = Reply(status, json.dumps(body, default=str).encode(), {"x-toast-ratelimit-reset": "99999999999999999"})
    assert isinstance(error(reply), Exception)
    assert reset_at(reply.headers) is None
    assert limits(reply) is None


@given(body=st.binary(max_size=60))
def test_bodies_that_are_none_are_refused(body: bytes) -> None:
    assert not webhooks.verify(body, {"Toast-Signature": "x"}, "secret")
    with suppress(ValidationError):
        webhooks.parse(body, {})


@given(
    item=guids, group=guids | st.just(""), options=st.lists(st.tuples(guids, guids), max_size=3),
    is_open=st.booleans(),
)  # fmt: skip
def test_a_variant_names_what_is_sold_and_back(
    item: str, group: str, options: list[tuple[str, str]], is_open: bool
) -> None:
    sold = Sold(item, group, tuple(options), is_open)
    assert sold_of(sold.id) == sold
    assert item_of(sold.id) == item


@given(reference=st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=20))
def test_our_reference_comes_back_from_its_mark(reference: str) -> None:
    assert reference_in(external_id(reference)) == reference
    assert reference_in(f"DOORDASH:{reference}") == ""


@given(text=st.text(max_size=20))
def test_any_other_text_names_nothing(text: str) -> None:
    with suppress(ValidationError):
        assert sold_of(text).id == text


@given(digits=st.text("0123456789", min_size=12, max_size=12))
def test_a_gtin_has_one_check_digit(digits: str) -> None:
    assert sum(is_barcode(digits + str(last)) for last in range(10)) == 1
    assert not is_barcode("4011")
