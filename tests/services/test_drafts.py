"""An order file may hold anything: it is read, or refused in words with the way out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.errors import DomainError
from posbridge.services.drafts import OrderDraft, draft_of, read_draft

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("id", "lines", "codes", "tenders", "customer", "cashier", "note", "currency")
INSIDE = ("sku", "barcode", "quantity", "unit_price", "price", "kind", "amount", "tendered", "code", "reference")
NEARLY = st.dictionaries(
    st.sampled_from(NAMES), ANY | st.lists(st.dictionaries(st.sampled_from(INSIDE), ANY, max_size=4), max_size=3)
)


def read_or_refused(text: str) -> OrderDraft | DomainError:
    try:
        return read_draft(text)
    except DomainError as refusal:
        return refusal


@given(ANY | NEARLY)
def test_whatever_it_holds_it_is_a_draft_or_a_refusal_with_a_way_out(value: Any) -> None:
    found = read_or_refused(json.dumps(value))
    if isinstance(found, DomainError):
        assert found.message
        assert found.next_step
        assert found.code in ("draft", "float")
    else:
        assert all(line.code and line.quantity > 0 for line in found.lines)


@given(st.text(max_size=60))
def test_whatever_the_file_holds(text: str) -> None:
    found = read_or_refused(text)
    assert isinstance(found, DomainError)
    assert found.next_step


def test_money_may_be_written_as_elsewhere_and_codes_by_other_names() -> None:
    draft = draft_of({
        "lines": [{"sku": "A", "price": {"amount": 500, "currency": "USD"}}],
        "discount_codes": ["TEN"],
        "tenders": [{"kind": "cash", "amount": {"amount": 450, "currency": "USD"}}],
    })  # fmt: skip
    assert (draft.lines[0].unit_price, draft.codes, draft.tenders[0].amount) == (500, ("TEN",), 450)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"lines": [{"sku": "A"}, {"sku": "B", "quantity": 2.0}]}, "line 2, quantity"),
        ({"lines": [{"sku": "A", "quantity": "1e99"}]}, "line 1, quantity"),
        ({"lines": [{"sku": "A", "quantity": "NaN"}]}, "line 1, quantity"),
        ({"lines": [{"sku": "A", "quantity": True}]}, "line 1, quantity"),
        ({"lines": [{"sku": "A", "unit_price": -1}]}, "line 1, unit_price"),
        ({"lines": [{"sku": "A"}], "tenders": [{"kind": "gift_card"}]}, "tender 1"),
        ({"lines": [{"sku": "A"}], "tenders": [{"kind": "beads"}]}, "tender 1, kind"),
        ([], ""),
    ],
)
def test_the_place_is_named(value: Any, place: str) -> None:
    with pytest.raises(DomainError) as caught:
        draft_of(value)
    assert caught.value.message.startswith(place)


def test_a_file_of_brackets_is_refused() -> None:
    with pytest.raises(DomainError):
        read_draft("[" * 100_000)
