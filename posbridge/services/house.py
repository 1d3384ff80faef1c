"""What every service works with: built once by the composition root, handed to each part."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from posbridge.connectors.contract import Connection, Connector, Facts, PlatformServices
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.store.engine import SqliteStore
from posbridge.store.locks import FileLock
from posbridge.store.times import Clock
from posbridge.sync.engine import Sync
from posbridge.sync.health import Health

if TYPE_CHECKING:
    from posbridge.services.settings import SettingsBook


class Closable(Protocol):
    def aclose(self) -> Awaitable[None]: ...


class Platforms(Protocol):
    """What services ask of the connectors' registry."""

    def available(self) -> list[Facts]:
        """The facts of every system, POS first."""
        ...

    def connector(self, name: str) -> Connector:
        """Raises ConfigurationError for a system that is not here."""
        ...

    def open(self, connection: Connection, secrets: Mapping[str, str]) -> tuple[PlatformServices, Closable]:
        """Services that are not kept, to prove a connection; end them with `aclose()` of the second."""
        ...

    async def services(self, connection: Connection) -> PlatformServices:
        """The connection's services, signed in. Raises VaultLocked, ConfigurationError, AuthenticationError."""
        ...

    async def estimate(self, connection: Connection, calls: int, what: str = "all") -> float:
        """Seconds until so many more calls are done, by the platform's limits."""
        ...

    def recent(self, connection_id: str) -> Sequence[Any]:
        """The last calls of a connection, newest first: `at`, `method`, `url`, `status`, `ms`; no secrets."""
        ...

    async def forget(self, connection_id: str) -> None:
        """Drops what is kept of a connection."""
        ...


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass
class Sender:
    """The sender's lock, once this process has it."""

    lock: FileLock | None = None


@dataclass(frozen=True)
class House:
    """Every part of the services is made of this alone and keeps no state: `Baskets(house)` may be made anywhere.

    `home` is the data folder. The vault may be locked: selling goes on, and `unlock` asks the key sources again.
    `sync.once()` works in any process. `key_asked` is set once the key sources were asked at the start.
    """

    home: Path
    store: SqliteStore
    registry: Platforms
    tokens: TokenService
    vault: Vault
    health: Health
    clock: Clock
    settings: SettingsBook
    sync: Sync
    unlock: Callable[[], Awaitable[bool]] = field(repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    sender: Sender = field(default_factory=Sender, repr=False)
    key_asked: asyncio.Event = field(default_factory=_set, repr=False)

    @property
    def sends(self) -> bool:
        """Whether this process holds the sender's lock and brings the queue out by itself."""
        return self.sender.lock is not None and self.sender.lock.held
