"""Who may do what: machine clients, tokens of a day, scopes, the restaurant in the header."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from posbridge.sandbox.toast.answers import problem, unauthorized
from posbridge.sandbox.toast.world import RESTAURANT, World
from posbridge.sandbox.wire import Call, Reply

LOGIN = "/authentication/v1/authentication/login"
CLIENT_ID = "posbridgeSandboxClient0000000000"
SECRET = "posbridge-sandbox-secret-" + "7" * 39  # a simulator's, known to all
#: The same client with standard access: it only reads.
STANDARD_SECRET = "posbridge-standard-secret-" + "7" * 38
LIFE = timedelta(seconds=86400)
_READS = ("config:read", "menus:read", "orders:read", "restaurants:read", "stock:read")
_WRITES = ("orders.orders:write", "orders.payments:write", "orders.discounts:write", "orders:void", "stock:write")
_PARTS = {
    "void": "orders:void", "payments": "orders.payments:write", "appliedDiscounts": "orders.discounts:write",
}  # fmt: skip
_ROOMS = {"config": "config:read", "menus": "menus:read", "restaurants": "restaurants:read", "stock": "stock:read"}


@dataclass
class Held:
    scopes: tuple[str, ...]
    ends: datetime


@dataclass
class Gate:
    """Tokens that were given out."""

    world: World
    tokens: dict[str, Held] = field(default_factory=dict)
    secrets: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {SECRET: _READS + _WRITES, STANDARD_SECRET: _READS}
    )
    signed_in: list[datetime] = field(default_factory=list)

    def login(self, call: Call) -> Reply:
        body, now = call.json(), self.world.clock.now()
        scopes = self.secrets.get(str(body.get("clientSecret")))
        known = body.get("clientId") == CLIENT_ID and body.get("userAccessType") == "TOAST_MACHINE_CLIENT"
        if scopes is None or not known:
            return Reply(401, {"status": "401", "code": 10010, "message": "Invalid credentials", "errors": []})
        recent = [one for one in self.signed_in if now - one < timedelta(hours=1)]
        if self.world.options.sign_ins and len(recent) >= self.world.options.sign_ins:
            return problem(429, "Too many token requests")
        self.signed_in = [*recent, now]
        token = _token(self.world.next_id("token"))
        self.tokens[token] = Held(scopes, now + LIFE)
        told = {
            "tokenType": "Bearer", "scope": None, "expiresIn": int(LIFE.total_seconds()), "accessToken": token,
            "idToken": None, "refreshToken": None,
        }  # fmt: skip
        return Reply(body={"token": told, "status": "SUCCESS"})

    def held(self, call: Call) -> Held | None:
        kind, _, value = call.headers.get("authorization", "").partition(" ")
        return self.tokens.get(value) if kind == "Bearer" else None

    def refusal(self, call: Call) -> Reply | None:
        """None where the call may pass."""
        held = self.held(call)
        if held is None or held.ends <= self.world.clock.now():
            return unauthorized()
        if call.body and not call.headers.get("content-type", "").startswith("application/json"):
            return problem(415, "HTTP 415 Unsupported Media Type")
        if not call.path.startswith("/partners/"):
            named = call.headers.get("toast-restaurant-external-id", "")
            if not named:
                return problem(400, "The Toast-Restaurant-External-ID header is missing")
            if named != RESTAURANT:
                return problem(403, "The API client does not have access to the restaurant", 10013)
        wanted = needed(call)
        if wanted and wanted not in held.scopes:
            return problem(403, f"The API client lacks the scope {wanted}", 10013)
        return None

    def expire(self) -> int:
        """Every token is over; answers how many were."""
        now = self.world.clock.now()
        for held in self.tokens.values():
            held.ends = now
        return len(self.tokens)


def needed(call: Call) -> str:
    """The scope of a call."""
    room = call.path.split("/")[1]
    if room == "orders":
        if call.method == "GET":
            return "orders:read"
        last = call.path.rsplit("/", 1)[1]
        return _PARTS.get(last, "orders.orders:write")
    if room == "stock" and call.method == "PUT":
        return "stock:write"
    return _ROOMS.get(room, "")


def _token(number: int) -> str:
    """Shaped like a JWT; opaque all the same."""
    parts = ({"alg": "RS256"}, {"jti": number}, {"sandbox": "unsigned"})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
