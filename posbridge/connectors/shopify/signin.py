"""Signing in: the long-lived token of a custom app, or a token of a day by client credentials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh, HeaderKey
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError
from posbridge.security.tokens import NewToken, TokenType

HEADER = "x-shopify-access-token"
CLIENT, TOKEN = "client_credentials", "admin_token"
TOKEN_PATH = "admin/oauth/access_token"  # noqa: S105 - a path
#: What the connection's work needs; a right to write holds the right to read.
SCOPES = (
    "read_products", "read_inventory", "write_inventory", "read_locations", "read_orders", "write_orders",
    "read_customers", "write_customers", "read_discounts", "read_gift_cards", "read_gift_card_transactions",
    "write_gift_card_transactions",
)  # fmt: skip


def missing(granted: Sequence[str]) -> tuple[str, ...]:
    """The scopes that are not granted."""
    held = set(granted) | {scope.replace("write_", "read_", 1) for scope in granted if scope.startswith("write_")}
    return tuple(scope for scope in SCOPES if scope not in held)


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed. With client credentials the connection's token provider is registered here."""
    fields, secrets = context.connection.fields, context.secrets
    only_token = bool(secrets.get("admin_token")) and not fields.get("client_id")
    mode = fields.get("auth_mode", "") or (TOKEN if only_token else CLIENT)
    if mode == TOKEN:
        return HeaderKey(HEADER, context.secrets.get("admin_token", "").strip())
    context.tokens.register_token_provider(context.connection, _provider(context))
    return BearerWithRefresh(context.tokens, HEADER, "")


def _provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def fetch(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return await _granted(context)

    return fetch


async def _granted(context: Context) -> list[NewToken]:
    """A new token; there is no refresh token, the same question is asked again (so it may be repeated)."""
    body = {
        "client_id": context.connection.fields.get("client_id", "").strip(),
        "client_secret": context.secrets.get("client_secret", "").split(" ")[0],
        "grant_type": "client_credentials",
    }
    reply = await context.http.read("POST", TOKEN_PATH, json=body, signed=False)
    answer = reply.json()
    token = answer.get("access_token") if isinstance(answer, Mapping) else None
    if not isinstance(token, str) or not token:
        raise AuthenticationError("Shopify gave no access token.")
    life = answer.get("expires_in")
    return [NewToken(TokenType.ACCESS, SecretStr(token), life if isinstance(life, int) else None)]
