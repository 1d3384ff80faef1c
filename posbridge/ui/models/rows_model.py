"""Rows with a key, kept in step with a fresh reading by the fewest edits a view has to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from posbridge.ui.qt import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

Row = Mapping[str, Any]
FIRST_ROLE = int(Qt.ItemDataRole.UserRole) + 1
NOWHERE = QModelIndex()


class RowsModel(QAbstractListModel):
    """A list model over mappings. `fields` are its roles, the first of them the key of a row."""

    fields: ClassVar[tuple[str, ...]] = ("id",)

    def __init__(self, parent: QObject | None = None, *, more: Callable[[], None] | None = None) -> None:
        super().__init__(parent)
        self._rows: list[dict[str, Any]] = []
        self._more = more
        self._has_more = False

    count_changed = Signal()

    @Property(int, notify=count_changed)
    def count(self) -> int:
        return len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        return {FIRST_ROLE + place: QByteArray(name.encode()) for place, name in enumerate(self.fields)}

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = FIRST_ROLE) -> Any:
        place = role - FIRST_ROLE
        if not index.isValid() or not 0 <= place < len(self.fields):
            return None
        return self._rows[index.row()].get(self.fields[place])

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:  # noqa: N802 - Qt's name
        return self._has_more and not parent.isValid()

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802 - Qt's name
        if self._more is not None and self._has_more:
            self._has_more = False
            self._more()

    @Slot(str, result="QVariantMap")
    def row(self, key: str) -> dict[str, Any]:
        """The row with this key, or an empty mapping."""
        place = self._place(key)
        return {} if place is None else dict(self._rows[place])

    def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self._rows]

    def replace(self, rows: Sequence[Row], *, has_more: bool = False) -> None:
        """Make the model equal to `rows` by removing, moving, inserting and changing; keys are unique."""
        before = len(self._rows)
        wanted = [self._clean(row) for row in rows]
        self._remove_all_but({row[self.fields[0]] for row in wanted})
        for place, row in enumerate(wanted):
            self._settle(place, row)
        self._has_more = has_more
        if len(self._rows) != before:
            self.count_changed.emit()

    def extend(self, rows: Sequence[Row], *, has_more: bool = False) -> None:
        """Append the rows whose keys are not there yet."""
        known = {row[self.fields[0]] for row in self._rows}
        fresh = [clean for clean in map(self._clean, rows) if clean[self.fields[0]] not in known]
        self._has_more = has_more
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(NOWHERE, first, first + len(fresh) - 1)
            self._rows.extend(fresh)
            self.endInsertRows()
            self.count_changed.emit()

    def change(self, key: Any, **values: Any) -> bool:
        """Change some fields of one row; False when no row has the key."""
        place = self._place(key)
        if place is None:
            return False
        self._write(place, {**self._rows[place], **values})
        return True

    def _clean(self, row: Row) -> dict[str, Any]:
        return {name: row.get(name) for name in self.fields}

    def _place(self, key: Any, start: int = 0) -> int | None:
        name = self.fields[0]
        return next((i for i in range(start, len(self._rows)) if self._rows[i][name] == key), None)

    def _remove_all_but(self, keys: set[Any]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last][self.fields[0]] in keys:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1][self.fields[0]] not in keys:
                first -= 1
            self.beginRemoveRows(NOWHERE, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _settle(self, place: int, row: dict[str, Any]) -> None:
        key = row[self.fields[0]]
        if place < len(self._rows) and self._rows[place][self.fields[0]] == key:
            self._write(place, row)
            return
        found = self._place(key, place)
        if found is None:
            self.beginInsertRows(NOWHERE, place, place)
            self._rows.insert(place, row)
            self.endInsertRows()
            return
        self.beginMoveRows(NOWHERE, found, found, NOWHERE, place)
        self._rows.insert(place, self._rows.pop(found))
        self.endMoveRows()
        self._write(place, row)

    def _write(self, place: int, row: dict[str, Any]) -> None:
        old = self._rows[place]
        roles = [FIRST_ROLE + i for i, name in enumerate(self.fields) if old.get(name) != row.get(name)]
        if roles:
            self._rows[place] = row
            index = self.index(place)
            self.dataChanged.emit(index, index, roles)
