"""What all of Square's objects have in common: money, envelopes, and one kind of error for what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when neither the payload nor the caller says.
DEFAULT_CURRENCY = "USD"


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """A reader whose every complaint is SchemaDrift with the id of the object it was given first."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except SchemaDrift as problem:
            problem.object_id = problem.object_id or id_of(args[0] if args else None)
            raise
        except (ModelError, KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as problem:
            words = f"It cannot be read: {type(problem).__name__}: {str(problem)[:200]}"
            raise SchemaDrift(words, object_id=id_of(args[0] if args else None)) from problem

    return reading


def id_of(raw: Any) -> str:
    """The id of an object, also inside an envelope with one entry; "" when there is none."""
    if not isinstance(raw, Mapping):
        return ""
    if isinstance(raw.get("id"), str):
        return str(raw["id"])
    inner = [value for value in raw.values() if isinstance(value, Mapping)]
    return str(inner[0].get("id") or "") if len(inner) == 1 else ""


def opened(raw: Any, *names: str) -> Any:
    """The object inside its usual envelope (of a page, the first one), or `raw` where there is none."""
    if isinstance(raw, Mapping):
        for name in names:
            found = raw.get(name)
            found = found[0] if isinstance(found, list) and found else found
            if isinstance(found, Mapping):
                return found
    return raw


def listed(raw: Any, *names: str) -> list[Any]:
    """The objects of a page: a bare list, or the first list or object that the envelope has under `names`.

    Raises SchemaDrift when it is neither; a page without them is empty (Square leaves empty lists out).
    """
    if isinstance(raw, list | tuple):
        return list(raw)
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"A page was expected, not {type(raw).__name__}.")
    for name in names:
        value = raw.get(name)
        if value is None:
            continue
        if isinstance(value, Mapping):
            return [value]
        if not isinstance(value, list):
            raise SchemaDrift(f"The field {name} is {type(value).__name__}, not a list.")
        return list(value)
    return [raw] if "id" in raw else []


def money(reader: Reader, key: str, currency: str = DEFAULT_CURRENCY) -> Money | None:
    """A Money object of Square (integer minor units); None when absent, or without an amount."""
    inner = reader.object(key)
    amount = inner.integer("amount")
    if amount is None:
        return None
    return Money.of(amount, inner.text("currency").strip().upper() or currency)


def minor(reader: Reader, key: str) -> int | None:
    """Only the amount of a Money object."""
    return reader.object(key).integer("amount")


def currency_in(reader: Reader, keys: Iterable[str], default: str) -> str:
    """The currency that the first of these Money fields names."""
    for key in keys:
        said = reader.object(key).text("currency").strip().upper()
        if said:
            return said
    return default


def texts(reader: Reader, key: str) -> list[str]:
    """A list of ids or names; entries of another type raise SchemaDrift."""
    found = reader.items(key)
    if found and any(not isinstance(item, str) for item in found):
        raise SchemaDrift(f"The field {key} does not hold texts.", object_id=reader.object_id)
    return found
