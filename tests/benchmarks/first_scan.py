"""Starts the till on a folder, shows its window and scans one code: `python -m tests.benchmarks.first_scan HOME CODE`.

Says "ready" when the scan is answered and the first frame is out. The order of the start is that of the command.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


async def start(home: Path, code: str) -> None:
    from posbridge.ui.desk import Desk
    from posbridge.ui.tasks import LoopTasks
    from posbridge.ui.window import Window
    from tests.benchmarks.houses import house

    shown: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    async with house(home, sync=True, after=shown) as services:
        tasks = LoopTasks()
        window = Window(Desk(services), cache=home / "pictures", spawn=tasks)
        try:
            window.show()
            window.when_shown(lambda: None if shown.done() else shown.set_result(None))
            tasks(window.vm.start())
            found = await services.catalog.by_code(code)
            await shown
            assert found is not None
            assert found.barcode == code
            print("ready", flush=True)
        finally:
            await tasks.stop()
            window.close()


def main() -> None:
    gc.disable()
    import_module("posbridge.ui.desk")  # before Qt, as the command does
    import_module("tests.benchmarks.houses")
    from qasync import QEventLoop

    from posbridge.ui.window import application

    loop = QEventLoop(application())
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(start(Path(sys.argv[1]), sys.argv[2]))


if __name__ == "__main__":
    main()
