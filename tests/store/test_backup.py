"""A backup that was never opened does not count, and after a restore nothing is sent unseen."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from posbridge.domain.errors import ConfigurationError, CorruptStore, StoreError
from posbridge.security.vault import Vault
from posbridge.store import audit, backup, orders, outbox, settings
from posbridge.store.engine import SqliteStore
from posbridge.testing.builders import an_order
from tests.store.conftest import Clock


async def sell(store: SqliteStore, clock: Clock, seed: int, *, sent: bool = False) -> None:
    order = an_order(seed=seed)
    await store.write(orders.add, order)
    await store.write(outbox.add, "order", "till-pos", str(order.id), str(order.id), clock())
    if sent:
        row = (await store.write(outbox.claim, "till-pos", clock(), 60, 1, "me"))[0]
        await store.write(outbox.done, row.id, row.owner, clock(), f"R{seed}")


async def test_a_backup_taken_while_selling_is_whole(store: SqliteStore, clock: Clock, tmp_path: Path) -> None:
    async def selling() -> None:
        for seed in range(1, 40):
            await sell(store, clock, seed)

    work = asyncio.create_task(selling())
    await asyncio.sleep(0.05)
    target = tmp_path / "elsewhere" / "copy.db"
    await asyncio.to_thread(backup.backup, store.path, target)
    await work
    with closing(sqlite3.connect(target)) as copy:
        count = copy.execute("SELECT count(*), (SELECT count(*) FROM outbox) FROM orders").fetchone()
        assert 0 <= count[0] - count[1] <= 1
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [each.name for each in target.parent.iterdir()] == ["copy.db"], "one file, nothing left beside it"


async def test_a_restore_puts_every_row_in_doubt_and_keeps_the_old_data(
    store: SqliteStore, clock: Clock, vault: Vault, tmp_path: Path
) -> None:
    await sell(store, clock, 1, sent=True)
    await sell(store, clock, 2)
    file = tmp_path / "backup.db"
    backup.backup(store.path, file)
    await sell(store, clock, 3, sent=True)
    kept = await asyncio.to_thread(backup.restore, store.path, file, clock.tick(), vault=vault, who="ada")
    assert kept is not None
    assert len(await store.read(orders.latest)) == 2, "the open store sees the restored data"
    rows = await store.read(outbox.listing, outbox.LISTINGS)
    assert [(row.state, row.must_look_up) for row in rows] == [("unknown", True)] * 2
    assert (await store.read(audit.latest, 1))[0].action == "restore"
    assert await store.read(audit.verify, vault.audit_key()) is None
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM orders").fetchone() == (3,)
    await store.write(settings.put, "a", 1)


async def test_a_restore_over_a_damaged_file(store: SqliteStore, clock: Clock, tmp_path: Path) -> None:
    await sell(store, clock, 1)
    file = tmp_path / "backup.db"
    backup.backup(store.path, file)
    await store.close()
    store.path.write_bytes(os.urandom(8192))
    kept = backup.restore(store.path, file, clock())
    assert kept is not None
    assert kept.stat().st_size == 8192, "the damaged file is kept"
    again = await SqliteStore.open(store.path, clock=clock)
    assert len(await again.read(orders.latest)) == 1
    await again.close()
    assert not list(store.path.parent.glob("*.restoring*"))


async def test_a_restore_to_a_new_machine(store: SqliteStore, clock: Clock, tmp_path: Path) -> None:
    await sell(store, clock, 1)
    backup.backup(store.path, tmp_path / "backup.db")
    fresh = tmp_path / "new" / "posbridge.db"
    fresh.parent.mkdir()
    assert backup.restore(fresh, tmp_path / "backup.db", clock()) is None
    again = await SqliteStore.open(fresh, clock=clock)
    assert len(await again.read(orders.latest)) == 1
    await again.close()


@pytest.mark.parametrize("kind", ["absent", "noise", "damaged", "foreign", "newer"])
async def test_what_cannot_be_restored_changes_nothing(
    store: SqliteStore, clock: Clock, tmp_path: Path, kind: str
) -> None:
    await sell(store, clock, 1)
    file = tmp_path / "backup.db"
    if kind == "noise":
        file.write_bytes(os.urandom(10_000))
    if kind in ("damaged", "newer"):
        backup.backup(store.path, file)
    if kind == "damaged":
        whole = bytearray(file.read_bytes())
        whole[4096 * 4 : 4096 * 20] = os.urandom(4096 * 16)
        file.write_bytes(whole)
    if kind in ("foreign", "newer"):
        with closing(sqlite3.connect(file)) as other:
            other.execute("UPDATE alembic_version SET version_num = '9'" if kind == "newer" else "CREATE TABLE t (a)")
            other.commit()
    with pytest.raises((CorruptStore, ConfigurationError)) as caught:
        backup.restore(store.path, file, clock())
    assert caught.value.next_step
    assert len(await store.read(orders.latest)) == 1
    assert [row.state for row in await store.read(outbox.listing)] == ["ready"]


async def test_old_backups_go_but_never_the_newest(store: SqliteStore, clock: Clock, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "posbridge-notes.db").write_text("not ours")
    first = backup.backup_into(store.path, folder, clock())
    clock.tick(15 * 86400)
    assert backup.prune(folder, clock()) == [], "the only one stays, however old"
    second = backup.backup_into(store.path, folder, clock())
    assert not first.exists()
    assert backup.newest(folder) == (second, clock())
    assert backup.prune(folder, clock() + timedelta(days=1)) == []
    assert (folder / "posbridge-notes.db").exists()


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        backup.backup(tmp_path / "absent.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []
