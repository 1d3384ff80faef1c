"""Where an order goes: every connection that takes orders, each with its own outbox row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from posbridge.connectors.contract import Facts, Service
from posbridge.domain.basket import Basket
from posbridge.domain.errors import ConfigurationError, DomainError
from posbridge.domain.order import Tender
from posbridge.domain.tiers import is_tier
from posbridge.services.house import House
from posbridge.store import connections, orders, outbox
from posbridge.store.connections import ConnectionRow
from posbridge.store.transaction import Transaction


def targets(tx: Transaction, house: House) -> list[tuple[ConnectionRow, Facts]]:
    """Connections that take orders; one that is signed out keeps its queue growing."""
    found = []
    for row in connections.listed(tx, ("enabled", "signed_out")):
        facts = facts_of(house, row.platform)
        if facts is not None and Service.ORDERS in facts.services:
            found.append((row, facts))
    return found


def facts_of(house: House, platform: str) -> Facts | None:
    """None when the connector is no longer installed: its rows wait until it is."""
    try:
        return house.registry.connector(platform).facts
    except ConfigurationError:
        return None


def require_carried(found: Sequence[tuple[ConnectionRow, Facts]], basket: Basket, tenders: Sequence[Tender]) -> None:
    """Raises DomainError when a target cannot take this sale as it is paid: said before money is taken."""
    for _, facts in found:
        can = facts.capabilities
        _require_discounts(facts, basket)
        if len(tenders) > 1 and not can.split_tender:
            raise DomainError(
                f"{facts.label} cannot take a sale that is paid in several ways.", code="split_tender",
                next_step="Take the whole amount in one way.",
            )  # fmt: skip
        if not can.weighed and any(line.quantity % 1 for line in basket.lines):
            raise DomainError(
                f"{facts.label} cannot take parts of a piece.", code="weighed", next_step="Sell whole pieces."
            )


def _require_discounts(facts: Facts, basket: Basket) -> None:
    """A code that the platform itself judges counts there; a tier is a price that it knows."""
    can = facts.capabilities
    judged = Service.DISCOUNTS in facts.services and can.judges_codes
    if basket.discounts and not can.cart_discounts and not judged:
        raise DomainError(
            f"{facts.label} takes no discount on the whole basket.", code="cart_discounts",
            next_step="Take the code off, or give the discount in the office.",
        )  # fmt: skip
    by_hand = any(not is_tier(discount) for line in basket.lines for discount in line.discounts)
    if by_hand and not can.line_discounts:
        raise DomainError(
            f"{facts.label} takes no discount that was given by hand.", code="line_discounts",
            next_step="Take the discount off the line.",
        )  # fmt: skip


def queue_order(tx: Transaction, order_id: UUID, connection_ids: Sequence[str], now: datetime) -> None:
    """One row a target, under the order's id as its key for ever."""
    for connection_id in connection_ids:
        outbox.add(tx, "order", connection_id, str(order_id), str(order_id), now)


def queue_untargeted(tx: Transaction, house: House, connection_id: str, now: datetime) -> int:
    """Orders (and their refunds) that were sold while nothing was connected go to this connection; how many.

    Only sales in the connection's currency can.
    """
    row = connections.get(tx, connection_id)
    facts = facts_of(house, row.platform)
    if facts is None or Service.ORDERS not in facts.services:
        return 0
    waiting = orders.untargeted(tx, row.currency)
    for order_id in waiting:
        parent = outbox.add(tx, "order", connection_id, str(order_id), str(order_id), now)
        for refund in orders.refunds_of(tx, order_id):
            outbox.add(tx, "refund", connection_id, str(refund.id), str(refund.id), now, parent)
    return len(waiting)
