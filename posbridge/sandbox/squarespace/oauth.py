"""Who may do what: API keys with permissions, and OAuth by code with refresh tokens that work once."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from posbridge.sandbox.platform import Route
from posbridge.sandbox.squarespace.errors import Refused, invalid
from posbridge.sandbox.squarespace.shop import Obj, Shop
from posbridge.sandbox.wire import Call, Reply

API_KEY = "6f1c9d0e-5a7e-4b0e-9a53-51304a7e0001"
CLIENT_ID, CLIENT_SECRET = "posbridgeSandboxClient0000000001", "posbridge-sandbox-client-secret"
SCOPES = (
    "website.orders", "website.inventory", "website.products.read", "website.contacts", "website.discounts.read",
)  # fmt: skip
ACCESS_LIFE, REFRESH_LIFE, CODE_LIFE = timedelta(minutes=30), timedelta(days=7), timedelta(minutes=2)
_ROOM = "/api/1/login/oauth/provider"
#: The part of a path → the scope's name.
_AREAS = {
    "orders": "website.orders", "inventory": "website.inventory", "products": "website.products",
    "store_pages": "website.products", "contacts": "website.contacts", "discounts": "website.discounts",
}  # fmt: skip


@dataclass
class _Access:
    scopes: tuple[str, ...]
    ends: datetime | None = None

    @property
    def is_key(self) -> bool:
        return self.ends is None


@dataclass(frozen=True)
class _Grant:
    scopes: tuple[str, ...]
    ends: datetime
    redirect: str = ""


class OAuth:
    """The bearers there are. API keys never expire."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.bearers: dict[str, _Access] = {API_KEY: _Access(SCOPES)}
        self.refreshes: dict[str, _Grant] = {}
        self.codes: dict[str, _Grant] = {}
        self.refreshed = 0
        self.expired_site = False

    def routes(self) -> list[Route]:
        return [("GET", f"{_ROOM}/authorize", self.authorize), ("POST", f"{_ROOM}/tokens", self.tokens)]

    def add_key(self, key: str, scopes: tuple[str, ...]) -> None:
        """An API key with these permissions only."""
        self.bearers[key] = _Access(scopes)

    # the door
    def admit(self, call: Call) -> None:
        """Raises Refused for a request that may not pass."""
        if not call.headers.get("user-agent"):
            raise invalid("The User-Agent header is required.", "MISSING_ARGUMENT")
        access = self.bearer(call)
        if access is None or (access.ends is not None and access.ends <= self.shop.clock.now()):
            raise Refused(401, "You are not authorized to do that.")
        if self.expired_site:
            raise Refused(402, "The website has expired.")
        if "/webhook_subscriptions" in call.path and access.is_key:
            raise Refused(403, "This endpoint requires an OAuth access token.", "OAUTH_TOKEN_REQUIRED")
        area = next((name for part, name in _AREAS.items() if f"/{part}" in call.path), None)
        reads = call.method == "GET" or call.path.endswith("/query")
        if area and area not in access.scopes and not (reads and f"{area}.read" in access.scopes):
            raise Refused(403, "The token does not carry the required scope.", "MISSING_SCOPE")

    def bearer(self, call: Call) -> _Access | None:
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        return self.bearers.get(token) if kind.lower() == "bearer" else None

    def can_expire(self, call: Call) -> bool:
        access = self.bearer(call)
        return access is not None and not access.is_key

    def expire_all(self) -> int:
        """Every access token is past its time; refresh tokens still work."""
        found = [access for access in self.bearers.values() if access.ends is not None]
        for access in found:
            access.ends = self.shop.clock.now()
        return len(found)

    # signing in
    def authorize(self, call: Call) -> Reply:
        """The owner agrees at once; the answer leads back with code and state."""
        query = call.query
        if query.get("client_id") != CLIENT_ID or not query.get("state") or not query.get("redirect_uri"):
            raise invalid("client_id, redirect_uri and state are required.")
        scopes = tuple(filter(None, query.get("scope", "").split(",")))
        code = self._secret("code")
        self.codes[code] = _Grant(scopes, self.shop.clock.now() + CODE_LIFE, query["redirect_uri"])
        where = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return Reply(302, None, {"Location": where})

    def tokens(self, call: Call) -> Reply:
        """Tokens for a code or for a refresh token; both work once. Errors as in RFC 6749 (a guess)."""
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            return Reply(401, {"error": "invalid_client"})
        body = call.json()
        grant = self._taken(body)
        if grant is None or grant.ends <= self.shop.clock.now():
            return Reply(400, {"error": "invalid_grant"})
        self.refreshed += body.get("grant_type") == "refresh_token"
        return Reply(body=self.grant(grant.scopes))

    def _taken(self, body: Obj) -> _Grant | None:
        if body.get("grant_type") == "refresh_token":
            return self.refreshes.pop(str(body.get("refresh_token")), None)
        grant = self.codes.pop(str(body.get("code")), None)
        return grant if grant is None or grant.redirect == body.get("redirect_uri") else None

    def grant(self, scopes: tuple[str, ...] = SCOPES) -> Obj:
        """A new pair of tokens; their ends are epoch seconds with a fraction, as text."""
        now, access, refresh = self.shop.clock.now(), self._secret("access"), self._secret("refresh")
        self.bearers[access] = _Access(scopes, now + ACCESS_LIFE)
        self.refreshes[refresh] = _Grant(scopes, now + REFRESH_LIFE)
        return {
            "token": access,
            "token_type": "bearer",
            "access_token": access,
            "access_token_expires_at": f"{(now + ACCESS_LIFE).timestamp():.3f}",
            "refresh_token": refresh,
            "refresh_token_expires_at": f"{(now + REFRESH_LIFE).timestamp():.3f}",
        }

    def _secret(self, kind: str) -> str:
        made = hashlib.sha256(f"{kind}:{self.shop.platform.next_id(kind)}".encode()).hexdigest()
        return f"sandbox-{kind}-{made[:32]}"
