"""The day in numbers: what was sold, how it was paid, and how the queue kept up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from posbridge.services.checkout import day_of
from posbridge.services.house import House
from posbridge.store import reports as rows
from posbridge.store.reports import DaySums, QueueDay
from posbridge.store.times import when


@dataclass(frozen=True)
class DayReport:
    """A business date; amounts in minor units of `currency`. Hours are the shop's own, 0 to 23.

    `sales` is what was sold less what was given back; `week_ago` the same of that day a week before.
    `hours` is (hour, amount, orders), `sent` (hour, confirmed, waiting at its end), both without gaps.
    `tenders` is (kind, amount, count), `top` (title, quantity, amount), `errors` (reason code, count).
    """

    business_date: date
    currency: str
    sales: int
    orders: int
    discounts: int
    week_ago: int
    first_sale: datetime | None
    hours: tuple[tuple[int, int, int], ...]
    tenders: tuple[tuple[str, int, int], ...]
    top: tuple[tuple[str, Decimal, int], ...]
    sent: tuple[tuple[int, int, int], ...]
    errors: tuple[tuple[str, int], ...]


class Reports:
    """Reading only."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def today(self) -> DayReport:
        """The business date that runs now, up to now."""
        settings, read = await self._house.settings.get(), self._house.store.read
        today, zone = day_of(settings, self._house), ZoneInfo(settings.timezone)
        sums = await read(rows.day, today.isoformat(), settings.currency)
        before = await read(rows.day, (today - timedelta(days=7)).isoformat(), settings.currency, 1)
        queue = await read(rows.queue_since, _start(today, zone))
        hours = _span([*sums.buckets, *queue.done], self._house.clock(), zone)
        return DayReport(
            business_date=today, currency=settings.currency, sales=sums.sales - sums.refunded, orders=sums.orders,
            discounts=sums.discounts, week_ago=before.sales - before.refunded, first_sale=sums.first,
            hours=_hours(sums, hours, zone), tenders=sums.tenders,
            top=tuple((title, Decimal(micro) / 1_000_000, amount) for title, micro, amount in sums.top),
            sent=_sent(queue, hours, zone, self._house.clock().astimezone(zone).hour), errors=queue.errors,
        )  # fmt: skip

    async def first_sale(self) -> datetime | None:
        """When today's first sale was; None before it."""
        settings = await self._house.settings.get()
        today = day_of(settings, self._house).isoformat()
        return (await self._house.store.read(rows.day, today, settings.currency, 1)).first

    async def refunded(self, order_ids: Sequence[str]) -> dict[str, int]:
        """What was given back of each of these orders, minor units; those with nothing are absent."""
        return await self._house.store.read(rows.refunded, order_ids)


def _start(today: date, zone: ZoneInfo) -> datetime:
    return datetime(today.year, today.month, today.day, tzinfo=zone).astimezone(UTC)


def _hour(bucket: int, zone: ZoneInfo) -> int:
    return when(bucket).astimezone(zone).hour


def _span(buckets: Iterable[Sequence[int]], now: datetime, zone: ZoneInfo) -> range:
    """From the first hour in which anything happened to this one, at least eight of them."""
    hours = [_hour(bucket[0], zone) for bucket in buckets] or [now.astimezone(zone).hour]
    first = min(*hours, 16) if len(hours) > 1 else min(hours[0], 16)
    return range(first, max(*hours, first + 7) + 1)


def _hours(sums: DaySums, span: range, zone: ZoneInfo) -> tuple[tuple[int, int, int], ...]:
    found = dict.fromkeys(span, (0, 0))
    for bucket, amount, number in sums.buckets:
        hour = _hour(bucket, zone)
        before = found.get(hour, (0, 0))
        found[hour] = (before[0] + amount, before[1] + number)
    return tuple((hour, *found[hour]) for hour in sorted(found))


def _sent(queue: QueueDay, span: range, zone: ZoneInfo, now: int) -> tuple[tuple[int, int, int], ...]:
    made, done = _by_hour(queue.made, zone), _by_hour(queue.done, zone)
    waiting, found = queue.waiting, []
    for hour in sorted({*span, *made, *done}):
        waiting += made.get(hour, 0) - done.get(hour, 0)
        if hour in span:
            found.append((hour, done.get(hour, 0), max(waiting, 0) if hour <= now else 0))
    return tuple(found)


def _by_hour(buckets: Iterable[tuple[int, int]], zone: ZoneInfo) -> dict[int, int]:
    found: dict[int, int] = {}
    for bucket, number in buckets:
        hour = _hour(bucket, zone)
        found[hour] = found.get(hour, 0) + number
    return found
