"""What all of Wix's objects have in common: envelopes, money as {"amount"}, and one error for what is unreadable."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import phonenumbers
from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, decimal_from
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when neither the payload nor the caller says.
DEFAULT_CURRENCY = "USD"
#: The "variant" of a V1 product without managed variants: the product itself.
NO_VARIANT = "00000000-0000-0000-0000-000000000000"
#: No price has more digits; more is a slip that would only cost memory.
_MOST_DIGITS = 18
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


def entity_of(raw: Any) -> Any:
    """The object inside a webhook's event, with its id; anything else as it is. Raises SchemaDrift for an event that
    holds none (a deletion)."""
    if not isinstance(raw, Mapping) or "entityFqdn" not in raw:
        return raw
    for kind, name in (("createdEvent", "entity"), ("updatedEvent", "currentEntity"), ("actionEvent", "body")):
        inner = raw.get(kind)
        if isinstance(inner, Mapping):
            told = inner.get(name) or inner.get(f"{name}AsJson")
            held = json.loads(told, parse_float=Decimal) if isinstance(told, str) else told
            if name == "body" and isinstance(held, Mapping):
                held = next((one for one in held.values() if isinstance(one, Mapping)), None)
            if isinstance(held, Mapping):
                return {**held, "id": held.get("id") or raw.get("entityId")}
    raise SchemaDrift("The event holds no object.", object_id=str(raw.get("entityId") or ""))


def opened(raw: Any, *names: str) -> Any:
    """The object inside its envelope (of a page, the first one), or `raw` where there is none."""
    raw = entity_of(raw)
    if isinstance(raw, Mapping) and "id" not in raw:
        for name in names:
            found = raw.get(name)
            found = found[0] if isinstance(found, list) and found else found
            if isinstance(found, Mapping):
                return found
    return raw


def listed(raw: Any, *names: str) -> list[Any]:
    """The objects of a page: a bare list, or the list that the envelope has under one of `names`; one object alone.

    An answer that leaves the list out and only counts (`totalResults`) is an empty page. Raises SchemaDrift when it is
    none of these; a null list is an empty one.
    """
    if isinstance(raw, list | tuple):
        return list(raw)
    raw = entity_of(raw)
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"A page was expected, not {type(raw).__name__}.")
    if "id" in raw:
        return [raw]
    for name in names:
        if name in raw:
            return _list_in(raw, name)
    if any(name in raw for name in ("totalResults", "pagingMetadata", "metadata")):
        return []
    raise SchemaDrift("The page holds no list that posbridge knows.")


def _list_in(raw: Mapping[str, Any], name: str) -> list[Any]:
    found = raw[name]
    if isinstance(found, Mapping):
        return [found]
    if found is not None and not isinstance(found, list):
        raise SchemaDrift(f"The field {name} is {type(found).__name__}, not a list.")
    return list(found or ())


def number(reader: Reader, key: str) -> Decimal | None:
    """A number, also as text; None when absent, null or "". A float, as plain `json.loads` makes it, is taken as it
    was written."""
    value = reader.raw.get(key)
    if not isinstance(value, float):
        return reader.decimal(key)
    return Reader({"id": reader.object_id, key: str(value)}).decimal(key)


def amount(reader: Reader, key: str, currency: str) -> Money | None:
    """A bare number of major units, also as text; None when absent."""
    value = number(reader, key)
    if value is None:
        return None
    if value and abs(value.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=reader.object_id)
    return Money.parse(value, currency, rounding="half_up")


def money(reader: Reader, key: str, currency: str) -> Money | None:
    """`{"amount": "19.17"}` (also "120" and "value"); None when absent or without an amount."""
    inner = reader.object(key)
    return amount(inner, "amount" if inner.raw.get("amount") is not None else "value", currency)


def minor(reader: Reader, key: str, currency: str) -> int | None:
    """Only the amount, in minor units."""
    found = money(reader, key, currency)
    return None if found is None else found.amount


def price_of(minor_units: int, currency: str) -> dict[str, str]:
    """Money as it is sent: a decimal text."""
    return {"amount": Money(amount=minor_units, currency=currency).plain()}


def code_of(reader: Reader, default: str, key: str = "currency") -> str:
    """The currency that the object names, else the default."""
    return reader.text(key).strip().upper() or default


def epoch_ms(reader: Reader, key: str) -> datetime | None:
    """A time as coupons write it: milliseconds since 1970 as a text or a number (old ones an ISO time)."""
    value = reader.raw.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str) and "T" in value:
        return reader.utc(key)
    number_of_ms = decimal_from(str(value) if isinstance(value, float) else value)
    return _EPOCH + timedelta(milliseconds=int(number_of_ms))


def texts(reader: Reader, key: str) -> list[str]:
    """A list of names or ids; entries of another type raise SchemaDrift."""
    found = reader.items(key)
    if any(not isinstance(item, str) for item in found):
        raise SchemaDrift(f"The field {key} does not hold texts.", object_id=reader.object_id)
    return [str(item) for item in found]


def e164(typed: str, country: str = "") -> str:
    """A phone number with plus and digits only, where it can be told; else as it stands."""
    bare = typed.strip()
    try:
        parsed = phonenumbers.parse(bare, country.upper() or None)
    except phonenumbers.NumberParseException:
        return bare
    if not phonenumbers.is_possible_number(parsed):
        return bare
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def stamp(at: datetime) -> str:
    """A time as Wix writes and filters it: UTC with milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
