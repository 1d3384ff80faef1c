"""How WooCommerce writes things: prices as strings, naive UTC times, entities in names, bare or batch envelopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import phonenumbers

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, each, one_line
from posbridge.domain.money import Money

T = TypeVar("T")

#: No price has more digits; more is a slip that would only cost memory.
_MOST_DIGITS = 18


def money(reader: Reader, key: str, currency: str) -> Money | None:
    """A price or total; "", null and absent are None. More decimals than the currency has are rounded half up."""
    value = reader.decimal(key)
    if value is None:
        return None
    if value and abs(value.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=reader.object_id)
    return Money.parse(value, currency, rounding="half_up")


def minor(reader: Reader, key: str, currency: str) -> int:
    """The same as minor units, 0 where nothing is set ("" in WooCommerce)."""
    found = money(reader, key, currency)
    return found.amount if found else 0


def utc(reader: Reader, key: str) -> datetime | None:
    """`date_…_gmt`: UTC without Z. Without that twin the shop's local time has no zone and is left out."""
    return reader.utc(f"{key}_gmt", naive_is_utc=True)


def naive(at: datetime) -> str:
    """A time as filters want it: UTC without Z, beside `dates_are_gmt=true` (recorded 153, 159, 160)."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def stepped_back(at: datetime, seconds: int) -> datetime:
    """Comparisons are strict with a grain of one second (recorded 158)."""
    return at - timedelta(seconds=seconds)


def named(reader: Reader, key: str, name: str = "name") -> tuple[str, ...]:
    """The names of terms, with their entities resolved ("Clothing &amp; Shoes")."""
    found = (one_line(term.text(name)) for term in reader.objects(key))
    return tuple(dict.fromkeys(text for text in found if text))


def meta(reader: Reader, key: str) -> Any:
    """The value of one entry of `meta_data`, None when absent; values may be any JSON."""
    entries = reader.raw.get("meta_data")
    if not isinstance(entries, list):
        return None
    return next((x.get("value") for x in entries if isinstance(x, Mapping) and x.get("key") == key), None)


def meta_text(reader: Reader, key: str) -> str:
    value = meta(reader, key)
    return value if isinstance(value, str) else ""


def rows_of(raw: Any) -> tuple[list[Any], bool]:
    """The objects of a page and whether it was one: a list, a batch answer, or one object alone."""
    if isinstance(raw, list):
        return raw, True
    if isinstance(raw, Mapping):
        for keys in (("create", "update", "delete"), ("products",), ("variations",)):
            lists = [raw[key] for key in keys if isinstance(raw.get(key), list)]
            if lists and "id" not in raw:
                return [row for rows in lists for row in rows], True
        return [raw], False
    raise SchemaDrift(f"An object or a list was expected, not {type(raw).__name__}.")


def one(raw: Any, to_one: Callable[[Any], T], what: str) -> T:
    """One object, also when it comes as a list of one (as look-ups by code or e-mail answer)."""
    rows, _ = rows_of(raw)
    if len(rows) != 1:
        raise SchemaDrift(f"One {what} was expected, not {len(rows)}.")
    made, parked = each(rows, to_one)
    if parked:
        raise parked[0]
    return made[0]


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


def digits(text: str) -> str:
    """The national digits of a number: what an address search finds in any spelling without gaps."""
    try:
        return str(phonenumbers.parse(text, None).national_number)
    except phonenumbers.NumberParseException:
        return "".join(c for c in text if c.isdigit())


def numbers(values: Iterable[Any]) -> list[str]:
    """Ids as text; anything that is no id is left out."""
    return [str(v) for v in values if isinstance(v, int | str) and not isinstance(v, bool) and str(v).isdecimal()]


def whole(value: Decimal) -> bool:
    return value == value.to_integral_value()
