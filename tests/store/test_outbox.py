"""The outbox by example: each move, each refusal, each event."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from posbridge.domain.errors import DomainError
from posbridge.store import outbox
from posbridge.store.outbox import LeaseLost, OutboxRow
from posbridge.store.tables import OUTBOX_STATES
from tests.store.conftest import Clock


def add(tx: Connection, clock: Clock, object_id: str = "order-1", **fields: object) -> int:
    return outbox.add(tx, "order", "till-pos", object_id, f"key-{object_id}", clock(), **fields)  # type: ignore[arg-type]


def claim(tx: Connection, clock: Clock, limit: int = 10, owner: str = "me") -> list[OutboxRow]:
    return outbox.claim(tx, "till-pos", clock(), 60, limit, owner)


def test_a_row_goes_from_ready_to_done_and_every_move_is_an_event(tx: Connection, clock: Clock) -> None:
    row_id = add(tx, clock)
    row = claim(tx, clock)[0]
    assert (row.id, row.state, row.attempts, row.must_look_up) == (row_id, "leased", 1, False)
    assert row.lease_until == clock() + timedelta(seconds=60)
    outbox.mark_sending(tx, row.id, row.owner, clock())
    outbox.put_step(tx, row.id, row.owner, "order", "R1")
    outbox.put_step(tx, row.id, row.owner, "payment", "P1")
    different = {"fields": [{"field": "tax"}]}
    outbox.done(tx, row.id, row.owner, clock.tick(), "R1", "1001", different)
    kept = outbox.get(tx, row_id)
    assert (kept.state, kept.remote_id, kept.remote_number, kept.lease_until) == ("done", "R1", "1001", None)
    assert kept.steps == {"order": "R1", "payment": "P1"}
    assert kept.difference == different
    assert [(e.from_state, e.to_state) for e in outbox.events(tx, row_id)] == [
        ("", "ready"), ("ready", "leased"), ("leased", "done"),
    ]  # fmt: skip
    assert outbox.sent_as(tx, "order", "order-1", "till-pos") == ("R1", "1001")
    assert outbox.sent_as(tx, "order", "order-1", "shop") is None


def test_claims_are_oldest_first_due_only_and_never_twice(tx: Connection, clock: Clock) -> None:
    ids = [add(tx, clock, f"order-{n}") for n in range(5)]
    late = claim(tx, clock, limit=1)[0]
    outbox.retry(tx, late.id, late.owner, clock() + timedelta(seconds=30), "unavailable", "down")
    first = claim(tx, clock, limit=2)
    second = claim(tx, clock, limit=10, owner="other")
    assert [row.id for row in first] == ids[1:3]
    assert [row.id for row in second] == ids[3:]
    assert claim(tx, clock) == []
    clock.tick(30)
    assert [row.id for row in claim(tx, clock)] == ids[:1]


def test_a_retry_takes_back_only_its_own_doubt(tx: Connection, clock: Clock) -> None:
    add(tx, clock)
    row = claim(tx, clock)[0]
    outbox.mark_sending(tx, row.id, row.owner, clock())
    outbox.retry(tx, row.id, row.owner, clock(), "rate_limited", "slow down")
    row = claim(tx, clock)[0]
    assert not row.must_look_up, "a 429 is proof that nothing happened"
    outbox.mark_sending(tx, row.id, row.owner, clock())
    outbox.unknown(tx, row.id, row.owner, clock(), "outcome_unknown", "reset")
    row = claim(tx, clock)[0]
    assert row.must_look_up
    assert row.unknown_count == 1
    outbox.mark_sending(tx, row.id, row.owner, clock())
    outbox.retry(tx, row.id, row.owner, clock(), "rate_limited", "slow down")
    assert claim(tx, clock)[0].must_look_up, "an earlier try's doubt stays"


def test_a_retry_of_what_was_sent_keeps_the_doubt(tx: Connection, clock: Clock) -> None:
    add(tx, clock)
    row = claim(tx, clock)[0]
    outbox.mark_sending(tx, row.id, row.owner, clock())
    outbox.retry(tx, row.id, row.owner, clock(), "x", "y", sent=True)
    assert claim(tx, clock)[0].must_look_up


def test_a_lost_lease_can_change_nothing(tx: Connection, clock: Clock) -> None:
    add(tx, clock)
    old = claim(tx, clock)[0]
    outbox.mark_sending(tx, old.id, old.owner, clock())
    clock.tick(61)
    assert outbox.recover_expired(tx, clock(), {"till-pos": 0}) == 1
    new = claim(tx, clock)[0]
    assert new.must_look_up
    assert not outbox.extend(tx, old.id, old.owner, clock() + timedelta(seconds=60)), "the same sender, an older lease"
    at = clock()
    for move in (
        lambda: outbox.done(tx, old.id, old.owner, at, "R1"),
        lambda: outbox.retry(tx, old.id, old.owner, at, "c", "r"),
        lambda: outbox.unknown(tx, old.id, old.owner, at, "c", "r"),
        lambda: outbox.reject(tx, old.id, old.owner, "c", "r"),
        lambda: outbox.block(tx, old.id, old.owner, "c", "r"),
        lambda: outbox.put_step(tx, old.id, old.owner, "order", "R2"),
        lambda: outbox.mark_sending(tx, old.id, old.owner, at),
    ):
        with pytest.raises(LeaseLost):
            move()
    kept = outbox.get(tx, new.id)
    assert (kept.state, kept.owner, kept.steps) == ("leased", new.owner, {})
    assert outbox.extend(tx, new.id, new.owner, clock() + timedelta(seconds=90))


@pytest.mark.parametrize(("sent", "state", "due_s"), [(False, "ready", 0), (True, "unknown", 39)])
def test_an_expired_lease_waits_out_the_settle_window(
    tx: Connection, clock: Clock, sent: bool, state: str, due_s: int
) -> None:
    row_id = add(tx, clock)
    row = claim(tx, clock)[0]
    if sent:
        outbox.mark_sending(tx, row.id, row.owner, clock())
    clock.tick(59)
    assert outbox.recover_expired(tx, clock(), {"till-pos": 100}) == 0, "only the clock ends a lease"
    clock.tick(2)
    assert outbox.recover_expired(tx, clock(), {"till-pos": 100}) == 1
    kept = outbox.get(tx, row_id)
    assert (kept.state, kept.due_at) == (state, clock() + timedelta(seconds=due_s))


def test_a_connection_that_names_no_window_gets_the_longest(tx: Connection, clock: Clock) -> None:
    row_id = add(tx, clock)
    row = claim(tx, clock)[0]
    outbox.mark_sending(tx, row.id, row.owner, clock())
    clock.tick(61)
    outbox.recover_expired(tx, clock(), {})
    assert outbox.get(tx, row_id).due_at == clock() + timedelta(seconds=outbox.DEFAULT_SETTLE_S - 61)


def test_a_child_waits_for_its_parent(tx: Connection, clock: Clock) -> None:
    parent = add(tx, clock)
    child = outbox.add(tx, "refund", "till-pos", "refund-1", "k", clock(), parent_id=parent)
    assert outbox.get(tx, child).state == "blocked"
    row = claim(tx, clock)[0]
    assert row.id == parent
    outbox.done(tx, row.id, row.owner, clock(), "R1")
    assert [row.id for row in claim(tx, clock)] == [child]
    late = outbox.add(tx, "refund", "till-pos", "refund-2", "k2", clock(), parent_id=parent)
    assert outbox.get(tx, late).state == "ready"


def test_a_child_in_doubt_still_waits_for_its_parent(tx: Connection, clock: Clock) -> None:
    parent = add(tx, clock)
    outbox.add(tx, "refund", "till-pos", "refund-1", "k", clock(), parent_id=parent)
    outbox.after_restore(tx, clock())
    assert [row.id for row in claim(tx, clock)] == [parent]


def test_a_person_retries_parks_and_is_refused_what_is_not_theirs(tx: Connection, clock: Clock) -> None:
    row_id = add(tx, clock)
    row = claim(tx, clock)[0]
    with pytest.raises(DomainError, match="being sent"):
        outbox.park(tx, row_id, clock(), "ada", "later")
    outbox.mark_sending(tx, row.id, row.owner, clock())
    outbox.put_step(tx, row.id, row.owner, "order", "R1")
    outbox.put_step(tx, row.id, row.owner, "_lost", "5")
    outbox.reject(tx, row.id, row.owner, "double", "it is there twice", "cancel one")
    kept = outbox.get(tx, row_id)
    assert (kept.state, kept.reason_code, kept.next_step) == ("rejected", "double", "cancel one")
    outbox.retry_by_person(tx, row_id, clock(), "ada")
    again = claim(tx, clock)[0]
    assert again.must_look_up, "a person cannot skip the look-up"
    assert again.steps == {"order": "R1"}, "the sender's own notes begin anew"
    outbox.unknown(tx, again.id, again.owner, clock(), "c", "r")
    outbox.park(tx, row_id, clock(), "ada", "call them first")
    assert outbox.get(tx, row_id).reason_code == "parked"
    assert claim(tx, clock) == []
    assert outbox.events(tx, row_id)[-1].who == "ada"
    outbox.retry_by_person(tx, row_id, clock(), "ada")
    final = claim(tx, clock)[0]
    outbox.done(tx, final.id, final.owner, clock(), "R1")
    with pytest.raises(DomainError, match="sent already"):
        outbox.retry_by_person(tx, row_id, clock(), "ada")


def test_blocked_for_sign_in_and_freed(tx: Connection, clock: Clock) -> None:
    row_id = add(tx, clock)
    row = claim(tx, clock)[0]
    outbox.block(tx, row.id, row.owner, "signed_out", "sign in again", "Open Connections")
    assert claim(tx, clock) == []
    assert outbox.unblock(tx, "shop", clock(), "signed_out") == 0
    assert outbox.unblock(tx, "till-pos", clock(), "signed_out") == 1
    assert [row.id for row in claim(tx, clock)] == [row_id]


def test_after_a_restore_nothing_is_sent_unseen(tx: Connection, clock: Clock) -> None:
    ids = [add(tx, clock, f"order-{n}") for n in range(4)]
    done, leased, rejected = (claim(tx, clock, 1)[0] for _ in range(3))
    outbox.done(tx, done.id, done.owner, clock(), "R1")
    outbox.reject(tx, rejected.id, rejected.owner, "c", "r")
    assert outbox.after_restore(tx, clock.tick(), days=14) == 3
    states = {row.id: (row.state, row.must_look_up) for row in outbox.listing(tx, OUTBOX_STATES)}
    assert states[rejected.id] == ("rejected", True)
    assert all(states[each] == ("unknown", True) for each in ids if each != rejected.id)
    assert outbox.get(tx, leased.id).lease_until is None
    old = claim(tx, clock)
    assert {row.id for row in old} == set(ids) - {rejected.id}
    outbox.done(tx, old[0].id, old[0].owner, clock(), "R1")
    clock.tick(15 * 86400)
    outbox.after_restore(tx, clock(), days=14)
    assert outbox.get(tx, old[0].id).state == "done", "long done and settled"


def test_every_state_has_a_listing_and_a_count(tx: Connection, clock: Clock) -> None:
    """Rows that no screen shows are how others lost sales."""
    wanted = {"done": 1, "unknown": 1, "rejected": 1, "blocked": 1, "leased": 1, "ready": 1}
    for number, state in enumerate(wanted):
        add(tx, clock, f"order-{number}")
        if state == "ready":
            continue
        row = claim(tx, clock, 1)[0]
        far = clock() + timedelta(days=1)
        {
            "done": lambda r=row: outbox.done(tx, r.id, r.owner, clock(), "R"),
            "unknown": lambda r=row, f=far: outbox.unknown(tx, r.id, r.owner, f, "c", "r"),
            "rejected": lambda r=row: outbox.reject(tx, r.id, r.owner, "c", "r"),
            "blocked": lambda r=row: outbox.block(tx, r.id, r.owner, "c", "r"),
            "leased": lambda: None,
        }[state]()
    assert {state: number for (_, state), number in outbox.counts(tx).items()} == wanted
    listed = [outbox.listing(tx, [state]) for state in OUTBOX_STATES]
    assert all(len(rows) == 1 for rows in listed), "each state of the schema can be listed"
    assert set(outbox.LISTINGS) == set(OUTBOX_STATES)
    assert set(outbox.WAITING) | set(outbox.NEEDS_PERSON) | {"done"} == set(OUTBOX_STATES)
    assert len(outbox.listing(tx)) == 5
    assert outbox.oldest_waiting(tx) == clock()
    assert outbox.oldest_waiting(tx, "shop") is None
    assert outbox.last_done(tx, "till-pos") == clock()
    assert outbox.next_due(tx, "till-pos") == clock()
    assert list(outbox.of_objects(tx, "order", ["order-0", "none"])) == ["order-0"]


def test_the_same_order_has_one_row_a_connection(tx: Connection, clock: Clock) -> None:
    add(tx, clock)
    with pytest.raises(IntegrityError, match="UNIQUE"):
        add(tx, clock)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outbox_events SET reason = 'x'",
        "DELETE FROM outbox_events",
        "DELETE FROM outbox",
        "UPDATE outbox SET key = 'another'",
        "UPDATE outbox SET object_id = 'another'",
    ],
)
def test_history_and_identity_are_refused_to_everybody(tx: Connection, clock: Clock, statement: str) -> None:
    add(tx, clock)
    with pytest.raises(IntegrityError):
        tx.exec_driver_sql(statement)
