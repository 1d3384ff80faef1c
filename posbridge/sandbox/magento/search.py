"""searchCriteria: filters in groups, orders, pages; quirks as they were recorded (049–067, 210)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.sandbox.magento.answers import Obj, Refused, cut, parsed_fields

_KEY = re.compile(r"searchCriteria\[(\w+)\]((?:\[\w+\])*)")
_CAMEL = {"filter_groups": "filterGroups", "page_size": "pageSize", "current_page": "currentPage",
          "sort_orders": "sortOrders", "condition_type": "conditionType"}  # fmt: skip
_KNOWN = ("filterGroups", "pageSize", "currentPage", "sortOrders")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
LIMIT = 300

Read = Callable[[Obj, str], Any]
Asked = Sequence[tuple[str, str]]


class Search:
    """One search as asked."""

    def __init__(self, query: Asked) -> None:
        self.groups: dict[str, dict[str, Obj]] = {}
        self.orders: dict[str, Obj] = {}
        self.size: int | None = None
        self.page = 1
        self.fields = ""
        self._read(query)

    def _read(self, query: Asked) -> None:
        given = False
        for name, value in query:
            if name == "fields":
                self.fields = value
            elif name == "searchCriteria":
                given = True
            elif found := _KEY.fullmatch(name):
                given = True
                self._take(_camel(found[1]), [_camel(part) for part in re.findall(r"\[(\w+)\]", found[2])], value)
        if not given:
            raise Refused(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "searchCriteria"})

    def _take(self, kind: str, path: list[str], value: str) -> None:
        if kind not in _KNOWN:
            words = '"%fieldName" is not supported. Correct the field name and try again.'
            raise Refused(400, words, {"fieldName": kind[:1].upper() + kind[1:]})
        if kind == "filterGroups" and len(path) == 4:
            self.groups.setdefault(path[0], {}).setdefault(path[2], {})[path[3]] = value
        elif kind == "sortOrders" and len(path) == 2:
            self.orders.setdefault(path[0], {})[path[1]] = value
        elif kind == "pageSize":
            self.size = int(value) if value.isdigit() and int(value) else None
        elif kind == "currentPage":
            self.page = max(1, int(value)) if value.isdigit() else 1

    def answer(self, rows: Sequence[Obj], read: Read, *, limits: bool, unknown: Callable[[str], Refused | None]) -> Any:
        """The page asked for, in its envelope and cut by `fields`."""
        size = self._size(limits)
        for one in (one for group in self.groups.values() for one in group.values()):
            if (problem := unknown(one.get("field", ""))) is not None:
                raise problem
        found = [row for row in rows if all(_any(group, row, read) for group in self.groups.values())]
        for order in reversed(list(self.orders.values())):
            down = order.get("direction", "ASC").upper() == "DESC"
            found.sort(key=lambda row: _ranked(read(row, order.get("field", ""))), reverse=down)
        start = (self.page - 1) * size if size else 0
        page = found[start : start + size] if size else found
        body = {"items": page, "search_criteria": self._said(size), "total_count": len(found)}
        return cut(body, parsed_fields(self.fields)) if self.fields else body

    def _size(self, limits: bool) -> int | None:
        if limits and (self.size or 0) > LIMIT:
            raise Refused(400, "Maximum SearchCriteria pageSize is %max", {"max": LIMIT})
        return 20 if limits and self.size is None else self.size

    def _said(self, size: int | None) -> Obj:
        groups = [
            {"filters": [{"field": f.get("field"), "value": f.get("value"),
                          "condition_type": f.get("conditionType", "eq")} for f in group.values()]}
            for group in self.groups.values()
        ]  # fmt: skip
        said: Obj = {"filter_groups": groups}
        if self.orders:
            said["sort_orders"] = list(self.orders.values())
        if size:
            said |= {"page_size": size, "current_page": self.page}
        return said


def _any(group: Mapping[str, Obj], row: Obj, read: Read) -> bool:
    """Filters of one group are joined by OR."""
    return any(fits(read(row, one.get("field", "")), one) for one in group.values())


def fits(held: Any, one: Obj) -> bool:
    """Whether a value meets a filter; a condition that is not known acts as eq (recorded 062)."""
    wanted, condition = str(one.get("value", "")), str(one.get("conditionType", "eq"))
    if condition in ("null", "notnull"):
        return (held is None) == (condition == "null")
    if held is None:
        return False
    if condition in ("in", "nin"):
        return any(_same(held, part) for part in wanted.split(",")) is (condition == "in")
    if condition == "like":
        pattern = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in wanted)
        return re.fullmatch(pattern, str(held), re.IGNORECASE | re.DOTALL) is not None
    if condition in ("gt", "gteq", "lt", "lteq"):
        return _compared(held, wanted, condition)
    return _same(held, wanted) is not (condition == "neq")


def _same(held: Any, wanted: str) -> bool:
    if isinstance(held, bool):
        return str(int(held)) == wanted
    return str(held).casefold() == wanted.strip().casefold()


def _compared(held: Any, wanted: str, condition: str) -> bool:
    left, right = _ranked(held), _ranked(wanted)
    if isinstance(held, str) and _DATE.match(held):
        # an offset is ignored, garbage is the beginning of time (065, 066)
        right = (1, wanted.replace("T", " ")[:19]) if _DATE.match(wanted) else (1, "")
    if left[0] != right[0]:
        left, right = (1, str(held)), (1, wanted)
    signs = {"gt": left > right, "gteq": left >= right, "lt": left < right, "lteq": left <= right}
    return signs[condition]


def _ranked(value: Any) -> tuple[int, Any]:
    try:
        return (0, Decimal(str(value)))
    except InvalidOperation:
        return (1, "" if value is None else str(value).casefold())


def _camel(name: str) -> str:
    return _CAMEL.get(name, name)
