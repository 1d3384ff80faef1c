"""A connection to a simulator without a socket, whose requests are written down and whose answers may be lost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

import httpx

from posbridge.connectors.contract import Connection, Connector, Context, RemoteVariant, SendContext
from posbridge.connectors.http import PlatformHttp, open_http
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.testing.conformance.base import Steps
from tests.connectors.watched import now, token_service

S = TypeVar("S", bound=SimulatedPlatform)
B = TypeVar("B", bound="Wired[Any]")


@dataclass
class Sent:
    """One request, and what came back; `path` begins behind the wire's `root`."""

    #: How numbers with a point are read.
    number: ClassVar[Any] = float

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes
    status: int = 0
    answered: bytes = b""

    @property
    def body(self) -> Any:
        return json.loads(self.content, parse_float=self.number) if self.content else None

    @property
    def answer(self) -> Any:
        return json.loads(self.answered) if self.answered else None


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to the simulator and writes them down.

    An entry of `lost` drops the answer to the next request that it means, after the work was done; one of `unsent`
    drops the request before any work.
    """

    kind: ClassVar[type[Sent]] = Sent
    #: What each path is written down without.
    root: ClassVar[str] = ""

    def __init__(self, simulator: SimulatedPlatform) -> None:
        self._inner = httpx.ASGITransport(app=simulator)
        self.sent: list[Any] = []
        self.lost: list[str] = []
        self.unsent: list[str] = []

    def means(self, wanted: str, one: Any) -> bool:
        """`wanted` is a path's end, or a method with a path's beginning or end: "PUT orders/"."""
        method, _, path = wanted.rpartition(" ")
        if not method:
            return bool(one.path.endswith(path))
        return bool(one.method == method and (one.path.startswith(path) or one.path.endswith(path)))

    def behind(self, path: str) -> str:
        """The path as it is written down."""
        return path.partition(self.root)[2] if self.root and self.root in path else path

    def instead(self, one: Any) -> httpx.Response | None:
        """An answer that the simulator is not asked for."""
        return None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        one = self._noted(request)
        self._drop(self.unsent, one, request)
        put = self.instead(one)
        if put is not None:
            return put
        try:
            answer = await self._inner.handle_async_request(request)
        except AssertionError as problem:  # so the transport says that no answer came
            raise httpx.ReadError("reset", request=request) from problem
        one.status, one.answered = answer.status_code, await answer.aread()
        self._drop(self.lost, one, request)
        return answer

    def _noted(self, request: httpx.Request) -> Sent:
        path, query, headers = self.behind(request.url.path), dict(request.url.params), dict(request.headers)
        self.sent.append(self.kind(request.method, path, query, headers, request.content))
        return self.sent[-1]  # type: ignore[no-any-return] # appended just now

    def _drop(self, wanted: list[str], one: Sent, request: httpx.Request) -> None:
        found = next((words for words in wanted if self.means(words, one)), None)
        if found is not None:
            wanted.remove(found)
            raise httpx.ReadError("gone", request=request)


@dataclass
class Wired(Generic[S]):
    """Everything a test needs; `links` are our variants (variant-1 is SKU-0001) to those there."""

    simulator: S
    wire: Any
    http: PlatformHttp
    services: Any
    connection: Connection
    links: dict[str, RemoteVariant] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)

    def context(self, **fields: Any) -> SendContext:
        return SendContext(self.steps, **{"links": self.links, **fields})

    def bodies(self, method: str, path: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.method == method and one.path == path]

    @property
    def booked(self) -> dict[str, Any]:
        (order,) = self.simulator.orders_book()
        return order


def bench(
    kind: type[B], connector: Connector, simulator: SimulatedPlatform, wire: Wire, *,
    secrets: dict[str, str] | None = None, tokens: Any = None, clock: Any = now,
    fields: dict[str, str] | None = None, **of_connection: Any,
) -> B:  # fmt: skip
    """Opens `connector` against `simulator` with the settings that it gives, over which `fields` go."""
    given, name = simulator.connection_fields(), connector.facts.name
    connection = Connection(
        id=f"{name}-1", platform=name, currency=simulator.seed.currency,
        fields={**given["fields"], **(fields or {})}, **of_connection,
    )  # fmt: skip
    made = given["secrets"] if secrets is None else secrets
    http, services = opened(connector, connection, wire, made, tokens=tokens, clock=clock)
    return kind(simulator, wire, http, services, connection)


def opened(
    connector: Connector, connection: Connection, wire: Wire, secrets: dict[str, str], *, tokens: Any = None,
    clock: Any = now,
) -> tuple[PlatformHttp, Any]:  # fmt: skip
    """The connector on that wire, in no hurry: (its calls, its services)."""
    http = open_http(connector, connection, None, clock, transport=wire)
    http.window.wait = at_once  # type: ignore[method-assign] # the window has its own tests
    return http, connector.open(Context(connection, secrets, http, tokens or token_service(), clock))


async def at_once(what: str = "all", longest: float = 0) -> None:
    return None
