"""The send protocol, one promise a test, on a real store and a platform that plays a script."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from posbridge.connectors.facts import Dedupe
from posbridge.domain.errors import (
    AuthenticationError,
    Conflict,
    DomainError,
    OutcomeUnknown,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.store import outbox
from posbridge.sync.timings import Timings

SETTLE = 60 + 30


async def test_a_sale_is_sent_read_back_and_done(lane: Any) -> None:
    order = await lane.sell()
    await lane.run()
    row = await lane.row(order)
    assert (row.state, row.remote_id, row.attempts, row.difference) == ("done", "r1", 1, None)
    assert lane.orders.looked == 0


async def test_a_difference_read_back_opens_a_case_and_does_not_stop_the_order(lane: Any) -> None:
    lane.orders.total_off = 1
    order = await lane.sell()
    await lane.run()
    row = await lane.row(order)
    assert row.state == "done"
    assert row.difference["fields"][0]["field"] == "total"


async def test_a_lost_reply_is_looked_up_after_the_settle_window_and_never_sent_again(lane: Any) -> None:
    lane.orders.script = [("lost", OutcomeUnknown("reset"))]
    order = await lane.sell()
    await lane.run()
    assert (await lane.row(order)).state == "unknown"
    lane.clock.tick(SETTLE - 1)
    await lane.run()
    assert lane.orders.looked == 0, "it must not look before the window has passed"
    lane.clock.tick(1)
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert len(lane.orders.made) == 1
    assert len(lane.orders.keys) == 1


async def test_work_that_commits_late_is_found_and_not_doubled(lane: Any) -> None:
    """A commit after the first look-up: only the second, after double the window, may allow a new send."""
    lane.orders.script = [("late", SETTLE + 5, OutcomeUnknown("reset"))]
    order = await lane.sell()
    await lane.run()
    lane.clock.tick(SETTLE)
    await lane.run()
    assert (await lane.row(order)).state == "unknown"
    assert lane.orders.looked == 1
    lane.clock.tick(2 * SETTLE)
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert len(lane.orders.made) == 1


async def test_what_is_surely_not_there_is_sent_again_with_the_same_key(lane: Any) -> None:
    lane.orders.script = [OutcomeUnknown("reset before any work")]
    order = await lane.sell()
    await lane.run()
    for _ in range(2):
        lane.clock.tick(2 * SETTLE)
        await lane.run()
    assert (await lane.row(order)).state == "done"
    assert lane.orders.looked == 2
    assert lane.orders.keys == [str(order.id)] * 2


async def test_a_refusal_before_leaving_is_tried_again_without_a_look_up(lane: Any) -> None:
    lane.orders.script = [ServiceUnavailable("no connection")]
    order = await lane.sell()
    await lane.run()
    row = await lane.row(order)
    assert row.state == "ready"
    assert not row.must_look_up
    assert timedelta(seconds=1.6) <= row.due_at - lane.clock() <= timedelta(seconds=2.4)
    lane.clock.tick(3)
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert lane.orders.looked == 0


async def test_a_rate_limit_is_obeyed_to_the_second(lane: Any) -> None:
    until = lane.clock() + timedelta(seconds=40)
    lane.orders.script = [RateLimitExceeded("slow down", retry_at=until)]
    order = await lane.sell()
    await lane.run()
    assert (await lane.row(order)).due_at == until
    lane.clock.tick(39)
    await lane.run()
    assert len(lane.orders.keys) == 1
    lane.clock.tick(1)
    await lane.run()
    assert (await lane.row(order)).state == "done"


async def test_a_sign_out_keeps_the_order_ready_and_the_connection_quiet(lane: Any) -> None:
    lane.orders.script = [AuthenticationError("the key is not known")] * 2
    order, behind = await lane.sell(1), await lane.sell(2)
    await lane.run()
    assert (await lane.row(order)).state == "ready"
    lane.clock.tick(1000)
    before = len(lane.orders.keys)
    await lane.run()
    assert len(lane.orders.keys) == before, "nothing is sent while signed out"
    lane.health.signed_in("till")
    await lane.run()
    assert [(await lane.row(each)).state for each in (order, behind)] == ["done", "done"]


async def test_one_bad_order_never_stops_the_others(lane: Any) -> None:
    lane.orders.script = [ValidationError("the phone number is too long", next_step="Correct it.")]
    sold = [await lane.sell(1), await lane.sell(2)]
    await lane.run()
    # They go at the same time, so either may meet the refusal.
    bad, good = sorted([await lane.row(order) for order in sold], key=lambda row: row.state, reverse=True)
    assert (bad.state, bad.reason_code, bad.next_step) == ("rejected", "rejected", "Correct it.")
    assert good.state == "done"


async def test_a_duplicate_reference_is_looked_up_for_it_is_probably_ours(lane: Any) -> None:
    lane.orders.script = [("lost", Conflict("reference exists"))]
    order = await lane.sell()
    await lane.run()
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert lane.orders.looked == 1


async def test_an_order_that_is_there_twice_is_for_a_person_and_never_cancelled(lane: Any) -> None:
    lane.orders.script = [("lost", OutcomeUnknown("reset"))]
    order = await lane.sell()
    await lane.run()
    (remote,) = lane.orders.made.values()
    lane.orders.made["again"] = remote.model_copy(update={"id": "again"})
    lane.clock.tick(SETTLE)
    await lane.run()
    row = await lane.row(order)
    assert (row.state, row.reason_code) == ("rejected", "double")
    assert len(lane.orders.made) == 2


async def test_an_unreadable_answer_is_unknown_and_not_an_error(lane: Any) -> None:
    lane.orders.script = [("lost", SchemaDrift("HTML"))]
    order = await lane.sell()
    await lane.run()
    assert (await lane.row(order)).state == "unknown"


async def test_a_bug_after_the_request_left_is_unknown_too(lane: Any) -> None:
    lane.orders.script = [("lost", KeyError("total"))]
    order = await lane.sell()
    await lane.run()
    assert (await lane.row(order)).state == "unknown"


async def test_when_the_read_back_fails_the_id_is_kept_and_nothing_is_sent_again(lane: Any) -> None:
    lane.orders.get_error = ServiceUnavailable("down")
    order = await lane.sell()
    await lane.run()
    row = await lane.row(order)
    assert (row.state, row.steps["order"]) == ("unknown", "r1")
    lane.orders.get_error = None
    lane.clock.tick(5)
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert len(lane.orders.keys) == 1


async def test_a_half_made_order_that_is_found_is_finished(lane: Any) -> None:
    lane.orders.script = [("lost", OutcomeUnknown("reset"))]
    order = await lane.sell()
    await lane.run()
    (remote,) = lane.orders.made.values()
    lane.orders.made[remote.id] = remote.model_copy(update={"complete": False})
    lane.clock.tick(SETTLE)
    await lane.run()
    row = await lane.row(order)
    assert (row.state, row.remote_id, len(lane.orders.made)) == ("done", remote.id, 1)


async def test_a_look_up_that_fails_leaves_the_order_in_doubt(lane: Any) -> None:
    lane.orders.script = [("lost", OutcomeUnknown("reset"))]
    order = await lane.sell()
    await lane.run()
    lane.orders.find_error = ServiceUnavailable("down")
    lane.clock.tick(SETTLE)
    await lane.run()
    row = await lane.row(order)
    assert (row.state, row.must_look_up) == ("unknown", True)
    lane.orders.find_error = None
    lane.clock.tick(400)
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert len(lane.orders.keys) == 1


async def test_after_five_unclear_sends_a_person_is_asked(new_lane: Callable[..., Any]) -> None:
    lane = new_lane()
    lane.orders.script = [OutcomeUnknown("nothing sensible") for _ in range(9)]
    order = await lane.sell()
    for _ in range(30):
        await lane.run()
        lane.clock.tick(4 * SETTLE)
    row = await lane.row(order)
    assert (row.state, row.reason_code, len(lane.orders.keys)) == ("rejected", "unknown_too_often", 5)


async def test_an_old_key_is_looked_up_before_the_first_send(new_lane: Callable[..., Any]) -> None:
    lane = new_lane(key_life_s=24 * 3600)
    order = await lane.sell()
    lane.clock.tick(24 * 3600 + 1)
    await lane.run()
    assert lane.orders.looked == 1
    assert (await lane.row(order)).state == "done"


async def test_a_sender_that_died_after_sending_is_settled_after_lease_and_window(lane: Any) -> None:
    order = await lane.sell()
    (row,) = await lane.store.write(outbox.claim, "till", lane.clock(), 60, 1, "dead")
    await lane.store.write(outbox.mark_sending, row.id, row.owner, lane.clock())
    lane.clock.tick(59)
    await lane.run()
    assert (await lane.row(order)).state == "leased", "a lease ends by the clock alone"
    lane.clock.tick(2)
    await lane.run()
    assert (await lane.row(order)).state == "unknown"
    assert lane.orders.keys == []
    for _ in range(3):
        lane.clock.tick(2 * SETTLE)
        await lane.run()
    assert (await lane.row(order)).state == "done"


async def test_a_lost_lease_changes_nothing(lane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another sender took the row over while this one worked: the first one's end must not be written."""
    order = await lane.sell()
    create = lane.orders.create

    async def slow(*args: Any) -> Any:
        ref = await create(*args)
        lane.clock.tick(61)
        await lane.drain.recover([])
        return ref

    monkeypatch.setattr(lane.orders, "create", slow)
    await lane.run()
    assert (await lane.row(order)).state == "unknown"


async def test_the_lease_lives_while_the_sender_works(new_lane: Callable[..., Any]) -> None:
    lane = new_lane(Timings(lease_s=0.15))
    order = await lane.sell()
    create = lane.orders.create

    async def slow(*args: Any) -> Any:
        import asyncio

        for _ in range(4):
            await asyncio.sleep(0.07)
            lane.clock.tick(0.07)
            await lane.drain.recover([])
        return await create(*args)

    lane.orders.create = slow
    await lane.run()
    assert (await lane.row(order)).state == "done"


async def test_five_failures_open_the_circuit_and_one_try_closes_it(lane: Any) -> None:
    lane.orders.script = [ServiceUnavailable("500") for _ in range(8)]
    sold = [await lane.sell(seed) for seed in range(1, 9)]
    await lane.run()
    tried = len(lane.orders.keys)
    assert tried == 8
    lane.clock.tick(5)
    await lane.run()
    assert len(lane.orders.keys) == tried, "the circuit is open"
    lane.clock.tick(60)
    await lane.run()
    assert {(await lane.row(each)).state for each in sold} == {"done"}


ACTS = (
    "ok",
    ServiceUnavailable("refused"),
    RateLimitExceeded("slow down"),
    OutcomeUnknown("reset before work"),
    ("lost", OutcomeUnknown("reset after work")),
    ("lost", SchemaDrift("cut body")),
    ("late", SETTLE - 1, OutcomeUnknown("reset, the work commits later")),
)


@pytest.mark.parametrize("seed", range(25))
async def test_whatever_the_platform_does_each_order_is_there_once(new_lane: Callable[..., Any], seed: int) -> None:
    """Random outcomes, late commits and dead senders; at the end nothing is lost and nothing doubled."""
    dice = random.Random(seed)
    lane = new_lane(Timings(unknown_cap=1000))
    lane.orders.script = [dice.choice(ACTS) for _ in range(40)]
    sold = [await lane.sell(number) for number in range(1, 11)]
    for _ in range(60):
        if dice.random() < 0.2:
            rows = await lane.store.write(outbox.claim, "till", lane.clock(), 60, 1, "dead")
            for row in rows:
                await lane.store.write(outbox.mark_sending, row.id, row.owner, lane.clock())
        await lane.run()
        lane.clock.tick(dice.choice((1, 30, 100, 400)))
    states = [(await lane.row(order)).state for order in sold]
    assert states == ["done"] * 10
    assert sorted(remote.reference for remote in lane.orders.made.values()) == sorted(o.reference for o in sold)


async def test_an_order_that_waits_for_somebody_there_is_looked_at_and_never_sent_again(lane: Any) -> None:
    lane.orders.waiting_for, lane.orders.url = "the shopper to confirm it", "https://scripted.example/pay/1"
    order = await lane.sell()
    await lane.run()
    row = await lane.row(order)
    assert (row.state, row.reason_code, row.steps["link"]) == ("unknown", "waiting_there", lane.orders.url)
    assert "the shopper" in row.reason
    for _ in range(3):
        lane.clock.tick(Timings().waiting_s)
        await lane.run()
    assert (await lane.row(order)).reason_code == "waiting_there"
    lane.orders.made["r1"] = lane.orders.made["r1"].model_copy(update={"complete": True})
    lane.clock.tick(Timings().waiting_s)
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert lane.orders.keys == [str(order.id)], "it was sent once"


async def test_where_nothing_can_be_looked_up_a_lost_order_is_a_persons(new_lane: Any) -> None:
    lane = new_lane(dedupe=Dedupe.NONE)
    lane.orders.script = [("lost", OutcomeUnknown("reset"))]
    order = await lane.sell()
    for _ in range(3):
        await lane.run()
        lane.clock.tick(SETTLE)
    row = await lane.row(order)
    assert (row.state, row.reason_code) == ("rejected", "cannot_look_up")
    assert "say in the queue" in row.next_step
    assert len(lane.orders.keys) == 1, "it is never sent again by itself"


async def test_what_a_person_missed_there_is_sent_anew(new_lane: Any) -> None:
    lane = new_lane(dedupe=Dedupe.NONE)
    lane.orders.script = [OutcomeUnknown("reset before any work")]
    order = await lane.sell()
    await lane.run()
    row = await lane.row(order)
    await lane.store.write(outbox.missed_by_person, row.id, lane.clock(), "ann")
    await lane.run()
    assert (await lane.row(order)).state == "done"
    assert len(lane.orders.made) == 1


async def test_what_a_person_found_there_is_done_and_only_when_it_was_theirs_to_say(new_lane: Any) -> None:
    lane = new_lane(dedupe=Dedupe.NONE)
    lane.orders.script = [("lost", OutcomeUnknown("reset"))]
    order = await lane.sell()
    row = await lane.row(order)
    with pytest.raises(DomainError, match="not yet for a person"):
        await lane.store.write(outbox.found_by_person, row.id, lane.clock(), "ann", "77")
    await lane.run()
    await lane.store.write(outbox.found_by_person, row.id, lane.clock(), "ann", "77")
    row = await lane.row(order)
    assert (row.state, row.remote_id, row.must_look_up) == ("done", "77", False)
    assert [event.who for event in await lane.store.read(outbox.events, row.id)][-1] == "ann"
