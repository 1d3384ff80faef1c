"""Completed sales and the bare answers about pre-orders, as orders (the contract's facts, section 5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.flowhub.people_mapping import split_name
from posbridge.connectors.flowhub.reading import CURRENCY, cents, first_of, money
from posbridge.connectors.flowhub.words import CASHED, STATUSES, WAITING_FOR, folded
from posbridge.connectors.statuses import StatusWords
from posbridge.connectors.text import Reader, exact, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

ENVELOPES = ("orders", "data", "order")
_WORDS = StatusWords("flowhub", STATUSES)


def to_order(raw: Any, *, currency: str = CURRENCY) -> RemoteOrder:
    """A sale as Flowhub lists it, or the answer about a pre-order, alone or in its envelope. Raises SchemaDrift.

    What Flowhub does not say is None: a pre-order has no amounts before the register has priced it.
    """
    reader = Reader(exact(first_of(raw, *ENVELOPES)))
    if not reader.raw.get("orderId") and not reader.raw.get("id"):
        raise SchemaDrift("An order without an id.")
    if "itemsInCart" in reader.raw or "totals" in reader.raw:
        return _sale(reader, currency)
    return _pre_order(reader, currency)


def _pre_order(reader: Reader, currency: str) -> RemoteOrder:
    said = reader.text("status") or reader.text("orderStatus")
    cashed = folded(said) in CASHED
    return RemoteOrder(
        id=reader.id("orderId") if reader.raw.get("orderId") else reader.id(),
        complete=cashed,
        status=_WORDS.ours(said),
        platform_status=said,
        currency=currency,
        total=None,
        waiting_for="" if cashed else WAITING_FOR,
    )


def _sale(reader: Reader, currency: str) -> RemoteOrder:
    """Guess: a sale's `orderId` is the pre-order's; one that was rung up from scratch goes by its own id."""
    totals = reader.object("totals")
    total = cents(totals, "FinalTotal")
    back = bool(reader.text("originalSaleId").strip())
    return RemoteOrder(
        id=reader.text("orderId").strip() or reader.id(),
        number=reader.text("id"),
        status=_status(reader, back),
        platform_status="voided" if reader.flag("voided") else reader.text("orderStatus"),
        currency=currency,
        total=total,
        tax=cents(totals, "TotalTaxes"),
        discount=cents(totals, "TotalDiscounts"),
        paid=_paid(reader),
        refunded=abs(total or 0) if back else 0,
        lines=tuple(_line(row, currency) for row in reader.objects("itemsInCart")),
        customer=_customer(reader),
        created_at=reader.utc("createdAt", naive_is_utc=True),
        updated_at=reader.utc("completedOn", naive_is_utc=True) or reader.utc("createdAt", naive_is_utc=True),
        extra={name: text for name in ("originalSaleId", "orderType") if (text := reader.text(name))},
    )


def _status(reader: Reader, back: bool) -> OrderStatus:
    if reader.flag("voided"):
        return OrderStatus.CANCELLED
    return OrderStatus.REFUNDED if back else _WORDS.ours(reader.text("orderStatus"))


def _paid(reader: Reader) -> int | None:
    """Guess: a payment's amount is what it paid, without the change that was given back."""
    amounts = [cents(payment, "amount") for payment in reader.objects("payments")]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _line(row: Reader, currency: str) -> RemoteLine:
    taxes = [cents(tax, "thisTaxInPennies") for tax in row.objects("tax")]
    tax = sum(amount for amount in taxes if amount is not None)
    off = [cents(each, "penniesOff") for each in row.objects("itemDiscounts")]
    total = cents(row, "totalPrice")
    quantity = row.decimal("quantity")
    return RemoteLine(
        id=row.text("id"),
        variant_id=row.text("variantId"),
        product_id=row.text("parentProductId") or row.text("productId"),
        sku=row.text("sku"),
        title=one_line(row.text("productName")) or one_line(row.text("title1")),
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=money(row, currency, "unitPrice"),
        discount=sum(amount for amount in off if amount is not None),
        tax=tax,
        total=None if total is None or off else total + tax,
    )


def _customer(reader: Reader) -> Customer | None:
    ident = reader.text("customerId").strip()
    if not ident:
        return None
    first, last = split_name(reader.text("fullName") or reader.text("name"))
    return Customer(id=ident, first_name=first, last_name=last)
