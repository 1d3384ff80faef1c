"""What all of Leaflogix's objects have in common: decimal dollars, times without zone, one error for what is odd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
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

#: No payload names its currency; the connection does. This is what a stranger's call without one gets.
DEFAULT_CURRENCY = "USD"
_IDS = ("productId", "preOrderId", "transactionId", "customerId", "customerID", "id", "inventoryId")
#: More than any amount or count of a till; beyond it a figure is a slip.
_MOST = Decimal(10) ** 15


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """A reader whose every complaint is SchemaDrift with the id of the object it was given first."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except SchemaDrift as problem:
            problem.object_id = problem.object_id or id_of(args[0] if args else None)
            raise
        except (DomainError, ModelError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as odd:
            words = f"It cannot be read: {type(odd).__name__}: {str(odd)[:200]}"
            raise SchemaDrift(words, object_id=id_of(args[0] if args else None)) from odd

    return reading


def id_of(raw: Any) -> str:
    """The id of an object under whichever name it has one; "" when there is none."""
    if not isinstance(raw, Mapping):
        return ""
    found = next((raw[name] for name in _IDS if isinstance(raw.get(name), int | str)), "")
    return str(found)


def listed(raw: Any) -> list[Any]:
    """The objects of a page: Leaflogix sends bare lists; one object, or `{"items": […]}`, is taken as well."""
    if isinstance(raw, Mapping) and isinstance(raw.get("items"), list) and not id_of(raw):
        return list(raw["items"])
    if isinstance(raw, Mapping):
        return [raw] if raw else []
    if not isinstance(raw, list | tuple):
        raise SchemaDrift(f"A list was expected, not {type(raw).__name__}.")
    return list(raw)


def one(raw: Any) -> Any:
    """One object: itself, or the first of a list as the searches send it."""
    return raw[0] if isinstance(raw, list | tuple) and raw else raw


def number(reader: Reader, key: str) -> Decimal | None:
    """A count, weight or amount. Raises SchemaDrift for one that no till has."""
    found = reader.decimal(key)
    if found is not None and abs(found) > _MOST:
        raise SchemaDrift(f"The field {key} is beyond all measure.", object_id=reader.object_id)
    return found


def money(reader: Reader, key: str, currency: str) -> Money | None:
    """Decimal dollars as Money; None when absent."""
    found = number(reader, key)
    return None if found is None else Money.parse(found, currency, rounding="half_up")


def minor(reader: Reader, key: str, currency: str) -> int | None:
    found = money(reader, key, currency)
    return None if found is None else found.amount


def day(reader: Reader, key: str) -> date | None:
    """A day that is written as a time at midnight, with or without zone: the day as it stands."""
    text = reader.text(key).strip()
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError as problem:
        raise SchemaDrift(f"The field {key} is no day.", object_id=reader.object_id) from problem


def e164(phone: str) -> str:
    """A phone number with plus and digits only, where it can be told (ten digits are North American)."""
    phone = phone.strip()
    try:
        parsed = phonenumbers.parse(phone, "US")
    except phonenumbers.NumberParseException:
        return phone
    possible = phonenumbers.is_possible_number(parsed)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)) if possible else phone


def national(phone: str) -> str:
    """A phone number as Leaflogix keeps it: ten digits for North America, digits with their country else."""
    digits = "".join(char for char in phone if char.isdigit())
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
