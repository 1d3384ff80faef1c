"""Signing in to Squarespace: an API key of the site's owner, or OAuth by code."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import Bearer, BearerWithRefresh, fixed
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, PermissionDenied, TokenRevoked, ValidationError
from posbridge.security.tokens import NewToken, TokenType

SCOPES = (
    "website.orders", "website.inventory", "website.products.read", "website.contacts", "website.discounts.read",
)  # fmt: skip
API, LOGIN = "https://api.squarespace.com", "https://login.squarespace.com"
_PATH = "api/1/login/oauth/provider"
_NOT_YET = "Nobody has signed in to Squarespace on this connection yet."
_AGAIN = "Sign in to Squarespace again: a till that was off for more than a week loses its sign-in."


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed. With OAuth the connection's token provider is registered here."""
    if context.connection.fields.get("auth_mode") != "oauth" or context.tokens is None:
        return Bearer(fixed(context.secrets.get("api_key", "").strip()))
    context.tokens.register_token_provider(context.connection, _provider(context))
    return BearerWithRefresh(context.tokens)


def login_url(fields: Mapping[str, str]) -> str:
    """Where signing in happens: Squarespace's own host, or the simulator that the settings name."""
    return fields.get("base_url", "").strip().rstrip("/") or LOGIN


def sign_in_url(fields: Mapping[str, str], state: str) -> str:
    """Where the owner allows posbridge to work for the site; Squarespace comes back with `code` and `state`.

    Without `access_type=offline` there would be no refresh token.
    """
    asked = {
        "client_id": fields.get("client_id", ""), "redirect_uri": fields.get("redirect_uri", ""),
        "scope": ",".join(SCOPES), "state": state, "access_type": "offline",
    }  # fmt: skip
    return str(httpx.URL(f"{login_url(fields)}/{_PATH}/authorize", params=asked))


def _provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def refresh(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return await _obtain(context, _grant(context, current))

    return refresh


def _grant(context: Context, current: Mapping[TokenType, SecretStr]) -> dict[str, str]:
    """By the newest refresh token (each works once), else by the code that the person has just brought."""
    kept = current.get(TokenType.REFRESH)
    known = kept.get_secret_value() if kept is not None else context.secrets.get("refresh_token", "").strip()
    if known:
        return {"grant_type": "refresh_token", "refresh_token": known}
    code = context.secrets.get("authorization_code", "").strip()
    if not code:
        raise AuthenticationError(_NOT_YET)
    redirect = context.connection.fields.get("redirect_uri", "")
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}


async def _obtain(context: Context, body: dict[str, str]) -> list[NewToken]:
    """Squarespace's new tokens. A refresh token that it no longer takes means that a person must sign in again."""
    pair = f"{context.connection.fields.get('client_id', '')}:{context.secrets.get('client_secret', '')}"
    headers = {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    path = f"{login_url(context.connection.fields)}/{_PATH}/tokens"
    try:
        reply = await context.http.write("POST", path, json=body, headers=headers, signed=False)
    except (AuthenticationError, PermissionDenied, ValidationError) as problem:
        if "refresh_token" in body and problem.platform_code != "invalid_client" and problem.status == 400:
            raise TokenRevoked(_AGAIN, status=problem.status) from problem
        raise AuthenticationError(
            "Squarespace takes neither this sign-in nor its keys.", status=problem.status
        ) from problem
    answer = reply.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token") or answer.get("token"), str):
        raise AuthenticationError("Squarespace gave no access token.")
    return _tokens(answer, context.clock())


def _tokens(answer: Mapping[str, Any], now: datetime) -> list[NewToken]:
    access = str(answer.get("access_token") or answer["token"])
    made = [NewToken(TokenType.ACCESS, SecretStr(access), _seconds(answer.get("access_token_expires_at"), now))]
    if isinstance(answer.get("refresh_token"), str) and answer["refresh_token"]:
        ends = _seconds(answer.get("refresh_token_expires_at"), now)
        made.append(NewToken(TokenType.REFRESH, SecretStr(answer["refresh_token"]), ends))
    return made


def _seconds(at: Any, now: datetime) -> int | None:
    """The end of a token is text that holds epoch seconds with a fraction ("1553532363.542")."""
    try:
        ends = Decimal(str(at))
        return max(0, int(ends - Decimal(int(now.timestamp())))) if ends.is_finite() else None
    except (InvalidOperation, OverflowError):
        return None
