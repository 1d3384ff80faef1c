"""The toolkit's binding under qasync must not lose a reference to None with each socket event.

PySide6 6.12 under Python 3.11 does: after some ten thousand reads the process aborts. Runs in a process of its own,
since it would take the tests with it.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

READS = 5_000
PROGRAM = f"""
import asyncio, sys
import qasync
from posbridge.ui.qt import QCoreApplication

app = QCoreApplication(["loop"])
loop = qasync.QEventLoop(app)
asyncio.set_event_loop(loop)

async def echo(reader, writer):
    while data := await reader.read(64):
        writer.write(data)
    writer.close()

async def reads(count):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    for number in range(count):
        writer.write(b"x")
        assert await reader.readexactly(1) == b"x"
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()

async def main():
    await reads(200)
    before = sys.getrefcount(None)
    await reads({READS})
    print("lost", before - sys.getrefcount(None))

with loop:
    loop.run_until_complete(main())
"""


@pytest.mark.timeout(90)
def test_five_thousand_reads_on_the_window_s_loop_lose_no_reference() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=80, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    word, lost = done.stdout.split()
    assert word == "lost"
    assert int(lost) < READS // 50, f"{lost} references to None went with {READS} reads"
