"""Small readings that all of Blaze's mappings share: decimal dollars, epoch milliseconds, envelopes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader
from posbridge.domain.money import Money, exponent, round_fraction

#: Blaze sells in dispensaries of the United States; it names no currency anywhere.
CURRENCY = "USD"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 253_402_300_799_000


def listed(raw: Any) -> list[Any]:
    """The objects of an answer: `{values}`, a bare list, or one object."""
    if isinstance(raw, list):
        return list(raw)
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"A list was expected, not {type(raw).__name__}.")
    if "values" in raw and "id" not in raw:
        return Reader(raw).items("values")
    return [raw]


def one(raw: Any) -> Any:
    """The one object of an answer. Raises SchemaDrift when there is none."""
    found = listed(raw)
    if not found:
        raise SchemaDrift("The answer holds no object.")
    return found[0]


def minor(reader: Reader, name: str, currency: str = CURRENCY) -> int | None:
    """Decimal dollars, sometimes with four places, as minor units, half up; None when absent."""
    value = reader.decimal(name)
    return None if value is None else round_fraction(value.scaleb(exponent(currency)))


def money(reader: Reader, name: str, currency: str = CURRENCY) -> Money | None:
    amount = minor(reader, name, currency)
    return None if amount is None else Money.of(amount, currency)


def dollars(amount: int, currency: str = CURRENCY) -> Decimal:
    """Minor units as Blaze writes money."""
    return Money.of(amount, currency).decimal()


def positive(reader: Reader, name: str) -> Decimal | None:
    """A number above zero; Blaze writes 0.0 for what it does not know."""
    value = reader.decimal(name)
    return value if value is not None and value > 0 else None


def moment(reader: Reader, name: str) -> datetime | None:
    """Epoch milliseconds as UTC; None when absent or 0. Raises SchemaDrift for a time that is none."""
    number = reader.decimal(name)
    if number is None or number == 0:
        return None
    if abs(number) > _LATEST_MS:
        raise SchemaDrift(f"The field {name} is no time.", object_id=reader.object_id)
    return _EPOCH + timedelta(milliseconds=int(number))


def millis(at: datetime) -> int:
    """UTC as epoch milliseconds."""
    return int((at - _EPOCH) / timedelta(milliseconds=1))


def from_millis(number: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=number)


def day(reader: Reader, name: str, zone: str = "UTC") -> date | None:
    """The day of an epoch time in the shop's zone."""
    at = moment(reader, name)
    return None if at is None else at.astimezone(zone_of(zone)).date()


def noon(on: date) -> int:
    """A day as epoch milliseconds, so that it is the same day in every zone of the Americas (as Blaze has births)."""
    return millis(datetime(on.year, on.month, on.day, 12, tzinfo=UTC))


def us_day(on: date) -> str:
    """A day as the lists of transactions take it: MM/dd/yyyy."""
    return on.strftime("%m/%d/%Y")


def from_us_day(text: str) -> date | None:
    """A day written MM/dd/yyyy; None for anything else."""
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name, UTC where it is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def texts(reader: Reader, name: str) -> tuple[str, ...]:
    """The texts of a list, spaces collapsed, empty ones and repeats left out."""
    found = (" ".join(value.split()) for value in reader.items(name) if isinstance(value, str))
    return tuple(dict.fromkeys(text for text in found if text))


def drifted(problem: ModelError, object_id: str) -> SchemaDrift:
    """A value that our own models refuse."""
    wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors()[:3])
    return SchemaDrift(f"It cannot be read: {wrong}", object_id=object_id)
