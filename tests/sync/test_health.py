"""Up, down and slowed: noticed in time, said once, and what each error does to a connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from posbridge.connectors.contract import Connection
from posbridge.domain.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
    VaultLocked,
)
from posbridge.sync.health import ConnectionHealth, Health, Knocker, State, reaches
from posbridge.sync.timings import Timings

DOWN = ServiceUnavailable("down")


@pytest.fixture
def health(clock: Any) -> Health:
    return Health(clock, Timings())


class Door:
    """A listener on loopback that can be shut and opened again at the same port."""

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(_let_in, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None


async def _let_in(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@asynccontextmanager
async def a_door() -> AsyncIterator[Door]:
    door = Door()
    await door.open()
    try:
        yield door
    finally:
        await door.shut()


def knocker(health: Health, port: int) -> Knocker:
    connector = SimpleNamespace(base_url=lambda connection: f"http://127.0.0.1:{port}/path")
    registry: Any = SimpleNamespace(connector=lambda name: connector)
    return Knocker(registry, health, Timings())


async def test_offline_is_noticed_within_ten_seconds_and_online_within_fifteen(clock: Any, health: Health) -> None:
    """Time is moved by hand from beat to beat; the door is a real one."""
    timings = Timings()
    async with a_door() as door:
        knocks, connection = knocker(health, door.port), Connection(id="c", platform="any")

        async def until(state: State) -> float:
            """Seconds of the worst case: the door moved just after a beat, and the knock takes its whole limit."""
            begun = clock.at
            while health.of("c").state is not state:
                clock.tick(timings.ping_s)
                await knocks.knock([connection])
                assert clock.at - begun < timedelta(minutes=1)
            return float((clock.at - begun).total_seconds()) + timings.ping_timeout_s

        await knocks.knock([connection])
        assert health.of("c").state is State.ONLINE
        with capture_logs() as logs:
            await door.shut()
            assert await until(State.OFFLINE) <= 10
            for _ in range(5):
                clock.tick(timings.ping_s)
                await knocks.knock([connection])
            assert not health.may_send("c")
            await door.open()
            assert await until(State.ONLINE) <= 15
            await knocks.knock([connection])
        assert health.may_send("c")
    assert [(entry["state"], entry["log_level"]) for entry in logs] == [("offline", "warning"), ("online", "info")]


async def test_a_knock_gives_up_after_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A black hole answers nothing at all."""

    async def black_hole(*_: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio, "open_connection", black_hole)
    began = asyncio.get_running_loop().time()
    assert await reaches("203.0.113.1", 9, 0.05) is False
    assert asyncio.get_running_loop().time() - began < 5


async def test_a_slow_door_keeps_no_other_waiting(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    both = asyncio.Event()

    async def together(*_: Any) -> bool:
        begun.append("")
        if len(begun) == 2:
            both.set()
        await asyncio.wait_for(both.wait(), 2)
        return True

    monkeypatch.setattr("posbridge.sync.health.reaches", together)
    health = Health(clock, Timings())
    await knocker(health, 1).knock([Connection(id=name, platform="any") for name in ("a", "b")])
    assert [one.state for one in health.all()] == [State.ONLINE] * 2


def test_the_first_good_sign_is_no_news_the_first_bad_one_is(health: Health) -> None:
    with capture_logs() as logs:
        health.good("fine")
        health.reachable("gone", False)
    assert [(entry["connection"], entry["state"]) for entry in logs] == [("gone", "offline")]


def test_five_failures_in_a_row_open_the_circuit_and_a_good_call_closes_it(clock: Any, health: Health) -> None:
    health.good("c")
    for _ in range(4):
        health.bad("c", DOWN)
    assert health.of("c").state is State.ONLINE
    assert health.may_send("c")
    health.bad("c", OutcomeUnknown("lost"))
    assert health.of("c").state is State.FAILING
    assert not health.may_send("c")
    clock.tick(10)
    assert health.may_send("c"), "after its pause one more is tried"
    health.bad("c", DOWN)
    assert not health.may_send("c"), "one failure is enough to open it again"
    clock.tick(10)
    health.good("c")
    assert (health.of("c").state, health.of("c").failures, health.of("c").problem) == (State.ONLINE, 0, "")


def test_a_good_call_between_them_keeps_the_circuit_closed(health: Health) -> None:
    for _ in range(3):
        for _ in range(4):
            health.bad("c", DOWN)
        health.good("c")
    assert health.of("c").state is State.ONLINE


@pytest.mark.parametrize("error", [ValidationError("bad field"), NotFound("gone")])
def test_an_error_of_one_order_says_nothing_of_the_connection(health: Health, error: Exception) -> None:
    health.good("c")
    for _ in range(20):
        health.bad("c", error)
    assert health.of("c").state is State.ONLINE
    assert health.may_send("c")


def test_a_limit_holds_until_the_time_the_platform_named(clock: Any, health: Health) -> None:
    health.bad("c", RateLimitExceeded("slow down", retry_at=clock.at + timedelta(seconds=42)))
    assert health.of("c").state is State.SLOWED
    clock.tick(41)
    assert not health.may_send("c")
    clock.tick(1)
    assert health.may_send("c")


@pytest.mark.parametrize(
    ("error", "state"),
    [(AuthenticationError("revoked"), State.SIGNED_OUT), (PermissionDenied("no right"), State.NO_PERMISSION)],
)
def test_what_waits_for_a_person_is_not_mended_by_a_knock(health: Health, error: Exception, state: State) -> None:
    health.good("c")
    health.bad("c", error)
    for there in (False, True):
        health.reachable("c", there)
        assert health.of("c").state is state
        assert not health.may_send("c")
    health.signed_in("c")
    assert health.may_send("c")
    assert health.of("c").problem == ""


def test_a_locked_keyring_is_tried_again_after_a_while(clock: Any, health: Health) -> None:
    health.bad("c", VaultLocked())
    assert health.of("c").state is State.LOCKED
    assert not health.may_send("c")
    clock.tick(10)
    assert health.may_send("c")


def test_listeners_hear_each_change_once_and_since_is_when_it_began(clock: Any, health: Health) -> None:
    heard: list[ConnectionHealth] = []
    health.on_change.append(heard.append)
    health.good("c")
    clock.tick(60)
    for _ in range(3):
        health.reachable("c", False)
        clock.tick(4)
    assert [(one.state, one.since) for one in heard] == [
        (State.ONLINE, clock.at - timedelta(seconds=72)),
        (State.OFFLINE, clock.at - timedelta(seconds=12)),
    ]
    health.forget("c")
    assert health.all() == []
