"""How calls are signed: OAuth 1.0a with the four values of an integration, its token as a bearer, or an admin's.

Sources: the contract's section 2, recorded 001–029. The signature counts for one try: each call is signed anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from posbridge.connectors.auth import base_string
from posbridge.connectors.errors import AuthenticationError, ConnectorError, ServiceUnavailable

OAUTH, BEARER, ADMIN = "oauth1", "bearer", "admin"
SWITCH_ON = (
    "Fill in all four OAuth values, or switch on “Allow OAuth Access Tokens to be used as standalone Bearer tokens” "
    "(Stores → Configuration → Services → OAuth → Consumer Settings)."
)
USE_INTEGRATION = (
    "Administrator sign-in needs a one-time code; make an integration instead (System → Integrations) and enter its "
    "four OAuth values."
)
#: A token lives for an hour (recorded 001); a new one is asked for before.
_LIFE_S = 3300.0
_DENIED = b"authorized to access"


def _now() -> int:
    return int(time.time())


def _nonce() -> str:
    return uuid4().hex


@dataclass(frozen=True, repr=False)
class OAuthHeader(httpx.Auth):
    """OAuth 1.0a, HMAC-SHA256, in the header (RFC 5849). The query is signed, the body is not."""

    consumer_key: str
    consumer_secret: str
    token: str
    token_secret: str
    now: Callable[[], int] = _now
    nonce: Callable[[], str] = field(default=_nonce)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["authorization"] = self.header(request.method, request.url)
        yield request

    def header(self, method: str, url: httpx.URL) -> str:
        own = {
            "oauth_consumer_key": self.consumer_key,
            "oauth_nonce": self.nonce(),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(self.now()),
            "oauth_token": self.token,
            "oauth_version": "1.0",
        }
        pairs = [*url.params.multi_items(), *own.items()]
        key = f"{quote(self.consumer_secret, safe='')}&{quote(self.token_secret, safe='')}".encode()
        made = hmac.new(key, base_string(method, url, pairs).encode(), hashlib.sha256).digest()
        own["oauth_signature"] = base64.b64encode(made).decode()
        return "OAuth " + ", ".join(f'{name}="{quote(value, safe="-._~")}"' for name, value in own.items())


def denied(body: bytes, refusal: str, step: str) -> ConnectorError:
    """The one answer for a bad token and for a missing right (recorded 007, 008): both are said."""
    try:
        right = json.loads(body)["parameters"]["resources"]
    except (ValueError, KeyError, TypeError):
        right = ""
    words = f"{refusal} Or the right {right} is missing." if right else refusal
    found = AuthenticationError(words, next_step=step, resources=str(right))
    found.platform_code = "not_authorized"
    return found


@dataclass(frozen=True, repr=False)
class IntegrationBearer(httpx.Auth):
    """The integration's token alone; most stores refuse it (recorded 018)."""

    token: str

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["authorization"] = f"Bearer {self.token}"
        response = yield request
        if response.status_code == 401 and _DENIED in await response.aread():
            words = (
                "The store does not accept this token: it is wrong, or integration tokens are not accepted directly."
            )
            raise denied(response.content, words, SWITCH_ON)


@dataclass(repr=False)
class AdminSignIn(httpx.Auth):
    """An administrator's name and password, exchanged for a token that lives an hour. A refused call is signed in
    anew once: the refusal says that nothing was done."""

    url: str
    username: str
    password: str
    clock: Callable[[], float] = time.monotonic
    _token: str = ""
    _since: float = 0.0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        fresh = not self._token or self.clock() - self._since > _LIFE_S
        if fresh:
            await self._take((yield self._ask()))
        request.headers["authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401 and not fresh:
            await self._take((yield self._ask()))
            request.headers["authorization"] = f"Bearer {self._token}"
            response = yield request
        if response.status_code == 401 and _DENIED in await response.aread():
            raise denied(response.content, "The store does not accept this administrator.", USE_INTEGRATION)

    def _ask(self) -> httpx.Request:
        body = {"username": self.username, "password": self.password}
        return httpx.Request("POST", self.url, json=body, headers={"accept": "application/json"})

    async def _take(self, response: httpx.Response) -> None:
        said = _json(await response.aread())
        if response.status_code == 200 and isinstance(said, str) and said:
            self._token, self._since = said, self.clock()
            return
        self._token = ""
        raise _no_token(response.status_code, said)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _no_token(status: int, said: Any) -> ConnectorError:
    words = str(said.get("message", "")) if isinstance(said, Mapping) else ""
    if "2fa" in words.lower():
        found = AuthenticationError("The store asks administrators for a second factor.", next_step=USE_INTEGRATION)
        found.platform_code = "second_factor"
        return found
    if status in (400, 401):
        return AuthenticationError(words or "The store does not know this administrator.")
    return ServiceUnavailable(f"The store gave no token (status {status}).")
