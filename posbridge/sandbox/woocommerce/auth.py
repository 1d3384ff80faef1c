"""Keys and how they are shown: Basic or the query over TLS, OAuth 1.0a over plain HTTP.

Sources: recorded 001-017; the contract's section 2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote

from posbridge.sandbox.wire import Call
from posbridge.sandbox.woocommerce.answers import WpError

Permission = Literal["read", "write", "read_write"]
WINDOW = 15 * 60
_HASHES = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
_NEEDED = ("oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")


@dataclass(frozen=True)
class Key:
    """A key pair; `staff` False is one whose user is only a customer."""

    consumer_key: str
    consumer_secret: str
    permission: Permission = "read_write"
    staff: bool = True


def refused(message: str) -> WpError:
    """A known caller who did it wrong."""
    return WpError(401, "woocommerce_rest_authentication_error", message)


def base_string(method: str, url: str, parameters: Mapping[str, str]) -> str:
    """What is signed: METHOD & address & sorted parameters, RFC 3986, the pairs encoded once more."""
    pairs = sorted((name, value) for name, value in parameters.items() if name != "oauth_signature")
    joined = "%26".join(f"{_twice(name)}%3D{_twice(value)}" for name, value in pairs)
    return f"{method.upper()}&{quote(url, safe='')}&{joined}"


def signature(secret: str, base: str, method: str) -> str:
    """Base64 of the HMAC; the key is the secret and an ampersand, for there is no token. KeyError: unknown method."""
    made = hmac.new(f"{secret}&".encode(), base.encode(), _HASHES[method])
    return base64.b64encode(made.digest()).decode()


def _twice(text: str) -> str:
    return quote(text, safe="~").replace("%", "%25")


@dataclass
class Keyring:
    """The shop's keys and the nonces it has seen."""

    keys: dict[str, Key] = field(default_factory=dict)
    nonces: dict[str, float] = field(default_factory=dict)

    def add(self, key: Key) -> None:
        """Let this key in."""
        self.keys[key.consumer_key] = key

    def identify(self, call: Call, home: str, now: float) -> Key | None:
        """Who asks: None for nobody and for an unknown key; WpError when a known one does it wrong."""
        if call.scheme == "https":
            found = self._basic(call)
            if found is not None:
                return found
        return self._oauth(call, home, now)

    def _basic(self, call: Call) -> Key | None:
        query = call.query
        name, secret = query.get("consumer_key", ""), query.get("consumer_secret", "")
        if not (name and secret):
            name, secret = _basic_pair(call.headers.get("authorization", ""))
        key = self.keys.get(name)
        if key is None:
            return None
        if not hmac.compare_digest(key.consumer_secret.encode(), secret.encode()):
            raise refused("Consumer secret is invalid.")
        return key

    def _oauth(self, call: Call, home: str, now: float) -> Key | None:
        sent = {**call.query, **_oauth_header(call.headers.get("authorization", ""))}
        missing = [name for name in _NEEDED if not sent.get(name)]
        if len(missing) == len(_NEEDED):
            return None
        if missing:
            code = "woocommerce_rest_authentication_missing_parameter"
            raise WpError(401, code, f"Missing OAuth parameter {', '.join(missing)}")
        key = self.keys.get(sent["oauth_consumer_key"])
        if key is None:
            raise refused("Consumer key is invalid.")
        self._signed(key, call, home, sent)
        self._fresh(sent, now)
        return key

    def _signed(self, key: Key, call: Call, home: str, sent: Mapping[str, str]) -> None:
        if sent["oauth_signature_method"] not in _HASHES:
            raise refused("Invalid signature - signature method is invalid.")
        base = base_string(call.method, f"{home}{call.path}", sent)
        wanted = signature(key.consumer_secret, base, sent["oauth_signature_method"])
        if not hmac.compare_digest(wanted.encode(), sent["oauth_signature"].replace(" ", "+").encode()):
            raise refused("Invalid signature - provided signature does not match.")

    def _fresh(self, sent: Mapping[str, str], now: float) -> None:
        stamp = sent["oauth_timestamp"]
        if not stamp.isdigit() or abs(now - int(stamp)) > WINDOW:
            raise refused("Invalid timestamp.")
        nonce = f"{sent['oauth_consumer_key']} {sent['oauth_nonce']}"
        if nonce in self.nonces:
            raise refused("Invalid nonce - nonce has already been used.")
        if len(self.nonces) > 10_000:
            self.nonces = {name: at for name, at in self.nonces.items() if now - at <= 2 * WINDOW}
        self.nonces[nonce] = now


def permit(key: Key | None, method: str) -> None:
    """Whether this caller may do that; the codes are those of recorded 003, 006 and 008."""
    reading = method in ("GET", "HEAD", "OPTIONS")
    if key is not None and key.permission not in ("read" if reading else "write", "read_write"):
        raise refused(f"The API key provided does not have {'read' if reading else 'write'} permissions.")
    if key is not None and key.staff:
        return
    status = 401 if key is None else 403
    verb, words = _DENIED.get(method, ("view", "list resources"))
    raise WpError(status, f"woocommerce_rest_cannot_{verb}", f"Sorry, you cannot {words}.")


_DENIED = {
    "POST": ("create", "create resources"),
    "PUT": ("edit", "edit this resource"),
    "PATCH": ("edit", "edit this resource"),
    "DELETE": ("delete", "delete this resource"),
}


def _basic_pair(header: str) -> tuple[str, str]:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, secret


def _oauth_header(header: str) -> dict[str, str]:
    kind, _, value = header.partition(" ")
    if kind.lower() != "oauth":
        return {}
    return {name: unquote(held) for name, held in re.findall(r'(oauth_\w+)="([^"]*)"', value)}
