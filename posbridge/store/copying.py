"""Copies of a live database by SQLite's online backup: whole, whatever is written meanwhile."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from posbridge.domain.errors import CorruptStore
from posbridge.store.connect import require_sound


def online_copy(source: Path, target: Path) -> None:
    """A sound copy of `source` at `target`, checked by opening it; it appears whole or not at all.

    Raises sqlite3's errors, CorruptStore when the copy is not sound.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        _copy(source, part, journal="DELETE")
        verify(part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def copy_into(source: Path, target: Path) -> None:
    """The content of `source` in place of that of `target`, in one transaction of the target."""
    _copy(source, target)


def verify(path: Path) -> None:
    """Opens the file and reads all of it. Raises CorruptStore when it is damaged or no database."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            require_sound(connection, "integrity_check")
    except sqlite3.DatabaseError as error:
        raise CorruptStore(f"{path.name} is not a sound database.") from error


def _copy(source: Path, target: Path, journal: str = "") -> None:
    where = f"{source.resolve().as_uri()}?mode=ro"
    opened = sqlite3.connect(where, uri=True, timeout=5)
    with closing(opened) as origin, closing(sqlite3.connect(target, timeout=5)) as copy:
        origin.backup(copy)
        if journal:  # a copy in WAL mode would drag two more files along
            copy.execute(f"PRAGMA journal_mode = {journal}")
