"""Six ways to touch the audit, each named with its row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from posbridge.security.vault import Vault
from posbridge.store import audit
from tests.store.conftest import KEY, Clock

COLUMNS = "at, who, action, chain, previous_hash, hash"


def write(tx: Connection, clock: Clock, vault: Vault | None, number: int = 5) -> list[str]:
    return [
        audit.add(tx, "refund", clock.tick(), vault=vault, who="ada", object_kind="order", object_id=f"order-{n}",
                  detail={"amount": n})
        for n in range(number)
    ]  # fmt: skip


def unguard(tx: Connection) -> None:
    """What somebody with the file and a tool would do first."""
    tx.exec_driver_sql("DROP TRIGGER audit_no_update")
    tx.exec_driver_sql("DROP TRIGGER audit_no_delete")


def change(tx: Connection) -> None:
    tx.exec_driver_sql("UPDATE audit SET detail = '{\"amount\": 0}' WHERE id = 3")


def delete(tx: Connection) -> None:
    tx.exec_driver_sql("DELETE FROM audit WHERE id = 3")


def insert(tx: Connection) -> None:
    tx.exec_driver_sql("UPDATE audit SET id = id + 100 WHERE id >= 3")
    tx.exec_driver_sql("UPDATE audit SET id = id - 99 WHERE id >= 100")
    tx.exec_driver_sql(
        f"INSERT INTO audit (id, {COLUMNS}) SELECT 3, {COLUMNS} FROM audit WHERE id = 2"
    )


def swap(tx: Connection) -> None:
    for one, other in ((3, 99), (4, 3), (99, 4)):
        tx.exec_driver_sql(f"UPDATE audit SET id = {other} WHERE id = {one}")


def cut(tx: Connection) -> None:
    tx.exec_driver_sql("DELETE FROM audit WHERE id > 2")


@pytest.mark.parametrize(
    ("act", "row", "problem"),
    [(change, 3, "changed"), (delete, 4, "order"), (insert, 3, "order"), (swap, 3, "order"), (cut, 3, "tail")],
)
def test_each_tampering_is_named(
    tx: Connection, clock: Clock, vault: Vault, act: Callable[[Connection], None], row: int, problem: str
) -> None:
    head = write(tx, clock, vault)[-1]
    assert audit.verify(tx, vault.audit_key(), head) is None
    unguard(tx)
    act(tx)
    assert audit.verify(tx, vault.audit_key(), head) == audit.Damage(row, problem)


def test_an_older_file_is_named_by_the_printed_head(tx: Connection, clock: Clock, vault: Vault) -> None:
    write(tx, clock, vault, 3)
    older = tx.begin_nested()
    head = write(tx, clock, vault, 2)[-1]
    older.rollback()
    assert audit.verify(tx, vault.audit_key()) is None
    assert audit.verify(tx, vault.audit_key(), head) == audit.Damage(4, "tail")


def test_a_change_with_a_recomputed_hash_needs_the_key(tx: Connection, clock: Clock, vault: Vault) -> None:
    write(tx, clock, vault)
    assert audit.verify(tx, bytes(32)) == audit.Damage(1, "changed"), "another key signs otherwise"
    assert audit.verify(tx, None) is None, "without the key only the order is checked"


def test_a_locked_vault_chains_without_a_key_and_says_so(tx: Connection, clock: Clock) -> None:
    write(tx, clock, Vault(), 1)
    write(tx, clock, Vault(KEY), 1)
    newest, oldest = audit.latest(tx)
    assert (oldest.keyed, newest.keyed) == (False, True)
    assert audit.verify(tx, Vault(KEY).audit_key(), audit.head(tx)) is None


def test_the_audit_takes_no_update_and_no_delete(tx: Connection, clock: Clock, vault: Vault) -> None:
    write(tx, clock, vault)
    for statement in ("UPDATE audit SET who = 'eve'", "DELETE FROM audit", "INSERT OR REPLACE INTO audit "
                      f"(id, {COLUMNS}) SELECT id, {COLUMNS} FROM audit WHERE id = 2"):  # fmt: skip
        with pytest.raises(IntegrityError, match="append-only"):
            tx.exec_driver_sql(statement)
    assert audit.verify(tx, vault.audit_key()) is None
    assert [row.detail for row in audit.latest(tx, 1, action="refund", object_id="order-2")] == [{"amount": 2}]
