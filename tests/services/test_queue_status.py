"""Queue, status and backups: everything that waits is seen, and nothing is lost over them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from posbridge.connectors.errors import ServiceUnavailable, ValidationError
from posbridge.domain.errors import ConfigurationError, CorruptStore, DomainError, StoreBusy, StoreError
from posbridge.services import Services
from posbridge.store import audit
from tests.services.conftest import Clock, Open, Shops, sold, until


async def test_a_rejected_order_has_its_reason_and_may_be_tried_again(services: Services, shops: Shops) -> None:
    order = await sold(services)
    shops.pos.next_errors = [ValidationError("The price is too odd.", next_step="Change it.")]
    assert (await services.sync.once(frozenset({"drain"}))).drained.rejected == 1
    (row,) = await services.queue.list()
    assert (row.state, row.reference, row.reason, row.next_step) == (
        "rejected", order.reference, "The price is too odd.", "Change it.",
    )  # fmt: skip
    status = await services.status()
    assert (status.queued, status.needs_you) == (1, 1)
    await services.queue.retry(row.id, who="ann")
    await _drained(services)
    assert [made.order.reference for made in shops.pos.orders.values()] == [order.reference]
    assert (await services.house.store.read(audit.latest, 1))[0].who == "ann"


async def test_a_row_set_aside_waits_for_a_person(services: Services) -> None:
    await sold(services)
    (row,) = await services.queue.list()
    await services.queue.park(row.id, "asks the tax office")
    assert (await services.sync.once(frozenset({"drain"}))).drained.done == 0
    assert await services.queue.retry_all() == 0
    (row,) = await services.queue.list()
    assert (row.held, row.reason) == (True, "asks the tax office")
    await services.queue.retry(row.id)
    assert (await services.sync.once(frozenset({"drain"}))).drained.done == 1
    for act in (services.queue.retry(row.id), services.queue.retry(9999)):
        with pytest.raises(DomainError):
            await act


async def test_the_export_is_a_table_that_a_spreadsheet_cannot_run(services: Services, tmp_path: Path) -> None:
    order = await sold(services)
    (row,) = await services.queue.list()
    await services.queue.park(row.id, "=HYPERLINK(1)")
    file = tmp_path / "queue.csv"
    assert await services.queue.export(file) == 1
    (line,) = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    assert (line["reference"], line["total"], line["currency"]) == (order.reference, "12.50", "USD")
    assert (line["paid_by"], line["reason"], line["lines"]) == ("cash 12.50", "'=HYPERLINK(1)", "1 x SKU-0001")
    with pytest.raises(StoreError):
        await services.queue.export(tmp_path / "absent" / "queue.csv")


async def test_the_estimate_is_honest(services: Services) -> None:
    await sold(services)
    (one,) = await services.queue.estimate()
    assert (one.connection, one.waiting) == ("hostile", 1)
    assert one.seconds is not None
    services.house.health.reachable("hostile", False)
    (one,) = await services.queue.estimate()
    assert (one.seconds, bool(one.why)) == (None, True)


async def test_status_in_the_shape_of_the_bar(services: Services, shops: Shops, clock: Clock) -> None:
    await sold(services)
    clock.tick(90)
    shops.pos.next_errors = [ServiceUnavailable("down")]
    await services.sync.once(frozenset({"drain"}))
    found = (await services.status()).json()
    assert found["queued"] == 1
    assert found["oldest_seconds"] >= 90
    assert set(found["connections"][0]) >= {"id", "platform", "label", "state", "since", "last_good", "problem"}


async def test_a_restored_backup_sends_nothing_twice(services: Services, shops: Shops, tmp_path: Path) -> None:
    first = await sold(services)
    await services.backups.backup(tmp_path / "copy.db")
    await services.sync.once(frozenset({"drain"}))
    second = await sold(services)
    kept = await services.backups.restore(tmp_path / "copy.db", who="max")
    assert kept is not None
    (row,) = await services.queue.list()
    assert (row.state, row.reference) == ("unknown", first.reference)
    with pytest.raises(DomainError):
        await services.orders.get(second.reference)
    assert (await services.sync.once(frozenset({"drain"}))).drained.done == 1
    assert len(shops.pos.orders) == 1
    assert [row.action for row in await services.house.store.read(audit.latest, 5, action="restore")] == ["restore"]


async def test_what_is_no_backup_is_refused_and_changes_nothing(services: Services, tmp_path: Path) -> None:
    order = await sold(services)
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(b"not a database" * 100)
    with pytest.raises(CorruptStore):
        await services.backups.restore(rubbish)
    with pytest.raises(ConfigurationError):
        await services.backups.restore(tmp_path / "absent.db")
    assert (await services.orders.get(order.id)).order == order


async def test_a_restore_waits_for_the_window_to_close(opened: Open, tmp_path: Path) -> None:
    async with opened(sync=True) as window:
        await window.backups.backup(tmp_path / "copy.db")
        async with opened() as other:
            with pytest.raises(StoreBusy):
                await other.backups.restore(tmp_path / "copy.db")
        await window.backups.restore(tmp_path / "copy.db")
        assert window.house.sends


async def test_the_hourly_backup_is_taken_when_due(services: Services, clock: Clock) -> None:
    first = await services.backups.when_due()
    assert first is not None
    assert await services.backups.when_due() is None
    clock.tick(3601)
    second = await services.backups.when_due()
    assert second is not None
    newest = await services.backups.newest()
    assert newest is not None
    assert newest[0] == second


async def _drained(services: Services) -> None:
    """Rounds until nothing waits: a row that was ever sent is looked up twice before it is sent again."""

    async def empty() -> bool:
        await services.sync.once(frozenset({"drain"}))
        return await services.queue.list() == []

    await until(empty)
