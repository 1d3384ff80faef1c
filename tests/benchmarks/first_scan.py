"""Starts the till on a folder, shows its window and scans one code: `python -m tests.benchmarks.first_scan HOME CODE`.

Says "ready" when the scan is answered and the first frame is out.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from qasync import QEventLoop

from posbridge.ui.desk import Desk
from posbridge.ui.tasks import LoopTasks
from posbridge.ui.window import Window, application
from tests.benchmarks.houses import house


async def start(home: Path, code: str) -> None:
    async with house(home, sync=True) as services:
        tasks = LoopTasks()
        window = Window(Desk(services), cache=home / "pictures", spawn=tasks)
        shown = asyncio.get_running_loop().create_future()
        window.view.frameSwapped.connect(lambda: shown.done() or shown.set_result(None))
        try:
            window.show()
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
    loop = QEventLoop(application())
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(start(Path(sys.argv[1]), sys.argv[2]))


if __name__ == "__main__":
    main()
