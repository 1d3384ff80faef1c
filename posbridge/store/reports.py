"""Sums over a day's sales and over what the queue did; amounts in minor units, times in milliseconds UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from posbridge.store.tables import order_lines, order_tenders, orders, outbox, outbox_events, refunds
from posbridge.store.times import ms, when_or_none

#: A quarter of an hour: no zone's hour begins elsewhere.
BUCKET_MS = 900_000
#: Only so many of the newest moves of the queue are looked through.
_EVENTS = 20_000

#: Moves of the queue that are its usual way.
_NO_ERROR = ("", "person_retry", "read_back", "not_found", "incomplete", "parked", "parent")


@dataclass(frozen=True)
class DaySums:
    """One business date in one currency. `buckets` are (start, amount, orders) of quarter hours with sales.

    `top` is (title, millionths of the quantity, amount), the largest amount first.
    """

    orders: int
    sales: int
    discounts: int
    refunded: int
    first: datetime | None
    buckets: tuple[tuple[int, int, int], ...]
    tenders: tuple[tuple[str, int, int], ...]
    top: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class QueueDay:
    """What the queue did since a moment: `done` and `made` by start of quarter hour, `waiting` at the beginning."""

    waiting: int
    made: tuple[tuple[int, int], ...]
    done: tuple[tuple[int, int], ...]
    errors: tuple[tuple[str, int], ...]


def day(tx: Connection, business_date: str, currency: str, top: int = 5) -> DaySums:
    """Zeros for a date without sales."""
    same = (orders.c.business_date == business_date, orders.c.currency == currency)
    sums = select(
        func.count(), func.sum(orders.c.total), func.sum(orders.c.discount), func.min(orders.c.captured_at)
    ).where(*same)
    number, sales, discounts, first = tx.execute(sums).one()
    start = orders.c.captured_at - orders.c.captured_at % BUCKET_MS
    by_hour = select(start, func.sum(orders.c.total), func.count()).where(*same).group_by(start).order_by(start)
    return DaySums(
        orders=number,
        sales=sales or 0,
        discounts=discounts or 0,
        refunded=_refunded_on(tx, business_date, currency),
        first=when_or_none(first),
        buckets=_rows(tx, by_hour),
        tenders=_rows(tx, _by_tender(same)),
        top=_rows(tx, _by_title(same, top)),
    )


def refunded(tx: Connection, order_ids: Sequence[str]) -> dict[str, int]:
    """What was given back of each of the orders; those with nothing are absent."""
    wanted = select(refunds.c.order_id, func.sum(refunds.c.amount)).where(refunds.c.order_id.in_(order_ids))
    return {order_id: int(amount) for order_id, amount in tx.execute(wanted.group_by(refunds.c.order_id))}


def queue_since(tx: Connection, start: datetime) -> QueueDay:
    """What was queued, confirmed and went wrong since `start`."""
    since, begun = ms(start), outbox.c.created_at - outbox.c.created_at % BUCKET_MS
    newest = select(outbox_events).order_by(outbox_events.c.id.desc()).limit(_EVENTS).subquery()
    at = newest.c.at - newest.c.at % BUCKET_MS
    made = select(begun, func.count()).where(outbox.c.created_at >= since).group_by(begun)
    done = select(at, func.count()).where(newest.c.to_state == "done", newest.c.at >= since).group_by(at)
    wrong = (newest.c.at >= since, newest.c.to_state != "done", newest.c.reason_code.not_in(_NO_ERROR))
    errors = select(newest.c.reason_code, func.count()).where(*wrong).group_by(newest.c.reason_code)
    finished, added = _rows(tx, done), _rows(tx, made)
    open_now = tx.execute(select(func.count()).select_from(outbox).where(outbox.c.state != "done")).scalar_one()
    before = open_now + sum(n for _, n in finished) - sum(n for _, n in added)
    return QueueDay(max(before, 0), added, finished, _rows(tx, errors.order_by(func.count().desc())))


def _refunded_on(tx: Connection, business_date: str, currency: str) -> int:
    same = (refunds.c.business_date == business_date, refunds.c.currency == currency)
    return int(tx.execute(select(func.coalesce(func.sum(refunds.c.amount), 0)).where(*same)).scalar_one())


def _by_tender(same: Any) -> Select[Any]:
    joined = order_tenders.join(orders, order_tenders.c.order_id == orders.c.id)
    wanted = select(order_tenders.c.kind, func.sum(order_tenders.c.amount), func.count()).select_from(joined)
    return wanted.where(*same).group_by(order_tenders.c.kind).order_by(func.sum(order_tenders.c.amount).desc())


def _by_title(same: Any, limit: int) -> Select[Any]:
    joined = order_lines.join(orders, order_lines.c.order_id == orders.c.id)
    amount = func.sum(order_lines.c.total)
    wanted = select(order_lines.c.title, func.sum(order_lines.c.quantity_micro), amount).select_from(joined)
    return wanted.where(*same).group_by(order_lines.c.title).order_by(amount.desc()).limit(limit)


def _rows(tx: Connection, wanted: Select[Any]) -> Any:
    return tuple(tuple(row) for row in tx.execute(wanted))
