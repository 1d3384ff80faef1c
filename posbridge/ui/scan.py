"""A barcode scanner types like a very fast keyboard: catch its bursts on any screen, focus or not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from posbridge.domain.aamva import is_licence
from posbridge.ui.qt import QEvent, QKeyEvent, QObject, Qt, QTimer, Signal

#: Longest pause between two keys of one scan, in seconds: people need more, scanners less.
KEY_GAP = 0.035
#: A burst without Enter ends after this silence, in milliseconds.
SILENCE_MS = 100
#: A licence has pauses between its lines: this silence ends it, in milliseconds.
LICENCE_SILENCE_MS = 350
#: Shorter bursts are typing.
SHORTEST = 6
#: Longer than any licence: something leans on the keyboard.
LONGEST = 4000
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
#: What a licence begins with, before its header can be told: the "@" line of the AAMVA layout.
_LICENCE_BEGINS = re.compile(r"@[\n@]*(?:A(?:N(?:S(?:I[ \d]*)?)?|A(?:M(?:V(?:A\d*)?)?)?)?)?")


class ScanFilter(QObject):
    """An event filter for the application. Emits `scanned` with the code as text, leading zeros kept.

    Only the end of a burst shows that it was one, so its keys reach a focused field as well; `undo_typing` is
    told how many characters to take back there. Enter of a scan is swallowed: it must not press a button.
    A licence has many lines: from its header on no key reaches a field, and its Enters are line breaks of the text.
    Only an Enter before its first letter, from a scanner that drops the "@", cannot be told from a person's.
    """

    scanned = Signal(str)
    undo_typing = Signal(int)

    def __init__(self, parent: QObject | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._keys = ""
        self._last = 0.0
        self._licence = False
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
        """One key went down; True when it belongs to a scan and nobody else shall see it."""
        now = self._clock()
        in_burst = bool(self._keys) and now - self._last < KEY_GAP
        self._last = now
        if self._licence:
            return self._more("\n" if key in ENTER else typed)
        if in_burst and (key in ENTER or (typed and not typed.isprintable())) and self._may_be_licence():
            return self._line()
        if key in ENTER:
            return self._end() if in_burst else self._forget()
        if not typed or not typed.isprintable():
            return self._forget() if typed else False
        self._keys = self._keys + typed if in_burst else typed
        self._silence.start()
        return self._header()

    def _may_be_licence(self) -> bool:
        return _LICENCE_BEGINS.fullmatch(self._keys) is not None

    def _line(self) -> bool:
        """A line ended before the header could be told."""
        self._keys += "\n"
        self._silence.start()
        return True

    def _header(self) -> bool:
        """Whether the keys so far are a licence; what a field got of it is taken back then."""
        if len(self._keys) > LONGEST or not is_licence(self._keys):
            return False
        self._licence = True
        self._silence.start(LICENCE_SILENCE_MS)
        # The last key is swallowed, and so were the line breaks: the field never saw them.
        self.undo_typing.emit(sum(key.isprintable() for key in self._keys[:-1]))
        return True

    def _more(self, typed: str) -> bool:
        """Another key of a licence; the marks between its parts count as line breaks."""
        if len(self._keys) < LONGEST:
            self._keys += "".join(key if key.isprintable() else "\n" for key in typed)
        self._silence.start(LICENCE_SILENCE_MS)
        return True

    def _forget(self) -> bool:
        self._keys, self._licence = "", False
        self._silence.stop()
        self._silence.setInterval(SILENCE_MS)
        return False

    def _end(self) -> bool:
        code, licence = self._keys, self._licence
        self._forget()
        if len(code.strip()) < SHORTEST:
            return False
        if not licence:
            self.undo_typing.emit(len(code))
        self.scanned.emit(code)
        return True
