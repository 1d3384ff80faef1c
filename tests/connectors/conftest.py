"""A small connector and its HTTP for the tests of the common parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import Capabilities, Connection, Dedupe, Facts, Kind, PlatformServices
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.testing.faulty_transport import FaultyTransport

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FACTS = Facts(
    name="shop",
    label="Shop",
    kind=Kind.SHOP,
    auth="basic",
    hosts=("{store_url}", "api.shop.example", "*.cdn.example"),
    fields=(),
    services=(),
    capabilities=Capabilities(dedupe=Dedupe.SEARCH, timeout_s=5),
)


@dataclass
class SmallConnector:
    """`word` is what its `error` says of each reply."""

    facts: Facts = FACTS
    word: Callable[[Any], Exception | None] = field(default=lambda reply: None)

    def base_url(self, connection: Connection) -> str:
        return connection.fields["store_url"]

    def open(self, context: Any) -> PlatformServices:
        return PlatformServices(probe=lambda: None)

    def error(self, reply: Any) -> Exception | None:
        return self.word(reply)


class Ticks:
    """A clock and a sleep that agree: sleeping moves the time."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at)

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


def connection(store_url: str = "https://shop.example", **fields: str) -> Connection:
    return Connection(id="c1", platform="shop", fields={"store_url": store_url, **fields})


Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def far_side() -> Callable[..., tuple[PlatformHttp, FaultyTransport]]:
    """`far_side(handler, connector=…)`: an HTTP whose far side is the handler."""

    def make(handler: Handler, connector: Any = None, auth: httpx.Auth | None = None) -> Any:
        transport = FaultyTransport(handler)
        made = connector or SmallConnector()
        return open_http(made, connection(), auth, lambda: NOW, transport=transport), transport

    return make


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between the repeats of a read take no time here."""
    monkeypatch.setattr("posbridge.connectors.http._REPEATS", (0.0, 0.0))
