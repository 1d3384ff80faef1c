"""A simulated Shopify in this process, the connector opened on it, and every document that was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.shopify import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.shopify import ShopifySimulator
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop


@dataclass
class Sent:
    """One request and the answer to it."""

    path: str
    body: Any
    answer: Any = None

    @property
    def name(self) -> str:
        """The operation's name, "" for what is no document."""
        document = self.body.get("query", "") if isinstance(self.body, dict) else ""
        return str(document).partition("{")[0].partition("(")[0].partition(" ")[2].strip()


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down. `lost` names operations whose next answer is dropped
    after the work was done; `answers` are given instead of the simulator's, by operation."""

    def __init__(self, simulator: ShopifySimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[str] = []
        self.answers: dict[str, list[Any]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        one = Sent(request.url.path, json.loads(request.content) if request.content else None)
        self.sent.append(one)
        if self.answers.get(one.name):
            return httpx.Response(200, json=self.answers[one.name].pop(0))
        answer = await self._inner.handle_async_request(request)
        content = await answer.aread()
        one.answer = json.loads(content) if "json" in answer.headers.get("content-type", "x")[-4:] else None
        if one.name in self.lost:
            self.lost.remove(one.name)
            raise httpx.ReadError("gone", request=request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


@dataclass
class Bench:
    simulator: ShopifySimulator
    wire: Wire
    http: PlatformHttp
    services: PlatformServices
    connection: Connection
    steps: Steps = field(default_factory=Steps)

    def context(self, **fields: Any) -> SendContext:
        return SendContext(self.steps, **fields)

    def named(self, name: str) -> list[Sent]:
        return [one for one in self.wire.sent if one.name == name]

    @property
    def booked(self) -> dict[str, Any]:
        (order,) = self.simulator.orders_book()
        return order


def now() -> datetime:
    return datetime.now(UTC)


def bench(
    seed: Seed | None = None, *, fields: dict[str, str] | None = None, secrets: dict[str, str] | None = None,
    tokens: Any = None, simulator: ShopifySimulator | None = None, marked: bool = True,
) -> Bench:  # fmt: skip
    """Shopify filled from `seed` (the kit's shop), and the connector on it, its unique mark defined."""
    simulator = simulator or ShopifySimulator(seed or shop(), rate=100_000)
    given = simulator.connection_fields()
    if marked:
        simulator.orders.defined.add(("$app:posbridge", "order_reference"))
    known = {"order_mark": "yes" if marked else "no"}
    connection = Connection(
        id="shopify-1", platform="shopify", location=simulator.shop.location_id, currency=simulator.seed.currency,
        fields={**given["fields"], **known, **(fields or {})},
    )  # fmt: skip
    wire = Wire(simulator)
    http = open_http(CONNECTOR, connection, None, now, transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    context = Context(connection, secrets or given["secrets"], http, tokens, now)
    return Bench(simulator, wire, http, CONNECTOR.open(context), connection)


async def _at_once(what: str) -> None:
    return None
