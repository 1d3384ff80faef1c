"""Stock as the connections told it, and when. Only ever read: a sale changes it at the platform."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from posbridge.domain.inventory import StockLevel
from posbridge.store import links
from posbridge.store.inserting import Upserting
from posbridge.store.orders import micro
from posbridge.store.tables import stock
from posbridge.store.times import ms, when_or_none

_CHUNK = 5000
_PUT = Upserting(
    stock, "variant_id", "connection_id", "location", "kind", "quantity_micro", "body", "read_at",
    key=("variant_id", "connection_id", "location"), newer="read_at",
)  # fmt: skip
#: Made once: every sale asks it.
_IN_LOTS = (
    select(stock.c.variant_id, stock.c.connection_id, stock.c.body)
    .where(
        stock.c.variant_id.in_(select(func.json_each(bindparam("variants")).table_valued("value").c.value)),
        stock.c.kind != "quantity",
    )
    .order_by(stock.c.read_at)
)


def put(tx: Connection, connection_id: str, levels: Sequence[StockLevel], now: datetime) -> None:
    """Keeps levels by our variant ids; `now` stands for a level without its own time. An older read changes nothing."""
    _PUT(tx, *(_row(connection_id, level, now) for level in levels))


def take_over(tx: Connection, connection_id: str, found: Sequence[StockLevel], now: datetime) -> None:
    """Levels by the platform's variant ids, kept by ours; stock of what is not in the catalogue is left out."""
    ours = links.local_ids(tx, connection_id, "variant", [level.variant_id for level in found])
    mine = [each.model_copy(update={"variant_id": ours[each.variant_id]}) for each in found if each.variant_id in ours]
    put(tx, connection_id, mine, now)


def of(tx: Connection, variant_id: str) -> dict[str, StockLevel]:
    """By connection; the location read last where there are several."""
    wanted = select(stock).where(stock.c.variant_id == variant_id).order_by(stock.c.read_at)
    return {row.connection_id: StockLevel.model_validate_json(row.body) for row in tx.execute(wanted)}


def levels(
    tx: Connection, variant_ids: Sequence[str], connection_id: str | None = None
) -> dict[str, StockLevel]:
    """By variant; the one read last where there are several. Unknown variants are absent."""
    found: dict[str, StockLevel] = {}
    for start in range(0, len(variant_ids), _CHUNK):
        wanted = select(stock).where(stock.c.variant_id.in_(variant_ids[start : start + _CHUNK]))
        if connection_id is not None:
            wanted = wanted.where(stock.c.connection_id == connection_id)
        rows = tx.execute(wanted.order_by(stock.c.read_at))
        found.update({row.variant_id: StockLevel.model_validate_json(row.body) for row in rows})
    return found


def in_lots(tx: Connection, variant_ids: Sequence[str], connection_id: str | None = None) -> dict[str, StockLevel]:
    """By variant, only those whose stock is kept in lots; the one read last where there are several."""
    rows = tx.execute(_IN_LOTS, {"variants": json.dumps(list(variant_ids))})
    found = {row.variant_id: row.body for row in rows if connection_id in (None, row.connection_id)}
    levels = {variant: StockLevel.model_validate_json(body) for variant, body in found.items()}
    return {variant: level for variant, level in levels.items() if level.batches}


def drop(tx: Connection, connection_id: str, variant_ids: Sequence[str]) -> None:
    """Levels of variants that are gone."""
    tx.execute(delete(stock).where(stock.c.connection_id == connection_id, stock.c.variant_id.in_(variant_ids)))


def age(tx: Connection, connection_id: str | None = None) -> datetime | None:
    """When the newest level was read; None when there is none."""
    wanted = select(func.max(stock.c.read_at))
    if connection_id is not None:
        wanted = wanted.where(stock.c.connection_id == connection_id)
    return when_or_none(tx.execute(wanted).scalar())


def _row(connection_id: str, level: StockLevel, now: datetime) -> dict[str, Any]:
    read = level if level.read_at is not None else level.model_copy(update={"read_at": now})
    return {
        "variant_id": level.variant_id, "connection_id": connection_id, "location": level.location,
        "kind": level.kind.value, "quantity_micro": None if level.quantity is None else micro(level.quantity),
        "body": read.model_dump_json(), "read_at": ms(read.read_at or now),
    }  # fmt: skip
