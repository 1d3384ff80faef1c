"""Signing in to Wix: an API key of the site's owner, an app's client credentials, or an old app's refresh token."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, NotFound, PermissionDenied, TokenRevoked, ValidationError
from posbridge.security.tokens import NewToken, TokenType

API = "https://www.wixapis.com"
TOKEN_PATH, LEGACY_PATH = "oauth2/token", "oauth/access"
#: An old app's access token lives for five minutes; the answer does not say so.
_LEGACY_LIFE_S = 300
_AGAIN = "Install the app on the site again, then enter its new refresh token."


@dataclass(frozen=True, repr=False)
class SiteKey(httpx.Auth):
    """A bare API key (no "Bearer") with the site that it is used for."""

    key: str
    site: str

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not self.key or not self.key.isascii() or not self.key.isprintable():
            raise AuthenticationError("The key is empty or holds characters that no key has.")
        request.headers["authorization"] = self.key
        if self.site:
            request.headers["wix-site-id"] = self.site
        yield request


def is_app(fields: Mapping[str, str]) -> bool:
    return fields.get("auth_mode", "").strip() == "app"


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed. For an app the connection's token provider is registered here."""
    fields = context.connection.fields
    if not is_app(fields) or context.tokens is None:
        return SiteKey(context.secrets.get("api_key", "").strip(), fields.get("site_id", "").strip())
    context.tokens.register_token_provider(context.connection, _provider(context))
    return BearerWithRefresh(context.tokens, prefix="")


def _provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def refresh(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        kept = current.get(TokenType.REFRESH)
        known = kept.get_secret_value() if kept is not None else context.secrets.get("refresh_token", "").strip()
        return await (_renewed(context, known) if known else _granted(context))

    return refresh


def _app(context: Context, grant: str) -> dict[str, str]:
    return {
        "grant_type": grant,
        "client_id": context.connection.fields.get("app_id", "").strip(),
        "client_secret": context.secrets.get("app_secret", "").strip(),
    }


async def _granted(context: Context) -> list[NewToken]:
    """A token of four hours; there is no refresh token: the same question is asked again (so it may be repeated)."""
    body = {**_app(context, "client_credentials"), "instance_id": context.connection.fields.get("instance_id", "")}
    try:
        answer = (await context.http.read("POST", TOKEN_PATH, json=body, signed=False)).json()
    except (PermissionDenied, NotFound, ValidationError) as problem:
        words = "Wix takes neither the app's secret nor its instance: is the app still installed on the site?"
        raise AuthenticationError(words, status=problem.status, platform_code=problem.platform_code) from problem
    life = answer.get("expires_in") if isinstance(answer, Mapping) else None
    return [_access(answer, life if isinstance(life, int) else None)]


async def _renewed(context: Context, known: str) -> list[NewToken]:
    """An old app's next token. What Wix no longer takes means that the app must be installed again."""
    body = {**_app(context, "refresh_token"), "refresh_token": known}
    try:
        answer = (await context.http.read("POST", LEGACY_PATH, json=body, signed=False)).json()
    except (AuthenticationError, PermissionDenied, NotFound, ValidationError) as problem:
        if problem.platform_code == "invalid_grant":
            raise TokenRevoked(_AGAIN, status=problem.status) from problem
        words = "Wix takes neither this refresh token nor the app's secret."
        raise AuthenticationError(words, status=problem.status) from problem
    made = [_access(answer, _LEGACY_LIFE_S)]
    following = answer.get("refresh_token")
    if isinstance(following, str) and following:
        made.append(NewToken(TokenType.REFRESH, SecretStr(following), None))
    return made


def _access(answer: Any, life: int | None) -> NewToken:
    token = answer.get("access_token") if isinstance(answer, Mapping) else None
    if not isinstance(token, str) or not token:
        raise AuthenticationError("Wix gave no access token.")
    return NewToken(TokenType.ACCESS, SecretStr(token), life)
