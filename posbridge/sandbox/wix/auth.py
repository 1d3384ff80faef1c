"""Who may do what: API keys with their rights and sites, apps with tokens of four hours, old apps of five minutes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.wix.errors import Refused, invalid
from posbridge.sandbox.wix.shop import Shop

API_KEY = "IST.posbridge-sandbox-key-0001"
SITE_ID = "64fc2d7e-1585-45ef-b1c3-6081185108c1"
APP_ID, APP_SECRET = "5bc2062d-010b-448c-a62a-d6bb269c5a4c", "posbridge-sandbox-app-secret"
INSTANCE_ID = "07864c16-3a6f-4dd2-9973-028705762b2c"
REFRESH = "OAUTH2.posbridge-sandbox-refresh"
AREAS = ("orders", "products", "inventory", "contacts", "coupons", "gift-cards")
ACCESS_LIFE, LEGACY_LIFE = timedelta(seconds=14400), timedelta(minutes=5)
_AREA_OF = {
    "/ecom/v1/orders": "orders", "/ecom/v1/payments": "orders", "/ecom/v1/order-billing": "orders",
    "/ecom/v1/fulfillments": "orders", "/ecom/v1/gift-cards": "gift-cards", "/gift-cards/": "gift-cards",
    "/contacts/": "contacts", "/stores/v2/coupons": "coupons", "/stores/v2/inventoryItems": "inventory",
    "/stores-reader/v2/inventoryItems": "inventory", "/stores/v3/inventory-items": "inventory",
    "/stores/v3/bulk/inventory-items": "inventory", "/stores/v3/products": "products",
    "/stores-reader/v1/": "products", "/categories/": "products",
}  # fmt: skip


@dataclass
class _Access:
    areas: tuple[str, ...]
    ends: datetime | None = None


class Auth:
    """The keys and tokens there are. Keys never expire."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.keys = {API_KEY: _Access(AREAS)}
        self.tokens: dict[str, _Access] = {}
        self.installed = True
        self.granted = 0

    def routes(self) -> list[Route]:
        return [("POST", "/oauth2/token", self.grant), ("POST", "/oauth/access", self.legacy)]

    def add_key(self, key: str, areas: tuple[str, ...]) -> None:
        """An API key with these rights only."""
        self.keys[key] = _Access(areas)

    def admit(self, call: Call) -> None:
        """Raises Refused for a request that may not pass."""
        access = self._access(call)
        if access is None or (access.ends is not None and access.ends <= self.shop.clock.now()):
            raise Refused(401, "")
        if access.ends is None and self._wrong_site(call):
            raise Refused(403, "Permission denied")
        area = next((name for start, name in _AREA_OF.items() if call.path.startswith(start)), "")
        if area and area not in access.areas:
            raise Refused(403, "Permission denied")

    def _access(self, call: Call) -> _Access | None:
        """A key stands bare; a token may have "Bearer " before it."""
        given = call.headers.get("authorization", "")
        return self.keys.get(given) or self.tokens.get(given.removeprefix("Bearer "))

    def _wrong_site(self, call: Call) -> bool:
        return call.headers.get("wix-site-id") != SITE_ID or "wix-account-id" in call.headers

    def can_expire(self, call: Call) -> bool:
        access = self._access(call)
        return access is not None and access.ends is not None

    def expire_all(self) -> int:
        for access in self.tokens.values():
            access.ends = self.shop.clock.now()
        return len(self.tokens)

    def grant(self, call: Call) -> Reply:
        """Client credentials. Errors follow OAuth."""
        body = call.json()
        if body.get("grant_type") != "client_credentials":
            return _oauth(400, "unsupported_grant_type")
        if body.get("client_id") != APP_ID or body.get("client_secret") != APP_SECRET:
            return _oauth(401, "invalid_client")
        if body.get("instance_id") != INSTANCE_ID or not self.installed:
            return _oauth(400, "invalid_grant")
        token = self._token(ACCESS_LIFE)
        return Reply(body={"access_token": token, "token_type": "Bearer", "expires_in": 14400})

    def legacy(self, call: Call) -> Reply:
        """An old app's refresh token, as long as the app is installed."""
        body = call.json()
        if body.get("grant_type") not in ("refresh_token", "authorization_code"):
            raise invalid("grant_type", "is not supported")
        if body.get("client_id") != APP_ID or body.get("client_secret") != APP_SECRET:
            return _oauth(401, "invalid_client")
        if body.get("refresh_token") != REFRESH or not self.installed:
            return _oauth(400, "invalid_grant")
        return Reply(body={"refresh_token": REFRESH, "access_token": self._token(LEGACY_LIFE)})

    def _token(self, life: timedelta) -> str:
        self.granted += 1
        made = hashlib.sha256(f"token:{self.shop.platform.next_id('token')}".encode()).hexdigest()
        token = f"OAUTH2.sandbox.{made[:32]}"
        self.tokens[token] = _Access(AREAS, self.shop.clock.now() + life)
        return token


def _oauth(status: int, error: str) -> Reply:
    return Reply(status, {"error": error, "error_description": error.replace("_", " ")})
