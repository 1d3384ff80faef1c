"""Our order → the body of Squarespace's import, whose totals are ours to the minor unit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.squarespace.reading import amount
from posbridge.domain.customer import Address, Customer
from posbridge.domain.order import Order, OrderLine
from posbridge.domain.refund import Refund

CHANNEL = "posbridge"
_CHANNEL_LENGTH = 30
_MOST_PIECES = 1_000_000
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", re.ASCII)
_NO_REFUNDS = "Squarespace lets no program give money back for an order."
REFUND_STEP = "Refund the order in Squarespace's own panel (Selling > Orders); the till's book has it already."
_NO_LINKS: Mapping[str, RemoteVariant] = {}


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] = _NO_LINKS,
    *,
    physical: Collection[str] | None = None,
    channel: str = CHANNEL,
    deduct: bool = True,
) -> dict[str, Any]:
    """The body of `POST /1.0/commerce/orders`: a counter sale that was paid and handed over.

    A line is named by its variant where `links` has it, it is counted in whole pieces, and `physical` (the variants
    there that an import may name; None: all) holds it; else it is a custom line, which takes nothing from stock.
    grandTotal = subtotal − discountTotal + taxTotal, without the tax where prices hold it. Tenders and the note
    have no place in the body; they stand in our own book.
    """
    at = _stamp(order.captured_at)
    lines = [_line(line, order.currency, _variant(line, links, physical)) for line in order.lines]
    return {
        "channelName": (channel.strip() or CHANNEL)[:_CHANNEL_LENGTH],
        "externalOrderReference": external_reference(order),
        "createdOn": at,
        **_buyer(order.customer),
        "priceTaxInterpretation": "INCLUSIVE" if order.prices_include_tax else "EXCLUSIVE",
        "lineItems": lines,
        "discountLines": _discounts(order),
        "shippingLines": [],
        "fulfillments": [],
        "fulfillmentStatus": "FULFILLED",
        "fulfilledOn": at,
        "inventoryBehavior": "DEDUCT" if deduct and any("variantId" in line for line in lines) else "SKIP",
        "shopperFulfillmentNotificationBehavior": "SKIP",
        **_totals(order),
    }


def _totals(order: Order) -> dict[str, Any]:
    totals = order.totals
    named = {
        "subtotal": totals.subtotal,
        "discountTotal": totals.discount,
        "shippingTotal": 0,
        "taxTotal": totals.tax,
        "grandTotal": totals.total,
    }
    return {name: amount(minor_units, order.currency) for name, minor_units in named.items()}


def from_refund(refund: Refund, *_: Any, **__: Any) -> NoReturn:
    """Raises Unsupported: refunds are made in Squarespace's panel only."""
    raise Unsupported(_NO_REFUNDS, next_step=REFUND_STEP, platform="squarespace")


def external_reference(order: Order) -> str:
    """Our reference and our order's id: the one can be typed, the other is never given twice."""
    return f"{order.reference} {order.id}"


def frozen(body: Mapping[str, Any]) -> str:
    """A body as text: what is kept and sent again, byte for byte (another body under a used key is refused)."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def idempotency_key(key: str, part: str = "") -> str:
    """A key as Squarespace takes it (64 letters, digits, - and _), the same for the same arguments."""
    whole = f"{key}-{part}" if part else key
    return whole if _KEY.fullmatch(whole) else hashlib.sha256(whole.encode()).hexdigest()


def without_stock(text: str) -> str:
    """A frozen body with nothing taken from stock: for goods that left the shop though Squarespace counts none."""
    return frozen({**json.loads(text), "inventoryBehavior": "SKIP"})


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _variant(line: OrderLine, links: Mapping[str, RemoteVariant], physical: Collection[str] | None) -> str:
    """The variant there that a line may name, "" for a custom line."""
    link = links.get(line.variant_id)
    if link is None or not link.variant_id or not _whole(line):
        return ""
    return link.variant_id if physical is None or link.variant_id in physical else ""


def _whole(line: OrderLine) -> bool:
    return line.quantity == int(line.quantity) and 1 <= line.quantity <= _MOST_PIECES


def _line(line: OrderLine, currency: str, variant: str) -> dict[str, Any]:
    """Unit price × quantity must be the line's part of the subtotal, so a weighed line is one piece at its price."""
    whole = _whole(line) and line.unit_price.amount * int(line.quantity) == line.subtotal
    counted = {
        "quantity": int(line.quantity) if whole else 1,
        "unitPricePaid": amount(line.unit_price.amount if whole else line.subtotal, currency),
    }
    if variant and whole:
        return {"lineItemType": "PHYSICAL_PRODUCT", "variantId": variant, **counted}
    return {"lineItemType": "CUSTOM", "title": _title(line, whole), **counted}


def _title(line: OrderLine, whole: bool) -> str:
    measured = "" if whole else f"{line.quantity.normalize():f} {'×' if line.unit == 'piece' else line.unit}"
    more = ", ".join(filter(None, [measured, line.note.strip()]))
    name = line.title.strip() or line.sku or "Article"
    return f"{name} ({more})" if more else name


def _discounts(order: Order) -> list[dict[str, Any]]:
    """One line for each discount by name; they sum to the order's discount."""
    named = [found for found in order.discounts if found.amount]
    rest = order.totals.discount - sum(found.amount for found in named)
    if rest < 0:
        named, rest = [], order.totals.discount
    lines = [_discount(found.name or found.code, found.code, found.amount, order.currency) for found in named]
    return lines + ([_discount("", "", rest, order.currency)] if rest else [])


def _discount(name: str, code: str, minor_units: int, currency: str) -> dict[str, Any]:
    line: dict[str, Any] = {"name": name or "Discount", "amount": amount(minor_units, currency)}
    return line | ({"promoCode": code} if code else {})


def _buyer(customer: Customer | None) -> dict[str, Any]:
    """E-mail (which ties the order to the contact) and billing address; nothing for a guest."""
    if customer is None:
        return {}
    address = customer.address or Address()
    known = {
        "firstName": customer.first_name or customer.company,
        "lastName": customer.last_name,
        "address1": address.line1,
        "address2": address.line2,
        "city": address.city,
        "state": address.region,
        "countryCode": address.country.upper() if len(address.country) == 2 else "",
        "postalCode": address.postcode,
        "phone": customer.phone,
    }
    billing = {name: value for name, value in known.items() if value}
    mail = {"customerEmail": customer.email.strip()} if _EMAIL.fullmatch(customer.email.strip()) else {}
    return {**mail, **({"billingAddress": billing} if billing else {})}
