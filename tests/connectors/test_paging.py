"""Lists in pages."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.paging import (
    Guard,
    ahead,
    next_number,
    once_each,
    pages_ahead,
    pages_in_all,
)
from posbridge.connectors.reply import Reply


@dataclass(frozen=True)
class Numbered:
    number: int
    last: bool


class Shelf:
    """Pages by cursor; what is behind each, and which were asked for or given up."""

    def __init__(self, behind: dict[str, str]) -> None:
        self.behind, self.asked, self.given_up = behind, list[str](), list[str]()
        self.held = asyncio.Event()

    async def fetch(self, place: str) -> str:
        self.asked.append(place)
        try:
            if place == "held":
                await self.held.wait()
        except asyncio.CancelledError:
            self.given_up.append(place)
            raise
        return place

    def following(self, page: str) -> str:
        return self.behind[page]


async def test_the_next_page_is_on_its_way_while_one_is_read() -> None:
    shelf, read = Shelf({"": "b", "b": "c", "c": ""}), list[tuple[str, str]]()
    async for page, cursor in ahead(shelf.fetch, shelf.following):
        await asyncio.sleep(0)
        read.append((page, cursor))
        assert shelf.asked[-1] == (cursor or "c")
    assert read == [("", "b"), ("b", "c"), ("c", "")]


@pytest.mark.parametrize("pages", [ahead, pages_ahead])
async def test_a_page_on_its_way_is_given_up_with_the_list(pages: Any) -> None:
    shelf = Shelf({"a": "held"})
    async with aclosing(pages(shelf.fetch, shelf.following, "a")) as walk:
        await anext(walk)
        await asyncio.sleep(0)
    assert shelf.given_up == ["held"]


async def test_pages_by_number() -> None:
    async def fetch(place: str) -> Numbered:
        return Numbered(int(place), place == "4")

    assert [page.number async for page in pages_ahead(fetch, next_number, "2")] == [2, 3, 4]


async def test_a_list_that_turns_in_a_circle() -> None:
    shelf = Shelf({"": "a", "a": "b", "b": "a"})
    with pytest.raises(SchemaDrift):
        [page async for page in pages_ahead(shelf.fetch, shelf.following)]


async def test_a_list_that_grows_shorter_may_be_read_again() -> None:
    numbers = iter([1, 2, 2, 3])

    async def fetch(place: str) -> Numbered:
        number = next(numbers)
        return Numbered(number, number == 3)

    assert [page.number async for page in pages_ahead(fetch, next_number, "1", again=True)] == [1, 2, 2, 3]


@pytest.mark.parametrize("again", [False, True])
def test_a_list_without_end(again: bool) -> None:
    guard = Guard(most=2, again=again)
    guard.check("1")
    guard.check("1" if again else "2")
    with pytest.raises(SchemaDrift):
        guard.check("3")


def test_counts_in_headers() -> None:
    assert pages_in_all(Reply(200, headers={"X-Pages": "12"}), "x-pages") == 12
    assert pages_in_all(Reply(200, headers={"X-Pages": "many"}), "x-pages") is None


def test_a_row_that_comes_again_is_read_once_and_one_without_an_id_each_time() -> None:
    seen = set[str]()
    assert once_each([{"id": "a"}, {"id": 1}, "x"], seen) == [{"id": "a"}, {"id": 1}, "x"]
    assert once_each([{"id": "a"}, {"id": "b"}, {"id": 1}, "x"], seen) == [{"id": "b"}, {"id": 1}, "x"]
