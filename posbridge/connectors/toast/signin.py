"""Signing in as a machine client: ID and secret for a token; no refresh token, and two sign-ins an hour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, OutcomeUnknown, SchemaDrift, ServiceUnavailable
from posbridge.connectors.toast import facts
from posbridge.connectors.toast.errors import LOGIN
from posbridge.security.tokens import NewToken, TokenType

MACHINE = "TOAST_MACHINE_CLIENT"


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed. The connection's token provider is registered here."""
    context.tokens.register_token_provider(context.connection, provider(context))
    return BearerWithRefresh(context.tokens)


def provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def login(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return [await sign_in(context)]

    return login


async def sign_in(context: Context) -> NewToken:
    """A new token. Sent once, since sign-ins are counted; a lost answer costs nothing else.

    Raises AuthenticationError, RateLimitExceeded once the two of this hour are used, ServiceUnavailable.
    """
    client = context.connection.fields.get("client_id", "").strip()
    secret = context.secrets.get("client_secret", "").strip()
    if not client or not secret:
        raise AuthenticationError("This connection has no client ID or secret.", next_step="Enter both.")
    body = {"clientId": client, "clientSecret": secret, "userAccessType": MACHINE}
    try:
        reply = await context.http.write("POST", LOGIN, json=body, signed=False, what=facts.LOGIN)
    except OutcomeUnknown as problem:
        raise ServiceUnavailable(
            problem.message, next_step=problem.next_step, status=problem.status, **problem.detail
        ) from problem
    return token_in(reply.json())


def token_in(answer: Any) -> NewToken:
    """The access token of a login's answer and its life in seconds as Toast says it."""
    token = answer.get("token") if isinstance(answer, Mapping) else None
    value = token.get("accessToken") if isinstance(token, Mapping) else None
    if not isinstance(token, Mapping) or not isinstance(value, str) or not value:
        raise SchemaDrift("Toast's answer to the sign-in holds no token.")
    life = token.get("expiresIn")
    lasts = int(life) if isinstance(life, int | str) and not isinstance(life, bool) and str(life).isdigit() else None
    return NewToken(TokenType.ACCESS, SecretStr(value), lasts)
