"""The drain: brings each outbox row to its target once, by the send protocol.

claim → [a try has left, or the key may have died?] → look up → send → read back → done

Each outcome is one of the store's moves; what is not understood is *unknown*, never *failed*.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from posbridge.connectors.contract import Capabilities, Connection, Dedupe, RemoteRef
from posbridge.connectors.registry import PlatformServiceRegistry
from posbridge.domain.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    OutcomeUnknown,
    PermissionDenied,
    PosbridgeError,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    StoreError,
    VaultLocked,
)
from posbridge.store import outbox
from posbridge.store.engine import Store
from posbridge.store.outbox import LeaseLost, OutboxRow
from posbridge.sync.health import Health
from posbridge.sync.steps import LINK, LOST, NOT_FOUND, ORDER, RowSteps
from posbridge.sync.timings import Timings
from posbridge.sync.together import together
from posbridge.sync.work import Found, Work, Works

log = structlog.get_logger("posbridge.sync")

Clock = Callable[[], datetime]

#: The platform (or this machine) surely did nothing: the same send may go again.
_REFUSED = (
    RateLimitExceeded,
    ServiceUnavailable,
    AuthenticationError,
    PermissionDenied,
    VaultLocked,
    StoreError,
)

_NO_LOOK_UP = "It may be there, and this platform cannot be asked by program, so it is not sent again."
_LOOK_THERE = "Look for it there, then say in the queue whether it is there."


@dataclass
class Drained:
    """What one round did: rows by outcome."""

    done: int = 0
    waiting: int = 0
    unknown: int = 0
    rejected: int = 0

    def add(self, other: Drained) -> None:
        for name in ("done", "waiting", "unknown", "rejected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class _Case:
    """A row in hand. `doubt`: the order may be there already, and no look-up has said otherwise yet."""

    row: OutboxRow
    connection: Connection
    capabilities: Capabilities
    steps: RowSteps
    doubt: bool
    result: Drained = field(default_factory=Drained)


class Drain:
    """Sends what is due to one connection at a time; `owner` names this sender in the leases."""

    def __init__(
        self,
        store: Store,
        registry: PlatformServiceRegistry,
        health: Health,
        clock: Clock,
        timings: Timings,
        owner: str,
    ) -> None:
        self._store, self._registry, self._health = store, registry, health
        self._clock, self._timings, self._owner = clock, timings, owner
        self._works = Works(store)

    async def recover(self, connections: list[Connection]) -> int:
        """Rows whose lease ran out (a sender died) become unknown or ready again; returns how many."""
        windows = {c.id: self._timings.settle_window(self._facts(c)) for c in connections}
        return int(await self._store.write(outbox.recover_expired, self._clock(), windows))

    async def run(self, connection: Connection, limit: int | None = None) -> Drained:
        """Sends due rows until none is due, the connection goes down or `limit` rows were tried."""
        result, tried = Drained(), 0
        lanes = self._facts(connection).parallel
        while self._health.may_send(connection.id) and (limit is None or tried < limit):
            count = lanes if limit is None else min(lanes, limit - tried)
            now = self._clock()
            rows = await self._store.write(
                outbox.claim, connection.id, now, self._timings.lease_s, count, self._owner
            )
            if not rows:
                break
            tried += len(rows)
            for part in await together(self._handle(row, connection) for row in rows):
                result.add(part)
        return result

    def _facts(self, connection: Connection) -> Capabilities:
        return self._registry.connector(connection.platform).facts.capabilities

    async def _handle(self, row: OutboxRow, connection: Connection) -> Drained:
        case = _Case(row, connection, self._facts(connection), RowSteps(self._store, row), row.must_look_up)
        keeper = asyncio.create_task(self._keep_lease(row))
        try:
            await self._attempt(case)
        except LeaseLost:
            log.warning("lease lost", row=row.id, reference=row.object_id)
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        return case.result

    async def _keep_lease(self, row: OutboxRow) -> None:
        """The lease lives as long as the sender works; a dead sender's runs out by the clock."""
        while True:
            await asyncio.sleep(self._timings.lease_s / 3)
            until = self._clock() + timedelta(seconds=self._timings.lease_s)
            if not await self._store.write(outbox.extend, row.id, row.owner, until):
                return

    async def _attempt(self, case: _Case) -> None:
        sent = False
        try:
            services = await self._registry.services(case.connection)
            work = await self._works.of(case.row, case.connection, services)
            if self._must_look(case) and not await self._settle(case, work):
                return
            await self._store.write(outbox.mark_sending, case.row.id, case.row.owner, self._clock())
            sent, case.doubt = True, False
            ref = await work.send(case.row.key, case.steps)
            await self._confirm(case, work, ref)
        except LeaseLost:
            raise
        except Exception as error:
            await self._classify(case, error, sent)

    def _must_look(self, case: _Case) -> bool:
        """A try may have left this machine, or the key may no longer be honoured."""
        life = case.capabilities.key_life_s
        aged = life is not None and self._clock() - case.row.created_at > timedelta(seconds=life)
        return case.row.must_look_up or aged

    async def _settle(self, case: _Case, work: Work) -> bool:
        """Looks the row up; True when it may be sent (surely not there, or there but unfinished)."""
        found = await work.look_up(case.steps)
        self._health.good(case.connection.id)
        if len(found) > 1:
            await self._double(case, found)
            return False
        if found:
            return await self._adopt(case, found[0])
        return await self._not_found(case)

    async def _adopt(self, case: _Case, found: Found) -> bool:
        if found.complete:
            await self._done(case, found)
            return False
        await case.steps.put(ORDER, found.ref.id)
        if found.waiting_for:
            await self._wait_there(case, found)
        return not found.waiting_for

    async def _not_found(self, case: _Case) -> bool:
        """Once is not proof: wait double the window and look again, then it may be sent."""
        if not case.row.must_look_up or await case.steps.get(NOT_FOUND):
            await case.steps.put(NOT_FOUND, "")
            return True
        await case.steps.put(NOT_FOUND, "1")
        wait = 2 * self._timings.settle_window(case.capabilities)
        await self._unknown(case, wait, "not_found", "Not there yet; it is looked up once more before it is sent.")
        return False

    async def _double(self, case: _Case, found: list[Found]) -> None:
        ids = ", ".join(item.ref.number or item.ref.id for item in found)
        await self._reject(
            case, "double", f"This order is there {len(found)} times: {ids}.", "Cancel the surplus one there."
        )

    async def _confirm(self, case: _Case, work: Work, ref: RemoteRef) -> None:
        """Reads back what the platform stored; when it cannot be read now, the id is kept and it is read later."""
        await case.steps.put(ORDER, ref.id)
        try:
            found = await work.read_back(ref)
        except ConnectorError as error:
            self._note(case, error)
            await self._unknown(case, self._timings.read_back_s, "read_back", "Sent; it is read back to be sure.")
            return
        if found.complete:
            await self._done(case, found)
            return
        await self._wait_there(case, found)

    async def _wait_there(self, case: _Case, found: Found) -> None:
        """It is there and not finished: time alone finishes it, or somebody there."""
        if not found.waiting_for:
            await self._unknown(case, self._timings.read_back_s, "incomplete", "It is there but not finished yet.")
            return
        if await case.steps.get(LINK) != (found.url or None):
            await case.steps.put(LINK, found.url)
        words = f"It is there and waits for {found.waiting_for}."
        await self._unknown(case, self._timings.waiting_s, "waiting_there", words)

    async def _done(self, case: _Case, found: Found) -> None:
        self._health.good(case.connection.id)
        differ: dict[str, Any] | None = {"fields": list(found.different)} if found.different else None
        await self._store.write(
            outbox.done, case.row.id, case.row.owner, self._clock(), found.ref.id, found.ref.number, differ
        )
        case.result.done += 1

    async def _classify(self, case: _Case, error: Exception, sent: bool) -> None:
        """One error, one move."""
        self._note(case, error)
        if isinstance(error, OutcomeUnknown | SchemaDrift) or (sent and not isinstance(error, PosbridgeError)):
            await self._lost(case, error)
        elif isinstance(error, Conflict) and sent and not case.row.must_look_up:
            await self._unknown(case, 0, "conflict", "The platform knows this reference; it is looked up.")
        elif isinstance(error, _REFUSED) or not isinstance(error, PosbridgeError):
            await self._again(case, error)
        else:
            await self._reject(case, _code(error), _words(error), _step(error))

    async def _lost(self, case: _Case, error: Exception) -> None:
        """The request left and no trustworthy answer came."""
        if not isinstance(error, PosbridgeError):
            log.error("bug while sending", row=case.row.id, exc_info=error)
        if case.capabilities.dedupe is Dedupe.NONE:
            await self._reject(case, "cannot_look_up", f"{_words(error)} {_NO_LOOK_UP}", _LOOK_THERE)
            return
        lost = 1 if case.steps.progressed else int(await case.steps.get(LOST) or 0) + 1
        if lost >= self._timings.unknown_cap:
            await self._reject(
                case,
                "unknown_too_often",
                "The platform gave no clear answer several times.",
                "Look for the order there, then retry or park it here.",
            )
            return
        await case.steps.put(LOST, str(lost))
        await case.steps.put(NOT_FOUND, "")
        await self._unknown(case, self._timings.settle_window(case.capabilities), "outcome_unknown", _words(error))

    async def _again(self, case: _Case, error: Exception) -> None:
        """Surely not done by this try: once more later. A doubt from an earlier try stays until it is settled."""
        now, row = self._clock(), case.row
        due = self._timings.backoff_due(now, row.attempts, row.id)
        if isinstance(error, RateLimitExceeded) and error.retry_at and error.retry_at > now:
            due = error.retry_at
        move = outbox.unknown if case.doubt else outbox.retry
        await self._store.write(move, row.id, row.owner, due, _code(error), _words(error), _step(error))
        case.result.waiting += 1

    async def _unknown(self, case: _Case, wait_s: float, code: str, reason: str) -> None:
        due = self._clock() + timedelta(seconds=wait_s)
        await self._store.write(outbox.unknown, case.row.id, case.row.owner, due, code, reason, "")
        case.result.unknown += 1

    async def _reject(self, case: _Case, code: str, reason: str, step: str) -> None:
        await self._store.write(outbox.reject, case.row.id, case.row.owner, code, reason, step)
        case.result.rejected += 1

    def _note(self, case: _Case, error: Exception) -> None:
        self._health.bad(case.connection.id, error)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, PosbridgeError) else "bug"


def _words(error: Exception) -> str:
    return error.message if isinstance(error, PosbridgeError) else f"{type(error).__name__}: {error}"


def _step(error: Exception) -> str:
    return error.next_step if isinstance(error, PosbridgeError) else "Send the support bundle; the sale is safe."
