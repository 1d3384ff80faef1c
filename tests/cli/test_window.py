"""`posbridge` alone: the window opens on a fresh folder, closes when it is closed, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import asyncio, sys, threading
from posbridge.cli import main
from posbridge.ui.window import Window

shown = []

def show(self, *, full_screen=False, real=Window.show):
    real(self, full_screen=full_screen)
    asyncio.get_running_loop().call_later(1.0, lambda: (shown.append(self.vm.screen), self.view.close()))

Window.show = show
status = main([])
left = [one.name for one in threading.enumerate() if one is not threading.main_thread() and not one.daemon]
print(status, shown, left)
"""


def test_the_window_opens_on_the_welcome_and_closes_in_order(tmp_path: Path) -> None:
    environ = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software",
        "POSBRIDGE_HOME": str(tmp_path / "home"), "POSBRIDGE_PASSPHRASE": "a long enough passphrase",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", CODE], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "0 ['welcome'] []"
    assert "Traceback" not in told.stderr
    assert (tmp_path / "home" / "posbridge.db").is_file()
