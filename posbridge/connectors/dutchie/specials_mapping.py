"""Specials of the store: what Plus takes off by itself (the contract's facts, section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from posbridge.connectors.dutchie.reading import exact, first_of
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.discount import Discount, DiscountKind, Scope

ENVELOPES = ("specials", "special")
_LAST_YEAR = 9000


def to_discount(raw: Any, *, product_ids: Iterable[str] = ()) -> Discount:
    """One special, `automatic` and without an amount: Plus shows its effect in prices only.

    `product_ids` are its members, where they were asked for. Raises SchemaDrift.
    """
    reader = Reader(first_of(raw, *ENVELOPES))
    shown, when = reader.object("menuDisplayConfiguration"), reader.object("scheduleConfiguration")
    limit = reader.integer("redemptionLimit")
    return Discount(
        id=reader.id(),
        name=one_line(shown.text("name")) or one_line(reader.text("name")),
        kind=DiscountKind.PRODUCT,
        scope=Scope(product_ids=frozenset(product_ids)),
        starts_at=_stamp(when, "startStamp"),
        ends_at=_stamp(when, "endStamp"),
        usage_limit=limit if limit is not None and limit > 0 else None,
        automatic=True,
        extra=_extra(reader, when),
    )


def _extra(reader: Reader, when: Reader) -> dict[str, Any]:
    """The staff's own label, the days and the hours; hours are the store's clock, without a zone."""
    kept: dict[str, Any] = {"label": reader.text("name"), "type": reader.text("type"), "menu": reader.text("menuType")}
    kept |= {name: when.text(name) for name in ("startTime", "endTime")}
    kept["days"] = [day for day in when.items("days") if isinstance(day, str)]
    return {name: value for name, value in kept.items() if value}


def _stamp(reader: Reader, name: str) -> datetime | None:
    """Guess: milliseconds since 1970 as text."""
    value = exact(reader.raw.get(name), reader.object_id)
    if value is None:
        return None
    try:
        found = datetime.fromtimestamp(int(value) / 1000, UTC)
    except (OverflowError, OSError, ValueError) as problem:
        raise SchemaDrift(f"{value} is no time.", object_id=reader.object_id) from problem
    if found.year > _LAST_YEAR:
        raise SchemaDrift(f"{value} is no time.", object_id=reader.object_id)
    return found
