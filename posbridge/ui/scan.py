"""A barcode scanner types like a very fast keyboard: catch its bursts on any screen, focus or not."""

from __future__ import annotations

import time
from collections.abc import Callable

from posbridge.ui.qt import QEvent, QKeyEvent, QObject, Qt, QTimer, Signal

#: Longest pause between two keys of one scan, in seconds: people need more, scanners less.
KEY_GAP = 0.035
#: A burst without Enter ends after this silence, in milliseconds.
SILENCE_MS = 100
#: Shorter bursts are typing.
SHORTEST = 6
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ScanFilter(QObject):
    """An event filter for the application. Emits `scanned` with the code as text, leading zeros kept.

    Only the end of a burst shows that it was one, so its keys reach a focused field as well; `undo_typing` is
    told how many characters to take back there. Enter of a scan is swallowed: it must not press a button.
    """

    scanned = Signal(str)
    undo_typing = Signal(int)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._keys = ""
        self._last = 0.0
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setInterval(SILENCE_MS)
        self._silence.timeout.connect(self._end)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        # Qt sends a key to the window first, then on to items: count it once.
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched.isWindowType():
            return self.key(event.key(), event.text())
        return False

    def key(self, key: int, typed: str) -> bool:
        """One key went down; True when it ended a scan and nobody else shall see it."""
        now = self._clock()
        in_burst = bool(self._keys) and now - self._last < KEY_GAP
        self._last = now
        if key in ENTER:
            return self._end() if in_burst else self._forget()
        if not typed or not typed.isprintable():
            return self._forget() if typed else False
        self._keys = self._keys + typed if in_burst else typed
        self._silence.start()
        return False

    def _forget(self) -> bool:
        self._keys = ""
        self._silence.stop()
        return False

    def _end(self) -> bool:
        code = self._keys
        self._forget()
        if len(code) < SHORTEST:
            return False
        self.undo_typing.emit(len(code))
        self.scanned.emit(code)
        return True
