"""How Sylius writes things: IRIs, envelopes with and without "hydra:", maps that are lists when empty, server times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, utc_from
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

_ENVELOPES = ("hydra:member", "member")
_MOST = 2**53


def member_list(raw: Any) -> list[Any] | None:
    """The rows of a collection, with or without the prefix (facts, 1), or a bare list; None for anything else."""
    if isinstance(raw, list):
        return raw
    if isinstance(raw, Mapping):
        return next((raw[name] for name in _ENVELOPES if isinstance(raw.get(name), list)), None)
    return None


def members(raw: Any) -> list[Any]:
    """The rows of a page; one object is a page of one."""
    rows = member_list(raw)
    return rows if rows is not None else [raw]


def single(raw: Any) -> Any:
    """One object, also as a page of one."""
    rows = members(raw)
    if not rows:
        raise SchemaDrift("An object was expected, and the list is empty.")
    return rows[0]


def total_of(raw: Any) -> int | None:
    """How many rows a collection has in all, where it says."""
    if not isinstance(raw, Mapping):
        return None
    count = raw.get("hydra:totalItems", raw.get("totalItems"))
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def code_of(value: Any) -> str:
    """The code (or id) that an IRI ends with, or that an embedded object carries; "" for null."""
    if type(value) is str and "%" not in value:  # nearly always; a catalogue has many thousands
        return value.rstrip("/").rpartition("/")[2]
    if isinstance(value, Mapping):
        held = value.get("code", value.get("id"))
        value = held if held is not None else value.get("@id")
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise SchemaDrift(f"{type(value).__name__} is no reference.")
    return unquote(str(value).rstrip("/").rpartition("/")[2])


def ref(reader: Reader, key: str) -> str:
    """The code behind a field that holds an IRI, an object or null."""
    try:
        return code_of(reader.raw.get(key))
    except SchemaDrift as problem:
        raise SchemaDrift(f"The field {key}: {problem.message}", object_id=reader.object_id) from problem


def iris(reader: Reader, key: str) -> list[Any]:
    """References in a list; an object with numeric keys counts as one (facts, 12.11)."""
    value = reader.raw.get(key)
    if type(value) is list:
        return value
    if isinstance(value, Mapping):
        return list(value.values())
    return reader.items(key)


def refs(reader: Reader, key: str) -> list[str]:
    """The codes behind a list of references."""
    try:
        return [code_of(item) for item in iris(reader, key)]
    except SchemaDrift as problem:
        raise SchemaDrift(f"The field {key}: {problem.message}", object_id=reader.object_id) from problem


def by_code(reader: Reader, key: str, name: str) -> dict[str, Reader]:
    """An object of objects by code. Empty it is [] (facts, 12.12); as a list each names its code in `name`."""
    value = reader.raw.get(key)
    if value is None or value == []:
        return {}
    rows: Mapping[str, Any]
    if type(value) is dict:
        rows = value
    elif isinstance(value, list):
        rows = {_name(row, name): row for row in value}
    elif isinstance(value, Mapping):
        rows = value
    else:
        raise SchemaDrift(f"The field {key} is {type(value).__name__}, not what it was.", object_id=reader.object_id)
    return {str(code): _inner(row, reader) for code, row in rows.items() if row is not None}


def _name(row: Any, name: str) -> str:
    return str(row.get(name) or code_of(row)) if isinstance(row, Mapping) else ""


def _inner(row: Any, outer: Reader) -> Reader:
    try:
        inner = Reader(row)
    except SchemaDrift as problem:
        raise SchemaDrift(problem.message, object_id=outer.object_id) from problem
    inner.object_id = outer.object_id
    return inner


def objects(reader: Reader, key: str) -> list[Reader]:
    """Embedded objects; references that are only IRIs are passed over."""
    return [_inner(row, reader) for row in iris(reader, key) if type(row) is dict or isinstance(row, Mapping)]


def in_words(reader: Reader, key: str, locales: Sequence[str]) -> str:
    """A text of the shop section, or the translation in the first of these locales that has one, or in any."""
    flat = reader.text(key)
    if flat:
        return flat
    there = by_code(reader, "translations", "locale")
    ordered = [there[locale] for locale in locales if locale in there]
    return next((text for row in [*ordered, *there.values()] if (text := row.text(key))), "")


def minor(reader: Reader, key: str) -> int | None:
    """An amount in minor units; None when absent."""
    value = reader.integer(key)
    if value is not None and abs(value) > _MOST:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=reader.object_id)
    return value


def money(reader: Reader, key: str, currency: str) -> Money | None:
    """An amount of money; None when absent."""
    value = minor(reader, key)
    return None if value is None else Money.of(value, currency)


def count(reader: Reader, key: str) -> Decimal | None:
    """A number that a column of the shop can hold; None when absent."""
    held = reader.raw.get(key)
    if type(held) is int and -_MOST < held < _MOST:
        return Decimal(held)
    value = exact(reader, key)
    if value is not None and abs(value) > _MOST:
        raise SchemaDrift(f"The field {key} is no count.", object_id=reader.object_id)
    return value


def exact(reader: Reader, key: str) -> Decimal | None:
    """A weight or a share; from who parsed the answer with plain floats, as the shop wrote it. Never money."""
    value = reader.raw.get(key)
    return reader.decimal(key) if not isinstance(value, float) else Reader({key: repr(value)}).decimal(key)


def zone_of(name: str) -> ZoneInfo:
    """The server's zone; UTC for a name this machine does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def moment(reader: Reader, key: str, zone: str) -> datetime | None:
    """A time of the server's wall clock ("Y-m-d H:i:s", facts 12.4), or one with its zone, as UTC."""
    text = reader.text(key).strip()
    if not text:
        return None
    try:
        return utc_from(text, zone=str(zone_of(zone)))
    except (SchemaDrift, OverflowError) as problem:
        raise SchemaDrift(f"The field {key} is no time.", object_id=reader.object_id) from problem


def wall(at: datetime) -> str:
    """A time as filters want it; they take no zone (recorded 105)."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def phone(text: str) -> str:
    """A number as E.164 where it can be read, else as typed."""
    typed = one_line(text)
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """What our models refuse (a currency of two letters, a negative use) is a changed shape too."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (ModelError, TypeError, AttributeError, OverflowError, ArithmeticError) as problem:
            row = args[0] if args and isinstance(args[0], Mapping) else {}
            ident = next((str(row[key]) for key in ("code", "tokenValue", "id") if row.get(key)), "")
            raise SchemaDrift(f"It cannot be read: {type(problem).__name__}", object_id=ident) from problem

    return reading
