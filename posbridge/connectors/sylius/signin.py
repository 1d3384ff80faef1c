"""Signing in: an administrator's e-mail and password for a token of an hour; there is no refresh token."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, SchemaDrift
from posbridge.connectors.sylius.errors import LOGIN
from posbridge.security.tokens import NewToken, TokenType

#: The JWT bundle's own default, where the token does not say (recorded 001: exp − iat = 3600).
_LIFE_S = 3600


def auth_of(context: Context) -> httpx.Auth:
    """How calls of the admin section are signed. The connection's token provider is registered here."""
    context.tokens.register_token_provider(context.connection, provider(context))
    name = context.connection.fields.get("auth_header", "").strip() or "Authorization"
    return BearerWithRefresh(context.tokens, name=name.lower())


def provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def login(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return [await sign_in(context)]

    return login


async def sign_in(context: Context) -> NewToken:
    """A new token for the administrator. It changes nothing there, so it is a read. Raises AuthenticationError."""
    email, password = context.connection.fields.get("admin_email", ""), context.secrets.get("admin_password", "")
    if not email or not password:
        raise AuthenticationError("This connection has no administrator.", next_step="Enter e-mail and password.")
    body = {"email": email, "password": password}
    reply = await context.http.read("POST", f"admin{LOGIN}", json=body, signed=False)
    answer = reply.json()
    token = answer.get("token") if isinstance(answer, Mapping) else None
    if not isinstance(token, str) or not token:
        raise SchemaDrift("The shop's answer to the sign-in holds no token.")
    return NewToken(TokenType.ACCESS, SecretStr(token), life_of(token))


def life_of(token: str) -> int:
    """How long the token lasts by its own word: the difference of its two times, so that no clock matters."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        life = int(claims["exp"]) - int(claims["iat"])
    except (ValueError, KeyError, IndexError, TypeError, OverflowError):
        return _LIFE_S
    return life if life > 0 else _LIFE_S
