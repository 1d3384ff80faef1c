"""Connections and searches: pages by cursor, filters as Shopify writes them, unknown filters ignored with a warning."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from posbridge.sandbox.shopify.executor import Node, Refused

_TERM = re.compile(
    r"""\s*(?:(?P<or>OR\b)|(?P<and>AND\b)|(?P<bracket>[()])|(?P<not>NOT\b|-(?=\w))"""
    r"""|(?:(?P<field>[a-z_]+):(?P<op>>=|<=|>|<)?)?(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s()]+))"""
)
_MOST = 250

Row = Any
#: (row, operator, value) → whether it fits.
Filter = Callable[[Row, str, str], bool]


@dataclass(frozen=True)
class Term:
    """`field` "" is the default search over everything."""

    field: str
    op: str
    value: str
    no: bool = False


def terms(query: str) -> list[list[Term]]:
    """A search as alternatives of terms that all must fit (brackets are read over)."""
    groups: list[list[Term]] = [[]]
    negated = False
    for found in _TERM.finditer(query):
        if found["or"]:
            groups.append([])
        elif found["not"]:
            negated = True
        elif found["value"]:
            value = found["value"]
            plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] in "'\"" else value
            groups[-1].append(Term(found["field"] or "", found["op"] or "", plain, negated))
            negated = False
    return [group for group in groups if group]


class Search:
    """The filters of one list. `warnings` are those of the last request."""

    def __init__(self, filters: Mapping[str, Filter]) -> None:
        self._filters = filters
        self.warnings: list[Node] = []

    def fits(self, row: Row, groups: list[list[Term]]) -> bool:
        return not groups or any(all(self._one(row, term) for term in group) for group in groups)

    def _one(self, row: Row, term: Term) -> bool:
        known = self._filters.get(term.field)
        return known is None or known(row, term.op, term.value) is not term.no

    def check(self, groups: list[list[Term]], path: str) -> None:
        """Notes the fields that are ignored."""
        unknown = sorted({term.field for group in groups for term in group if term.field not in self._filters})
        for name in unknown:
            self.warnings.append(
                {"path": [path], "query": name, "warnings": [{"field": name, "message": "Invalid search field."}]}
            )


def compared(held: str, op: str, value: str) -> bool:
    """Times and numbers compare by size, both written alike."""
    left, right = (held, value) if not (held.isdigit() and value.isdigit()) else (held.zfill(20), value.zfill(20))
    tests = {">=": left >= right, "<=": left <= right, ">": left > right, "<": left < right, "": left == right}
    return tests[op]


def words(*held: str | None) -> Callable[[str], bool]:
    """Whether a search's value is in one of these texts, whatever its case."""
    return lambda value: any(value.lower() in (text or "").lower() for text in held)


def connection(
    rows: Iterable[Row], args: Mapping[str, Any], shown: Callable[[Row], Any], key: Callable[[Row], tuple[str, int]]
) -> Node:
    """A page of rows in the order of `key`; the cursor is the key of the last row."""
    first = args.get("first", args.get("last"))
    if not isinstance(first, int) or first < 0:
        raise Refused("BAD_REQUEST", "you must provide one of first or last")
    if first > _MOST:
        raise Refused("BAD_REQUEST", f"The first argument must be between 0 and {_MOST}")
    reverse = bool(args.get("reverse"))
    ordered = sorted(rows, key=key, reverse=reverse)
    after = args.get("after")
    if after is not None:
        ordered = _behind(ordered, _opened(str(after)), key, reverse)
    page = ordered[:first]
    return page_of(page, shown, key, more=len(ordered) > first, earlier=after is not None)


def page_of(
    page: list[Row], shown: Callable[[Row], Any], key: Callable[[Row], tuple[str, int]], *, more: bool, earlier: bool
) -> Node:
    cursors = [_closed(key(row)) for row in page]
    nodes = [shown(row) for row in page]
    info = {
        "hasNextPage": more,
        "hasPreviousPage": earlier,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }
    edges = [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)]
    return {"nodes": nodes, "edges": edges, "pageInfo": info}


def whole(rows: Iterable[Any], shown: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], Node]:
    """A short list inside an object: a connection in its own order."""
    numbered = list(enumerate(rows))
    return lambda args: connection(
        numbered, {"first": _MOST, **args}, lambda pair: shown(pair[1]), lambda pair: ("", pair[0])
    )


def _behind(ordered: list[Row], at: tuple[str, int], key: Callable[[Row], tuple[str, int]], reverse: bool) -> list[Row]:
    return [row for row in ordered if (key(row) < at if reverse else key(row) > at)]


def _closed(place: tuple[str, int]) -> str:
    return base64.b64encode(json.dumps({"last_value": place[0], "last_id": place[1]}).encode()).decode()


def _opened(cursor: str) -> tuple[str, int]:
    try:
        place = json.loads(base64.b64decode(cursor))
        return str(place["last_value"]), int(place["last_id"])
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused("BAD_REQUEST", f"`{cursor}` is not a valid cursor.") from problem
