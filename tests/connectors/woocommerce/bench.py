"""A simulated shop in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.woocommerce import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.woocommerce import WooCommerceSimulator
from posbridge.sandbox.woocommerce.shop import Options
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop

HOME = "https://shop.example.com"


@dataclass
class Sent:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down. An entry of `lost` ("PUT orders/") drops the answer to
    the next request that begins so, after the work was done.
    `absent` is a part of paths that this shop does not have."""

    def __init__(self, simulator: WooCommerceSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[str] = []
        self.absent = "?"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        path = request.url.path.removeprefix("/wp-json/wc/v3/")
        self.sent.append(Sent(request.method, path, dict(request.url.params), body, dict(request.headers)))
        if self.absent in path:
            return httpx.Response(404, json={"code": "rest_no_route", "message": "None.", "data": {"status": 404}})
        answer = await self._inner.handle_async_request(request)
        if self.lost and f"{request.method} {path}".startswith(self.lost[0]):
            self.lost.pop(0)
            raise httpx.ReadError("gone", request=request)
        return answer


@dataclass
class Bench:
    simulator: WooCommerceSimulator
    wire: Wire
    http: PlatformHttp
    services: PlatformServices
    connection: Connection
    steps: Steps = field(default_factory=Steps)

    def context(self, **fields: Any) -> SendContext:
        return SendContext(self.steps, **{"links": self.links, **fields})

    @property
    def links(self) -> dict[str, RemoteVariant]:
        """variant-1 is SKU-0001, and so on."""
        made = {}
        for sku, number in self.simulator.shop.skus.items():
            row = self.simulator.shop.item(number)
            assert row is not None
            mother = str(row.data.get("parent_id") or number)
            made[f"variant-{int(sku[-4:])}"] = RemoteVariant(variant_id=str(number), product_id=mother, sku=sku)
        return made

    def id_of(self, sku: str) -> str:
        return str(self.simulator.shop.skus[sku])

    def bodies(self, method: str, path: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.method == method and one.path == path]

    def paths(self, method: str = "GET") -> list[str]:
        return [one.path for one in self.wire.sent if one.method == method]

    @property
    def booked(self) -> dict[str, Any]:
        (order,) = self.simulator.orders_book()
        return order

    async def row(self, path: str) -> Any:
        """What the shop itself answers."""
        return (await self.http.get(path)).json()


def bench(seed: Seed | None = None, *, fields: dict[str, str] | None = None, home: str = HOME, **options: Any) -> Bench:
    """A shop filled from `seed` (the kit's), and the connector on it; `options` are the simulator's."""
    simulator = WooCommerceSimulator(seed or shop(), options=Options(**options))
    simulator.address = home
    given = simulator.connection_fields()
    connection = Connection(
        id="shop-1",
        platform="woocommerce",
        currency=simulator.seed.currency,
        prices_include_tax=simulator.seed.prices_include_tax,
        fields={**given["fields"], "hpos": "yes" if simulator.options.hpos else "no", **(fields or {})},
    )
    wire = Wire(simulator)
    http = open_http(CONNECTOR, connection, None, now, transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    context = Context(connection, given["secrets"], http, None, now)  # type: ignore[arg-type] # it has no tokens
    return Bench(simulator, wire, http, CONNECTOR.open(context), connection)


def now() -> datetime:
    return datetime.now(UTC)


async def _at_once(what: str) -> None:
    return None
