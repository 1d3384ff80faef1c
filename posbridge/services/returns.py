"""Returns: money and goods back, from what was stored at the sale, with a receipt of their own."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from posbridge.domain.errors import DomainError
from posbridge.domain.ids import reference_of, uuid7
from posbridge.domain.money import Money
from posbridge.domain.refund import Refund
from posbridge.domain.returns import LineLeft, Wanted, refund_lines, refund_tenders, refundable
from posbridge.security.redaction import contains_card_number
from posbridge.security.roles import Permission
from posbridge.services.checkout import day_of
from posbridge.services.house import House
from posbridge.services.people import Approval, require
from posbridge.store import audit, connections, counters, gift_card_holds, gift_cards, orders, outbox
from posbridge.store.errors import NotStored
from posbridge.store.transaction import Transaction


class Returns:
    """What can come back of an order, and giving it back."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def refundable(self, order_id: UUID) -> tuple[LineLeft, ...]:
        """For each line of the order what was not given back yet. Raises NotStored."""
        return await self._house.store.read(self._refundable, order_id)

    async def of_order(self, order_id: UUID) -> list[Refund]:
        """The refunds of an order, the first one first."""
        return await self._house.store.read(orders.refunds_of, order_id)

    async def refund(
        self,
        order_id: UUID,
        lines: Sequence[Wanted],
        reason: str = "",
        cashier: str = "",
        approval: Approval | None = None,
        *,
        refund_id: UUID | None = None,
    ) -> Refund:
        """Gives `lines` (line id, quantity, back on the shelf) back, once for each `refund_id`; queued for all targets.

        The money goes back the way it came, gift cards first: our own at once, a platform's through the queue.
        `cashier` is a person's id; "" is the command line, whose user owns the data anyway. Raises NotAllowed when
        that person needs somebody's approval, DomainError for what cannot be given back, NotStored.
        """
        if contains_card_number(reason):
            raise DomainError("The reason holds a payment card's number.", next_step="Take it out; it is never kept.")
        made = refund_id or uuid7(self._house.clock())
        refund = await self._house.store.write(self._refund, made, order_id, lines, reason, cashier, approval)
        self._house.sync.nudge()
        return refund

    def _refundable(self, tx: Transaction, order_id: UUID) -> tuple[LineLeft, ...]:
        return refundable(orders.load(tx, order_id), orders.refunds_of(tx, order_id))

    def _refund(
        self, tx: Transaction, refund_id: UUID, order_id: UUID, lines: Sequence[Wanted], reason: str, cashier: str,
        approval: Approval | None,
    ) -> Refund:  # fmt: skip
        if orders.find_refund(tx, str(refund_id)) is not None:
            return orders.load_refund(tx, refund_id)
        order, earlier = orders.load(tx, order_id), orders.refunds_of(tx, order_id)
        given = refund_lines(order, earlier, lines)
        amount = sum(line.amount for line in given)
        approver = self._approver(tx, cashier, approval, amount + sum(one.amount for one in earlier))
        settings = self._house.settings.of(tx)
        refund = Refund(
            id=refund_id, order_id=order.id, order_reference=order.reference,
            reference=reference_of(refund_id, "R"), device=settings.device, currency=order.currency,
            receipt_number=counters.next_refund_receipt(tx, settings.device), captured_at=self._house.clock(),
            business_date=day_of(settings, self._house), lines=given,
            tenders=refund_tenders(order, earlier, amount), reason=reason, cashier=cashier, approved_by=approver,
        )  # fmt: skip
        orders.add_refund(tx, refund)
        self._credit_cards(tx, refund)
        self._queue(tx, refund)
        self._note(tx, refund)
        return refund

    def _approver(self, tx: Transaction, cashier: str, approval: Approval | None, total: int) -> str:
        """Who approved it, "" when nobody had to. `total` is all that went back for the order, this refund in."""
        above = total > self._house.settings.of(tx).refund_limit
        require(tx, Permission.REFUND_ABOVE_LIMIT if above else Permission.REFUND, cashier, approval)
        return "" if approval is None else approval.approved_by

    def _credit_cards(self, tx: Transaction, refund: Refund) -> None:
        """Our own cards get their money now, a platform's by one row of the queue for each platform."""
        now, outside = self._house.clock(), set()
        for tender in refund.tenders:
            if not tender.gift_card_ref:
                continue
            hold = gift_card_holds.get(tx, tender.gift_card_ref)
            if hold.connection_id is not None:
                outside.add(hold.connection_id)
            elif hold.card_id is not None:
                money = Money(amount=tender.amount, currency=refund.currency)
                gift_cards.refund(tx, hold.card_id, money, f"{refund.id}:{tender.id}", now, order_id=refund.order_id)
        for connection_id in sorted(outside):
            _require_connected(tx, connection_id)
            outbox.add(tx, "gift_card", connection_id, str(refund.id), f"{refund.id}:card", now)

    def _queue(self, tx: Transaction, refund: Refund) -> None:
        """One row for each target of the order; it waits there until the order itself is done."""
        for row in outbox.of_object(tx, "order", str(refund.order_id)):
            outbox.add(tx, "refund", row.connection_id, str(refund.id), str(refund.id), self._house.clock(), row.id)

    def _note(self, tx: Transaction, refund: Refund) -> None:
        detail = {"order": str(refund.order_id), "amount": refund.amount, "currency": refund.currency}
        audit.add(
            tx, "refund", refund.captured_at, vault=self._house.vault, who=refund.cashier,
            approved_by=refund.approved_by, object_kind="refund", object_id=str(refund.id), detail=detail,
            business_date=refund.business_date.isoformat(),
        )  # fmt: skip


def _require_connected(tx: Transaction, connection_id: str) -> None:
    try:
        connections.get(tx, connection_id)
    except NotStored as error:
        raise DomainError(
            "The system that issued the gift card is no longer connected.", code="gift_card_disconnected",
            next_step=f"Connect it again as {connection_id}, then refund.",
        ) from error  # fmt: skip
