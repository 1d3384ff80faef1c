"""A change of state is told once down and once up, whatever is observed in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from posbridge.monitoring.health import Announcer, Check, HealthState, worst

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UP, DOWN, DEGRADED, UNKNOWN = HealthState.UP, HealthState.DOWN, HealthState.DEGRADED, HealthState.UNKNOWN


def observed(states: list[HealthState]) -> list[tuple[HealthState, HealthState]]:
    announcer = Announcer()
    told = (announcer.observe(Check("c1", state), NOW + timedelta(seconds=n)) for n, state in enumerate(states))
    return [(one.before, one.after) for one in told if one is not None]


def test_once_down_and_once_up() -> None:
    assert observed([UP, UP, DOWN, DOWN, UNKNOWN, DOWN, UP, UP]) == [(UP, DOWN), (DOWN, UP)]


def test_a_start_while_down_is_told_and_a_good_start_is_not() -> None:
    assert observed([UNKNOWN, DOWN, DOWN]) == [(UNKNOWN, DOWN)]
    assert observed([UNKNOWN, UP]) == []


def test_how_long_it_lasted() -> None:
    announcer = Announcer()
    announcer.observe(Check("c1", UP), NOW)
    announcer.observe(Check("c1", DOWN, "refused"), NOW + timedelta(minutes=1))
    back = announcer.observe(Check("c1", UP), NOW + timedelta(minutes=4))
    assert back is not None
    assert (back.is_recovery, back.lasted) == (True, timedelta(minutes=3))
    assert announcer.since("c1") == NOW + timedelta(minutes=4)
    announcer.forget("c1")
    assert announcer.since("c1") is None


@given(st.lists(st.sampled_from(list(HealthState)), max_size=60))
def test_no_two_lines_say_the_same(states: list[HealthState]) -> None:
    told = observed(states)
    assert all(before is not after for before, after in told)
    assert all(first[1] is second[0] for first, second in pairwise(told) if second[0] is not UNKNOWN)


def test_connections_are_told_apart() -> None:
    announcer = Announcer()
    assert announcer.observe(Check("c1", DOWN), NOW) is not None
    assert announcer.observe(Check("c2", DOWN), NOW) is not None


def test_the_worst_counts() -> None:
    assert worst([]) is UNKNOWN
    assert worst([Check("a", UP), Check("b", UNKNOWN)]) is UP
    assert worst([Check("a", UP), Check("b", DEGRADED)]) is DEGRADED
    assert worst([Check("a", DOWN), Check("b", DEGRADED)]) is DOWN
