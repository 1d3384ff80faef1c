"""The simulated site: time, ids, money, pages behind cursors and the language of filters."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.domain.money import exponent
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.wix.errors import Refused, invalid

Obj = dict[str, Any]
_SPACE = uuid.UUID("215238eb-22a5-4c36-9e7b-e7c08025e04e")
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": lambda held, wanted: held > wanted,
    "$gte": lambda held, wanted: held >= wanted,
    "$lt": lambda held, wanted: held < wanted,
    "$lte": lambda held, wanted: held <= wanted,
}


class Shop:
    """What all parts share."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.platform = platform
        self.seed, self.clock = platform.seed, platform.clock
        self.currency = self.seed.currency
        self.emit: Callable[[str, str, str, Obj], None] = lambda topic, fqdn, ident, inner: None
        self.location = self.new_id("location")

    def stamp(self) -> str:
        """Now, in UTC with milliseconds."""
        return stamp(self.clock.now())

    def new_id(self, kind: str) -> str:
        """A GUID, the same in every run."""
        return str(uuid.uuid5(_SPACE, f"{kind}:{self.platform.next_id(kind)}"))

    def money(self, minor: int) -> Obj:
        """As it is shown: text, with another text for people."""
        plain = f"{Decimal(minor).scaleb(-exponent(self.currency)):f}"
        return {"amount": plain, "formattedAmount": f"{plain} {self.currency}"}

    def minor(self, money: Any, field: str) -> int:
        """The amount of a request in minor units, or a refusal that names the field."""
        told = money.get("amount", money.get("value")) if isinstance(money, dict) else None
        if not isinstance(told, str):
            raise invalid(field, "must be an amount as text")
        try:
            scaled = Decimal(told).scaleb(exponent(self.currency))
        except InvalidOperation:
            raise invalid(field, "is not a decimal") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or scaled < 0:
            raise invalid(field, f"cannot be {told}")
        return int(scaled)

    def page(
        self,
        rows: Iterable[Obj],
        paging: Any,
        order: Callable[[Obj], Any],
        *,
        most: int = 100,
        again: Obj | None = None,
    ) -> tuple[list[Obj], Obj]:
        """(the rows of a page, its paging words). A cursor is a place in the order and no snapshot."""
        asked = paging if isinstance(paging, dict) else {}
        size = asked.get("limit", most if most <= 100 else 100)
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= most:
            raise invalid("cursorPaging.limit", f"must be from 1 to {most}")
        after = read_cursor(asked["cursor"]).get("after") if asked.get("cursor") else None
        ordered = sorted(((list(order(row)), row) for row in rows), key=lambda pair: pair[0])
        left = [pair for pair in ordered if after is None or pair[0] > after]
        more = len(left) > size
        following = {"next": write_cursor({"query": again or {}, "after": left[size - 1][0]})} if more else {}
        shown = [row for _, row in left[:size]]
        return shown, {"count": len(shown), "cursors": following, "hasNext": more}


def asked_of(body: Obj, word: str = "query") -> Obj:
    """The query or search of a body; behind a cursor it is the one that the cursor remembers."""
    told = body.get(word) or {}
    if not isinstance(told, dict):
        raise Refused(400, "Expected an object")
    cursor = (told.get("cursorPaging") or {}).get("cursor")
    if not cursor:
        return told
    if set(told) - {"cursorPaging"}:
        raise invalid("cursorPaging.cursor", "cannot stand beside a filter or sort")
    return {**read_cursor(cursor)["query"], "cursorPaging": told["cursorPaging"]}


def remembered(asked: Obj) -> Obj:
    """What a cursor keeps of a query."""
    return {name: value for name, value in asked.items() if name != "cursorPaging"}


def fits(row: Obj, condition: Any, fields: Sequence[str]) -> bool:
    """Whether a row passes a filter. A field that is not among `fields` is refused in Wix's words."""
    if condition is None:
        return True
    if not isinstance(condition, dict):
        raise Refused(400, "Expected an object")
    return all(_passes(row, name, wanted, fields) for name, wanted in condition.items())


def _passes(row: Obj, name: str, wanted: Any, fields: Sequence[str]) -> bool:
    if name not in fields:
        raise invalid("value", f"Field '{name}' is not declared as filterable")
    held = at(row, name)
    if not isinstance(wanted, dict):
        return bool(held == wanted)
    return all(_holds(held, operator, value) for operator, value in wanted.items())


def _holds(held: Any, operator: str, value: Any) -> bool:
    if operator == "$eq":
        return bool(held == value)
    if operator == "$ne":
        return bool(held != value)
    if operator in ("$in", "$hasSome"):
        return held in value
    if operator == "$nin":
        return held not in value
    if operator == "$exists":
        return (held is not None) is bool(value)
    if operator in _COMPARED and held is not None:
        return _COMPARED[operator](_comparable(held), _comparable(value))
    raise invalid("value", f"operator {operator} is not supported")


def _comparable(value: Any) -> Any:
    """Times are compared as times, numbers in texts as numbers."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, str) and "T" in value:
        try:
            return datetime.fromisoformat(value).timestamp()
        except ValueError:
            raise invalid("value", f"{value} is not a time") from None
    return value


def at(row: Any, path: str) -> Any:
    """What stands at a path with points."""
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_cursor(content: Obj) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def read_cursor(cursor: Any) -> Obj:
    try:
        content = json.loads(base64.urlsafe_b64decode(str(cursor) + "=" * (-len(str(cursor)) % 4)))
    except ValueError:
        raise invalid("cursorPaging.cursor", "is not a cursor") from None
    if not isinstance(content, dict) or "query" not in content:
        raise invalid("cursorPaging.cursor", "is not a cursor")
    return content


def json_text(told: Any, field: str) -> Any:
    """A filter or sort of the old services: JSON as text."""
    if told is None or told == "":
        return None
    if not isinstance(told, str):
        raise invalid(field, "must be a text")
    try:
        return json.loads(told)
    except ValueError:
        raise invalid(field, "is not JSON") from None
