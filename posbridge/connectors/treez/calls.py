"""Calling Treez: one store's part of the API, products by number of page, tickets by page in the path."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.connectors.paging import MOST_PAGES, ahead, next_number
from posbridge.connectors.treez.catalog_mapping import page_counts
from posbridge.connectors.treez.order_body import Terms
from posbridge.connectors.treez.reading import CURRENCY, rows_of

#: Rows of tickets and of customers an answer (facts, 10).
PAGE = 50
V2 = "v2"
_V3_ROOT, _V2_ROOT = "https://api-prod.treez.io", "https://api.treez.io"

Params = list[tuple[str, Any]]


def is_legacy(connection: Connection) -> bool:
    """Whether the store still has a key of the old API, and its connection says so."""
    return connection.fields.get("api_generation", "").strip() == V2


def root_of(connection: Connection) -> str:
    """Host and scheme, or what a relay or simulator has in their place."""
    given = connection.fields.get("base_url", "").strip().rstrip("/")
    return given or (_V2_ROOT if is_legacy(connection) else _V3_ROOT)


def base_of(connection: Connection) -> str:
    """The store's part of the API."""
    store = quote(connection.fields.get("dispensary", "").strip(), safe="-")
    part = f"v2.0/dispensary/{store}" if is_legacy(connection) else f"dispensary/v3/{store}"
    return f"{root_of(connection)}/{part}"


@dataclass(frozen=True)
class Rows:
    """One page: its rows, its number, how many there are in all, whether it is the last."""

    rows: list[Any]
    number: int
    total: int | None
    last: bool


class Calls:
    """The calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock, self.connection = context.http, context.clock, context.connection
        self.fields = context.connection.fields
        self.legacy = is_legacy(context.connection)
        self.currency = context.connection.currency or CURRENCY
        self._headers = {"content-type": "application/json"}
        if self.legacy:
            self._headers["client_id"] = self.setting("client_id")

    def setting(self, name: str, default: str = "") -> str:
        return self.fields.get(name, "").strip() or default

    @property
    def place(self) -> str:
        """The place whose stock is sold: the setting, else the location chosen when it was connected."""
        return self.setting("location_name") or self.connection.location

    @property
    def terms(self) -> Terms:
        """How tickets are made."""
        said = {name: value for name in Terms.__dataclass_fields__ if (value := self.setting(name))}
        return Terms(**{**said, "location_name": self.place})

    async def get(self, path: str, params: Params | None = None) -> Any:
        """The body of a read."""
        return (await self.http.get(path, params=params, headers=self._headers)).json()

    async def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """The body of a call that is sent by POST and changes nothing there."""
        return (await self.http.read("POST", path, json=dict(body), headers=self._headers)).json()

    async def write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """A write, sent once; its answer's body."""
        reply = await self.http.write(method, path, json=dict(body), headers=self._headers)
        return reply.json() if reply.content.strip() else {}

    def products(self, path: str, params: Params) -> AsyncGenerator[tuple[Rows, str]]:
        """A list of products, the next page on its way: without a size Treez gives the most it allows (facts, 3)."""
        seen = 0

        async def fetch(number: str) -> Rows:
            nonlocal seen
            raw = await self.get(path, [*params, ("page", number)])
            count, total = page_counts(raw)
            seen += count
            return Rows(rows_of(raw), int(number), total, not count or (total is not None and seen >= total))

        return ahead(fetch, next_number, "1")

    async def page(self, path: str, number: int) -> Rows:
        """One page of tickets or customers. A short one need not be the last: a store may give fewer than we ask."""
        try:
            raw = await self.get(f"{path}/page/{number}/pagesize/{PAGE}")
        except NotFound:
            if number == 1:
                raise
            raw = []  # behind the end
        rows, total = rows_of(raw), raw.get("totalElements") if isinstance(raw, Mapping) else None
        whole = total if isinstance(total, int) and not isinstance(total, bool) and total >= len(rows) else None
        return Rows(rows, number, whole, not rows)

    async def shifting(self, path: str, key: str, first: int = 1) -> AsyncIterator[Rows]:
        """A list that runs newest first and moves on while it is read (facts, 5): each object once, and the beginning
        read again at the end, until it holds nothing new. Only the last of all has `last`."""
        seen: set[str] = set()
        read = 0
        for number in range(first, first + MOST_PAGES):
            page = await self.page(path, number)
            fresh, read = _unseen(page.rows, key, seen), read + len(page.rows)
            yield Rows(fresh, page.number, page.total, False)
            if page.last or (page.total is not None and read >= page.total):
                break
        async for page in self._once_more(path, key, seen):
            yield page

    async def _once_more(self, path: str, key: str, seen: set[str]) -> AsyncIterator[Rows]:
        """The beginning of the list again, as far as it holds what was not seen."""
        for number in range(1, MOST_PAGES):
            page = await self.page(path, number)
            fresh = _unseen(page.rows, key, seen)
            done = page.last or not fresh
            yield Rows(fresh, page.number, page.total, done)
            if done:
                return
        raise SchemaDrift("Treez's list has no end.")


def _unseen(rows: list[Any], key: str, seen: set[str]) -> list[Any]:
    """The rows that are new; they are seen from now on."""
    fresh = [row for row in rows if _ident(row, key) not in seen]
    seen.update(_ident(row, key) for row in fresh)
    return fresh


def _ident(row: Any, key: str) -> str:
    """A row that moved on and changed meanwhile counts as new."""
    if not isinstance(row, Mapping):
        return ""
    return f"{row.get(key)}:{row.get('last_updated_at') or row.get('last_update')}"


def part(text: str) -> str:
    """A value as one part of a path. Raises NotFound for an empty one."""
    if not text or text in (".", ".."):
        raise NotFound("Treez has nothing without an id.")
    return quote(text, safe="-_.~")


def place_of(cursor: str | None) -> dict[str, Any]:
    """What a cursor of ours remembers; empty for none. Raises ValidationError for one that is not ours."""
    if not cursor:
        return {}
    try:
        place = json.loads(cursor)
        if not isinstance(place, dict) or not isinstance(place.get("page", 1), int) or place.get("page", 1) < 1:
            raise ValueError("no place")
        if not all(isinstance(place.get(name, ""), str) for name in ("since", "began")):
            raise ValueError("no time")
    except (ValueError, TypeError, RecursionError) as problem:
        raise ValidationError("This place in Treez's list cannot be read.") from problem
    return place


def cursor_of(**place: Any) -> str:
    return json.dumps({name: value for name, value in place.items() if value}, sort_keys=True, separators=(",", ":"))


#: Subtracted from the time a read began, so that the next one misses nothing that showed late.
LAG = timedelta(seconds=60)
