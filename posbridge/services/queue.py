"""The queue: what waits, why, and what to do; nothing in it can be lost here."""

from __future__ import annotations

import asyncio
import csv
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from posbridge.domain.errors import DomainError, PosbridgeError
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender
from posbridge.domain.refund import Refund
from posbridge.services.connections import connection_of
from posbridge.services.house import House
from posbridge.services.orders import target_states
from posbridge.store import audit, connections, orders, outbox
from posbridge.store.errors import NotStored, file_error
from posbridge.store.outbox import OutboxEvent, OutboxRow, State
from posbridge.store.transaction import Transaction
from posbridge.sync.health import FOR_A_PERSON
from posbridge.sync.health import State as Health

#: Calls that one order costs, as a rule: customer, order, payment, read-back.
_CALLS = 4
_ALL = 1_000_000
_HEAD = (
    "receipt", "reference", "kind", "captured_at", "business_date", "total", "currency", "paid_by", "lines", "target",
    "platform", "state", "attempts", "next_try", "remote_id", "reason", "next_step",
)  # fmt: skip


@dataclass(frozen=True)
class QueueRow:
    """One thing for one target. Times are UTC, `total` is minor units; `held` says that a person set it aside."""

    id: int
    kind: str
    connection: str
    platform: str
    state: str
    order_id: str
    reference: str
    receipt_number: str
    captured_at: datetime | None
    total: int
    currency: str
    attempts: int
    next_try: datetime | None
    remote_id: str
    reason_code: str
    reason: str
    next_step: str
    since: datetime

    @property
    def held(self) -> bool:
        return self.reason_code == "parked"

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "target": self.connection} | {
            name: value.isoformat() if value else None
            for name, value in (("captured_at", self.captured_at), ("next_try", self.next_try), ("since", self.since))
        }


@dataclass(frozen=True)
class Estimate:
    """`seconds` until the connection's queue is empty at its limits; None while nobody can say (`why`)."""

    connection: str
    waiting: int
    seconds: float | None
    why: str = ""


class Queue:
    """What is not at its target yet."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def list(
        self, states: Sequence[State] = (), connection: str | None = None, limit: int = 200
    ) -> list[QueueRow]:
        """The oldest first; without `states` all but done."""
        return await self._house.store.read(_rows, states, connection, limit)

    async def history(self, row_id: int) -> Sequence[OutboxEvent]:
        """What happened to a row, in order."""
        return await self._house.store.read(outbox.events, row_id)

    async def retry(self, row_id: int, *, who: str = "") -> None:
        """Due now; looked up first if it was ever sent. Raises DomainError when it is done, being sent or unknown."""
        await self._house.store.write(self._retry, row_id, who)
        self._house.sync.nudge()

    async def retry_all(self, *, who: str = "") -> int:
        """All that wait or were rejected, but not what a person set aside; how many."""
        tried = await self._house.store.write(self._retry_all, who)
        self._house.sync.nudge()
        return tried

    async def park(self, row_id: int, reason: str = "", *, who: str = "") -> None:
        """Set aside until a person retries it. Raises DomainError when it is done, being sent or unknown."""
        await self._house.store.write(self._park, row_id, reason or "Set aside by hand.", who)

    async def settle(self, row_id: int, remote: str | None, *, who: str = "") -> None:
        """What somebody saw at the platform: the order's id or number there, or None when it is not there.

        None sends it anew. Raises DomainError when the row is unknown, or still posbridge's to settle.
        """
        await self._house.store.write(self._settle, row_id, (remote or "").strip() or None, who)
        self._house.sync.nudge()

    async def export(self, path: Path, *, who: str = "") -> int:
        """Everything that waits as a CSV file for a bookkeeper (UTF-8, amounts in major units); how many rows.

        Raises StoreError when the file cannot be written; a file that is there stays whole then.
        """
        lines = await self._house.store.read(_export_lines)
        await asyncio.to_thread(_write_csv, path, lines)
        await self._house.store.write(self._note, "queue_export", "", who, {"rows": len(lines), "file": path.name})
        return len(lines)

    async def estimate(self) -> Sequence[Estimate]:
        """For each connection that something waits for."""
        counts = await self._house.store.read(outbox.counts)
        found = []
        for row in await self._house.store.read(connections.listed):
            waiting = sum(counts.get((row.id, state), 0) for state in outbox.WAITING)
            if waiting:
                found.append(await self._estimate(row, waiting))
        return found

    async def _estimate(self, row: connections.ConnectionRow, waiting: int) -> Estimate:
        health = self._house.health.of(row.id)
        if health.state in FOR_A_PERSON or health.state is Health.OFFLINE or row.state != "enabled":
            return Estimate(row.id, waiting, None, health.problem or "It is not connected now.")
        try:
            there, registry = connection_of(row), self._house.registry
            calls = await registry.estimate(there, waiting * _CALLS)
            seconds = max(calls, await registry.estimate(there, waiting, "orders"))
        except PosbridgeError as error:
            return Estimate(row.id, waiting, None, error.message)
        due = await self._house.store.read(outbox.next_due, row.id)
        wait = (due - self._house.clock()).total_seconds() if due else 0.0
        return Estimate(row.id, waiting, round(max(seconds, 0.0) + max(wait, 0.0), 1))

    def _retry(self, tx: Transaction, row_id: int, who: str) -> None:
        _require_known(tx, row_id)
        outbox.retry_by_person(tx, row_id, self._house.clock(), who)
        self._note(tx, "queue_retry", str(row_id), who, {})

    def _retry_all(self, tx: Transaction, who: str) -> int:
        rows = [row for row in outbox.listing(tx, ("ready", "unknown", "rejected"), limit=_ALL) if not _parked(row)]
        for row in rows:
            outbox.retry_by_person(tx, row.id, self._house.clock(), who)
        self._note(tx, "queue_retry", "all", who, {"rows": len(rows)})
        return len(rows)

    def _park(self, tx: Transaction, row_id: int, reason: str, who: str) -> None:
        _require_known(tx, row_id)
        outbox.park(tx, row_id, self._house.clock(), who, reason)
        self._note(tx, "queue_park", str(row_id), who, {"reason": reason})

    def _settle(self, tx: Transaction, row_id: int, remote: str | None, who: str) -> None:
        _require_known(tx, row_id)
        if remote is None:
            outbox.missed_by_person(tx, row_id, self._house.clock(), who)
        else:
            outbox.found_by_person(tx, row_id, self._house.clock(), who, remote)
        self._note(tx, "queue_settle", str(row_id), who, {"remote": remote or "not there"})

    def _note(self, tx: Transaction, action: str, row_id: str, who: str, detail: dict[str, Any]) -> None:
        audit.add(
            tx, action, self._house.clock(), vault=self._house.vault, who=who, object_kind="outbox", object_id=row_id,
            detail=detail,
        )  # fmt: skip


def _parked(row: OutboxRow) -> bool:
    return row.reason_code == "parked"


def _require_known(tx: Transaction, row_id: int) -> None:
    try:
        outbox.get(tx, row_id)
    except NotStored as error:
        raise DomainError(
            f"The queue has no row {row_id}.", code="unknown_row", next_step="`posbridge queue list` shows them."
        ) from error


def _rows(tx: Transaction, states: Sequence[State], connection: str | None, limit: int) -> list[QueueRow]:
    found = outbox.listing(tx, states, connection, limit)
    sales = orders.load_many(tx, [UUID(row.object_id) for row in found if row.kind == "order"])
    targets = target_states(tx, found)
    return [
        _row(tx, row, target.platform, sales.get(UUID(row.object_id)))
        for row, target in zip(found, targets, strict=True)
    ]


def _row(tx: Transaction, row: OutboxRow, platform: str, order: Order | None) -> QueueRow:
    sale: Order | Refund = order or orders.load_refund(tx, UUID(row.object_id))
    total = sale.totals.total if isinstance(sale, Order) else -sale.amount
    return QueueRow(
        id=row.id,
        kind=row.kind,
        connection=row.connection_id,
        platform=platform,
        state=row.state,
        order_id=str(sale.id if isinstance(sale, Order) else sale.order_id),
        reference=sale.reference,
        receipt_number=sale.receipt_number,
        captured_at=sale.captured_at,
        total=total,
        currency=sale.currency,
        attempts=row.attempts,
        next_try=row.due_at if row.state in ("ready", "unknown") else row.lease_until,
        remote_id=row.remote_id,
        reason_code=row.reason_code,
        reason=row.reason,
        next_step=row.next_step,
        since=row.created_at,
    )


def _export_lines(tx: Transaction) -> list[tuple[str, ...]]:
    return [_export_line(tx, row) for row in _rows(tx, (), None, _ALL)]


def _export_line(tx: Transaction, row: QueueRow) -> tuple[str, ...]:
    order = orders.load(tx, UUID(row.order_id))
    paid = "; ".join(
        f"{tender.kind.value} {Money(amount=tender.amount, currency=order.currency).plain()}"
        for tender in order.tenders
    )
    lines = "; ".join(f"{line.quantity.normalize():f} x {line.sku or line.title}" for line in order.lines)
    values = (
        row.receipt_number, row.reference, row.kind, _iso(row.captured_at), order.business_date.isoformat(),
        Money(amount=row.total, currency=row.currency).plain(), row.currency, paid, lines, row.connection,
        row.platform, row.state, str(row.attempts), _iso(row.next_try), row.remote_id, row.reason, row.next_step,
    )  # fmt: skip
    return tuple(_harmless(value) for value in values)


def _paid(tender: Tender, currency: str) -> str:
    return f"{tender.kind.value} {Money(amount=tender.amount, currency=currency).plain()}"


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _harmless(text: str) -> str:
    """A spreadsheet runs what begins like a formula; amounts below zero stay numbers."""
    risky = text[:1] in ("=", "+", "@", "\t", "\r") or (text[:1] == "-" and not text[1:].replace(".", "", 1).isdigit())
    return f"'{text}" if risky else text


def _write_csv(path: Path, lines: Sequence[tuple[str, ...]]) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEAD)
            writer.writerows(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise file_error(error, path) from error
