"""Reading the outbox: every state can be listed and counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, text

from posbridge.store.errors import NotStored
from posbridge.store.outbox_rows import Kind, OutboxEvent, OutboxRow, State, row_of
from posbridge.store.tables import OUTBOX_STATES, outbox, outbox_events
from posbridge.store.tables.sales import NOT_DONE
from posbridge.store.times import when, when_or_none

_O = outbox.c
#: All that is not at its target yet.
WAITING: tuple[State, ...] = ("ready", "leased", "unknown", "blocked")
#: What a person must look at.
NEEDS_PERSON: tuple[State, ...] = ("rejected",)
#: Every state, in the order of a screen.
LISTINGS: tuple[State, ...] = ("rejected", "unknown", "blocked", "leased", "ready", "done")
assert set(LISTINGS) == set(OUTBOX_STATES)


def get(tx: Connection, row_id: int) -> OutboxRow:
    """Raises NotStored."""
    row = tx.execute(select(outbox).where(_O.id == row_id)).first()
    if row is None:
        raise NotStored(f"There is no outbox row {row_id}.")
    return row_of(row)


def listing(
    tx: Connection, states: Iterable[State] = (), connection: str | None = None, limit: int = 200
) -> list[OutboxRow]:
    """Rows in `states` (none named: all but done), the oldest first; done ones the newest first."""
    named = tuple(states) or (*WAITING, *NEEDS_PERSON)
    order = _O.updated_at.desc() if named == ("done",) else _O.id
    wanted = select(outbox).where(_O.state.in_(named)).order_by(order).limit(limit)
    if connection is not None:
        wanted = wanted.where(_O.connection_id == connection)
    return [row_of(row) for row in tx.execute(wanted)]


def of_object(tx: Connection, kind: Kind, object_id: str) -> list[OutboxRow]:
    """The rows of one order or refund, one a target."""
    wanted = select(outbox).where(_O.object_id == object_id, _O.kind == kind).order_by(_O.id)
    return [row_of(row) for row in tx.execute(wanted)]


def of_objects(tx: Connection, kind: Kind, object_ids: Sequence[str]) -> dict[str, list[OutboxRow]]:
    """The rows of several, by object id; for a list of orders with each target's state."""
    found: dict[str, list[OutboxRow]] = {}
    wanted = select(outbox).where(_O.object_id.in_(object_ids), _O.kind == kind).order_by(_O.id)
    for row in tx.execute(wanted):
        found.setdefault(row.object_id, []).append(row_of(row))
    return found


def sent_as(tx: Connection, kind: Kind, object_id: str, connection_id: str) -> tuple[str, str] | None:
    """(id, number) of the object at that connection; None until it is known to be there."""
    same = (_O.kind == kind, _O.object_id == object_id, _O.connection_id == connection_id, _O.remote_id != "")
    row = tx.execute(select(_O.remote_id, _O.remote_number).where(*same)).first()
    return None if row is None else (row.remote_id, row.remote_number)


def events(tx: Connection, row_id: int) -> list[OutboxEvent]:
    """What happened to a row, in order."""
    wanted = select(outbox_events).where(outbox_events.c.outbox_id == row_id).order_by(outbox_events.c.id)
    return [_event(row) for row in tx.execute(wanted)]


def counts(tx: Connection) -> dict[tuple[str, str], int]:
    """How many rows each (connection, state) has; pairs with none are absent."""
    wanted = select(_O.connection_id, _O.state, func.count()).group_by(_O.connection_id, _O.state)
    return {(connection, state): number for connection, state, number in tx.execute(wanted)}


def oldest_waiting(tx: Connection, connection: str | None = None) -> datetime | None:
    """Since when the oldest row that is not done waits; None when none does."""
    wanted = select(func.min(_O.created_at)).where(text(NOT_DONE))
    if connection is not None:
        wanted = wanted.where(_O.connection_id == connection)
    return when_or_none(tx.execute(wanted).scalar())


def next_due(tx: Connection, connection: str) -> datetime | None:
    """When the next row of the connection is due, or its lease ends."""
    ready = select(func.min(_O.due_at)).where(_O.connection_id == connection, _O.state.in_(("ready", "unknown")))
    return when_or_none(tx.execute(ready).scalar())


def last_done(tx: Connection, connection: str) -> datetime | None:
    """When the newest done row of the connection was."""
    newest = select(func.max(_O.updated_at)).where(_O.connection_id == connection, _O.state == "done")
    return when_or_none(tx.execute(newest).scalar())


def _event(row: Any) -> OutboxEvent:
    return OutboxEvent(when(row.at), row.from_state, row.to_state, row.reason_code, row.reason, row.who)
