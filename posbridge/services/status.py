"""What the sync bar shows: nothing is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from posbridge.services.house import House
from posbridge.services.not_understood import NotUnderstood, not_understood
from posbridge.store import connections, outbox, sync_state
from posbridge.store.connections import ConnectionRow
from posbridge.store.transaction import Transaction
from posbridge.sync.health import FOR_A_PERSON, State

_REACHED = (State.ONLINE, State.SLOWED, State.FAILING)
Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class ConnectionStatus:
    """One connection; `queued` waits for it, `rejected` waits for a person, `not_understood` was set aside.

    Times are UTC.
    """

    id: str
    platform: str
    label: str
    state: str
    since: datetime
    last_good: datetime | None
    problem: str
    next_step: str
    queued: int
    rejected: int
    not_understood: NotUnderstood = field(default_factory=NotUnderstood)

    def json(self) -> dict[str, Any]:
        times = {"since": self.since.isoformat(), "last_good": _iso(self.last_good)}
        return {**vars(self), **times, "not_understood": self.not_understood.json()}


@dataclass(frozen=True)
class Status:
    """`queued` counts what is not at its target yet, `needs_you` what waits for a person.

    `vault_problem` says why keys and personal data cannot be read ("" when they can); `sends` whether this process
    brings the queue out.
    """

    online: bool
    queued: int
    oldest_seconds: int
    last_good: datetime | None
    needs_you: int
    connections: tuple[ConnectionStatus, ...]
    vault_problem: str = ""
    sends: bool = False

    def json(self) -> dict[str, Any]:
        """As surface.md writes it."""
        return {
            "online": self.online,
            "queued": self.queued,
            "oldest_seconds": self.oldest_seconds,
            "last_good": _iso(self.last_good),
            "needs_you": self.needs_you,
            "vault_problem": self.vault_problem,
            "connections": [connection.json() for connection in self.connections],
        }


class StatusBoard:
    """`await status()`; in a process that does not send, each door is knocked at first."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self) -> Status:
        if not self._house.sends:
            await self._house.sync.knock()
        return await self._house.store.read(self._status)

    def _status(self, tx: Transaction) -> Status:
        counts, oldest = outbox.counts(tx), outbox.oldest_waiting(tx)
        found = tuple(self._one(tx, row, counts) for row in connections.listed(tx))
        queued = sum(number for (_, state), number in counts.items() if state in outbox.WAITING)
        rejected = sum(number for (_, state), number in counts.items() if state in outbox.NEEDS_PERSON)
        locked = "" if self._house.vault.is_open else self._house.vault.reason or "The keyring is locked."
        return Status(
            online=any(State(one.state) in _REACHED for one in found),
            queued=queued + rejected,
            oldest_seconds=0 if oldest is None else max(int((self._house.clock() - oldest).total_seconds()), 0),
            last_good=max((one.last_good for one in found if one.last_good), default=None),
            needs_you=rejected + sum(State(one.state) in FOR_A_PERSON for one in found) + bool(locked),
            connections=found,
            vault_problem=locked,
            sends=self._house.sends,
        )

    def _one(self, tx: Transaction, row: ConnectionRow, counts: Counts) -> ConnectionStatus:
        health = self._house.health.of(row.id)
        state, problem, step = health.state, health.problem, health.next_step
        if row.state == "signed_out":
            state, problem = State.SIGNED_OUT, problem or "Access was withdrawn there."
            step = step or "Open Connections and sign in again; the queue is kept."
        goods = (health.last_good, outbox.last_done(tx, row.id), sync_state.last_good(tx, row.id))
        return ConnectionStatus(
            id=row.id,
            platform=row.platform,
            label=row.label,
            state=state.value,
            since=health.since,
            last_good=max((at for at in goods if at is not None), default=None),
            problem=problem,
            next_step=step,
            queued=sum(counts.get((row.id, waiting), 0) for waiting in outbox.WAITING),
            rejected=sum(counts.get((row.id, named), 0) for named in outbox.NEEDS_PERSON),
            not_understood=not_understood(tx, row.id),
        )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
