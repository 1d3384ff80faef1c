"""What a person or a restore does to outbox rows: never to one that is leased, and never past a doubt."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from posbridge.domain.errors import DomainError
from posbridge.store.errors import NotStored
from posbridge.store.outbox_rows import event
from posbridge.store.tables import outbox
from posbridge.store.times import ms

_O = outbox.c
_FREE = {"lease_until": None, "owner": ""}


def retry_by_person(tx: Connection, row_id: int, now: datetime, who: str) -> None:
    """Due at once: looked up first when it was ever sent. The sender's own notes and counts begin anew.

    Raises NotStored, or DomainError when it is done or being sent.
    """
    row, at = _movable(tx, row_id), ms(now)
    steps = {name: value for name, value in json.loads(row.steps).items() if not name.startswith("_")}
    state = "unknown" if row.must_look_up else "ready"
    _set(tx, row, state, at, "person_retry", "", who, {"due_at": at, "unknown_count": 0, "steps": json.dumps(steps)})


def park(tx: Connection, row_id: int, now: datetime, who: str, reason: str) -> None:
    """Set aside until a person takes it up again. Raises NotStored, or DomainError when it is done or being sent."""
    row = _movable(tx, row_id)
    _set(tx, row, "rejected", ms(now), "parked", reason, who, {})


def found_by_person(tx: Connection, row_id: int, now: datetime, who: str, remote_id: str) -> None:
    """Somebody saw it there under that id or number: it is done, and what waited for it goes on.

    Raises NotStored, or DomainError unless the row waits for a person.
    """
    row, at = _for_a_person(tx, row_id), ms(now)
    _set(tx, row, "done", at, "", "", who, {"remote_id": remote_id, "remote_number": remote_id, "must_look_up": 0})
    waiting = and_(_O.parent_id == row_id, _O.state == "blocked", _O.reason_code == "parent")
    for child in tx.execute(select(outbox).where(waiting)).all():
        _set(tx, child, "ready", at, "", "", who, {"due_at": at})


def missed_by_person(tx: Connection, row_id: int, now: datetime, who: str) -> None:
    """Somebody looked and it is not there: it is sent anew, without a look-up and without the old steps.

    Raises NotStored, or DomainError unless the row waits for a person.
    """
    row, at = _for_a_person(tx, row_id), ms(now)
    values = {"due_at": at, "must_look_up": 0, "unknown_count": 0, "steps": "{}"}
    _set(tx, row, "ready", at, "person_missed", "", who, values)


def unblock(tx: Connection, connection_id: str, now: datetime, reason_code: str) -> int:
    """Rows of the connection that `block` stopped for this reason go on; returns how many."""
    stopped = and_(_O.connection_id == connection_id, _O.state == "blocked", _O.reason_code == reason_code)
    rows = tx.execute(select(outbox).where(stopped)).all()
    for row in rows:
        _set(tx, row, "unknown" if row.must_look_up else "ready", ms(now), "", "", "", {"due_at": ms(now)})
    return len(rows)


def after_restore(tx: Connection, now: datetime, days: int = 14) -> int:
    """An older file is in place: what it calls unsent may have been sent since. Returns how many rows are in doubt.

    Each row that is not rejected, and those done within `days`, becomes unknown and is looked up before any send;
    rejected rows are looked up when a person retries them. Leases of the old file are void.
    """
    at, since = ms(now), ms(now - timedelta(days=days))
    doubtful = and_(_O.state != "rejected", or_(_O.state != "done", _O.updated_at >= since))
    rows = tx.execute(select(_O.id, _O.state).where(doubtful)).all()
    values = {"state": "unknown", "must_look_up": 1, "due_at": at, "updated_at": at, "reason_code": "restored", **_FREE}
    tx.execute(update(outbox).where(doubtful).values(values))
    for row in rows:
        event(tx, row.id, at, row.state, "unknown", "restored")
    tx.execute(update(outbox).where(_O.state == "rejected").values(must_look_up=1))
    return len(rows)


def _for_a_person(tx: Connection, row_id: int) -> Any:
    row = _movable(tx, row_id)
    if row.state != "rejected":
        raise DomainError("It is not yet for a person to decide: posbridge still asks the platform.", code="row_asked")
    return row


def _movable(tx: Connection, row_id: int) -> Any:
    row = tx.execute(select(outbox).where(_O.id == row_id)).first()
    if row is None:
        raise NotStored(f"There is no outbox row {row_id}.")
    if row.state in ("leased", "done"):
        word = "being sent just now" if row.state == "leased" else "sent already"
        raise DomainError(f"It is {word}.", code=f"row_{row.state}")
    return row


def _set(
    tx: Connection, row: Any, state: str, at: int, code: str, reason: str, who: str, values: dict[str, Any]
) -> None:
    said = {"reason_code": code, "reason": reason, "next_step": "", "updated_at": at, "state": state}
    tx.execute(update(outbox).where(_O.id == row.id).values({**said, **values}))
    event(tx, row.id, at, row.state, state, code, reason, who)
