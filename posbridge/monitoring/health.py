"""Health as data, and changes of it told once: once when it goes down, once when it is up again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class HealthState(StrEnum):
    """From good to bad. UNKNOWN: nothing was heard yet, which is neither."""

    UNKNOWN = "unknown"
    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"


_BAD = [HealthState.UNKNOWN, HealthState.UP, HealthState.DEGRADED, HealthState.DOWN]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `detail` and `next_step` are for a person."""

    name: str
    state: HealthState
    detail: str = ""
    next_step: str = ""


def worst(checks: Iterable[Check]) -> HealthState:
    """The worst state among them; UNKNOWN without any."""
    return max((check.state for check in checks), key=_BAD.index, default=HealthState.UNKNOWN)


@dataclass(frozen=True)
class Transition:
    """A change that is worth one line. `lasted` is how long the state before it was held, None for the first one."""

    name: str
    before: HealthState
    after: HealthState
    at: datetime
    lasted: timedelta | None = None
    detail: str = ""

    @property
    def is_recovery(self) -> bool:
        return self.after is HealthState.UP


@dataclass(frozen=True)
class _Seen:
    state: HealthState
    since: datetime


class Announcer:
    """Turns a stream of observations into transitions. A first UP says nothing; a first DOWN does."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def observe(self, check: Check, now: datetime) -> Transition | None:
        """The transition that this observation makes, None when it is no news. UNKNOWN changes nothing."""
        if check.state is HealthState.UNKNOWN:
            return None
        last = self._seen.get(check.name)
        if last is not None and last.state is check.state:
            return None
        self._seen[check.name] = _Seen(check.state, now)
        if last is None and check.state is HealthState.UP:
            return None
        before = HealthState.UNKNOWN if last is None else last.state
        lasted = None if last is None else now - last.since
        return Transition(check.name, before, check.state, now, lasted, check.detail)

    def since(self, name: str) -> datetime | None:
        """When the present state began (UTC), None for what was never observed."""
        last = self._seen.get(name)
        return None if last is None else last.since

    def forget(self, name: str) -> None:
        """For a connection that was removed."""
        self._seen.pop(name, None)
