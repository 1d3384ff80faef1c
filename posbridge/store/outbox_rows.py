"""An outbox row as other rooms see it, and its event rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert

from posbridge.store.tables import outbox_events
from posbridge.store.times import when, when_or_none

Kind = Literal["order", "refund", "customer", "gift_card"]
State = Literal["ready", "leased", "done", "unknown", "blocked", "rejected"]

_INSERT_EVENT = insert(outbox_events)


@dataclass(frozen=True)
class OutboxRow:
    """One thing to send to one target. Times are UTC.

    `key` never changes, nor what it stands for. `must_look_up`: a request may have left, so look before sending.
    `steps` is what the send has made so far; names that begin with "_" are the sender's own notes.
    `difference` says what the target stored otherwise than we sold it.
    """

    id: int
    kind: Kind
    connection_id: str
    object_id: str
    key: str
    state: State
    due_at: datetime
    lease_until: datetime | None
    owner: str
    attempts: int
    unknown_count: int
    sent_at: datetime | None
    must_look_up: bool
    parent_id: int | None
    remote_id: str
    remote_number: str
    steps: dict[str, str]
    reason_code: str
    reason: str
    next_step: str
    difference: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class OutboxEvent:
    """One move of a row; `who` is a person's id where a person did it."""

    at: datetime
    from_state: str
    to_state: State
    reason_code: str
    reason: str
    who: str


def row_of(row: Row[Any]) -> OutboxRow:
    """From a row with all columns of the table."""
    return OutboxRow(
        id=row.id, kind=row.kind, connection_id=row.connection_id, object_id=row.object_id, key=row.key,
        state=row.state, due_at=when(row.due_at), lease_until=when_or_none(row.lease_until), owner=row.owner,
        attempts=row.attempts, unknown_count=row.unknown_count, sent_at=when_or_none(row.sent_at),
        must_look_up=bool(row.must_look_up), parent_id=row.parent_id, remote_id=row.remote_id,
        remote_number=row.remote_number, steps=json.loads(row.steps), reason_code=row.reason_code,
        reason=row.reason, next_step=row.next_step,
        difference=None if row.difference is None else json.loads(row.difference),
        created_at=when(row.created_at), updated_at=when(row.updated_at),
    )  # fmt: skip


def event(
    tx: Connection, row_id: int, at: int, from_state: str, to_state: str, code: str = "", reason: str = "",
    who: str = "",
) -> None:  # fmt: skip
    """Writes one move; `at` in milliseconds."""
    tx.execute(_INSERT_EVENT, {
        "outbox_id": row_id, "at": at, "from_state": from_state, "to_state": to_state,
        "reason_code": code, "reason": reason, "who": who,
    })  # fmt: skip
