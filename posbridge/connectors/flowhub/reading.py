"""Small readings that all of Flowhub's mappings share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.money import Money, round_fraction

#: The only currency that Flowhub's sales are in; its inventory names it (contract, section 3).
CURRENCY = "USD"


def listed(raw: Any, *envelopes: str) -> list[Any]:
    """The objects of an answer: its envelope, a bare list, or one object (the client saw all three)."""
    if isinstance(raw, list):
        return list(raw)
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"A list was expected, not {type(raw).__name__}.")
    for name in envelopes:
        inner = raw.get(name)
        if isinstance(inner, list):
            return list(inner)
        if isinstance(inner, Mapping):
            return [inner]
    return [raw] if not set(raw) <= {"status", "message", "total", *envelopes} else []


def first_of(raw: Any, *envelopes: str) -> Any:
    """The one object of an answer. Raises SchemaDrift when there is none."""
    found = listed(raw, *envelopes)
    if not found:
        raise SchemaDrift("The answer holds no object.")
    return found[0]


def cents(reader: Reader, *names: str) -> int | None:
    """The first of these fields that is there, in minor units."""
    for name in names:
        value = reader.decimal(name)
        if value is not None:
            return round_fraction(value)
    return None


def money(reader: Reader, currency: str, *names: str) -> Money | None:
    amount = cents(reader, *names)
    return None if amount is None else Money.of(amount, currency)


def day(reader: Reader, name: str) -> date | None:
    """A day, also from a time; None when absent, null or "". Raises SchemaDrift for anything else."""
    text = reader.text(name).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as problem:
        raise SchemaDrift(f"{text[:30]!r} is not a day.", object_id=reader.object_id) from problem


def words(values: Iterable[Any]) -> tuple[str, ...]:
    """Texts of a list, white space cleaned, empty ones and repeats left out; a tag may be an object with a name."""
    found: dict[str, None] = {}
    for value in values:
        inner = value.get("name") if isinstance(value, Mapping) else value
        text = one_line(inner) if isinstance(inner, str) else ""
        if text:
            found.setdefault(text)
    return tuple(found)
