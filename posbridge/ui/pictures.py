"""Every screen drawn into a PNG, with no display: for documents, for a look, for tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from posbridge.ui.qt import QCoreApplication, QEvent, QImage
from posbridge.ui.showcase import Showcase
from posbridge.ui.tasks import run_at_once
from posbridge.ui.view_models.app_vm import AppVm
from posbridge.ui.window import Window, application

LOCALES = {"en": "en_US", "es": "es_ES", "fr": "fr_FR"}
#: What is prepared before the named picture is taken; the screen is the name up to the first dot.
Prepare = Callable[[AppVm], Any]


def _pin(vm: AppVm) -> None:
    vm.part("lock").choose("u1")
    for key in "29":
        vm.part("lock").press(key)


def _cash(vm: AppVm) -> None:
    vm.part("pay").enter(6000)


def _terminal(vm: AppVm) -> None:
    vm.part("pay")._put(terminal="unknown")
    vm.part("pay").choose("card")


def _form(vm: AppVm) -> None:
    part = vm.part("connections")
    part.add("square")
    part.set_field("application_id", "sq0idp-example")
    part.test()


def _price(vm: AppVm) -> None:
    basket = vm.part("sell").basket
    basket.price.open(basket.lines.rows()[0])
    basket.price.choose("u1")


def _return(vm: AppVm) -> None:
    orders = vm.part("orders")
    run_at_once(orders.open("o5"))
    orders.start_return()
    orders.step("l1", 1)
    orders.step("l2", 1)


PICTURES: dict[str, Prepare | None] = {
    "welcome": None,
    "lock": None,
    "lock.pin": _pin,
    "sell": None,
    "sell.variants": lambda vm: vm.part("sell").pick("p10"),
    "sell.price": _price,
    "pay": _cash,
    "pay.terminal": _terminal,
    "receipt": lambda vm: run_at_once(vm.part("receipt").load("o5")),
    "orders": lambda vm: run_at_once(vm.part("orders").open("o5")),
    "orders.return": _return,
    "queue": lambda vm: vm.part("queue").choose("q1"),
    "gift_cards": lambda vm: vm.part("gift_cards").check("7Q2F"),
    "gift_cards.sell": lambda vm: vm.part("gift_cards").sell(True),
    "overview": None,
    "connections": lambda vm: vm.part("connections").choose("shopify-1"),
    "connections.form": _form,
    "help": lambda vm: vm.toggle_help(),
}


def prepare_offscreen() -> None:
    """Ask Qt for no display and no graphics card; without effect once an application exists."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")


def draw_screens(
    out: Path,
    sizes: Iterable[tuple[int, int]] = ((1280, 800),),
    themes: Iterable[str] = ("light", "dark"),
    lang: str = "en",
    *,
    text_scale: float = 1.0,
) -> list[dict[str, str]]:
    """Draw every screen in each size and theme into `out`; gives `[{screen, file}]` in that order.

    Works beside an open window: it has an engine and values of its own.
    """
    prepare_offscreen()
    application()
    out.mkdir(parents=True, exist_ok=True)
    drawn: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as cache:
        shop = Showcase()
        window = Window(shop, cache=Path(cache), spawn=run_at_once, locale=LOCALES.get(lang, lang), now=shop.now)
        try:
            for width, height in sizes:
                window.view.resize(width, height)
                window.view.show()
                for theme in themes:
                    window.vm.look(theme=theme, text_scale=text_scale, motion=False, language=lang)
                    drawn += _draw_all(window, shop, out, f"{width}x{height}-{theme}-{lang}")
        finally:
            window.close()
            settle()
    return drawn


def _draw_all(window: Window, shop: Showcase, out: Path, suffix: str) -> list[dict[str, str]]:
    rows = []
    for name, prepare in PICTURES.items():
        _enter(window.vm, shop, name.split(".")[0])
        if prepare is not None:
            prepare(window.vm)
        settle()
        file = out / f"{name}-{suffix}.png"
        picture: QImage = window.view.grabWindow()
        if picture.isNull() or not picture.save(str(file)):
            raise OSError(f"{file} could not be written")
        _finish_incubation(window)
        rows.append({"screen": name, "file": str(file)})
    return rows


def _finish_incubation(window: Window) -> None:
    """Let lists finish the rows they prepare off screen before their screen is taken away."""
    controller = window.view.incubationController()
    for _ in range(200):
        if controller.incubatingObjectCount() == 0:
            return
        controller.incubateFor(20)
        QCoreApplication.processEvents()


def _enter(vm: AppVm, shop: Showcase, screen: str) -> None:
    """Back to a fresh state, then to the screen."""
    vm.part("lock").back()
    vm.part("sell").close_sheet()
    vm.part("sell").basket.price.close()
    vm.part("orders").close()
    vm.part("gift_cards").clear()
    vm.part("connections").close()
    run_at_once(vm.start())
    vm._put(person=shop.person() if screen not in ("lock", "welcome") else {}, help_open=False)
    if screen == "help":
        vm.go("sell")
    elif screen in ("welcome", "lock", "receipt"):
        vm._put(screen=screen)
    else:
        vm.go(screen)


def settle(rounds: int = 12) -> None:
    """Let layouts, loaders and deferred deletes come to rest."""
    for _ in range(rounds):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
