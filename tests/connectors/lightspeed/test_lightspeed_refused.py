"""Orders that the register refuses: sent once more, then a person's; never twice, whatever is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from posbridge.connectors.errors import OutcomeUnknown, ValidationError
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.lightspeed.till import CLASH
from posbridge.testing.builders import a_customer
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import sale
from tests.connectors.lightspeed.bench import bench, orders_of
from tests.connectors.lightspeed.test_lightspeed_orders import bodies, sold, told


async def test_a_refused_order_goes_once_more_then_is_rejected_in_the_registers_words() -> None:
    lab, order, steps = bench(), sale(), Steps()
    lab.simulator.till.refuse = "Kitchen closed"
    first = await sold(lab, order, steps)
    told(lab, thirdPartyReference=first.id, reason="Kitchen closed")
    remote = await orders_of(lab).get(first.id)
    assert (remote.complete, remote.waiting_for, remote.status) == (False, "", OrderStatus.FAILED)
    second = await sold(lab, order, steps)
    assert second.id == f"{order.reference}-r2", "its first reference is burnt"
    told(lab, thirdPartyReference=second.id, reason="Kitchen closed")
    with pytest.raises(ValidationError, match="Kitchen closed"):
        await sold(lab, order, steps)
    lab.simulator.till.refuse = ""
    third = await sold(lab, order, steps)
    assert third.id == f"{order.reference}-r3", "a person has said: once more"
    done = await orders_of(lab).get(third.id)
    assert (done.complete, done.reference) == (True, order.reference)
    assert [one["reference"] for one in lab.booked] == [order.reference]


async def test_a_register_that_answers_before_the_reply_is_here_is_heard() -> None:
    lab, order, steps = bench(), sale(), Steps()
    till, tell = lab.simulator.till, lab.simulator.till.emit

    def emit(body: dict[str, Any]) -> None:
        tell(body)
        assert lab.services.webhooks is not None
        lab.services.webhooks.parse(json.dumps(body).encode(), {})

    till.emit, till.refuse = emit, "Kitchen closed"
    ref = await sold(lab, order, steps)
    assert (await orders_of(lab).get(ref.id)).status is OrderStatus.FAILED
    till.refuse = ""
    again = await sold(lab, order, steps)
    assert (again.id, (await orders_of(lab).get(again.id)).complete) == (f"{order.reference}-r2", True)


async def test_a_second_send_whose_reply_is_lost_is_found_and_not_sent_again() -> None:
    lab, order, steps = bench(), sale(), Steps()
    lab.simulator.till.refuse = "Kitchen closed"
    ref = await sold(lab, order, steps)
    told(lab, thirdPartyReference=ref.id, reason="Kitchen closed")
    lab.simulator.till.refuse = ""
    lab.simulator.orders.used.clear()
    lab.simulator.faults.plan("lost500", path="/o/op/1/order/toGo")
    with pytest.raises(OutcomeUnknown):
        await sold(lab, order, steps)
    assert (await orders_of(lab).get(steps.kept["order"])).complete
    await sold(lab, order, steps.after_restart())
    assert [one["reference"] for one in lab.booked] == [order.reference]


async def test_a_new_reference_whose_reply_is_lost_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lab, order, steps = bench(), sale(), Steps()
    lab.simulator.till.refuse = "Kitchen closed"
    ref = await sold(lab, order, steps)
    told(lab, thirdPartyReference=ref.id, reason="Kitchen closed")
    lab.simulator.till.refuse = ""

    async def burnt(*_: Any) -> bool:
        lab.simulator.faults.plan("lost500", path="/o/op/1/order/toGo")
        return False

    monkeypatch.setattr(type(orders_of(lab)), "_unburnt", burnt)
    with pytest.raises(OutcomeUnknown):
        await sold(lab, order, steps)
    assert steps.kept["order"] == f"{order.reference}-r2"
    assert (await orders_of(lab).get(ref.id)).complete, "by whichever of its references it is asked for"
    assert (await sold(lab, order, steps.after_restart())).id == f"{order.reference}-r2"
    assert len(lab.booked) == 1


async def test_a_person_who_saw_that_a_refused_order_is_not_there_sends_it() -> None:
    """The steps of before are gone then, and its reference is burnt."""
    lab, order = bench(), sale()
    lab.simulator.till.refuse = "Kitchen closed"
    ref = await sold(lab, order)
    told(lab, thirdPartyReference=ref.id, reason="Kitchen closed")
    lab.simulator.till.refuse = ""
    assert (await sold(lab, order, Steps())).id == f"{order.reference}-r2"
    assert len(lab.booked) == 1


async def test_a_refused_order_whose_reference_is_free_goes_under_it() -> None:
    lab, order, steps = bench(), sale(), Steps()
    lab.simulator.till.refuse = "Kitchen closed"
    ref = await sold(lab, order, steps)
    told(lab, thirdPartyReference=ref.id, reason="Kitchen closed")
    lab.simulator.till.refuse = ""
    lab.simulator.orders.used.clear()
    assert (await sold(lab, order, steps)).id == order.reference
    assert len(lab.booked) == 1


async def test_an_email_of_another_consumer_is_left_out_by_itself() -> None:
    lab, steps = bench(), Steps()
    order = sale(customer=a_customer(1))
    lab.simulator.till.clashing = {"customer1@example.com"}
    ref = await sold(lab, order, steps)
    told(lab, thirdPartyReference=ref.id, reason=CLASH)
    remote = await orders_of(lab).get(ref.id)
    assert (remote.complete, remote.waiting_for) == (False, ""), "the sender goes on by itself"
    again = await sold(lab, order, steps)
    first, _, last = bodies(lab, "/toGo")
    assert first["customerInfo"]["email"] == "customer1@example.com"
    assert "email" not in last["customerInfo"]
    assert "thirdPartyReference" not in first["customerInfo"]
    assert (await orders_of(lab).get(again.id)).complete


async def test_cancelled_on_the_register() -> None:
    lab = bench()
    lab.simulator.till.on = False
    ref = await sold(lab, sale())
    told(lab, thirdPartyReference=ref.id, status="CANCELLED")
    with pytest.raises(ValidationError, match="cancelled"):
        await orders_of(lab).get(ref.id)
