"""What all of Lightspeed's objects have in common: amounts, times, references, and one error for what is unreadable."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, utc_from
from posbridge.domain.ids import ALPHABET
from posbridge.domain.money import exponent, round_fraction

P = ParamSpec("P")
T = TypeVar("T")

#: What amounts are in when neither the payload nor the caller says (items, menus and accounts name no currency).
DEFAULT_CURRENCY = "USD"
_CURRENCY = re.compile(r"[A-Z]{3}")
#: How a sale names the reference of an order that a program sent (FACTS section 5).
_TASK = re.compile(r"(?:TASK:)?OO-\d+-(.+)", re.DOTALL)
#: An order that was sent once more after the register had refused it; the first reference may be burnt.
_AGAIN = re.compile(r"-r(\d+)\Z")
_EPOCH = re.compile(r"\d{13}(\.0*)?")
_OURS = re.compile(r"[A-Z]{1,3}([0-9A-HJKMNP-TV-Z]{10})[0-9A-HJKMNP-TV-Z]{6}")


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
    """The id of an item, sale, account or menu entry; "" when there is none."""
    if not isinstance(raw, Mapping):
        return ""
    for name in ("id", "accountReference", "ikaccountId", "sku", "code", "thirdPartyReference"):
        if isinstance(raw.get(name), str | int) and not isinstance(raw.get(name), bool):
            return str(raw[name])
    return ""


def minor_of(value: Decimal, currency: str) -> int:
    """Major units (up to six decimals) as minor units, half away from zero."""
    return round_fraction(value * 10 ** exponent(currency))


def currency_of(said: str, default: str) -> str:
    """A currency as it stands in a payload, else the default."""
    text = said.strip().upper()
    return text if _CURRENCY.fullmatch(text) else default


def time_of(reader: Reader, key: str) -> datetime | None:
    """A time in any of Lightspeed's forms: +0000, +00:00, Z, or epoch milliseconds. None when absent."""
    value = reader.raw.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str | Decimal) and _EPOCH.fullmatch(str(value)):
        value = int(Decimal(value))
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value / 1000, UTC)
        except (OverflowError, OSError, ValueError) as problem:
            raise SchemaDrift(f"The field {key} is no time.", object_id=reader.object_id) from problem
    return utc_from(reader.text(key), naive_is_utc=True)


def references_in(values: Any) -> list[str]:
    """The references that programs gave: "TASK:OO-<location>-<reference>" or `{prefix, reference}`, else nothing."""
    found = []
    for value in values if isinstance(values, list) else ():
        text = value.get("reference") if isinstance(value, Mapping) else value
        known = _TASK.fullmatch(text) if isinstance(text, str) else None
        if known:
            found.append(known[1])
    return found


def plain_reference(remote: str) -> str:
    """Our reference of an id at Lightspeed, whichever time it was sent."""
    return _AGAIN.sub("", remote)


def next_reference(remote: str) -> str:
    """The one that an order goes under when a refusal has burnt this one: "-r2", then "-r3" and so on."""
    known = _AGAIN.search(remote)
    return f"{plain_reference(remote)}-r{int(known[1]) + 1 if known else 2}"


def made_at(remote: str) -> datetime | None:
    """When the order of a reference of ours was made; None for what is none of ours."""
    known = _OURS.fullmatch(plain_reference(remote))
    if known is None:
        return None
    milliseconds = 0
    for digit in known[1]:
        milliseconds = milliseconds * 32 + ALPHABET.index(digit)
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
