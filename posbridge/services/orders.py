"""Sales as they were made, each with what became of it at every target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from posbridge.domain.errors import DomainError
from posbridge.domain.order import Order
from posbridge.domain.refund import Refund
from posbridge.services.house import House
from posbridge.store import connections, outbox
from posbridge.store import orders as rows
from posbridge.store.orders import OrderRow
from posbridge.store.outbox import OutboxRow
from posbridge.store.transaction import Transaction
from posbridge.sync.steps import LINK


@dataclass(frozen=True)
class TargetState:
    """One target of an order or refund. `next_try` (UTC) is None when nothing is tried by itself.

    `difference` says what the target stored otherwise than we sold it. `link` is where somebody has to finish the
    order there, "" where nobody has to.
    """

    row_id: int
    connection: str
    platform: str
    label: str
    state: str
    remote_id: str
    remote_number: str
    reason_code: str
    reason: str
    next_step: str
    attempts: int
    next_try: datetime | None
    difference: dict[str, Any] | None
    link: str = ""

    def json(self) -> dict[str, Any]:
        """As surface.md writes it."""
        return {
            "connection": self.connection,
            "platform": self.platform,
            "state": self.state,
            "remote_id": self.remote_id,
            "remote_number": self.remote_number,
            "reason": self.reason,
            "next_step": self.next_step,
            "next_try": self.next_try.isoformat() if self.next_try else None,
            "difference": self.difference,
            "link": self.link,
        }


@dataclass(frozen=True)
class RefundView:
    """A refund with its targets."""

    refund: Refund
    targets: tuple[TargetState, ...]

    def json(self) -> dict[str, Any]:
        return {**self.refund.model_dump(mode="json"), "targets": [target.json() for target in self.targets]}


@dataclass(frozen=True)
class OrderView:
    """An order with its targets and refunds."""

    order: Order
    targets: tuple[TargetState, ...]
    refunds: tuple[RefundView, ...] = ()

    def json(self) -> dict[str, Any]:
        """As surface.md writes it."""
        return {
            **self.order.model_dump(mode="json"),
            "targets": [target.json() for target in self.targets],
            "refunds": [refund.json() for refund in self.refunds],
        }


@dataclass(frozen=True)
class OrderSummary:
    """An order in a list; `synced` when every target has it, `waiting` and `rejected` count targets."""

    row: OrderRow
    targets: tuple[TargetState, ...]

    @property
    def synced(self) -> bool:
        return bool(self.targets) and all(target.state == "done" for target in self.targets)

    def json(self) -> dict[str, Any]:
        row, currency = self.row, self.row.currency
        totals = {"total": row.total, "tax": row.tax, "discount": row.discount, "currency": currency}
        return {
            "id": str(row.id),
            "reference": row.reference,
            "receipt_number": row.receipt_number,
            "device": row.device,
            "captured_at": row.captured_at.isoformat(),
            "business_date": row.business_date,
            "totals": totals,
            "cashier": row.cashier,
            "targets": [target.json() for target in self.targets],
        }


class Orders:
    """Reading sales; nothing here changes one."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def list(
        self,
        limit: int = 50,
        *,
        before: datetime | None = None,
        since: datetime | None = None,
        business_date: str | None = None,
        customer_id: str | None = None,
    ) -> list[OrderSummary]:
        """The newest first, captured from `since` on and before `before` (UTC)."""
        return await self._house.store.read(_list, limit, before, since, business_date, customer_id)

    async def count(self) -> int:
        """How many sales this database holds."""
        return await self._house.store.read(rows.count)

    async def get(self, text: str | UUID) -> OrderView:
        """By id, reference or receipt number. Raises DomainError (code "unknown_order")."""
        return await self._house.store.read(_get, self._house, str(text))

    async def recovered(self, limit: int = 50) -> Sequence[OrderRow]:
        """Sales whose receipt was never given: the program died between the sale and the receipt."""
        return await self._house.store.read(rows.recovered, limit)


def target_states(tx: Transaction, found: Sequence[OutboxRow]) -> tuple[TargetState, ...]:
    """The rows as a person reads them."""
    known = {row.id: row for row in connections.listed(tx, ("enabled", "disabled", "signed_out", "removed"))}
    return tuple(_target(row, known.get(row.connection_id)) for row in found)


def _target(row: OutboxRow, connection: connections.ConnectionRow | None) -> TargetState:
    return TargetState(
        row_id=row.id,
        connection=row.connection_id,
        platform=connection.platform if connection else "",
        label=connection.label if connection else row.connection_id,
        state=row.state,
        remote_id=row.remote_id,
        remote_number=row.remote_number,
        reason_code=row.reason_code,
        reason=row.reason,
        next_step=row.next_step,
        attempts=row.attempts,
        next_try=row.due_at if row.state in ("ready", "unknown") else row.lease_until,
        difference=row.difference,
        link=row.steps.get(LINK, "") if row.state != "done" else "",
    )


def _list(
    tx: Transaction,
    limit: int,
    before: datetime | None,
    since: datetime | None,
    business_date: str | None,
    customer_id: str | None,
) -> list[OrderSummary]:
    found = rows.latest(
        tx, limit, before=before, since=since, business_date=business_date, customer_id=customer_id
    )  # fmt: skip
    queued = outbox.of_objects(tx, "order", [str(row.id) for row in found])
    return [OrderSummary(row, target_states(tx, queued.get(str(row.id), []))) for row in found]


def _get(tx: Transaction, house: House, text: str) -> OrderView:
    order_id = rows.find(tx, text)
    if order_id is None:
        raise DomainError(
            f"There is no order {text!r}.", code="unknown_order",
            next_step="Give its id, its reference or its receipt number; `posbridge orders` lists the newest.",
        )  # fmt: skip
    order = rows.load(tx, order_id, house.vault)
    refunds = tuple(_refund(tx, refund) for refund in rows.refunds_of(tx, order_id))
    return OrderView(order, target_states(tx, outbox.of_object(tx, "order", str(order_id))), refunds)


def _refund(tx: Transaction, refund: Refund) -> RefundView:
    return RefundView(refund, target_states(tx, outbox.of_object(tx, "refund", str(refund.id))))
