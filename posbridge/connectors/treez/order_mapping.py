"""Tickets → orders, with Treez's own words for their states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.statuses import StatusWords
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.connectors.treez.facts import STATUSES
from posbridge.connectors.treez.reading import CURRENCY, drifting, exact, minor, moment, opened, single, words
from posbridge.domain.customer import Customer
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

WORDS = StatusWords("Treez", STATUSES)
MARK = "posbridge"
#: A reference of ours, as `domain.ids.reference_of` makes it.
_OURS = re.compile(r"[A-Z]{1,3}[0-9A-HJKMNP-TV-Z]{16}")
_PAID, _DEAD = "PAID", ("CANCELED", "REMOVED")
_FEE = "FEE"


@drifting
def to_order(raw: Any, *, currency: str = CURRENCY) -> RemoteOrder:
    """One ticket as sent: bare, in `data`, in `ticketList`, or inside a webhook's `data`."""
    reader = Reader(single(_unhooked(raw)), "ticket_id")
    reader.id("ticket_id")
    total, reference = minor(reader, "total", currency), reference_in(reader)
    paid = paid_of(reader, total or 0, currency)
    return RemoteOrder(
        id=reader.object_id,
        complete=not reference or (is_paid(reader) if total is None else paid >= total),
        reference=reference,
        number=words(reader, "order_number"),
        status=status_of(reader),
        platform_status=words(reader, "order_status"),
        currency=currency,
        total=total,
        tax=minor(reader, "tax_total", currency),
        discount=_discount(reader, currency),
        paid=paid,
        lines=tuple(_line(row, currency) for row in reader.objects("items") if not is_fee(row)),
        customer=_customer(reader),
        created_at=moment(reader, "date_created"),
        updated_at=moment(reader, "last_updated_at"),
        note=plain_text(reader.text("ticket_note")),
        extra=_extra(reader),
    )


def _unhooked(raw: Any) -> Any:
    return raw.get("data") if isinstance(raw, Mapping) and "event_type" in raw else raw


def reference_in(reader: Reader) -> str:
    """Our reference; "" for tickets of other makers, whose external numbers look otherwise."""
    said = words(reader, "external_order_number")
    return said if _OURS.fullmatch(said) else ""


def is_dead(reader: Reader) -> bool:
    """Cancelled before anybody paid: no sale."""
    return words(reader, "order_status").upper() in _DEAD and words(reader, "payment_status").upper() != _PAID


def is_paid(reader: Reader) -> bool:
    return words(reader, "payment_status").upper() == _PAID


def status_of(reader: Reader) -> OrderStatus:
    """The payment moves on its own (facts, 5): an accepted ticket that is paid is PAID. A refund is a new ticket."""
    status = WORDS.ours(words(reader, "order_status"))
    if words(reader, "original_ticket_id"):
        return OrderStatus.REFUNDED
    if reader.raw.get("refund_ticket_ids"):
        return OrderStatus.PARTIALLY_REFUNDED
    return OrderStatus.PAID if status is OrderStatus.OPEN and is_paid(reader) else status


def paid_of(reader: Reader, total: int, currency: str) -> int:
    """Payments where the ticket lists them, else the whole or nothing."""
    made = [minor(row, "amount_paid", currency) for row in reader.objects("payments")]
    known = [amount for amount in made if amount is not None]
    if not is_paid(reader):
        return sum(known)
    return sum(known) if known else total


def _discount(reader: Reader, currency: str) -> int | None:
    """Negative there (facts, 5), an amount above zero here."""
    value = minor(reader, "discount_total", currency)
    return None if value is None else abs(value)


def is_fee(row: Reader) -> bool:
    """A fee stands in `fees` as well; it is no line of goods (facts, 5)."""
    return words(row, "product_type").upper() == "NON-INV" and words(row, "product_subtype").upper() == _FEE


def _line(row: Reader, currency: str) -> RemoteLine:
    """`price_sell` is the whole line after its discounts, `price_total` with tax."""
    quantity, after = exact(row, "quantity") or Decimal(0), minor(row, "price_sell", currency)
    total = minor(row, "price_total", currency)
    savings = [minor(each, "savings", currency) or 0 for each in row.objects("discounts")]
    taxes = [minor(each, "amount", currency) or 0 for each in row.objects("tax")]
    before = None if after is None else after + sum(savings)
    return RemoteLine(
        id=words(row, "id"),
        variant_id=words(row, "size_id") or words(row, "product_id"),
        product_id=words(row, "product_id"),
        sku=_sku(row),
        title=one_line(row.text("product_size_name")),
        quantity=quantity,
        unit_price=_each(before, quantity, currency),
        discount=sum(savings) if "discounts" in row.raw else None,
        tax=sum(taxes) if "tax" in row.raw else None,
        total=total,
    )


def _each(before: int | None, quantity: Decimal, currency: str) -> Money | None:
    """One piece's price, where the line divides evenly."""
    if before is None or quantity <= 0 or quantity % 1 or before % int(quantity):
        return None
    return Money(amount=before // int(quantity), currency=currency)


def _sku(row: Reader) -> str:
    codes = [one_line(code) for code in row.items("barcodes") if isinstance(code, str)]
    return next((code for code in codes if code), "")


def _customer(reader: Reader) -> Customer | None:
    """Only the number stands on a ticket, an integer here and a text elsewhere (facts, 6)."""
    ident = reader.text("customer_id").strip()
    return Customer(id=ident) if ident else None


def limits_of(reader: Reader) -> dict[str, tuple[Decimal, Decimal]]:
    """`purchase_limit` ("0.1/8"): used and allowed by kind of goods; what is not written so is passed over."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for kind, text in reader.object("purchase_limit").raw.items():
        parts = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,12})?)\s*/\s*(\d{1,12}(?:\.\d{1,12})?)\s*", str(text or ""))
        if parts:
            found[str(kind)] = Decimal(parts[1]), Decimal(parts[2])
    return found


def _extra(reader: Reader) -> dict[str, Any]:
    limits = {kind: f"{used:f}/{most:f}" for kind, (used, most) in limits_of(reader).items()}
    held: dict[str, Any] = {
        "type": words(reader, "type"),
        "source": words(reader, "order_source"),
        "external_order_number": words(reader, "external_order_number"),
        "revenue_source": words(reader, "revenue_source"),
        "purchase_limit": limits,
        "original_ticket": words(reader, "original_ticket_id"),
        "refund_tickets": refund_tickets(reader),
        "post_tax_pricing": reader.raw.get("post_tax_pricing") is True,
        "closed": words(reader, "date_closed"),
    }
    return {key: value for key, value in held.items() if value}


def refund_tickets(reader: Reader) -> list[str]:
    """Ids of the tickets that gave money back; one alone may stand as text."""
    value = reader.raw.get("refund_ticket_ids")
    rows = value if isinstance(value, list) else [value]
    return [str(ident) for ident in rows if isinstance(ident, str | int) and not isinstance(ident, bool) and ident]


__all__ = ["WORDS", "is_dead", "is_paid", "limits_of", "opened", "reference_in", "status_of", "to_order"]
