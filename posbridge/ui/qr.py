"""QR codes as what QML draws: horizontal runs of dark modules."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import segno

from posbridge.ui.qt import QObject, Slot

#: Light modules around a code, without which a camera does not find it.
QUIET = 4


class QrCodes(QObject):
    """The maker of codes that QML sees."""

    @Slot(str, result="QVariantMap")
    def code(self, text: str) -> dict[str, Any]:
        """{size, runs: [{x, y, length}]} in modules, the quiet zone included; {} for no text or one too long."""
        if not text:
            return {}
        try:
            made = segno.make_qr(text, error="m")
        except segno.DataOverflowError:
            return {}
        runs = [run for y, row in enumerate(made.matrix) for run in _runs(row, y + QUIET)]
        return {"size": len(made.matrix) + 2 * QUIET, "runs": runs}


def _runs(row: bytes | bytearray, y: int) -> list[dict[str, int]]:
    found, x = [], QUIET
    for dark, modules in groupby(row):
        length = sum(1 for _ in modules)
        if dark:
            found.append({"x": x, "y": y, "length": length})
        x += length
    return found
