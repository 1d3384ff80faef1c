"""A model follows any new reading by edits, and a view that only saw the edits agrees with it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posbridge.ui.models.rows_model import FIRST_ROLE, RowsModel
from posbridge.ui.qt import QModelIndex


class Letters(RowsModel):
    fields = ("id", "value")


class Mirror:
    """Rows as a view knows them from the signals alone."""

    def __init__(self, model: RowsModel) -> None:
        self.model = model
        self.rows: list[tuple[str, int]] = []
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.rowsMoved.connect(self._moved)
        model.dataChanged.connect(self._changed)
        model.modelReset.connect(self._reset)

    def _read(self, row: int) -> tuple[str, int]:
        index = self.model.index(row)
        return self.model.data(index, FIRST_ROLE), self.model.data(index, FIRST_ROLE + 1)

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.rows[first:first] = [self._read(row) for row in range(first, last + 1)]

    def _removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        del self.rows[first : last + 1]

    def _moved(self, _parent: QModelIndex, first: int, last: int, _to: QModelIndex, before: int) -> None:
        assert first == last
        assert before < first
        self.rows.insert(before, self.rows.pop(first))

    def _changed(self, top: QModelIndex, _bottom: QModelIndex, _roles: list[int]) -> None:
        self.rows[top.row()] = self._read(top.row())

    def _reset(self) -> None:
        raise AssertionError("a model never resets")


READINGS = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)), max_size=5)


@given(READINGS, st.randoms(use_true_random=False))
def test_edits_lead_a_view_to_every_reading(readings, random) -> None:
    model = Letters()
    mirror = Mirror(model)
    for reading in readings:
        rows = [{"id": key, "value": value} for key, value in reading.items()]
        random.shuffle(rows)
        model.replace(rows)
        assert mirror.rows == [(row["id"], row["value"]) for row in rows]
        assert model.count == len(rows)


def test_only_the_changed_field_is_announced() -> None:
    model = Letters()
    model.replace([{"id": "a", "value": 1}])
    seen: list[list[int]] = []
    model.dataChanged.connect(lambda _a, _b, roles: seen.append(list(roles)))
    assert model.change("a", value=2) is True
    assert model.change("z", value=2) is False
    assert seen == [[FIRST_ROLE + 1]]


def test_extend_skips_rows_that_are_there() -> None:
    model = Letters()
    model.replace([{"id": "a", "value": 1}], has_more=True)
    assert model.canFetchMore(QModelIndex())
    model.extend([{"id": "a", "value": 9}, {"id": "b", "value": 2}])
    assert [row["id"] for row in model.rows()] == ["a", "b"]
    assert not model.canFetchMore(QModelIndex())
