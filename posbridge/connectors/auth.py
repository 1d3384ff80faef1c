"""How calls are signed: auth objects as data, each an `httpx.Auth`, so that no client is subclassed for it.

A connector's `open` puts one into `context.http.auth`. A key that cannot be written into a request is
AuthenticationError: the person is asked for it again, and nothing has left.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote
from uuid import uuid4

import httpx

from posbridge.connectors.errors import AuthenticationError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from posbridge.security.tokens import TokenService

GetToken = Callable[[], Awaitable[str]]


def _usable(key: str) -> str:
    if not key or not key.isascii() or not key.isprintable():
        raise AuthenticationError("The key is empty or holds characters that no key has.")
    return key


class _Plain(httpx.Auth):
    """An auth that writes into the request once and never asks again."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        self.sign(request)
        yield request

    def sign(self, request: httpx.Request) -> None:
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class Basic(_Plain):
    """`Authorization: Basic` with a user (or key) and a password (or secret)."""

    user: str
    password: str

    def sign(self, request: httpx.Request) -> None:
        pair = f"{_usable(self.user)}:{_usable(self.password)}".encode()
        request.headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"


@dataclass(frozen=True, repr=False)
class HeaderKey(_Plain):
    """A key in a header of its own; with `prefix` e.g. "Token "."""

    name: str
    key: str
    prefix: str = ""

    def sign(self, request: httpx.Request) -> None:
        request.headers[self.name] = f"{self.prefix}{_usable(self.key)}"


@dataclass(frozen=True, repr=False)
class QueryKey(_Plain):
    """A key in the query. Logs and `Reply.url` hide it."""

    name: str
    key: str

    def sign(self, request: httpx.Request) -> None:
        request.url = request.url.copy_set_param(self.name, _usable(self.key))


@dataclass(frozen=True, repr=False)
class Bearer(httpx.Auth):
    """`Authorization: Bearer` with the token that `token()` gives now; its errors pass to the caller."""

    token: GetToken
    name: str = "authorization"
    prefix: str = "Bearer "

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers[self.name] = f"{self.prefix}{_usable(await self.token())}"
        yield request


@dataclass(frozen=True, repr=False)
class BearerWithRefresh(httpx.Auth):
    """`Authorization: Bearer` with the connection's token, renewed by the TokenService.

    `PlatformHttp` runs each call inside `tokens.with_token_refresh`: an answer that is AuthenticationError leads to
    one renewal and one more try (the platform refused, so nothing was done); TokenRevoked ends the connection.
    Calls that ask for tokens themselves are sent with `signed=False`.
    """

    tokens: TokenService
    name: str = "authorization"
    prefix: str = "Bearer "

    def carrying(self, token: SecretStr) -> HeaderKey:
        """The auth of one try."""
        return HeaderKey(self.name, token.get_secret_value(), self.prefix)


def fixed(token: str) -> GetToken:
    """A token that does not change, for `Bearer`."""

    async def get() -> str:
        return token

    return get


def _clock() -> int:
    return int(time.time())


def _nonce() -> str:
    return uuid4().hex


@dataclass(frozen=True, repr=False)
class OAuth1(_Plain):
    """One-legged OAuth 1.0a in the query (RFC 5849 §3.4; the body is not signed), for shops without TLS.

    `key` and `secret` are the consumer's; there is no token. `now` gives epoch seconds; a nonce is used once.
    """

    key: str
    secret: str
    method: Literal["HMAC-SHA256", "HMAC-SHA1"] = "HMAC-SHA256"
    now: Callable[[], int] = _clock
    nonce: Callable[[], str] = field(default=_nonce)

    def sign(self, request: httpx.Request) -> None:
        pairs = [(name, value) for name, value in request.url.params.multi_items() if not name.startswith("oauth_")]
        pairs += [
            ("oauth_consumer_key", _usable(self.key)),
            ("oauth_timestamp", str(self.now())),
            ("oauth_nonce", self.nonce()),
            ("oauth_signature_method", self.method),
        ]
        made = self.signature(base_string(request.method, request.url, pairs))
        query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in [*pairs, ("oauth_signature", made)])
        request.url = request.url.copy_with(query=query.encode())

    def signature(self, base: str) -> str:
        """The signature of a base string, base64."""
        digest = hashlib.sha256 if self.method == "HMAC-SHA256" else hashlib.sha1
        key = f"{_encoded(_usable(self.secret))}&".encode()
        return base64.b64encode(hmac.new(key, base.encode(), digest).digest()).decode()


def base_string(method: str, url: httpx.URL, pairs: list[tuple[str, str]]) -> str:
    """What is signed: the method, the URL without its query, and the sorted parameters."""
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs)
    bare = str(url.copy_with(query=None, fragment=None))
    return "&".join([method.upper(), _encoded(bare), _encoded("&".join(f"{n}={v}" for n, v in encoded))])


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
