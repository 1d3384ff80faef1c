"""WooCommerce's lists: pages by number with the next one already on its way, and cursors made of times."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.http import PlatformHttp, Reply
from posbridge.connectors.paging import MOST_PAGES, next_number, pages_ahead, pages_in_all
from posbridge.connectors.woocommerce.reading import naive, stepped_back

#: The most that WooCommerce gives (recorded 118).
PAGE = 100
#: A change may show a moment after its time; filters are strict and know only seconds.
LAG_S = 5

Params = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a pull stands: changes after `since` (naive UTC, "" for everything), at page `page`, begun at `began`."""

    since: str = ""
    page: int = 1
    began: str = ""

    @classmethod
    def parse(cls, cursor: str | None) -> Place:
        """Raises ValidationError for a cursor that is none of ours."""
        if not cursor:
            return cls()
        try:
            since, page, began = cursor.split("|")
            for text in filter(None, (since, began)):
                datetime.fromisoformat(text)
            return cls(since, max(1, int(page)), began)
        except ValueError as problem:
            raise ValidationError("This place in the shop's list cannot be read.") from problem

    def after(self, number: int, *, last: bool) -> str:
        """The cursor behind page `number`; behind the last one the next pull begins where this run began."""
        place = Place(self.began) if last else replace(self, page=number + 1)
        return f"{place.since}|{place.page}|{place.began}"

    def begun(self, reply: Reply, clock: Callable[[], datetime]) -> Place:
        """With the time of the first answer by the shop's own clock, which stamps its changes."""
        return self if self.began else replace(self, began=naive(stepped_back(_shops_time(reply, clock), LAG_S)))

    def params(self) -> Params:
        """UTC without Z, and the flag: any other way misses changes somewhere (recorded 148–160)."""
        return {"modified_after": self.since, "dates_are_gmt": "true"} if self.since else {}


def _shops_time(reply: Reply, clock: Callable[[], datetime]) -> datetime:
    try:
        return parsedate_to_datetime(reply.headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        return clock()


def rows_in(reply: Reply) -> list[Any]:
    """The rows of a list. Raises SchemaDrift when the answer is none."""
    rows = reply.json()
    if not isinstance(rows, list):
        raise SchemaDrift("The shop answered a list with something else.", status=reply.status)
    return rows


class Listed(NamedTuple):
    """One page of a list: its number, the answer, whether it is the last."""

    number: int
    reply: Reply
    last: bool


def listed(http: PlatformHttp, path: str, params: Params, *, first: int = 1) -> AsyncGenerator[Listed]:
    """A list's pages, the next one fetched meanwhile.

    Pages are numbered by the caller, never by the Link header, which repeats keys (recorded 005, 012). When the
    list became shorter, rows moved up into pages already read: then those are read once more.
    """

    before = 0

    async def read(number: int) -> Reply:
        return await http.get(path, params={**params, "per_page": PAGE, "page": number})

    async def fetch(place: str) -> Listed:
        nonlocal before
        number = int(place)
        reply = await read(number)
        fewer = before - (total(reply) or 0)
        if fewer > 0:
            number = max(1, number - 1 - (fewer - 1) // PAGE)
            reply = await read(number)
        before = total(reply) or 0
        return Listed(number, reply, _is_last(reply, number))

    return pages_ahead(fetch, next_number, str(first), again=True)


def total(reply: Reply) -> int | None:
    return pages_in_all(reply, "x-wp-total")


def _is_last(reply: Reply, number: int) -> bool:
    """By the shop's own count of pages; without it (a host drops headers) only an empty page is the end, for a plug-in
    may make pages shorter than asked."""
    known = pages_in_all(reply, "x-wp-totalpages")
    return number >= known if known is not None else not rows_in(reply)


async def every_row(http: PlatformHttp, path: str, params: Params, most: int = MOST_PAGES) -> list[Any]:
    """All rows of at most `most` pages, each id once."""
    found: dict[Any, Any] = {}
    async for number, reply, _ in listed(http, path, params):
        for row in rows_in(reply):
            found[row.get("id") if isinstance(row, dict) else len(found)] = row
        if number >= most:
            break
    return list(found.values())


def chunks(items: list[str], size: int = PAGE) -> list[list[str]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
