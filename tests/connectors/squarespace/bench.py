"""A simulated Squarespace in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.squarespace import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.shop import shop


@dataclass
class Sent:
    """One request: its path with its method, its body as JSON and as it left."""

    method: str
    path: str
    body: Any
    content: bytes
    headers: dict[str, str]
    query: dict[str, str]


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down. `lost` drops the answers of the next so many writes
    whose path ends so, after they were done; `answers` puts another answer in place of the simulator's."""

    def __init__(self, simulator: SquarespaceSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[str] = []
        self.answers: dict[str, httpx.Response] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        path, query = request.url.path, dict(request.url.params)
        self.sent.append(Sent(request.method, path, body, request.content, dict(request.headers), query))
        put = self.answers.pop(f"{request.method} {path}", None)
        if put is not None:
            return put
        answer = await self._inner.handle_async_request(request)
        if self.lost and request.method != "GET" and path.endswith(self.lost[0]):
            self.lost.pop(0)
            raise httpx.ReadError("gone", request=request)
        return answer


@dataclass
class Bench:
    simulator: SquarespaceSimulator
    wire: Wire
    http: PlatformHttp
    services: PlatformServices
    connection: Connection
    steps: Steps = field(default_factory=Steps)

    async def context(self, *, linked: bool = True) -> SendContext:
        return SendContext(self.steps, await links(self) if linked else {})

    def bodies(self, path: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.path == path and one.method != "GET" and one.body]

    def imports(self) -> list[Sent]:
        """The orders that were sent, without the empty one of the connection test."""
        return [
            one for one in self.wire.sent if (one.method, one.path) == ("POST", "/1.0/commerce/orders") and one.body
        ]

    @property
    def booked(self) -> dict[str, Any]:
        (order,) = self.simulator.orders_book()
        return order

    @property
    def order(self) -> dict[str, Any]:
        """The one order as the site holds it."""
        (order,) = self.simulator.orders.rows.values()
        return order


async def links(made: Bench) -> dict[str, RemoteVariant]:
    products = await whole(made.services.products.changed_since(None))  # type: ignore[union-attr] # it has them
    return {
        f"variant-{int(one.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=product.id, sku=one.sku)
        for product in products
        for one in product.variants
        if one.sku.startswith("SKU-")
    }


def bare(seed: Seed) -> Seed:
    """The seed without what Squarespace has no field for: barcodes."""
    products = tuple(
        replace(product, variants=tuple(replace(variant, barcode="") for variant in product.variants))
        for product in seed.products
    )
    return replace(seed, products=products)


def bench(
    seed: Seed | None = None, *, fields: dict[str, str] | None = None, secrets: dict[str, str] | None = None,
    tokens: Any = None, simulator: SquarespaceSimulator | None = None, clock: Any = None,
) -> Bench:  # fmt: skip
    """Squarespace filled from `seed` (the kit's shop), and the connector on it."""
    simulator = simulator or SquarespaceSimulator(seed or shop(), rate=100_000)
    given, now = simulator.connection_fields(), clock or (lambda: datetime.now(UTC))
    known = {"country": "US", "locale": "en-US"}
    connection = Connection(
        id="squarespace-1", platform="squarespace", currency=simulator.seed.currency,
        timezone=simulator.seed.timezone, fields={**given["fields"], **known, **(fields or {})},
    )  # fmt: skip
    wire = Wire(simulator)
    http = open_http(CONNECTOR, connection, None, now, transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    context = Context(connection, secrets or given["secrets"], http, tokens, now)
    return Bench(simulator, wire, http, CONNECTOR.open(context), connection)


async def _at_once(what: str) -> None:
    return None
