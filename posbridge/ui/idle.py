"""Nobody touches the till: after a while the window locks itself."""

from __future__ import annotations

from posbridge.ui.qt import QEvent, QObject, QTimer, Signal

#: What a person does; pictures, timers and repaints are no sign of anybody.
SIGNS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.Wheel,
    )
)


class IdleWatch(QObject):
    """An event filter for the application. Emits `idle` once no sign of a person came for `seconds`."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None, *, seconds: int = 120) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self.wait(seconds)

    def wait(self, seconds: int) -> None:
        """From now on so many seconds make it idle; 0 never does."""
        self._timer.stop()
        self._timer.setInterval(seconds * 1000)
        if seconds > 0:
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() in SIGNS and self._timer.interval() > 0:
            self._timer.start()
        return False
