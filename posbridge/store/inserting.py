"""Plain inserts as ready SQL, for the transaction a customer waits for: the library compiles each statement once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert


class Inserting:
    """Inserts rows of `table` that name exactly `columns`."""

    def __init__(self, table: Table, *columns: str) -> None:
        self._table, self._columns = table, columns
        self._made: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def __call__(self, tx: Connection, *rows: Mapping[str, Any]) -> None:
        """Raises what the database raises."""
        sql, places = self._made.get(tx.dialect.name) or self._compiled(tx)
        values = [row if places is None else tuple(row[name] for name in places) for row in rows]
        tx.exec_driver_sql(sql, values[0] if len(values) == 1 else values)

    def _compiled(self, tx: Connection) -> tuple[str, tuple[str, ...] | None]:
        made = insert(self._table).inline().compile(dialect=tx.dialect, column_keys=list(self._columns))
        places: Sequence[str] | None = getattr(made, "positiontup", None)
        self._made[tx.dialect.name] = str(made), None if places is None else tuple(places)
        return self._made[tx.dialect.name]
