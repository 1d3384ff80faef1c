"""What a refusal leaves open, and what is never called complete."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import SendContext
from posbridge.connectors.errors import OutcomeUnknown, SchemaDrift, ValidationError
from posbridge.connectors.square import mapping
from posbridge.domain.money import Money
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from tests.connectors.square.bench import Bench, bench
from tests.connectors.wired import Sent

REFUSED = {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "INVALID_VALUE", "detail": "No."}]}


def answering(
    square: Bench, monkeypatch: pytest.MonkeyPatch, path: str, answer: httpx.Response, times: int = 1
) -> None:
    """The first so many requests to `path` get that answer."""
    left = [answer] * times

    def instead(one: Sent) -> httpx.Response | None:
        return left.pop() if left and one.path == path else None

    monkeypatch.setattr(square.wire, "instead", instead)


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


async def test_a_refused_body_is_written_anew_under_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    square, order, steps = bench(), sale(), Steps()
    answering(square, monkeypatch, "/v2/orders", httpx.Response(400, json=REFUSED))
    with pytest.raises(ValidationError):
        await square.services.orders.create(order, "key-1", SendContext(steps, {}))
    mended = order.model_copy(update={"note": "right now"})
    await square.services.orders.create(mended, "key-1", SendContext(steps, {}))
    first, second = square.bodies("POST", "/v2/orders")
    assert "note" not in first["order"]["metadata"]
    assert second["order"]["metadata"]["note"] == "right now"
    assert first["idempotency_key"] != second["idempotency_key"]
    assert square.booked["paid"] == order.totals.total


async def test_after_a_refusal_an_order_that_is_there_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first try made it and its answer was lost; the second was refused before its key was looked at."""
    square, order, steps = bench(), sale(), Steps()
    square.wire.lost = ["/v2/orders"]
    with pytest.raises(OutcomeUnknown):
        await square.services.orders.create(order, "key-1", SendContext(steps, {}))
    answering(square, monkeypatch, "/v2/orders", httpx.Response(400, json=REFUSED))
    with pytest.raises(ValidationError):
        await square.services.orders.create(order, "key-1", SendContext(steps, {}))
    await square.services.orders.create(order, "key-1", SendContext(steps, {}))
    assert square.booked["paid"] == order.totals.total


@pytest.mark.parametrize(
    ("state", "due", "complete"),
    [("COMPLETED", 0, True), ("OPEN", 0, True), ("OPEN", 5, False), ("CANCELED", 500, False), ("HELD", 500, False)],
)
def test_only_what_is_surely_paid_is_complete(state: str, due: int, complete: bool) -> None:
    raw = {"id": "a", "state": state, "total_money": money(500), "net_amount_due_money": money(due)}
    assert mapping.to_order(raw).complete is complete


async def test_a_cancelled_order_is_told_and_not_taken_for_done() -> None:
    square, order = bench(), sale()
    square.wire.unsent = ["/v2/payments"]
    context = square.context()
    with pytest.raises(OutcomeUnknown):
        await square.services.orders.create(order, "key-1", context)
    next(iter(square.simulator.orders.rows.values()))["state"] = "CANCELED"
    (found,) = await square.services.orders.find(order.reference, around=order.captured_at)
    assert not found.complete
    with pytest.raises(ValidationError, match="cancelled"):
        await square.services.orders.create(order, "key-1", context)


async def test_a_state_that_is_new_is_a_doubt() -> None:
    square, order = bench(), sale()
    square.wire.unsent = ["/v2/payments"]
    context = square.context()
    with pytest.raises(OutcomeUnknown):
        await square.services.orders.create(order, "key-1", context)
    next(iter(square.simulator.orders.rows.values()))["state"] = "HELD"
    with pytest.raises(SchemaDrift):
        await square.services.orders.create(order, "key-1", context)


def test_an_order_without_a_total_is_not_one_of_nothing() -> None:
    with pytest.raises(SchemaDrift):
        mapping.to_order({"id": "a", "state": "OPEN"})


async def test_a_gift_cards_move_without_amounts_is_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    square = bench()
    activity = {"id": "gcact", "type": "REDEEM", "redeem_activity_details": {}}
    answer = httpx.Response(200, json={"gift_card_activity": activity})
    answering(square, monkeypatch, "/v2/gift-cards/activities", answer)
    with pytest.raises(SchemaDrift):
        await square.services.gift_cards.redeem("7783320001001635", Money.of(100, "USD"), "key-1")


async def test_a_rejected_refund_is_asked_for_again_under_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    square, order = bench(), sale()
    ref = await square.services.orders.create(order, "key-1", square.context())
    refund, context = giving_back(order, [("line-1", 1)]), SendContext(Steps(), square.links)
    rejected = httpx.Response(200, json={"refund": {"id": "r", "status": "REJECTED", "amount_money": money(1)}})
    answering(square, monkeypatch, "/v2/refunds", rejected)
    with pytest.raises(ValidationError):
        await square.services.orders.refund(refund, ref, "key-2", context)
    await square.services.orders.refund(refund, ref, "key-2", context)
    await square.services.orders.refund(refund, ref, "key-2", context)
    first, second = square.bodies("POST", "/v2/refunds")
    assert {**first, "idempotency_key": ""} == {**second, "idempotency_key": ""}
    assert first["idempotency_key"] != second["idempotency_key"]
