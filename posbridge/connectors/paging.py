"""The ways in which platforms cut a list into pages, and a guard against lists that never end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.reply import Reply

T = TypeVar("T")

#: More pages than any real list has.
MOST_PAGES = 100_000


class Guard:
    """Raises SchemaDrift when a list goes on for ever, or, unless it may (`again`), repeats a place it has been at."""

    def __init__(self, most: int = MOST_PAGES, *, again: bool = False) -> None:
        self._most, self._again, self._checked, self._seen = most, again, 0, set[str]()

    def check(self, place: str) -> None:
        """To be called with each page's number, cursor or URL before it is fetched."""
        if place in self._seen and not self._again:
            raise SchemaDrift("The platform's list comes back to a page that was read already.")
        if self._checked >= self._most:
            raise SchemaDrift("The platform's list has no end.")
        self._checked += 1
        self._seen.add(place)


async def ahead(
    fetch: Callable[[str], Awaitable[T]], following: Callable[[T], str], first: str = "", *, again: bool = False
) -> AsyncGenerator[tuple[T, str]]:
    """Pages by cursor: (page, the cursor behind it, "" on the last); the next is on its way meanwhile.

    With `again` the same cursor may come twice, as in a list that grows shorter while it is read.
    """
    guard = Guard(again=again)
    guard.check(first)
    coming = asyncio.ensure_future(fetch(first))
    try:
        while True:
            page = await coming
            cursor = following(page)
            if cursor:
                guard.check(cursor)
                coming = asyncio.ensure_future(fetch(cursor))
            yield page, cursor
            if not cursor:
                return
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


async def pages_ahead(
    fetch: Callable[[str], Awaitable[T]], following: Callable[[T], str], first: str = "", *, again: bool = False
) -> AsyncGenerator[T]:
    """As `ahead`, for pages that know themselves what is behind them."""
    async with aclosing(ahead(fetch, following, first, again=again)) as walk:
        async for page, _ in walk:
            yield page


class Counted(Protocol):
    """A page with a number, which knows whether it is the last."""

    @property
    def number(self) -> int: ...
    @property
    def last(self) -> bool: ...


def next_number(page: Counted) -> str:
    """The cursor behind a counted page: the next number, "" behind the last."""
    return "" if page.last else str(page.number + 1)


def once_each(rows: Iterable[Any], seen: set[str]) -> list[Any]:
    """The rows whose id was not seen: cursors are no snapshot, and what changes during a walk may come twice."""
    fresh = []
    for row in rows:
        ident = row.get("id") if isinstance(row, Mapping) else None
        if isinstance(ident, str) and ident in seen:
            continue
        if isinstance(ident, str):
            seen.add(ident)
        fresh.append(row)
    return fresh


def pages_in_all(reply: Reply, header: str) -> int | None:
    """A header that counts (pages, objects), None when absent or no number."""
    value: Any = reply.headers.get(header, "")
    return int(value) if value.isdigit() else None
