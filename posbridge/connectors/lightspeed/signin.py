"""Signing in to Lightspeed: OAuth by code, with the client's secret in the Basic header, and tokens that rotate."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import AuthenticationError, TokenRevoked
from posbridge.connectors.lightspeed.errors import INVALID_CLIENT, INVALID_GRANT
from posbridge.connectors.lightspeed.facts import (
    AUTH_PRODUCTION,
    AUTH_TRIAL,
    CLIENT_ID,
    PRODUCTION,
    SCOPES,
    TRIAL,
)
from posbridge.security.tokens import NewToken, TokenType

V1, V2 = "v1", "v2"
_REALM = "realms/k-series/protocol/openid-connect"
#: How long an access token lives where `expires_in` is not said, seconds. A GUESS.
ACCESS_LIFE_S = 1500
_OTHER_LINE = (
    "This client ID is none of Lightspeed Restaurant K-Series: wrong product line, not a wrong password. L-Series, "
    "G-Series, U-Series, O-Series (Kounta) and Lightspeed Retail are other systems with keys of their own."
)
_OTHER_LINE_STEP = "Ask Lightspeed for a K-Series client; its ID begins with devp-."


def auth_of(context: Context) -> httpx.Auth:
    """How calls are signed; the connection's token provider is registered here."""
    context.tokens.register_token_provider(context.connection, _provider(context))
    return BearerWithRefresh(context.tokens)


def api_of(connection: Connection) -> str:
    """The address of the API, without a slash at its end."""
    given = connection.fields.get("base_url", "").strip().rstrip("/")
    return given or (TRIAL if connection.fields.get("environment") == "trial" else PRODUCTION)


def version_of(connection: Connection) -> str:
    """Which kind of client it is: as the settings say, else as its id is written."""
    said = connection.fields.get("oauth_version", "")
    return said or (V2 if connection.fields.get("client_id", "").startswith("devp-v2-") else V1)


def _auth_address(connection: Connection, page: str) -> str:
    if version_of(connection) == V1:
        return f"{api_of(connection)}/oauth/{'authorize' if page == 'auth' else page}"
    given = connection.fields.get("base_url", "").strip().rstrip("/")
    host = given or (AUTH_TRIAL if connection.fields.get("environment") == "trial" else AUTH_PRODUCTION)
    return f"{host}/{_REALM}/{page}"


def sign_in_url(connection: Connection, state: str) -> str:
    """Where a manager allows posbridge to work for the business; Lightspeed comes back with `code` and `state`."""
    fields = connection.fields
    asked = {"client_id": fields.get("client_id", ""), "response_type": "code", "state": state}
    asked |= {"redirect_uri": fields["redirect_uri"]} if fields.get("redirect_uri") else {}
    asked |= {"scope": " ".join(SCOPES)} if version_of(connection) == V2 else {}
    return f"{_auth_address(connection, 'auth')}?{urlencode(asked)}"


def _provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def refresh(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return await _obtain(context, _grant(context, current))

    return refresh


def _grant(context: Context, current: Mapping[TokenType, SecretStr]) -> dict[str, str]:
    """The form: by the newest refresh token, else by the code that the manager has just brought."""
    fields, secrets = context.connection.fields, context.secrets
    kept = current.get(TokenType.REFRESH)
    known = kept.get_secret_value() if kept is not None else secrets.get("refresh_token", "")
    if known:
        return {"grant_type": "refresh_token", "refresh_token": known}
    code = code_in(secrets.get("authorization_code", ""))
    if not code:
        raise AuthenticationError("Nobody has signed in to Lightspeed on this connection yet.")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": fields.get("redirect_uri", "")}
    return {name: value for name, value in form.items() if value}


def code_in(pasted: str) -> str:
    """The code, also when the whole address that came back was pasted."""
    text = pasted.strip()
    found = re.search(r"[?&]code=([^&#]+)", text)
    return str(httpx.URL(f"http://x/?code={found[1]}").params["code"]) if found else text


async def _obtain(context: Context, form: dict[str, str]) -> list[NewToken]:
    """New tokens; a refresh token that is no longer taken means that a manager has to sign in again."""
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": _basic(context)}
    address = _auth_address(context.connection, "token")
    try:
        reply = await context.http.write(
            "POST", address, content=urlencode(form).encode(), headers=headers, signed=False
        )
    except AuthenticationError as problem:
        raise _explained(context, problem, form) from problem
    answer = reply.json()
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise AuthenticationError("Lightspeed gave no access token.")
    return _tokens(answer)


def _basic(context: Context) -> str:
    pair = f"{context.connection.fields.get('client_id', '')}:{context.secrets.get('client_secret', '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _explained(context: Context, problem: AuthenticationError, form: Mapping[str, str]) -> AuthenticationError:
    if problem.platform_code == INVALID_GRANT and form["grant_type"] == "refresh_token":
        return TokenRevoked(problem.message, status=problem.status, platform_code=INVALID_GRANT)
    if problem.platform_code == INVALID_GRANT:
        words = "The authorization code does not work (any more): it counts once, for a short time."
        return AuthenticationError(words, status=problem.status, platform_code=INVALID_GRANT)
    known = re.fullmatch(CLIENT_ID, context.connection.fields.get("client_id", ""))
    if problem.platform_code in (INVALID_CLIENT, "unauthorized") and known is None:
        return AuthenticationError(_OTHER_LINE, next_step=_OTHER_LINE_STEP, status=problem.status, reason="off")
    return problem


def _tokens(answer: Mapping[str, Any]) -> list[NewToken]:
    made = [NewToken(TokenType.ACCESS, SecretStr(answer["access_token"]), _seconds(answer, "expires_in"))]
    renewed = answer.get("refresh_token")
    if isinstance(renewed, str) and renewed:
        made.append(NewToken(TokenType.REFRESH, SecretStr(renewed)))
    return made


def _seconds(answer: Mapping[str, Any], name: str) -> int:
    said = answer.get(name)
    good = isinstance(said, int) and not isinstance(said, bool) and said > 0
    return int(said) if good and said is not None else ACCESS_LIFE_S
