"""One SQLite connection as posbridge wants it: driver's transactions off, durable commits, keys checked."""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event

from posbridge.domain.errors import ConfigurationError, CorruptStore

#: FULL: each commit is synced. The two fullfsync make macOS flush the disk's cache; they do nothing elsewhere.
#: https://www.sqlite.org/pragma.html
_DURABLE = ("PRAGMA synchronous = FULL", "PRAGMA fullfsync = ON", "PRAGMA checkpoint_fullfsync = ON")
_COMMON = ("PRAGMA busy_timeout = 5000", "PRAGMA foreign_keys = ON", "PRAGMA recursive_triggers = ON")
_SIZES = ("PRAGMA journal_size_limit = 67108864", "PRAGMA cache_size = -16384", "PRAGMA temp_store = MEMORY")
_BUSY_TRIES = 20
READERS = 4


def raw_writer(path: Path) -> sqlite3.Connection:
    """A plain connection that may write. Raises sqlite3's errors."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise ConfigurationError(
            f"SQLite {sqlite3.sqlite_version} is too old.", next_step="Install a Python with SQLite 3.37 or later."
        )
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        for pragma in _COMMON:
            connection.execute(pragma)
        _use_wal(connection)
        for pragma in (*_DURABLE, *_SIZES):
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """WAL is kept in the file. Two that switch at once may be told "busy" without any wait, so ask again."""
    for attempt in range(_BUSY_TRIES):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = (error.sqlite_errorname or "").startswith("SQLITE_BUSY")
            if not busy or attempt == _BUSY_TRIES - 1:
                raise
            time.sleep(0.05)


def raw_reader(path: Path) -> sqlite3.Connection:
    """A plain connection that cannot write."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    for pragma in ("PRAGMA busy_timeout = 5000", "PRAGMA query_only = ON", *_SIZES[1:]):
        connection.execute(pragma)
    return connection


def writer_engine(path: Path, begin: str = "BEGIN IMMEDIATE") -> Engine:
    """One connection; each transaction takes the write lock before its first read."""
    engine = create_engine("sqlite://", creator=lambda: raw_writer(path), poolclass=StaticPool)
    _begin_with(engine, begin)
    return engine


def reader_engine(path: Path) -> Engine:
    """A few connections; each transaction sees one state of the file."""
    engine = create_engine(
        "sqlite://", creator=lambda: raw_reader(path), poolclass=QueuePool, pool_size=READERS, max_overflow=0
    )
    _begin_with(engine, "BEGIN")
    return engine


def _begin_with(engine: Engine, statement: str) -> None:
    # The driver would begin only at the first write, so a read before it were outside the transaction.
    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


def driver_of(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection, for pragmas that must stand outside a transaction."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def require_sound(connection: sqlite3.Connection, pragma: str = "quick_check") -> None:
    """Raises CorruptStore when SQLite finds the file damaged."""
    found = connection.execute(f"PRAGMA {pragma}(3)").fetchall()
    if found != [("ok",)]:
        raise CorruptStore(detail_lines=[str(row[0]) for row in found])


def durability(connection: sqlite3.Connection) -> dict[str, Any]:
    """The settings that promise a commit survives a power cut, as the connection has them."""
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "fullfsync", "checkpoint_fullfsync")
    found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    return {**found, "platform": sys.platform}
