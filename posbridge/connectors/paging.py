"""The ways in which platforms cut a list into pages, and a guard against lists that never end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.reply import Reply

T = TypeVar("T")

#: More pages than any real list has.
MOST_PAGES = 100_000


class Guard:
    """Raises SchemaDrift when a list repeats a place it has been at, or goes on for ever."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._most, self._seen = most, set[str]()

    def check(self, place: str) -> None:
        """To be called with each page's number, cursor or URL before it is fetched."""
        if place in self._seen:
            raise SchemaDrift("The platform's list comes back to a page that was read already.")
        if len(self._seen) >= self._most:
            raise SchemaDrift("The platform's list has no end.")
        self._seen.add(place)


async def by_number(
    fetch: Callable[[int], Awaitable[Reply]], last: Callable[[Reply, int], bool], *, first: int = 1
) -> AsyncIterator[tuple[int, Reply]]:
    """Pages by number: (number, reply) until `last(reply, number)` is true."""
    guard, number = Guard(), first
    while True:
        guard.check(str(number))
        reply = await fetch(number)
        yield number, reply
        if last(reply, number):
            return
        number += 1


async def by_cursor(
    fetch: Callable[[str], Awaitable[Reply]], following: Callable[[Reply], str | None], *, first: str = ""
) -> AsyncIterator[tuple[str, Reply]]:
    """Pages by cursor: (the cursor behind this page, reply); the cursor is "" on the last page."""
    guard, cursor = Guard(), first
    while True:
        guard.check(cursor)
        reply = await fetch(cursor)
        cursor = following(reply) or ""
        yield cursor, reply
        if not cursor:
            return


async def ahead(
    fetch: Callable[[str], Awaitable[T]], following: Callable[[T], str], first: str = ""
) -> AsyncGenerator[tuple[T, str]]:
    """Pages by cursor: (page, the cursor behind it, "" on the last); the next is on its way meanwhile."""
    guard = Guard()
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


async def by_link(fetch: Callable[[str], Awaitable[Reply]], first: str) -> AsyncIterator[tuple[str, Reply]]:
    """Pages by the header `Link: <…>; rel="next"`: (the next address or "", reply).

    Not for platforms whose links repeat the keys; those are paged by number.
    """
    async for address, reply in by_cursor(fetch, next_link, first=first):
        yield address, reply


def next_link(reply: Reply) -> str:
    """The address behind rel="next", "" when there is none."""
    for part in re.split(r",\s*(?=<)", reply.headers.get("link", "")):
        found = re.match(r"\s*<([^>]+)>(.*)", part)
        if found and re.search(r'rel\s*=\s*"?[^";]*\bnext\b', found[2]):
            return found[1]
    return ""


def pages_in_all(reply: Reply, header: str) -> int | None:
    """A header that counts (pages, objects), None when absent or no number."""
    value: Any = reply.headers.get(header, "")
    return int(value) if value.isdigit() else None
