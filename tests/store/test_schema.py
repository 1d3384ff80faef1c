"""What the schema itself refuses: each CHECK, each integer, each pointer, each sealed place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Column, Connection, Integer, Table, Text
from sqlalchemy.exc import IntegrityError

from posbridge.store import sealed_rows, tables
from posbridge.store.migrations import HEAD, statements

TABLES = sorted(tables.metadata.tables.values(), key=lambda table: table.name)


def checks_of(table: Table) -> dict[str, str]:
    """Name → rule of every CHECK of a table, its columns' own ones too."""
    every = set(table.constraints).union(*(column.constraints for column in table.c))
    return {str(each.name): str(each.sqltext) for each in every if isinstance(each, CheckConstraint)}


CHECKS = [(table, name, rule) for table in TABLES for name, rule in sorted(checks_of(table).items())]
INTEGERS = [column for table in TABLES for column in table.c if isinstance(column.type, Integer)]
#: A breaking value for the checks that name a relation between columns.
RELATIONS: dict[str, dict[str, Any]] = {
    "ck_outbox_lease_until_set": {"state": "leased", "owner": "me"},
    "ck_outbox_owner_set": {"state": "ready", "owner": "me"},
    "ck_outbox_done_has_remote": {"state": "done"},
    "ck_outbox_rejected_has_reason": {"state": "rejected"},
    "ck_gift_card_holds_one_issuer": {"card_id": "c", "connection_id": "x"},
    "ck_gift_card_holds_captured_has_order": {"state": "captured", "order_id": None},
    "ck_gift_card_movements_amount": {"kind": "redeem", "amount": 5},
}


def sound_row(table: Table) -> dict[str, Any]:
    """A row that breaks no check of its table (it may point nowhere: keys are off in these tests)."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.name in ("seq",) or (column.name == "id" and isinstance(column.type, Integer)):
            row[column.name] = 1
        elif not column.nullable and column.server_default is None:
            row[column.name] = _sound_value(column)
    if table.name == "gift_card_holds":
        row["card_id"] = "c"
    return row


def _sound_value(column: Column[Any]) -> Any:
    name = f"ck_{column.table.name}_{column.name}"
    check = checks_of(column.table).get(name, "")
    if isinstance(column.type, Integer):
        return 1_700_000_000_000 if "100000000000" in check else 1
    if words := re.findall(r"'(\w+)'", check):
        return words[0]
    if "= 36" in check:
        return "0" * 36
    if "upper" in check:
        return "USD"
    return b"x" if not isinstance(column.type, Text) else "2026-03-02"


def insert(tx: Connection, table: Table, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    tx.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", tuple(row.values()))


@pytest.fixture
def free(tx: Connection) -> Connection:
    """The tables empty and keys unchecked, so that one rule at a time speaks."""
    tx.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    tx.exec_driver_sql("DELETE FROM connections")
    return tx


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_sound_row_is_taken_once_and_names_its_tenant(free: Connection, table: Table) -> None:
    insert(free, table, sound_row(table))
    assert free.exec_driver_sql(f"SELECT tenant FROM {table.name}").scalar() == "local"
    with pytest.raises(IntegrityError, match="UNIQUE"):
        insert(free, table, sound_row(table))
    free.get_transaction().rollback()


@pytest.mark.parametrize(("table", "name", "rule"), CHECKS, ids=str)
def test_each_check_refuses(free: Connection, table: Table, name: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        insert(free, table, {**sound_row(table), **_breaking(name, rule)})
    free.get_transaction().rollback()


def _breaking(name: str, rule: str) -> dict[str, Any]:
    if name in RELATIONS:
        return RELATIONS[name]
    column = re.search(r"\w+", rule.replace("length(", "")).group()
    if " IN (0, 1)" in rule:
        return {column: 2}
    if " IN (" in rule:
        return {column: "a word that is not allowed"}
    if ">= 0" in rule or "> 0" in rule:
        return {column: -1}
    if "> 100000000000" in rule:
        return {column: 1_700_000_000}
    return {column: "usd" if "upper" in rule else ""}


@pytest.mark.parametrize("column", INTEGERS, ids=str)
@pytest.mark.parametrize("value", [1.5, "twelve"])
def test_no_integer_column_takes_anything_else(free: Connection, column: Column[Any], value: object) -> None:
    with pytest.raises(IntegrityError, match=r"cannot store|datatype mismatch"):
        insert(free, column.table, {**sound_row(column.table), column.name: value})
    free.get_transaction().rollback()


def test_a_row_that_points_nowhere_is_refused(tx: Connection) -> None:
    lost = {**sound_row(tables.outbox), "connection_id": "nobody"}
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        insert(tx, tables.outbox, lost)


def test_every_sealed_column_can_be_sealed_anew() -> None:
    """A column left out of a rotation would be lost with the old key."""
    assert {str(place.sealed) for place in sealed_rows.PLACES} == sealed_rows.sealed_columns()


def test_the_frozen_sql_is_the_schema() -> None:
    assert statements(HEAD) == [statement.strip() for statement in tables.schema()]


def test_the_newest_version_is_the_one_named() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from posbridge.store import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
