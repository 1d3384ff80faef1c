"""Qt without a display, and one application for all tests of the window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from posbridge.ui.pictures import settle
from posbridge.ui.qt import QGuiApplication, QObject, QQmlComponent, QUrl
from posbridge.ui.showcase import Showcase
from posbridge.ui.tasks import run_at_once
from posbridge.ui.theme import resource_root
from posbridge.ui.window import Window, application


@pytest.fixture(scope="session")
def qt() -> QGuiApplication:
    return application()


@pytest.fixture
def window(qt: QGuiApplication, tmp_path: Path) -> Iterator[Window]:
    shop = Showcase()
    made = Window(shop, cache=tmp_path, spawn=run_at_once, now=shop.now)
    run_at_once(made.vm.start())
    made.vm._put(person=shop.person())
    made.vm.look(motion=False)
    made.view.resize(1280, 800)
    made.view.show()
    settle()
    yield made
    made.close()
    settle()


def probe(window: Window, body: str) -> QObject:
    """A small QML object beside the window's own, to look at it the way QML sees it."""
    component = QQmlComponent(window.engine)
    source = f'import QtQuick\nimport "theme"\nQtObject {{ {body} }}'
    component.setData(source.encode(), QUrl.fromLocalFile(str(resource_root() / "qml" / "Probe.qml")))
    made = component.create(window.engine.rootContext())
    assert made is not None, component.errorString()
    made.setParent(window.vm)
    return made


@pytest.fixture
def look(window: Window):
    return lambda body: probe(window, body)
