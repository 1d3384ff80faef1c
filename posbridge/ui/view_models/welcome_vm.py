"""Nothing is configured yet: connect a system, or look around in the demo shop."""

from __future__ import annotations

from posbridge.ui.qt import Signal, Slot
from posbridge.ui.view_models.base import ViewModel


class WelcomeVm(ViewModel):
    """services: `start_demo()`."""

    connect_wanted = Signal()
    demo_started = Signal()

    @Slot()
    def connect_system(self) -> None:
        self.connect_wanted.emit()

    @Slot()
    def try_demo(self) -> None:
        self._run(self._try_demo())

    async def _try_demo(self) -> None:
        await self.services.start_demo()
        self.demo_started.emit()
