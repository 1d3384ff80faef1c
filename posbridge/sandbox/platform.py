"""What every simulated platform has in common: routes, faults, rate limit, journal, webhooks and its books."""

from __future__ import annotations

import asyncio
import re
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from posbridge.sandbox import control
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.webhooks import Deliveries
from posbridge.sandbox.wire import BadJson, Call, Receive, Refused, Reply, Scope, Send, read_call, reset, send_reply

Handler = Callable[[Call], Reply]
Route = tuple[str, str, Handler]
"""(method, path with {names} or {names:path} for the rest of it, handler)."""

_PORTAL = b"<!doctype html><html><head><title>Welcome</title></head><body>Sign in to the Wi-Fi</body></html>"


class Clock:
    """The platform's time: the machine's, plus what `advance` added."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def seconds(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        """UTC, aware."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def advance(self, by: timedelta) -> None:
        """Move the platform's time forward."""
        self._ahead += by.total_seconds()


class Bucket:
    """A token bucket: `rate` requests a second, `burst` at once. Rate 0 means no limit."""

    def __init__(self, clock: Clock, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._clock = clock
        self._left = float(burst)
        self._at = clock.seconds()

    def take(self) -> float:
        """0.0 when the request may pass, else the seconds to wait."""
        if self.rate <= 0:
            return 0.0
        now = self._clock.seconds()
        self._left = min(float(self.burst), self._left + (now - self._at) * self.rate)
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self.rate

    @property
    def left(self) -> int:
        """Whole requests that may pass now."""
        return int(self._left)


@dataclass
class Entry:
    """One request in the journal; `status` None means that no reply left. `started` is epoch seconds."""

    method: str
    path: str
    started: float
    status: int | None = None
    key: str | None = None
    fault: str | None = None


@dataclass
class Counts:
    """What the platform saw: all requests, and those its own rate limit refused."""

    requests: int = 0
    refused: int = 0
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=200_000))


class SimulatedPlatform(ABC):
    """A platform in memory behind an ASGI application.

    A handler is a plain function that runs to its end on the event loop: two requests can never interleave
    inside one, so the state needs no lock. `clock` may be moved; ids come from `next_id`.
    """

    name: str = ""
    rate: float = 0.0
    burst: int = 0

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        self.seed = seed
        self.faults = faults or Faults()
        self.clock = Clock()
        limit = self.rate if rate is None else rate
        self.bucket = Bucket(self.clock, limit, self.burst or max(1, int(limit)))
        self.counts = Counts()
        self.deliveries = Deliveries(self.sign, self.retry_headers)
        self.address = "http://127.0.0.1"
        self.background: set[asyncio.Task[None]] = set()
        self._numbers: Counter[str] = Counter()
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self._control = control.routes(self)
        self.add_routes(control.pictures(self))

    # what a platform tells about itself
    @abstractmethod
    def connection_fields(self) -> dict[str, Any]:
        """`{"url", "fields", "secrets"}`: what `posbridge connect` must be given to reach this simulator."""

    @abstractmethod
    def orders_book(self) -> list[dict[str, Any]]:
        """Every order, minor units: id, reference, total, tax, paid, refunded, currency, state, lines, created_at."""

    @abstractmethod
    def stock_book(self) -> dict[str, int]:
        """Quantity in stock by SKU."""

    def gift_cards_book(self) -> list[dict[str, Any]]:
        """Every gift card: code, balance, movements [{key, amount}], in minor units."""
        return []

    @abstractmethod
    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """An error in the platform's own shape: 404, 405, 400 (not JSON), 429, 500, 502."""

    @abstractmethod
    def expired_reply(self, call: Call) -> Reply | None:
        """What the platform says to an expired token, or None when this caller's credentials cannot expire."""

    def admit(self, call: Call) -> Reply | None:
        """Refuse a request before its handler (sign-in, version …), also by Refused; None lets it pass."""
        return None

    def headers(self) -> dict[str, str]:
        """Headers the platform puts on every answer (its version, what is left of its limit …)."""
        return {}

    def request_key(self, call: Call) -> str | None:
        """The idempotency key of a request, for the journal."""
        return call.headers.get("idempotency-key")

    def fault_method(self, call: Call) -> str:
        """The method that faults go by; a platform that reads by POST calls those GET, so that writes can be meant."""
        return call.method

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        """The headers that sign one webhook delivery."""
        return {}

    def retry_headers(self, attempt: int) -> dict[str, str]:
        """Headers of a repeated webhook delivery (`attempt` 2, 3 …)."""
        return {}

    def own_changes(self) -> dict[str, control.Change]:
        """More control pages of this platform: name → what `POST /_sandbox/<name>` does with its body."""
        return {}

    # what may be changed while it runs
    @abstractmethod
    def set_price(self, sku: str, price_minor: int) -> None:
        """Change a price; KeyError for an unknown SKU (so do the next ones)."""

    @abstractmethod
    def set_stock(self, sku: str, quantity: int) -> None:
        """Change the stock."""

    @abstractmethod
    def set_title(self, key: str, title: str) -> None:
        """Rename the product with this seed key."""

    @abstractmethod
    def add_product(self, product: SeedProduct) -> None:
        """Put a new product on the shelf."""

    @abstractmethod
    def remove_product(self, key: str) -> None:
        """Delete the product with this seed key, as the platform deletes."""

    def expire_tokens(self) -> int:
        """Let every token that can expire be expired; answers how many."""
        return 0

    # parts for platforms
    def next_id(self, kind: str = "") -> int:
        """1, 2, 3 … for each kind."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def add_routes(self, routes: list[Route]) -> None:
        """Add routes; the first that fits answers."""
        self._routes += [(method, compile_path(path), handler) for method, path, handler in routes]

    def books(self) -> dict[str, Any]:
        """What the platform holds, for a checker: see the sandbox's contract in `control`."""
        orders = self.orders_book()
        times = Counter(order["reference"] for order in orders if order["reference"])
        return {
            "platform": self.name,
            "orders": orders,
            "gift_cards": self.gift_cards_book(),
            "stock": self.stock_book(),
            "requests": self.counts.requests,
            "refused": self.counts.refused,
            "faults": dict(self.faults.struck),
            "doubled": sorted(reference for reference, count in times.items() if count > 1),
        }

    async def settled(self) -> None:
        """Wait until late work and webhook deliveries are done."""
        while self.background:
            await asyncio.gather(*list(self.background), return_exceptions=True)
        await self.deliveries.settled()

    async def close(self) -> None:
        """End what runs in the background; late work still waiting is finished first."""
        await self.settled()
        await self.deliveries.close()

    # the application
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: the control pages answer as they are; everything else meets the faults and the rate limit."""
        if scope["type"] != "http":
            return
        call = await read_call(scope, receive)
        if call is None:
            return
        if call.path.startswith("/_sandbox/"):
            await send_reply(self.dispatch(call, self._control), send)
            return
        await self._answer(call, scope, send)

    async def _answer(self, call: Call, scope: Scope, send: Send) -> None:
        fault = self.faults.draw(self.fault_method(call), call.path)
        if fault == "expire" and self.expired_reply(call) is None:
            fault = None
        entry = Entry(call.method, call.path, self.clock.seconds(), None, self._key(call), fault)
        self.counts.requests += 1
        self.counts.entries.append(entry)
        if fault is not None:
            self.faults.struck[fault] += 1
        if fault in ("reset", "off"):
            await reset(scope)
        elif fault == "late":
            await reset(scope)
            self._later(call, self.faults.late_ms / 1000)
        elif fault == "lost":
            self.work(call)
            await reset(scope)
        else:
            await self._reply(call, fault, entry, scope, send)

    async def _reply(self, call: Call, fault: str | None, entry: Entry, scope: Scope, send: Send) -> None:
        reply = self._refusal(call, fault) or self.work(call)
        if fault == "slow":
            await asyncio.sleep(self.faults.slow_ms / 1000)
        elif fault == "lost500":
            reply = self.error_reply(502)
        entry.status = reply.status
        reply = replace(reply, headers={**self.headers(), **reply.headers})
        if fault == "cut":
            await send_reply(reply, send, keep=len(reply.encoded()[0]) // 2)
            await asyncio.sleep(0.02)  # the half must leave before the connection does
            await reset(scope)
        else:
            await send_reply(reply, send)

    def _refusal(self, call: Call, fault: str | None) -> Reply | None:
        if fault == "500":
            return self.error_reply(500)
        if fault == "429":
            return self.error_reply(429, retry_after=self.faults.retry_after)
        if fault == "expire":
            return self.expired_reply(call)
        if fault == "html":
            return Reply(200, _PORTAL, {"content-type": "text/html; charset=utf-8"})
        return None

    def work(self, call: Call) -> Reply:
        """Do what the request asks, without any fault: rate limit, sign-in, handler."""
        wait = self.bucket.take()
        if wait > 0:
            self.counts.refused += 1
            return self.error_reply(429, retry_after=max(1, round(wait)))
        try:
            refused = self.admit(call)
        except Refused as problem:
            return problem.reply
        return refused if refused is not None else self.dispatch(call, self._routes)

    def dispatch(self, call: Call, routes: list[tuple[str, re.Pattern[str], Handler]]) -> Reply:
        """The first fitting route's answer (or refusal); 404 or 405 in the platform's shape when none fits."""
        known = False
        for method, pattern, handler in routes:
            found = pattern.fullmatch(call.path)
            if found is None:
                continue
            known = True
            if method == call.method:
                try:
                    return handler(replace(call, params=found.groupdict()))
                except BadJson:
                    return self.error_reply(400)
                except Refused as problem:
                    return problem.reply
        return self.error_reply(405 if known else 404)

    def _later(self, call: Call, delay: float) -> None:
        async def commit() -> None:
            await asyncio.sleep(delay)
            self.work(call)

        task = asyncio.get_running_loop().create_task(commit())
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def _key(self, call: Call) -> str | None:
        try:
            return self.request_key(call)
        except (BadJson, ValueError):
            return None


def compile_path(path: str) -> re.Pattern[str]:
    """ "/v2/orders/{id}" as a pattern; {name:path} takes slashes too."""
    pieces = re.split(r"(\{\w+(?::path)?\})", path)
    made = [
        f"(?P<{piece[1:-1].removesuffix(':path')}>{'.+' if piece.endswith(':path}') else '[^/]+'})"
        if piece.startswith("{")
        else re.escape(piece)
        for piece in pieces
    ]
    return re.compile("".join(made))
