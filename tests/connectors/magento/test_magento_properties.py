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
from posbridge.connectors.magento import mapping, webhooks
from posbridge.connectors.magento.errors import error
from posbridge.connectors.reply import Reply
from tests.connectors.spoiling import changes, odd, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "magento" / "examples"
FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = {
    "to_products": (
        "product.get.configurable.response",
        "product.list.response",
        "recorded/038-product.create.special_price",
    ),
    "to_order": ("order.get.configurable.guest.response", "recorded/137-order.create.complete"),
    "to_customer": ("customer.get.response",),
    "to_discount": ("coupon.rule.percent_product_scoped.response", "recorded/155-rule.get.minimum_spend"),
    "to_gift_card": ("giftcard.accs.get.response", "giftcard.balance.graphql.response"),
}
OWN = {"to_products": "family"}


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]]
    if name in OWN:
        files.append(FIXTURES / f"{OWN[name]}.json")
    found = [json.loads(file.read_text("utf-8"), parse_float=Decimal) for file in files if file.is_file()]
    return [one["response"]["body"] if "response" in one else one for one in found] or [{"id": 1, "name": "x"}]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_mapping_reads_or_tells_drift(name: str, data: st.DataObject) -> None:
    raw = spoilt(data.draw(st.sampled_from(samples(name))), data.draw(changes))
    with suppress(SchemaDrift):
        getattr(mapping, name)(raw)


@given(raw=st.recursive(odd, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=8))
@settings(max_examples=100, deadline=None)
def test_anything_at_all(raw: Any) -> None:
    for name in SAMPLES:
        try:
            getattr(mapping, name)(raw)
        except SchemaDrift:
            continue


@given(body=st.binary(max_size=60), status=st.integers(400, 599))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_an_error_or_none_and_no_webhook(body: bytes, status: int) -> None:
    found = error(Reply(status, body))
    assert found is None or isinstance(found, Exception)
    with suppress(ValidationError):
        webhooks.parse(body, {})
    assert webhooks.verify(body, {"x-adobe-digital-signature-1": "x"}, "secret") is False


@given(
    sample=st.sampled_from(["message", "parameters", "errors"]), value=odd, status=st.sampled_from([400, 401, 404, 500])
)
@settings(max_examples=100, deadline=None)
def test_an_error_body_of_any_shape(sample: str, value: Any, status: int) -> None:
    try:
        content = json.dumps({"message": "No %1.", "parameters": ["x"], sample: value}, default=str).encode()
    except ValueError:
        return
    assert isinstance(error(Reply(status, content)), Exception | None)
