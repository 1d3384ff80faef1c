"""A sale as the pre-order that Flowhub takes: articles and counts, a customer, and notes for the staff.

No prices, taxes or payments can be sent: the register reckons (the contract's facts, section 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.flowhub.people_mapping import e164
from posbridge.domain.customer import Customer
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderLine
from posbridge.domain.refund import Refund

KIOSK = "kiosk"


def from_order(
    order: Order,
    *,
    items: Mapping[str, str] | None = None,
    customer_id: str = "",
    order_type: str = KIOSK,
    postback_url: str = "",
) -> dict[str, Any]:
    """The body of a create. `items` are Flowhub's ids by our variant id; without them our own stand in.

    Raises Unsupported for an article that is not in Flowhub: it knows no line without one.
    """
    body: dict[str, Any] = {
        "externalCreatedAt": order.captured_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "customer": _customer(order),
        "orderItems": [_item(line, items, order.currency) for line in order.lines],
        "orderType": order_type,
        "customerNote": customer_note(order),
        "cartDiscountNote": _discounts(order),
        "customerId": customer_id,
        "postbackUrl": postback_url,
    }
    return {name: value for name, value in body.items() if value or name == "customer"}


def from_refund(refund: Refund, order: Order | None = None) -> dict[str, Any]:
    """Raises Unsupported: Flowhub takes no refunds from outside."""
    raise Unsupported(
        "Flowhub takes no refunds from other programs.",
        platform="flowhub",
        next_step=f"Give the money back at Flowhub's register: the sale of order {refund.order_reference}.",
    )


def customer_note(order: Order) -> str:
    """What the staff see: by which words the order is found, how it was paid, and the cashier's note."""
    paid = ", ".join(f"{tender.kind.value} {_plain(tender.amount, order.currency)}" for tender in order.tenders)
    total = _plain(order.totals.total, order.currency)
    words = [f"posbridge {order.reference} {order.id}", f"Total at the kiosk {total}" + (f" ({paid})" if paid else "")]
    return " · ".join([*words, *([order.note] if order.note else [])])


def _plain(amount: int, currency: str) -> str:
    return f"{Money(amount=amount, currency=currency).plain()} {currency}"


def _item(line: OrderLine, items: Mapping[str, str] | None, currency: str) -> dict[str, Any]:
    ident = line.variant_id if items is None else items.get(line.variant_id, "")
    if not ident:
        raise Unsupported(
            f"Flowhub takes no line without an article of its inventory: {line.title}.",
            platform="flowhub",
            next_step="Receive the article in Flowhub, or ring this sale up there by hand.",
        )
    made: dict[str, Any] = {"productId": _number(ident), "quantityPurchased": _count(line.quantity)}
    if line.discount:
        made["discountNote"] = f"{_names(line)} -{_plain(line.discount, currency)}"
    return made


def _number(ident: str) -> int | str:
    """The types say number while the inventory has UUIDs: each goes as what it is (contract, section 5)."""
    return int(ident) if ident.isascii() and ident.isdigit() and (ident == "0" or ident[0] != "0") else ident


def _count(quantity: Decimal) -> int | Decimal:
    return int(quantity) if quantity == quantity.to_integral_value() else quantity.normalize()


def _names(line: OrderLine) -> str:
    names = dict.fromkeys(share.code or share.name for share in line.shares if share.code or share.name)
    return ", ".join(names) or "Discount"


def _discounts(order: Order) -> str:
    """The sum of what is noted line by line, so that nobody takes it off twice."""
    if not order.totals.discount:
        return ""
    names = ", ".join(dict.fromkeys(each.code or each.name for each in order.discounts if each.code or each.name))
    off = _plain(order.totals.discount, order.currency)
    return f"{names or 'Discount'}: {off} in all, noted on each line"


def _customer(order: Order) -> dict[str, Any]:
    """Who buys; a guest is called by the order's reference, which the staff see in their queue."""
    customer = order.customer
    if customer is None:
        return {"firstName": "Guest", "lastName": order.reference, "medRecOrBoth": "rec"}
    first, last = customer.first_name, customer.last_name
    made = {
        "firstName": first or (customer.company if not last else ""),
        "lastName": last,
        "birthDate": customer.date_of_birth.isoformat() if customer.date_of_birth else "",
        "externalId": customer.id,
        "email": customer.email,
        "phone": _phone(customer),
        **_medical(customer),
    }
    return {name: value for name, value in made.items() if value}


def _phone(customer: Customer) -> str:
    phone = e164(customer.phone)
    return phone if phone.startswith("+") else ""


def _medical(customer: Customer) -> dict[str, str]:
    """Guess: a patient is "med"; without the card's last day Flowhub is told "rec", since it needs both."""
    card = customer.medical_card
    if card is None or card.expires is None:
        return {"medRecOrBoth": "rec"}
    return {"medRecOrBoth": "med", "medId": card.number, "medExp": card.expires.isoformat()}
