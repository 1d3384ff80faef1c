"""A simulated shop that takes the ids of a recording, so that recorded requests can be sent as they were."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from posbridge.sandbox.seed import Seed
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.woocommerce import Options, WooCommerceSimulator
from posbridge.sandbox.woocommerce.auth import Key

VECTOR = Key("ck_vector0000000000000000000000000000000001", "cs_vector0000000000000000000000000000000002")
READER = Key("ck_" + "0" * 39 + "3", "cs_" + "0" * 39 + "3", "read")
SHOPPER = Key("ck_" + "0" * 39 + "4", "cs_" + "0" * 39 + "4", staff=False)


class Lab:
    """A shop with the recorded ids, and what it answers."""

    def __init__(self, options: Options, *, country: str = "US", tax: str = "8.25") -> None:
        seed = Seed("Lab Store", "USD", "Main", tax, False, (), country=country)
        self.sim = WooCommerceSimulator(seed, options=options)
        self.sim.address = "https://shop.example"
        for key in (VECTOR, READER, SHOPPER):
            self.sim.keyring.add(key)
        self.cart: dict[str, str] = {}
        self.at("06:08:00")

    def at(self, time: str) -> None:
        """Let it be that time of the day of the recordings, in UTC."""
        wanted = datetime.fromisoformat(f"2026-11-21T{time}+00:00")
        self.sim.clock.advance(wanted - self.sim.clock.now())

    def shop(self, *items: tuple[int, int]) -> None:
        """Open a Store API cart and put (id, quantity) into it."""
        headers = self.ask("GET", "/wp-json/wc/store/v1/cart")[2]
        self.cart = {name: headers[name] for name in ("cart-token", "nonce")}
        sending = {**self.cart, "content-type": "application/json"}
        for number, quantity in items:
            body = {"id": number, "quantity": quantity}
            assert self.ask("POST", "/wp-json/wc/store/v1/cart/add-item", body, headers=sending)[0] == 201

    def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, scheme: str = "https"
    ) -> tuple[int, Any, dict[str, str]]:
        """Send one request; without an Authorization of its own it carries the shop's key."""
        own = {"authorization": basic(Key(self.sim.options.consumer_key, self.sim.options.consumer_secret))}
        raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
        if body is not None:
            own["content-type"] = "application/json"
        given = own if headers is None else headers
        plain, _, query = path.partition("?")
        reply: Reply = self.sim.work(Call(method, plain, query, given, raw, {}, scheme))
        return reply.status, json.loads(reply.encoded()[0]), dict(reply.headers)

    def post(self, path: str, body: Any, **numbers: int) -> Any:
        """Create something with the ids wanted; it must succeed."""
        for kind, number in numbers.items():
            self.sim.shop.numbers[kind] = number - (10 if kind == "post" else 1)
        status, made, _ = self.ask("POST", f"/wp-json/wc/v3{path}", body)
        assert status in (200, 201), made
        return made


def basic(key: Key) -> str:
    """The Authorization header of a key."""
    return "Basic " + base64.b64encode(f"{key.consumer_key}:{key.consumer_secret}".encode()).decode()


def kind(value: Any) -> str:
    """The JSON type."""
    names = {bool: "boolean", int: "number", float: "number", str: "string", type(None): "null", dict: "object"}
    return names.get(type(value), "array")


def differences(theirs: Any, ours: Any, path: str = "$", *, part: bool = False) -> list[str]:
    """Where the shapes differ; with `part` ours may hold more keys."""
    if kind(theirs) != kind(ours):
        return [f"{path}: {kind(theirs)} became {kind(ours)}"]
    if isinstance(theirs, dict):
        missing = [f"{path}.{key}: missing" for key in theirs if key not in ours]
        extra = [] if part else [f"{path}.{key}: added" for key in ours if key not in theirs]
        inner = [differences(theirs[key], ours[key], f"{path}.{key}", part=part) for key in theirs if key in ours]
        return [*missing, *extra, *(line for lines in inner for line in lines)]
    if isinstance(theirs, list):
        if bool(theirs) != bool(ours):
            return [f"{path}: {len(theirs)} entries became {len(ours)}"]
        pairs = zip(theirs[:1], ours[:1], strict=True)
        return [line for a, b in pairs for line in differences(a, b, f"{path}[*]", part=part)]
    return []


def unexplained(found: list[str], *allowed: str) -> list[str]:
    """Differences nobody allowed; patterns are matched against the path."""
    return [line for line in found if not any(fnmatchcase(line.partition(":")[0], a) for a in allowed)]
