"""Calls to Flowhub: a pair of keys for reads, a token of Auth0 for pre-orders, and lists by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import HeaderKey
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, SchemaDrift
from posbridge.connectors.flowhub.reading import listed
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import Reader
from posbridge.security.tokens import NewToken, TokenType

BASE = "https://api.flowhub.co"
AUTH_URL = "https://flowhub.auth0.com"
#: Guess: one client sends the audience with a slash at the end, one without; Auth0 compares exactly.
AUDIENCE = "https://api.flowhub.co"
#: Guess: one client asks for 500 rows, another calls 10000 the most.
PAGE = 500
#: An inventory comes whole and may be many megabytes.
LONG_S = 60.0
#: Asked anew so many seconds before a token ends.
EARLY_S = 60
AHEAD_STEP = (
    "Ask Flowhub's support to switch on Order Ahead for this store, and enter the client ID and secret that they give "
    "for it; they are not the pair of keys for reading."
)


class KeyPair(httpx.Auth):
    """The headers `clientId` and `key`, on every call to Flowhub."""

    def __init__(self, client_id: str, key: str) -> None:
        self._parts = (HeaderKey("clientId", client_id), HeaderKey("key", key))

    def auth_flow(self, request: httpx.Request) -> Any:
        for part_of in self._parts:
            part_of.sign(request)
        yield request


@dataclass(frozen=True)
class Rows:
    """One page of a list; `number` counts from 1."""

    rows: list[Any]
    number: int
    last: bool
    total: int | None


class Calls:
    """One connection's calls, and what they need of its settings."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection, self.secrets = context.connection, context.secrets
        self._tokens = context.tokens
        self.http.auth = KeyPair(self.setting("client_id"), context.secrets.get("api_key", ""))
        if context.tokens is not None:
            context.tokens.register_token_provider(context.connection, self._renew)

    def setting(self, name: str, default: str = "") -> str:
        return self.connection.fields.get(name, "").strip() or default

    @property
    def location(self) -> str:
        return self.connection.location or self.setting("location_id")

    async def get(self, path: str, params: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """A read with the pair of keys; the answer's JSON."""
        return (await self.http.get(path, params=params, **options)).json()

    async def write(self, method: str, path: str, body: Mapping[str, Any], **params: str) -> Any:
        """A write with the pair of keys (customers)."""
        return (await self.http.write(method, path, json=body, params=params)).json()

    async def ahead_get(self, path: str) -> Any:
        """A read of Order Ahead: the token goes beside the keys, which does no harm there (contract, section 2)."""
        return (await self._with_token(lambda headers: self.http.get(path, headers=headers))).json()

    async def ahead_write(self, path: str, body: Mapping[str, Any]) -> Any:
        """A write of Order Ahead. It goes out a second time only after Flowhub refused the token, so did nothing."""
        sent = await self._with_token(lambda headers: self.http.write("POST", path, json=body, headers=headers))
        return sent.json()

    async def _with_token(self, call: Any) -> Reply:
        if self._tokens is None:
            raise AuthenticationError("This connection has no place for tokens.")

        async def turn(token: SecretStr) -> Reply:
            reply: Reply = await call({"authorization": f"Bearer {token.get_secret_value()}"})
            return reply

        return await self._tokens.with_token_refresh(self.connection, turn)

    async def _renew(self, current: Any) -> list[NewToken]:
        token, _, life = await self.new_token()
        return [NewToken(TokenType.ACCESS, SecretStr(token), life)]

    async def new_token(self) -> tuple[str, tuple[str, ...], int]:
        """(token, its scopes, seconds that it may be used). Raises AuthenticationError with what to switch on."""
        body = {
            "client_id": self.setting("auth_client_id"),
            "client_secret": self.secrets.get("auth_client_secret", ""),
            "audience": self.setting("audience", AUDIENCE),
            "grant_type": "client_credentials",
        }
        url = f"{self.setting('auth_url', AUTH_URL).rstrip('/')}/oauth/token"
        try:
            reply = await self.http.read("POST", url, json=body, signed=False)
        except AuthenticationError as problem:
            words = f"The sign-in for Order Ahead is refused: {problem.message}"
            raise AuthenticationError(words, status=problem.status, next_step=AHEAD_STEP) from problem
        return _token(reply.json())

    async def pages(
        self, path: str, params: Mapping[str, Any], *, rows_in: tuple[str, ...], first: int = 1
    ) -> AsyncIterator[Rows]:
        """A list page by page; the next one is on its way while this one is used."""

        seen = 0

        async def fetch(number: str) -> Rows:
            nonlocal seen
            asked = {**params, "page": number or str(first), "page_size": PAGE}
            answer = await self.get(path, asked)
            seen += len(listed(answer, *rows_in))
            return _page(answer, int(number or first), rows_in, seen)

        async for page, _ in ahead(fetch, lambda page: "" if page.last else str(page.number + 1)):
            yield page


def _page(answer: Any, number: int, rows_in: tuple[str, ...], seen: int) -> Rows:
    """The most rows of a page are not published, so that a short page ends a list only where no total is told; one
    of another size than was asked for is the whole list then."""
    rows = listed(answer, *rows_in)
    total = Reader(answer).integer("total") if isinstance(answer, Mapping) else None
    counted = total is not None and total >= len(rows)
    last = not rows or (seen >= total if counted and total is not None else len(rows) != PAGE)
    return Rows(rows, number, last, total)


def _token(answer: Any) -> tuple[str, tuple[str, ...], int]:
    reader = Reader(answer)
    token = reader.text("access_token")
    if not token:
        raise SchemaDrift("Flowhub's sign-in gave no access token.")
    life = reader.integer("expires_in") or 0
    return token, tuple(reader.text("scope").split()), max(0, life - EARLY_S)


def part(text: str) -> str:
    """An id as a piece of a path."""
    return quote(text, safe="")
