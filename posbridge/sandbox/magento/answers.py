"""How the simulated store refuses, cuts answers by `fields`, and writes numbers and times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from posbridge.sandbox.wire import Reply

Obj = dict[str, Any]


class Refused(Exception):
    """A refusal in Magento's shape: a message with placeholders, and what fills them."""

    def __init__(self, status: int, message: str, parameters: Any = None, errors: list[Obj] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Obj = {"message": message}
        if errors:
            self.body["errors"] = errors
        if parameters is not None:
            self.body["parameters"] = parameters

    def reply(self) -> Reply:
        return Reply(self.status, self.body)


def no_entity(field: str, value: Any) -> Refused:
    return Refused(404, "No such entity with %fieldName = %fieldValue", {"fieldName": field, "fieldValue": value})


#: Entries of a list in one body, where input limits are on (the contract's section 10).
MOST_ITEMS = 20


def too_many(kind: str) -> Refused:
    return Refused(400, 'Maximum items of type "%type" is %max', {"type": kind, "max": MOST_ITEMS})


def internal() -> Refused:
    return Refused(500, "Internal Error. Details are available in Magento log file. Report ID: webapi-5f0c1e2d3b4a5")


def number(value: Any) -> int | float:
    """As JSON writes it: 25 and 12.95."""
    exact = Decimal(str(value or 0)).quantize(Decimal("0.000001")).normalize()
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def exact(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def stored(value: Any) -> Any:
    """A value as a default install keeps it: each character beyond the basic plane is "????" (recorded 035)."""
    if isinstance(value, str):
        return re.sub(r"[^\u0000-\uffff]", "????", value)
    if isinstance(value, Mapping):
        return {key: stored(inner) for key, inner in value.items()}
    return [stored(inner) for inner in value] if isinstance(value, list) else value


def without_nulls(value: Any) -> Any:
    """Null attributes are left out of answers."""
    if isinstance(value, Mapping):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


Tree = dict[str, "Tree | None"]


def parsed_fields(text: str) -> Tree:
    """`items[id,sku],total_count` as a tree."""
    tree, place = _level(text, 0)
    if place != len(text):
        raise Refused(400, "The fields filter is not valid.")
    return tree


def _level(text: str, at: int) -> tuple[Tree, int]:
    tree: Tree = {}
    while at < len(text):
        found = re.match(r"[^,\[\]]+", text[at:])
        if not found:
            break
        name, at = found[0], at + len(found[0])
        tree[name] = None
        if text[at : at + 1] == "[":
            tree[name], at = _level(text, at + 1)
            at += 1
        if text[at : at + 1] != ",":
            break
        at += 1
    return tree, at


def cut(value: Any, tree: Tree | None) -> Any:
    """What `fields` leaves of an answer; a list that is empty becomes null (recorded 045, 104)."""
    if tree is None:
        return value
    if isinstance(value, list):
        return [cut(inner, tree) for inner in value] or None
    if not isinstance(value, Mapping):
        return value
    return {name: cut(value[name], inner) for name, inner in tree.items() if name in value}
