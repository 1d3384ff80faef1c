"""Filters, sorting and cutting of lists, as PrestaShop's web service has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.sandbox.prestashop.answers import Crashed, Refused
from posbridge.sandbox.prestashop.markup import Row
from posbridge.sandbox.prestashop.resources import Resource

_FILTER = re.compile(r"filter\[(\w+)\]")
Test = Callable[[str], bool]
_UNFILTERED = frozenset(
    {"id_default_image", "id_default_combination", "manufacturer_name", "quantity", "position_in_category"}
)


def chosen(resource: Resource, rows: Mapping[int, Row], query: Mapping[str, str]) -> list[Row]:
    """The rows that the query asks for, in its order, cut by its limit."""
    found = list(rows.values())
    for name, value in query.items():
        match = _FILTER.fullmatch(name)
        if match:
            _known(resource, match[1], query)
            test = _test(value.casefold())
            found = [row for row in found if test(_held(row, match[1]))]
    return _cut(_sorted(resource, found, query), query)


def _known(resource: Resource, field: str, query: Mapping[str, str]) -> None:
    """Unknown fields are refused (recorded 120); times need date=1 (121), and a table without times crashes (217)."""
    if field.startswith("date_") and query.get("date") == "1" and field not in resource.empty:
        raise Crashed
    hidden = field in ("date_add", "date_upd") and query.get("date") != "1"
    if field not in ("id", *resource.fields) or hidden or (resource.name == "products" and field in _UNFILTERED):
        words = f'This filter does not exist. Did you mean: "id"? The full list is: "{", ".join(resource.fields)}"'
        raise Refused(400, (32, words))


def _held(row: Row, field: str) -> str:
    value = row.get(field, "")
    return str(next(iter(value.values()), "") if isinstance(value, Mapping) else value).casefold()


def _test(asked: str) -> Test:
    """What a filter's value means."""
    match = re.fullmatch(r"([%<>!]?)\[(.*)\](%?)", asked)
    sign, inner, behind = match.groups() if match else ("", asked, "")
    if sign == "%" or behind == "%":
        return _part(inner, before=sign == "%", behind=behind == "%")
    if sign in ("<", ">"):
        limit = _key(inner)
        return (lambda held: _key(held) > limit) if sign == ">" else (lambda held: _key(held) < limit)
    low, comma, high = inner.partition(",")
    if comma and "|" not in inner:
        least, most = _key(low), _key(high)
        return lambda held: least <= _key(held) <= most
    wanted = {_key(part) for part in inner.split("|")}
    return lambda held: (_key(held) in wanted) is (sign != "!")


def _part(inner: str, *, before: bool, behind: bool) -> Test:
    if before and behind:
        return lambda held: inner in held
    return (lambda held: held.startswith(inner)) if behind else (lambda held: held.endswith(inner))


def _key(text: str) -> tuple[int, Any]:
    """Numbers compare as numbers."""
    if text.isdecimal():
        return (0, int(text))
    try:
        return (0, Decimal(text)) if text[-1:].isdecimal() else (1, text)
    except InvalidOperation:
        return (1, text)


def _sorted(resource: Resource, rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """Without `sort` the order is not by id (recorded 912)."""
    asked = query.get("sort", "").strip("[]")
    if not asked:
        return rows[-1:] + rows[:-1]
    for word in reversed(asked.split(",")):
        field, _, way = word.rpartition("_")
        if field not in ("id", *resource.fields):
            raise Refused(400, (38, f'Unable to filter by this field. However, these are available: "{word}"'))
        rows = sorted(rows, key=lambda row: _key(_held(row, field)), reverse=way.upper() == "DESC")
    return rows


def _cut(rows: list[Row], query: Mapping[str, str]) -> list[Row]:
    """`limit=abc` is an empty list, with 200 (recorded 231)."""
    asked = query.get("limit")
    if asked is None:
        return rows
    parts = asked.split(",")
    if not all(part.strip().isdecimal() for part in parts) or len(parts) > 2:
        return []
    begin, count = (0, int(parts[0])) if len(parts) == 1 else (int(parts[0]), int(parts[1]))
    return rows[begin : begin + count]


def shown(resource: Resource, query: Mapping[str, str]) -> list[str] | None:
    """Which fields: None for ids only."""
    asked = query.get("display", "")
    if asked == "full":
        return ["id", *resource.fields, "associations"]
    if not asked:
        return None
    wanted = [word.strip() for word in asked.strip("[]").split(",")]
    prices = {re.match(r"price\[(\w+)\]", name)[1] for name in query if name.startswith("price[")}  # type: ignore[index] # matched by its begin
    unknown = [word for word in wanted if word not in ("id", *resource.fields, *prices)]
    if unknown:
        raise Refused(400, (35, f'Unable to display this field "{unknown[0]}".'))
    return wanted
