"""Scanner bursts are told from typing by their pace."""

from __future__ import annotations

import pytest

from posbridge.ui.qt import QGuiApplication, Qt
from posbridge.ui.scan import ScanFilter

LETTER = int(Qt.Key.Key_A)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scans(qt: QGuiApplication, clock: Clock) -> tuple[ScanFilter, list[str]]:
    found: list[str] = []
    made = ScanFilter(clock=clock)
    made.scanned.connect(found.append)
    return made, found


def type_keys(filter_: ScanFilter, clock: Clock, keys: str, gap: float) -> None:
    for key in keys:
        clock.now += gap
        filter_.key(LETTER, key)


def enter(filter_: ScanFilter, clock: Clock, gap: float) -> bool:
    clock.now += gap
    return filter_.key(Qt.Key.Key_Return, "\r")


def test_a_fast_burst_with_enter_is_a_scan_with_its_leading_zeros(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "0049000042", 0.01)
    assert enter(made, clock, 0.01) is True
    assert found == ["0049000042"]


def test_typing_at_a_persons_pace_is_no_scan_and_keeps_its_enter(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "croissant", 0.09)
    assert enter(made, clock, 0.09) is False
    assert found == []


def test_five_keys_are_too_few(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "12345", 0.01)
    assert enter(made, clock, 0.01) is False
    assert found == []


def test_a_pause_inside_starts_over(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "123", 0.01)
    clock.now += 0.2
    type_keys(made, clock, "456789", 0.01)
    enter(made, clock, 0.01)
    assert found == ["456789"]


def test_silence_ends_a_scan_without_enter(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "ABC-123", 0.01)
    made._silence.timeout.emit()
    assert found == ["ABC-123"]


def test_a_focused_field_is_told_how_much_to_take_back(scans, clock: Clock) -> None:
    made, _ = scans
    taken: list[int] = []
    made.undo_typing.connect(taken.append)
    type_keys(made, clock, "87654321", 0.01)
    enter(made, clock, 0.01)
    assert taken == [8]
