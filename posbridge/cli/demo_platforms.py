"""Simulated platforms as processes of their own: they live on while the demo's till is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from posbridge.domain.errors import ServiceUnavailable

#: More than a quarter of all requests meet one of these.
FAULTS = ("reset=0.06,lost=0.07,late=0.04,500=0.04,lost500=0.02,429=0.01,slow=0.02,cut=0.02,"
          "late_ms=350,slow_ms=300")  # fmt: skip


@dataclass(frozen=True)
class Simulated:
    """One platform on loopback, and what `posbridge connect` needs for it."""

    name: str
    url: str
    fields: dict[str, str]
    secrets: dict[str, str]

    def faults(self, spec: str) -> None:
        """What goes wrong from now on; "" ends it, "off=1" takes the network away."""
        self._call("POST", "/_sandbox/faults", {"spec": spec})

    def books(self) -> dict[str, Any]:
        """What the platform itself holds."""
        return self._call("GET", "/_sandbox/books")

    def struck(self) -> int:
        """How many requests met a fault."""
        found = self._call("POST", "/_sandbox/faults", {})
        return sum(found["struck"].values())

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        reply = httpx.request(method, self.url + path, json=body, timeout=30, trust_env=False)
        reply.raise_for_status()
        found: dict[str, Any] = reply.json()
        return found


@contextmanager
def simulated(name: str) -> Iterator[Simulated]:
    """Runs the simulator while the block lasts. Raises ServiceUnavailable when it does not start."""
    command = [sys.executable, "-m", "posbridge", "sandbox", name, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)  # noqa: S603
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise ServiceUnavailable(f"The simulated {name} did not start (status {process.wait(10)}).")
        known = json.loads(said)
        yield Simulated(name, known["url"].rstrip("/"), known["fields"], known["secrets"])
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
