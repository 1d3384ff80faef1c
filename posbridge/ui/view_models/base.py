"""What every view model shares: held values that tell QML when they change, work, and its failure."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn


def held(kind: type | str, name: str, notify: Signal, default: Any = None) -> Any:
    """A property that QML reads and `ViewModel._put` writes; its signal is `<name>_changed`."""

    def read(self: ViewModel) -> Any:
        return self._held.get(name, default)

    return Property(kind, read, notify=notify)  # type: ignore[arg-type]  # stubs lack Qt's type names


class ViewModel(QObject):
    """`services` is any object with the asynchronous functions that this screen's port names."""

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: dict[str, Any] = {}
        self._running = 0
        self._spawn = spawn
        self.services = services

    busy_changed = Signal()
    busy = held(bool, "busy", busy_changed, False)

    #: {} or {code, message, next_step}: the last known error; QML finds words for the code.
    failure_changed = Signal()
    failure = held("QVariantMap", "failure", failure_changed, {})

    @Slot()
    def forgive(self) -> None:
        """Forget the last failure."""
        self._put(failure={})

    def _put(self, **values: Any) -> None:
        for name, value in values.items():
            if name not in self._held or self._held[name] != value:
                self._held[name] = value
                getattr(self, f"{name}_changed").emit()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._spawn(self._guard(work))

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        self._running += 1
        self._put(busy=True, failure={})
        try:
            await work
        except PosbridgeError as error:
            self._put(failure=told(error))
        finally:
            self._running -= 1
            self._put(busy=self._running > 0)


def told(error: PosbridgeError) -> dict[str, Any]:
    """A known error as QML gets it."""
    return {"code": error.code, "message": error.message, "next_step": error.next_step}


def text(row: Mapping[str, Any], name: str) -> str:
    """A field of a row as text; empty when it is absent."""
    value = row.get(name)
    return "" if value is None else str(value)
