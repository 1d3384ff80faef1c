"""Who works at the till: roles, hashed PINs and failed tries. A restart forgets no failure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from posbridge.store.errors import NotStored
from posbridge.store.tables import people, pin_failures
from posbridge.store.times import ms, ms_or_none, when, when_or_none

Role = Literal["cashier", "supervisor", "manager"]


@dataclass(frozen=True)
class PersonRow:
    """`pin_hash` is "" until a PIN is set."""

    id: str
    name: str
    role: Role
    pin_hash: str = ""
    active: bool = True


@dataclass(frozen=True)
class Failures:
    """Failed tries since the last good one; no try counts before `locked_until`."""

    count: int
    last_at: datetime | None = None
    locked_until: datetime | None = None


def put(tx: Connection, person: PersonRow, now: datetime) -> None:
    """Makes or replaces a person."""
    values: dict[str, Any] = {
        "name": person.name, "role": person.role, "pin_hash": person.pin_hash, "active": int(person.active),
        "updated_at": ms(now),
    }  # fmt: skip
    made = insert(people).values(id=person.id, created_at=ms(now), **values)
    tx.execute(made.on_conflict_do_update(index_elements=["id"], set_=values))


def get(tx: Connection, person_id: str) -> PersonRow:
    """Raises NotStored."""
    row = tx.execute(select(people).where(people.c.id == person_id)).first()
    if row is None:
        raise NotStored("There is no such person.")
    return _row(row)


def listed(tx: Connection, *, active_only: bool = True) -> list[PersonRow]:
    """By name."""
    wanted = select(people).order_by(people.c.name, people.c.id)
    return [_row(row) for row in tx.execute(wanted.where(people.c.active == 1) if active_only else wanted)]


def set_pin_hash(tx: Connection, person_id: str, pin_hash: str, now: datetime) -> None:
    """Raises NotStored."""
    changed = update(people).where(people.c.id == person_id).values(pin_hash=pin_hash, updated_at=ms(now))
    if tx.execute(changed).rowcount != 1:
        raise NotStored("There is no such person.")


def failures(tx: Connection, person_id: str) -> Failures:
    """None recorded gives a count of 0; the person need not exist."""
    row = tx.execute(select(pin_failures).where(pin_failures.c.person_id == person_id)).first()
    return Failures(0) if row is None else Failures(row.failures, when(row.last_at), when_or_none(row.locked_until))


def record_failure(
    tx: Connection, person_id: str, now: datetime, locked_until: datetime | None = None
) -> Failures:
    """One more failed try."""
    values = {"last_at": ms(now), "locked_until": ms_or_none(locked_until)}
    made = insert(pin_failures).values(person_id=person_id, failures=1, **values)
    more = {"failures": pin_failures.c.failures + 1, **values}
    tx.execute(made.on_conflict_do_update(index_elements=["tenant", "person_id"], set_=more))
    return failures(tx, person_id)


def clear_failures(tx: Connection, person_id: str) -> None:
    """A good PIN was given."""
    tx.execute(delete(pin_failures).where(pin_failures.c.person_id == person_id))


def _row(row: Any) -> PersonRow:
    return PersonRow(row.id, row.name, row.role, row.pin_hash, bool(row.active))
