"""Stand-ins for the world around the room: a key source in memory, a token store in memory, a clock that is set."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from posbridge.security.key_sources import Found, KeyState, Slot
from posbridge.security.tokens import SealedToken, TokenService, TokenType
from posbridge.security.vault import MasterKeys, Vault

KEY = bytes(range(32))


@dataclass
class MemorySource:
    """Keeps keys as a real source would; `state` makes it fail."""

    name: str = "memory"
    kept: dict[str, bytes] = field(default_factory=dict)
    state: KeyState | None = None
    writable: bool = True

    async def read(self) -> Found:
        if self.state is not None:
            return Found(self.state, self.name, message=f"memory is {self.state}.")
        if "current" not in self.kept:
            return Found(KeyState.ABSENT, self.name, can_hold=True)
        return Found(KeyState.OPEN, self.name, MasterKeys(self.kept["current"], self.kept.get("next")))

    async def write(self, slot: Slot, key: bytes) -> Found:
        if not self.writable:
            return Found(KeyState.FAILED, self.name, message="memory is full.")
        self.kept[slot] = key
        return Found(KeyState.OPEN, self.name, MasterKeys(key))

    async def forget_next(self) -> None:
        self.kept.pop("next", None)


class MemoryTokenStore:
    """A token store that can fail and that records its saves in order with other events."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[TokenType, SealedToken]] = {}
        self.saves = 0
        self.fail_with: Exception | None = None

    async def load(self, connection_id: str) -> Sequence[SealedToken]:
        await asyncio.sleep(0)
        return list(self.rows.get(connection_id, {}).values())

    async def save(self, connection_id: str, tokens: Sequence[SealedToken]) -> None:
        await asyncio.sleep(0)
        if self.fail_with is not None:
            raise self.fail_with
        self.saves += 1
        self.rows.setdefault(connection_id, {}).update({token.type: token for token in tokens})

    async def forget(self, connection_id: str) -> None:
        self.rows.pop(connection_id, None)


@dataclass
class SetClock:
    now: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def source() -> MemorySource:
    return MemorySource()


@pytest.fixture
def other_source() -> MemorySource:
    return MemorySource("other")


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def token_store() -> MemoryTokenStore:
    return MemoryTokenStore()


@pytest.fixture
def tokens(token_store: MemoryTokenStore, clock: SetClock, vault: Vault) -> TokenService:
    return TokenService(token_store, clock, vault)
