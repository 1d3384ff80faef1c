"""Squarespace's orders in our words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.squarespace.reading import (
    DEFAULT_CURRENCY,
    currency_of,
    drifting,
    e164,
    minor,
    money,
    number,
    opened,
)
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.customer import Address, Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

_TOTALS = ("grandTotal", "subtotal", "taxTotal", "refundedTotal")
#: What posbridge writes as the external reference: our reference, then our order's id.
_OURS = re.compile(r"(\S{1,20}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_STATES = {
    "CANCELED": OrderStatus.CANCELLED,
    "FULFILLED": OrderStatus.COMPLETED,
    "PENDING": OrderStatus.OPEN,
    "": OrderStatus.OPEN,
}
_PAID = ("PAID", "REFUND_PENDING", "REFUNDED", "REFUND_FAILED")
_UNPAID = ("NOT_CHARGED", "AUTHORIZED", "PENDING", "FAILED")
_PLACES = {
    "line1": "address1", "line2": "address2", "city": "city", "region": "state", "postcode": "postalCode",
    "country": "countryCode",
}  # fmt: skip


@drifting
def to_order(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> RemoteOrder:
    """One order as Squarespace sends it, also inside `{"order": …}` or a page with one.

    `paid` is None where the order does not say its payment's state (older ones). Totals are read, never reckoned.
    """
    reader = Reader(opened(raw, "order", "result"))
    said = currency_of(reader, _TOTALS, currency)
    total, refunded = minor(reader, "grandTotal", said), minor(reader, "refundedTotal", said) or 0
    if total is None:
        raise SchemaDrift("The order says no total.", object_id=reader.object_id)
    external = reader.text("externalOrderReference").strip()
    ours = _OURS.fullmatch(external)
    return RemoteOrder(
        id=reader.id(),
        reference=ours[1] if ours else external,
        number=reader.text("orderNumber"),
        status=_status(reader, refunded, total),
        platform_status=reader.text("fulfillmentStatus"),
        currency=said,
        total=total,
        tax=minor(reader, "taxTotal", said),
        discount=minor(reader, "discountTotal", said),
        paid=_paid(reader.text("paymentState"), total),
        refunded=refunded,
        lines=tuple(_line(row, said) for row in reader.objects("lineItems")),
        customer=_customer(reader),
        created_at=reader.utc("createdOn"),
        updated_at=reader.utc("modifiedOn"),
        note="\n".join(filter(None, (plain_text(row.text("content")) for row in reader.objects("internalNotes")))),
        extra=_extra(reader, external),
    )


def _status(reader: Reader, refunded: int, total: int) -> OrderStatus:
    state = _STATES.get(reader.text("fulfillmentStatus"), OrderStatus.UNKNOWN)
    if state is OrderStatus.CANCELLED:
        return state
    if refunded > 0:
        return OrderStatus.REFUNDED if refunded >= total else OrderStatus.PARTIALLY_REFUNDED
    return OrderStatus.REFUNDED if reader.text("paymentState") == "REFUNDED" else state


def _paid(state: str, total: int) -> int | None:
    if state in _PAID:
        return total
    return 0 if state in _UNPAID else None


def _line(row: Reader, currency: str) -> RemoteLine:
    """A line; its total is not said, and old and custom lines name no variant."""
    name = one_line(row.text("productName") or row.text("title"))
    options = [one_line(option.text("value")) for option in row.objects("variantOptions")]
    quantity = number(row, "quantity")
    return RemoteLine(
        id=row.text("id"),
        variant_id=row.text("variantId"),
        product_id=row.text("productId"),
        sku=row.text("sku"),
        title=" · ".join(filter(None, [name, *options])) or "Custom amount",
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=money(row, "unitPricePaid", currency),
    )


def _customer(reader: Reader) -> Customer | None:
    """Who bought, as the order says it; the address of delivery where there is no other."""
    named = reader.object("billingAddress")
    named = named if named.raw else reader.object("shippingAddress")
    email, customer = reader.text("customerEmail").strip(), reader.text("customerId")
    if not (named.raw or email or customer):
        return None
    places = {ours: one_line(named.text(theirs)) for ours, theirs in _PLACES.items()}
    return Customer(
        id=customer,
        first_name=one_line(named.text("firstName")),
        last_name=one_line(named.text("lastName")),
        email=email,
        phone=e164(named.text("phone"), places["country"]),
        address=Address(**places) if any(places.values()) else None,
    )


def _extra(reader: Reader, external: str) -> dict[str, Any]:
    """What has no field of ours: channel, payment, codes, delivery, what the buyer filled in."""
    codes = [row.text("promoCode") or row.text("name") or row.text("description") for row in _rows(reader)]
    known: dict[str, Any] = {
        "channel": reader.text("channel"),
        "channel_name": reader.text("channelName"),
        "external_reference": external,
        "payment_state": reader.text("paymentState"),
        "prices_include_tax": reader.text("priceTaxInterpretation") == "INCLUSIVE",
        "test": reader.flag("testmode"),
        "discounts": [code for code in codes if code],
        "shipping": minor(reader, "shippingTotal"),
        "shipping_method": [row.text("method") for row in reader.objects("shippingLines") if row.text("method")],
        "form": [[row.text("label"), row.text("value")] for row in reader.objects("formSubmission")],
        "customizations": _customizations(reader),
        "parcels": [row.text("trackingNumber") for row in reader.objects("fulfillments") if row.text("trackingNumber")],
    }
    return {name: value for name, value in known.items() if value}


def _rows(reader: Reader) -> list[Reader]:
    return reader.objects("discountLines")


def _customizations(reader: Reader) -> dict[str, list[list[str]]]:
    """What the buyer asked of a line ("Engraving": "For Ada"), by the line's id."""
    found = {
        line.text("id"): [[row.text("label"), row.text("value")] for row in line.objects("customizations")]
        for line in reader.objects("lineItems")
    }
    return {line: wishes for line, wishes in found.items() if wishes}
