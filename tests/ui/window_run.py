"""The window on the loop that Qt and asyncio share, twice in one process: start, a sale, stop. Prints what is left.

Run by test_window.py in a process of its own; the first argument is a folder. Prints one JSON line.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from qasync import QEventLoop

from posbridge.ui.desk import Desk
from posbridge.ui.qt import QMetaObject, QQmlComponent, QUrl
from posbridge.ui.tasks import LoopTasks
from posbridge.ui.window import Window, application
from tests.ui.shop import PIN, opened, until


def sockets() -> int:
    """Open sockets of this process; -1 where the system does not list them."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return -1
    found = 0
    for entry in folder.iterdir():
        try:
            found += os.readlink(entry).startswith("socket:")
        except OSError:
            continue
    return found


#: The loop's own executor, which ends with the loop, and Qt's pool for the whole process.
SHARED = ("_QThreadWorker", "Thread (pooled)")


def threads() -> list[str]:
    """Threads that a window or a house began and that run still, by name. Where the system lists threads it is asked:
    Python keeps a record of each thread of Qt's for ever."""
    folder = Path("/proc/self/task")
    if not folder.is_dir():
        ours = [one for one in threading.enumerate() if one is not threading.main_thread()]
        return sorted(one.name for one in ours if not one.name.startswith("Dummy"))
    others = [entry for entry in folder.iterdir() if entry.name != str(os.getpid())]
    names = [(entry / "comm").read_text(encoding="utf-8").strip() for entry in others]
    return sorted(name for name in names if name not in SHARED)


async def sale(window: Window, people: dict[str, str]) -> str:
    """Sign in, add what is first on the screen, pay it in cash; the order's reference."""
    vm = window.vm
    vm.part("lock").choose(people["tom"])
    for key in PIN:
        vm.part("lock").press(key)
    vm.part("lock").submit()
    await until(lambda: vm.screen == "sell" and vm.part("sell").products.count)
    await until(lambda: _pictures(window) > 0)
    row = next(row for row in vm.part("sell").products.rows() if row["variants"] == 1)
    vm.part("sell").pick(row["id"])
    await until(lambda: vm.part("sell").basket.lines.count == 1)
    vm.go("pay")
    await until(lambda: vm.part("pay").due > 0)
    vm.part("pay").take({})
    await until(lambda: vm.screen == "receipt" and vm.part("receipt").reference)
    receipt = vm.part("receipt")
    await until(lambda: {row["state"] for row in receipt.targets.rows()} == {"done"})
    return str(receipt.reference)


COUNT = """
import QtQuick
QtObject {
    property var root
    property int ready: 0
    function walk(item) {
        if (item.status === Image.Ready && String(item.source || "").includes("_sandbox/pictures"))
            ready++
        for (const child of item.children)
            walk(child)
    }
    function count() { ready = 0; walk(root) }
}
"""


def _pictures(window: Window) -> int:
    """Product pictures that Qt has drawn from the network, counted by QML itself."""
    component = QQmlComponent(window.engine)
    component.setData(COUNT.encode(), QUrl())
    counter = component.create(window.engine.rootContext())
    assert counter is not None, component.errorString()
    counter.setProperty("root", window.view.contentItem())
    QMetaObject.invokeMethod(counter, "count")
    return int(counter.property("ready"))


async def once(folder: Path) -> dict[str, Any]:
    """One whole life of a window; `started_s` from the first line to the lock on the screen."""
    async with opened(folder / "home", products=60) as shop:
        begun = time.monotonic()
        tasks = LoopTasks()
        window = Window(Desk(shop.services), cache=folder / "pictures", spawn=tasks)
        try:
            window.show()
            tasks(window.vm.start())
            await until(lambda: window.vm.part("lock").people)
            started = time.monotonic() - begun
            reference = await sale(window, shop.people)
            window.view.close()
            await asyncio.wait_for(window.until_closed(), 5)
        finally:
            await tasks.stop()
            window.close()
        books = {name: [row["reference"] for row in one.orders_book()] for name, one in shop.platforms.items()}
    return {"started_s": round(started, 3), "reference": reference, "books": books}


async def main(folder: Path) -> dict[str, Any]:
    lives, left = [], []
    for number in (1, 2):
        lives.append(await once(folder / str(number)))
        await asyncio.sleep(0.3)
        gc.collect()
        others = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        left.append({"tasks": others, "threads": threads(), "sockets": sockets()})
    return {"lives": lives, "left": left}


if __name__ == "__main__":
    loop = QEventLoop(application())
    asyncio.set_event_loop(loop)
    try:
        said = loop.run_until_complete(main(Path(sys.argv[1])))
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    print(json.dumps(said))
