"""Calling Lightspeed: one location, bodies that are kept before they leave, and sales read page by page ahead."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any

from posbridge.connectors import cursors
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.net import encode
from posbridge.connectors.paging import ahead

Params = Mapping[str, Any] | list[tuple[str, Any]]
Body = dict[str, Any]
SALES_PAGE = 100
#: What is read with sales beside their lines.
INCLUDE = ("payments", "consumer", "staff", "table", "account_profile")
_JSON = {"content-type": "application/json"}


class Calls:
    """Lightspeed's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection

    @property
    def location(self) -> str:
        """The business location. Raises ValidationError when the connection names none."""
        found = self.connection.location or self.connection.fields.get("business_location_id", "")
        if not found.isdigit():
            raise ValidationError("Lightspeed needs to know the location.", next_step="Choose it in Connections.")
        return found

    @property
    def currency(self) -> str:
        return self.connection.currency

    def field(self, name: str, default: str = "") -> str:
        return self.connection.fields.get(name, "").strip() or default

    async def get(self, path: str, params: Params | None = None, *, here: bool = True) -> Any:
        """A read; with `here` the location goes along."""
        return (await self.http.get(path, params=self._placed(params) if here else params)).json()

    async def ask(self, path: str, body: Mapping[str, Any], params: Params | None = None) -> Any:
        """A read that Lightspeed takes as a POST; it may be repeated."""
        return (await self.http.read("POST", path, json=dict(body), params=self._placed(params))).json()

    async def write(self, method: str, path: str, body: str) -> Any:
        """A call with an effect, sent once, as the text stands."""
        reply = await self.http.write(method, path, content=body.encode(), headers=_JSON)
        return reply.json_or_none()

    def sales(self, begin: datetime, end: datetime, first: str = "") -> AsyncGenerator[tuple[Any, str]]:
        """Pages of closed sales by their time of closing: (rows, the token behind them, "" on the last)."""
        path = f"f/v2/business-location/{self.location}/sales"
        asked: list[tuple[str, Any]] = [("from", stamp(begin)), ("to", stamp(end)), ("pageSize", SALES_PAGE)]
        asked += [("include", name) for name in INCLUDE]

        async def fetch(token: str) -> Any:
            return await self.get(path, [*asked, ("nextPageToken", token or None)], here=False)

        return ahead(fetch, _following, first)

    def _placed(self, params: Params | None) -> list[tuple[str, Any]]:
        pairs = list(params.items() if isinstance(params, Mapping) else params or ())
        return [("businessLocationId", self.location), *pairs]


def _following(page: Any) -> str:
    following = page.get("nextPageToken") if isinstance(page, Mapping) else None
    if following is not None and not isinstance(following, str):
        raise SchemaDrift("Lightspeed's page token is no text.")
    return following or ""


def frozen(body: Mapping[str, Any]) -> str:
    """A body as text, amounts as plain numbers."""
    return encode(dict(body)).decode()


def rows_of(page: Any, name: str = "") -> list[Any]:
    """The rows of a page: the bare list, or what stands under `name`. Raises SchemaDrift when it is no list."""
    found = page.get(name) if name and isinstance(page, Mapping) else page
    if found is None:
        return []
    if not isinstance(found, list):
        raise SchemaDrift(f"Lightspeed's {name or 'answer'} is no list any more.")
    return found


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Lightspeed")


def stamp(at: datetime) -> str:
    """A time as the calls take it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
