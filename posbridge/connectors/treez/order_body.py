"""Our order → the ticket, then its payment. Money goes as dollars, lines and discounts as the receipt has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.treez.order_mapping import MARK
from posbridge.domain.discount import DiscountShare
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind

#: Begins the id of a discount whose code Treez itself judged: the code goes along, and Treez reckons it.
COUPON = "treez-coupon:"
_NOTE = 1000
_TITLE = 100


@dataclass(frozen=True)
class Terms:
    """How the connection's tickets are made; each is a setting of the same name."""

    ticket_type: str = "PICKUP"
    order_source: str = "KIOSK"
    revenue_source: str = MARK
    location_name: str = ""
    inventory_type: str = ""
    paid_status: str = "AWAITING_PROCESSING"
    card_method: str = "DEBIT"
    gift_card_method: str = "GIFT_CARD_CUSTOM"
    other_method: str = "OTHER_CUSTOM"

    def required(self, status: str) -> dict[str, Any]:
        """The four fields that every write of a ticket has."""
        return {
            "type": self.ticket_type,
            "order_source": self.order_source,
            "order_status": status,
            "revenue_source": self.revenue_source,
        }

    def method(self, tender: Tender) -> str:
        """Treez's word for a way of paying."""
        if tender.kind is TenderKind.CASH:
            return "CASH"
        if tender.kind is TenderKind.CARD:
            return self.card_method
        return self.gift_card_method if tender.kind is TenderKind.GIFT_CARD else self.other_method


def dollars(amount: int, currency: str) -> int | Decimal:
    """Minor units as the number that goes out: whole where it is whole, never a float."""
    value = Money(amount=amount, currency=currency).decimal()
    return int(value) if value == value.to_integral_value() else value.normalize()


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] | None = None,
    *,
    customer_id: str = "",
    terms: Terms | None = None,
) -> dict[str, Any]:
    """The ticket, unpaid. Without `links` our own variant ids are sent.

    Raises Unsupported for what a ticket cannot say: parts of a piece, articles that are not there, several tenders.
    """
    made = terms or Terms()
    if len(order.tenders) > 1:
        raise Unsupported(
            "Treez takes no partial payments: this sale was paid in several ways.",
            next_step="Make the ticket in Treez and take both ways there.",
        )
    body = {
        **made.required("AWAITING_PROCESSING"),
        "external_order_number": order.reference,
        "ticket_note": note_of(order),
        "items": [_item(line, links, made) for line in order.lines],
        "fees": [],
        "discount_ids": [],
        "coupon_codes": coupons_of(order),
    }
    return body | ({"customer_id": customer_id} if customer_id else {})


def coupons_of(order: Order) -> list[str]:
    """The codes that Treez judged."""
    return [each.code for each in order.discounts if each.code and each.discount_id.startswith(COUPON)]


def note_of(order: Order) -> str:
    """Who made it, in words that a person can search for: reference, id, receipt, total, time."""
    total = Money(amount=order.totals.total, currency=order.currency).plain()
    said = f"{MARK} {order.reference} {order.id}, receipt {order.receipt_number}, {total} {order.currency}"
    said += f", {order.captured_at:%Y-%m-%d %H:%M:%S} UTC"
    return (f"{said}\n{order.note}" if order.note else said)[:_NOTE]


def _item(line: OrderLine, links: Mapping[str, RemoteVariant] | None, terms: Terms) -> dict[str, Any]:
    if line.quantity % 1:
        raise Unsupported(f"{line.title}: Treez sells whole pieces only.")
    link = RemoteVariant(variant_id=line.variant_id) if links is None else links.get(line.variant_id)
    if link is None:
        raise Unsupported(
            f"{line.title} is not in the Treez catalogue, and Treez takes no other articles.",
            next_step="Add the product in Treez, then retry.",
        )
    item: dict[str, Any] = {
        "size_id": link.variant_id,
        "quantity": int(line.quantity),
        "apply_automatic_discounts": False,
        "pos_discounts": _discounts(line),
    }
    place = {"inventory_type": terms.inventory_type, "location_name": terms.location_name}
    return item | {name: value for name, value in place.items() if value}


def _discounts(line: OrderLine) -> list[dict[str, Any]]:
    """Each discount by its name with the amount that the receipt says; a code's own is left to Treez."""
    currency = line.unit_price.currency
    made = [dollar_off(_title(share), share.amount, currency) for share in _given(line)]
    rest = line.discount - sum(share.amount for share in line.shares)
    return made + ([dollar_off("Discount", rest, currency)] if rest > 0 else [])


def _given(line: OrderLine) -> list[DiscountShare]:
    return [share for share in line.shares if share.amount and not share.discount_id.startswith(COUPON)]


def _title(share: DiscountShare) -> str:
    return (share.name or share.code or "Discount")[:_TITLE]


def dollar_off(title: str, amount: int, currency: str) -> dict[str, Any]:
    """One discount of a line, in dollars off the line."""
    return {
        "discount_title": title,
        "discount_amount": dollars(amount, currency),
        "discount_method": "DOLLAR",
    }


def payment(order: Order, terms: Terms, amount: int, *, customer_id: str = "") -> dict[str, Any]:
    """The update that pays a ticket: `amount` minor units, which must be its whole total."""
    tender = order.tenders[0]
    body = {
        **terms.required(terms.paid_status),
        "external_order_number": order.reference,
        "payments": [
            {
                "payment_source": terms.order_source,
                "payment_method": terms.method(tender),
                "amount_paid": dollars(amount, order.currency),
            }
        ],
    }
    return body | ({"customer_id": customer_id} if customer_id else {})
