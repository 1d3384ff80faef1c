"""A licence scanned into the window as a keyboard: it opens the age check, presses nothing and stays in no field."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from posbridge.domain.aamva import parse_licence
from posbridge.domain.errors import DomainError
from posbridge.ui.pictures import settle
from posbridge.ui.qt import QCoreApplication, QEvent, QGuiApplication, QKeyEvent, QMetaObject, Qt
from posbridge.ui.showcase import Showcase
from posbridge.ui.tasks import run_at_once
from posbridge.ui.window import Window
from tests.domain.licence_cards import elements_of, layout
from tests.ui.conftest import probe

CARD = layout(8, elements_of(8, date(1990, 5, 17), date(2029, 5, 17), "CO", "991234567"), "636020")
TODAY = date(2026, 3, 14)


SEARCH = """
    property var root
    property var field
    property string said
    function find(item) {
        if (item.shortcut === "F2" && item.placeholderText !== undefined)
            return item
        for (const child of item.children) {
            const found = find(child)
            if (found)
                return found
        }
        return null
    }
    function seek() { field = find(root); field.forceActiveFocus() }
    function look() { said = field.text }
"""


class Dispensary(Showcase):
    """The showcase with a dispensary's basket, which checks a scanned age."""

    def __init__(self) -> None:
        super().__init__()
        self.scans: list[str] = []
        self.age = dict(self.dispensary()["basket"]["law"]["age"])

    async def basket(self) -> dict[str, Any]:
        there = self.dispensary()["basket"]
        law = {**there["law"], "age": self.age, "problem": {} if self.age["by"] else there["law"]["problem"]}
        return {**there, "law": law}

    async def scan_licence(self, barcode: str) -> dict[str, Any]:
        self.scans.append(barcode)
        card = parse_licence(barcode, TODAY)
        self.age = {"needed": 21, "state": "checked", "proof": "scanned", "by": "Noor Haddad"}
        said = {"number": card.number, "first_name": card.first_name, "last_name": card.last_name, "age": 35,
                "born": str(card.date_of_birth), "expires": str(card.expires), "region": card.region}  # fmt: skip
        return {"basket": await self.basket(), "card": said, "found": []}

    async def add_code(self, code: str) -> None:
        raise AssertionError(f"{code!r} is no article")


@pytest.fixture
def counter(qt: QGuiApplication, tmp_path: Path) -> Iterator[Window]:
    shop = Dispensary()
    made = Window(shop, cache=tmp_path, spawn=run_at_once, now=shop.now)
    run_at_once(made.vm.start())
    made.vm._put(person=shop.person())
    made.vm.look(motion=False)
    made.vm.go("sell")
    made.view.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.close()
    settle()


def press(window: Window, text: str) -> None:
    for key in text:
        code = Qt.Key.Key_Return if key in "\r\n" else Qt.Key.Key_A
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key)
            QCoreApplication.sendEvent(window.view, event)


def silence(window: Window) -> None:
    until = time.monotonic() + 3
    while not window.vm.services.scans and time.monotonic() < until:
        settle(1)
        time.sleep(0.01)
    settle()


def test_a_scan_with_the_search_focused_opens_the_check_with_the_person(counter: Window) -> None:
    field = probe(counter, SEARCH)
    field.setProperty("root", counter.view.contentItem())
    QMetaObject.invokeMethod(field, "seek")
    press(counter, "oat")
    settle()
    time.sleep(0.2)
    settle()
    press(counter, CARD)
    silence(counter)
    age = counter.vm.part("sell").basket.age
    assert len(counter.vm.services.scans) == 1
    assert (counter.vm.screen, age.opened, age.card["number"]) == ("sell", True, "991234567")
    QMetaObject.invokeMethod(field, "look")
    assert (field.property("said"), counter.vm.part("sell").search) == ("oat", "oat")


@pytest.mark.parametrize("screen", ["orders", "queue", "gift_cards", "rules"])
def test_a_scan_on_any_screen_checks_the_age_there(counter: Window, screen: str) -> None:
    counter.vm.go(screen)
    settle()
    press(counter, CARD)
    silence(counter)
    assert (counter.vm.screen, counter.vm.part("sell").basket.age.card["last_name"]) == (screen, "SAMPLE")
    counter.vm.part("sell").basket.age.close()
    counter.vm.go("pay")
    settle()
    assert counter.vm.screen == "pay"


def test_pay_without_a_check_stays_and_says_so(counter: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.vm.go("pay")
    settle()
    age = counter.vm.part("sell").basket.age
    assert (counter.vm.screen, age.opened, age.refusal["code"]) == ("sell", True, "age_unchecked")
    refused = DomainError("It expired.", code="licence_expired", next_step="Ask for another.")

    async def refuse(barcode: str) -> dict[str, Any]:
        counter.vm.services.scans.append(barcode)
        raise refused

    monkeypatch.setattr(counter.vm.services, "scan_licence", refuse)
    press(counter, CARD)
    silence(counter)
    assert (age.opened, age.refusal["message"], age.card) == (True, "It expired.", {})


def test_a_locked_till_takes_no_licence(counter: Window) -> None:
    counter.vm._put(person={}, screen="lock")
    settle()
    press(counter, CARD)
    until = time.monotonic() + 0.6
    while time.monotonic() < until:
        settle(1)
    assert counter.vm.services.scans == []
