"""A simulated Wix in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.wix import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.wix import WixSimulator
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.shop import shop


@dataclass
class Sent:
    """One request with its answer."""

    method: str
    path: str
    body: Any
    query: list[tuple[str, str]]
    headers: dict[str, str]
    status: int = 0
    answer: Any = None


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down; `lost` drops the answers of the next writes whose path
    ends so, after they were done."""

    def __init__(self, simulator: WixSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator)
        self.sent: list[Sent] = []
        self.lost: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else None
        path, query = request.url.path, list(request.url.params.multi_items())
        one = Sent(request.method, path, body, query, dict(request.headers))
        self.sent.append(one)
        try:
            answer = await self._inner.handle_async_request(request)
        except AssertionError as problem:  # how this transport says that no answer came
            raise httpx.ReadError("gone", request=request) from problem
        content = await answer.aread()
        one.status, one.answer = answer.status_code, json.loads(content) if content else None
        if self.lost and path.endswith(self.lost[0]):
            self.lost.pop(0)
            raise httpx.ReadError("gone", request=request)
        return answer


@dataclass
class Bench:
    simulator: WixSimulator
    wire: Wire
    http: PlatformHttp
    services: PlatformServices
    connection: Connection
    steps: Steps = field(default_factory=Steps)

    async def context(self, *, linked: bool = True, **more: Any) -> SendContext:
        return SendContext(self.steps, await links(self) if linked else {}, **more)

    def writes(self, ending: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.path.endswith(ending) and one.method != "GET"]


async def links(made: Bench) -> dict[str, RemoteVariant]:
    products = await whole(made.services.products.changed_since(None))  # type: ignore[union-attr] # it has them
    return {
        f"variant-{int(one.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=product.id, sku=one.sku)
        for product in products
        for one in product.variants
        if one.sku.startswith("SKU-")
    }


def bench(
    seed: Seed | None = None, *, simulator: WixSimulator | None = None, fields: dict[str, str] | None = None,
    secrets: dict[str, str] | None = None, tokens: Any = None,
) -> Bench:  # fmt: skip
    """Wix filled from `seed` (the kit's shop), and the connector on it."""
    simulator = simulator or WixSimulator(seed or shop(), rate=0)
    given = simulator.connection_fields()
    connection = Connection(
        id="wix-1", platform="wix", currency=simulator.seed.currency, fields={**given["fields"], **(fields or {})}
    )
    wire = Wire(simulator)

    def now() -> datetime:
        return datetime.now(UTC)

    http = open_http(CONNECTOR, connection, None, now, transport=wire)
    http.window.wait = _at_once  # type: ignore[method-assign] # the window has its own tests
    context = Context(connection, given["secrets"] if secrets is None else secrets, http, tokens, now)
    return Bench(simulator, wire, http, CONNECTOR.open(context), connection)


async def _at_once(what: str) -> None:
    return None
