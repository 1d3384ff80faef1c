"""Where each pull stands: its cursor, the pages read so far in this run, what could not be understood.

A run stages its pages; only when the last one is there are they applied. A run that was cut short goes on from the
page after the last one staged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from posbridge.store.tables import cursors, parked_objects, staged_pages
from posbridge.store.times import ms, when, when_or_none

_C, _S = cursors.c, staged_pages.c


@dataclass(frozen=True)
class Stream:
    """`cursor` is where the next run begins ("" reads everything), `run_cursor` where a cut run goes on."""

    cursor: str = ""
    run_cursor: str = ""
    run_started_at: datetime | None = None
    last_good_at: datetime | None = None
    swept_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.run_started_at is not None


@dataclass(frozen=True)
class Parked:
    """An object that could not be understood, since when (UTC), and why in words."""

    stream: str
    object_id: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class StagedPage:
    """`body` is the caller's JSON, `deleted` ids there that the page says are gone."""

    id: int
    body: str
    deleted: tuple[str, ...]


def stream(tx: Connection, connection_id: str, name: str) -> Stream:
    """A stream that was never read is empty."""
    row = tx.execute(select(cursors).where(_C.connection_id == connection_id, _C.stream == name)).first()
    if row is None:
        return Stream()
    return Stream(
        row.cursor, row.run_cursor, when_or_none(row.run_started_at), when_or_none(row.last_good_at),
        when_or_none(row.swept_at),
    )  # fmt: skip


def begin_run(tx: Connection, connection_id: str, name: str, now: datetime) -> Stream:
    """Takes up a cut run, or begins one at the cursor."""
    if not stream(tx, connection_id, name).running:
        _set(tx, connection_id, name, now, {"run_started_at": ms(now), "run_cursor": ""})
    return stream(tx, connection_id, name)


def stage(
    tx: Connection, connection_id: str, name: str, now: datetime, *, body: str, items: int, cursor: str,
    last: bool, deleted: Sequence[str] = (),
) -> None:  # fmt: skip
    """Keeps one page of the run; `cursor` resumes behind it."""
    tx.execute(insert(staged_pages), {
        "connection_id": connection_id, "stream": name, "body": body, "items": items,
        "deleted": json.dumps(list(deleted)), "is_last": int(last), "at": ms(now),
    })  # fmt: skip
    _set(tx, connection_id, name, now, {"run_cursor": cursor})


def is_whole(tx: Connection, connection_id: str, name: str) -> bool:
    """Whether the run's last page is staged."""
    last = select(_S.id).where(_S.connection_id == connection_id, _S.stream == name, _S.is_last == 1).limit(1)
    return tx.execute(last).scalar() is not None


def next_page(tx: Connection, connection_id: str, name: str) -> StagedPage | None:
    """The first page not applied yet; None when all are, or when the run is not whole."""
    if not is_whole(tx, connection_id, name):
        return None
    same = (_S.connection_id == connection_id, _S.stream == name, _S.applied == 0)
    row = tx.execute(select(staged_pages).where(*same).order_by(_S.id).limit(1)).first()
    return None if row is None else StagedPage(row.id, row.body, tuple(json.loads(row.deleted)))


def mark_applied(tx: Connection, page_id: int) -> None:
    """In the transaction that applied it."""
    tx.execute(update(staged_pages).where(_S.id == page_id).values(applied=1, body=""))


def finish_run(tx: Connection, connection_id: str, name: str, now: datetime) -> None:
    """All pages are applied: the next run begins where this one says. A run that is not whole is left as it is."""
    if not is_whole(tx, connection_id, name) or next_page(tx, connection_id, name) is not None:
        return
    cursor = stream(tx, connection_id, name).run_cursor
    values = {"cursor": cursor, "run_cursor": "", "run_started_at": None, "last_good_at": ms(now)}
    _set(tx, connection_id, name, now, values)
    _clear(tx, connection_id, name)


def drop_run(tx: Connection, connection_id: str, name: str, now: datetime) -> None:
    """Forgets a run (its cursor is refused there); the next one begins at the old cursor."""
    _set(tx, connection_id, name, now, {"run_cursor": "", "run_started_at": None})
    _clear(tx, connection_id, name)


def set_cursor(tx: Connection, connection_id: str, name: str, cursor: str, now: datetime) -> None:
    """For streams that need no staging; "" makes the next run read everything."""
    _set(tx, connection_id, name, now, {"cursor": cursor, "last_good_at": ms(now)})


def forget_cursor(tx: Connection, connection_id: str, name: str, now: datetime) -> None:
    """The next run reads everything; says nothing of whether this one went well."""
    _set(tx, connection_id, name, now, {"cursor": ""})


def mark_swept(tx: Connection, connection_id: str, name: str, now: datetime) -> None:
    """All ids were compared."""
    _set(tx, connection_id, name, now, {"swept_at": ms(now)})


def last_good(tx: Connection, connection_id: str) -> datetime | None:
    """When a pull of the connection was last whole."""
    return when_or_none(tx.execute(select(func.max(_C.last_good_at)).where(_C.connection_id == connection_id)).scalar())


def park_objects(tx: Connection, connection_id: str, name: str, problems: Mapping[str, str], now: datetime) -> None:
    """Objects that could not be understood, each with its reason; one that is kept already keeps its time."""
    for object_id, reason in problems.items():
        key = {"connection_id": connection_id, "stream": name, "object_id": object_id}
        made = upsert(parked_objects).values(**key, reason=reason, at=ms(now))
        tx.execute(made.on_conflict_do_update(index_elements=list(key), set_={"reason": reason}))


def unpark_objects(tx: Connection, connection_id: str, name: str, object_ids: Sequence[str]) -> None:
    """They are understood now."""
    same = (parked_objects.c.connection_id == connection_id, parked_objects.c.stream == name)
    tx.execute(delete(parked_objects).where(*same, parked_objects.c.object_id.in_(object_ids)))


def parked(tx: Connection, connection_id: str | None = None) -> list[tuple[str, str, str, str]]:
    """(connection, stream, object id, reason)."""
    wanted = select(parked_objects).order_by(parked_objects.c.at)
    if connection_id is not None:
        wanted = wanted.where(parked_objects.c.connection_id == connection_id)
    return [(row.connection_id, row.stream, row.object_id, row.reason) for row in tx.execute(wanted)]


def parked_counts(tx: Connection, connection_id: str) -> dict[str, int]:
    """How many objects of each stream are not understood; a stream without any is absent."""
    counted = select(parked_objects.c.stream, func.count()).where(parked_objects.c.connection_id == connection_id)
    rows = tx.execute(counted.group_by(parked_objects.c.stream).order_by(parked_objects.c.stream))
    return {str(name): int(number) for name, number in rows}


def newest_parked(tx: Connection, connection_id: str, limit: int) -> list[Parked]:
    """At most so many of them, the newest first."""
    wanted = select(parked_objects).where(parked_objects.c.connection_id == connection_id)
    ordered = wanted.order_by(parked_objects.c.at.desc(), parked_objects.c.stream, parked_objects.c.object_id)
    return [Parked(row.stream, row.object_id, row.reason, when(row.at)) for row in tx.execute(ordered.limit(limit))]


def _set(tx: Connection, connection_id: str, name: str, now: datetime, values: dict[str, Any]) -> None:
    every = {**values, "updated_at": ms(now)}
    made = upsert(cursors).values(connection_id=connection_id, stream=name, **every)
    tx.execute(made.on_conflict_do_update(index_elements=["connection_id", "stream"], set_=every))


def _clear(tx: Connection, connection_id: str, name: str) -> None:
    tx.execute(delete(staged_pages).where(_S.connection_id == connection_id, _S.stream == name))
