"""Packages for Node that platforms give to others: installed into a cache folder on demand, run by small scripts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

HERE = Path(__file__).resolve().parent
_WANTED = HERE / "package.json"
_NAME = "POSBRIDGE_STRANGERS"
#: Node's oldest version that the packages run on.
_OLDEST = 20


class Node:
    """Node and the packages. `POSBRIDGE_STRANGERS` moves the folder that they are in."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._folder = Path(environ.get(_NAME) or user_cache_path("posbridge") / "strangers")
        self._environ = {**environ, _NAME: str(self._folder), "NODE_ENV": "test"}

    def absent(self) -> str:
        """Why nothing can be run, in words; "" when it can."""
        node = shutil.which("node")
        if node is None:
            return "Node.js is not on this machine, so its packages cannot judge"
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if not said.startswith("v") or int(said[1:].partition(".")[0]) < _OLDEST:
            return f"Node.js {_OLDEST} or newer is needed, this is {said.strip() or 'unknown'}"
        kept = self._folder / "package.json"
        if not kept.is_file() or kept.read_text("utf-8") != _WANTED.read_text("utf-8"):
            return "the packages for Node.js are not here: `make strangers` installs them"
        return ""

    def install(self) -> None:
        """Brings the packages into the folder, running no script of theirs. Raises CalledProcessError, OSError."""
        npm = shutil.which("npm")
        if npm is None:
            raise FileNotFoundError("npm is not on this machine")
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = self._folder / "package.json"
        shutil.copyfile(_WANTED, mark)
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
        try:
            subprocess.run(command, cwd=self._folder, env=self._environ, check=True, timeout=600)
        except BaseException:
            mark.unlink()
            raise

    def run(self, script: str, given: Any) -> Any:
        """Runs a script of this folder with `given` as JSON; what it prints. An error of the script fails the test."""
        node = shutil.which("node")
        assert node is not None
        done = subprocess.run(
            [node, str(HERE / script)], input=json.dumps(given).encode(), env=self._environ, capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return json.loads(done.stdout)
