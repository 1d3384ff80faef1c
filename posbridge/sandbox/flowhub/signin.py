"""Flowhub's two doors: a pair of keys in headers, and tokens of Auth0 for Order Ahead."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from posbridge.sandbox.flowhub.answers import Obj, problem
from posbridge.sandbox.flowhub.shop import Shop
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.wire import Call, Reply

API_KEY = "5f0c1b9e-sandbox-key-0001"
AUTH_ID, AUTH_SECRET = "posbridgeSandboxOrderAhead000001", "posbridge-sandbox-order-ahead-secret-0001"
#: Knows the same application, but may only read orders.
WEAK_SECRET = "posbridge-sandbox-order-ahead-reads-0001"  # noqa: S105 - opens the sandbox only
AUDIENCE = "https://api.flowhub.co"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
LIFE_S = 86_400
_SCOPES = {AUTH_SECRET: "create:orders read:orders", WEAK_SECRET: "read:orders"}
_AHEAD = ("/order-ahead/", "/orders/", "/orderPostback/")


@dataclass
class Token:
    """`ends` is epoch seconds."""

    scope: str
    ends: float


class Gate:
    """Who may come in."""

    def __init__(self, platform: SimulatedPlatform, shop: Shop) -> None:
        self._platform, self._shop = platform, shop
        self.tokens: dict[str, Token] = {}

    def routes(self) -> list[Route]:
        return [("POST", TOKEN_PATH, self.token)]

    def token(self, call: Call) -> Reply:
        """Client credentials; Auth0 compares the audience to the letter."""
        body = call.json()
        scope = _SCOPES.get(str(body.get("client_secret")))
        if body.get("client_id") != AUTH_ID or scope is None or body.get("grant_type") != "client_credentials":
            return auth0(401, "Unauthorized")
        if body.get("audience") != AUDIENCE:
            return auth0(403, f"Service not enabled within domain: {body.get('audience')}")
        made = hashlib.sha256(f"token {self._platform.next_id('token')}".encode()).hexdigest()
        self.tokens[made] = Token(scope, self._platform.clock.seconds() + LIFE_S)
        answer: Obj = {"access_token": made, "scope": scope, "expires_in": LIFE_S, "token_type": "Bearer"}
        return Reply(body=answer)

    def refusal(self, call: Call) -> Reply | None:
        """None for who may pass."""
        if call.path == TOKEN_PATH or call.path.startswith("/pictures/"):
            return None
        if call.path.startswith(_AHEAD):
            return self._ahead(call)
        known = call.headers.get("clientid") == self._shop.client and call.headers.get("key") == API_KEY
        return None if known else problem(401, "Invalid key")

    def _ahead(self, call: Call) -> Reply | None:
        token = self.tokens.get(bearer(call))
        if token is None or token.ends <= self._platform.clock.seconds():
            return problem(401, "Invalid token")
        wanted = "read:orders" if call.method == "GET" else "create:orders"
        return None if wanted in token.scope else problem(403, "Insufficient scope")

    def expire(self) -> int:
        for token in self.tokens.values():
            token.ends = 0.0
        return len(self.tokens)


def bearer(call: Call) -> str:
    kind, _, token = call.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def auth0(status: int, words: str) -> Reply:
    return Reply(status, {"error": "access_denied", "error_description": words})
