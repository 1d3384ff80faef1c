"""A connection to a simulated Sylius without a socket, and what it sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.connectors.sylius import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.sylius import Options, SyliusSimulator
from posbridge.sandbox.sylius.setup import Administrator
from posbridge.security.tokens import SealedToken, TokenService
from posbridge.security.vault import Vault
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop

WEAK = "no-api-access"


class Kept:
    """A token store in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, SealedToken]] = {}

    async def load(self, connection_id: str) -> Sequence[SealedToken]:
        return list(self.rows.get(connection_id, {}).values())

    async def save(self, connection_id: str, tokens: Sequence[SealedToken]) -> None:
        self.rows.setdefault(connection_id, {}).update({token.type: token for token in tokens})

    async def forget(self, connection_id: str) -> None:
        self.rows.pop(connection_id, None)


def now() -> datetime:
    return datetime.now(UTC)


def token_service() -> TokenService:
    return TokenService(Kept(), now, Vault(bytes(range(32))))


def with_a_weak_administrator(seed: Seed) -> SyliusSimulator:
    """The password WEAK signs in somebody who has no API access."""
    made = SyliusSimulator(seed)
    made.gate.people.append(Administrator(2, made.options.email, WEAK, api=False))
    return made


@dataclass
class Bench:
    """Everything a test needs; `sent` are the requests in their order."""

    simulator: SyliusSimulator
    connection: Connection
    services: PlatformServices
    http: PlatformHttp
    tokens: TokenService
    sent: list[httpx.Request] = field(default_factory=list)

    def context(self, steps: Steps | None = None, **fields: Any) -> SendContext:
        """variant-1 is SKU-0001 there."""
        links = {f"variant-{n}": RemoteVariant(variant_id=f"SKU-{n:04d}", sku=f"SKU-{n:04d}") for n in (1, 2, 3, 4)}
        return SendContext(steps or Steps(), links, **fields)

    @property
    def booked(self) -> list[dict[str, Any]]:
        return self.simulator.orders_book()

    def asked(self, method: str, ending: str) -> list[httpx.Request]:
        return [r for r in self.sent if r.method == method and r.url.path.endswith(ending)]


class Watched(httpx.AsyncBaseTransport):
    """The simulator's application, with a list of what came."""

    def __init__(self, simulator: SyliusSimulator, sent: list[httpx.Request]) -> None:
        self._inner, self._sent = httpx.ASGITransport(app=simulator), sent  # type: ignore[arg-type] # it is one

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request)
        return await self._inner.handle_async_request(request)


def bench(
    seed: Seed | None = None,
    *,
    options: Options | None = None,
    secrets: dict[str, str] | None = None,
    simulator: SyliusSimulator | None = None,
    **fields: str,
) -> Bench:
    made = simulator or SyliusSimulator(seed or shop(), options=options)
    given = made.connection_fields()
    connection = Connection(
        id="sylius-1", platform="sylius", currency=made.seed.currency, fields={**given["fields"], **fields}
    )
    sent: list[httpx.Request] = []
    http = open_http(CONNECTOR, connection, None, now, transport=Watched(made, sent))
    http.window._limits.clear()  # the simulator has no limit, and time is short
    tokens = token_service()
    services = CONNECTOR.open(Context(connection, secrets or given["secrets"], http, tokens, now))
    return Bench(made, connection, services, http, tokens, sent)
