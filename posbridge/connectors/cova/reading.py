"""What all of COVA's objects have in common: keys that change case, envelopes, decimals, texts with numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import EXACT, Reader, decimal_from, one_line, utc_from
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when the caller does not say: a row of COVA never does. Shops are in Canada or the USA.
DEFAULT_CURRENCY = "USD"
_IDS = ("productid", "orderid", "id", "catalogitemid")
#: Deeper than any answer of COVA.
_DEEPEST = 40
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def folded(raw: Any, depth: int = 0) -> Any:
    """The same with all keys in lower case: COVA writes `Id` here and `id` there. Of two the first with a value.

    Numbers that another reader of JSON made binary are taken as they were written.
    """
    if depth > _DEEPEST:
        raise SchemaDrift("An object is nested too deeply.")
    if type(raw) is dict or isinstance(raw, Mapping):
        made = _folded_keys(raw)
        if not EXACT.issuperset(map(type, made.values())):
            for name, value in made.items():
                if type(value) not in EXACT:
                    made[name] = folded(value, depth + 1)
        return made
    if isinstance(raw, list | tuple):
        return [folded(one, depth + 1) for one in raw]
    return Decimal(repr(raw)) if isinstance(raw, float) else raw


def _folded_keys(raw: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(tuple(raw))
    made = dict(zip(names, raw.values(), strict=True))
    if len(made) != len(names):
        made = {}
        for name, value in zip(names, raw.values(), strict=True):
            if made.get(name) is None:
                made[name] = value
    return made


@lru_cache(maxsize=1024)
def _names(keys: tuple[Any, ...]) -> tuple[str, ...]:
    """Objects of a kind have the same keys, thousands of times."""
    return tuple(str(key).casefold() for key in keys)


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
    """The id of an object, whatever its key is called; "" when there is none."""
    if not isinstance(raw, Mapping):
        return ""
    known = {str(key).casefold(): value for key, value in raw.items()}
    return next((str(known[name]) for name in _IDS if isinstance(known.get(name), str | int)), "")


def opened(raw: Any, *names: str) -> Any:
    """The object inside its envelope (of a list, the first one), or `raw` where there is none; keys folded."""
    found = folded(raw)
    if isinstance(found, list) and len(found) == 1:
        return found[0]
    for name in names if isinstance(found, Mapping) else ():
        inner = found.get(name)
        inner = inner[0] if isinstance(inner, list) and inner else inner
        if isinstance(inner, Mapping):
            return inner
    return found


def listed(raw: Any, *names: str) -> list[Any]:
    """The rows of a page: a bare list, one object, the list under one of `names`, or HAL's `_embedded.self`."""
    if isinstance(raw, list | tuple):
        return list(raw)
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"A page was expected, not {type(raw).__name__}.")
    known = {str(key).casefold(): value for key, value in raw.items()}
    if isinstance(known.get("_embedded"), Mapping):
        return listed(known["_embedded"], "self")
    for name in names:
        if name in known:
            rows = known[name]
            if rows is not None and not isinstance(rows, list):
                raise SchemaDrift(f"The field {name} is {type(rows).__name__}, not a list.")
            return list(rows or [])
    return [raw] if id_of(raw) else []


def first(reader: Reader, names: tuple[str, ...]) -> str:
    """The first of these fields that holds a text or number, white space tidied."""
    for name in names:
        if name in reader.raw and (found := one_line(reader.text(name))):
            return found
    return ""


def number(reader: Reader, names: tuple[str, ...]) -> Decimal | None:
    """The first of these fields that holds a number."""
    for name in names:
        if name in reader.raw and (found := reader.decimal(name)) is not None:
            return found
    return None


def money(value: Decimal | None, currency: str) -> Money | None:
    """Dollars as COVA writes them, half up to minor units."""
    return None if value is None else Money.parse(value, currency, rounding="half_up")


def minor(value: Decimal | None, currency: str) -> int | None:
    found = money(value, currency)
    return None if found is None else found.amount


def numbers_in(text: str) -> list[Decimal]:
    """The numbers of a free text, with point or comma: "18,5 - 22 %" → 18.5, 22."""
    return [decimal_from(found.replace(",", ".")) for found in _NUMBER.findall(text)]


def day(reader: Reader, names: tuple[str, ...]) -> date | None:
    """A day, also written as a time: the day it says, whatever its zone. None when absent."""
    text = first(reader, names)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return utc_from(text, naive_is_utc=True).date()


def words_of(text: str) -> tuple[str, ...]:
    """The entries of a list in one text, by comma, semicolon or bar."""
    parts = (one_line(part) for part in re.split(r"[,;|\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
