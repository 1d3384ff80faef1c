"""The door: durable, alone while it writes, and honest about what went wrong."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from posbridge.domain.errors import (
    CorruptStore,
    DiskFull,
    DomainError,
    PosbridgeError,
    ReadOnlyStore,
    StoreBusy,
    StoreError,
)
from posbridge.store import connect, engine, orders, settings
from posbridge.store.engine import SqliteStore
from posbridge.store.errors import ConstraintViolated
from posbridge.testing.builders import an_order


def increment(tx: Connection) -> None:
    """Reads, dawdles, writes: a lost update shows whenever the read is outside the transaction."""
    value = settings.get(tx, "counter", 0)
    time.sleep(0.0005)
    settings.put(tx, "counter", value + 1)


async def _increments(stores: list[SqliteStore], tasks: int = 8, each: int = 60) -> int:
    async def work(store: SqliteStore) -> None:
        for _ in range(each):
            await store.write(increment)

    await asyncio.gather(*(work(stores[number % len(stores)]) for number in range(tasks)))
    return int(await stores[0].read(settings.get, "counter"))


async def test_no_increment_is_lost_between_two_stores_on_one_file(store: SqliteStore, path: Path) -> None:
    second = await SqliteStore.open(path)
    try:
        assert await _increments([store, second]) == 480
    finally:
        await second.close()


async def test_a_store_that_begins_late_loses_increments(path: Path) -> None:
    """The guard of the guard: with a deferred begin the same load loses updates or is refused as busy."""
    engine.prepare(path)
    late = [
        SqliteStore(path, connect.writer_engine(path, "BEGIN"), connect.reader_engine(path), engine.utc_now, None)
        for _ in range(2)
    ]
    try:
        try:
            kept = await _increments(late)
        except StoreBusy:
            kept = 0
        assert kept < 480
    finally:
        for one in late:
            await one.close()


async def test_each_commit_is_synced_to_the_disk(store: SqliteStore) -> None:
    def settings_of(tx: Connection) -> dict[str, object]:
        return connect.durability(connect.driver_of(tx))

    found = await store.write(settings_of)
    assert found["journal_mode"] == "wal"
    assert found["synchronous"] == 2, "FULL: a power cut takes nothing back"
    assert (found["fullfsync"], found["checkpoint_fullfsync"]) == (1, 1)
    assert (found["foreign_keys"], found["busy_timeout"]) == (1, 5000)


async def test_an_error_undoes_the_whole_transaction(store: SqliteStore) -> None:
    def fails(tx: Connection) -> None:
        settings.put(tx, "a", 1)
        raise DomainError("no")

    with pytest.raises(DomainError):
        await store.write(fails)
    assert await store.read(settings.get, "a") is None
    await store.write(settings.put, "a", 2)
    assert await store.read(settings.get, "a") == 2


async def test_a_reader_sees_one_state_and_cannot_write(store: SqliteStore) -> None:
    entered, go = threading.Event(), threading.Event()

    def twice(tx: Connection) -> tuple[object, object]:
        first = settings.get(tx, "x")
        entered.set()
        go.wait(5)
        return first, settings.get(tx, "x")

    await store.write(settings.put, "x", 1)
    reading = asyncio.create_task(store.read(twice))
    await asyncio.to_thread(entered.wait, 5)
    await store.write(settings.put, "x", 2)
    go.set()
    assert await reading == (1, 1)
    with pytest.raises(ReadOnlyStore):
        await store.read(settings.put, "x", 3)


async def test_a_cancelled_write_is_whole_or_absent_and_ends_before_the_caller_goes_on(store: SqliteStore) -> None:
    begun, go, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(tx: Connection) -> None:
        settings.put(tx, "first", 1)
        begun.set()
        go.wait(5)
        settings.put(tx, "second", 2)
        ended.set()

    writing = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    writing.cancel()
    await asyncio.sleep(0.01)
    writing.cancel()
    queued = asyncio.create_task(store.write(settings.put, "never", 1))
    await asyncio.sleep(0.01)
    queued.cancel()
    await asyncio.sleep(0.01)
    assert not writing.done(), "the outcome is awaited"
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    with pytest.raises(asyncio.CancelledError):
        await queued
    assert ended.is_set()
    found = await store.read(settings.everything)
    assert (found["first"], found["second"]) == (1, 2)
    assert "never" not in found, "a write that had not begun was withdrawn"


async def test_one_sender_a_machine_and_its_lock_dies_with_it(store: SqliteStore, path: Path) -> None:
    script = (
        "import sys, pathlib; from posbridge.store.locks import FileLock;"
        "lock = FileLock(pathlib.Path(sys.argv[1])); print(lock.acquire(), flush=True); sys.stdin.read()"
    )
    lock = store.sender_lock()
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(lock.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"True"
        assert not lock.acquire()
        with pytest.raises(StoreBusy), store.sender_lock():
            pass
        other.kill()
        other.wait(10)
    assert lock.acquire()
    assert not store.sender_lock().acquire()
    lock.release()
    assert not lock.held


async def test_a_corrupt_file_is_named_and_left_as_it_is(path: Path) -> None:
    engine.prepare(path)
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 3 : 4096 * 9] = os.urandom(4096 * 6)
    path.write_bytes(damaged)
    with pytest.raises(CorruptStore, match="restore"):
        await SqliteStore.open(path)
    path.write_bytes(b"this is no database at all, whatever its name says" * 100)
    with pytest.raises(CorruptStore):
        await SqliteStore.open(path)
    assert path.read_bytes().startswith(b"this is no database")


async def test_a_full_disk_undoes_and_says_so_and_recovers(store: SqliteStore) -> None:
    def limit(tx: Connection, pages: int) -> None:
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async def fill() -> None:
        for seed in range(1, 200):
            await store.write(orders.add, an_order([1250] * 20, seed=seed))

    await store.write(limit, 1)
    with pytest.raises(DiskFull, match="Free some space"):
        await fill()
    kept = await store.read(orders.latest, 1000)
    await store.write(limit, 1_000_000)
    await store.write(orders.add, an_order(seed=500))
    assert len(await store.read(orders.latest, 1000)) == len(kept) + 1


async def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ReadOnlyStore, match="right to write"):
        await SqliteStore.open(tmp_path / "locked" / "posbridge.db")


async def test_a_database_that_cannot_be_written(store: SqliteStore) -> None:
    def frozen(tx: Connection) -> None:
        tx.exec_driver_sql("PRAGMA query_only = ON")

    await store.write(frozen)
    with pytest.raises(ReadOnlyStore):
        await store.write(orders.add, an_order())
    assert await store.read(orders.latest) == []


def test_the_system_errors_become_ours() -> None:
    from posbridge.store.errors import file_error, translated

    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect("file:/nowhere/at/all.db?mode=ro", uri=True)
    assert isinstance(translated(caught.value), ReadOnlyStore)
    assert isinstance(file_error(OSError(28, "no space"), Path("x")), DiskFull)
    assert isinstance(file_error(PermissionError(13, "no"), Path("x")), ReadOnlyStore)
    assert isinstance(file_error(OSError(5, "io"), Path("x")), StoreError)
    assert translated(ValueError()) is None


async def test_a_busy_database_is_said_to_be_busy(store: SqliteStore, path: Path) -> None:
    def impatient(tx: Connection) -> None:
        tx.exec_driver_sql("PRAGMA busy_timeout = 50")

    await store.write(impatient)
    other = connect.raw_writer(path)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await store.write(settings.put, "a", 1)
        other.execute("ROLLBACK")
        await store.write(settings.put, "a", 1)
    finally:
        other.close()


async def test_the_same_order_twice_is_refused_and_changes_nothing(store: SqliteStore) -> None:
    order = an_order()
    await store.write(orders.add, order)
    with pytest.raises(ConstraintViolated) as caught:
        await store.write(orders.add, order)
    assert isinstance(caught.value, PosbridgeError)
    assert len(await store.read(orders.latest)) == 1


async def test_closing_leaves_no_thread(path: Path) -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        opened = await SqliteStore.open(path)
        await asyncio.gather(opened.write(settings.put, "a", 1), *(opened.read(settings.get, "a") for _ in range(8)))
        await opened.checkpoint()
        await opened.close()
    names = {thread.name for thread in set(threading.enumerate()) - before}
    assert not any(name.startswith("posbridge") for name in names)
