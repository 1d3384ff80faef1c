"""Every screen draws without a warning, in each theme, size, language and text scale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posbridge.ui import pictures
from posbridge.ui.qt import Q_ARG, QGuiApplication, QImage, QMetaObject
from posbridge.ui.showcase import Showcase
from posbridge.ui.theme import resource_root
from posbridge.ui.translations import release
from posbridge.ui.window import Window


@pytest.mark.parametrize(
    ("size", "lang", "scale"),
    [((1280, 800), "en", 1.0), ((1024, 768), "fr", 1.0), ((1080, 1920), "es", 1.0), ((1920, 1080), "en", 2.0)],
)
def test_every_screen_draws_clean(
    qt: QGuiApplication, tmp_path: Path, capfd: pytest.CaptureFixture[str], size, lang, scale
) -> None:
    drawn = pictures.draw_screens(tmp_path, [size], ["light", "dark"], lang, text_scale=scale)
    assert [row["screen"] for row in drawn] == [*pictures.PICTURES, *pictures.PICTURES]
    assert all((QImage(row["file"]).width(), QImage(row["file"]).height()) == size for row in drawn)
    assert len({Path(row["file"]).read_bytes() for row in drawn}) == len(drawn)
    assert capfd.readouterr().err == ""


def test_drawing_works_beside_an_open_window(window: Window, tmp_path: Path) -> None:
    before = window.vm.screen
    pictures.draw_screens(tmp_path, [(1024, 768)], ["dark"])
    assert (window.vm.screen, window.vm.theme) == (before, "light")


WALK = """
    property var root
    function walk(item, keep, found) {
        if (!item.visible)
            return found
        keep(item, found)
        for (const child of item.children)
            walk(child, keep, found)
        return found
    }
    function buttons() {
        return JSON.stringify(walk(root, (item, found) => {
            if (item.down !== undefined && item.clicked !== undefined && item.width > 0)
                found.push({ name: item.Accessible.name, width: item.width, height: item.height,
                             off: !item.enabled || item.hoverEnabled === false, focus: item.focusPolicy })
        }, []))
    }
    function words() {
        return JSON.stringify(walk(root, (item, found) => { if (item.text) found.push(String(item.text)) }, []))
    }
    function cut() {
        const keep = (item, found) => { if (item.truncated === true && item.text) found.push(String(item.text)) }
        return JSON.stringify(walk(root, keep, []))
    }
    property string answer
    function ask(what) { answer = this[what]() }
"""


@pytest.fixture
def ask(window: Window, look):
    def asked(what: str) -> list:
        found = look(WALK)
        found.setProperty("root", window.view.contentItem())
        assert QMetaObject.invokeMethod(found, "ask", Q_ARG("QVariant", what))
        return json.loads(found.property("answer"))

    return asked


PLACES = ("sell", "pay", "receipt", "orders", "queue", "gift_cards", "overview", "rules", "connections")


@pytest.mark.parametrize("screen", PLACES)
def test_every_button_is_large_named_and_reachable(window: Window, ask, screen: str) -> None:
    window.vm.go(screen)
    if screen == "receipt":
        window.vm._paid("o5")
    pictures.settle()
    buttons = ask("buttons")
    assert len(buttons) > 6
    assert [one for one in buttons if one["height"] < 48 or one["width"] < 48] == []
    assert [one for one in buttons if not one["name"]] == []
    assert [one for one in buttons if not one["off"] and not one["focus"]] == []


@pytest.mark.parametrize("name", ["sell.counter", "sell.product", "sell.age", "sell.scanned", "receipt.code",
                                  "receipt.large", "queue.settle", "rules.names", "rules.shelf"])  # fmt: skip
def test_every_button_of_the_counter_is_large_named_and_reachable(window: Window, ask, name: str) -> None:
    pictures._enter(window.vm, Showcase(), name.split(".")[0])
    assert pictures.PICTURES[name](window.vm, Showcase()) is not False
    pictures.settle()
    buttons = ask("buttons")
    assert [one for one in buttons if one["height"] < 48 or one["width"] < 48] == []
    assert [one for one in buttons if not one["name"]] == []
    assert [one for one in buttons if not one["off"] and not one["focus"]] == []
    pictures._finish_incubation(window)


def test_the_pay_button_is_the_largest(window: Window, ask) -> None:
    window.vm.go("sell")
    pictures.settle()
    pay = next(one for one in ask("buttons") if one["name"] == "Pay")
    assert pay["height"] >= 64


#: What may be cut at 200 %: the customer's chip, whose sheet tells the whole name, and tiles of two lines.
MAY_BE_CUT = ("Amara Lindqvist", "Lightspeed")


@pytest.mark.parametrize("name", list(pictures.PICTURES))
def test_nothing_is_cut_at_twice_the_size(window: Window, ask, name: str) -> None:
    window.vm.look(text_scale=2.0, motion=False)
    shop, prepare = Showcase(), pictures.PICTURES[name]
    pictures._enter(window.vm, shop, name.split(".")[0])
    if prepare is not None:
        prepare(window.vm, shop)
    pictures.settle()
    window.view.grabWindow()  # lays everything out, whenever the next frame is due
    pictures.settle()
    assert [text for text in ask("cut") if text not in MAY_BE_CUT] == []
    pictures._finish_incubation(window)


def test_language_changes_at_once(window: Window, ask) -> None:
    window.vm.go("queue")
    window.use_language("es_ES")
    pictures.settle()
    assert {"Cola", "Intentar todo ahora", "Rechazado"} <= set(ask("words"))
    window.use_language("en_US")
    pictures.settle()
    assert {"Queue", "Try all now", "Refused"} <= set(ask("words"))


def test_translations_are_finished_and_compiled(tmp_path: Path) -> None:
    folder = resource_root()
    for made in release(folder, tmp_path):
        source = (folder / "i18n" / made.name.replace(".qm", ".ts")).read_text(encoding="utf-8")
        assert "unfinished" not in source, made.name
        assert (folder / "i18n" / made.name).read_bytes() == made.read_bytes(), made.name
