"""The one way out: each connection's HTTP, on one client a loop.

A read may be repeated, a write never is: only the drain sends again. A failure before the request left is
`ServiceUnavailable`; after that, a write whose answer did not come whole is `OutcomeUnknown`.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import structlog

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.errors import (
    ConnectorError,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.net import (
    allowed_hosts,
    allows,
    close_clients,
    encode,
    is_near,
    new_client,
    shared_client,
    show,
)
from posbridge.connectors.rate import RateHint, RateWindow
from posbridge.connectors.reply import Reply, failure, uncertain
from posbridge.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from posbridge.connectors.contract import Connection, Connector

__all__ = ["MAX_BYTES", "Call", "PlatformHttp", "RateHint", "Reply", "close_clients", "open_http"]

log = structlog.get_logger("posbridge.connectors.http")

Params = Mapping[str, Any] | list[tuple[str, Any]]
Clock = Callable[[], datetime]

MAX_BYTES = 64 * 1024 * 1024
_BIG = 256 * 1024
_REPEATS = (0.2, 0.6)
_CONNECT_S = 10.0
#: Nothing had left when these were raised.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True)
class Call:
    """One call of the recent past, for the screen: no secrets. `status` None means that no answer came."""

    at: datetime
    method: str
    url: str
    status: int | None
    ms: int
    trace: str
    error: str = ""


class PlatformHttp:
    """One connection's calls. Paths are relative to the connector's base URL, or absolute on an allowed host.

    `auth` signs each call: a connector's `open` sets it from the secrets (`posbridge.connectors.auth`).
    A connector may have `limits(reply) -> RateHint | None`, which reads the platform's own rate headers.
    """

    def __init__(
        self,
        connector: Connector,
        connection: Connection,
        auth: httpx.Auth | None,
        clock: Clock,
        *,
        window: RateWindow,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.connector, self.connection, self.auth = connector, connection, auth
        self.window, self.recent = window, deque[Call](maxlen=50)
        self.base_url = connector.base_url(connection).rstrip("/")
        self.hosts = allowed_hosts(connector.facts.hosts, connection.fields, self.base_url)
        self._clock = clock
        self._timeout = float(connector.facts.capabilities.timeout_s)
        self._own = new_client(transport) if transport is not None else None
        try:
            self._url("")
        except ValidationError as problem:
            raise ConfigurationError(problem.message, next_step=problem.next_step) from problem

    async def get(self, path: str, *, params: Params | None = None, **options: Any) -> Reply:
        """A read with GET; options as for `read`."""
        return await self.read("GET", path, params=params, **options)

    async def read(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        what: str = "all",
        timeout: float | None = None,  # noqa: ASYNC109 - a time limit of the call, not of the caller
        due_json: bool = True,
        signed: bool = True,
    ) -> Reply:
        """A call that changes nothing there: tried again at most twice when the platform cannot be reached.

        `what` names the rate it counts against, `timeout` is seconds. With `due_json` an answer that is not JSON
        is an error; without `signed` no key goes along. Raises the errors of `posbridge.connectors.errors`,
        OutcomeUnknown never.
        """
        limit, began = timeout or self._timeout, time.monotonic()
        url, body = self._url(path, params), _body(json, content)
        sent = _Sent(method, url, body, _headers(json, headers), what, limit, due_json, signed, write=False)
        for pause in _REPEATS:
            try:
                return await self._exchange(sent)
            except ServiceUnavailable:
                if time.monotonic() - began > limit / 2:
                    raise
            await asyncio.sleep(pause)
        return await self._exchange(sent)

    async def write(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        what: str = "all",
        timeout: float | None = None,  # noqa: ASYNC109 - a time limit of the call, not of the caller
        due_json: bool = True,
        signed: bool = True,
    ) -> Reply:
        """A call with an effect there: sent once. Raises OutcomeUnknown when it may have happened."""
        limit = timeout or self._timeout
        url, body = self._url(path, params), _body(json, content)
        sent = _Sent(method, url, body, _headers(json, headers), what, limit, due_json, signed, write=True)
        return await self._exchange(sent)

    async def aclose(self) -> None:
        """Closes a client of its own; the shared one is closed by `close_clients`."""
        if self._own is not None:
            await self._own.aclose()

    async def _exchange(self, sent: _Sent) -> Reply:
        """Signed as `auth` says; the renewal of tokens has its one place here."""
        auth = self.auth
        if not sent.signed:
            return await self._turn(sent, None)
        if isinstance(auth, BearerWithRefresh):
            carrying = auth.carrying
            return await auth.tokens.with_token_refresh(
                self.connection, lambda token: self._turn(sent, carrying(token))
            )
        return await self._turn(sent, auth)

    async def _turn(self, sent: _Sent, auth: httpx.Auth | None) -> Reply:
        """One turn: wait for the window, send, read, judge, remember."""
        await self.window.wait(sent.what)
        trace, began, at = uuid4().hex[:12], time.monotonic(), self._clock()
        reply, error = None, None
        try:
            reply = await self._send(sent, auth)
            error = self._judged(reply, sent)
        except ConnectorError as problem:
            error = problem
        finally:
            elapsed = time.monotonic() - began
            status, ms = reply.status if reply else None, int(elapsed * 1000)
            self._remember(Call(at, sent.method, show(sent.url), status, ms, trace, _code(error)))
        if error is not None:
            if isinstance(error, ConnectorError):
                error.platform = error.platform or self.connector.facts.name
            raise error
        assert reply is not None
        self.window.took(reply.elapsed_s)
        return reply

    def _judged(self, reply: Reply, sent: _Sent) -> Exception | None:
        error = failure(reply, self.connector, write=sent.write, due_json=sent.due_json, now=self._clock())
        if isinstance(error, RateLimitExceeded):
            self.window.refused(error.retry_at)
        elif limits := getattr(self.connector, "limits", None):
            self.window.hint(limits(reply))
        return error

    async def _send(self, sent: _Sent, auth: httpx.Auth | None) -> Reply:
        url = sent.url
        try:
            async with asyncio.timeout(2 * sent.timeout):
                return await self._followed(sent, auth)
        except _UNSENT as problem:
            raise _unreached(problem, url.host) from problem
        except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError) as problem:
            raise ValidationError("The request cannot be written: a key or value holds odd characters.") from problem
        except (TimeoutError, httpx.TimeoutException) as problem:
            words = f"{url.host} did not answer in time."
            raise uncertain(words, sent.write, reason="timeout") from problem
        except (httpx.TransportError, httpx.DecodingError, httpx.StreamError, OSError) as problem:
            words = f"The answer of {url.host} broke off."
            raise uncertain(words, sent.write, reason="broken") from problem

    async def _followed(self, sent: _Sent, auth: httpx.Auth | None) -> Reply:
        """The answer, after at most three redirects of a read that stay on the host."""
        url = sent.url
        for _ in range(4):
            reply = await self._once(sent, url, auth)
            target = None if sent.write or sent.method != "GET" else _same_host(url, reply)
            if target is None:
                break
            url = target
        return reply

    async def _once(self, sent: _Sent, url: httpx.URL, auth: httpx.Auth | None) -> Reply:
        client = self._own or shared_client(self.connection.fields.get("ca_file", ""))
        began = time.monotonic()
        request = client.build_request(
            sent.method,
            url,
            content=sent.body,
            headers=sent.headers,
            timeout=httpx.Timeout(sent.timeout, connect=min(_CONNECT_S, sent.timeout)),
        )
        response = await client.send(request, auth=auth, stream=True, follow_redirects=False)
        try:
            content = await _read_whole(response, sent.write)
        finally:
            with suppress(httpx.TransportError, OSError):
                await response.aclose()
        elapsed = time.monotonic() - began
        reply = Reply(response.status_code, content, response.headers, sent.method, show(request.url), elapsed)
        if sent.due_json and len(content) > _BIG:
            await asyncio.to_thread(reply.json_or_none)
        return reply

    def _url(self, path: str, params: Params | None = None) -> httpx.URL:
        """The whole URL. Raises ValidationError for a host that this connection has no business with."""
        whole = path if path.startswith(("http://", "https://")) else f"{self.base_url}/{path.lstrip('/')}"
        try:
            url = httpx.URL(whole if path else self.base_url)
        except httpx.InvalidURL as problem:
            raise ValidationError("The address of this connection is not a web address.") from problem
        if not allows(self.hosts, url.host):
            raise ValidationError(f"posbridge does not talk to {url.host or 'an empty host'} for this connection.")
        if url.scheme != "https" and not (url.scheme == "http" and is_near(url.host)):
            raise ValidationError(f"{url.host} must be called over https.", next_step="Use the https:// address.")
        return url.copy_merge_params(_given(params)) if params else url

    def _remember(self, call: Call) -> None:
        self.recent.append(call)
        log.info(
            "call",
            connection=self.connection.id,
            method=call.method,
            url=call.url,
            status=call.status,
            ms=call.ms,
            trace=call.trace,
            error=call.error,
        )


@dataclass(frozen=True)
class _Sent:
    """A request before it is made."""

    method: str
    url: httpx.URL
    body: bytes | None
    headers: dict[str, str]
    what: str
    timeout: float
    due_json: bool
    signed: bool
    write: bool


def open_http(
    connector: Connector,
    connection: Connection,
    auth: httpx.Auth | None,
    clock: Clock,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    window: RateWindow | None = None,
) -> PlatformHttp:
    """The HTTP of one connection; `transport` replaces the network in tests.

    Raises ConfigurationError when the connection's address is not one that the connector's facts allow.
    """
    window = window or RateWindow(connector.facts.capabilities.rates, clock)
    return PlatformHttp(connector, connection, auth, clock, window=window, transport=transport)


def _body(json: Any, content: bytes | None) -> bytes | None:
    return content if json is None else encode(json)


def _headers(json: Any, given: Mapping[str, str] | None) -> dict[str, str]:
    kind = {} if json is None else {"content-type": "application/json"}
    return {**kind, **(given or {})}


def _given(params: Params) -> list[tuple[str, Any]]:
    pairs = params.items() if isinstance(params, Mapping) else params
    return [(name, value) for name, value in pairs if value is not None]


def _same_host(url: httpx.URL, reply: Reply) -> httpx.URL | None:
    """Where a redirect leads, if that is the same host (or the same over TLS)."""
    if reply.status not in (301, 302, 307, 308) or "location" not in reply.headers:
        return None
    target = url.join(reply.headers["location"])
    kept = target.scheme == url.scheme and target.port == url.port
    safer = target.scheme == "https" and url.scheme == "http"
    return target if target.host == url.host and (kept or safer) else None


async def _read_whole(response: httpx.Response, write: bool) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_BYTES:
            if write:
                raise uncertain("The platform's answer is far too long.", write, reason="too_long")
            raise SchemaDrift("The platform's answer is far too long.", status=response.status_code)
        parts.append(part)
    return b"".join(parts)


def _unreached(problem: Exception, host: str) -> ServiceUnavailable:
    """Nothing left this machine; in words, why."""
    words, reason, step = f"{host} cannot be reached.", "unreachable", None
    if "CERTIFICATE" in str(problem).upper() or "SSL" in str(problem).upper():
        words, reason = f"{host} did not prove who it is (TLS).", "tls"
        step = "Check this machine's clock and the address; a shop in this building needs its certificate file."
    elif isinstance(problem, httpx.PoolTimeout):
        words, reason = "Too many calls are under way.", "busy"
    return ServiceUnavailable(words, next_step=step, reason=reason)


def _code(error: Exception | None) -> str:
    return "" if error is None else str(getattr(error, "code", type(error).__name__))
