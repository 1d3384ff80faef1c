"""Wix's orders in our words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.wix.catalog_v1_mapping import variant_id
from posbridge.connectors.wix.people_mapping import read_address
from posbridge.connectors.wix.reading import (
    DEFAULT_CURRENCY,
    code_of,
    drifting,
    e164,
    minor,
    money,
    number,
    opened,
)
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: The stores app in catalogue references; the second stands in older orders.
STORES = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
STORES_APPS = (STORES, "1380b703-ce81-ff05-f115-39571d94dfcd")
#: Channels whose external id is a till's: others (eBay, Amazon …) put ids of their own there.
OUR_CHANNELS = ("OTHER_PLATFORM", "POS")
PAID = ("PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED")
#: Payments in these states have brought their money.
APPROVED = ("APPROVED", "REFUNDED", "PARTIALLY_REFUNDED")
_GONE = ("CANCELED", "REJECTED")


@drifting
def to_order(raw: Any, *, currency: str = DEFAULT_CURRENCY, payments: Sequence[Any] | None = None) -> RemoteOrder:
    """One order as Wix sends it, also inside `{"order": …}`.

    `payments` are its payments where they were read apart: `paymentStatus` follows them a little later. An order of a
    till that is not wholly paid and handed over is not complete.
    """
    reader = Reader(opened(raw, "order", "orders"))
    held = code_of(reader, currency)
    summary = reader.object("priceSummary")
    total = _total(summary, held)
    paid = _paid(reader, held, total, payments)
    reference = reference_in(reader)
    settled = paid is not None and paid >= total
    return RemoteOrder(
        id=reader.id(),
        complete=not reference or _is_complete(reader, settled),
        reference=reference,
        number=reader.text("number"),
        status=_status(reader, settled),
        platform_status=reader.text("status"),
        currency=held,
        total=total,
        tax=minor(summary, "tax", held),
        discount=minor(summary, "discount", held),
        paid=paid,
        refunded=minor(reader.object("balanceSummary"), "refunded", held) or 0,
        lines=tuple(_line(row, held) for row in reader.objects("lineItems")),
        customer=_customer(reader),
        created_at=reader.utc("purchasedDate") or reader.utc("createdDate"),
        updated_at=reader.utc("updatedDate"),
        note=reader.text("buyerNote"),
        extra=_extra(reader),
    )


def reference_in(reader: Reader) -> str:
    """Our reference, "" where another channel's id stands there."""
    channel = reader.object("channelInfo")
    return channel.text("externalOrderId") if channel.text("type") in OUR_CHANNELS else ""


def _total(summary: Reader, currency: str) -> int:
    """Older data calls it `totalPrice`."""
    for name in ("total", "totalPrice"):
        found = minor(summary, name, currency)
        if found is not None:
            return found
    raise SchemaDrift("The order says no total.", object_id=summary.object_id)


def _paid(reader: Reader, currency: str, total: int, payments: Sequence[Any] | None) -> int | None:
    """What came in, refunds not taken off."""
    if payments is not None:
        rows = [Reader(row) for row in payments]
        return sum(minor(row, "amount", currency) or 0 for row in rows if row.text("status") in APPROVED)
    status, told = reader.text("paymentStatus"), minor(reader.object("balanceSummary"), "paid", currency)
    if status in PAID:
        return max(total, told or 0) if status != "PAID" or not told else told
    if told is not None:
        return told
    return 0 if status == "NOT_PAID" else None


def _is_complete(reader: Reader, settled: bool) -> bool:
    return reader.text("status") in _GONE or (settled and reader.text("fulfillmentStatus") == "FULFILLED")


def _status(reader: Reader, settled: bool) -> OrderStatus:
    status, payment = reader.text("status"), reader.text("paymentStatus")
    if status in _GONE:
        return OrderStatus.CANCELLED
    if payment == "FULLY_REFUNDED":
        return OrderStatus.REFUNDED
    if payment == "PARTIALLY_REFUNDED":
        return OrderStatus.PARTIALLY_REFUNDED
    if status == "INITIALIZED":
        return OrderStatus.DRAFT
    if settled and payment != "PENDING":
        return OrderStatus.COMPLETED if reader.text("fulfillmentStatus") == "FULFILLED" else OrderStatus.PAID
    return OrderStatus.OPEN


def _line(row: Reader, currency: str) -> RemoteLine:
    product, variant = _goods(row)
    tax = minor(row.object("taxInfo"), "taxAmount", currency)
    if tax is None:
        tax = minor(row.object("taxDetails"), "totalTax", currency)
    return RemoteLine(
        id=row.text("id"),
        variant_id=variant,
        product_id=product,
        sku=row.object("physicalProperties").text("sku").strip(),
        title=_title(row),
        quantity=number(row, "quantity") or Decimal(1),
        unit_price=money(row, "priceBeforeDiscounts", currency) or money(row, "price", currency),
        discount=minor(row, "totalDiscount", currency),
        tax=tax,
        total=minor(row, "totalPriceAfterTax", currency),
    )


def _goods(row: Reader) -> tuple[str, str]:
    """(product, variant) of a line of the store's; a product without variants of its own stands for both."""
    reference = row.object("catalogReference")
    if reference.text("appId") not in STORES_APPS:
        return "", ""
    product = reference.text("catalogItemId")
    return product, variant_id(product, reference.object("options").text("variantId"))


def _title(row: Reader) -> str:
    """The article with its choices, which stand in lines of their own."""
    name = row.object("productName")
    shown = [row.object("plainText").text("original") for row in row.objects("descriptionLines")]
    title = one_line(name.text("original") or name.text("translated"))
    return " · ".join([title, *(one_line(each) for each in shown if each)])


def _customer(reader: Reader) -> Customer | None:
    """Who bought, with what billing says; a guest without a contact is none."""
    buyer = reader.object("buyerInfo")
    ident = buyer.text("contactId")
    if not ident:
        return None
    billing = reader.object("billingInfo") if reader.object("billingInfo").raw else reader.object("recipientInfo")
    details, address = billing.object("contactDetails"), billing.object("address")
    return Customer(
        id=ident,
        first_name=one_line(details.text("firstName")),
        last_name=one_line(details.text("lastName")),
        company=one_line(details.text("company")),
        email=buyer.text("email").strip(),
        phone=e164(details.text("phone"), address.text("country")),
        address=read_address(address),
    )


def _extra(reader: Reader) -> dict[str, Any]:
    known: dict[str, Any] = {
        "channel": reader.object("channelInfo").text("type"),
        "payment_status": reader.text("paymentStatus"),
        "fulfillment_status": reader.text("fulfillmentStatus"),
        "buyer_email": reader.object("buyerInfo").text("email"),
        "coupons": [code for code in (_coupon(row) for row in reader.objects("appliedDiscounts")) if code],
        "fields": {row.text("title"): str(row.raw.get("value")) for row in reader.objects("customFields")},
    }
    return {name: value for name, value in known.items() if value}


def _coupon(row: Reader) -> str:
    return row.object("coupon").text("code")
