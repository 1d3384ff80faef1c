"""Which systems there are, and the services of each connection: opened once, kept, given out ready to use."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import structlog

from posbridge.connectors.contract import (
    Connection,
    Connector,
    Context,
    CustomerService,
    DiscountService,
    Facts,
    GiftCardService,
    InventoryService,
    OrderService,
    PlatformServices,
    ProductService,
    WebhookService,
)
from posbridge.connectors.errors import Unsupported
from posbridge.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from posbridge.connectors.http import Call, PlatformHttp
    from posbridge.security.tokens import TokenService

log = structlog.get_logger("posbridge.connectors.registry")

GROUP = "posbridge.connectors"
#: The systems of this house, so that a checkout needs no installation to find them.
BUILT_IN: dict[str, str] = {
    "bigcommerce": "posbridge.connectors.bigcommerce:CONNECTOR",
    "blaze": "posbridge.connectors.blaze:CONNECTOR",
    "cova": "posbridge.connectors.cova:CONNECTOR",
    "dutchie": "posbridge.connectors.dutchie:CONNECTOR",
    "flowhub": "posbridge.connectors.flowhub:CONNECTOR",
    "leaflogix": "posbridge.connectors.leaflogix:CONNECTOR",
    "lightspeed": "posbridge.connectors.lightspeed:CONNECTOR",
    "magento": "posbridge.connectors.magento:CONNECTOR",
    "prestashop": "posbridge.connectors.prestashop:CONNECTOR",
    "shopify": "posbridge.connectors.shopify:CONNECTOR",
    "square": "posbridge.connectors.square:CONNECTOR",
    "squarespace": "posbridge.connectors.squarespace:CONNECTOR",
    "sylius": "posbridge.connectors.sylius:CONNECTOR",
    "toast": "posbridge.connectors.toast:CONNECTOR",
    "treez": "posbridge.connectors.treez:CONNECTOR",
    "wix": "posbridge.connectors.wix:CONNECTOR",
    "woocommerce": "posbridge.connectors.woocommerce:CONNECTOR",
}

S = TypeVar("S")
Clock = Callable[[], datetime]
HttpFactory = Callable[[Connector, Connection, Any, Clock], "PlatformHttp"]


class Secrets(Protocol):
    """Where the opened secrets of a connection come from. Raises VaultLocked while they cannot be opened."""

    async def secrets(self, connection: Connection) -> Mapping[str, str]: ...


def entry_points(*, group: str) -> Iterable[Any]:
    """The packages that offer something to `group`; reads the metadata of every installed one, so not at the start."""
    from importlib.metadata import entry_points as found

    return found(group=group)


@dataclass(frozen=True)
class _Opened:
    connection: Connection
    services: PlatformServices
    http: PlatformHttp


class Catalogue:
    """The connectors that can be imported, each imported when it is first asked for."""

    def __init__(self, built_in: Mapping[str, str] | None = None, *, outside: bool = True) -> None:
        self._built_in = dict(BUILT_IN if built_in is None else built_in)
        self._outside = outside
        self._loaded: dict[str, Connector] = {}
        self._broken: dict[str, str] = {}

    @cached_property
    def _where(self) -> dict[str, str]:
        found = dict(self._built_in)
        for point in entry_points(group=GROUP) if self._outside else ():
            if found.setdefault(point.name, point.value) != point.value:
                log.warning("connector name taken", name=point.name, ignored=point.value)
        return found

    @property
    def broken(self) -> dict[str, str]:
        """Connectors that could not be loaded, and why."""
        return dict(self._broken)

    def names(self) -> list[str]:
        return sorted(self._where)

    def find(self, name: str) -> Connector | None:
        """The connector of that name; None when there is none or it is broken (which is reported once)."""
        if name not in self._loaded and name in self._where and name not in self._broken:
            try:
                self._loaded[name] = _load(name, self._where[name])
            except Exception as problem:  # what an outside package raises at import is not ours to know
                self._broken[name] = f"{type(problem).__name__}: {problem}"
                log.error("connector cannot be loaded", name=name, problem=self._broken[name])
        return self._loaded.get(name)

    def add(self, connector: Connector) -> None:
        """Puts a connector in by hand (tests, tools)."""
        self._where[connector.facts.name] = ""
        self._loaded[connector.facts.name] = connector


def _load(name: str, where: str) -> Connector:
    module, _, attribute = where.partition(":")
    connector = cast(Connector, getattr(import_module(module), attribute or "CONNECTOR"))
    if connector.facts.name != name:
        raise ConfigurationError(f"The connector {name} calls itself {connector.facts.name}.")
    return connector


def _open_http(*given: Any) -> PlatformHttp:
    """The client is imported with the first connection: a till shows its window and scans before."""
    from posbridge.connectors.http import open_http

    return open_http(*given)


class PlatformServiceRegistry:
    """Gives each connection's services: one instance a connection, with its secrets, tokens and rate window.

    `tokens` is the TokenService that connectors renew their tokens with. A connection that was changed is opened
    anew; `forget` drops one whose secrets were replaced.
    """

    def __init__(
        self,
        secrets: Secrets,
        tokens: TokenService,
        clock: Clock,
        http: HttpFactory | None = None,
        *,
        catalogue: Catalogue | None = None,
    ) -> None:
        self._secrets, self._tokens, self._clock, self._http = secrets, tokens, clock, http or _open_http
        self._catalogue = catalogue or Catalogue()
        self._opened: dict[str, _Opened] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def available(self) -> list[Facts]:
        """The facts of every system, POS first, by label. One that cannot be imported is left out."""
        found = (self._catalogue.find(name) for name in self._catalogue.names())
        kinds = ["pos", "shop"]
        facts = [connector.facts for connector in found if connector is not None]
        return sorted(facts, key=lambda f: (kinds.index(f.kind) if f.kind in kinds else 9, f.label.casefold()))

    def connector(self, name: str) -> Connector:
        """Raises ConfigurationError for a system that is not here."""
        found = self._catalogue.find(name)
        if found is None:
            why = self._catalogue.broken.get(name)
            words = f"The connector {name} cannot be loaded: {why}" if why else f"There is no connector called {name}."
            raise ConfigurationError(words, next_step="`posbridge connectors` lists those that there are.")
        return found

    def open(self, connection: Connection, secrets: Mapping[str, str]) -> tuple[PlatformServices, PlatformHttp]:
        """Services with these secrets, not kept: for proving a connection before it is stored.

        The caller ends them with `await http.aclose()`. Raises ConfigurationError for an address not allowed.
        """
        connector = self.connector(connection.platform)
        http = self._http(connector, connection, None, self._clock)
        context = Context(connection, dict(secrets), http, self._tokens, self._clock)
        return connector.open(context), http

    async def services(self, connection: Connection) -> PlatformServices:
        """All services of a connection. Raises VaultLocked, ConfigurationError and what `open` raises."""
        return (await self._open_kept(connection)).services

    async def http(self, connection: Connection) -> PlatformHttp:
        """The connection's HTTP: its rate window, and its last calls for the screen."""
        return (await self._open_kept(connection)).http

    def recent(self, connection_id: str) -> list[Call]:
        """The last calls of a connection, newest first; none while it is not open."""
        opened = self._opened.get(connection_id)
        return list(reversed(opened.http.recent)) if opened else []

    async def estimate(self, connection: Connection, calls: int, what: str = "all") -> float:
        """Seconds until so many more calls are done, by the platform's limits and its present speed."""
        lanes = self.connector(connection.platform).facts.capabilities.parallel
        return (await self.http(connection)).window.estimate(calls, what, lanes)

    async def get_product_service(self, connection: Connection) -> ProductService:
        return self._need((await self.services(connection)).products, connection, "products")

    async def get_inventory_service(self, connection: Connection) -> InventoryService:
        return self._need((await self.services(connection)).inventory, connection, "stock")

    async def get_order_service(self, connection: Connection) -> OrderService:
        return self._need((await self.services(connection)).orders, connection, "orders")

    async def get_customer_service(self, connection: Connection) -> CustomerService:
        return self._need((await self.services(connection)).customers, connection, "customers")

    async def get_discount_service(self, connection: Connection) -> DiscountService:
        return self._need((await self.services(connection)).discounts, connection, "discount codes")

    async def get_gift_card_service(self, connection: Connection) -> GiftCardService:
        return self._need((await self.services(connection)).gift_cards, connection, "gift cards")

    async def get_webhook_service(self, connection: Connection) -> WebhookService:
        return self._need((await self.services(connection)).webhooks, connection, "webhooks")

    async def forget(self, connection_id: str) -> None:
        """Drops what is kept of a connection: it was changed, signed in again or removed."""
        opened = self._opened.pop(connection_id, None)
        self._locks.pop(connection_id, None)
        if opened is not None:
            await opened.http.aclose()

    async def aclose(self) -> None:
        """Forgets all and closes this loop's HTTP clients."""
        for connection_id in list(self._opened):
            await self.forget(connection_id)
        if opened := sys.modules.get("posbridge.connectors.http"):
            await opened.close_clients()

    async def _open_kept(self, connection: Connection) -> _Opened:
        async with self._locks[connection.id]:
            kept = self._opened.get(connection.id)
            if kept is None or kept.connection != connection:
                secrets = await self._secrets.secrets(connection)
                services, http = self.open(connection, secrets)
                if kept is not None:
                    await kept.http.aclose()
                kept = self._opened[connection.id] = _Opened(connection, services, http)
            return kept

    def _need(self, service: S | None, connection: Connection, what: str) -> S:
        if service is None:
            label = self.connector(connection.platform).facts.label
            raise Unsupported(f"{label} offers no {what} to posbridge.", platform=connection.platform)
        return service
