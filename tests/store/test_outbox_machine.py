"""The queue as a state machine (T3): whatever happens, no row vanishes, doubles, or is held by two senders."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import Connection

from posbridge.domain.errors import DomainError
from posbridge.store import outbox
from posbridge.store.outbox import LeaseLost, OutboxRow
from posbridge.store.tables import OUTBOX_STATES
from tests.store.conftest import Clock, fast

LEASE_S = 60
SETTLE = {"till-pos": 90.0, "shop": 10.0}
TARGETS = tuple(SETTLE)
STEPS = 60


class Queue(RuleBasedStateMachine):
    """The model: which row ids exist, which are known done, and whose lease the clock still covers."""

    template: Path
    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.file = self.folder / "q.db"
        shutil.copy(self.template, self.file)
        self.db = fast(self.file, self.clock)
        self.known: dict[int, tuple[str, str]] = {}
        self.live: dict[int, OutboxRow] = {}
        self.finished: set[int] = set()
        self.doubted: set[int] = set()
        self.number = 0

    def teardown(self) -> None:
        self.db.close()
        self.db.engine.dispose()
        shutil.rmtree(self.folder)

    def do(self, fn: Any, *args: Any) -> Any:
        with self.db.begin():
            return fn(self.db, *args)

    @initialize()
    def begin(self) -> None:
        self.capture()

    @rule()
    def capture(self) -> None:
        self.number += 1

        def both(tx: Connection) -> dict[int, tuple[str, str]]:
            name = f"order-{self.number}"
            return {outbox.add(tx, "order", to, name, name, self.clock()): (to, name) for to in TARGETS}

        self.known |= self.do(both)

    @rule(target=leases, to=st.sampled_from(TARGETS), limit=st.integers(1, 3), owner=st.sampled_from("ab"))
    def claim(self, to: str, limit: int, owner: str) -> Any:
        rows = self.do(outbox.claim, to, self.clock(), LEASE_S, limit, owner)
        for row in rows:
            assert row.id not in self.live, "claimed while another lease lives"
            assert row.id not in self.finished, "claimed though done"
            assert row.must_look_up or row.id not in self.doubted, "a doubt was forgotten"
            self.live[row.id] = row
        return multiple(*rows)

    def move(self, row: OutboxRow, fn: Any, *args: Any) -> bool:
        """The move succeeds exactly when this very lease is the live one."""
        holds = self.live.get(row.id) is row
        try:
            self.do(fn, row.id, row.owner, *args)
        except LeaseLost:
            assert not holds, "a good lease was refused"
            return False
        assert holds, "a lost lease was obeyed"
        return True

    @rule(row=leases)
    def leaves(self, row: OutboxRow) -> None:
        if self.move(row, outbox.mark_sending, self.clock()):
            self.doubted.add(row.id)

    @rule(row=consumes(leases))
    def ok(self, row: OutboxRow) -> None:
        if self.move(row, outbox.done, self.clock(), f"R{row.id}"):
            del self.live[row.id]
            self.doubted.discard(row.id)
            self.finished.add(row.id)

    @rule(row=consumes(leases), wait=st.integers(0, 300))
    def refused(self, row: OutboxRow, wait: int) -> None:
        if self.move(row, outbox.retry, self.clock() + timedelta(seconds=wait), "unavailable", "down"):
            del self.live[row.id]
            if not row.must_look_up:
                self.doubted.discard(row.id)

    @rule(row=consumes(leases), wait=st.integers(0, 300))
    def lost_reply(self, row: OutboxRow, wait: int) -> None:
        if self.move(row, outbox.unknown, self.clock() + timedelta(seconds=wait), "outcome_unknown", "reset"):
            del self.live[row.id]
            self.doubted.add(row.id)

    @rule(row=consumes(leases))
    def poison(self, row: OutboxRow) -> None:
        if self.move(row, outbox.reject, "rejected", "no"):
            del self.live[row.id]

    @rule(row=leases)
    def heartbeat(self, row: OutboxRow) -> None:
        holds = self.live.get(row.id) is row
        assert self.do(outbox.extend, row.id, row.owner, self.clock() + timedelta(seconds=LEASE_S)) == holds

    @rule(seconds=st.integers(1, 120))
    def tick(self, seconds: int) -> None:
        self.clock.tick(seconds)

    @rule()
    def recover(self) -> None:
        self.do(outbox.recover_expired, self.clock(), SETTLE)
        self._drop_ended_leases()

    @rule(pick=st.randoms(use_true_random=False), parks=st.booleans())
    def person(self, pick: Any, parks: bool) -> None:
        row_id = pick.choice(sorted(self.known))
        state = self.do(outbox.get, row_id).state
        try:
            if parks:
                self.do(outbox.park, row_id, self.clock(), "ada", "later")
            else:
                self.do(outbox.retry_by_person, row_id, self.clock(), "ada")
        except DomainError:
            assert state in ("leased", "done")
            return
        assert state not in ("leased", "done")

    @rule()
    def crash(self) -> None:
        """The process dies: its connection goes, its leases stay until the clock ends them."""
        self.db.close()
        self.db.engine.dispose()
        self.db = fast(self.file, self.clock)

    @rule()
    def restore(self) -> None:
        self.do(outbox.after_restore, self.clock())
        self.live.clear()
        self.doubted |= set(self.known)
        self.finished.clear()

    def _drop_ended_leases(self) -> None:
        for row_id in list(self.live):
            if self.do(outbox.get, row_id).state != "leased":
                del self.live[row_id]

    @invariant()
    def each_row_is_in_one_state_and_none_vanished(self) -> None:
        rows = self.do(outbox.listing, OUTBOX_STATES, None, 10_000)
        assert {row.id: (row.connection_id, row.object_id) for row in rows} == self.known
        assert sum(self.do(outbox.counts).values()) == len(self.known)
        for row in rows:
            leased = row.state == "leased"
            assert leased == (row.id in self.live)
            assert leased == (row.lease_until is not None) == bool(row.owner)
            assert (row.state == "done") == (row.id in self.finished)
            assert self.do(outbox.events, row.id)[-1].to_state == row.state


def test_the_queue_machine(template: Path) -> None:
    Queue.template = template
    Queue.TestCase.settings = settings(
        max_examples=40, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
    )
    Queue.TestCase().runTest()


def test_the_machine_would_see_a_lease_that_never_expires(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poisoned store: a claim that ignores live leases must be caught by the machine."""
    honest = outbox.claim

    def greedy(tx: Connection, *args: Any) -> list[OutboxRow]:
        tx.exec_driver_sql("UPDATE outbox SET state = 'ready', lease_until = NULL, owner = '' WHERE state = 'leased'")
        return honest(tx, *args)

    monkeypatch.setattr(outbox, "claim", greedy)
    Queue.template = template
    Queue.TestCase.settings = settings(
        max_examples=40, stateful_step_count=STEPS, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    with pytest.raises(AssertionError):
        Queue.TestCase().runTest()
