"""Calling BigCommerce: v2 whose empty lists are 204, v3 with its envelope, and lists walked by rising id."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from posbridge.connectors.bigcommerce.reading import iso, rows_of
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.paging import MOST_PAGES, pages_ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import utc_from

T = TypeVar("T")
Rows = list[Any]
Params = Mapping[str, Any]

#: The largest page of every list here.
PAGE = 250
#: Each pull begins this much earlier than the last one began, seconds.
READ_LAG_S = 60
_JSON = {"accept": "application/json"}


class Calls:
    """BigCommerce's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection

    @property
    def currency(self) -> str:
        return self.connection.currency

    @property
    def location(self) -> int:
        told = self.connection.location or self.field("location_id")
        return int(told) if told.isdecimal() else 1

    def field(self, name: str) -> str:
        return self.connection.fields.get(name, "").strip()

    async def get(self, path: str, params: Params | None = None) -> Any:
        """A read; None for an answer without a body (v2 says so that a list is empty)."""
        return _body(await self.http.get(path, params=params, headers=_JSON))

    async def rows(self, path: str, params: Params | None = None) -> Rows:
        """The rows of one page."""
        return rows_of(await self.get(path, params))

    async def ask(self, method: str, path: str, body: Any) -> Any:
        """A read that BigCommerce wants as another method; it may be repeated."""
        return _body(await self.http.read(method, path, json=body, headers=_JSON))

    async def write(self, method: str, path: str, body: Any = None) -> Any:
        """A call with an effect, sent once."""
        return _body(await self.http.write(method, path, json=body, headers=_JSON))

    def rising(self, path: str, params: Params, above: str, *, start: int = 0) -> AsyncGenerator[tuple[Rows, int]]:
        """Pages by rising id: (rows, the highest id so far; 0 behind the last page).

        `above` names the filter that asks for ids beyond what was read, so that nothing that changes meanwhile moves
        a row over a page's end. The next page is on its way while this one is looked at.
        """

        async def fetch(place: str) -> tuple[Rows, int]:
            after = int(place)
            low = {above: after + (above == "min_id")} if after else {}
            raw = await self.get(path, {**params, **low, "limit": PAGE})
            rows = rows_of(raw)
            highest = max((_id(row) for row in rows), default=0)
            if rows and highest <= after:
                raise SchemaDrift(f"BigCommerce ignores {above} and gives the same page again.")
            return rows, 0 if _ends(raw, rows) else highest

        return pages_ahead(fetch, lambda page: str(page[1] or ""), str(start))

    async def numbered(self, path: str, params: Params, first: int = 1) -> AsyncIterator[tuple[Rows, int]]:
        """Pages by number: (rows, the next number; 0 behind the last). `total_pages` lies: a short page ends it."""
        for page in range(first, first + MOST_PAGES):
            raw = await self.get(path, {**params, "limit": PAGE, "page": page})
            rows = rows_of(raw)
            last = len(rows) < _size(raw)
            yield rows, 0 if last else page + 1
            if last:
                return

    async def every(self, path: str, params: Params) -> Rows:
        return [row async for rows, _ in self.numbered(path, params) for row in rows]


def _body(reply: Reply) -> Any:
    return reply.json() if reply.content.strip() else None


def _ends(raw: Any, rows: Rows) -> bool:
    """Whether nothing follows by rising id: v3 says how many a full page has; v2 does not, there an empty page ends."""
    return not rows or (isinstance(raw, Mapping) and len(rows) < _size(raw))


def _size(raw: Any) -> int:
    """How many rows a full page has: what the answer says, where it is less than was asked for."""
    meta = raw.get("meta") if isinstance(raw, Mapping) else None
    told = meta.get("pagination") if isinstance(meta, Mapping) else None
    size = told.get("per_page") if isinstance(told, Mapping) else None
    return min(size, PAGE) if isinstance(size, int) and size > 0 else PAGE


def _id(row: Any) -> int:
    found = row.get("id") if isinstance(row, Mapping) else None
    return found if isinstance(found, int) else int(found) if isinstance(found, str) and found.isdecimal() else 0


def place_of(cursor: str | None) -> dict[str, str]:
    """What a cursor of ours remembers; empty for none. Raises ValidationError for one that is not ours."""
    if not cursor:
        return {}
    try:
        place = json.loads(cursor)
    except ValueError as problem:
        raise ValidationError("This cursor is not one of BigCommerce's.") from problem
    if not isinstance(place, dict) or not str(place.get("after", "0")).isdecimal():
        raise ValidationError("This cursor is not one of BigCommerce's.")
    return {str(name): str(value) for name, value in place.items()}


def cursor_of(**place: str) -> str:
    return json.dumps({name: value for name, value in place.items() if value}, sort_keys=True)


def earlier(since: str) -> str:
    """A time of ours less the read lag, as filters want it. Raises ValidationError when it is none."""
    try:
        return iso(utc_from(since) - timedelta(seconds=READ_LAG_S))
    except (SchemaDrift, OverflowError) as problem:
        raise ValidationError("This cursor is not one of BigCommerce's.") from problem


def chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
