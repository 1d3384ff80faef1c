"""Endpoints: made by PUT, changed by POST, joined to the location; deliveries carry HTTP Basic and no signature."""

from __future__ import annotations

import base64
import json
import uuid
from urllib.parse import urlsplit

from posbridge.sandbox.lightspeed import errors
from posbridge.sandbox.lightspeed.catalog import LOCATION, Obj
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.webhooks import Target
from posbridge.sandbox.wire import Call, Reply

USER = "posbridge"
_FLAGS = ("withBasicAuth", "provideAccount", "expandTransactions", "expandPayments")


def sign(secret: str) -> dict[str, str]:
    """The only proof there is: `secret` is the password, or "user:password"."""
    pair = secret if ":" in secret else f"{USER}:{secret}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


class Webhooks:
    """Endpoints by the id that the program chose."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.platform = platform
        self.rows: dict[str, Obj] = {}
        self.joined: set[str] = set()

    def routes(self) -> list[Route]:
        room = "/o/wh/1/webhook"
        return [
            ("PUT", room, self.put),
            ("POST", room, self.post),
            ("GET", room + "/{id}", self.one),
            ("DELETE", room + "/{id}", self.delete),
            ("PUT", room + f"/{{id}}/business-locations/{LOCATION}", self.join),
        ]

    def put(self, call: Call) -> Reply:
        body = call.json()
        if not body.get("endpointId") or not body.get("url"):
            fields = [("endpointId", "must not be null")]
            return errors.spring(400, "Validation failed", call.path, self.platform.clock.now(), fields=fields)
        if body["endpointId"] in self.rows:
            return errors.spring(400, "endpoint already exists", call.path, self.platform.clock.now())
        self._keep(body)
        return Reply()

    def post(self, call: Call) -> Reply:
        """Flags that are left out are reset."""
        body = call.json()
        if body.get("endpointId") not in self.rows:
            return self._unknown(call)
        self._keep(body)
        return Reply()

    def one(self, call: Call) -> Reply:
        row = self.rows.get(call.params["id"])
        return self._unknown(call) if row is None else Reply(body=row)

    def delete(self, call: Call) -> Reply:
        if self.rows.pop(call.params["id"], None) is None:
            return self._unknown(call)
        self.platform.deliveries.targets.pop(call.params["id"], None)
        return Reply()

    def join(self, call: Call) -> Reply:
        if call.params["id"] not in self.rows:
            return self._unknown(call)
        self.joined.add(call.params["id"])
        return Reply()

    def emit(self, body: Obj) -> None:
        """One notification to every endpoint; copies of it share a key."""
        deliveries = self.platform.deliveries
        if deliveries.targets:
            number = self.platform.next_id("notification")
            key = str(uuid.uuid5(uuid.NAMESPACE_OID, f"lightspeed-notification:{number}"))
            deliveries.emit(f"{body['type']}.{body['status']}", json.dumps(body).encode(),
                            {"X-Lightspeed-Idempotency-Key": key})  # fmt: skip

    def _keep(self, body: Obj) -> None:
        row = {**dict.fromkeys(_FLAGS, False), "subscribeTo": [], **body}
        self.rows[row["endpointId"]] = row
        if urlsplit(row["url"]).hostname in ("127.0.0.1", "localhost"):
            pair = f"{row.get('username', '')}:{row.get('password', '')}" if row["withBasicAuth"] else ""
            self.platform.deliveries.register(Target(row["endpointId"], row["url"], pair, (), row["url"]))

    def _unknown(self, call: Call) -> Reply:
        return errors.spring(404, "endpoint not found", call.path, self.platform.clock.now())
