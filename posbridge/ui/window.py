"""The window: one QML engine, its values, its words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from posbridge.ui.format import Format, utc_now
from posbridge.ui.idle import IdleWatch
from posbridge.ui.pictures_cache import PictureAccess
from posbridge.ui.qr import QrCodes
from posbridge.ui.qt import (
    QGuiApplication,
    QMetaObject,
    QObject,
    QQmlApplicationEngine,
    QQuickStyle,
    QQuickWindow,
    Qt,
    QTimer,
    QTranslator,
    QUrl,
)
from posbridge.ui.scan import ScanFilter
from posbridge.ui.tasks import LoopTasks, Spawn
from posbridge.ui.theme import Fonts, app_icon, glyph, resource_root
from posbridge.ui.view_models.app_vm import AppVm

LANGUAGES = ("en", "es", "fr")
#: Icons for goods without a picture: what a product's `glyph` may name besides the icons of the screens.
GOODS = (
    "bee-flower bottle-soda-outline bottle-tonic-outline bread-slice-outline candle candy-outline cannabis cheese "
    "coffee-maker-outline coffee-outline cookie-outline cup egg-outline fish flower-outline food-apple-outline "
    "food-croissant food-steak fruit-cherries glass-wine hanger ice-cream leaf pill pot-mix-outline peanut-outline "
    "package-variant-closed shoe-formal sofa-outline tea-outline tshirt-crew-outline"
).split()
#: Every so many milliseconds what shows an age is drawn again.
BEAT_MS = 10_000
#: Seconds in which the first frame is out wherever one is drawn.
FRAME_S = 2.0
ICON_NAME = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"')


class WindowError(RuntimeError):
    """The QML could not be loaded: an installation is incomplete, or a bug."""


def application(arguments: list[str] | None = None) -> QGuiApplication:
    """The Qt application, made at the first call; the Basic style is the only one."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    QQuickStyle.setStyle("Basic")
    app = QGuiApplication(arguments or ["posbridge"])
    app.setApplicationName("posbridge")
    # The end belongs to the composition root: what is open in the loop is closed first.
    app.setQuitOnLastWindowClosed(False)
    app.setWindowIcon(app_icon())
    return app


def used_glyphs(folder: Path) -> dict[str, str]:
    """Every icon that the QML (or a row's `glyph`) may name, by its name."""
    names = set(GOODS)
    for file in folder.rglob("*.qml"):
        names.update(ICON_NAME.findall(file.read_text(encoding="utf-8")))
    return {name: found for name in sorted(names) if (found := _glyph_or_none(name))}


def _glyph_or_none(name: str) -> str | None:
    try:
        return glyph(name)
    except KeyError:
        return None


def _nothing() -> None:
    """There is nothing to end."""


class Words:
    """The translation of the window; languages without one show English."""

    def __init__(self, app: QGuiApplication, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._translator: QTranslator | None = None

    def use(self, language: str) -> None:
        """Switch the application to `language` ("es"); a QML engine shows it after `retranslate`."""
        self.forget()
        translator = QTranslator(self._app)
        code = language.split("_")[0]
        self._translator = translator if translator.load(str(self._folder / f"posbridge_{code}.qm")) else None
        if self._translator is not None:
            self._app.installTranslator(self._translator)

    def forget(self) -> None:
        """Take the words away again: the application shares them with every window."""
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None


class Window:
    """One window over `services`; `cache` keeps the product pictures. Raises WindowError."""

    def __init__(
        self,
        services: Any,
        *,
        cache: Path,
        spawn: Spawn | None = None,
        locale: str = "en_US",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._app = application()
        self.tasks = spawn or LoopTasks()
        self.vm = AppVm(services, self.tasks)
        self.format = Format(locale, now=now, parent=self.vm)
        self._qr = QrCodes(self.vm)
        root = resource_root()
        self._fonts = Fonts()
        self._fonts.apply()
        self._words = Words(self._app, root / "i18n")
        self._words.use(locale)
        self._pictures = PictureAccess(cache)
        self.engine = self._build_engine(root / "qml")
        self.scan = ScanFilter(self.vm)
        self.scan.scanned.connect(self.vm.scanned)
        self.scan.undo_typing.connect(self._undo_typing)
        self.idle = IdleWatch(self.vm, seconds=0)
        self.idle.idle.connect(self.vm.idle)
        self.vm.lock_after_changed.connect(lambda: self.idle.wait(self.vm.lock_after))
        self.vm.timezone_changed.connect(lambda: self.format.use_zone(self.vm.timezone))
        self._deaf: Callable[[], None] = _nothing
        self._beat = QTimer(self.vm)
        self._beat.setInterval(BEAT_MS)
        self._beat.timeout.connect(self.beat)

    def _build_engine(self, folder: Path) -> QQmlApplicationEngine:
        engine = QQmlApplicationEngine()
        engine.setNetworkAccessManagerFactory(self._pictures)
        context = engine.rootContext()
        context.setContextProperty("app", self.vm)
        context.setContextProperty("fmt", self.format)
        context.setContextProperty("qr", self._qr)
        context.setContextProperty("fonts", {"text": self._fonts.text, "icons": self._fonts.icons})
        context.setContextProperty("glyphs", used_glyphs(folder))
        warnings: list[str] = []
        engine.warnings.connect(lambda found: warnings.extend(item.toString() for item in found))
        engine.load(QUrl.fromLocalFile(str(folder / "Main.qml")))
        if not engine.rootObjects():
            raise WindowError("; ".join(warnings) or "Main.qml gave no window")
        return engine

    @property
    def view(self) -> QQuickWindow:
        view = self.engine.rootObjects()[0]
        assert isinstance(view, QQuickWindow)
        return view

    def use_language(self, locale: str) -> None:
        """Switch words, money and dates at once, with no restart."""
        self._words.use(locale)
        self.format.use(locale)
        self.vm.look(
            theme=self.vm.theme,
            text_scale=self.vm.text_scale,
            motion=self.vm.motion,
            language=locale.split("_")[0],
        )
        self.engine.retranslate()

    def show(self, *, full_screen: bool = False) -> None:
        """Show the window and listen for barcode scans."""
        self._app.installEventFilter(self.scan)
        self._app.installEventFilter(self.idle)
        self._beat.start()
        self._deaf = self.vm.services.listen(self.vm.changed)
        if full_screen:
            self.view.showFullScreen()
        else:
            self.view.show()

    def when_shown(self, call: Callable[[], object]) -> None:
        """Has the loop call `call` once: with the first frame, or after `FRAME_S` where none is drawn."""
        loop = asyncio.get_running_loop()
        left = [call]

        def once() -> None:
            while left:
                left.pop()()

        # A frame may be drawn in a thread of Qt's.
        swapped = self.view.frameSwapped
        swapped.connect(lambda: loop.call_soon_threadsafe(once), Qt.ConnectionType.SingleShotConnection)
        loop.call_later(FRAME_S, once)

    def beat(self) -> None:
        """Time has passed: ages are shown anew, and what waits is counted anew."""
        self.format.tick()
        if self.vm.person:
            self.vm.changed(set())

    async def until_closed(self) -> None:
        """Return when the person has closed the window, at once when it is closed."""
        if not self.view.isVisible():
            return
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def look(visible: bool) -> None:
            if not visible and not closed.done():
                closed.set_result(None)

        self.view.visibleChanged.connect(look)
        await closed

    def close(self) -> None:
        """Take the window away; the engine goes before what it looks at."""
        self._deaf()
        self._deaf = _nothing
        self._beat.stop()
        self.idle.stop()
        self._app.removeEventFilter(self.scan)
        self._app.removeEventFilter(self.idle)
        self._words.forget()
        self.view.close()
        self.engine.deleteLater()

    def _undo_typing(self, length: int) -> None:
        field: QObject | None = self.view.activeFocusItem()
        if field is None:
            return
        typed, position = field.property("text"), field.property("cursorPosition")
        if isinstance(typed, str) and isinstance(position, int):
            field.setProperty("text", typed[: max(0, position - length)] + typed[position:])
            # A search by what the scanner typed has begun: it goes back to what is there now.
            QMetaObject.invokeMethod(field, "textEdited")
