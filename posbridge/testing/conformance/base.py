"""What the kit's behaviours stand on: a running simulator, an opened connection, and a send's memory that can fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

import httpx
import pytest

from posbridge.connectors.contract import (
    Connection,
    Connector,
    Context,
    Facts,
    Page,
    PlatformServices,
    RemoteVariant,
    SendContext,
    Service,
)
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.server import running
from posbridge.testing.conformance.shop import shop

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def needs(service: Service, *capabilities: str) -> Callable[[F], F]:
    """The behaviour counts only where the facts name the service and these capabilities."""

    def mark(behaviour: F) -> F:
        behaviour.needs = (service, capabilities)  # type: ignore[attr-defined] # read by __init_subclass__
        return behaviour

    return mark


def claimed(facts: Facts, service: Service, capabilities: tuple[str, ...]) -> bool:
    return service in facts.services and all(getattr(facts.capabilities, name) for name in capabilities)


class Killed(Exception):
    """The process died here."""


class Steps:
    """A send's memory. With `die_after` n the n-th `put` is kept and then the process dies; with `die_before` it
    dies just before it would be kept."""

    def __init__(self, *, die_after: int = 0, die_before: int = 0) -> None:
        self.kept: dict[str, str] = {}
        self.puts, self.die_after, self.die_before = 0, die_after, die_before

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def put(self, name: str, value: str) -> None:
        self.puts += 1
        if self.puts == self.die_before:
            raise Killed()
        self.kept[name] = value
        if self.puts == self.die_after:
            raise Killed()

    def after_restart(self) -> Steps:
        """What a new process finds."""
        steps = Steps()
        steps.kept = dict(self.kept)
        return steps


class Switch(httpx.AsyncBaseTransport):
    """The real network with a plug: nothing leaves while `down`; `spoil` may change an answer's JSON."""

    def __init__(self) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self.down = False
        self.spoil: Callable[[bytes], bytes] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("unplugged", request=request)
        response = await self._inner.handle_async_request(request)
        if self.spoil is None:
            return response
        content = self.spoil(await response.aread())
        await response.aclose()
        kept = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-encoding")}
        return httpx.Response(response.status_code, headers=kept, content=content)

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class Far:
    """The far side, connected: everything a behaviour needs."""

    platform: SimulatedPlatform
    connector: Connector
    connection: Connection
    secrets: Mapping[str, str]
    services: PlatformServices
    http: PlatformHttp
    switch: Switch
    tokens: Any = None

    def need(self, name: str) -> Any:
        """A service that the facts claim."""
        service = getattr(self.services, name)
        assert service is not None, f"the facts claim {name}, but it is None"
        return service

    async def variants(self) -> dict[str, tuple[Product, ProductVariant]]:
        """All variants there by SKU."""
        products = await whole(self.need("products").changed_since(None))
        return {variant.sku: (product, variant) for product in products for variant in product.variants}

    async def context(self, steps: Steps | None = None, **fields: Any) -> SendContext:
        """What a send of `order` needs: its lines' variants (variant-1 is SKU-0001) linked to those there."""
        links = {
            f"variant-{int(sku[-4:])}": RemoteVariant(variant_id=variant.id, product_id=product.id, sku=sku)
            for sku, (product, variant) in (await self.variants()).items()
        }
        return SendContext(steps or Steps(), links, **fields)

    def booked(self, reference: str) -> list[dict[str, Any]]:
        """The orders in the platform's own books that carry a reference."""
        return [order for order in self.platform.orders_book() if order["reference"] == reference]

    def reopened(self, secrets: Mapping[str, str] | None = None, **fields: str) -> Far:
        """The same connection with other secrets or fields."""
        connection = self.connection.model_copy(update={"fields": {**self.connection.fields, **fields}})
        given = dict(self.secrets if secrets is None else secrets)
        return _open(replace(self, connection=connection, secrets=given))


async def whole(pages: AsyncIterator[Page[T]]) -> list[T]:
    """All items of all pages."""
    return [item async for page in pages for item in page.items]


def now() -> datetime:
    return datetime.now(UTC)


def _open(far: Far) -> Far:
    far.http = open_http(far.connector, far.connection, None, now, transport=far.switch)
    far.services = far.connector.open(Context(far.connection, far.secrets, far.http, far.tokens, now))
    return far


class Base:
    """What a connector's test gives.

    `connector` and `simulator` (a class or function of a seed) are needed. `exempt` maps a behaviour's name to the
    reason why this system cannot. `wrong_secrets` and `weak_secrets` (a key that lacks a right) replace those of
    `connection_fields`; `webhook_field` names the secret that signs deliveries; `tokens` makes a TokenService.
    """

    connector: ClassVar[Connector]
    simulator: ClassVar[Callable[[Seed], SimulatedPlatform]]
    exempt: ClassVar[Mapping[str, str]] = {}
    wrong_secrets: ClassVar[Mapping[str, str]] = {}
    weak_secrets: ClassVar[Mapping[str, str]] = {}
    webhook_field: ClassVar[str] = "webhook_secret"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "connector" in vars(cls):
            for name in cls._left_out():
                setattr(cls, name, None)

    @classmethod
    def _left_out(cls) -> list[str]:
        for name, reason in cls.exempt.items():
            if not name.startswith("test_") or not callable(getattr(cls, name, None)):
                raise TypeError(f"{cls.__name__}: there is no behaviour {name}")
            if len(reason.split()) < 3:
                raise TypeError(f"{cls.__name__}: say why {name} does not count here")
        marked = {name: getattr(getattr(cls, name), "needs", None) for name in dir(cls) if name.startswith("test_")}
        unclaimed = [name for name, need in marked.items() if need and not claimed(cls.connector.facts, *need)]
        return [*cls.exempt, *unclaimed]

    def tokens(self, connection: Connection, secrets: Mapping[str, str]) -> Any:
        """The TokenService of the connection, for systems that have one."""
        return None

    @asynccontextmanager
    async def connected(self, seed: Seed) -> AsyncIterator[Far]:
        """A simulator filled from the seed, and a connection to it made as `posbridge connect` makes it."""
        platform = type(self).simulator(seed)
        switch = Switch()
        async with running(platform):
            try:
                yield await self._connect(platform, switch)
            finally:
                await switch.aclose()

    async def _connect(self, platform: SimulatedPlatform, switch: Switch) -> Far:
        given, connector = platform.connection_fields(), type(self).connector
        connection = Connection(
            id="conformance", platform=connector.facts.name, currency=platform.seed.currency, fields=given["fields"]
        )
        tokens = self.tokens(connection, given["secrets"])
        unopened: Any = None
        far = _open(Far(platform, connector, connection, given["secrets"], unopened, unopened, switch, tokens))
        probe = await far.services.probe()
        location = given["fields"].get("location_id") or (probe.locations[0].id if probe.locations else "")
        known = {
            "account": probe.account,
            "location": location,
            "currency": probe.currency or connection.currency,
            "timezone": probe.timezone or connection.timezone,
            "prices_include_tax": bool(probe.prices_include_tax),
            "fields": {**connection.fields, **probe.settings},
        }
        far.connection = connection.model_copy(update=known)
        return _open(far)

    @pytest.fixture
    async def far(self) -> AsyncIterator[Far]:
        async with self.connected(shop()) as far:
            yield far

    def wrong(self, far: Far) -> dict[str, str]:
        """Secrets of the right shape that the platform does not know."""
        return dict(self.wrong_secrets) or {name: value[:-4] + "0000" for name, value in far.secrets.items()}
