"""Magento's searches: criteria in the query, pages behind an id, and cursors made of times."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.http import PlatformHttp, Reply
from posbridge.connectors.magento.reading import naive, rows_of
from posbridge.connectors.paging import pages_ahead

#: The most that a store with input limits gives (recorded 210).
PAGE = 300
#: A change may be stamped before it can be read; filters know only seconds and count the moment itself (063).
LAG_S = 5
#: Bulk price calls move no time of change, so now and then everything is read.
WHOLE_EVERY = timedelta(hours=6)

Where = tuple[str, str, str]
"""(field, condition, value): all of them must hold."""
Pairs = list[tuple[str, str]]


def criteria(where: Sequence[Where] = (), *, size: int = PAGE, order: str = "entity_id", fields: str = "") -> Pairs:
    """The query of a search. Without an order rows move between pages, without a size everything comes."""
    pairs: Pairs = []
    for group, (name, condition, value) in enumerate(where):
        head = f"searchCriteria[filterGroups][{group}][filters][0]"
        pairs += [(f"{head}[field]", name), (f"{head}[value]", value), (f"{head}[conditionType]", condition)]
    if order:
        head = "searchCriteria[sortOrders][0]"
        pairs += [(f"{head}[field]", order), (f"{head}[direction]", "ASC")]
    pairs += [("searchCriteria[pageSize]", str(size)), ("searchCriteria[currentPage]", "1")]
    return [*pairs, ("fields", fields)] if fields else pairs


@dataclass(frozen=True)
class Place:
    """Where a pull stands: changes after `since` (naive UTC, "" for everything), behind the id `after`, begun at
    `began`; `whole` is when everything was read last."""

    since: str = ""
    after: str = ""
    began: str = ""
    whole: str = ""

    @classmethod
    def parse(cls, cursor: str | None) -> Place:
        """Raises ValidationError for a cursor that is none of ours."""
        if not cursor:
            return cls()
        try:
            since, after, began, whole = cursor.split("|")
            for text in filter(None, (since, began, whole)):
                datetime.fromisoformat(text)
            return cls(since, str(int(after)) if after else "", began, whole)
        except ValueError as problem:
            raise ValidationError("This place in the store's list cannot be read.") from problem

    def freshened(self, now: datetime) -> Place:
        """A pull that begins reads everything when that is long ago."""
        if self.after or not self.since or not self.whole:
            return self
        old = now - datetime.fromisoformat(self.whole).replace(tzinfo=UTC) > WHOLE_EVERY
        return replace(self, since="") if old else self

    def begun(self, reply: Reply, clock: Callable[[], datetime]) -> Place:
        """With the time of the first answer by the store's own clock, which stamps its changes."""
        if self.began:
            return self
        began = naive(_stores_time(reply, clock) - timedelta(seconds=LAG_S))
        return replace(self, began=began, whole=self.whole if self.since else began)

    def behind(self, after: str, *, last: bool) -> str:
        """The cursor behind a page; behind the last one the next pull begins where this run began."""
        place = Place(self.began, "", "", self.whole) if last else replace(self, after=after)
        return f"{place.since}|{place.after}|{place.began}|{place.whole}"

    def where(self) -> list[Where]:
        return [("updated_at", "gteq", self.since)] if self.since else []


def _stores_time(reply: Reply, clock: Callable[[], datetime]) -> datetime:
    try:
        return parsedate_to_datetime(reply.headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        return clock()


def rows_in(reply: Reply) -> list[Any]:
    """The rows of a search. Raises SchemaDrift when the answer is none."""
    rows, is_page = rows_of(reply.json())
    if not is_page:
        raise SchemaDrift("The store answered a search with something else.", status=reply.status)
    return rows


def total_in(reply: Reply) -> int | None:
    said = reply.json()
    count = said.get("total_count") if isinstance(said, dict) else None
    return count if isinstance(count, int) else None


@dataclass(frozen=True)
class Listed:
    """One page of a list: `end` is the id behind which the next begins."""

    reply: Reply
    rows: list[Any]
    end: str
    last: bool
    total: int | None


def listed(
    http: PlatformHttp, path: str, where: Sequence[Where] = (), *, after: str = "", fields: str = "", key: str = "id",
    column: str = "entity_id",
) -> AsyncGenerator[Listed]:  # fmt: skip
    """A list in the order of its ids (`key` in the answer, `column` in filters), the next page fetched meanwhile.

    Each page begins behind the last id of the one before, so that rows which come or go move no others.
    """

    async def fetch(behind: str) -> Listed:
        beyond: list[Where] = [(column, "gt", behind)] if behind else []
        reply = await http.get(path, params=list(criteria([*where, *beyond], order=column, fields=fields)))
        rows, count = rows_in(reply), total_in(reply)
        full = len(rows) >= PAGE if count is None else count > len(rows) > 0
        return Listed(reply, rows, _end(rows, key, behind), not full, count)

    return pages_ahead(fetch, lambda page: "" if page.last else page.end, after)


def _end(rows: Sequence[Any], key: str, before: str) -> str:
    ids = [row.get(key) for row in rows if isinstance(row, dict)]
    numbers = [int(ident) for ident in ids if isinstance(ident, int | str) and str(ident).isdecimal()]
    return str(max(numbers)) if numbers else before


async def among(
    http: PlatformHttp, path: str, column: str, values: Sequence[str], *, fields: str = "", size: int = 100,
    also: Sequence[Where] = (),
) -> list[Any]:  # fmt: skip
    """All rows whose column holds one of the values; values with a comma are asked for alone, for `in` splits at it."""
    plain = sorted({value for value in values if "," not in value})
    lots: list[Where] = [(column, "in", ",".join(plain[at : at + size])) for at in range(0, len(plain), size)]
    lots += [(column, "eq", value) for value in sorted({value for value in values if "," in value})]
    found: list[Any] = []
    for lot in lots:
        params = list(criteria([lot, *also], order="", fields=fields, size=PAGE))
        found += rows_in(await http.get(path, params=params))
    return found
