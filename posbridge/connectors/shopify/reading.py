"""How Shopify writes things: global ids, connections as nodes or edges, money in bags, answers inside envelopes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, decimal_from, each
from posbridge.domain.money import Money

T = TypeVar("T")

#: Answers nest no deeper than this before the object itself: data, payload, connection, node.
_DEEPEST = 6
#: No price has more digits; more is a slip that would only cost memory.
_MOST_DIGITS = 18
_LISTS = ("nodes", "edges")


def gid(kind: str, ident: str) -> str:
    """The global id of an object; one that is global already stays as it is."""
    return ident if ident.startswith("gid://") else f"gid://shopify/{kind}/{ident}"


def number_of(ident: str) -> str:
    """The number at the end of a global id, as webhook bodies and search filters want it."""
    return ident.rpartition("/")[2].partition("?")[0]


def ident(reader: Reader, kind: str) -> str:
    """An object's global id; REST-shaped bodies name it beside a number. Raises SchemaDrift when there is none."""
    said = reader.text("admin_graphql_api_id")
    return said if said.startswith("gid://") else gid(kind, reader.id())


def nodes(reader: Reader, key: str) -> list[Any]:
    """The members of a connection (nodes or edges) or of a plain list; [] when it was not asked for."""
    value = reader.raw.get(key)
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping) and (found := _members(value)) is not None:
        return found
    raise SchemaDrift(f"The field {key} is no list any more.", object_id=reader.object_id)


def readers(reader: Reader, key: str) -> list[Reader]:
    """The same, each as a Reader whose errors name the outer object."""
    return reader_list(reader, nodes(reader, key))


def reader_list(reader: Reader, rows: list[Any]) -> list[Reader]:
    try:
        found = [Reader(row) for row in rows]
    except SchemaDrift as problem:
        raise SchemaDrift(problem.message, object_id=reader.object_id) from problem
    for inner in found:
        inner.object_id = reader.object_id
    return found


def _members(value: Mapping[str, Any]) -> list[Any] | None:
    if isinstance(value.get("nodes"), list):
        return list(value["nodes"])
    if isinstance(value.get("edges"), list):
        return [edge.get("node") if isinstance(edge, Mapping) else edge for edge in value["edges"]]
    return None


def rows_of(raw: Any, kind: str) -> tuple[list[Any], bool]:
    """The objects of a kind ("Product") in an answer, and whether they came as a page: from a list, from one object
    alone, or from the envelope (data, a mutation's payload, a connection). The first place that holds any counts."""
    if isinstance(raw, list):
        return raw, True
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"An object or a list was expected, not {type(raw).__name__}.")
    if _is_bare(raw, kind):
        return [raw], False
    return next(_found(raw, kind, 0), ([], False))


def _found(raw: Mapping[str, Any], kind: str, depth: int) -> Iterator[tuple[list[Any], bool]]:
    for key, value in raw.items():
        rows = value if isinstance(value, list) else _members(value) if isinstance(value, Mapping) else None
        if rows is not None and (_named(key, kind) or any(_is(row, kind) for row in rows)):
            yield rows, True
        elif isinstance(value, Mapping) and (_is(value, kind) or (_singular(key, kind) and "id" in value)):
            yield [value], False
    if depth < _DEEPEST:
        for inner in _inner(raw):
            yield from _found(inner, kind, depth + 1)


def _inner(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key, value in raw.items():
        if key in ("extensions", "pageInfo", "errors", "userErrors"):
            continue
        if isinstance(value, Mapping):
            yield value
        elif isinstance(value, list):
            yield from (row for row in value if isinstance(row, Mapping))


def _is(row: Any, kind: str) -> bool:
    return isinstance(row, Mapping) and isinstance(row.get("id"), str) and f"/{kind}/" in row["id"]


def _is_bare(raw: Mapping[str, Any], kind: str) -> bool:
    """An object without an envelope, whatever its id looks like."""
    return _is(raw, kind) or ("id" in raw and "data" not in raw and not _is_other(raw))


def _is_other(raw: Mapping[str, Any]) -> bool:
    value = raw.get("id")
    return isinstance(value, str) and value.startswith("gid://shopify/")


def _singular(key: str, kind: str) -> bool:
    return key.lower().replace("_", "") == kind.lower()


def _named(key: str, kind: str) -> bool:
    return key.lower().replace("_", "") == f"{kind.lower()}s"


def one(raw: Any, kind: str, to_one: Callable[[Any], T]) -> T:
    """One object of a kind. Raises SchemaDrift when there is none or when it cannot be read."""
    rows, is_page = rows_of(raw, kind)
    if not rows or (is_page and len(rows) != 1):
        raise SchemaDrift(f"One {kind} was expected, not {len(rows)}.")
    made, parked = each(rows, to_one)
    if parked:
        raise parked[0]
    return made[0]


def money(reader: Reader, key: str, currency: str) -> Money | None:
    """An amount: a bag (`shopMoney`), a `{amount, currencyCode}` or a plain decimal in `currency`; None when unset.

    More decimals than the currency has are rounded half up. Snake case (webhooks) is read too.
    """
    value = reader.raw.get(key)
    while isinstance(value, Mapping) and (inner := value.get("shopMoney") or value.get("shop_money")) is not None:
        value = inner
    if isinstance(value, Mapping):
        inner_reader = Reader(value)
        inner_reader.object_id = reader.object_id
        currency = code(inner_reader, "currencyCode") or code(inner_reader, "currency_code") or currency
        value = value.get("amount")
    if value is None or value == "":
        return None
    return _parsed(value, currency, key, reader.object_id)


def _parsed(value: Any, currency: str, key: str, object_id: str) -> Money:
    try:
        number = decimal_from(value)
    except SchemaDrift as problem:
        raise SchemaDrift(problem.message, object_id=object_id) from problem
    if number and abs(number.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=object_id)
    return Money.parse(number, currency, rounding="half_up")


def minor(reader: Reader, key: str, currency: str) -> int | None:
    found = money(reader, key, currency)
    return None if found is None else found.amount


def code(reader: Reader, key: str) -> str:
    """A currency code; "" when absent. Raises SchemaDrift for what is none."""
    text = reader.text(key).strip().upper()
    if text and not re.fullmatch("[A-Z]{3}", text):
        raise SchemaDrift(f"{text!r} is no currency.", object_id=reader.object_id)
    return text


def first_code(reader: Reader, *keys: str) -> str:
    """The currency of the first of these bags that says one, "" when none does."""
    for key in keys:
        bag = reader.raw.get(key)
        while isinstance(bag, Mapping) and isinstance(bag.get("shopMoney") or bag.get("shop_money"), Mapping):
            bag = bag.get("shopMoney") or bag.get("shop_money")
        if isinstance(bag, Mapping) and (said := bag.get("currencyCode") or bag.get("currency_code")):
            return code(Reader({"id": reader.object_id, "code": said}), "code")
    return ""


def tags(reader: Reader, key: str = "tags") -> tuple[str, ...]:
    """Tags as a list, or as webhooks send them: one text with commas."""
    value = reader.raw.get(key)
    parts = value.split(",") if isinstance(value, str) else reader.items(key)
    return tuple(part.strip() for part in parts if isinstance(part, str) and part.strip())


def whole(value: Decimal) -> bool:
    return value == value.to_integral_value()
