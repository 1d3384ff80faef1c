"""Is each connection up? Offline is noticed within 10 s, online within 15 s; said once down and once up.

Two signs are read: what the calls themselves say, and a bare TCP knock at the platform's door every few seconds,
which costs the platform nothing and counts against no limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import structlog

from posbridge.connectors.contract import Connection
from posbridge.connectors.registry import PlatformServiceRegistry
from posbridge.domain.errors import (
    AuthenticationError,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    VaultLocked,
)
from posbridge.sync.timings import Timings
from posbridge.sync.together import together

log = structlog.get_logger("posbridge.health")


class State(StrEnum):
    """STARTING until something was heard. SLOWED waits for `until`. FAILING answers, but with errors.
    SIGNED_OUT and NO_PERMISSION wait for a person; LOCKED waits for the keyring."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    FAILING = "failing"
    SLOWED = "slowed"
    SIGNED_OUT = "signed_out"
    NO_PERMISSION = "no_permission"
    LOCKED = "locked"


FOR_A_PERSON = {State.SIGNED_OUT, State.NO_PERMISSION, State.LOCKED}


@dataclass(frozen=True)
class ConnectionHealth:
    """`since` is when this state began, `last_good` the last answered call, both UTC."""

    connection_id: str
    state: State
    since: datetime
    last_good: datetime | None = None
    until: datetime | None = None
    failures: int = 0
    problem: str = ""
    next_step: str = ""


class Health:
    """The state of each connection; `on_change` is called with each new one."""

    def __init__(self, clock: Callable[[], datetime], timings: Timings) -> None:
        self._clock, self._timings = clock, timings
        self._states: dict[str, ConnectionHealth] = {}
        self.on_change: list[Callable[[ConnectionHealth], None]] = []

    def of(self, connection_id: str) -> ConnectionHealth:
        if connection_id not in self._states:
            self._states[connection_id] = ConnectionHealth(connection_id, State.STARTING, self._clock())
        return self._states[connection_id]

    def all(self) -> list[ConnectionHealth]:
        return list(self._states.values())

    def forget(self, connection_id: str) -> None:
        self._states.pop(connection_id, None)

    def may_send(self, connection_id: str) -> bool:
        """False while nothing can come of it. A failing or locked connection is tried again after a while."""
        known = self.of(connection_id)
        if known.state in (State.STARTING, State.ONLINE):
            return True
        if known.state in (State.SIGNED_OUT, State.NO_PERMISSION, State.OFFLINE):
            return False
        return known.until is None or self._clock() >= known.until

    def good(self, connection_id: str) -> None:
        """A call was answered as it should be."""
        self._move(connection_id, State.ONLINE, last_good=self._clock(), failures=0, until=None)

    def bad(self, connection_id: str, error: Exception) -> None:
        """A call ended in this error; only errors that speak of the connection change its state."""
        now, failures = self._clock(), self.of(connection_id).failures + 1
        pause = now + timedelta(seconds=self._timings.circuit_s)
        step = getattr(error, "next_step", "")
        if isinstance(error, AuthenticationError):
            self._move(connection_id, State.SIGNED_OUT, problem=str(error.message), next_step=step)
        elif isinstance(error, PermissionDenied):
            self._move(connection_id, State.NO_PERMISSION, problem=str(error.message), next_step=step)
        elif isinstance(error, VaultLocked):
            self._move(connection_id, State.LOCKED, problem=error.message, next_step=step, until=pause)
        elif isinstance(error, RateLimitExceeded):
            self._move(connection_id, State.SLOWED, problem=error.message, until=error.retry_at or pause)
        elif isinstance(error, ServiceUnavailable | OutcomeUnknown):
            opened = failures >= self._timings.circuit_after
            state = State.FAILING if opened else self.of(connection_id).state
            self._move(connection_id, state, failures=failures, problem=error.message, until=pause if opened else None)

    def reachable(self, connection_id: str, there: bool) -> None:
        """What the knock at the door said."""
        state = self.of(connection_id).state
        if not there:
            if state not in FOR_A_PERSON:
                self._move(connection_id, State.OFFLINE, problem="The network or the platform cannot be reached.")
        elif state in (State.OFFLINE, State.STARTING):
            self._move(connection_id, State.ONLINE, failures=0, until=None)

    def signed_in(self, connection_id: str) -> None:
        """A person mended the connection."""
        self._move(connection_id, State.STARTING, failures=0, until=None)

    def _move(self, connection_id: str, state: State, **changes: object) -> None:
        before = self.of(connection_id)
        after = replace(before, state=state, **changes)  # type: ignore[arg-type]  # the fields of the dataclass
        if state in (State.ONLINE, State.STARTING):
            after = replace(after, problem="", next_step="")
        if state is not before.state:
            after = replace(after, since=self._clock())
        self._states[connection_id] = after
        if state is not before.state:
            self._announce(before, after)

    def _announce(self, before: ConnectionHealth, after: ConnectionHealth) -> None:
        if State.STARTING not in (before.state, after.state) or after.state is not State.ONLINE:
            level = log.info if after.state is State.ONLINE else log.warning
            level("connection", connection=after.connection_id, state=after.state.value, problem=after.problem)
        for listener in self.on_change:
            listener(after)


class Knocker:
    """Knocks at each connection's door."""

    def __init__(self, registry: PlatformServiceRegistry, health: Health, timings: Timings) -> None:
        self._registry, self._health, self._timings = registry, health, timings

    async def knock(self, connections: list[Connection]) -> None:
        await together(self._one(connection) for connection in connections)

    async def _one(self, connection: Connection) -> None:
        address = urlsplit(self._registry.connector(connection.platform).base_url(connection))
        port = address.port or (443 if address.scheme == "https" else 80)
        there = await reaches(address.hostname or "", port, self._timings.ping_timeout_s)
        self._health.reachable(connection.id, there)


async def reaches(host: str, port: int, timeout_s: float) -> bool:
    """True when a TCP connection to the host can be made within `timeout_s` seconds."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), timeout_s)
    except (OSError, TimeoutError):
        return False
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        return True
    return True
