"""The outbox: one row a thing to send and a target. Each move is one function and writes one event.

ready → leased → done; unknown (it may be there: look up first), blocked (waits for its parent or a sign-in),
rejected (waits for a person). A lease is a time: only the clock ends it. `claim` gives each lease an owner of its
own, so a sender that lost its lease can change nothing: its moves raise LeaseLost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, cast, exists, insert, literal, or_, select, text, update

from posbridge.store.errors import LeaseLost
from posbridge.store.outbox_acts import (
    after_restore,
    found_by_person,
    missed_by_person,
    park,
    retry_by_person,
    unblock,
)
from posbridge.store.outbox_lists import (
    LISTINGS,
    NEEDS_PERSON,
    WAITING,
    counts,
    events,
    get,
    last_done,
    listing,
    next_due,
    of_object,
    of_objects,
    oldest_waiting,
    sent_as,
)
from posbridge.store.outbox_rows import Kind, OutboxEvent, OutboxRow, State, event, row_of
from posbridge.store.tables import outbox, outbox_events
from posbridge.store.tables.sales import CLAIMABLE
from posbridge.store.times import ms, now_ms

__all__ = [
    "DEFAULT_SETTLE_S", "LISTINGS", "NEEDS_PERSON", "WAITING", "Kind", "LeaseLost", "OutboxEvent", "OutboxRow",
    "State", "add", "after_restore", "block", "claim", "counts", "done", "events", "extend", "found_by_person", "get",
    "last_done", "listing", "mark_sending", "missed_by_person", "next_due", "of_object", "of_objects",
    "oldest_waiting", "park", "put_step", "recover_expired", "reject", "retry", "retry_by_person", "sent_as",
    "unblock", "unknown",
]  # fmt: skip

#: How long after a lost reply the work may still appear, where the connection did not say: the longest known.
DEFAULT_SETTLE_S = 390.0

_O = outbox.c
_FREE = {"lease_until": None, "owner": ""}
_PARENT = outbox.alias("parent")
_PARENT_DONE = or_(_O.parent_id.is_(None), exists().where(_PARENT.c.id == _O.parent_id, _PARENT.c.state == "done"))
_SAID = ("reason_code", "reason", "next_step")
_INSERT = insert(outbox)


def add(
    tx: Connection, kind: Kind, connection_id: str, object_id: str, key: str, now: datetime,
    parent_id: int | None = None,
) -> int:  # fmt: skip
    """A new row and its id: ready, or blocked while its parent is not done. The schema writes its first event.

    Raises ConstraintViolated when the object has a row for this connection already, or the connection is unknown.
    """
    at, waits = ms(now), parent_id is not None and _state(tx, parent_id) != "done"
    state, code = ("blocked", "parent") if waits else ("ready", "")
    made = tx.execute(_INSERT, {
        "kind": kind, "connection_id": connection_id, "object_id": object_id, "key": key, "state": state,
        "due_at": at, "parent_id": parent_id, "reason_code": code, "created_at": at, "updated_at": at,
    })  # fmt: skip
    key_made = made.inserted_primary_key
    assert key_made is not None
    return int(key_made[0])


def claim(
    tx: Connection, connection_id: str, now: datetime, lease_s: float, limit: int, owner: str
) -> list[OutboxRow]:
    """Leases up to `limit` due rows for `lease_s` seconds, the oldest first; attempts count from here.

    The rows' `owner` is `owner` with the attempt's number: give that one back with each later move.
    """
    at = ms(now)
    due = and_(_O.connection_id == connection_id, text(CLAIMABLE), _O.due_at <= at, _PARENT_DONE)
    chosen = select(_O.id).where(due).order_by(_O.id).limit(limit).with_for_update(skip_locked=True)
    taken = update(outbox).where(_O.id.in_(chosen)).values(
        state="leased", owner=literal(f"{owner}#").concat(cast(_O.attempts + 1, _O.owner.type)),
        lease_until=at + _milliseconds(lease_s), attempts=_O.attempts + 1, claimed_from=_O.state,
        must_look_up=case((_O.state == "unknown", 1), else_=_O.must_look_up),
        doubt_before=case((_O.state == "unknown", 1), else_=_O.must_look_up), updated_at=at,
    ).returning(*_O)  # fmt: skip
    rows = sorted(tx.execute(taken).all(), key=lambda row: int(row.id))
    if rows:
        tx.execute(insert(outbox_events), [
            {"outbox_id": row.id, "at": at, "from_state": row.claimed_from, "to_state": "leased"} for row in rows
        ])  # fmt: skip
    return [row_of(row) for row in rows]


def extend(tx: Connection, row_id: int, owner: str, until: datetime) -> bool:
    """Makes the lease last until then; False when it is lost."""
    held = update(outbox).where(_held(row_id, owner)).values(lease_until=ms(until))
    return tx.execute(held).rowcount == 1


def mark_sending(tx: Connection, row_id: int, owner: str, now: datetime) -> None:
    """A request is about to leave: from here on the outcome is in doubt. Raises LeaseLost."""
    at = ms(now)
    _change_held(tx, row_id, owner, {"sent_at": at, "must_look_up": 1, "updated_at": at})


def put_step(tx: Connection, row_id: int, owner: str, name: str, value: str) -> None:
    """Keeps what one step of the send made. Raises LeaseLost."""
    held = tx.execute(select(_O.steps).where(_held(row_id, owner))).scalar()
    if held is None:
        raise LeaseLost
    _change_held(tx, row_id, owner, {"steps": json.dumps({**json.loads(held), name: value})})


def done(
    tx: Connection, row_id: int, owner: str, now: datetime, remote_id: str, remote_number: str = "",
    difference: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """It is there; rows that waited for it become ready. Raises LeaseLost."""
    different = None if difference is None else json.dumps(difference)
    _move(
        tx, row_id, owner, "done", ms(now),
        {"remote_id": remote_id, "remote_number": remote_number, "difference": different, "must_look_up": 0,
         "reason_code": "", "reason": "", "next_step": ""},
    )  # fmt: skip
    _release_children(tx, row_id, ms(now))


def retry(
    tx: Connection, row_id: int, owner: str, due_at: datetime, reason_code: str, reason: str, next_step: str = "",
    *, sent: bool = False,
) -> None:  # fmt: skip
    """Surely not done by this try: ready again at `due_at`. Raises LeaseLost.

    Unless `sent`, the doubt that this very try raised is taken back; an earlier try's doubt stays.
    """
    values: dict[str, Any] = {"due_at": ms(due_at), **_said(reason_code, reason, next_step)}
    if not sent:
        values["must_look_up"] = _O.doubt_before
    _move(tx, row_id, owner, "ready", now_ms(tx), values)


def unknown(
    tx: Connection, row_id: int, owner: str, due_at: datetime, reason_code: str, reason: str, next_step: str = ""
) -> None:
    """It may have happened: looked up at `due_at`, before anything is sent again. Raises LeaseLost."""
    values = {"due_at": ms(due_at), "unknown_count": _O.unknown_count + 1, "must_look_up": 1}
    _move(tx, row_id, owner, "unknown", now_ms(tx), {**values, **_said(reason_code, reason, next_step)})


def reject(
    tx: Connection, row_id: int, owner: str, reason_code: str, reason: str, next_step: str = ""
) -> None:
    """It never passes as it is: a person decides. Raises LeaseLost."""
    _move(tx, row_id, owner, "rejected", now_ms(tx), _said(reason_code, reason, next_step))


def block(
    tx: Connection, row_id: int, owner: str, reason_code: str, reason: str, next_step: str = ""
) -> None:
    """It waits for something else (a sign-in); `outbox_acts.unblock` frees it. Raises LeaseLost."""
    _move(tx, row_id, owner, "blocked", now_ms(tx), _said(reason_code, reason, next_step))


def recover_expired(tx: Connection, now: datetime, settle_s_by_connection: Mapping[str, float]) -> int:
    """Rows whose lease ran out: unknown if a request may have left, due after the settle window, else ready."""
    at = ms(now)
    late = tx.execute(select(outbox).where(_O.state == "leased", _O.lease_until <= at)).all()
    for row in late:
        state, due = "ready", at
        if row.must_look_up:
            window = settle_s_by_connection.get(row.connection_id, DEFAULT_SETTLE_S)
            state, due = "unknown", max(at, (row.sent_at or 0) + _milliseconds(window))
        values = {"state": state, "due_at": due, "updated_at": at, **_FREE}
        tx.execute(update(outbox).where(_O.id == row.id).values(values))
        event(tx, row.id, at, "leased", state, "lease_expired")
    return len(late)


def _release_children(tx: Connection, parent_id: int, at: int) -> None:
    waiting = and_(_O.parent_id == parent_id, _O.state == "blocked", _O.reason_code == "parent")
    freed = update(outbox).where(waiting).values(state="ready", due_at=at, updated_at=at, reason_code="", reason="")
    for child in tx.execute(freed.returning(_O.id)).scalars().all():
        event(tx, child, at, "blocked", "ready", "parent_done")


def _move(tx: Connection, row_id: int, owner: str, state: str, at: int, values: Mapping[str, Any]) -> None:
    """Ends the lease of `owner` in `state`."""
    _change_held(tx, row_id, owner, {**values, **_FREE, "state": state, "updated_at": at})
    event(tx, row_id, at, "leased", state, str(values.get("reason_code", "")), str(values.get("reason", "")))


def _change_held(tx: Connection, row_id: int, owner: str, values: Mapping[str, Any]) -> None:
    if tx.execute(update(outbox).where(_held(row_id, owner)).values(**values)).rowcount != 1:
        raise LeaseLost


def _held(row_id: int, owner: str) -> Any:
    return and_(_O.id == row_id, _O.state == "leased", _O.owner == owner)


def _state(tx: Connection, row_id: int) -> str:
    return str(tx.execute(select(_O.state).where(_O.id == row_id)).scalar())


def _said(*words: str) -> dict[str, str]:
    return dict(zip(_SAID, words, strict=True))


def _milliseconds(seconds: float) -> int:
    return int(timedelta(seconds=seconds) / timedelta(milliseconds=1))
