"""Lists in pages."""

from __future__ import annotations

from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.paging import Guard, by_cursor, by_link, by_number, next_link, pages_in_all
from posbridge.connectors.reply import Reply


def fetcher(pages: dict[Any, Reply]) -> Any:
    async def fetch(place: Any) -> Reply:
        return pages[place]

    return fetch


async def test_by_number() -> None:
    pages = {n: Reply(200, str(n).encode()) for n in (2, 3, 4)}
    read = [number async for number, _ in by_number(fetcher(pages), lambda reply, n: n == 4, first=2)]
    assert read == [2, 3, 4]


async def test_by_cursor() -> None:
    pages = {"": Reply(200, b'{"cursor":"b"}'), "b": Reply(200, b'{"cursor":null}')}
    read = [cursor async for cursor, _ in by_cursor(fetcher(pages), lambda reply: reply.json()["cursor"])]
    assert read == ["b", ""]


async def test_by_link() -> None:
    there = '<https://a.example/?p=1>; rel="prev", <https://a.example/?p=3,x>; title="x"; rel="next"'
    pages = {"first": Reply(200, headers={"link": there}), "https://a.example/?p=3,x": Reply(200)}
    assert [link async for link, _ in by_link(fetcher(pages), "first")] == ["https://a.example/?p=3,x", ""]
    assert next_link(Reply(200, headers={"link": '<https://a.example>; rel="prev"'})) == ""


async def test_a_list_that_turns_in_a_circle() -> None:
    pages = {"": Reply(200, b"a"), "a": Reply(200, b"b"), "b": Reply(200, b"a")}
    with pytest.raises(SchemaDrift):
        [cursor async for cursor, _ in by_cursor(fetcher(pages), lambda reply: reply.text)]


def test_a_list_without_end() -> None:
    guard = Guard(most=2)
    guard.check("1")
    guard.check("2")
    with pytest.raises(SchemaDrift):
        guard.check("3")


def test_counts_in_headers() -> None:
    assert pages_in_all(Reply(200, headers={"X-Pages": "12"}), "x-pages") == 12
    assert pages_in_all(Reply(200, headers={"X-Pages": "many"}), "x-pages") is None
