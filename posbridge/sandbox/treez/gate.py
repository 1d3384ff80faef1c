"""Who may call: tokens that the caller signs himself (v3), tokens for an API key (v2)."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from posbridge.sandbox.platform import Clock
from posbridge.sandbox.treez.answers import refusal
from posbridge.sandbox.wire import Call, Reply

LIFE_MS = 30_000
_REASON = "Full authentication is required to access this resource"


@cache
def _keys(name: str) -> rsa.RSAPrivateKey:
    """Made anew in each process and for nothing else; half of Treez's size, so that tests are quick."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(name: str) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return _keys(name).private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def good_key() -> str:
    """The PEM of the key whose certificate the store has opened."""
    return _pem("good")


def weak_key() -> str:
    """The PEM of a key whose certificate is known, but not opened to this store."""
    return _pem("weak")


@dataclass
class Options:
    """How the simulated store is set up. `forms` are the token formats it takes."""

    dispensary: str = "partnersandbox3"
    certificate: str = "0b6f3c1e-0000-4000-8000-000000000001"
    organization: str = "b1226d0b-4940-4edf-aab3-dbd1642f7f69"
    client_id: str = "simulated-client"
    api_key: str = "simulated-api-key-of-treez"
    webhook_path_secret: str = "simulated-webhook-path-of-32-letters"  # noqa: S105 - of the simulator only
    generation: str = "v3"
    forms: tuple[str, ...] = ("two_part",)
    place: str = "FRONT OF HOUSE REC"
    page_size: int = 1000
    token_life: timedelta = field(default=timedelta(hours=2))


class Gate:
    """Checks every call before its handler."""

    def __init__(self, options: Options, clock: Clock) -> None:
        self._options, self._clock = options, clock
        self._tokens: dict[str, float] = {}

    # v2
    def get_tokens(self, call: Call) -> Reply:
        form = {name: values[-1] for name, values in parse_qs(call.body.decode()).items()}
        if (form.get("client_id"), form.get("apikey")) != (self._options.client_id, self._options.api_key):
            return refusal(401, _REASON)
        made = f"simulated-token-{len(self._tokens) + 1}"
        ends = self._clock.now() + self._options.token_life
        self._tokens[made] = ends.timestamp()
        said = ends.isoformat(timespec="milliseconds")
        return Reply(200, {"resultCode": "SUCCESS", "access_token": made, "expires_at": said})

    def legacy_refusal(self, call: Call) -> Reply | None:
        ends = self._tokens.get(call.headers.get("authorization", ""))
        if ends is None or call.headers.get("client_id") != self._options.client_id:
            return refusal(401, _REASON)
        return expired() if ends <= self._clock.seconds() else None

    def expire(self) -> int:
        live = [token for token, ends in self._tokens.items() if ends > self._clock.seconds()]
        self._tokens.update(dict.fromkeys(live, 0.0))
        return len(live)

    # v3
    def refusal(self, call: Call, address: str) -> Reply | None:
        """None for a token that is good for exactly this address."""
        found = self._claims(call.headers.get("authorization", ""))
        if found is None:
            return refusal(401, _REASON)
        claims, who = found
        if claims.get("exp") != claims.get("iat", 0) + LIFE_MS:
            return refusal(400, "INVALID_REQUEST", "The token must live 30000 ms")
        now = self._clock.seconds() * 1000
        known = (claims.get("iss"), claims.get("oid")) == (self._options.certificate, self._options.organization)
        if not known or claims["exp"] < now or claims["iat"] > now + LIFE_MS:
            return refusal(401, _REASON)
        if unquote(str(claims.get("aud", ""))) != unquote(address + call.path):
            return refusal(401, _REASON)
        return refusal(401, _REASON) if who == "weak" and "/service/" not in call.path else None

    def _claims(self, token: str) -> tuple[dict[str, Any], str] | None:
        head, _, given = token.rpartition(".")
        form = "three_part" if "." in head else "two_part"
        if form not in self._options.forms:
            return None
        try:
            signature = _from64(given) if form == "three_part" else base64.b64decode(given, validate=True)
            claims = json.loads(_from64(head.rpartition(".")[2]))
        except (ValueError, binascii.Error):
            return None
        who = next((name for name in ("good", "weak") if _signed(name, signature, head)), None)
        return (claims, who) if who is not None and isinstance(claims, dict) else None


def _signed(name: str, signature: bytes, message: str) -> bool:
    try:
        _keys(name).public_key().verify(signature, message.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _from64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def expired() -> Reply:
    """An expired v2 token: a good answer that holds nothing."""
    return Reply(200, {"resultCode": "SUCCESS", "resultReason": None})
