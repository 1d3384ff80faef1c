"""The composition root: whole at the start, nothing left at the end, no obstacle that is none."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from posbridge import app
from posbridge.domain.errors import ConfigurationError, CorruptStore, PosbridgeError
from posbridge.services import Services
from tests.services.conftest import GivenKey, Open, Shops, sold


async def test_five_starts_sales_and_stops_with_busy_senders_leave_nothing(
    opened: Open, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
    plain, busy = shops.connectors[0].open, asyncio.Event()
    monkeypatch.setattr(shops.connectors[0], "open", lambda context: replace(plain(context), orders=_Stuck(busy)))
    threads, handlers, files = set(threading.enumerate()), list(logging.getLogger().handlers), _open_files()
    for _ in range(5):
        busy.clear()
        async with opened(sync=True) as services:
            await sold(services)
            await asyncio.wait_for(busy.wait(), 10)
            lock = services.house.store.sender_lock()
            assert not lock.acquire()
            started = time.monotonic()
        assert time.monotonic() - started < 5
        assert lock.acquire()
        lock.release()
        await asyncio.sleep(0)
        assert [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
        left = {one for one in set(threading.enumerate()) - threads if not one.name.startswith("asyncio_")}
        assert left == set()
    gc.collect()
    assert logging.getLogger().handlers == handlers
    assert _open_files() <= files + 1
    async with opened() as services:
        assert (await services.status()).queued == 5


class _Stuck:
    """Takes an order and never answers."""

    def __init__(self, busy: asyncio.Event) -> None:
        self._busy = busy

    async def create(self, *_: object) -> None:
        self._busy.set()
        await asyncio.sleep(3600)

    async def find(self, *_: object, **__: object) -> list[object]:
        self._busy.set()
        await asyncio.sleep(3600)
        return []


def _open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.is_dir() else 0


async def test_of_two_processes_one_sends_and_both_sell(opened: Open, shops: Shops) -> None:
    async with opened(sync=True) as window:
        await window.connections.connect("hostile", {}, {"key": "k"})
        await window.sync.once(frozenset({"pull"}))
        async with opened(sync=True) as other:
            assert (window.house.sends, other.house.sends) == (True, False)
            order = await sold(other)
            async with asyncio.timeout(10):
                while (await other.orders.get(order.id)).targets[0].state != "done":
                    await asyncio.sleep(0.05)
    assert len(shops.pos.orders) == 1


async def test_a_locked_vault_sells_and_queues(opened: Open) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
    async with opened(key=GivenKey(None), sync=True) as services:
        order = await sold(services)
        await services.sync.once(frozenset({"drain"}))
        status = await services.status()
        assert (status.queued, status.connections[0].state) == (1, "locked")
        assert "locked" in status.vault_problem
    async with opened() as services:
        await services.sync.once(frozenset({"drain"}))
        assert (await services.orders.get(order.id)).targets[0].state == "done"


async def test_a_key_that_comes_later_opens_the_vault(opened: Open) -> None:
    async with opened():
        pass
    key = GivenKey(None)
    async with opened(key=key) as services:
        assert not await services.unlock()
        key.key = GivenKey().key
        assert await services.unlock()
        assert (await services.status()).vault_problem == ""


async def test_a_backup_replaces_a_database_that_cannot_be_opened(opened: Open, tmp_path: Path) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
        order = await sold(services)
        await services.backups.backup(tmp_path / "copy.db")
        home = services.house.home
    (home / app.DATABASE).write_bytes(b"rubbish" * 1000)
    with pytest.raises(CorruptStore):
        async with opened():
            pass
    with pytest.raises(CorruptStore):
        await app.restore_over_damage(home / app.DATABASE, home, environ={})
    kept = await app.restore_over_damage(tmp_path / "copy.db", home, environ={})
    assert kept is not None
    assert kept.read_bytes().startswith(b"rubbish")
    async with opened() as services:
        assert (await services.orders.get(order.id)).order == order
        assert (await services.queue.list())[0].state == "unknown"


async def test_another_key_opens_nothing_and_loses_nothing(opened: Open) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
        order = await sold(services)
    async with opened(key=GivenKey(bytes(32))) as services:
        assert not services.house.vault.is_open
        assert (await services.orders.get(order.id)).order == order
        assert "key" in (await services.status()).vault_problem


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\x00" + b"\xff" * 4096])
async def test_a_damaged_database_says_what_to_do_and_is_left_as_it_is(
    tmp_path: Path,
    content: bytes,
    shops: Shops,
) -> None:
    file = tmp_path / app.DATABASE
    file.write_bytes(content)
    with pytest.raises(CorruptStore, match="restore"):
        async with _running(tmp_path, shops):
            pass
    assert file.read_bytes() == content


async def test_damage_found_beside_the_window_stops_every_write(opened: Open, tmp_path: Path, shops: Shops) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
        file = services.house.store.path
        await services.house.store.checkpoint()
    _damage(file)
    shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    async with _running(file.parent, shops, after=shown) as services:
        shown.set_result(None)
        assert services.begun is not None
        with pytest.raises(CorruptStore, match="restore"):
            await asyncio.wait_for(asyncio.shield(services.begun), 10)
        before = file.read_bytes()
        with pytest.raises(CorruptStore):
            await services.settings.put(store_name="Corner")
        assert not services.house.sends
        assert services.house.vault.is_open
    assert file.read_bytes() == before


def _damage(file: Path) -> None:
    """Turns the rows of an index upside down: the file opens, and a look through it finds that."""
    with sqlite3.connect(file) as connection:
        page, size = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master WHERE name = 'outbox_events'"
        ).fetchone()
    connection.close()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = b"\x07" * size
    file.write_bytes(content)


async def test_what_is_put_off_begins_with_the_first_frame(opened: Open, shops: Shops) -> None:
    async with opened() as services:
        await services.people.add("Ann", "manager", "246813")
        home = services.house.home
    shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    async with _running(home, shops, after=shown, sync=True) as services:
        (ann,) = [one for one in await services.people.list() if one.name == "Ann"]
        signing_in = asyncio.create_task(services.people.sign_in(ann.id, "246813"))
        await asyncio.sleep(0.05)
        assert (services.house.vault.is_open, services.house.sends, signing_in.done()) == (False, False, False)
        shown.set_result(None)
        assert (await signing_in).proved
        assert services.begun is not None
        await services.begun
        assert services.house.sends
    assert not services.house.sends


async def test_an_end_before_the_first_frame_leaves_nothing(opened: Open, shops: Shops) -> None:
    async with opened() as services:
        home = services.house.home
    async with _running(home, shops, after=asyncio.get_running_loop().create_future(), sync=True):
        await asyncio.sleep(0)
    assert [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, shops: Shops) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(PosbridgeError) as caught:
        async with _running(blocked / "home", shops):
            pass
    assert str(caught.value)


async def test_a_full_disk_keeps_the_basket_and_says_so(
    opened: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from posbridge.domain.errors import DiskFull
    from posbridge.store import orders

    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))

        def full(*_: object, **__: object) -> None:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorname = "SQLITE_FULL"
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(orders, "add", full)
            with pytest.raises(DiskFull, match="Free some space"):
                await sold(services)
        basket = await services.baskets.open()
        assert len(basket.lines) == 1
        assert (await sold(services)).receipt_number == "T1-000001"


async def test_without_a_keyring_a_passphrase_opens_the_vault(tmp_path: Path, shops: Shops) -> None:
    environ = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "POSBRIDGE_PASSPHRASE": "four words of ours"}
    for _ in range(2):
        async with app.running(tmp_path, sync=False, environ=environ, catalogue=shops.catalogue()) as services:
            assert services.house.vault.is_open
    bare = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    async with app.running(tmp_path, sync=False, environ=bare, catalogue=shops.catalogue()) as services:
        assert not services.house.vault.is_open
        assert services.house.vault.reason


async def test_settings_come_from_the_environment_first(tmp_path: Path, shops: Shops) -> None:
    environ = {"POSBRIDGE_DEVICE": "K7", "POSBRIDGE_SETTLE_S": "0.5", "WEBHOOK_BASE_URL": "https://hooks.example"}
    async with _running(tmp_path, shops, **environ) as services:
        await services.settings.put(device="K1", store_name="Corner")
        found = await services.settings.get()
        assert (found.device, found.store_name, found.webhook_base_url) == ("K7", "Corner", "https://hooks.example")
        with pytest.raises(ConfigurationError, match="day_ends"):
            await services.settings.put(day_ends="soon")
    async with _running(tmp_path, shops) as services:
        assert (await services.settings.get()).device == "K1"
    for wrong in ({"POSBRIDGE_SETTLE_S": "soon"}, {"POSBRIDGE_LOG_LEVEL": "loud"}, {"POS_DATABASE_URL": "mysql://x"}):
        with pytest.raises(ConfigurationError) as caught:
            async with _running(tmp_path, shops, **wrong):
                pass
        assert caught.value.next_step
    async with _running(tmp_path, shops, POSBRIDGE_CURRENCY="dollars") as services:
        with pytest.raises(ConfigurationError, match="POSBRIDGE_CURRENCY"):
            await services.settings.get()


async def test_the_old_name_of_the_database_is_read(tmp_path: Path, shops: Shops) -> None:
    file = tmp_path / "elsewhere" / "till.db"
    async with _running(tmp_path, shops, POS_DATABASE_URL=f"sqlite:///{file}"):
        assert file.is_file()


async def test_logs_go_to_the_folder_and_never_to_standard_output(
    tmp_path: Path,
    shops: Shops,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with _running(tmp_path, shops) as services:
        with pytest.raises(PosbridgeError):
            await services.connections.connect("hostile", {}, {})
        app.log.info("a line", token="do-not-show")
    assert capsys.readouterr() == ("", "")
    lines = [json.loads(line) for line in (tmp_path / "logs" / "posbridge.jsonl").read_text("utf-8").splitlines()]
    assert any(line["event"] == "a line" and line["token"] == "[hidden]" for line in lines)


def test_home_is_where_the_environment_says(tmp_path: Path) -> None:
    assert app.home_folder({"POSBRIDGE_HOME": str(tmp_path)}) == tmp_path
    assert app.home_folder({}).name == "posbridge"


def _running(
    home: Path, shops: Shops, *, after: Awaitable[None] | None = None, sync: bool = False, **environ: str
) -> AbstractAsyncContextManager[Services]:
    return app.running(
        home, sync=sync, sources=(GivenKey(),), environ=environ, catalogue=shops.catalogue(), after=after
    )
