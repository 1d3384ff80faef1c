"""Calling Leaflogix: signed by key; answers may be lists, bare numbers or nothing; idempotency in one place."""

from __future__ import annotations

import base64
import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx

from posbridge.connectors import cursors
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import AuthenticationError, SchemaDrift, ValidationError
from posbridge.connectors.reply import Reply
from posbridge.domain.errors import ConfigurationError

__all__ = ["KEY_FIELD", "KEY_HEADER", "Calls", "cursor_of", "frozen", "key_of", "place_of", "stamp"]

Body = dict[str, Any]

KEY_HEADER, KEY_FIELD = "ConsumerKey", "idempotencyKey"
#: A mark in time is taken so much earlier: data lags minutes, and what comes twice is dropped.
OVERLAP = timedelta(minutes=10)
_OURS = UUID("5f1d6a53-2a2e-5a57-9a0e-6a0f5b7a4c11")


@dataclass(frozen=True, repr=False)
class LocationKey(httpx.Auth):
    """HTTP Basic with the location's key; the password is empty, or the integrator key."""

    key: str
    integrator: str = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        pair = f"{self.key}:{self.integrator}"
        if not self.key or not pair.isascii() or not pair.isprintable():
            raise AuthenticationError("The key is empty or holds characters that no key has.")
        request.headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        yield request


def auth_of(context: Context) -> LocationKey:
    """The key as pasted, less one colon behind it (an old client stored it so)."""
    key = context.secrets.get("api_key", "").strip().removesuffix(":")
    return LocationKey(key, context.secrets.get("integrator_key", "").strip())


class Calls:
    """Leaflogix's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection
        self._consumer = context.secrets.get("consumer_key", "").strip()

    @property
    def currency(self) -> str:
        return self.connection.currency

    def setting(self, name: str, default: str = "") -> str:
        return self.connection.fields.get(name, "").strip() or default

    async def get(self, path: str, what: str, params: Mapping[str, Any] | None = None) -> Any:
        """A read; None for an empty answer."""
        return _content(await self.http.get(path, params=params, what=what))

    async def rows(self, path: str, what: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        """A read whose answer is a list. Raises SchemaDrift when it is none."""
        found = await self.get(path, what, params)
        if not isinstance(found, list):
            raise SchemaDrift(f"Leaflogix's answer to {path} is no list any more.")
        return found

    async def ask(self, path: str, what: str, body: Mapping[str, Any]) -> Any:
        """A read that Leaflogix wants as a POST; it may be repeated."""
        return _content(await self.http.read("POST", path, content=frozen(body).encode(), headers=_JSON, what=what))

    async def write(self, path: str, what: str, body: Mapping[str, Any]) -> Any:
        """A write that has no idempotency there, sent once."""
        reply = await self.http.write("POST", path, content=frozen(body).encode(), headers=_JSON, what=what)
        return _content(reply)

    async def write_once(self, path: str, what: str, body: str, params: Mapping[str, Any] | None = None) -> Any:
        """A write under its key: nothing leaves without both the consumer key and the key in the body, for then
        Leaflogix would silently do it twice. Raises ConfigurationError, ValidationError."""
        if not self._consumer:
            raise ConfigurationError(
                "Leaflogix's consumer key is missing: a repeated order would be made twice.",
                next_step="Enter the consumer key in Connections.",
            )
        key = json.loads(body).get(KEY_FIELD)
        if not isinstance(key, str) or not 0 < len(key) <= 36:
            raise ValidationError("This has no idempotency key, so it is not sent to Leaflogix.")
        headers = {**_JSON, KEY_HEADER: self._consumer}
        reply = await self.http.write(
            "POST", path, content=body.encode(), headers=headers, what=what, params=params, due_json=True
        )
        return _content(reply)


_JSON = {"content-type": "application/json"}


def frozen(body: Mapping[str, Any]) -> str:
    """A body as text: the same object always gives the same bytes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _content(reply: Reply) -> Any:
    return reply.json() if reply.content.strip() else None


def key_of(key: str) -> str:
    """An idempotency key of at most 36 characters: ours where it is a UUID, else one that follows from it."""
    try:
        return str(UUID(key))
    except ValueError:
        return str(uuid5(_OURS, key))


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Leaflogix")


def stamp(at: datetime) -> str:
    """A time as Leaflogix reads it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def mark(at: datetime) -> str:
    """Where the next pull begins after one that began at `at`."""
    return stamp(at - OVERLAP)
