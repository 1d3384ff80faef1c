"""Every order that a target has not confirmed yet."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from posbridge.ui.models.queue_model import QueueModel
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held


class QueueVm(ViewModel):
    """services: `queue() -> {rows, waiting, attention, oldest_seconds, per_minute, empty_in_seconds | None}`,
    `retry(row_id)`, `park_row(row_id)`, `ask_platform(row_id)`,
    `settle(row_id, number | "")`, `retry_all()`, `export_queue() -> path`."""

    waiting_changed = Signal()
    waiting = held(int, "waiting", waiting_changed, 0)
    attention_changed = Signal()
    attention = held(int, "attention", attention_changed, 0)
    oldest_seconds_changed = Signal()
    oldest_seconds = held("qlonglong", "oldest_seconds", oldest_seconds_changed, 0)
    per_minute_changed = Signal()
    per_minute = held(int, "per_minute", per_minute_changed, 0)
    #: -1: cannot be told (offline, or a row needs a person).
    empty_in_seconds_changed = Signal()
    empty_in_seconds = held("qlonglong", "empty_in_seconds", empty_in_seconds_changed, -1)
    chosen_changed = Signal()
    chosen = held(str, "chosen", chosen_changed, "")
    exported_to_changed = Signal()
    exported_to = held(str, "exported_to", exported_to_changed, "")

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._rows = QueueModel(self)

    @Property(QObject, constant=True)
    def rows(self) -> QueueModel:
        return self._rows

    async def load(self) -> None:
        queue = await self.services.queue()
        self._rows.replace(queue["rows"])
        names = ("waiting", "attention", "oldest_seconds", "per_minute")
        left = queue["empty_in_seconds"]
        self._put(**{name: queue[name] for name in names}, empty_in_seconds=-1 if left is None else left)

    @Slot(str)
    def choose(self, row_id: str) -> None:
        self._put(chosen="" if row_id == self.chosen else row_id)

    @Slot(str)
    def retry(self, row_id: str) -> None:
        self._run(self._then_load(self.services.retry(row_id)))

    @Slot(str)
    def park(self, row_id: str) -> None:
        self._run(self._then_load(self.services.park_row(row_id)))

    @Slot(str)
    def ask(self, row_id: str) -> None:
        """Look the order up at its platform."""
        self._run(self._then_load(self.services.ask_platform(row_id)))

    @Slot(str, str)
    def settle(self, row_id: str, number: str) -> None:
        """Somebody looked at the platform: the order's number there, or "" when it is not there and is sent anew."""
        self._run(self._then_load(self.services.settle(row_id, number.strip())))

    @Slot()
    def retry_all(self) -> None:
        self._run(self._then_load(self.services.retry_all()))

    @Slot()
    def export(self) -> None:
        self._run(self._export())

    async def _export(self) -> None:
        self._put(exported_to=str(await self.services.export_queue()))

    async def _then_load(self, work: Coroutine[Any, Any, Any]) -> None:
        await work
        await self.load()
