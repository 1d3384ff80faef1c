"""Who calls: OAuth 1.0a signatures, bearer tokens where they are switched on, administrators (recorded 001–029)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from posbridge.sandbox.magento.answers import Refused
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.wire import Call

_LIFE_S = 3600
_AHEAD_S = 600
TFA = "Please use the 2fa provider-specific endpoints to obtain a token."
WRONG = "The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later."


@dataclass(frozen=True)
class Integration:
    """An integration's four values, and the rights that are not ticked."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str
    lacks: frozenset[str] = frozenset()


@dataclass
class Guard:
    """The store's door. `bearer` lets integration tokens in alone, `second_factor` is asked of administrators."""

    clock: Clock
    bearer: bool = False
    second_factor: bool = True
    integrations: list[Integration] = field(default_factory=list)
    admins: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    nonces: set[tuple[str, str]] = field(default_factory=set)

    def admit(self, call: Call, address: str, right: str) -> None:
        """Raises Refused for a caller who may not do this."""
        given = call.headers.get("authorization", "")
        if given.startswith("OAuth "):
            who = self._signed(call, address, given)
            if right in who.lacks:
                raise denied(right)
            return
        token = given.removeprefix("Bearer ").strip()
        if self._admin(token):
            return
        holder = next((one for one in self.integrations if token and one.access_token == token), None)
        if holder is None or not self.bearer or right in holder.lacks:
            raise denied(right)

    def _admin(self, token: str) -> bool:
        return self.tokens.get(token, 0.0) > self.clock.seconds()

    def sign_in(self, username: str, password: str) -> str:
        """A token that lives for an hour."""
        if self.admins.get(username) != password:
            raise Refused(401, WRONG)
        if self.second_factor:
            raise Refused(400, TFA, {"active_providers": ["google"]})
        token = hashlib.sha256(f"{username}{len(self.tokens)}".encode()).hexdigest()
        self.tokens[token] = self.clock.seconds() + _LIFE_S
        return token

    def expire(self) -> int:
        """Every administrator's token ends now."""
        count = sum(1 for end in self.tokens.values() if end > self.clock.seconds())
        self.tokens = dict.fromkeys(self.tokens, 0.0)
        return count

    def _signed(self, call: Call, address: str, header: str) -> Integration:
        said = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}
        if said.get("oauth_signature_method") != "HMAC-SHA256":
            raise Refused(400, "Signature method %1 is not supported", [said.get("oauth_signature_method", "")])
        who = next((one for one in self.integrations if one.consumer_key == said.get("oauth_consumer_key")), None)
        if who is None:
            raise Refused(401, "A consumer having the specified key does not exist")
        self._fresh(said)
        if said.get("oauth_token") != who.access_token:
            raise Refused(401, "Specified token does not exist")
        if not hmac.compare_digest(signature(call, address, said, who), said.get("oauth_signature", "")):
            raise Refused(401, "The signature is invalid. Verify and try again.")
        return who

    def _fresh(self, said: dict[str, str]) -> None:
        at = said.get("oauth_timestamp", "")
        if not at.isdigit() or int(at) > self.clock.seconds() + _AHEAD_S:
            raise Refused(401, "An error occurred validating the nonce")
        used = (said.get("oauth_consumer_key", ""), said.get("oauth_nonce", ""))
        if used in self.nonces:
            raise Refused(401, "The nonce is already being used by the consumer with ID %1", ["1"])
        self.nonces.add(used)


def denied(right: str) -> Refused:
    """One wording for a wrong token, a switched-off bearer and a missing right (recorded 007, 008, 018, 024)."""
    return Refused(401, "The consumer isn't authorized to access %resources.", {"resources": right})


def signature(call: Call, address: str, said: dict[str, str], who: Integration) -> str:
    """RFC 5849 §3.4: method, address and all parameters but the signature; the body is not signed."""
    pairs = [*call.query_list, *((name, value) for name, value in said.items() if name != "oauth_signature")]
    pairs = [(name, value) for name, value in pairs if name != "realm"]
    joined = "&".join(f"{name}={value}" for name, value in sorted((_enc(n), _enc(v)) for n, v in pairs))
    path = quote(call.path, safe="/-._~")
    base = "&".join((call.method.upper(), _enc(f"{address}{path}"), _enc(joined)))
    key = f"{_enc(who.consumer_secret)}&{_enc(who.access_token_secret)}".encode()
    return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha256).digest()).decode()


def _enc(text: str) -> str:
    return quote(text, safe="-._~")
