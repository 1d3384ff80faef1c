"""An update never loses the queue: copy, migrate, verify, or go back."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection

from posbridge.domain.errors import ConfigurationError, StoreError
from posbridge.store import migrate, orders
from posbridge.testing.builders import EPOCH, an_order
from tests.store.conftest import Clock, fast


@pytest.fixture
def old(template: Path, tmp_path: Path, clock: Clock) -> Path:
    """A file with one order, as an older version left it."""
    file = tmp_path / "posbridge.db"
    shutil.copy(template, file)
    connection = fast(file, clock)
    with connection.begin():
        orders.add(connection, an_order())
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    connection.engine.dispose()
    return file


def facts(file: Path) -> tuple[str, int, int]:
    """(version, orders, columns of the table settings)."""
    with closing(sqlite3.connect(file)) as connection:
        number = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
        columns = len(connection.execute("PRAGMA table_info(settings)").fetchall())
        return migrate.version_of(connection), number, columns


def copies(file: Path) -> list[Path]:
    return sorted(file.parent.glob("*.before-*.db"))


def good(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE settings ADD COLUMN more TEXT")
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


def test_a_migration_keeps_a_copy_and_the_rows(old: Path) -> None:
    before = facts(old)
    migrate.upgrade(old, EPOCH, step=good)
    assert facts(old) == ("0001", before[1], before[2] + 1)
    assert [facts(copy) for copy in copies(old)] == [before]


def test_a_migration_that_fails_changes_nothing(old: Path) -> None:
    def fails(connection: Connection) -> None:
        good(connection)
        raise RuntimeError("a bug in a migration")

    before = facts(old)
    with pytest.raises(RuntimeError):
        migrate.upgrade(old, EPOCH, step=fails)
    assert facts(old) == before


def test_a_migration_that_loses_rows_is_taken_back(old: Path) -> None:
    def loses(connection: Connection) -> None:
        good(connection)
        for trigger in ("order_tenders_no_delete", "order_lines_no_delete", "orders_no_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
            connection.exec_driver_sql(f"DELETE FROM {trigger.removesuffix('_no_delete')}")

    before = facts(old)
    with pytest.raises(StoreError, match="lost rows"):
        migrate.upgrade(old, EPOCH, step=loses)
    assert facts(old) == before


def test_a_migration_that_breaks_keys_is_taken_back(old: Path) -> None:
    def breaks(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TRIGGER order_lines_no_update")
        connection.exec_driver_sql("UPDATE order_lines SET order_id = 'nobody'")

    before = facts(old)
    with pytest.raises(StoreError, match="nowhere"):
        migrate.upgrade(old, EPOCH, step=breaks)
    assert facts(old) == before


KILLED = """
import os, pathlib, signal, sys
from datetime import UTC, datetime
from posbridge.store import migrate
def step(connection):
    connection.exec_driver_sql("ALTER TABLE settings ADD COLUMN more TEXT")
    if sys.argv[2] == "middle":
        os.kill(os.getpid(), signal.SIGTERM)
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
run = migrate._run
def killed_after(path, step):
    run(path, step)
    os.kill(os.getpid(), signal.SIGTERM)
if sys.argv[2] == "after":
    migrate._run = killed_after
migrate.upgrade(pathlib.Path(sys.argv[1]), datetime.now(UTC), step=step)
"""


@pytest.mark.parametrize(("moment", "version"), [("middle", "0000"), ("after", "0001")])
def test_a_kill_leaves_the_old_version_or_the_new_one(old: Path, moment: str, version: str) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(old), moment], check=False, timeout=60)
    assert ended.returncode in (-signal.SIGTERM, signal.SIGTERM, 1)
    found, number, _ = facts(old)
    assert (found, number) == (version, 1)
    if found != "0001":
        migrate.upgrade(old, EPOCH, step=good)
    assert facts(old)[:2] == ("0001", 1)


def test_a_newer_file_is_left_alone(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigurationError, match="newer"):
        migrate.upgrade(old, EPOCH)
    assert copies(old) == []


def test_an_up_to_date_file_is_not_copied(template: Path, tmp_path: Path) -> None:
    file = tmp_path / "posbridge.db"
    shutil.copy(template, file)
    migrate.upgrade(file, EPOCH)
    assert copies(file) == []
