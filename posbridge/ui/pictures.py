"""Every screen drawn into a PNG, with no display: for documents, for a look, for tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from posbridge.services import Services
from posbridge.ui.qt import QCoreApplication, QEvent, QImage
from posbridge.ui.showcase import Showcase
from posbridge.ui.snapshot import TRIED, snapshot
from posbridge.ui.tasks import run_at_once
from posbridge.ui.view_models.app_vm import AppVm
from posbridge.ui.window import Window, application

LOCALES = {"en": "en_US", "es": "es_ES", "fr": "fr_FR"}
#: What is prepared before the named picture is taken; the screen is the name up to the first dot. False: this shop
#: has nothing to show there.
Prepare = Callable[[AppVm, Showcase], object]


def _pin(vm: AppVm, shop: Showcase) -> None:
    vm.part("lock").choose(shop.first("people"))
    for key in "29":
        vm.part("lock").press(key)


def _variants(vm: AppVm, shop: Showcase) -> bool:
    if shop.several():
        vm.part("sell").pick(shop.several())
    return bool(shop.several())


def _counter(vm: AppVm, shop: Showcase) -> bool:
    """A dispensary's goods and basket on the counter."""
    there, sell = shop.dispensary(), vm.part("sell")
    if there:
        sell._put(categories=there["categories"])
        sell.products.replace(there["products"])
        sell.basket.show_basket(there["basket"])
    return bool(there)


def _age(vm: AppVm, shop: Showcase) -> bool:
    if not _counter(vm, shop):
        return False
    vm.go("pay")
    return True


def _scanned(vm: AppVm, shop: Showcase) -> bool:
    there, basket = shop.dispensary(), vm.part("sell").basket
    if not _counter(vm, shop):
        return False
    checked = {"needed": 21, "state": "checked", "proof": "scanned", "by": shop.person()["name"]}
    basket.show_basket({**there["basket"], "customer": None, "law": {**there["basket"]["law"], "age": checked}})
    basket.age.open()
    basket.age._put(card=there["card"], found=there["found"])
    return True


def _product(vm: AppVm, shop: Showcase) -> bool:
    if not _counter(vm, shop):
        return False
    vm.part("sell")._put(choosing=shop.dispensary()["product"])
    return True


def _settle(vm: AppVm, shop: Showcase) -> bool:
    row = shop.dispensary().get("queue_row")
    if row:
        vm.part("queue").rows.replace([row, *vm.part("queue").rows.rows()])
        vm.part("queue").choose(row["id"])
    return bool(row)


def _code(vm: AppVm, shop: Showcase) -> bool:
    target = shop.dispensary().get("target")
    if not target or not _receipt(vm, shop):
        return False
    vm.part("receipt").targets.replace([target])
    return True


def _large_code(vm: AppVm, shop: Showcase) -> bool:
    if not _code(vm, shop):
        return False
    vm.show_code(shop.dispensary()["target"]["link"])
    return True


def _order_code(vm: AppVm, shop: Showcase) -> bool:
    target = shop.dispensary().get("target")
    if not target or not _order(vm, shop):
        return False
    orders = vm.part("orders")
    orders._put(chosen={**orders.chosen, "targets": [target]})
    return True


def _names(vm: AppVm, shop: Showcase) -> None:
    vm.part("rules").enter("names")
    vm.part("rules").names.attempt(TRIED, "", "Flower")


def _shelf(vm: AppVm, shop: Showcase) -> bool:
    names = vm.part("rules").names
    _names(vm, shop)
    if names.unplaced and names.unplaced[0]["word"]:
        names.place(names.unplaced[0])
    return bool(names.placing)


def _price(vm: AppVm, shop: Showcase) -> bool:
    basket = vm.part("sell").basket
    if not basket.lines.count:
        return False
    basket.price.open(basket.lines.rows()[0])
    basket.price.choose(shop.person()["id"])
    return True


def _cash(vm: AppVm, shop: Showcase) -> None:
    pay = vm.part("pay")
    pay.enter(pay.quick[2] if len(pay.quick) > 2 else pay.due)


def _terminal(vm: AppVm, shop: Showcase) -> None:
    vm.part("pay")._put(terminal="unknown")
    vm.part("pay").choose("card")


def _receipt(vm: AppVm, shop: Showcase) -> bool:
    if shop.has("receipt"):
        run_at_once(vm.part("receipt").load(shop.first("orders")))
    return shop.has("receipt")


def _order(vm: AppVm, shop: Showcase) -> bool:
    if shop.has("orders"):
        run_at_once(vm.part("orders").open(shop.first("orders")))
    return shop.has("orders")


def _return(vm: AppVm, shop: Showcase) -> bool:
    if not _order(vm, shop):
        return False
    orders = vm.part("orders")
    orders.start_return()
    for line in orders.chosen["lines"][:2]:
        orders.step(line["id"], 1)
    return True


def _card(vm: AppVm, shop: Showcase) -> None:
    if shop.has("gift_card"):
        vm.part("gift_cards").check("7Q2F")


def _sell_card(vm: AppVm, shop: Showcase) -> bool:
    part = vm.part("gift_cards")
    part.sell(True)
    return any(row["act"] == "sell" and row["allowed"] for row in part.rights)


def _form(vm: AppVm, shop: Showcase) -> None:
    part = vm.part("connections")
    part.add(part.systems[min(1, len(part.systems) - 1)]["name"])
    part.test()


PICTURES: dict[str, Prepare | None] = {
    "welcome": None,
    "lock": None,
    "lock.pin": _pin,
    "lock.first": lambda vm, shop: vm.part("lock")._put(people=[], empty=True),
    "sell": None,
    "sell.variants": _variants,
    "sell.price": _price,
    "sell.counter": _counter,
    "sell.product": _product,
    "sell.age": _age,
    "sell.scanned": _scanned,
    "pay": _cash,
    "pay.terminal": _terminal,
    "receipt": _receipt,
    "receipt.code": _code,
    "receipt.large": _large_code,
    "orders": _order,
    "orders.code": _order_code,
    "orders.return": _return,
    "queue": lambda vm, shop: vm.part("queue").choose(vm.part("queue").rows.rows()[0]["id"])
    if vm.part("queue").rows.count
    else None,
    "queue.settle": _settle,
    "gift_cards": _card,
    "gift_cards.sell": _sell_card,
    "overview": None,
    "rules": None,
    "rules.names": _names,
    "rules.shelf": _shelf,
    "connections": lambda vm, shop: vm.part("connections").choose(shop.first("connections")),
    "connections.form": _form,
    "help": lambda vm, shop: vm.toggle_help(),
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
    shop: Showcase | None = None,
) -> list[dict[str, str]]:
    """Draw every screen in each size and theme into `out`; gives `[{screen, file}]` in that order.

    `shop` is what they show, the showcase without one; screens of which a shop has nothing are left out.
    Works beside an open window: it has an engine and values of its own.
    """
    prepare_offscreen()
    application()
    out.mkdir(parents=True, exist_ok=True)
    drawn: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as cache:
        shop = shop or Showcase()
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


async def draw_shop(
    services: Services,
    out: Path,
    sizes: Iterable[tuple[int, int]] = ((1280, 800),),
    themes: Iterable[str] = ("light", "dark"),
    lang: str = "en",
    *,
    codes: tuple[str, ...] = (),
    card: str = "",
) -> list[dict[str, str]]:
    """`draw_screens` of a running shop: its catalogue, basket, orders, queue. `codes` are discount codes to try on
    the basket, `card` a gift card to show."""
    with tempfile.TemporaryDirectory() as folder:
        answers = await snapshot(services, Path(folder), codes=codes, card=card)
        return draw_screens(out, sizes, themes, lang, shop=Showcase(answers))


def _draw_all(window: Window, shop: Showcase, out: Path, suffix: str) -> list[dict[str, str]]:
    rows = []
    for name, prepare in PICTURES.items():
        _enter(window.vm, shop, name.split(".")[0])
        if prepare is not None and prepare(window.vm, shop) is False:
            continue
        settle(60 if name == "sell" else 12)
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
    vm.part("sell").basket.age.close()
    vm.part("queue")._put(chosen="")
    vm.hide_code()
    vm.part("rules").names.stop_placing()
    vm.part("rules").enter("limits")
    vm.part("orders").close()
    vm.part("gift_cards").clear()
    vm.part("connections").close()
    run_at_once(vm.start())
    run_at_once(vm.part("sell").load())
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
