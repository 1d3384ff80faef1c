"""A PIN can be typed: after a name was tapped the keyboard belongs to the PIN, and still does after the keypad."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from posbridge.ui.pictures import settle
from posbridge.ui.window import Window


def test_digits_typed_after_a_tap_are_the_pin(window: Window) -> None:
    window.vm.go("lock")
    settle()
    first = window.vm.lock.people[0]
    across = min(4, len(window.vm.lock.people))
    middle = QPoint(640 - (across * 176 + (across - 1) * 16) // 2 + 88, 428)
    QTest.mouseClick(window.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    settle()
    assert window.vm.lock.chosen["id"] == first["id"]
    for key in (Qt.Key.Key_1, Qt.Key.Key_3):
        QTest.keyClick(window.view, key)
    settle()
    assert window.vm.lock.digits == 2
    QTest.keyClick(window.view, Qt.Key.Key_Backspace)
    settle()
    assert window.vm.lock.digits == 1
