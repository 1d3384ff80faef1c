"""What all of Squarespace's objects have in common: envelopes, money as text, and one error for what is unreadable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import phonenumbers
from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when neither the payload nor the caller says.
DEFAULT_CURRENCY = "USD"
#: No price has more digits; more is a slip that would only cost memory.
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
            problem.object_id = problem.object_id or _id_of(args[0] if args else None)
            raise
        except _UNREADABLE as problem:
            words = f"It cannot be read: {type(problem).__name__}: {str(problem)[:200]}"
            raise SchemaDrift(words, object_id=_id_of(args[0] if args else None)) from problem

    return reading


def _id_of(raw: Any) -> str:
    """The id of an object, also inside an envelope with one entry; "" when there is none."""
    if not isinstance(raw, Mapping):
        return ""
    if isinstance(raw.get("id"), str):
        return str(raw["id"])
    inner = [value for value in raw.values() if isinstance(value, Mapping)]
    return str(inner[0].get("id") or "") if len(inner) == 1 else ""


def opened(raw: Any, *names: str) -> Any:
    """The object inside its envelope (of a page, the first one), or `raw` where there is none.

    One platform, three envelopes: a bare object, `{"contact": {…}}`, and `{"products": [one]}`.
    """
    if isinstance(raw, Mapping) and "id" not in raw:
        for name in names:
            found = raw.get(name)
            found = found[0] if isinstance(found, list) and found else found
            if isinstance(found, Mapping):
                return found
    return raw


def listed(raw: Any, *names: str) -> list[Any]:
    """The objects of a page: a bare list, or the list that the envelope has under one of `names`; one object alone.

    Raises SchemaDrift when it is none of these; a null list is an empty one.
    """
    if isinstance(raw, list | tuple):
        return list(raw)
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"A page was expected, not {type(raw).__name__}.")
    if "id" in raw:
        return [raw]
    for name in names:
        if name in raw:
            return _list_in(raw, name)
    raise SchemaDrift("The page holds no list that posbridge knows.")


def _list_in(raw: Mapping[str, Any], name: str) -> list[Any]:
    found = raw[name]
    if isinstance(found, Mapping):
        return [found]
    if found is not None and not isinstance(found, list):
        raise SchemaDrift(f"The field {name} is {type(found).__name__}, not a list.")
    return list(found or ())


def money(reader: Reader, key: str, currency: str = DEFAULT_CURRENCY) -> Money | None:
    """`{"currency", "value"}` with the value as decimal text or number; None when absent or without a value."""
    inner = reader.object(key)
    value = number(inner, "value")
    if value is None:
        return None
    if value and abs(value.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=reader.object_id)
    return Money.parse(value, currency_of(reader, (key,), currency), rounding="half_up")


def number(reader: Reader, key: str) -> Decimal | None:
    """A number, also as text; None when absent, null or "". A float, as plain `json.loads` makes it, is taken as it
    was written."""
    value = reader.raw.get(key)
    if not isinstance(value, float):
        return reader.decimal(key)
    return Reader({"id": reader.object_id, key: str(value)}).decimal(key)


def minor(reader: Reader, key: str, currency: str = DEFAULT_CURRENCY) -> int | None:
    """Only the amount, in minor units."""
    found = money(reader, key, currency)
    return None if found is None else found.amount


def currency_of(reader: Reader, keys: Iterable[str], default: str = DEFAULT_CURRENCY) -> str:
    """The currency that the first of these amounts names; some versions wrap its code in an object."""
    for key in keys:
        inner = reader.object(key)
        said = inner.raw.get("currency")
        named = inner.object("currency").text("currencyCode") if isinstance(said, Mapping) else inner.text("currency")
        if named.strip():
            return named.strip().upper()
    return default


def texts(reader: Reader, key: str) -> list[str]:
    """A list of names or ids; entries of another type raise SchemaDrift."""
    found = reader.items(key)
    if any(not isinstance(item, str) for item in found):
        raise SchemaDrift(f"The field {key} does not hold texts.", object_id=reader.object_id)
    return [str(item) for item in found]


def amount(minor_units: int, currency: str) -> dict[str, str]:
    """Money as it is sent: the value is text."""
    return {"currency": currency, "value": Money(amount=minor_units, currency=currency).plain()}


def e164(number: str, country: str = "") -> str:
    """A phone number with plus and digits only, where it can be told; else as it stands."""
    typed = number.strip()
    try:
        parsed = phonenumbers.parse(typed, country.upper() or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(parsed):
        return typed
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
