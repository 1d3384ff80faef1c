"""The accounts at outside systems. A removed one keeps its row, since orders point at it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from posbridge.store.errors import NotStored
from posbridge.store.tables import connections, cursors, parked_objects, secrets, staged_pages, tokens
from posbridge.store.times import ms, when

State = Literal["enabled", "disabled", "signed_out", "removed"]


@dataclass(frozen=True)
class ConnectionRow:
    """A connection as stored; `fields` are plain settings, secrets are never here. `kind` as in its facts."""

    id: str
    platform: str
    kind: str
    label: str = ""
    account: str = ""
    location: str = ""
    currency: str = "USD"
    timezone: str = "UTC"
    prices_include_tax: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    state: State = "enabled"
    position: int = 0
    created_at: datetime | None = None


def put(tx: Connection, row: ConnectionRow, now: datetime) -> None:
    """Makes or replaces it; `created_at` stays that of the first time."""
    values = {
        **asdict(row), "fields": json.dumps(row.fields), "prices_include_tax": int(row.prices_include_tax),
        "created_at": ms(row.created_at or now), "updated_at": ms(now),
    }  # fmt: skip
    changed = {name: value for name, value in values.items() if name not in ("id", "created_at")}
    tx.execute(insert(connections).values(values).on_conflict_do_update(index_elements=["id"], set_=changed))


def get(tx: Connection, connection_id: str) -> ConnectionRow:
    """Raises NotStored for an unknown or removed one."""
    wanted = select(connections).where(connections.c.id == connection_id, connections.c.state != "removed")
    row = tx.execute(wanted).first()
    if row is None:
        raise NotStored(f"There is no connection {connection_id!r}.")
    return _row(row)


def listed(tx: Connection, states: tuple[State, ...] = ("enabled", "disabled", "signed_out")) -> list[ConnectionRow]:
    """In the order they were placed."""
    wanted = select(connections).where(connections.c.state.in_(states))
    return [_row(row) for row in tx.execute(wanted.order_by(connections.c.position, connections.c.created_at))]


def set_state(tx: Connection, connection_id: str, state: State, now: datetime) -> None:
    """Raises NotStored."""
    changed = update(connections).where(connections.c.id == connection_id).values(state=state, updated_at=ms(now))
    if tx.execute(changed).rowcount != 1:
        raise NotStored(f"There is no connection {connection_id!r}.")


def remove(tx: Connection, connection_id: str, now: datetime) -> None:
    """Forgets secrets, tokens, cursors and what was not understood.

    The row stays for the orders that were sent there. Raises NotStored.
    """
    set_state(tx, connection_id, "removed", now)
    for table in (secrets, tokens, cursors, staged_pages, parked_objects):
        tx.execute(delete(table).where(table.c.connection_id == connection_id))


def _row(row: Any) -> ConnectionRow:
    return ConnectionRow(
        id=row.id, platform=row.platform, kind=row.kind, label=row.label, account=row.account, location=row.location,
        currency=row.currency, timezone=row.timezone, prices_include_tax=bool(row.prices_include_tax),
        fields=json.loads(row.fields), state=row.state, position=row.position, created_at=when(row.created_at),
    )  # fmt: skip
