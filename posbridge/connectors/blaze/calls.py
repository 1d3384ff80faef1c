"""Calling Blaze: two keys on every call, lists by skip and limit, date windows of seven days. Each call is billed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import quote

import httpx

from posbridge.connectors.auth import HeaderKey
from posbridge.connectors.blaze.reading import listed
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.paging import ahead
from posbridge.connectors.text import Reader

BASE = "https://api.partners.blaze.me"
ROOT = "api/v1/partner"
#: Guess: no page says how many rows a list gives at most.
PAGE = 200
#: "Date range cannot exceed 7 days" is the errors page's own example; an hour less, so that no rounding passes it.
WINDOW = timedelta(days=7) - timedelta(hours=1)
#: Guess: a change shows in lists within this time.
READ_LAG_S = 60
#: Older places than this are cheaper read anew as a whole than in windows.
LONGEST_WALK = timedelta(days=42)


#: The query of one week, from its two ends.
Names = Callable[[datetime, datetime], Mapping[str, Any]]


class TwoKeys(httpx.Auth):
    """The partner key (under both names that Blaze's texts give it) and the dispensary key, without "Bearer"."""

    def __init__(self, partner: str, developer: str) -> None:
        self._parts = (
            HeaderKey("x-api-key", partner),
            HeaderKey("partner_key", partner),
            HeaderKey("authorization", developer),
        )

    def auth_flow(self, request: httpx.Request) -> Any:
        for part_of in self._parts:
            part_of.sign(request)
        yield request


@dataclass(frozen=True)
class Rows:
    """One page: its rows, where the next begins, whether it is the last, how many rows there are in all."""

    rows: list[Any]
    following: int
    last: bool
    total: int | None


class Calls:
    """The calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection, self.secrets = context.connection, context.secrets
        self.http.auth = TwoKeys(self.secrets.get("partner_key", ""), self.secrets.get("developer_key", ""))

    def setting(self, name: str, default: str = "") -> str:
        return self.connection.fields.get(name, "").strip() or default

    @property
    def zone(self) -> str:
        return self.connection.timezone

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return (await self.http.get(f"{ROOT}/{path}", params=params)).json()

    async def ask(self, path: str, body: Mapping[str, Any], params: Mapping[str, Any] | None = None) -> Any:
        """A POST that stores nothing, so it may be repeated."""
        return (await self.http.read("POST", f"{ROOT}/{path}", json=dict(body), params=params)).json()

    async def write(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, params: Mapping[str, Any] | None = None
    ) -> Any:
        """A call with an effect, sent once."""
        sent = None if body is None else dict(body)
        return (await self.http.write(method, f"{ROOT}/{path}", json=sent, params=params)).json()

    async def pages(
        self, path: str, params: Mapping[str, Any], *, first: int = 0, skip: str = "skip"
    ) -> AsyncIterator[Rows]:
        """A list page by page; some lists call the place `start`. The next page is on its way meanwhile."""

        async def fetch(at: str) -> Rows:
            place = int(at or first)
            return _page(await self.get(path, {**params, skip: place, "limit": PAGE}), place)

        async for page, _ in ahead(fetch, lambda page: "" if page.last else str(page.following)):
            yield page

    async def windowed(
        self, path: str, weeks: Sequence[tuple[datetime, datetime]], names: Names, *, first: int = 0
    ) -> AsyncIterator[tuple[Rows, datetime]]:
        """A list by date, week after week: (page, the beginning of its week); `first` is the place in the first week.

        `names(begin, end)` gives the query of one week. A page is `last` when it is the last of all.
        """
        for number, (begin, end) in enumerate(weeks, start=1):
            async for page in self.pages(path, names(begin, end), first=first):
                yield Rows(page.rows, page.following, page.last and number == len(weeks), page.total), begin
            first = 0


def windows(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The time from `since` to `until` in pieces that Blaze answers; at least one."""
    begin = min(since, until)
    while True:
        end = min(begin + WINDOW, until)
        yield begin, end
        if end >= until:
            return
        begin = end


def weeks_of_days(since: datetime, until: datetime, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """Whole days of the shop's time in groups of seven, each as the noons of its first and last day: no day twice."""
    day, today = since.astimezone(zone).date(), until.astimezone(zone).date()
    made = []
    while True:
        end = max(day, min(day + timedelta(days=6), today))
        made.append((_noon(day, zone), _noon(end, zone)))
        if end >= today:
            return made
        day = end + timedelta(days=1)


def _noon(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(12), zone).astimezone(UTC)


def _page(answer: Any, place: int) -> Rows:
    """`skip + len(values) >= total` or an empty page ends a list; a list without its total ends with this page
    unless it is full."""
    rows = listed(answer) if isinstance(answer, list) else Reader(answer).items("values")
    total = Reader(answer).integer("total") if isinstance(answer, Mapping) else None
    following = place + len(rows)
    last = not rows or (following >= total if total is not None else len(rows) < PAGE)
    return Rows(rows, following, last, total)


def part(text: str) -> str:
    """An id as a piece of a path. Raises NotFound for none."""
    if not text.strip() or text in (".", ".."):
        raise NotFound("Blaze has nothing without an id.")
    return quote(text, safe="")


def place_of(cursor: str | None) -> dict[str, int]:
    """What a cursor of ours remembers. Raises ValidationError for one that is not ours."""
    if not cursor:
        return {}
    try:
        place = json.loads(cursor)
        if not isinstance(place, dict) or not all(type(value) is int and value >= 0 for value in place.values()):
            raise ValueError("no place")
    except (ValueError, TypeError, RecursionError) as problem:
        raise ValidationError("This place in Blaze's list cannot be read.") from problem
    return place


def cursor_of(**place: int) -> str:
    return json.dumps({name: value for name, value in place.items() if value}, sort_keys=True, separators=(",", ":"))
