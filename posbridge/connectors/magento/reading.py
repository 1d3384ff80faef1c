"""How Magento writes things: money as JSON numbers, naive UTC times, custom attributes as a list of pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import phonenumbers

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, each, one_line
from posbridge.domain.money import Money

T = TypeVar("T")

#: No price has more digits; more is a slip that would only cost memory.
_MOST_DIGITS = 18
_TIME = "%Y-%m-%d %H:%M:%S"


def money(reader: Reader, key: str, currency: str) -> Money | None:
    """An amount; absent, null and "" are None. Magento keeps up to six decimals: they are rounded half up."""
    return as_money(reader.decimal(key), currency, reader, key)


def as_money(value: Decimal | None, currency: str, reader: Reader, key: str) -> Money | None:
    if value is None:
        return None
    if value and abs(value.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=reader.object_id)
    return Money.parse(value, currency, rounding="half_up")


def minor(reader: Reader, key: str, currency: str) -> int:
    """The same as minor units, 0 where nothing is set (null attributes are left out of answers)."""
    found = money(reader, key, currency)
    return found.amount if found else 0


def utc(reader: Reader, key: str) -> datetime | None:
    """A time: UTC without a zone, whatever the store's own zone is (recorded 067)."""
    return reader.utc(key, naive_is_utc=True)


def naive(at: datetime) -> str:
    """A time as filters want it; an offset would be ignored without a word (recorded 065)."""
    return at.astimezone(UTC).strftime(_TIME)


def attributes(reader: Reader) -> dict[str, Any]:
    """The custom attributes by code; a value is a text or a list of texts."""
    pairs = reader.items("custom_attributes")
    if not all(type(pair) is dict or isinstance(pair, Mapping) for pair in pairs):
        raise SchemaDrift("The field custom_attributes is not what it was.", object_id=reader.object_id)
    return {str(pair.get("attribute_code")): pair.get("value") for pair in pairs}


def held(values: Mapping[str, Any], code: str, reader: Reader) -> str:
    """A custom attribute as text, "" when absent. Raises SchemaDrift for one that is no text or number."""
    value = values.get(code)
    if type(value) is str:
        return value
    if value is None or value is False:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise SchemaDrift(f"The attribute {code} is not what it was.", object_id=reader.object_id)
    return str(value)


def rows_of(raw: Any) -> tuple[list[Any], bool]:
    """The objects of a page and whether it was one: the search envelope, a bare list, or one object alone.

    With `fields=` an empty list comes as null (recorded 045).
    """
    if isinstance(raw, list):
        return raw, True
    if isinstance(raw, Mapping):
        if "items" in raw and ("total_count" in raw or "search_criteria" in raw or set(raw) == {"items"}):
            rows = raw["items"]
            if rows is not None and not isinstance(rows, list):
                raise SchemaDrift("The page holds no list of items.")
            return list(rows or []), True
        return [raw], False
    raise SchemaDrift(f"An object or a list was expected, not {type(raw).__name__}.")


def one(raw: Any, to_one: Callable[[Any], T], what: str, id_key: str = "id") -> T:
    """One object, also when it comes inside the envelope of a search that found one."""
    rows, _ = rows_of(raw)
    if len(rows) != 1:
        raise SchemaDrift(f"One {what} was expected, not {len(rows)}.")
    made, parked = each(rows, to_one, id_key)
    if parked:
        raise parked[0]
    return made[0]


def unwrapped(raw: Any, *names: str) -> Any:
    """What stands inside a request's envelope ({"product": {…}}), or the object itself."""
    if isinstance(raw, Mapping) and len(raw) == 1:
        name = next(iter(raw))
        return raw[name] if name in names else raw
    return raw


def phone(text: str, country: str = "") -> str:
    """A number as E.164 where it can be read (in `country` when it has no +), else as typed."""
    typed = one_line(text)
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def digit_groups(text: str) -> str:
    """A pattern for `like` that finds a number in any spelling: its last seven digits, gaps allowed."""
    digits = "".join(c for c in text if c.isdigit())[-7:]
    return f"%{'%'.join(digits)}%" if digits else ""


def plain_plane(text: str) -> str:
    """The text without characters beyond the basic plane: a default install stores each as "????" (recorded 035)."""
    return "".join(c if ord(c) < 0x10000 else "\N{REPLACEMENT CHARACTER}" for c in text)
