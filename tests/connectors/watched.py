"""A connection to a simulator without a socket, and what it sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import httpx

from posbridge.connectors.contract import Connection, Connector, Context, PlatformServices, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.security.tokens import SealedToken, TokenService
from posbridge.security.vault import Vault
from posbridge.testing.conformance.base import Steps, whole

S = TypeVar("S", bound=SimulatedPlatform)


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
    """Tokens that are kept in memory."""
    return TokenService(Kept(), now, Vault(bytes(range(32))))


async def links_of(services: Any) -> dict[str, RemoteVariant]:
    """Our variants linked to those there, as a pull of the goods tells them: variant-1 is SKU-0001, and so on."""
    return {
        f"variant-{int(one.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=product.id, sku=one.sku)
        for product in await whole(services.products.changed_since(None))
        for one in product.variants
        if one.sku.startswith("SKU-")
    }


class Watched(httpx.AsyncBaseTransport):
    """The simulator's application, with a list of what came."""

    def __init__(self, simulator: SimulatedPlatform, sent: list[httpx.Request]) -> None:
        self._inner, self._sent = httpx.ASGITransport(app=simulator), sent

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._sent.append(request)
        return await self._inner.handle_async_request(request)


@dataclass
class Bench(Generic[S]):
    """Everything a test needs; `sent` are the requests in their order."""

    simulator: S
    connection: Connection
    services: PlatformServices
    http: PlatformHttp
    tokens: TokenService
    sent: list[httpx.Request] = field(default_factory=list)

    def context(
        self, links: Mapping[str, RemoteVariant] | None = None, steps: Steps | None = None, **fields: Any
    ) -> SendContext:
        """What a send is given; `links` by our variant id."""
        return SendContext(steps or Steps(), dict(links or {}), **fields)

    @property
    def booked(self) -> list[dict[str, Any]]:
        return self.simulator.orders_book()

    def asked(self, method: str, ending: str) -> list[httpx.Request]:
        return [r for r in self.sent if r.method == method and r.url.path.endswith(ending)]


def bench(
    connector: Connector,
    simulator: S,
    *,
    secrets: dict[str, str] | None = None,
    location: str = "",
    **fields: str,
) -> Bench[S]:
    """Opens `connector` against `simulator` with the settings that it gives, or those given here."""
    given = simulator.connection_fields()
    connection = Connection(
        id=f"{connector.facts.name}-1",
        platform=connector.facts.name,
        currency=simulator.seed.currency,
        location=location,
        fields={**given["fields"], **fields},
    )
    sent: list[httpx.Request] = []
    http = open_http(connector, connection, None, now, transport=Watched(simulator, sent))
    http.window._limits.clear()  # the simulator has no limit, and time is short
    tokens = token_service()
    services = connector.open(Context(connection, secrets or given["secrets"], http, tokens, now))
    return Bench(simulator, connection, services, http, tokens, sent)
