"""The window as a person starts it: on the loop of Qt and asyncio, sold with, closed, started again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("window_run.py")
#: Seconds from building the window to people on the lock; about 0.3 on two cores, ten times that is a fault.
START_S = 3.0


@pytest.mark.timeout(150)
def test_start_sale_stop_twice_leaves_nothing_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    command = [sys.executable, "-X", "dev", str(PROGRAM), str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=140, env=environment, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    for life in said["lives"]:
        assert life["books"] == {"square": [life["reference"]], "woocommerce": [life["reference"]]}
        assert life["started_s"] < START_S
    first, second = said["left"]
    assert (first["tasks"], second["tasks"]) == ([], [])
    assert (first["threads"], second["threads"]) == ([], [])
    assert second["sockets"] == first["sockets"]
    # What Shiboken itself keeps to the end is no matter of ours.
    told = [line for line in done.stderr.splitlines() if "uncollectable objects at shutdown" not in line]
    assert [line for line in told if "Warning" in line or "QThread" in line] == []
