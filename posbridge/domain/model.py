"""What every domain object is made of: frozen models, exact quantities, UTC times."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer

from posbridge.domain.money import ExactDecimal


class Model(BaseModel):
    """An immutable value; unknown fields are refused, so that a mistyped name is never lost."""

    # Built when first used: a start needs a few of them.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _plain_quantity(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its zone; posbridge keeps UTC")
    return value.astimezone(UTC)


#: An exact count or weight; in JSON an integer, or a decimal string where it has decimals.
Quantity = Annotated[ExactDecimal, PlainSerializer(_plain_quantity, when_used="json")]
#: An aware time, kept in UTC.
UtcTime = Annotated[datetime, AfterValidator(_utc)]
#: What only the connector that wrote it reads.
Extra = dict[str, Any]
