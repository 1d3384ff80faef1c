"""What a refusal leaves open: the next try is written anew; what may be at work is a doubt, never a refusal."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import SendContext
from posbridge.connectors.errors import OutcomeUnknown, SchemaDrift, ValidationError
from posbridge.connectors.squarespace import mapping
from posbridge.connectors.squarespace.order_body import idempotency_key
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import sale
from tests.connectors.squarespace.bench import bench

ORDERS = "/1.0/commerce/orders"


def refusal(status: int, **said: Any) -> httpx.Response:
    return httpx.Response(status, json={"subtype": None, "message": "No.", "details": None, **said})


async def test_a_refused_body_is_written_anew_once_the_links_are_right() -> None:
    made, order, steps = bench(), sale(), Steps()
    right = await made.context()
    made.wire.answers[f"POST {ORDERS}"] = refusal(400, type="INVALID_REQUEST_ERROR")
    with pytest.raises(ValidationError):
        await made.services.orders.create(order, "key-1", SendContext(steps, {}))
    await made.services.orders.create(order, "key-1", SendContext(steps, right.links))
    first, second = made.imports()
    assert {line["lineItemType"] for line in first.body["lineItems"]} == {"CUSTOM"}
    assert "PHYSICAL_PRODUCT" in {line["lineItemType"] for line in second.body["lineItems"]}
    assert second.headers["idempotency-key"] == idempotency_key("key-1", "m1") != first.headers["idempotency-key"]


async def test_a_refused_body_that_is_still_the_same_keeps_its_key() -> None:
    made, order = bench(), sale()
    context = await made.context()
    made.wire.answers[f"POST {ORDERS}"] = refusal(400, type="INVALID_REQUEST_ERROR")
    with pytest.raises(ValidationError):
        await made.services.orders.create(order, "key-1", context)
    await made.services.orders.create(order, "key-1", context)
    first, second = made.imports()
    assert (first.content, first.headers["idempotency-key"]) == (second.content, second.headers["idempotency-key"])


@pytest.mark.parametrize("said", [{"type": "CONFLICT"}, {"title": "Conflict", "type": "about:blank"}, {}])
async def test_a_conflict_without_a_name_is_a_doubt(said: dict[str, Any]) -> None:
    """The same key may be at work still: a refused second send is no proof that the order is not there."""
    made, order = bench(), sale()
    made.wire.answers[f"POST {ORDERS}"] = refusal(409, **said)
    with pytest.raises(OutcomeUnknown):
        await made.services.orders.create(order, "key-1", await made.context())


async def test_a_list_that_goes_on_without_a_cursor_is_not_at_its_end() -> None:
    made, order = bench(), sale()
    page = {"result": [], "pagination": {"hasNextPage": True, "nextPageCursor": None, "nextPageUrl": None}}
    made.wire.answers[f"GET {ORDERS}"] = httpx.Response(200, json=page)
    with pytest.raises(SchemaDrift):
        await made.services.orders.find(order.reference, around=order.captured_at)


def test_an_order_without_a_total_is_not_one_of_nothing() -> None:
    with pytest.raises(SchemaDrift):
        mapping.to_order({"id": "5", "grandTotal": None})
