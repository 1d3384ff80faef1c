"""Packages (lots): their shape in the answer was never seen, so every name here is a guess, in one table."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.cova.reading import day, first, number, numbers_in
from posbridge.connectors.text import Reader
from posbridge.domain.attributes import Potency, PotencyUnit
from posbridge.domain.inventory import Batch, InventoryKind, StockLevel

#: Guess: where packages stand, and what their fields are called (keys in small letters).
PACKAGES = ("packagedetails", "packages", "inventorypackages")
LOT = ("batchnumber", "lotnumber", "batchid", "lotid", "batch", "lot")
TAG = ("packageid", "packagetag", "metrctag", "externalpackageid", "packagelabel", "serialnumber", "tag")
EXPIRES = ("expirationdate", "expirydate", "expiresondate", "expirationdateutc", "bestbeforedate", "usebydate")
QUANTITY = ("instockquantity", "quantity", "quantityavailable")
STOPPED = ("isrecalled", "recalled", "isquarantined", "quarantined", "onhold", "isonhold")
STRENGTHS = ("thc", "cbd", "thca", "cbda", "cbg", "cbn")


def here(row: Reader, location: str) -> bool:
    """Whether a row counts for the location: all do where either side names none."""
    said = first(row, ("locationid", "entityid"))
    return not location or not said or said == location


def availability(reader: Reader, location: str) -> list[Reader]:
    """Guess: a row is one package or one room; a product has as much as its rows sum to."""
    return [row for row in reader.objects("availability") if here(row, location)]


def quantity_of(reader: Reader, location: str) -> Decimal | None:
    """The sum at the location; None where the answer holds no stock."""
    if reader.raw.get("availability") is None:
        return None
    found = (number(row, QUANTITY) for row in availability(reader, location))
    return sum((one for one in found if one is not None), Decimal(0))


def batches_of(reader: Reader, location: str) -> tuple[Batch, ...]:
    """Lots of the product: beside it, or inside the rows of its stock."""
    owners = [reader, *availability(reader, location)]
    rows = [row for owner in owners for key in PACKAGES for row in _rows(owner, key) if here(row, location)]
    return tuple(batch for row in rows if (batch := _batch(row)) is not None)


def _rows(owner: Reader, key: str) -> list[Reader]:
    if isinstance(owner.raw.get(key), dict):
        return [owner.object(key)]
    return owner.objects(key)


def _batch(row: Reader) -> Batch | None:
    tag, lot = first(row, TAG), first(row, LOT)
    if not (tag or lot):
        return None
    return Batch(
        lot=lot or tag,
        tag=tag,
        quantity=max(number(row, QUANTITY) or Decimal(0), Decimal(0)),
        expires=day(row, EXPIRES),
        recalled=any(row.flag(name) for name in STOPPED),
        potencies=tuple(p for name in STRENGTHS if (p := _potency(row, name)) is not None),
    )


def _potency(row: Reader, name: str) -> Potency | None:
    value: Any = row.raw.get(name)
    found = numbers_in(value) if isinstance(value, str) else [one] if (one := row.decimal(name)) is not None else []
    if not found or max(found) > 100 or min(found) < 0:
        return None
    return Potency(name=name.upper(), low=min(found), high=max(found), unit=PotencyUnit.PERCENT)


def to_level(reader: Reader, location: str) -> StockLevel:
    """The stock of one product at the location."""
    batches = batches_of(reader, location)
    return StockLevel(
        variant_id=reader.id("productid"),
        quantity=quantity_of(reader, location),
        location=location,
        kind=InventoryKind.BATCH if batches else InventoryKind.QUANTITY,
        batches=batches,
        read_at=read_at(availability(reader, location)),
    )


def read_at(rows: list[Reader]) -> datetime | None:
    """When the newest of these rows of stock was counted, in UTC; None where none says."""
    times = [at for row in rows if (at := row.utc("updateddateutc", naive_is_utc=True))]
    return max(times) if times else None
