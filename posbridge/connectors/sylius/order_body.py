"""Our orders → the bodies of a checkout. Sylius reckons prices, promotions and tax itself: only goods are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.sylius.order_mapping import MARK
from posbridge.connectors.text import one_line
from posbridge.domain.customer import Customer
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender
from posbridge.domain.refund import Refund

_PLACE = {"street": "Main street 1", "city": "Town", "postcode": "00000", "countryCode": "US"}
_LONGEST = 250


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] | None = None,
    *,
    place: Mapping[str, str] | None = None,
    walkin_email: str = "walkin@example.com",
    shipping_method: str = "in_store",
    payment_method: str = "cash_on_delivery",
) -> dict[str, Any]:
    """The bodies of all steps by name, and `expected`: what the shop's own total must be, minor units.

    Without `links` a line is named by its SKU. `place` is the store's address, which decides tax and shipping.
    Raises Unsupported for what a checkout cannot say.
    """
    return {
        "pickup": {},
        "items": [{"productVariant": code, "quantity": count} for code, count in goods(order, links).items()],
        "address": address_body(order, place or _PLACE, walkin_email),
        "shipment": {"shippingMethod": shipping_method},
        "payment": {"paymentMethod": payment_method},
        "complete": {"notes": notes(order)},
        "expected": {"total": order.totals.total, "tax": order.totals.tax},
    }


def goods(order: Order, links: Mapping[str, RemoteVariant] | None = None) -> dict[str, int]:
    """Pieces by the shop's variant code: lines of one variant are one line there, since adding again adds up.

    Raises Unsupported for broken pieces and for articles that the shop does not have.
    """
    made: dict[str, int] = {}
    for line in order.lines:
        if line.quantity % 1:
            raise Unsupported(f"{line.title}: Sylius counts whole pieces only.")
        link = (links or {}).get(line.variant_id)
        code = link.variant_id if link else "" if links is not None else line.sku or line.variant_id
        if not code:
            raise Unsupported(
                f"The shop does not have {line.title}, and Sylius has no lines without an article.",
                next_step="Link the article to one of the shop's, then send again.",
            )
        made[code] = made.get(code, 0) + int(line.quantity)
    return made


def address_body(order: Order, place: Mapping[str, str], walkin_email: str) -> dict[str, Any]:
    """The customer at the store's own address: there the goods change hands, so there they are taxed.

    The coupon goes along each time; left out it is dropped (facts, 12.7). Raises Unsupported for two coupons.
    """
    buyer = order.customer or Customer(id="")
    person: dict[str, str] = {
        "firstName": padded(buyer.first_name or buyer.company, "Walk-in"),
        "lastName": padded(buyer.last_name or buyer.company, "Customer"),
        **{key: place.get(key) or default for key, default in _PLACE.items()},
    }
    person |= {"company": buyer.company[:_LONGEST]} if buyer.company else {}
    person |= {"phoneNumber": buyer.phone} if buyer.phone else {}
    return {
        "email": buyer.email.strip() if "@" in buyer.email else walkin_email,
        "billingAddress": person,
        "shippingAddress": dict(person),
        "couponCode": coupon_of(order),
    }


def padded(name: str, default: str) -> str:
    """A name that the shop takes: two letters at least (recorded 061)."""
    said = one_line(name)[:_LONGEST] or default
    return said if len(said) > 1 else f"{said}."


def coupon_of(order: Order) -> str | None:
    """The typed code; a cart takes one. Raises Unsupported for more."""
    codes = list(dict.fromkeys(discount.code for discount in order.discounts if discount.code))
    if len(codes) > 1:
        raise Unsupported("A cart in Sylius takes one coupon.", next_step="Sell it as two sales next time.")
    return codes[0] if codes else None


def mark_of(order: Order) -> str:
    """The first line of the notes, which `find` compares on each row."""
    return f"{MARK} {order.reference} {order.id}"


def notes(order: Order, *, shop_total: int | None = None) -> str:
    """What only a text can hold there: our mark, receipt, time, tenders, discounts, the note.

    `shop_total` is given when the shop's total is not the receipt's.
    """
    lines = [mark_of(order), f"Receipt {order.receipt_number}, {order.captured_at:%Y-%m-%d %H:%M:%S} UTC"]
    if shop_total is not None and shop_total != order.totals.total:
        lines.append(f"Paid at the till: {_plain(order, order.totals.total)}; this shop reckons {shop_total}")
    lines += [_tender(order, tender) for tender in order.tenders]
    lines += [f"Discount {d.name or d.code}: -{_plain(order, d.amount)}" for d in order.discounts]
    lines += [f"{line.title}: {one_line(line.note)}" for line in order.lines if line.note]
    return "\n".join([*lines, *([order.note] if order.note else [])])


def _tender(order: Order, tender: Tender) -> str:
    words = [tender.label or tender.kind.value.replace("_", " "), tender.brand, tender.last_four, tender.reference]
    return f"{' '.join(filter(None, words))}: {_plain(order, tender.amount)}"


def _plain(order: Order, amount: int) -> str:
    return f"{Money(amount=amount, currency=order.currency).plain()} {order.currency}"


def from_refund(refund: Refund, paid: int | None = None) -> dict[str, Any]:
    """The body of a payment's refund: nothing, since a payment is given back whole.

    Raises Unsupported when `paid` (minor units) is not what is given back, ValidationError for nothing.
    """
    if refund.amount <= 0:
        raise ValidationError("Nothing is given back.")
    if paid is not None and refund.amount != paid:
        raise Unsupported(
            "Sylius gives back a whole payment only, not a part of it.",
            next_step="Book this part in the shop's back office; the customer has the money.",
        )
    return {}
