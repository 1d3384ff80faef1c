"""Inserts as ready SQL, for a sale and for whole catalogues: the library compiles each statement once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.sql.dml import Insert


class Inserting:
    """Inserts rows of `table` that name exactly `columns`."""

    def __init__(self, table: Table, *columns: str) -> None:
        self._table, self._columns = table, columns
        self._made: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def __call__(self, tx: Connection, *rows: Mapping[str, Any]) -> None:
        """Raises what the database raises."""
        if not rows:
            return
        sql, places = self._made.get(tx.dialect.name) or self._compiled(tx)
        values = rows if places is None else list(map(itemgetter(*places), rows))
        tx.exec_driver_sql(sql, values[0] if len(values) == 1 else values)

    def _compiled(self, tx: Connection) -> tuple[str, tuple[str, ...] | None]:
        made = self._statement().compile(dialect=tx.dialect, column_keys=list(self._columns))
        places: Sequence[str] | None = getattr(made, "positiontup", None)
        self._made[tx.dialect.name] = str(made), None if places is None else tuple(places)
        return self._made[tx.dialect.name]

    def _statement(self) -> Insert:
        return insert(self._table).inline()


class Upserting(Inserting):
    """Inserts rows, or replaces those with the same `key`; with `newer` only where that column is not older."""

    def __init__(self, table: Table, *columns: str, key: Sequence[str], newer: str = "") -> None:
        super().__init__(table, *columns)
        self._key, self._newer = key, newer

    def _statement(self) -> Insert:
        made = upsert(self._table)
        changed = {name: made.excluded[name] for name in self._columns if name not in self._key}
        only = self._table.c[self._newer] <= made.excluded[self._newer] if self._newer else None
        return made.on_conflict_do_update(index_elements=list(self._key), set_=changed, where=only)
