"""The door: users, tokens of twelve hours with refresh tokens, and what a user is let into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from posbridge.sandbox.cova.answers import Refused, guid
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.wire import Call, Reply

LIFE_S = 43200
USER, PASSWORD = "SelfIntegration.COVA.APIUser.Sandbox", "posbridge-sandbox-password"
CLIENT, SECRET = "Sandbox.SelfIntegration", "posbridge-sandbox-client-secret"


@dataclass
class Token:
    """A token and when it ends; `user` is who it was given to."""

    user: str
    ends: datetime


class Gate:
    """Users by password; `closed` names the services that a user is not let into."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._made = clock, 0
        self.passwords = {PASSWORD: USER}
        self.closed: dict[str, tuple[str, ...]] = {}
        self.tokens: dict[str, Token] = {}
        self.refreshes: dict[str, str] = {}
        self.refresh_works = True

    def token(self, call: Call) -> Reply:
        """`POST /v1/oauth2/token`, a form. The password's grant, or a refresh token once."""
        form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return _invalid("invalid_client")
        if form.get("grant_type") == "password" and form.get("username") == USER:
            user = self.passwords.get(form.get("password", ""))
        elif form.get("grant_type") == "refresh_token" and self.refresh_works:
            user = self.refreshes.pop(form.get("refresh_token", ""), None)
        else:
            user = None
        return _invalid("invalid_grant") if user is None else self._given(user)

    def _given(self, user: str) -> Reply:
        self._made += 1
        access, refresh = guid("access", str(self._made)), guid("refresh", str(self._made))
        self.tokens[access] = Token(user, self._clock.now() + timedelta(seconds=LIFE_S))
        self.refreshes[refresh] = user
        body = {"access_token": access, "token_type": "Bearer", "expires_in": LIFE_S, "refresh_token": refresh}
        return Reply(body=body)

    def admit(self, call: Call) -> None:
        """Refuses a call without a token that holds, or into a service that is closed to its user."""
        token = self.of(call)
        if token is None or token.ends <= self._clock.now():
            raise Refused(401)
        if call.path.split("/")[1] in self.closed.get(token.user, ()):
            raise Refused(403)

    def of(self, call: Call) -> Token | None:
        """The token of a call, ended or not."""
        kind, _, value = call.headers.get("authorization", "").partition(" ")
        return self.tokens.get(value) if kind == "Bearer" else None

    def expire(self) -> int:
        """Ends all tokens; how many. Refresh tokens live on."""
        alive = [token for token in self.tokens.values() if token.ends > self._clock.now()]
        for token in alive:
            token.ends = self._clock.now()
        return len(alive)


def _invalid(error: str) -> Reply:
    return Reply(400, {"error": error, "error_description": "The user name or password is incorrect."})
