"""The composition root: builds everything once, joins it, runs it, shuts it down."""

from __future__ import annotations

import asyncio
import os
import secrets as randomness
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import structlog
from platformdirs import user_data_path

from posbridge.connectors.contract import Connection
from posbridge.connectors.registry import Catalogue, PlatformServiceRegistry
from posbridge.domain.catalog import Product
from posbridge.domain.errors import ConfigurationError, PosbridgeError, SecurityError
from posbridge.monitoring import logging
from posbridge.monitoring.pauses import shorten_pauses
from posbridge.security import redaction
from posbridge.security.file_sources import default_sources
from posbridge.security.key_sources import KeySource, open_vault
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.services import Services
from posbridge.services.connections import connection_of
from posbridge.services.house import House
from posbridge.services.settings import SettingsBook, timings_of
from posbridge.store import backup
from posbridge.store import connections as connection_rows
from posbridge.store import settings as setting_rows
from posbridge.store import tokens as token_rows
from posbridge.store.engine import SqliteStore, Store, utc_now
from posbridge.store.locks import FileLock
from posbridge.store.sealed_rows import StoredSeals
from posbridge.store.times import Clock
from posbridge.store.tokens import StoredTokens
from posbridge.store.transaction import Transaction
from posbridge.sync.drain import Drain
from posbridge.sync.engine import Sync
from posbridge.sync.health import Health, Knocker
from posbridge.sync.pull import Pull
from posbridge.sync.timings import Timings

log = structlog.get_logger("posbridge.app")

DATABASE = "posbridge.db"
_INSTALLATION = "installation"
#: Seconds between two rounds of housekeeping, and how long the end may take.
HOUSEKEEPING_S = 60.0
STOP_S = 5.0


def home_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the data are: POSBRIDGE_HOME, else the system's place for application data."""
    given = environ.get("POSBRIDGE_HOME")
    return Path(given).expanduser() if given else user_data_path("posbridge", appauthor=False)


@asynccontextmanager
async def running(
    home: Path | None = None,
    *,
    timings: Timings | None = None,
    sync: bool = True,
    console: bool = False,
    clock: Clock = utc_now,
    environ: Mapping[str, str] = os.environ,
    sources: Sequence[KeySource] | None = None,
    catalogue: Catalogue | None = None,
    unlimited: bool = False,
    after: Awaitable[object] | None = None,
) -> AsyncIterator[Services]:
    """Everything, built and running while the block lasts; afterwards no task, thread, socket or lock is left.

    With `sync` the queue is brought out and the platforms are read, unless another process on this data folder does
    it already: this one then captures only. A locked vault is no obstacle. `unlimited` takes the platforms' rate
    limits away, for simulated ones that have none. `after` (the window's first frame) is what the look for damage
    in the file, the vault and the sending wait for; `Services.begun` then says how they went, and a file found
    damaged is not written any more. Raises StoreError, ConfigurationError.
    """
    folder = home_folder(environ) if home is None else home
    async with AsyncExitStack() as stack:
        if unlimited:
            catalogue = _without_limits(catalogue or Catalogue())
        _start_log(folder, console, environ)
        stack.callback(logging.shutdown)
        house = await _build(
            stack, folder, timings or timings_of(environ), clock, environ, sources, catalogue,
            check=after is None,
        )  # fmt: skip
        services = Services(house)
        if after is None:
            await _begin(stack, services, sync=sync)
        else:
            house.key_asked.clear()
            begun = await stack.enter_async_context(AsyncExitStack())
            services.begun = asyncio.create_task(_begin_after(after, begun, services, sync=sync), name="beginning")
            stack.push_async_callback(_cancelled, services.begun)
        yield services


async def _begin(stack: AsyncExitStack, services: Services, *, sync: bool) -> None:
    await services.unlock()
    shorten_pauses()
    if sync:
        await _send(stack, services)


async def _begin_after(after: Awaitable[object], stack: AsyncExitStack, services: Services, *, sync: bool) -> None:
    await after
    shorten_pauses()
    try:
        await services.unlock()
    finally:
        services.house.key_asked.set()
    await services.house.store.check_soundness()
    if sync:
        await _send(stack, services)


async def restore_over_damage(
    file: Path, home: Path | None = None, *, clock: Clock = utc_now, environ: Mapping[str, str] = os.environ
) -> Path | None:
    """Puts the backup `file` in place of a database that cannot be opened; where the damaged one is kept.

    Raises as `Backups.restore`.
    """
    path = _database(home_folder(environ) if home is None else home, environ)
    with FileLock(path.with_name(f"{path.name}.sender-lock")):
        return await asyncio.to_thread(backup.restore, path, file, clock())


def _start_log(folder: Path, console: bool, environ: Mapping[str, str]) -> None:
    level = environ.get("POSBRIDGE_LOG_LEVEL", "INFO").upper()
    if level not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ConfigurationError(f"POSBRIDGE_LOG_LEVEL cannot be {level!r}.", next_step="Set it to INFO or DEBUG.")
    logging.configure(level, folder / "logs", redact=redaction.processor, console=console)


async def _build(
    stack: AsyncExitStack,
    folder: Path,
    timings: Timings,
    clock: Clock,
    environ: Mapping[str, str],
    sources: Sequence[KeySource] | None,
    catalogue: Catalogue | None,
    *,
    check: bool,
) -> House:
    vault = Vault(region=environ.get("POSBRIDGE_REGION", "US"))
    store = await SqliteStore.open(_database(folder, environ), clock=clock, vault=vault, check=check)
    stack.push_async_callback(store.close)
    tokens = TokenService(StoredTokens(store), clock, vault)
    stack.push_async_callback(tokens.aclose)
    registry = PlatformServiceRegistry(_Secrets(store, vault), tokens, clock, catalogue=catalogue)
    stack.push_async_callback(registry.aclose)
    health = Health(clock, timings)
    book = SettingsBook(store, environ, vault)
    joined = _sync(store, registry, health, clock, timings, book)
    tokens.on_signed_out = _SignedOut(store)

    async def again() -> bool:
        return await unlock(store, vault, folder, environ, sources)

    return House(folder, store, registry, tokens, vault, health, clock, book, joined, again, environ)


def _database(folder: Path, environ: Mapping[str, str]) -> Path:
    """POS_DATABASE_URL (sqlite:///…) is read too."""
    url = environ.get("POS_DATABASE_URL", "")
    if not url:
        return folder / DATABASE
    scheme, _, rest = url.partition(":///")
    if scheme.partition("+")[0] != "sqlite" or not rest:
        raise ConfigurationError(
            "A till keeps its data in SQLite.", next_step="Set POS_DATABASE_URL to sqlite:///FILE."
        )
    return Path(rest)


async def unlock(
    store: Store,
    vault: Vault,
    folder: Path,
    environ: Mapping[str, str] = os.environ,
    sources: Sequence[KeySource] | None = None,
) -> bool:
    """Opens the vault with what this machine offers; False leaves it locked with its reason, and selling goes on."""
    seals = StoredSeals(store)
    ring = await seals.ring()
    name = await store.read(setting_rows.get, _INSTALLATION) or await store.write(_name_installation)
    opened = await open_vault(sources or default_sources(folder, name, environ=environ), sample=ring, vault=vault)
    if not vault.is_open:
        log.warning("vault locked", source=opened.found.source, state=opened.found.state.value)
        return False
    try:
        vault.load_ring(ring)
    except SecurityError as error:
        vault.lock(str(error))
        return False
    if ring is None:
        await seals.save_ring(vault.ring())
    return True


def _name_installation(tx: Transaction) -> str:
    """Made once a database, so that two installations of one machine have keys of their own."""
    known = setting_rows.get(tx, _INSTALLATION)
    if known is None:
        known = randomness.token_hex(8)
        setting_rows.put(tx, _INSTALLATION, known)
    return str(known)


def _without_limits(catalogue: Catalogue) -> Catalogue:
    for name in catalogue.names():
        connector = copy(catalogue.find(name))
        if connector is not None:
            free = connector.facts.capabilities.model_copy(update={"rates": (), "parallel": 8})
            connector.facts = connector.facts.model_copy(update={"capabilities": free})
            catalogue.add(connector)
    return catalogue


@dataclass(frozen=True)
class _Secrets:
    """Where the registry gets a connection's opened secrets."""

    store: Store
    vault: Vault

    async def secrets(self, connection: Connection) -> Mapping[str, str]:
        found = await self.store.read(token_rows.get_secrets, connection.id, self.vault)
        for value in found.values():
            redaction.register_secret(value)
        return found


@dataclass(frozen=True)
class _SignedOut:
    """The platform withdrew access: the connection waits for a person, also after a restart."""

    store: Store

    async def __call__(self, connection_id: str) -> None:
        with suppress(PosbridgeError):
            await self.store.write(connection_rows.set_state, connection_id, "signed_out", self.store.clock())


def _sync(
    store: Store, registry: PlatformServiceRegistry, health: Health, clock: Clock, timings: Timings, book: SettingsBook
) -> Sync:
    async def connections() -> list[Connection]:
        return [connection_of(row) for row in await store.read(connection_rows.listed, ("enabled",))]

    async def tidying() -> Callable[[Product], Product]:
        from posbridge.services.tidying import tidied_by

        return tidied_by(await book.get())

    owner = f"{socket.gethostname()}-{os.getpid()}"
    drain = Drain(store, registry, health, clock, timings, owner)
    pull = Pull(store, registry, clock, tidying)
    return Sync(drain, pull, health, Knocker(registry, health, timings), connections, timings)


async def _send(stack: AsyncExitStack, services: Services) -> None:
    """Starts what works in the background, if no other process does."""
    house = services.house
    lock = house.store.sender_lock()
    if not lock.acquire():
        log.info("another process sends; this one captures")
        return
    stack.callback(lock.release)
    house.sender.lock = lock
    settings = await house.settings.get()
    house.sync.start(pull_s=settings.pull_s)
    stack.push_async_callback(_stop, house.sync)
    keeper = asyncio.create_task(_keep_house(services), name="housekeeping")
    stack.push_async_callback(_cancelled, keeper)


async def _stop(sync: Sync) -> None:
    try:
        async with asyncio.timeout(STOP_S):
            await sync.stop()
    except TimeoutError:
        log.error("sync did not stop in time")


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _keep_house(services: Services) -> None:
    """Settles gift cards that a crash left between two states, and backs up when the last backup is old."""
    while True:
        for job in (services.gift_cards.settle, services.backups.when_due):
            try:
                await job()
            except PosbridgeError as error:
                log.warning("housekeeping", job=job.__name__, reason=str(error))
            except Exception:
                log.exception("bug in housekeeping", job=job.__name__)
        await asyncio.sleep(HOUSEKEEPING_S)
