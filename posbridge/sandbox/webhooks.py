"""Webhook deliveries of a simulated platform to addresses on this machine."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

Sign = Callable[[str, bytes, str, str], Mapping[str, str]]
"""(signed address, body, secret, topic) → headers."""

_TRIES = 4


@dataclass(frozen=True)
class Target:
    """Where deliveries go. `url` must be on loopback; `signed_url` is the address the signature is made over.

    `topics` empty means all of them.
    """

    id: str
    url: str
    secret: str
    topics: tuple[str, ...] = ()
    signed_url: str = ""


@dataclass(frozen=True)
class Delivered:
    """One delivery as it went out; `status` is the receiver's, or None when it could not be reached."""

    target: str
    topic: str
    body: bytes
    status: int | None
    attempt: int


class Deliveries:
    """Sends each event to every target that wants it, trying again with growing pauses.

    `tries` is how often a platform tries; `watch` hears of each try's outcome.
    """

    def __init__(self, sign: Sign, again: Callable[[int], Mapping[str, str]]) -> None:
        self._sign, self._again = sign, again
        self.targets: dict[str, Target] = {}
        self.log: list[Delivered] = []
        self.pause = 0.2
        self.tries = _TRIES
        self.watch: Callable[[Delivered], None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def register(self, target: Target) -> None:
        """Add or replace a target; ValueError when its address is not on this machine."""
        host = urlsplit(target.url).hostname or ""
        if host != "localhost" and not _loopback(host):
            raise ValueError(f"webhooks of a simulated platform stay on this machine, not {host}")
        self.targets[target.id] = target

    def emit(self, topic: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Begin the deliveries of one event; returns at once."""
        for target in self.targets.values():
            if not target.topics or topic in target.topics:
                self._start(target, topic, body, dict(headers or {}))

    def send(self, target: Target, topic: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Begin one delivery to one target, registered or not; returns at once."""
        self._start(target, topic, body, dict(headers or {}))

    async def settled(self) -> None:
        """Wait until every delivery has succeeded or given up."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    async def close(self) -> None:
        """Stop what is still trying."""
        for task in list(self._tasks):
            task.cancel()
        await self.settled()

    def _start(self, target: Target, topic: str, body: bytes, headers: dict[str, str]) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(target, topic, body, headers))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, target: Target, topic: str, body: bytes, headers: dict[str, str]) -> None:
        signed = self._sign(target.signed_url or target.url, body, target.secret, topic)
        for attempt in range(1, self.tries + 1):
            whole = {"content-type": "application/json", **headers, **signed}
            if attempt > 1:
                whole.update(self._again(attempt))
            status = await asyncio.to_thread(_post, target.url, body, whole)
            sent = Delivered(target.id, topic, body, status, attempt)
            self.log.append(sent)
            if self.watch is not None:
                self.watch(sent)
            if status is not None and 200 <= status < 300:
                return
            if attempt < self.tries:
                await asyncio.sleep(self.pause * 2**attempt)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _post(url: str, body: bytes, headers: dict[str, str]) -> int | None:
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=10)
    try:
        link.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        link.close()
