"""How Treez writes things: dollars as numbers, its two envelopes, ids as text or number, dates in three forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, utc_from
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money

P = ParamSpec("P")
T = TypeVar("T")

#: Treez names no currency anywhere; its stores are in the United States (facts, guess).
CURRENCY = "USD"
_ENVELOPES = ("data", "ticketList", "product_list")
_MOST = 2**53
_EMPTY = ("", "n/a", "none", "null")


def opened(raw: Any) -> Any:
    """What is inside `data`, `ticketList` and `product_list`; anything else as it is."""
    for _ in range(3):
        name = next((name for name in _ENVELOPES if isinstance(raw, Mapping) and _is_envelope(raw, name)), None)
        if name is None:
            return raw
        raw = raw[name]
    return raw


def _is_envelope(raw: Mapping[str, Any], name: str) -> bool:
    return isinstance(raw.get(name), Mapping | list) and not any(
        key in raw for key in ("ticket_id", "product_id", "customer_id")
    )


def rows_of(raw: Any) -> list[Any]:
    """The rows of a page, a bare list, or one object as a list of one; [] for an envelope that holds nothing."""
    inner = opened(raw)
    if isinstance(inner, list):
        return inner
    if isinstance(inner, Mapping) and ("resultCode" in inner or "page_count" in inner):
        return []
    return [inner]


def single(raw: Any) -> Any:
    """One object, also in its envelope."""
    rows = rows_of(raw)
    if not rows:
        raise SchemaDrift("An object was expected, and the answer is empty.")
    return rows[0]


def exact(reader: Reader, key: str) -> Decimal | None:
    """A number that a column can hold; None when absent or "N/A". Plain floats are read as they were written."""
    value = reader.raw.get(key)
    if isinstance(value, str) and value.strip().casefold() in _EMPTY:
        return None
    if isinstance(value, float):
        reader = Reader({key: repr(value), "id": reader.object_id})
    number = reader.decimal(key)
    if number is not None and abs(number) > _MOST:
        raise SchemaDrift(f"The field {key} is no such number.", object_id=reader.object_id)
    return number


def minor(reader: Reader, key: str, currency: str = CURRENCY) -> int | None:
    """Dollars as minor units; more decimals than the currency has (16.033) are rounded half up. None when absent."""
    value = exact(reader, key)
    return None if value is None else Money.parse(value, currency, rounding="half_up").amount


def money(reader: Reader, key: str, currency: str = CURRENCY) -> Money | None:
    """An amount of money; None when absent."""
    value = minor(reader, key, currency)
    return None if value is None else Money.of(value, currency)


def words(reader: Reader, key: str) -> str:
    """A text on one line; "" for what Treez writes when there is none ("N/A")."""
    text = one_line(reader.text(key))
    return "" if text.casefold() in _EMPTY else text


def listed(reader: Reader, key: str) -> tuple[str, ...]:
    """A list of texts, in its order, each once; null entries are passed over."""
    found = [one_line(item) if isinstance(item, str) else item for item in reader.items(key)]
    if any(item is not None and not isinstance(item, str) for item in found):
        raise SchemaDrift(f"The field {key} holds something other than texts.", object_id=reader.object_id)
    return tuple(dict.fromkeys(item for item in found if item))


def moment(reader: Reader, key: str) -> datetime | None:
    """A time as UTC. Ticket times carry their offset; one without is taken as UTC (facts, Traps 9)."""
    text = reader.text(key).strip()
    if not text:
        return None
    try:
        return utc_from(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text), naive_is_utc=True)
    except (SchemaDrift, OverflowError) as problem:
        raise SchemaDrift(f"The field {key} is no time.", object_id=reader.object_id) from problem


def day(reader: Reader, key: str) -> date | None:
    """A calendar day, also with a time behind it ("2024-05-31 00:00:00.000"); None when absent."""
    text = words(reader, key)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as problem:
        raise SchemaDrift(f"The field {key} is no date.", object_id=reader.object_id) from problem


def stamp(at: datetime) -> str:
    """A time as paths want it: YYYY-MM-DDThh:mm:ss.sss±hh:mm."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """What our models refuse is a changed shape too."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (ModelError, DomainError, TypeError, AttributeError, ValueError, OverflowError, ArithmeticError) as why:
            row = args[0] if args and isinstance(args[0], Mapping) else {}
            ident = next((str(row[key]) for key in ("ticket_id", "product_id", "customer_id") if row.get(key)), "")
            raise SchemaDrift(f"It cannot be read: {type(why).__name__}", object_id=ident) from why

    return reading
