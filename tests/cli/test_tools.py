"""sandbox and screens."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Run


def test_a_sandbox_says_how_to_connect_and_serves() -> None:
    command = [sys.executable, "-m", "posbridge", "sandbox", "square", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            known = json.loads(process.stdout.readline())
            assert set(known) == {"url", "fields", "secrets"}
            assert httpx.get(f"{known['url']}/_sandbox/books").json()["platform"] == "square"
        finally:
            process.terminate()


@pytest.mark.parametrize("words", ["nobody", "square --faults never=1", "square --port -1"])
def test_a_sandbox_that_cannot_be(run: Run, words: str) -> None:
    assert run("sandbox", *words.split()).status == 2


def test_a_port_that_is_taken(run: Run) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run("sandbox", "square", "--port", str(taken.getsockname()[1]))
    assert told.status == 3
    assert "another port" in told.err


@pytest.mark.parametrize("size", ["big", "10x10", "1280", "99999x800"])
def test_a_size_that_cannot_be(run: Run, tmp_path: Path, size: str) -> None:
    assert run("screens", "--out", str(tmp_path), "--size", size).status == 2
