"""A simulated store in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.magento import CONNECTOR
from posbridge.sandbox.magento import MagentoSimulator
from posbridge.sandbox.magento.shop import Options
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop

HOME = "https://shop.example.com"


@dataclass
class Sent:
    """One request; `path` is behind V1."""

    method: str
    path: str
    query: list[tuple[str, str]]
    body: Any
    headers: dict[str, str]
    status: int = 0


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down. An entry of `lost` ("PUT orders/") drops the answer to
    the next request that begins so, after the work was done; one of `unsent` drops the request before any work."""

    def __init__(self, simulator: MagentoSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[str] = []
        self.unsent: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        body = json.loads(content, parse_float=Decimal) if content else None
        path = request.url.path.partition("/V1/")[2]
        made = Sent(request.method, path, request.url.params.multi_items(), body, dict(request.headers))
        self.sent.append(made)
        name = f"{request.method} {path}"
        if self.unsent and name.startswith(self.unsent[0]):
            self.unsent.pop(0)
            raise httpx.ReadError("gone", request=request)
        answer = await self._inner.handle_async_request(request)
        made.status = answer.status_code
        if self.lost and name.startswith(self.lost[0]):
            self.lost.pop(0)
            raise httpx.ReadError("gone", request=request)
        return answer


@dataclass
class Bench:
    simulator: MagentoSimulator
    wire: Wire
    http: PlatformHttp
    services: Any
    connection: Connection
    steps: Steps = field(default_factory=Steps)

    def context(self, **fields: Any) -> SendContext:
        return SendContext(self.steps, **{"links": self.links, **fields})

    @property
    def links(self) -> dict[str, RemoteVariant]:
        """variant-1 is SKU-0001, and so on."""
        rows = [row for row in self.simulator.store.products.values() if row["type_id"] == "simple"]
        return {
            f"variant-{int(row['sku'][-4:])}": RemoteVariant(
                variant_id=str(row["id"]), product_id=str(row["id"]), sku=row["sku"]
            )
            for row in rows
        }

    def id_of(self, sku: str) -> str:
        row = self.simulator.store.by_sku(sku)
        assert row is not None
        return str(row["id"])

    def bodies(self, method: str, path: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.method == method and one.path == path]

    def names(self, method: str = "GET") -> list[str]:
        return [one.path for one in self.wire.sent if one.method == method]

    def stock(self, sku: str) -> int:
        return self.simulator.stock_book()[sku]


def bench(
    seed: Seed | None = None, *, fields: dict[str, str] | None = None, secrets: dict[str, str] | None = None,
    **options: Any,
) -> Bench:  # fmt: skip
    """A store filled from `seed` (the kit's), and the connector on it; `options` are the simulator's."""
    simulator = MagentoSimulator(seed or shop(), options=Options(**options))
    simulator.address = HOME
    given = simulator.connection_fields()
    connection = Connection(
        id="store-1",
        platform="magento",
        location="default",
        currency=simulator.seed.currency,
        timezone=simulator.seed.timezone,
        prices_include_tax=simulator.seed.prices_include_tax,
        fields={**given["fields"], "weight_unit": "kgs", "media_url": f"{HOME}/media/", **(fields or {})},
    )
    wire = Wire(simulator)
    return Bench(
        simulator, wire, *opened(connection, wire, given["secrets"] if secrets is None else secrets), connection
    )


def opened(connection: Connection, wire: Wire, secrets: dict[str, str]) -> tuple[PlatformHttp, PlatformServices]:
    http = open_http(CONNECTOR, connection, None, now, transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    return http, CONNECTOR.open(Context(connection, secrets, http, None, now))  # type: ignore[arg-type] # no tokens


def now() -> datetime:
    return datetime.now(UTC)


async def _at_once(what: str = "all", longest: float = 0) -> None:
    return None
