"""What BigCommerce's two generations have in common: envelopes, decimal money, two kinds of dates, one error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import phonenumbers
from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, utc_from
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when neither the payload nor the caller says.
DEFAULT_CURRENCY = "USD"
_MOST_DIGITS = 18
_UNREADABLE = (
    DomainError, ModelError, KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError,
)  # fmt: skip


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """A reader whose every complaint is SchemaDrift with the id of the object it was given first."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except SchemaDrift as problem:
            problem.object_id = problem.object_id or _id_of(args)
            raise
        except _UNREADABLE as problem:
            words = f"It cannot be read: {type(problem).__name__}: {str(problem)[:200]}"
            raise SchemaDrift(words, object_id=_id_of(args)) from problem

    return reading


def _id_of(args: tuple[Any, ...]) -> str:
    raw = opened(args[0]) if args else None
    ident = raw.get("id") if isinstance(raw, Mapping) else None
    return str(ident) if isinstance(ident, int | str) and not isinstance(ident, bool) else ""


def opened(raw: Any) -> Any:
    """The object: v3 wraps it (or a list of one) in `data`, v2 sends it bare, a search in a list."""
    if isinstance(raw, Mapping) and "data" in raw and "id" not in raw:
        raw = raw["data"]
    if isinstance(raw, list) and len(raw) >= 1:
        raw = raw[0]
    return raw


def rows_of(raw: Any) -> list[Any]:
    """The rows of a page: v3's `data`, v2's bare list, one object alone; None (an empty v2 list is 204) is none.

    Raises SchemaDrift when it is none of these.
    """
    if raw is None:
        return []
    if isinstance(raw, Mapping) and "data" in raw and "id" not in raw:
        raw = raw["data"]
    if isinstance(raw, list | tuple):
        return list(raw)
    if isinstance(raw, Mapping) and "id" in raw:
        return [raw]
    raise SchemaDrift(f"BigCommerce's page is {type(raw).__name__}, not a list.")


def number(reader: Reader, key: str) -> Decimal | None:
    """A number, also as text; None when absent, null, "" or an empty object (v3 writes `{}` for none)."""
    value = reader.raw.get(key)
    if value is None or value == {}:
        return None
    if isinstance(value, float):
        return Reader({key: str(value), "id": reader.object_id}).decimal(key)
    return reader.decimal(key)


def whole(reader: Reader, key: str) -> int | None:
    """A whole number, also as text; None when there is none. One with more digits than any count is none of theirs
    (and would cost hours to write out)."""
    value = number(reader, key)
    if value is not None and value and (abs(value.adjusted()) > _MOST_DIGITS or value != value.to_integral_value()):
        raise SchemaDrift(f"The field {key} is no whole number.", object_id=reader.object_id)
    return None if value is None else int(value)


def money(reader: Reader, key: str, currency: str = DEFAULT_CURRENCY) -> Money | None:
    """A decimal of major units, rounded once to the currency (v2 writes four decimals)."""
    value = number(reader, key)
    return None if value is None else priced(value, currency, reader.object_id)


def priced(value: Decimal, currency: str, object_id: str = "") -> Money:
    if value and abs(value.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift("A price has more digits than any price.", object_id=object_id)
    return Money.parse(value, currency, rounding="half_up")


def minor(reader: Reader, key: str, currency: str = DEFAULT_CURRENCY) -> int | None:
    """Only the amount, in minor units."""
    found = money(reader, key, currency)
    return None if found is None else found.amount


def ident(reader: Reader, key: str) -> str:
    """An id as text; 0, null and "" mean none."""
    value = reader.text(key)
    return "" if value == "0" else value


def when(reader: Reader, key: str) -> datetime | None:
    """A time as UTC: v2 writes RFC 2822 ("" = none), v3 ISO 8601, hooks and gift certificates Unix seconds."""
    text = reader.text(key).strip()
    if not text or text == "0":
        return None
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC)
        if text[:1].isdigit():
            return utc_from(text, naive_is_utc=True)
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, OSError, IndexError) as problem:
        raise SchemaDrift(f"The field {key} is no time.", object_id=reader.object_id) from problem
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def stamp(at: datetime) -> str:
    """A time as v2 writes it, UTC, to the second."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0))


def iso(at: datetime) -> str:
    """A time for filters: a bare date would be given the present clock time."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def e164(typed: str, country: str = "") -> str:
    """A phone number with plus and digits only, where it can be told; else as it stands (free text there)."""
    text = typed.strip()
    try:
        parsed = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(parsed):
        return text
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
