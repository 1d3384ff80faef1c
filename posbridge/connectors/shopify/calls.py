"""Calling Shopify: one endpoint, one version, documents by name; cursors of ours; pages fetched ahead."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from posbridge.connectors import cursors
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import NotFound, OutcomeUnknown, SchemaDrift, ServiceUnavailable, ValidationError
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.shopify.order_body import stamp
from posbridge.connectors.shopify.reading import gid
from posbridge.connectors.text import utc_from

log = structlog.get_logger("posbridge.connectors.shopify")

#: The newest version whose schema the tests hold; supported until 2027-07-01.
VERSION = "2026-07"
#: The search index lags by seconds, rarely minutes: each pull begins so much earlier.
READ_LAG_S = 180
_HEADERS = {"accept": "application/json"}

Body = dict[str, Any]
Fetch = Callable[[str], Awaitable[Body]]


class Calls:
    """The calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection
        self.version = context.connection.fields.get("api_version", "") or VERSION
        self._path = f"admin/api/{self.version}/graphql.json"
        self._served = ""

    @property
    def currency(self) -> str:
        return self.connection.currency

    @property
    def location(self) -> str:
        """The chosen location as a global id, "" when none is."""
        found = self.connection.location or self.connection.fields.get("location_id", "")
        return gid("Location", found) if found else ""

    def place(self) -> str:
        """The chosen location. Raises ValidationError when there is none."""
        if not self.location:
            raise ValidationError("Shopify needs to know the stock location.", next_step="Choose it in Connections.")
        return self.location

    async def ask(self, document: str, **variables: Any) -> Body:
        """A query: it changes nothing, so it may be repeated."""
        try:
            reply = await self.http.read("POST", self._path, json=_sent(document, variables), headers=_HEADERS)
        except OutcomeUnknown as problem:
            raise ServiceUnavailable(problem.message, status=problem.status) from problem
        return self._data(reply)

    async def change(self, document: str, **variables: Any) -> Body:
        """A mutation, sent once; its payload."""
        reply = await self.http.write("POST", self._path, json=_sent(document, variables), headers=_HEADERS)
        payload = next(iter(self._data(reply).values()), None)
        if not isinstance(payload, dict):
            raise OutcomeUnknown("Shopify did not say what became of the change.")
        return payload

    def _data(self, reply: Reply) -> Body:
        self._watch(reply)
        said = reply.json()
        data = said.get("data") if isinstance(said, Mapping) else None
        if not isinstance(data, dict):
            raise SchemaDrift("Shopify's answer holds no data.", status=reply.status)
        return data

    def _watch(self, reply: Reply) -> None:
        """A retired version is served by another one without a word, and unknown filters are ignored: tell it."""
        served = reply.headers.get("x-shopify-api-version", "")
        if served and served not in (self.version, self._served):
            log.warning("another API version answers", connection=self.connection.id, asked=self.version, got=served)
        self._served = served or self._served
        said = reply.json()
        extensions = said.get("extensions") if isinstance(said, Mapping) else None
        searched = extensions.get("search") if isinstance(extensions, Mapping) else None
        warned = [one.get("path") for one in searched or () if isinstance(one, Mapping) and one.get("warnings")]
        if warned:
            log.warning("a search filter was ignored", connection=self.connection.id, paths=warned)


def _sent(document: str, variables: Mapping[str, Any]) -> Body:
    return {"query": document, "variables": dict(variables)}


def needed(data: Body, key: str) -> Body:
    """An object of an answer. Raises NotFound where Shopify has none."""
    found = data.get(key)
    if found is None:
        raise NotFound("Shopify does not know this.")
    if not isinstance(found, dict):
        raise SchemaDrift(f"Shopify's {key} is no object any more.")
    return found


def members(page: Mapping[str, Any]) -> list[Any]:
    """The nodes of a connection. Raises SchemaDrift when they are no list."""
    found = page.get("nodes")
    if not isinstance(found, list):
        raise SchemaDrift("Shopify's nodes are no list any more.")
    return found


def behind(page: Mapping[str, Any]) -> str:
    """The cursor behind a page, "" on the last. Raises SchemaDrift when more follows and no cursor leads there."""
    info = page.get("pageInfo")
    if not isinstance(info, Mapping) or not info.get("hasNextPage"):
        return ""
    cursor = info.get("endCursor")
    if not isinstance(cursor, str) or not cursor:
        raise SchemaDrift("Shopify says that more follows, and not where.")
    return cursor


def walk(fetch: Fetch, first: str = "") -> AsyncGenerator[tuple[Body, str]]:
    """Shopify's pages, the next fetched ahead: (page, the cursor behind it, "" on the last)."""
    return ahead(fetch, behind, first)


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Shopify")


def earlier(at: datetime, seconds: int = READ_LAG_S) -> str:
    return stamp(at - timedelta(seconds=seconds))


def moment(since: str) -> datetime:
    """A time of a cursor. Raises ValidationError for what is none."""
    try:
        return utc_from(since)
    except SchemaDrift as problem:
        raise ValidationError("This cursor is not one of Shopify's.") from problem


def since_filter(since: str) -> str | None:
    """The search for what changed at or after a time of a cursor."""
    return f"updated_at:>='{stamp(moment(since))}'" if since else None


def quoted(value: str) -> str:
    """A value for a search: in quotes, with what would end them escaped."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
