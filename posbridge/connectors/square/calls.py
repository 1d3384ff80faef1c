"""Calling Square: one version, one location, answers that are objects, and pages fetched ahead."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from posbridge.connectors import cursors
from posbridge.connectors.contract import Connection, Context, Steps
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply

VERSION = "2026-08-19"
#: Lists may miss what was written this many seconds ago; each pull begins that much earlier.
READ_LAG_S = 60
#: A first pull of orders reaches back so far.
FIRST_PULL = timedelta(days=30)

__all__ = ["Body", "Calls", "cursor_of", "earlier", "frozen", "newest", "once", "place_of", "rows_of", "stamp", "walk"]

Body = dict[str, Any]
Fetch = Callable[[str], Awaitable[Body]]


class Calls:
    """Square's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection

    @property
    def location(self) -> str:
        """Where the store is. Raises ValidationError when the connection names no location."""
        found = self.connection.location or self.connection.fields.get("location_id", "")
        if not found:
            raise ValidationError("Square needs to know the store's location.", next_step="Choose it in Connections.")
        return found

    @property
    def currency(self) -> str:
        return self.connection.currency

    @property
    def zone(self) -> str:
        return self.connection.timezone or "UTC"

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Body:
        """A read."""
        return _object(await self.http.get(path, params=params, headers=_HEADERS))

    async def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Body:
        """A read that Square wants as a POST; it may be repeated."""
        if body is None:
            return _object(await self.http.read("POST", path, headers=_HEADERS))
        return _object(await self.http.read("POST", path, content=frozen(body).encode(), headers=_JSON_HEADERS))

    async def write(self, method: str, path: str, body: str | Mapping[str, Any]) -> Body:
        """A call with an effect, sent once; a text goes as it stands."""
        text = body if isinstance(body, str) else frozen(body)
        return _object(await self.http.write(method, path, content=text.encode(), headers=_JSON_HEADERS))


_HEADERS = {"square-version": VERSION}
_JSON_HEADERS = {**_HEADERS, "content-type": "application/json"}


def frozen(body: Mapping[str, Any] | list[Any]) -> str:
    """A body as text: the same object always gives the same bytes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _object(reply: Reply) -> Body:
    body = reply.json() if reply.content.strip() else {}
    if not isinstance(body, dict):
        raise SchemaDrift("Square answered something that is no object.", status=reply.status)
    return body


async def once(steps: Steps, name: str, body: Callable[[], Any]) -> str:
    """The text of a body: kept from the first try, or made now and kept before it is used."""
    text = await steps.get(name)
    if not text:
        text = frozen(body())
        await steps.put(name, text)
    return text


def walk(fetch: Fetch, first: str = "") -> AsyncGenerator[tuple[Body, str]]:
    """Square's pages, the next fetched ahead: (page, the cursor behind it, "" on the last)."""
    return ahead(fetch, _following, first)


def _following(page: Body) -> str:
    following = page.get("cursor") or ""
    if not isinstance(following, str):
        raise SchemaDrift("Square's cursor is no text.")
    return following


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Square")


def stamp(at: datetime) -> str:
    """A time as Square writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def earlier(text: str, seconds: int = READ_LAG_S) -> str:
    """A time of Square's, so many seconds earlier; as it stands when it cannot be read."""
    try:
        return stamp(datetime.fromisoformat(text) - timedelta(seconds=seconds))
    except (ValueError, OverflowError):
        return text


def newest(rows: list[Any], field: str, known: str) -> str:
    """The latest of the rows' times and the one known before, as text that sorts (all are UTC)."""
    times = [row[field] for row in rows if isinstance(row, Mapping) and isinstance(row.get(field), str)]
    return str(max([*times, known]))


def rows_of(page: Body, name: str) -> list[Any]:
    """The rows of a page; Square leaves an empty list out. Raises SchemaDrift when it is no list."""
    found = page.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise SchemaDrift(f"Square's {name} are no list any more.")
    return found
