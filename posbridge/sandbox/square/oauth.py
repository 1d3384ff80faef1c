"""Who may do what: a personal token, the code flow with a secret, and PKCE without one."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import Refused, invalid, missing
from posbridge.sandbox.square.shop import Obj, Shop, stamp
from posbridge.sandbox.wire import Call, Reply

APPLICATION_ID = "sandbox-sq0idb-posbridge-demo-app-000"
APPLICATION_SECRET = "sandbox-sq0csb-posbridge-demo-secret"  # noqa: S105 - a simulator's, known to all
PERSONAL_TOKEN = "EAAA-posbridge-sandbox-personal-token"  # noqa: S105 - a simulator's, known to all
SCOPES = (
    "MERCHANT_PROFILE_READ", "ITEMS_READ", "ITEMS_WRITE", "INVENTORY_READ", "INVENTORY_WRITE", "ORDERS_READ",
    "ORDERS_WRITE", "PAYMENTS_READ", "PAYMENTS_WRITE", "CUSTOMERS_READ", "CUSTOMERS_WRITE", "GIFTCARDS_READ",
    "GIFTCARDS_WRITE",
)  # fmt: skip
_ROOMS = {
    "locations": "MERCHANT_PROFILE", "merchants": "MERCHANT_PROFILE", "catalog": "ITEMS", "inventory": "INVENTORY",
    "orders": "ORDERS", "payments": "PAYMENTS", "refunds": "PAYMENTS", "customers": "CUSTOMERS",
    "gift-cards": "GIFTCARDS",
}  # fmt: skip
_READS = ("search", "batch-retrieve", "search-catalog-items", "batch-retrieve-counts", "from-gan", "calculate")
_OWN = ("webhooks", "events")
CODE_LIFE, ACCESS_LIFE, REFRESH_LIFE = timedelta(minutes=5), timedelta(days=30), timedelta(days=90)


@dataclass
class _Token:
    scopes: tuple[str, ...]
    expires: datetime | None = None
    revoked: bool = False


@dataclass(frozen=True)
class _Code:
    scopes: tuple[str, ...]
    redirect: str
    challenge: str
    expires: datetime


@dataclass(frozen=True)
class _Refresh:
    scopes: tuple[str, ...]
    expires: datetime | None


class OAuth:
    """Tokens of the one seller who uses the simulator."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.tokens: dict[str, _Token] = {PERSONAL_TOKEN: _Token(SCOPES)}
        self.refreshes: dict[str, _Refresh] = {}
        self._codes: dict[str, _Code] = {}
        self.refreshed = 0

    def routes(self) -> list[Route]:
        """Everything under /oauth2."""
        return [
            ("GET", "/oauth2/authorize", self.authorize),
            ("POST", "/oauth2/token", lambda call: Reply(body=self.obtain(call.json()))),
            ("POST", "/oauth2/revoke", self.revoke),
            ("POST", "/oauth2/token/status", self.status),
        ]

    # requests
    def admit(self, call: Call) -> None:
        """Refuse a call whose bearer may not make it."""
        token = self.bearer(call)
        now = self.shop.clock.now()
        if token.revoked:
            raise Refused("ACCESS_TOKEN_REVOKED", "The access token provided has been revoked.", status=401)
        if token.expires is not None and token.expires <= now:
            raise expired()
        room = call.path.split("/")[2] if call.path.startswith("/v2/") else ""
        if room in _OWN and token.expires is not None:
            raise Refused("FORBIDDEN", "Webhooks and events take the application's personal token.", status=403)
        scope = _needed(call, room)
        if scope and scope not in token.scopes:
            detail = f"The merchant must authorize your application for the following scopes: {scope}"
            raise Refused("INSUFFICIENT_SCOPES", detail, status=403)

    def bearer(self, call: Call) -> _Token:
        """The caller's token; UNAUTHORIZED without a known one."""
        kind, _, value = call.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or value not in self.tokens:
            raise Refused("UNAUTHORIZED", "This request could not be authorized.", status=401)
        return self.tokens[value]

    def can_expire(self, call: Call) -> bool:
        """Personal tokens do not expire; the others do."""
        value = call.headers.get("authorization", "").partition(" ")[2]
        return value in self.tokens and self.tokens[value].expires is not None

    def expire_all(self) -> int:
        """Let every token that can expire be expired."""
        found = [token for token in self.tokens.values() if token.expires is not None]
        for token in found:
            token.expires = self.shop.clock.now()
        return len(found)

    # the flow
    def authorize(self, call: Call) -> Reply:
        """The seller says yes at once: back to the redirect address with a code (five minutes, one use)."""
        asked = call.query
        if asked.get("client_id") != APPLICATION_ID:
            raise invalid("client_id", "No such application.")
        scopes = tuple(asked.get("scope", "").split()) or SCOPES
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown:
            raise invalid("scope", f"Unknown scope {unknown[0]}")
        code = "sq0cgp-" + self.shop.new_id("code", 22)
        redirect = asked.get("redirect_uri", "")
        expires = self.shop.clock.now() + CODE_LIFE
        self._codes[code] = _Code(scopes, redirect, asked.get("code_challenge", ""), expires)
        back = {"code": code, "response_type": "code", "state": asked.get("state", "")}
        if not redirect:
            return Reply(body=back)
        return Reply(302, None, {"Location": f"{redirect}?{urlencode(back)}"})

    def obtain(self, body: Obj) -> Obj:
        """ObtainToken: by code, or by refresh token."""
        if body.get("client_id") != APPLICATION_ID:
            raise Refused("UNAUTHORIZED", "Not authorized: unknown client_id", status=401)
        grant = body.get("grant_type")
        if grant == "authorization_code":
            return self._by_code(body)
        if grant == "refresh_token":
            return self._by_refresh(body)
        raise invalid("grant_type", "authorization_code or refresh_token.", "INVALID_ENUM_VALUE")

    def _by_code(self, body: Obj) -> Obj:
        code = self._codes.pop(str(body.get("code")), None)
        if code is None or code.expires < self.shop.clock.now():
            raise Refused("UNAUTHORIZED", "Authorization code not found or expired.", status=401)
        if code.redirect and body.get("redirect_uri") != code.redirect:
            raise invalid("redirect_uri", "Not the address of the authorization request.")
        if code.challenge:
            digest = hashlib.sha256(str(body.get("code_verifier", "")).encode()).digest()
            if base64.urlsafe_b64encode(digest).decode().rstrip("=") != code.challenge:
                raise Refused("UNAUTHORIZED", "The code verifier does not fit.", status=401)
        else:
            _secret(body)
        return self.grant(code.scopes, pkce=bool(code.challenge), short=bool(body.get("short_lived")))

    def _by_refresh(self, body: Obj) -> Obj:
        value = str(body.get("refresh_token"))
        known = self.refreshes.get(value)
        if known is None or (known.expires is not None and known.expires < self.shop.clock.now()):
            raise Refused("UNAUTHORIZED", "The refresh token is invalid, expired or used.", status=401)
        self.refreshed += 1
        if known.expires is None:
            _secret(body)
            return self.grant(known.scopes, refresh=value)
        del self.refreshes[value]  # a PKCE refresh token works once
        return self.grant(known.scopes, pkce=True)

    def grant(self, scopes: tuple[str, ...], *, pkce: bool = False, short: bool = False, refresh: str = "") -> Obj:
        """New tokens in the shape of ObtainTokenResponse."""
        now = self.shop.clock.now()
        access = "EAAA" + self.shop.new_id("access", 40)
        self.tokens[access] = _Token(scopes, now + (timedelta(days=1) if short else ACCESS_LIFE))
        if not refresh:
            refresh = "EQAA" + self.shop.new_id("refresh", 40)
            self.refreshes[refresh] = _Refresh(scopes, now + REFRESH_LIFE if pkce else None)
        made: Obj = {
            "access_token": access,
            "token_type": "bearer",
            "expires_at": _seconds(self.tokens[access].expires or now),
            "merchant_id": self.shop.merchant_id,
            "refresh_token": refresh,
            "short_lived": short,
        }
        if pkce:
            made["refresh_token_expires_at"] = _seconds(now + REFRESH_LIFE)
        return made

    def revoke(self, call: Call) -> Reply:
        """RevokeToken: all of the seller's, or only the one sent."""
        body = call.json()
        if call.headers.get("authorization") != f"Client {APPLICATION_SECRET}":
            raise Refused("UNAUTHORIZED", "This request could not be authorized.", status=401)
        if not body.get("access_token") and not body.get("merchant_id"):
            raise missing("access_token")
        for value, token in self.tokens.items():
            if token.expires is not None and (
                not body.get("revoke_only_access_token") or value == body.get("access_token")
            ):
                token.revoked = True
        if not body.get("revoke_only_access_token"):
            self.refreshes.clear()
        self.shop.emit(
            "oauth.authorization.revoked", "revocation", self.shop.new_id("revocation"),
            {"revocation": {"revoked_at": self.shop.stamp(), "revoker_type": "APPLICATION"}},
        )  # fmt: skip
        return Reply(body={"success": True})

    def status(self, call: Call) -> Reply:
        """What the bearer is; a personal token has no end."""
        token = self.bearer(call)
        self.admit(call)
        made: Obj = {"scopes": list(token.scopes), "client_id": APPLICATION_ID, "merchant_id": self.shop.merchant_id}
        if token.expires is not None:
            made["expires_at"] = _seconds(token.expires)
        return Reply(body=made)


def expired() -> Refused:
    """What Square says to a token past its time."""
    return Refused("ACCESS_TOKEN_EXPIRED", "The access token provided has expired.", status=401)


def _seconds(at: datetime) -> str:
    return stamp(at.astimezone(UTC)).split(".")[0] + "Z"


def _secret(body: Obj) -> None:
    if body.get("client_secret") != APPLICATION_SECRET:
        raise Refused("UNAUTHORIZED", "Not authorized: wrong client_secret", status=401)


def _needed(call: Call, room: str) -> str | None:
    if room not in _ROOMS:
        return None
    reads = call.method == "GET" or call.path.rstrip("/").rsplit("/", 1)[-1] in _READS
    if _ROOMS[room] == "MERCHANT_PROFILE":
        reads = True
    return f"{_ROOMS[room]}_{'READ' if reads else 'WRITE'}"
