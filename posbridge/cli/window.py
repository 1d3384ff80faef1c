"""`posbridge` alone: the window and the services on one loop that Qt and asyncio share."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posbridge.cli.outcome import Status
from posbridge.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from posbridge.services import Services
    from posbridge.ui.window import Window

#: Seconds after which a demo that still runs counts as started.
DEMO_START_S = 2.0


def open_till(*, full_screen: bool = False, **house: Any) -> int:
    """Opens the till and returns when the person has closed it. Raises ConfigurationError without a display.

    `house` is given to `app.running`: another data folder, its key, its times.
    """
    require_display()
    # Nothing is garbage yet, and looking for it takes an eighth of the start; `app.running` begins to.
    gc.disable()
    for room in ("posbridge.app", "posbridge.ui.desk"):
        import_module(room)  # before Qt, which reads the source of every module that is imported after it
    from qasync import QEventLoop

    from posbridge.ui.window import application

    loop = QEventLoop(application())
    asyncio.set_event_loop(loop)
    try:
        return int(loop.run_until_complete(_till(full_screen, house)))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def require_display() -> None:
    """Raises ConfigurationError where no window can be shown."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or chosen
    if sys.platform.startswith("linux") and not shown:
        raise ConfigurationError(
            "There is no display for the window.",
            next_step="Start it on the kiosk's desktop, or use the commands: `posbridge --help`.",
        )
    if sys.platform.startswith("linux") and chosen in ("", "xcb") and not os.environ.get("WAYLAND_DISPLAY"):
        _require_loadable("PySide6", "Qt/plugins/platforms/libqxcb.so")


def _require_loadable(package: str, plugin: str) -> None:
    """Qt ends the whole program, in its own words, when a system library of its window plugin is missing."""
    found = find_spec(package)
    file = Path(found.origin).parent / plugin if found and found.origin else None
    if file is None or not file.exists():
        return
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        missing = str(error).partition(":")[0]
        raise ConfigurationError(
            f"The window needs the system library {missing}.",
            next_step="Run `make setup` on this display: it installs what is missing, or says the exact command.",
        ) from error


async def _till(full_screen: bool, house: dict[str, Any]) -> int:
    from posbridge.app import running
    from posbridge.ui.desk import Desk
    from posbridge.ui.tasks import LoopTasks
    from posbridge.ui.window import Window

    shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    async with running(sync=True, after=shown, **house) as services:
        settings = await services.settings.get()
        tasks = LoopTasks()
        window = Window(
            Desk(services, on_demo=open_demo), cache=services.house.home / "pictures", spawn=tasks,
            locale=locale_of(settings.language),
        )  # fmt: skip
        window.vm.look(theme=settings.theme, language=settings.language)
        _stop_on_signals(window.view.close)
        try:
            window.show(full_screen=full_screen)
            window.when_shown(lambda: None if shown.done() else shown.set_result(None))
            tasks(window.vm.start())
            await _until_closed(window, services)
        finally:
            await tasks.stop()
            window.close()
    return Status.DONE


async def _until_closed(window: Window, services: Services) -> None:
    """Raises what the rest of the start raises: a file that turns out damaged ends the till with its words."""
    closed, begun = asyncio.ensure_future(window.until_closed()), services.begun
    try:
        if begun is not None:
            await asyncio.wait({closed, begun}, return_when=asyncio.FIRST_COMPLETED)
        if begun is not None and begun.done():
            begun.result()
            window.vm.changed(set())
        await closed
    finally:
        closed.cancel()


async def open_demo() -> None:
    """Opens the demo shop beside this window, on a data folder of its own; returns once it runs.

    Raises ConfigurationError when it ends at once.
    """
    command = [sys.executable, "-m", "posbridge", "demo"]
    started = await asyncio.to_thread(subprocess.Popen, command, stdin=subprocess.DEVNULL)
    await asyncio.sleep(DEMO_START_S)
    if started.poll() is not None:
        raise ConfigurationError(
            "The demo shop could not be opened.", next_step="Run `posbridge demo` in a terminal; it says why."
        )


def locale_of(language: str) -> str:
    """The locale whose words and money a language setting means."""
    from posbridge.ui.pictures import LOCALES

    return LOCALES.get(language, language)


def _stop_on_signals(close: Callable[[], object]) -> None:
    """Ctrl+C and a service's stop close the window, so that everything is put down in order."""
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM"):
        with suppress(NotImplementedError, AttributeError, ValueError):
            loop.add_signal_handler(getattr(signal, name), close)
