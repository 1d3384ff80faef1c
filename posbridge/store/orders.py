"""Orders and refunds: written once, in the transaction that takes the money; readable without any key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, exists, func, insert, or_, select, update

from posbridge.domain.customer import Customer
from posbridge.domain.inventory import LotTaken
from posbridge.domain.order import Order, OrderLine, Tender
from posbridge.domain.refund import Refund
from posbridge.store.counters import counter_in
from posbridge.store.errors import NotStored
from posbridge.store.inserting import Inserting
from posbridge.store.sealing import Vault, open_bytes, seal_model
from posbridge.store.tables import order_lines, order_tenders, orders, outbox, refund_lines, refunds
from posbridge.store.times import ms, ms_or_none, when, when_or_none

#: The place of the sealed customer, as the vault names it.
CUSTOMER = "orders.customer"

_INSERT_ORDER = Inserting(
    orders, "id", "basket_id", "reference", "receipt_number", "receipt_counter", "device", "captured_at",
    "business_date", "currency", "subtotal", "discount", "tax", "total", "cashier", "shift_id", "customer_id", "body",
    "customer_sealed",
)  # fmt: skip
_INSERT_LINES = Inserting(
    order_lines, "order_id", "position", "line_id", "variant_id", "product_id", "sku", "title", "quantity_micro",
    "unit", "unit_price", "subtotal", "discount", "tax", "net", "total",
)  # fmt: skip
_INSERT_TENDERS = Inserting(
    order_tenders, "order_id", "position", "tender_id", "kind", "amount", "tendered", "change", "state"
)
_INSERT_REFUND, _INSERT_REFUND_LINES = insert(refunds), insert(refund_lines)
_SEALED = select(orders.c.body, orders.c.customer_sealed, orders.c.customer_id)


@dataclass(frozen=True)
class OrderRow:
    """An order in a list; amounts in minor units. `receipt_at` is None until its receipt was given."""

    id: UUID
    reference: str
    receipt_number: str
    device: str
    captured_at: datetime
    business_date: str
    currency: str
    total: int
    tax: int
    discount: int
    customer_id: str
    cashier: str
    receipt_at: datetime | None


_LISTED = select(
    orders.c.id, orders.c.reference, orders.c.receipt_number, orders.c.device, orders.c.captured_at,
    orders.c.business_date, orders.c.currency, orders.c.total, orders.c.tax, orders.c.discount,
    orders.c.customer_id, orders.c.cashier, orders.c.receipt_at,
)  # fmt: skip


def add(tx: Connection, order: Order, vault: Vault | None = None, *, basket_id: UUID | None = None) -> None:
    """Writes the order with its lines and tenders. The customer is sealed; with no key only the id is kept.

    Raises ConstraintViolated when its id, reference, receipt number or basket was used before.
    """
    _INSERT_ORDER(tx, _order_row(order, vault, basket_id))
    _INSERT_LINES(tx, *(_line_row(order, place, line) for place, line in enumerate(order.lines)))
    if order.tenders:
        _INSERT_TENDERS(tx, *(_tender_row(order, place, tender) for place, tender in enumerate(order.tenders)))


def load(tx: Connection, order_id: UUID, vault: Vault | None = None) -> Order:
    """The order as it was sold; without the vault the customer holds only an id. Raises NotStored."""
    row = tx.execute(_SEALED.where(orders.c.id == str(order_id))).first()
    if row is None:
        raise NotStored(f"There is no order {order_id}.")
    return _order(row, order_id, vault)


def load_many(tx: Connection, ids: list[UUID], vault: Vault | None = None) -> dict[UUID, Order]:
    """Those of the orders that exist."""
    wanted = _SEALED.add_columns(orders.c.id).where(orders.c.id.in_([str(one) for one in ids]))
    return {UUID(row.id): _order(row, UUID(row.id), vault) for row in tx.execute(wanted)}


def find(tx: Connection, text: str) -> UUID | None:
    """The id of the order that has this reference, receipt number or id; None when none has."""
    typed = text.strip()
    same = or_(orders.c.reference == typed.upper(), orders.c.receipt_number == typed, orders.c.id == typed.lower())
    found = tx.execute(select(orders.c.id).where(same).limit(1)).scalar()
    return None if found is None else UUID(found)


def of_basket(tx: Connection, basket_id: UUID) -> UUID | None:
    """The order that a basket became."""
    found = tx.execute(select(orders.c.id).where(orders.c.basket_id == str(basket_id))).scalar()
    return None if found is None else UUID(found)


def latest(
    tx: Connection,
    limit: int = 50,
    *,
    before: datetime | None = None,
    since: datetime | None = None,
    business_date: str | None = None,
    customer_id: str | None = None,
) -> list[OrderRow]:
    """The newest orders first, captured from `since` on and before `before`."""
    wanted = _LISTED.order_by(orders.c.captured_at.desc(), orders.c.id.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(orders.c.captured_at < ms(before))
    if since is not None:
        wanted = wanted.where(orders.c.captured_at >= ms(since))
    if business_date is not None:
        wanted = wanted.where(orders.c.business_date == business_date)
    if customer_id is not None:
        wanted = wanted.where(orders.c.customer_id == customer_id)
    return _rows(tx, wanted)


def lots_sold(tx: Connection, since: datetime) -> list[tuple[str, datetime, LotTaken]]:
    """(variant, when, lot) of everything captured from `since` on that was taken from lots."""
    wanted = select(orders.c.body).where(orders.c.captured_at >= ms(since), orders.c.body.like('%"lots":[{%'))
    sold = (Order.model_validate_json(body) for body in tx.execute(wanted).scalars())
    return [(line.variant_id, order.captured_at, lot) for order in sold for line in order.lines for lot in line.lots]


def count(tx: Connection) -> int:
    """How many orders there are."""
    return int(tx.execute(select(func.count()).select_from(orders)).scalar_one())


def recovered(tx: Connection, limit: int = 50) -> list[OrderRow]:
    """Orders whose receipt was never given: the program died between the commit and the receipt."""
    return _rows(tx, _LISTED.where(orders.c.receipt_at.is_(None)).order_by(orders.c.id).limit(limit))


def untargeted(tx: Connection, currency: str) -> list[UUID]:
    """Orders in that currency that no outbox row names: sold while nothing was connected. The oldest first."""
    queued = exists().where(outbox.c.kind == "order", outbox.c.object_id == orders.c.id)
    wanted = select(orders.c.id).where(~queued, orders.c.currency == currency).order_by(orders.c.captured_at)
    return [UUID(found) for found in tx.execute(wanted).scalars()]


def receipt_given(tx: Connection, order_id: UUID, at: datetime) -> None:
    """The customer has the receipt, on paper or on screen."""
    tx.execute(update(orders).where(orders.c.id == str(order_id)).values(receipt_at=ms_or_none(at)))


def reseal_customer(tx: Connection, order_id: UUID, sealed: bytes | None) -> None:
    """The sealed customer under a new key, or None to erase the person."""
    tx.execute(update(orders).where(orders.c.id == str(order_id)).values(customer_sealed=sealed))


def add_refund(tx: Connection, refund: Refund) -> None:
    """Raises ConstraintViolated when the order is unknown, or an id, reference or receipt number was used before."""
    tx.execute(_INSERT_REFUND, _refund_row(refund))
    tx.execute(_INSERT_REFUND_LINES, [
        {"refund_id": str(refund.id), "position": place, "line_id": line.line_id, "tax": line.tax, "net": line.net,
         "quantity_micro": micro(line.quantity), "amount": line.amount}
        for place, line in enumerate(refund.lines)
    ])  # fmt: skip


def load_refund(tx: Connection, refund_id: UUID) -> Refund:
    """Raises NotStored."""
    body = tx.execute(select(refunds.c.body).where(refunds.c.id == str(refund_id))).scalar()
    if body is None:
        raise NotStored(f"There is no refund {refund_id}.")
    return Refund.model_validate_json(body)


def find_refund(tx: Connection, text: str) -> UUID | None:
    """The id of the refund that has this reference, receipt number or id."""
    typed = text.strip()
    same = or_(refunds.c.reference == typed.upper(), refunds.c.receipt_number == typed, refunds.c.id == typed.lower())
    found = tx.execute(select(refunds.c.id).where(same).limit(1)).scalar()
    return None if found is None else UUID(found)


def refunds_of(tx: Connection, order_id: UUID) -> list[Refund]:
    """All refunds of an order, the first one first."""
    wanted = select(refunds.c.body).where(refunds.c.order_id == str(order_id)).order_by(refunds.c.captured_at)
    return [Refund.model_validate_json(body) for body in tx.execute(wanted).scalars()]


def micro(quantity: Decimal) -> int:
    """A quantity in millionths, for sums in reports; the exact one stands in the body."""
    return int((quantity * 1_000_000).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _order_row(order: Order, vault: Vault | None, basket_id: UUID | None) -> dict[str, Any]:
    totals, customer = order.totals, order.customer
    return {
        "id": str(order.id), "basket_id": None if basket_id is None else str(basket_id),
        "reference": order.reference, "receipt_number": order.receipt_number,
        "receipt_counter": counter_in(order.receipt_number), "device": order.device,
        "captured_at": ms(order.captured_at), "business_date": order.business_date.isoformat(),
        "currency": order.currency, "subtotal": totals.subtotal, "discount": totals.discount,
        "tax": totals.tax, "total": totals.total, "cashier": order.cashier, "shift_id": order.shift_id,
        "customer_id": None if customer is None else customer.id,
        "body": order.model_dump_json(exclude={"customer"}),
        "customer_sealed": seal_model(vault, customer, CUSTOMER, str(order.id)),
    }  # fmt: skip


def _line_row(order: Order, place: int, line: OrderLine) -> dict[str, Any]:
    return {
        "order_id": str(order.id), "position": place, "line_id": line.id, "variant_id": line.variant_id,
        "product_id": line.product_id, "sku": line.sku, "title": line.title,
        "quantity_micro": micro(line.quantity), "unit": line.unit, "unit_price": line.unit_price.amount,
        "subtotal": line.subtotal, "discount": line.discount, "tax": line.tax, "net": line.net, "total": line.total,
    }  # fmt: skip


def _tender_row(order: Order, place: int, tender: Tender) -> dict[str, Any]:
    return {
        "order_id": str(order.id), "position": place, "tender_id": tender.id, "kind": tender.kind.value,
        "amount": tender.amount, "tendered": tender.tendered, "change": tender.change, "state": tender.state.value,
    }  # fmt: skip


def _refund_row(refund: Refund) -> dict[str, Any]:
    return {
        "id": str(refund.id), "order_id": str(refund.order_id), "reference": refund.reference,
        "receipt_number": refund.receipt_number, "receipt_counter": counter_in(refund.receipt_number),
        "device": refund.device, "captured_at": ms(refund.captured_at),
        "business_date": refund.business_date.isoformat(), "currency": refund.currency, "amount": refund.amount,
        "tax": sum(line.tax for line in refund.lines), "cashier": refund.cashier,
        "approved_by": refund.approved_by, "body": refund.model_dump_json(),
    }  # fmt: skip


def _order(row: Any, order_id: UUID, vault: Vault | None) -> Order:
    customer = None
    if row.customer_id is not None:
        opened = open_bytes(vault, row.customer_sealed, CUSTOMER, str(order_id))
        customer = Customer.model_validate_json(opened) if opened else Customer(id=row.customer_id)
    return Order.model_validate({**json.loads(row.body), "customer": customer})


def _rows(tx: Connection, wanted: Select[Any]) -> list[OrderRow]:
    return [
        OrderRow(
            id=UUID(row.id), reference=row.reference, receipt_number=row.receipt_number, device=row.device,
            captured_at=when(row.captured_at), business_date=row.business_date, currency=row.currency,
            total=row.total, tax=row.tax, discount=row.discount, customer_id=row.customer_id or "",
            cashier=row.cashier, receipt_at=when_or_none(row.receipt_at),
        )
        for row in tx.execute(wanted)
    ]  # fmt: skip
