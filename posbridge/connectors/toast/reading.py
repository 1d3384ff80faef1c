"""What all of Toast's objects have in common: amounts in currency units, GUIDs, its times, and one kind of error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, decimal_from
from posbridge.domain.money import Money, exponent

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when neither the caller nor the connection says: no payload of Toast's names its currency.
DEFAULT_CURRENCY = "USD"
GUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
#: Toast's "never" (facts, 12.4).
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """A reader whose every complaint is SchemaDrift with the GUID of the object it was given first."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except SchemaDrift as problem:
            problem.object_id = problem.object_id or guid_of(args[0] if args else None)
            raise
        except (ModelError, KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as problem:
            words = f"It cannot be read: {type(problem).__name__}: {str(problem)[:200]}"
            raise SchemaDrift(words, object_id=guid_of(args[0] if args else None)) from problem

    return reading


def guid_of(raw: Any) -> str:
    """The GUID of an object; "" when there is none."""
    found = raw.get("guid") if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) else ""


def opened(raw: Any, *names: str) -> Any:
    """The object inside its envelope (of a list, the first one), or `raw` where there is none."""
    if isinstance(raw, list) and raw:
        return opened(raw[0], *names)
    if isinstance(raw, Mapping):
        for name in names:
            if isinstance(raw.get(name), Mapping):
                return raw[name]
    return raw


def number(reader: Reader, key: str) -> Decimal | None:
    """A number; a float of a plain JSON reader counts as it is written. None when absent, null or ""."""
    value = reader.raw.get(key)
    if isinstance(value, float):
        return decimal_from(repr(value))
    return reader.decimal(key)


def minor_from(amount: Decimal, currency: str) -> int:
    """Minor units of an amount in currency units; tax parts come unrounded (facts, 12.3)."""
    return int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def minor(reader: Reader, key: str, currency: str) -> int | None:
    """An amount of the object in minor units; None when absent."""
    amount = number(reader, key)
    return None if amount is None else minor_from(amount, currency)


def money(reader: Reader, key: str, currency: str) -> Money | None:
    amount = minor(reader, key, currency)
    return None if amount is None else Money.of(amount, currency)


def units(amount: int, currency: str) -> Decimal:
    """Minor units as Toast writes amounts: a number of currency units."""
    return Money.of(amount, currency).decimal()


def at(reader: Reader, key: str) -> datetime | None:
    """A time; None when absent, and for 1970, by which Toast says "never"."""
    found = reader.utc(key)
    return None if found is None or found == _NEVER else found


def stamp(moment: datetime) -> str:
    """The one form of a time that Toast takes: three digits and an offset without colon (facts, section 5)."""
    exact = moment.astimezone(UTC)
    return f"{exact:%Y-%m-%dT%H:%M:%S}.{exact.microsecond // 1000:03d}+0000"
