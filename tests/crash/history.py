"""What a kill test writes down while it runs: one line an event, on disk before anything else happens."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


class History:
    """An append-only file of JSON lines; a torn last line (the writer was killed) is left out when read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, **event: Any) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        found = []
        for line in self._path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found
