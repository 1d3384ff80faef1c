"""A code is exactly the matrix of its text, with a quiet zone."""

from __future__ import annotations

import pytest
import segno

from posbridge.ui.qr import QUIET, QrCodes


@pytest.mark.parametrize("text", ["https://shop.example.org/finish/7f3c", "A", "é" * 40, "1" * 300])
def test_the_runs_draw_the_matrix(text: str) -> None:
    matrix = [list(row) for row in segno.make_qr(text, error="m").matrix]
    code = QrCodes().code(text)
    assert code["size"] == len(matrix) + 2 * QUIET
    drawn = [[0] * len(matrix) for _ in matrix]
    for run in code["runs"]:
        for x in range(run["x"], run["x"] + run["length"]):
            drawn[run["y"] - QUIET][x - QUIET] += 1
    assert drawn == matrix


@pytest.mark.parametrize("text", ["", "x" * 5000])
def test_nothing_is_drawn_of_nothing_or_too_much(text: str) -> None:
    assert QrCodes().code(text) == {}
