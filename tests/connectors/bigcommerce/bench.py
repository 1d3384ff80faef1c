"""A simulated BigCommerce in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from posbridge.connectors.bigcommerce import CONNECTOR
from posbridge.connectors.contract import Connection, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import open_http
from posbridge.sandbox.bigcommerce import BigCommerceSimulator
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text("utf-8"))


@dataclass
class Sent:
    """One request; `path` begins behind the store's hash, "/v2/…"."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content) if self.content else None


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down. `lost` are (method, path's end) whose next answer is
    lost after the work was done."""

    def __init__(self, simulator: BigCommerceSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = "/" + request.url.path.split("/", 3)[3]
        query, headers = dict(request.url.params), dict(request.headers)
        self.sent.append(Sent(request.method, path, query, headers, request.content))
        try:
            answer = await self._inner.handle_async_request(request)
        except AssertionError as problem:  # so the transport says that the simulator reset the connection
            raise httpx.ReadError("reset", request=request) from problem
        for wanted in self.lost:
            if wanted[0] == request.method and path.endswith(wanted[1]):
                self.lost.remove(wanted)
                raise httpx.ReadError("gone", request=request)
        return answer


@dataclass
class Bench:
    simulator: BigCommerceSimulator
    wire: Wire
    services: PlatformServices
    connection: Connection
    context_given: Context
    links: dict[str, RemoteVariant] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)

    def context(self, **fields: Any) -> SendContext:
        return SendContext(self.steps, self.links, **fields)

    def bodies(self, method: str, path: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.method == method and one.path == path]

    @property
    def booked(self) -> dict[str, Any]:
        (order,) = self.simulator.orders_book()
        return order


def bench(seed: Seed | None = None, **fields: str) -> Bench:
    """BigCommerce filled from `seed` (the kit's shop), and the connector on it."""
    simulator = BigCommerceSimulator(seed or shop(), rate=0)
    given = simulator.connection_fields()
    connection = Connection(
        id="bigcommerce-1", platform="bigcommerce", currency=simulator.seed.currency, location="1",
        prices_include_tax=simulator.seed.prices_include_tax, fields={**given["fields"], **fields},
    )  # fmt: skip
    wire = Wire(simulator)
    http = open_http(CONNECTOR, connection, None, lambda: datetime.now(UTC), transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    no_tokens: Any = None
    context = Context(connection, given["secrets"], http, no_tokens, lambda: datetime.now(UTC))
    made = Bench(simulator, wire, CONNECTOR.open(context), connection, context)
    for product, variant in simulator.shop.variants():
        link = RemoteVariant(variant_id=str(variant["id"]), product_id=str(product["id"]), sku=variant["sku"])
        made.links[f"variant-{int(variant['sku'][-4:])}"] = link
    return made


async def _at_once(what: str) -> None:
    return None
