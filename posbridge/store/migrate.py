"""Brings a database file to this version: copy, migrate in one transaction, verify, or put the copy back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from posbridge.domain.errors import ConfigurationError, StoreError
from posbridge.store import connect
from posbridge.store.copying import copy_into, online_copy
from posbridge.store.migrations import HEAD, HERE

#: Rows that no migration may lose.
_KEPT = ("orders", "refunds", "outbox", "audit", "gift_card_movements", "baskets")

Step = Callable[[Connection], None]


def upgrade(path: Path, now: datetime, *, check: bool = True, step: Step | None = None) -> None:
    """Makes or updates the file at `path`. `step` replaces alembic's run in tests.

    The migration is one transaction: a process that dies in it leaves the old version. Raises StoreError when the
    result is not sound; the old data are in place again then, and the copy stays beside the file.
    """
    fresh = not path.exists() or path.stat().st_size == 0
    version = "" if fresh else _checked_version(path, check)
    if version == HEAD and step is None:
        return
    if version > HEAD:
        raise ConfigurationError(
            "This data was written by a newer posbridge.", next_step="Install the newest version and start again."
        )
    copy = None if fresh or not version else _copy_before(path, version, now)
    try:
        before = _counts(path)
        _run(path, step or _alembic)
        _verify(path, before)
    except Exception:
        if copy is not None:
            copy_into(copy, path)
        raise


def version_of(connection: sqlite3.Connection) -> str:
    """The schema's version, "" for a file that has none."""
    known = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return str(row[0]) if row else ""


def _checked_version(path: Path, check: bool) -> str:
    connection = connect.raw_writer(path)
    try:
        version = version_of(connection)
        if check:
            connect.require_sound(connection)
        return version
    finally:
        connection.close()


def _copy_before(path: Path, version: str, now: datetime) -> Path:
    copy = path.with_name(f"{path.stem}.before-{HEAD}-from-{version}-{now:%Y%m%dT%H%M%S}.db")
    online_copy(path, copy)
    return copy


def _run(path: Path, step: Step) -> None:
    engine = connect.writer_engine(path)
    try:
        with engine.connect() as connection:
            # A table is rebuilt by drop and rename, which the checks of keys would refuse half way.
            connect.driver_of(connection).execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                step(connection)
    finally:
        engine.dispose()


def _alembic(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _counts(path: Path) -> dict[str, int]:
    connection = connect.raw_writer(path)
    try:
        present = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        wanted = [name for name in _KEPT if name in present]
        return {n: connection.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for n in wanted}  # noqa: S608 (ours)
    finally:
        connection.close()


def _verify(path: Path, before: dict[str, int]) -> None:
    after = _counts(path)
    lost = {name: count - after.get(name, 0) for name, count in before.items() if after.get(name, 0) < count}
    if lost:
        raise StoreError("The update of the data would have lost rows, so it was taken back.", lost=lost)
    connection = connect.raw_writer(path)
    try:
        connect.require_sound(connection, "integrity_check")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise StoreError("The update of the data left rows that point nowhere, so it was taken back.")
    finally:
        connection.close()
