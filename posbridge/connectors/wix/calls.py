"""Calling Wix: nearly every read is a POST; answers are objects; lists go by cursor, old ones by number."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors import cursors
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import OutcomeUnknown, SchemaDrift, ServiceUnavailable, ValidationError
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import utc_from
from posbridge.connectors.wix.reading import listed, stamp

VERSION = "stores/v3/provision/version"
ORDERS, PAYMENTS, BILLING = "ecom/v1/orders", "ecom/v1/payments/orders", "ecom/v1/order-billing"
FULFILMENTS = "ecom/v1/fulfillments/orders"
CONTACTS, COUPONS = "contacts/v5/contacts", "stores/v2/coupons"
CARDS, MANAGED_CARDS = "ecom/v1/gift-cards", "gift-cards/v1/gift-cards"
#: Most rows of a page: the variants' and the stock's lists take more.
PAGE, BIG_PAGE = 100, 1000
#: Searches lag behind what was written (a guess: under 10 s); each pull begins that much earlier, and more.
READ_LAG_S = 60
V1, V3 = "V1_CATALOG", "V3_CATALOG"
_NO_STORE = "Add Wix Stores to the site (Wix App Market > Wix Stores), then test again."

Body = dict[str, Any]


class Calls:
    """Wix's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection
        self._catalog = ""

    @property
    def currency(self) -> str:
        return self.connection.currency

    @property
    def location(self) -> str:
        """The chosen stock location, "" for the site's default."""
        return self.connection.location or self.field("location_id")

    def field(self, name: str) -> str:
        return self.connection.fields.get(name, "").strip()

    async def get(self, path: str, params: Mapping[str, Any] | list[tuple[str, Any]] | None = None) -> Body:
        """A read."""
        return _object(await self.http.get(path, params=params))

    async def ask(self, path: str, body: Mapping[str, Any]) -> Body:
        """A read that Wix wants as a POST; it may be repeated."""
        try:
            return _object(await self.http.read("POST", path, json=body))
        except OutcomeUnknown as problem:
            raise ServiceUnavailable(problem.message, status=problem.status) from problem

    async def write(self, method: str, path: str, body: Mapping[str, Any]) -> Body:
        """A call with an effect, sent once."""
        return _object(await self.http.write(method, path, json=body))

    async def catalog(self) -> str:
        """Which catalogue the site has, V1 or V3, for good: asked once. ValidationError where there is no store."""
        if not self._catalog:
            told = (await self.get(VERSION)).get("catalogVersion")
            if told == "STORES_NOT_INSTALLED":
                raise ValidationError("This Wix site has no store.", next_step=_NO_STORE)
            if told not in (V1, V3):
                raise SchemaDrift(f"Wix has a new kind of catalogue: {told!r}.")
            self._catalog = told
        return self._catalog


def _object(reply: Reply) -> Body:
    body = reply.json() if reply.content.strip() else {}
    if not isinstance(body, dict):
        raise SchemaDrift("Wix answered something that is no object.", status=reply.status)
    return body


def queried(
    calls: Calls, path: str, query: Mapping[str, Any], *, first: str = "", limit: int = PAGE, word: str = "query",
    beside: Mapping[str, Any] | None = None,
) -> AsyncGenerator[tuple[Body, str]]:  # fmt: skip
    """Pages of a query (or a "search") by cursor, the next fetched ahead. A cursor goes alone: it remembers its
    filter; what stands `beside` the query goes with every page."""

    async def fetch(cursor: str) -> Body:
        paging = {"limit": limit, "cursor": cursor} if cursor else {"limit": limit}
        asked = {"cursorPaging": paging} if cursor else {**query, "cursorPaging": paging}
        return await calls.ask(path, {word: asked, **(beside or {})})

    return ahead(fetch, following, first)


def following(page: Body) -> str:
    """The cursor behind a page, "" on the last: orders tell it in `metadata`, all else in `pagingMetadata`."""
    paging = page.get("pagingMetadata") or page.get("metadata") or {}
    if not isinstance(paging, Mapping):
        raise SchemaDrift("Wix's paging is no object any more.")
    cursors_told = paging.get("cursors") or {}
    found = cursors_told.get("next") if isinstance(cursors_told, Mapping) else None
    if found and not isinstance(found, str):
        raise SchemaDrift("Wix's cursor is no text.")
    return str(found or "") if paging.get("hasNext", True) is not False else ""


def numbered(
    calls: Calls, path: str, name: str, *, query: Mapping[str, Any] | None = None, first: str = "",
    beside: Mapping[str, Any] | None = None,
) -> AsyncGenerator[tuple[Body, str]]:  # fmt: skip
    """Pages of an old list by offset, the next fetched ahead; the cursor is the offset."""

    async def fetch(offset: str) -> Body:
        paging = {"limit": PAGE, "offset": int(offset or 0)}
        return {
            **await calls.ask(path, {"query": {**(query or {}), "paging": paging}, **(beside or {})}),
            "_at": paging,
        }

    def behind(page: Body) -> str:
        return str(page["_at"]["offset"] + PAGE) if len(listed(page, name)) >= PAGE else ""

    return ahead(fetch, behind, first)


def text_filter(condition: Mapping[str, Any] | list[Any]) -> str:
    """A filter or sort of the old stores and of coupons: JSON written as text."""
    return json.dumps(condition, separators=(",", ":"))


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Wix")


def began(calls: Calls) -> str:
    """Where the next pull begins: now, less the lag of Wix's searches."""
    return stamp(calls.clock() - timedelta(seconds=READ_LAG_S))


def moment(since: str) -> datetime:
    """A time of a cursor. Raises ValidationError for what is none."""
    try:
        return utc_from(since)
    except SchemaDrift as problem:
        raise ValidationError("This cursor is not one of Wix's.") from problem


def chunks(items: list[Any], size: int) -> list[list[Any]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
