"""What the simulated site tells: tokens (JWT) signed RS256, JSON text inside JSON text."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from posbridge.sandbox.wix.auth import APP_ID, INSTANCE_ID
from posbridge.sandbox.wix.shop import Obj, Shop


@cache
def private_key(name: str = "sandbox") -> rsa.RSAPrivateKey:
    """A key pair of that name, made when it is first needed and kept while the program runs."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(name: str = "sandbox") -> str:
    """The public key as the app's dashboard shows it."""
    public = private_key(name).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def token(claims: Obj, key: str = "sandbox") -> bytes:
    """A signed token."""
    head = _part({"alg": "RS256", "typ": "JWT"}) + b"." + _part(claims)
    signature = private_key(key).sign(head, PKCS1v15(), SHA256())
    return head + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")


def _part(value: Any) -> bytes:
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=")


class Hooks:
    """Tells every target of each event; `key` is the name of the key that signs."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.key = "sandbox"

    def emit(self, topic: str, fqdn: str, ident: str, inner: Obj) -> None:
        """An event of an object; without `fqdn` a flat one of the old kind. Nothing is made without a target."""
        if self.shop.platform.deliveries.targets:
            self.shop.platform.deliveries.emit(topic, self.body(topic, fqdn, ident, inner))

    def body(self, topic: str, fqdn: str, ident: str, inner: Obj) -> bytes:
        number = self.shop.platform.next_id("event")
        data = inner
        if fqdn:
            data = {
                "id": self.shop.new_id("event id"), "entityFqdn": fqdn, "slug": topic.rsplit("_", 1)[-1],
                "entityId": ident, "eventTime": self.shop.stamp(), "entityEventSequence": str(number),
                "triggeredByAnonymizeRequest": False, "originatedFrom": "", **inner,
            }  # fmt: skip
        identity = {"identityType": "APP", "appId": APP_ID}
        envelope = {
            "data": json.dumps(data), "instanceId": INSTANCE_ID, "eventType": topic, "identity": json.dumps(identity),
        }  # fmt: skip
        return token({"data": json.dumps(envelope), "iat": int(self.shop.clock.seconds())}, self.key)
