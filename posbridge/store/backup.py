"""Backups: online copies, each opened and read before it counts. After a restore nothing is sent unseen."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from posbridge.domain.errors import ConfigurationError, CorruptStore
from posbridge.store import audit, connect, migrate
from posbridge.store.copying import copy_into, online_copy, verify
from posbridge.store.errors import file_error
from posbridge.store.migrations import HEAD
from posbridge.store.outbox_acts import after_restore
from posbridge.store.sealing import Vault

KEEP_DAYS = 14
_NAME = re.compile(r"^posbridge-(\d{8}T\d{6})Z\.db$")


def backup(path: Path, target: Path) -> None:
    """A sound copy of the live database `path` at `target`; whole or not at all. Raises StoreError."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        online_copy(path, target)
    except (sqlite3.Error, OSError) as error:
        raise file_error(error, target) from error


def backup_into(path: Path, folder: Path, now: datetime) -> Path:
    """A copy named after the time, and old ones pruned. Raises StoreError."""
    target = folder / f"posbridge-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.db"
    backup(path, target)
    prune(folder, now)
    return target


def prune(folder: Path, now: datetime, days: int = KEEP_DAYS) -> list[Path]:
    """Deletes our backups older than `days`; the newest one always stays. Returns those that went."""
    found = sorted((each for each in folder.iterdir() if _NAME.match(each.name)), key=lambda each: each.name)
    gone = [each for each in found[:-1] if now - _taken_at(each) > timedelta(days=days)]
    for each in gone:
        each.unlink()
    return gone


def newest(folder: Path) -> tuple[Path, datetime] | None:
    """The newest backup and when it was taken (UTC)."""
    found = sorted(each for each in folder.glob("posbridge-*.db") if _NAME.match(each.name))
    return (found[-1], _taken_at(found[-1])) if found else None


def restore(path: Path, file: Path, now: datetime, *, vault: Vault | None = None, who: str = "") -> Path | None:
    """Puts the backup `file` in place of `path`; returns where the old data are kept, None when there were none.

    The backup is verified, brought to this version and its outbox put in doubt before it takes the place in one step;
    connections that are open see the new data at once. Raises CorruptStore when the backup is damaged,
    ConfigurationError when it is newer than this program; the old data stay in place then.
    """
    _require_usable(file)
    ready = path.with_name(f"{path.name}.restoring")
    try:
        _remove(ready)
        online_copy(file, ready)
        migrate.upgrade(ready, now)
        _put_in_doubt(ready, now, file, vault, who)
        return _swap(path, ready, now)
    except (sqlite3.Error, OSError) as error:
        raise file_error(error, path) from error
    finally:
        _remove(ready)


def _require_usable(file: Path) -> None:
    if not file.is_file():
        raise ConfigurationError(f"There is no file {file.name}.", next_step="Choose one of the backups.")
    verify(file)
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        version = migrate.version_of(connection)
    if not version:
        raise CorruptStore(f"{file.name} is a database, but not one of posbridge.", next_step="Choose another backup.")
    if version > HEAD:
        raise ConfigurationError("This backup was made by a newer posbridge.", next_step="Install the newest version.")


def _put_in_doubt(ready: Path, now: datetime, file: Path, vault: Vault | None, who: str) -> None:
    engine = connect.writer_engine(ready)
    try:
        with engine.begin() as tx:
            _doubt(tx, now, file, vault, who)
    finally:
        engine.dispose()


def _doubt(tx: Connection, now: datetime, file: Path, vault: Vault | None, who: str) -> None:
    doubtful = after_restore(tx, now, KEEP_DAYS)
    detail = {"file": file.name, "in_doubt": doubtful}
    audit.add(tx, "restore", now, vault=vault, who=who, object_kind="database", detail=detail)


def _swap(path: Path, ready: Path, now: datetime) -> Path | None:
    if not path.exists():
        os.replace(_single(ready), path)
        return None
    kept = path.with_name(f"{path.stem}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S}.db")
    try:
        online_copy(path, kept)
    except (CorruptStore, sqlite3.DatabaseError):
        _set_aside(path, kept)
        os.replace(_single(ready), path)
        return kept
    copy_into(ready, path)
    return kept


def _single(path: Path) -> Path:
    """The database as one file: its log is moved into it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return path


def _set_aside(path: Path, kept: Path) -> None:
    """A damaged database with its log, under another name: a log left behind would be read into the next file."""
    for suffix in ("-wal", "-shm"):
        log = path.with_name(path.name + suffix)
        if log.exists():
            shutil.move(log, kept.with_name(kept.name + suffix))
    shutil.move(path, kept)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".part"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _taken_at(file: Path) -> datetime:
    found = _NAME.match(file.name)
    assert found is not None
    return datetime.strptime(found.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
