"""Hooks of the simulated store: made, matched by scope, signed as Standard Webhooks are."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from posbridge.sandbox.bigcommerce.answers import Refused, Row, body_of, one, page
from posbridge.sandbox.bigcommerce.shop import Shop
from posbridge.sandbox.platform import Route
from posbridge.sandbox.webhooks import Deliveries, Target
from posbridge.sandbox.wire import Call, Reply

STORE_ID = "1025646"


def sign(body: bytes, secret: str, at: int) -> dict[str, str]:
    """`v1,` and base64 of HMAC-SHA256 over id, time and body; the key is the client secret as it stands."""
    ident = f"msg_{hashlib.sha256(body).hexdigest()[:24]}"
    made = hmac.new(secret.encode(), f"{ident}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(made).decode()}"
    return {"webhook-id": ident, "webhook-timestamp": str(at), "webhook-signature": signature}


class Hooks:
    """`/v3/hooks`. BigCommerce calls port 443 over https only; the simulator calls loopback addresses only."""

    def __init__(
        self, shop: Shop, deliveries: Deliveries, store_hash: str, secret: str, at: Callable[[], float]
    ) -> None:
        self.shop, self._deliveries, self._hash, self._secret, self._at = shop, deliveries, store_hash, secret, at

    def routes(self) -> list[Route]:
        return [
            ("GET", "/v3/hooks", lambda call: page(call, list(self.shop.tables["hooks"].values()))),
            ("POST", "/v3/hooks", self.create),
            ("GET", "/v3/hooks/{id}", lambda call: one(call, self.shop.find("hooks", call.params["id"]))),
            ("PUT", "/v3/hooks/{id}", self.change),
            ("DELETE", "/v3/hooks/{id}", self.delete),
        ]

    def create(self, call: Call) -> Reply:
        given = body_of(call)
        for name in ("scope", "destination"):
            if not given.get(name):
                raise Refused(422, "The request is not valid.", **{name: "is required"})
        self._check(given)
        at = int(self._at())
        row = {
            "client_id": "m9r6keqmo7h7f23btnpwernbez1kglkl",
            "store_hash": self._hash,
            "is_active": False,
            "headers": {},
            "created_at": at,
            "updated_at": at,
        }
        return one(call, self.shop.add("hooks", {**row, **given}))

    def _check(self, given: Row) -> None:
        parts = urlsplit(str(given.get("destination", "")))
        near = parts.hostname in ("127.0.0.1", "localhost")
        if not near and (parts.scheme != "https" or parts.port not in (None, 443)):
            raise Refused(422, "The destination must be an https address on port 443.")

    def change(self, call: Call) -> Reply:
        row, given = self.shop.find("hooks", call.params["id"]), body_of(call)
        self._check({**row, **given})
        row |= {**given, "updated_at": int(self._at())}
        return one(call, row)

    def delete(self, call: Call) -> Reply:
        row = self.shop.find("hooks", call.params["id"])
        del self.shop.tables["hooks"][row["id"]]
        return one(call, row)

    def emit(self, scope: str, data: Row) -> None:
        """One event to all who want it; the body is a pointer only."""
        digest = hashlib.sha1(json.dumps([scope, data]).encode(), usedforsecurity=False).hexdigest()
        event = {
            "scope": scope,
            "store_id": STORE_ID,
            "data": data,
            "hash": digest,
            "created_at": int(self._at()),
            "producer": f"stores/{self._hash}",
        }
        body = json.dumps(event).encode()
        self._deliveries.emit(scope, body)
        for hook in self.shop.tables["hooks"].values():
            near = urlsplit(hook["destination"]).hostname in ("127.0.0.1", "localhost")
            if near and hook["is_active"] and fnmatchcase(scope, hook["scope"]):
                target = Target(str(hook["id"]), hook["destination"], self._secret)
                self._deliveries.send(target, scope, body, hook["headers"])
