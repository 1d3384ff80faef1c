"""Every colour pair that the screens draw, measured against WCAG 2."""

from __future__ import annotations

import pytest

from posbridge.ui.qt import QColor, QObject
from posbridge.ui.theme import contrast
from posbridge.ui.window import Window

SURFACES = ("canvas", "surface", "sunken")
TEXT_PAIRS = (
    [(ink, ground) for ink in ("ink", "soft") for ground in (*SURFACES, "pressed")]
    + [(ink, ground) for ink in ("good", "attention", "problem", "accent") for ground in SURFACES]
    + [(name, f"{name}Soft") for name in ("good", "attention", "problem", "accent")]
    + [("ink", f"{name}Soft") for name in ("good", "attention", "problem", "accent")]
    + [("accentInk", "accent"), ("accentInk", "accentPressed"), ("canvas", "ink")]
)
PRICE_PAIRS = [("ink", "surface"), ("ink", "canvas"), ("ink", "sunken"), ("accentInk", "accent")]
EDGE_PAIRS = [("edge", "surface"), ("edge", "canvas"), ("accent", "surface"), ("accent", "canvas")]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, window: Window, look) -> QObject:
    window.vm.look(theme=request.param)
    found = look("readonly property QtObject theme: Theme").property("theme")
    assert found.property("dark") is (request.param == "dark")
    return found


def ratio(theme: QObject, ink: str, ground: str) -> float:
    return contrast(QColor(theme.property(ink)), QColor(theme.property(ground)))


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)


def test_every_text_pair_reads_well(theme: QObject) -> None:
    weak = {pair: ratio(theme, *pair) for pair in TEXT_PAIRS if ratio(theme, *pair) < 4.5}
    assert weak == {}


def test_prices_read_better_still(theme: QObject) -> None:
    weak = {pair: ratio(theme, *pair) for pair in PRICE_PAIRS if ratio(theme, *pair) < 7}
    assert weak == {}


def test_edges_of_controls_and_focus_can_be_seen(theme: QObject) -> None:
    weak = {pair: ratio(theme, *pair) for pair in EDGE_PAIRS if ratio(theme, *pair) < 3}
    assert weak == {}
