"""The door to the database: synchronous functions on a transaction, asked for asynchronously.

`await store.write(fn, *args)` runs `fn(tx, *args)` in one transaction on the one writing connection, in its own
thread; `await store.read(fn, *args)` on a read-only connection that sees one state of the file. All raise StoreError.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, Engine

from posbridge.domain.errors import StoreError
from posbridge.store import connect, migrate
from posbridge.store.errors import file_error, translated
from posbridge.store.locks import FileLock
from posbridge.store.sealing import Vault
from posbridge.store.times import CLOCK, Clock

P = ParamSpec("P")
T = TypeVar("T")

#: The library that migrates keeps what it works on in globals of its module.
_ONE_AT_A_TIME = threading.Lock()


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store(ABC):
    """What other rooms hold. `vault` is None, or may be locked: orders are read and written all the same."""

    vault: Vault | None
    clock: Clock

    @abstractmethod
    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `fn` returns, once it is committed; an error of `fn` undoes everything it did.

        A cancelled await waits for the outcome first, so that no half transaction is ever left behind.
        """

    @abstractmethod
    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `fn` returns on one state of the data. A write in it is refused."""

    @abstractmethod
    def sender_lock(self) -> FileLock:
        """Held by the one process that sends; it dies with it."""

    @abstractmethod
    async def checkpoint(self) -> None:
        """Moves the log into the database; for quiet moments."""

    @abstractmethod
    async def close(self) -> None:
        """Ends all threads and files; a transaction in hand is finished first."""


class SqliteStore(Store):
    """The kiosk's store: one file. Several processes may open it; each write takes its turn for up to 5 s."""

    def __init__(self, path: Path, writer: Engine, reader: Engine, clock: Clock, vault: Vault | None) -> None:
        self.path, self.clock, self.vault = path, clock, vault
        self._writer, self._reader = writer, reader
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="posbridge-write")
        self._read_threads = ThreadPoolExecutor(connect.READERS, thread_name_prefix="posbridge-read")
        self._write_connection: Connection | None = None
        self._damage: StoreError | None = None

    @classmethod
    async def open(cls, path: Path, *, clock: Clock = utc_now, vault: Vault | None = None, check: bool = True) -> Self:
        """Opens `path`, makes it if absent, brings it to this version (with a copy before).

        Raises CorruptStore (the file is left as it is), ReadOnlyStore, DiskFull, StoreBusy, or ConfigurationError for
        a file made by a newer posbridge. `check` reads the whole file once for damage; see `check_soundness` too.
        """
        await asyncio.to_thread(prepare, path, clock, check)
        return cls(path, connect.writer_engine(path), connect.reader_engine(path), clock, vault)

    async def check_soundness(self) -> None:
        """Reads the whole file for damage, on a connection of its own, while sales go on; a cancel ends it at once.

        Raises CorruptStore; from then on every write does, so that a damaged file is left as it is.
        """
        connection = connect.raw_reader(self.path)
        checking = asyncio.wrap_future(self._read_threads.submit(_sound, connection))
        try:
            await asyncio.shield(checking)
        except asyncio.CancelledError:
            connection.interrupt()
            await _settled(checking)
            raise
        except StoreError as error:
            self._damage = error
            raise

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await _outcome(self._write_thread.submit(lambda: self._write(fn, *args, **kwargs)))

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await _outcome(self._read_threads.submit(lambda: self._read(fn, *args, **kwargs)))

    def sender_lock(self) -> FileLock:
        return FileLock(self.path.with_name(f"{self.path.name}.sender-lock"))

    async def checkpoint(self) -> None:
        await _outcome(self._write_thread.submit(self._checkpoint))

    async def close(self) -> None:
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """`close` without a loop."""
        self._read_threads.shutdown()
        self._reader.dispose()
        self._write_thread.shutdown()
        if self._write_connection is not None:
            self._write_connection.close()
        self._writer.dispose()

    def _write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._damage is not None:
            raise self._damage
        try:
            with self._connection().begin():
                return fn(self._connection(), *args, **kwargs)
        except Exception as error:
            raise _ours(error) from error

    def _connection(self) -> Connection:
        if self._write_connection is None:
            self._write_connection = self._writer.connect()
            self._write_connection.info[CLOCK] = self.clock
        return self._write_connection

    def _read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with self._reader.connect() as connection, connection.begin():
                connection.info[CLOCK] = self.clock
                return fn(connection, *args, **kwargs)
        except Exception as error:
            raise _ours(error) from error

    def _checkpoint(self) -> None:
        connect.driver_of(self._connection()).execute("PRAGMA wal_checkpoint(PASSIVE)")


def prepare(path: Path, clock: Clock = utc_now, check: bool = True) -> None:
    """Makes or updates the file at `path` and checks it; see SqliteStore.open."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _ONE_AT_A_TIME:
            migrate.upgrade(path, clock(), check=check)
    except OSError as error:
        raise file_error(error, path) from error
    except Exception as error:
        raise _ours(error) from error


def _sound(connection: sqlite3.Connection) -> None:
    try:
        with closing(connection):
            connect.require_sound(connection)
    except Exception as error:
        raise _ours(error) from error


def _ours(error: Exception) -> Exception:
    return translated(error) or error


async def _outcome(job: Future[T]) -> T:
    """The job's result; when cancelled, the job is withdrawn if it has not begun, else its end is awaited."""
    waiting = asyncio.wrap_future(job)
    try:
        return await asyncio.shield(waiting)
    except asyncio.CancelledError:
        if not waiting.cancelled() and not job.cancel():
            await _settled(waiting)
        raise


async def _settled(waiting: asyncio.Future[T]) -> None:
    while not waiting.done():
        try:
            await asyncio.wait((waiting,))
        except asyncio.CancelledError:  # a second cancel must not leave the transaction unattended either
            continue
    if not waiting.cancelled():
        waiting.exception()
