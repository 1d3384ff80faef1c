"""Who may call: clients of both kinds, codes, access tokens of 25 minutes, and refresh tokens, which v2 rotates."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from posbridge.sandbox.lightspeed import errors
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.wire import Call, Refused, Reply

V1_CLIENT, V2_CLIENT = "devp-demo-posbridge", "devp-v2-demo-posbridge"
SECRET = "lightspeed-sandbox-secret"  # noqa: S105 - a simulator's, known to all
SCOPES = ("orders-api", "financial-api", "items", "offline_access")
ACCESS_LIFE_S, CODE_LIFE_S = 1500, 60
_REALM = "/realms/k-series/protocol/openid-connect"
_ROOMS = {"/o/": "orders-api", "/f/": "financial-api", "/items/": "items"}


@dataclass(frozen=True)
class _Grant:
    client: str
    scopes: tuple[str, ...]
    ends: float = 0.0
    redirect: str = ""


class OAuth:
    """Tokens of the one business that uses the simulator."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self._platform, self._clock = platform, platform.clock
        self.access: dict[str, _Grant] = {}
        self.refreshes: dict[str, _Grant] = {}
        self._codes: dict[str, _Grant] = {}
        self.refreshed = 0

    def routes(self) -> list[Route]:
        """Both kinds of clients have pages of their own."""
        return [
            ("GET", "/oauth/authorize", self.authorize),
            ("POST", "/oauth/token", lambda call: self.token(call, V1_CLIENT)),
            ("GET", f"{_REALM}/auth", self.authorize),
            ("POST", f"{_REALM}/token", lambda call: self.token(call, V2_CLIENT)),
        ]

    # requests
    def admit(self, call: Call) -> None:
        """Refuses a call whose bearer is unknown, past its time or lacks the scope."""
        scope = next((one for room, one in _ROOMS.items() if call.path.startswith(room)), "")
        if not scope:
            return
        grant = self.access.get(_bearer(call))
        if grant is None or grant.ends <= self._clock.seconds():
            raise Refused(errors.unauthorized())
        if scope not in grant.scopes:
            raise Refused(errors.forbidden(scope))

    def can_expire(self, call: Call) -> bool:
        return _bearer(call) in self.access

    def expire_all(self) -> int:
        """Every access token is past its time; refresh tokens still work."""
        count = len(self.access)
        self.access.clear()
        return count

    # the flow
    def authorize(self, call: Call) -> Reply:
        """The manager says yes at once: back to the registered address with a code."""
        asked = call.query
        client, redirect = asked.get("client_id", ""), asked.get("redirect_uri", "")
        if client not in (V1_CLIENT, V2_CLIENT):
            return errors.keycloak(400, "invalid_client", "Client not found.")
        scopes = tuple(asked.get("scope", "").split()) or SCOPES
        code = f"code.{self._platform.next_id('code')}"
        self._codes[code] = _Grant(client, scopes, self._clock.seconds() + CODE_LIFE_S, redirect)
        back = urlencode({"code": code, "state": asked.get("state", "")})
        return Reply(302, None, {"Location": f"{redirect}?{back}"}) if redirect else Reply(body={"code": code})

    def token(self, call: Call, client: str) -> Reply:
        """By code or by refresh token; the client's secret must be in the Basic header."""
        if _basic(call) != (client, SECRET):
            return errors.keycloak(401, "invalid_client", "Invalid client or Invalid client credentials")
        form = {name: values[0] for name, values in parse_qs(call.body.decode("latin-1")).items()}
        if form.get("grant_type") == "authorization_code":
            grant = self._codes.pop(form.get("code", ""), None)
            good = grant is not None and grant.ends > self._clock.seconds()
            if grant is None or not good or form.get("redirect_uri", "") != grant.redirect:
                return errors.keycloak(400, "invalid_grant", "Code not valid")
            return Reply(body=self.grant(grant.scopes, grant.client))
        if form.get("grant_type") != "refresh_token":
            return errors.keycloak(400, "unsupported_grant_type", "Unsupported grant_type")
        return self._renewed(form.get("refresh_token", ""))

    def _renewed(self, value: str) -> Reply:
        grant = self.refreshes.get(value)
        if grant is None:
            return errors.keycloak(400, "invalid_grant", "Token is not active")
        self.refreshed += 1
        if grant.client == V2_CLIENT:
            del self.refreshes[value]  # works once
            return Reply(body=self.grant(grant.scopes, grant.client))
        return Reply(body=self.grant(grant.scopes, grant.client, refresh=value))

    def grant(
        self, scopes: tuple[str, ...] = SCOPES, client: str = V2_CLIENT, *, refresh: str = ""
    ) -> dict[str, object]:
        """New tokens; without offline_access a v2 client gets no refresh token."""
        number = self._platform.next_id("token")
        access = f"eyJ.access.{number}"
        self.access[access] = _Grant(client, scopes, self._clock.seconds() + ACCESS_LIFE_S)
        made: dict[str, object] = {
            "access_token": access, "expires_in": ACCESS_LIFE_S, "refresh_expires_in": 0, "token_type": "Bearer",
            "scope": " ".join(scopes),
        }  # fmt: skip
        if client == V1_CLIENT or "offline_access" in scopes:
            kept = refresh or f"eyJ.refresh.{number:06d}"
            self.refreshes[kept] = _Grant(client, scopes)
            made["refresh_token"] = kept
        return made


def _bearer(call: Call) -> str:
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    return value if kind == "Bearer" else ""


def _basic(call: Call) -> tuple[str, str]:
    kind, _, coded = call.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(coded).decode().partition(":") if kind == "Basic" else ("", "", "")
    except (binascii.Error, ValueError):
        return "", ""
    return user, password
