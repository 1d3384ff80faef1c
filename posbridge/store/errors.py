"""The database's own errors as ours, in one place; no other room sees the library's."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from posbridge.domain.errors import CorruptStore, DiskFull, PosbridgeError, ReadOnlyStore, StoreBusy, StoreError


class ConstraintViolated(StoreError):
    """The database refused a row that breaks one of its rules."""

    code = "constraint"


class LeaseLost(StoreError):
    """Another sender has this outbox row now; nothing was written."""

    code = "lease_lost"


class NotStored(StoreError):
    """There is no such row."""

    code = "not_stored"


_BY_NAME: dict[str, type[StoreError]] = {
    "SQLITE_FULL": DiskFull,
    "SQLITE_READONLY": ReadOnlyStore,
    "SQLITE_CANTOPEN": ReadOnlyStore,
    "SQLITE_PERM": ReadOnlyStore,
    "SQLITE_CORRUPT": CorruptStore,
    "SQLITE_NOTADB": CorruptStore,
    "SQLITE_BUSY": StoreBusy,
    "SQLITE_LOCKED": StoreBusy,
    "SQLITE_CONSTRAINT": ConstraintViolated,
}


def translated(error: BaseException) -> PosbridgeError | None:
    """Our error for one of SQLite's, None when it is not one of SQLite's.

    The extended names (https://www.sqlite.org/rescode.html) begin with the plain one.
    """
    origin = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(origin, sqlite3.Error):
        return None
    name = getattr(origin, "sqlite_errorname", "") or ""
    for start, kind in _BY_NAME.items():
        if name.startswith(start):
            return kind(_message(kind, origin), sqlite=name)
    return StoreError(f"The database could not do it: {origin}.", sqlite=name)


def _message(kind: type[StoreError], origin: sqlite3.Error) -> str:
    return f"The database refused it: {origin}." if kind is ConstraintViolated else ""


def file_error(error: Exception, path: Path) -> PosbridgeError:
    """Our error for one of SQLite's or of the system's while `path` was written."""
    known = translated(error)
    if known is not None:
        return known
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return DiskFull()
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyStore(f"The folder {path.parent} cannot be written.")
    return StoreError(f"The file could not be written: {error}.")
