"""A simulated Square in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.square import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.square import SquareSimulator
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop


@dataclass
class Sent:
    """One request: its path with its method, and its body."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down. `lost` drops the answers of the next so many writes
    whose path ends so, after they were done."""

    def __init__(self, simulator: SquareSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        self.sent.append(Sent(request.method, request.url.path, body, dict(request.headers)))
        answer = await self._inner.handle_async_request(request)
        if self.lost and request.url.path.endswith(self.lost[0]):
            self.lost.pop(0)
            raise httpx.ReadError("gone", request=request)
        return answer


@dataclass
class Bench:
    simulator: SquareSimulator
    wire: Wire
    http: PlatformHttp
    services: PlatformServices
    connection: Connection
    steps: Steps = field(default_factory=Steps)

    def context(self, **fields: Any) -> SendContext:
        return SendContext(self.steps, **fields)

    def writes(self) -> list[Sent]:
        ours = ("/search", "/batch-retrieve", "/from-gan", "/status")
        return [one for one in self.wire.sent if one.method != "GET" and not one.path.endswith(ours)]

    def bodies(self, path: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.path == path and one.method != "GET"]

    @property
    def booked(self) -> dict[str, Any]:
        (order,) = self.simulator.orders_book()
        return order


def bench(
    seed: Seed | None = None, *, fields: dict[str, str] | None = None, secrets: dict[str, str] | None = None,
    tokens: Any = None, simulator: SquareSimulator | None = None,
) -> Bench:  # fmt: skip
    """Square filled from `seed` (the kit's shop), and the connector on it."""
    simulator = simulator or SquareSimulator(seed or shop(), rate=100_000)
    given = simulator.connection_fields()
    connection = Connection(
        id="square-1", platform="square", location=simulator.shop.location_id, currency=simulator.seed.currency,
        timezone=simulator.seed.timezone, fields={**given["fields"], **(fields or {})},
    )  # fmt: skip
    wire = Wire(simulator)
    http = open_http(CONNECTOR, connection, None, lambda: datetime.now(UTC), transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    context = Context(connection, secrets or given["secrets"], http, tokens, lambda: datetime.now(UTC))
    return Bench(simulator, wire, http, CONNECTOR.open(context), connection)


async def _at_once(what: str) -> None:
    return None


def names(bodies: Iterable[Any], *path: str) -> list[Any]:
    """One inner field of each body."""
    found = []
    for body in bodies:
        for name in path:
            body = body[name]
        found.append(body)
    return found
