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
from posbridge.connectors.woocommerce import mapping, webhooks
from posbridge.connectors.woocommerce.catalog_mapping import to_level
from posbridge.connectors.woocommerce.errors import error
from posbridge.connectors.woocommerce.order_mapping import marked
from tests.connectors.spoiling import changes, odd, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "woocommerce" / "examples"
FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = {
    "to_products": ("product.get.variable.response", "variation.list.response", "product.create.simple.response"),
    "to_order": ("order.get.after_partial_refund.response", "giftcard.redeem.order_create.response"),
    "to_customer": ("customer.create.response",),
    "to_discount": ("coupon.get.response",),
    "to_gift_card": ("giftcard.balance.response", "smartcoupon.create.response"),
}
OWN = {"to_products": "products", "to_order": "order"}


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]]
    if name in OWN:
        files.append(FIXTURES / f"{OWN[name]}.json")
    return [json.loads(file.read_text("utf-8")) for file in files if file.is_file()] or [{"id": 1, "total": "1.00"}]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@given(data=st.data())
@settings(max_examples=250, deadline=None)
def test_a_mapping_reads_or_tells_drift(name: str, data: st.DataObject) -> None:
    raw = spoilt(data.draw(st.sampled_from(samples(name))), data.draw(changes))
    with suppress(SchemaDrift):
        getattr(mapping, name)(raw)


@given(raw=st.recursive(odd, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=8))
@settings(max_examples=200, deadline=None)
def test_anything_at_all(raw: Any) -> None:
    for name in SAMPLES:
        try:
            getattr(mapping, name)(raw)
        except SchemaDrift:
            continue
    assert marked(raw, "P0123456789ABCDEF", "01234567-89ab") is False
    with suppress(SchemaDrift, ValueError):
        to_level(raw)


@given(body=st.binary(max_size=60), status=st.integers(400, 599))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_an_error_or_none_and_no_webhook(body: bytes, status: int) -> None:
    found = error(Reply(status, body))
    assert found is None or isinstance(found, Exception)
    with suppress(ValidationError):
        webhooks.parse(body, {})
    assert webhooks.verify(body, {"X-WC-Webhook-Signature": "x"}, "secret") is False


@given(
    sample=st.sampled_from(["code", "message", "data"]), value=odd, status=st.sampled_from([400, 401, 403, 404, 500])
)
def test_an_error_body_of_any_shape(sample: str, value: Any, status: int) -> None:
    body = {"code": "woocommerce_rest_x", "message": "No.", "data": {"status": status}, sample: value}
    try:
        content = json.dumps(body, default=str).encode()
    except ValueError:
        return
    assert isinstance(error(Reply(status, content)), Exception | None)
