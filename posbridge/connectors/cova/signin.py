"""Signing in: a user's password for a token of twelve hours, renewed by its refresh token where that still holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.contract import Context
from posbridge.connectors.cova.calls import ACCOUNTS, address
from posbridge.connectors.errors import AuthenticationError, NotFound, SchemaDrift, ValidationError
from posbridge.connectors.text import Reader
from posbridge.security.tokens import NewToken, TokenType

#: Documented: 12 hours, where the answer does not say.
LIFE_S = 43200
_FORM = {"content-type": "application/x-www-form-urlencoded"}


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed. The connection's token provider is registered here."""
    context.tokens.register_token_provider(context.connection, provider(context))
    return BearerWithRefresh(context.tokens)


def provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def renew(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        """By the refresh token, whose life is not documented; refused, by the password."""
        refresh = current.get(TokenType.REFRESH)
        if refresh is not None:
            try:
                return await _asked(context, grant_type="refresh_token", refresh_token=refresh.get_secret_value())
            except (AuthenticationError, ValidationError, NotFound):
                pass  # it has ended: the password still counts
        return await sign_in(context)

    return renew


async def sign_in(context: Context) -> list[NewToken]:
    """New tokens for the user. Raises AuthenticationError."""
    username, password = context.connection.fields.get("username", ""), context.secrets.get("password", "")
    if not username or not password:
        raise AuthenticationError("This connection has no user.", next_step="Enter the API user and its password.")
    return await _asked(context, grant_type="password", username=username, password=password)


async def _asked(context: Context, **form: str) -> list[NewToken]:
    """It changes nothing there that we could miss, so it is a read."""
    client = {
        "client_id": context.connection.fields.get("client_id", ""),
        "client_secret": context.secrets.get("client_secret", ""),
    }
    body = urlencode({**form, **client}).encode()
    url = address(context.connection, ACCOUNTS, "v1/oauth2/token")
    reply = await context.http.read("POST", url, content=body, headers=_FORM, signed=False)
    return tokens_in(reply.json())


def tokens_in(answer: Any) -> list[NewToken]:
    """The tokens of an answer. Raises SchemaDrift when there is none."""
    reader = Reader(answer)
    access, refresh = reader.text("access_token"), reader.text("refresh_token")
    if not access:
        raise SchemaDrift("The answer to the sign-in holds no token.")
    life = reader.integer("expires_in")
    found = [NewToken(TokenType.ACCESS, SecretStr(access), life if life and life > 0 else LIFE_S)]
    return [*found, NewToken(TokenType.REFRESH, SecretStr(refresh))] if refresh else found
