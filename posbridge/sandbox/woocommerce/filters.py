"""Filters and orders of list requests. What a route does not know is ignored without a word (recorded 312, 423)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Protocol

from posbridge.sandbox.woocommerce.answers import Ask, WpError, invalid_param
from posbridge.sandbox.woocommerce.shop import Shop


class Dated(Protocol):
    """What all stored rows have."""

    id: int
    created: datetime
    modified: datetime


Test = Callable[[Any], bool]

_WINDOWS = (
    ("after", "created", True),
    ("before", "created", False),
    ("modified_after", "modified", True),
    ("modified_before", "modified", False),
)


def windows(ask: Ask, shop: Shop) -> list[Test]:
    """after, before, modified_after, modified_before with the site's own reading of times.

    A time with a zone is turned into site time first; `dates_are_gmt` only says which column is compared. So Z
    together with the flag misses changes east of Greenwich (recorded 159, 483). Strict, one second grain (158).
    """
    gmt = ask.flag("dates_are_gmt")
    tests: list[Test] = []
    for name, column, later in _WINDOWS:
        text = ask.text(name)
        if text:
            tests.append(_window(_site_time(name, text, shop), column, later, gmt, shop))
    return tests


def _site_time(name: str, text: str, shop: Shop) -> datetime:
    """The time as the site would write it, without a zone."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise invalid_param(name, f"{name} is not a valid date.", "rest_invalid_date") from None
    if found.tzinfo is not None:
        found = found.astimezone(shop.zone).replace(tzinfo=None)
    return found.replace(microsecond=0)


def _window(written: datetime, column: str, later: bool, gmt: bool, shop: Shop) -> Test:
    edge = written.replace(tzinfo=UTC if gmt else shop.zone).astimezone(UTC)

    def fits(row: Dated) -> bool:
        held: datetime = getattr(row, column)
        return held > edge if later else held < edge

    return fits


def ids(ask: Ask) -> list[Test]:
    """include and exclude; missing ids are just left out (recorded 145)."""
    tests: list[Test] = []
    wanted, unwanted = set(ask.numbers("include")), set(ask.numbers("exclude"))
    if wanted:
        tests.append(lambda row: row.id in wanted)
    if unwanted:
        tests.append(lambda row: row.id not in unwanted)
    return tests


def chosen(ask: Ask, name: str, allowed: Sequence[str], default: str) -> str:
    """A parameter from a fixed set."""
    value = ask.text(name) or default
    if value not in allowed:
        listed = ", ".join(allowed[:-1]) + f", and {allowed[-1]}"
        raise invalid_param(name, f"{name} is not one of {listed}.", "rest_not_in_enum")
    return value


def kept(rows: Iterable[Any], tests: Sequence[Test]) -> list[Any]:
    """Those that pass every test."""
    found = list(rows)
    for test in tests:
        found = list(filter(test, found))
    return found


def ordered(ask: Ask, rows: list[Any], title: Callable[[Any], str], default: str = "date") -> list[Any]:
    """orderby and order; the default is the newest first."""
    by = chosen(ask, "orderby", ("date", "id", "include", "title", "slug", "modified", "price", "popularity"), default)
    down = chosen(ask, "order", ("asc", "desc"), "desc") == "desc"
    if by == "include":
        place = {number: index for index, number in enumerate(ask.numbers("include"))}
        return sorted(rows, key=lambda row: place.get(row.id, 0))
    keys: dict[str, Callable[[Any], Any]] = {
        "id": lambda row: row.id,
        "title": lambda row: (title(row).lower(), row.id),
        "slug": lambda row: (title(row).lower(), row.id),
        "modified": lambda row: (row.modified, row.id),
    }
    if by == "id" and not down:
        return sorted(rows, key=attrgetter("id"))
    return sorted(rows, key=keys.get(by, lambda row: (row.created, row.id)), reverse=down)


def unknown(kind: str, status: int = 404) -> WpError:
    """An id that is none of ours; `kind` as in the code: product, shop_order, shop_coupon."""
    return WpError(status, f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.")
