"""Signing in to Square: a personal token, or OAuth by code, with a secret or with PKCE."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import Bearer, BearerWithRefresh, fixed
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, TokenRevoked
from posbridge.connectors.square.calls import VERSION
from posbridge.connectors.text import utc_from
from posbridge.security.tokens import NewToken, TokenType

SCOPES = (
    "MERCHANT_PROFILE_READ", "ITEMS_READ", "INVENTORY_READ", "INVENTORY_WRITE", "ORDERS_READ", "ORDERS_WRITE",
    "PAYMENTS_READ", "PAYMENTS_WRITE", "CUSTOMERS_READ", "CUSTOMERS_WRITE", "GIFTCARDS_READ", "GIFTCARDS_WRITE",
)  # fmt: skip
TOKEN, OAUTH, PKCE = "token", "oauth", "oauth_pkce"


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed. With OAuth the connection's token provider is registered here."""
    mode = context.connection.fields.get("auth_mode", "") or TOKEN
    if mode == TOKEN or context.tokens is None:
        return Bearer(fixed(context.secrets.get("access_token", "")))
    context.tokens.register_token_provider(context.connection, _provider(context))
    return BearerWithRefresh(context.tokens)


def _provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def refresh(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return await _obtain(context, _grant(context, current))

    return refresh


def _grant(context: Context, current: Mapping[TokenType, SecretStr]) -> dict[str, str]:
    """The body of ObtainToken: by the newest refresh token, else by the code that the person has just brought."""
    fields, secrets = context.connection.fields, context.secrets
    body = {"client_id": fields.get("application_id", "")}
    if fields.get("auth_mode") == OAUTH:
        body["client_secret"] = secrets.get("application_secret", "")
    kept = current.get(TokenType.REFRESH)
    known = kept.get_secret_value() if kept is not None else secrets.get("refresh_token", "")
    if known:
        return body | {"grant_type": "refresh_token", "refresh_token": known}
    code = secrets.get("authorization_code", "")
    if not code:
        raise AuthenticationError("Nobody has signed in to Square on this connection yet.")
    body |= {"grant_type": "authorization_code", "code": code, "redirect_uri": fields.get("redirect_uri", "")}
    body |= {"code_verifier": secrets.get("code_verifier", "")} if fields.get("auth_mode") == PKCE else {}
    return {name: value for name, value in body.items() if value}


async def _obtain(context: Context, body: dict[str, str]) -> list[NewToken]:
    """Square's new tokens; a refresh token that it no longer takes means that access was withdrawn."""
    headers = {"square-version": VERSION}
    try:
        reply = await context.http.write("POST", "oauth2/token", json=body, headers=headers, signed=False)
    except AuthenticationError as problem:
        if "refresh token" in problem.message.lower() or isinstance(problem, TokenRevoked):
            raise TokenRevoked(problem.message, status=problem.status) from problem
        raise
    answer = reply.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise AuthenticationError("Square gave no access token.")
    return _tokens(answer, context.clock())


def _tokens(answer: Mapping[str, Any], now: datetime) -> list[NewToken]:
    made = [NewToken(TokenType.ACCESS, SecretStr(answer["access_token"]), _seconds(answer.get("expires_at"), now))]
    if isinstance(answer.get("refresh_token"), str) and answer["refresh_token"]:
        ends = _seconds(answer.get("refresh_token_expires_at"), now)
        made.append(NewToken(TokenType.REFRESH, SecretStr(answer["refresh_token"]), ends))
    return made


def _seconds(at: Any, now: datetime) -> int | None:
    """Square names the end of a token, not its life."""
    return max(0, int((utc_from(at) - now).total_seconds())) if isinstance(at, str) and at else None


def sign_in_url(
    base_url: str, application_id: str, state: str, *, redirect_uri: str = "", code_challenge: str = ""
) -> str:
    """Where a person allows posbridge to work for the seller; Square comes back with `code` and `state`."""
    asked = {"client_id": application_id, "scope": " ".join(SCOPES), "session": "false", "state": state}
    asked |= {"redirect_uri": redirect_uri} if redirect_uri else {}
    asked |= {"code_challenge": code_challenge} if code_challenge else {}
    return str(httpx.URL(f"{base_url}/oauth2/authorize", params=asked))
