"""What is not surely absent is never sent again, and what is not surely paid is never called complete."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from posbridge.connectors.errors import OutcomeUnknown, SchemaDrift, ValidationError
from posbridge.connectors.woocommerce import mapping
from posbridge.connectors.woocommerce.order_mapping import read_order
from posbridge.testing.builders import an_id
from posbridge.testing.conformance.selling import sale
from tests.connectors.wired import Sent
from tests.connectors.woocommerce.bench import Bench, bench

PAID = {"date_paid_gmt": "2026-03-02T10:00:00"}


def answering(far: Bench, monkeypatch: pytest.MonkeyPatch, part: str, answer: httpx.Response) -> None:
    """Reads whose path holds `part` get that answer."""

    def instead(one: Sent) -> httpx.Response | None:
        return answer if one.method == "GET" and part in one.path else None

    monkeypatch.setattr(far.wire, "instead", instead)


async def test_an_order_that_cannot_be_read_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    far, order = bench(), sale()
    far.wire.lost = ["PUT orders/"]
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "key", far.context())
    answering(far, monkeypatch, "orders/", httpx.Response(200, json=[]))
    with pytest.raises(SchemaDrift):
        await far.services.orders.create(order, "key", far.context())
    assert len(far.bodies("POST", "orders")) == 1


async def test_a_refused_list_is_no_proof_of_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    far, order = bench(fields={"hpos": "no"}), sale()
    refused = {"code": "rest_invalid_param", "message": "Invalid parameter(s): after", "data": {"status": 400}}
    answering(far, monkeypatch, "orders", httpx.Response(400, json=refused))
    with pytest.raises(ValidationError):
        await far.services.orders.find(order.reference, around=order.captured_at)


async def test_a_shop_that_drops_headers_is_read_to_an_empty_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in may make pages shorter than asked; only an empty one is surely the last."""
    far, order = bench(fields={"hpos": "no"}), sale()
    ref = await far.services.orders.create(order, "key", far.context())
    row = await far.row(f"orders/{ref.id}")
    sparse = {name: row[name] for name in ("id", "status", "transaction_id", "meta_data")}
    pages = {"1": [{"id": 1, "meta_data": []}], "2": [sparse]}

    def instead(one: Sent) -> httpx.Response | None:
        if one.path != "orders":
            return None
        return httpx.Response(200, json=pages.get(one.query["page"], []) if one.query["status"] == "any" else [])

    monkeypatch.setattr(far.wire, "instead", instead)
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at)
    assert found.id == ref.id


@pytest.mark.parametrize(
    ("fields", "complete"),
    [
        ({"status": "completed"}, True),
        ({"status": "on-hold"}, False),
        ({"status": "backordered"}, False),
        ({"status": "backordered", **PAID}, True),
        ({"status": "pending"}, False),
    ],
)
@pytest.mark.parametrize("hidden", [False, True])
def test_only_what_is_surely_paid_is_complete(fields: dict[str, Any], complete: bool, hidden: bool) -> None:
    """Also where the shop hides meta data and only the transaction's id tells that the order is ours."""
    marks = [] if hidden else [{"key": "_posbridge_reference", "value": "P-1"}]
    raw = {"id": 5, "total": "1.00", "transaction_id": str(an_id(1)), "meta_data": marks, **fields}
    assert mapping.to_order(raw).complete is complete


def test_the_shops_own_state_for_a_till_sale_is_complete() -> None:
    marks = [{"key": "_posbridge_reference", "value": "P-1"}]
    raw = {"id": 5, "total": "1.00", "status": "till", "meta_data": marks}
    assert read_order(raw, "USD", "till").complete is True


async def test_a_customer_is_found_by_the_phone_of_his_delivery_address(monkeypatch: pytest.MonkeyPatch) -> None:
    far = bench()
    rows = [{"id": 7, "email": "ada@example.com", "billing": {"phone": ""}, "shipping": {"phone": "+12135550109"}},
            {"id": 8, "email": "zoe@example.com", "billing": {"phone": "+12135550108"},
             "shipping": {"phone": "+12135550109"}}]  # fmt: skip
    answering(far, monkeypatch, "customers", httpx.Response(200, json=rows, headers={"x-wp-totalpages": "1"}))
    found = await far.services.customers.find(phone="+1 213 555 0109")
    assert [(one.id, one.phone) for one in found] == [("7", "+12135550109"), ("8", "+12135550108")]
