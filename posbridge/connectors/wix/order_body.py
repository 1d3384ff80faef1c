"""Our orders and refunds as Wix takes them. Wix reckons nothing again: what is sent here is what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.wix.order_mapping import APPROVED, STORES
from posbridge.connectors.wix.reading import minor, price_of, stamp
from posbridge.domain.catalog import variant_title
from posbridge.domain.order import Order, OrderDiscount, OrderLine, Tender, TenderKind
from posbridge.domain.refund import Refund

#: Most lines of an order, and most pieces of a line.
MOST_LINES, MOST_PIECES = 300, 100_000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_QUIET = {"sendNotificationToBuyer": False, "sendNotificationsToBusiness": False}


def from_order(
    order: Order, links: Mapping[str, RemoteVariant] | None = None, *, customer_id: str = "", location: str = "",
    notify: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The body of Create Order. Nothing is paid by it; it lowers the stock of the lines that name an article.

    A line without link, or of a broken quantity, is free text. The reference is what our look-up searches. Raises
    ValidationError for more lines than Wix takes.
    """
    if len(order.lines) > MOST_LINES:
        raise ValidationError(f"Wix takes {MOST_LINES} lines an order, not {len(order.lines)}.")
    body: dict[str, Any] = {
        "channelInfo": {"type": "OTHER_PLATFORM", "externalOrderId": order.reference},
        "purchasedDate": stamp(order.captured_at),
        "currency": order.currency,
        "lineItems": [_line(line, order, (links or {}).get(line.variant_id)) for line in order.lines],
        "priceSummary": _summary(order),
        "appliedDiscounts": [_discount(one, order.currency) for one in order.discounts if one.amount],
        "taxIncludedInPrices": order.prices_include_tax,
        "paymentStatus": "NOT_PAID",
        "customFields": _fields(order),
        **_buyer(order, customer_id),
    }
    body |= {"businessLocation": {"id": location}} if location else {}
    body |= {"buyerNote": order.note[:1000]} if order.note else {}
    notices = {**_QUIET, "sendNotificationToBuyer": notify}
    return {"order": body, "settings": {"orderApprovalStrategy": "DEFAULT", "notifications": notices}}


def _summary(order: Order) -> dict[str, Any]:
    """Total = subtotal + shipping + tax − discount, in gross shops too: there the subtotal is what is left of it."""
    totals = order.totals
    parts = {
        "subtotal": totals.total - totals.tax + totals.discount,
        "shipping": 0,
        "tax": totals.tax,
        "discount": totals.discount,
        "total": totals.total,
    }
    return {name: price_of(value, order.currency) for name, value in parts.items()}


def _line(line: OrderLine, order: Order, link: RemoteVariant | None) -> dict[str, Any]:
    def price(value: int) -> dict[str, str]:
        return price_of(value, order.currency)

    whole = _is_whole(line)
    unit = price(line.unit_price.amount if whole else line.subtotal)
    body: dict[str, Any] = {
        "productName": {"original": _name(line, whole)[:200] or "Article"},
        "quantity": int(line.quantity) if whole else 1,
        "itemType": {"preset": "PHYSICAL"},
        "price": unit,
        "priceBeforeDiscounts": unit,
        "totalDiscount": price(line.discount),
        "totalPriceBeforeTax": price(line.total - line.tax),
        "totalPriceAfterTax": price(line.total),
        "taxInfo": _tax(line, order),
        "physicalProperties": {"sku": line.sku[:40], "shippable": False} if line.sku else {"shippable": False},
    }
    return {**body, "catalogReference": _reference(link)} if link is not None and whole else body


def _is_whole(line: OrderLine) -> bool:
    """Whether the line is so many pieces at its price: weighed goods and prices that do not divide are one piece."""
    whole = line.quantity == line.quantity.to_integral_value() and line.quantity <= MOST_PIECES
    return whole and line.unit_price.amount * int(line.quantity) == line.subtotal


def _name(line: OrderLine, whole: bool) -> str:
    title = variant_title(line.title, line.option_values)
    if whole:
        return title
    unit = "" if line.unit == "piece" else f" {line.unit}"
    return f"{title[:170]} ({line.quantity.normalize():f}{unit})"


def _reference(link: RemoteVariant) -> dict[str, Any]:
    """A product without variants of its own (V1) is named alone: our id of its variant is the product's."""
    product = link.product_id or link.variant_id
    reference: dict[str, Any] = {"appId": STORES, "catalogItemId": product}
    return reference if link.variant_id == product else {**reference, "options": {"variantId": link.variant_id}}


def _tax(line: OrderLine, order: Order) -> dict[str, Any]:
    rate = sum((Fraction(tax.percent) for tax in line.taxes), Fraction(0)) / 100
    return {
        "taxAmount": price_of(line.tax, order.currency),
        "taxableAmount": price_of(line.total - line.tax, order.currency),
        "taxRate": f"{Decimal(rate.numerator) / Decimal(rate.denominator):f}",
        "taxIncludedInPrice": order.prices_include_tax,
    }


def _discount(one: OrderDiscount, currency: str) -> dict[str, Any]:
    """By code as a coupon, else as the merchant's own. Wix counts no use of the coupon for it."""
    taken = price_of(one.amount, currency)
    if one.code and _GUID.fullmatch(one.discount_id):
        coupon = {"id": one.discount_id, "code": one.code, "name": one.name or one.code, "amount": taken}
        return {"discountType": "GLOBAL", "coupon": coupon}
    words = " ".join(filter(None, (one.code, one.name if one.name != one.code else ""))) or "Discount"
    return {"discountType": "GLOBAL", "merchantDiscount": {"description": words[:200], "amount": taken}}


def _fields(order: Order) -> list[dict[str, str]]:
    """What a person who opens the order there should see."""
    known = {
        "Till order": str(order.id),
        "Receipt": order.receipt_number,
        "Till": order.device,
        "Cashier": order.cashier,
        "Sold at": stamp(order.captured_at),
    }
    notes = [f"{line.title}: {line.note}" for line in order.lines if line.note]
    known["Notes"] = "; ".join(notes)[:500]
    return [{"title": title, "value": value} for title, value in known.items() if value]


def _buyer(order: Order, customer_id: str) -> dict[str, Any]:
    """Who bought: the contact there, and the name and number for a person to read."""
    buyer = order.customer
    info = {"contactId": customer_id} if _GUID.fullmatch(customer_id) else {}
    if buyer is None:
        return {"buyerInfo": info} if info else {}
    if _EMAIL.fullmatch(buyer.email):
        info["email"] = buyer.email
    said = {"firstName": buyer.first_name, "lastName": buyer.last_name, "phone": buyer.phone, "company": buyer.company}
    details = {name: value[:100] for name, value in said.items() if value}
    made: dict[str, Any] = {"buyerInfo": info} if info else {}
    return {**made, "billingInfo": {"contactDetails": details}} if details else made


def without_buyer(body: Mapping[str, Any]) -> dict[str, Any]:
    """The same order of a guest."""
    order = {name: value for name, value in body["order"].items() if name not in ("buyerInfo", "billingInfo")}
    return {**body, "order": order}


# payments
def payment_key(order: Order, tender: Tender) -> str:
    """What makes a payment known there: Wix refuses a second one of this id."""
    return f"{order.id}-{tender.id}"[:100]


def from_tenders(order: Order) -> list[dict[str, Any]]:
    """All ways of paying as payments beside the order: each was taken at the till, none by Wix."""
    return [_payment(tender, order) for tender in order.tenders]


def _payment(tender: Tender, order: Order) -> dict[str, Any]:
    details: dict[str, Any] = {
        "offlinePayment": True,
        "providerTransactionId": payment_key(order, tender),
        "paymentMethodName": {"userDefinedName": _method(tender)},
    }
    if tender.kind is TenderKind.CARD and (tender.last_four or tender.brand):
        card = {"lastFourDigits": tender.last_four, "brand": tender.brand[:100]}
        details["creditCardDetails"] = {name: value for name, value in card.items() if value}
    return {
        "amount": price_of(tender.amount, order.currency),
        "createdDate": stamp(order.captured_at),
        "status": "APPROVED",
        "regularPaymentDetails": details,
    }


def _method(tender: Tender) -> dict[str, str]:
    if tender.kind is TenderKind.CASH and not tender.label:
        return {"predefined": "CASH"}
    names = {TenderKind.CASH: "Cash", TenderKind.CARD: "Card terminal", TenderKind.GIFT_CARD: "Gift card"}
    words = " ".join(filter(None, (tender.label or names.get(tender.kind, "Other"), tender.gift_card)))
    return {"custom": words[:150]}


def known_payments(payments: Sequence[Any]) -> set[str]:
    """Our ids of the payments that are there."""
    rows = [Reader(row).object("regularPaymentDetails") for row in payments]
    return {row.text("providerTransactionId") for row in rows} - {""}


# refunds
def from_refund(
    refund: Refund, payments: Sequence[Any] = (), remote_lines: Mapping[str, str] | None = None,
    *, order_id: str = "", given: Sequence[Any] = (),
) -> dict[str, Any]:  # fmt: skip
    """The body of Refund Payments: money that the till gave back, and what comes back to stock.

    `payments` are the order's, `given` its refunds so far. Raises ValidationError when more is given back than came.
    """
    lines, links = [], remote_lines or {}
    for line in refund.lines:
        whole = line.quantity == line.quantity.to_integral_value()
        if (there := links.get(line.line_id)) and whole:
            lines.append((line, {"lineItemId": there, "quantity": int(line.quantity)}))
    effects: dict[str, Any] = {"notifications": {"sendCustomerEmail": False}}
    if restock := [body for line, body in lines if line.restock]:
        effects["restock"] = {"lineItems": restock}
    made: dict[str, Any] = {
        "orderId": order_id,
        "paymentRefunds": _shares(refund, payments, given),
        "sideEffects": effects,
        "customerReason": f"[{refund.reference}] {refund.reason}".strip()[:200],
    }
    return {**made, "refundItems": {"lineItems": [body for _, body in lines]}} if lines else made


def _shares(refund: Refund, payments: Sequence[Any], given: Sequence[Any]) -> list[dict[str, Any]]:
    """Each payment's share: those that the tenders name first, then what is left of the others."""
    left = _left(payments, given, refund.currency)
    named = {_tender_of(row): Reader(row).id() for row in payments}
    shares: dict[str, int] = {}
    rest = refund.amount
    for tender in refund.tenders:
        ident = named.get(tender.refund_of, "") if tender.refund_of else ""
        rest -= _take(shares, left, ident, min(tender.amount, rest))
    for ident in left:
        rest -= _take(shares, left, ident, rest)
    if rest:
        raise ValidationError("Wix has less money on this order than is to be given back.")
    return [
        {"paymentId": ident, "amount": price_of(share, refund.currency), "externalRefund": True}
        for ident, share in shares.items()
    ]


def _take(shares: dict[str, int], left: dict[str, int], ident: str, wanted: int) -> int:
    taken = min(left.get(ident, 0), wanted)
    if taken > 0:
        left[ident] -= taken
        shares[ident] = shares.get(ident, 0) + taken
    return max(taken, 0)


def _left(payments: Sequence[Any], given: Sequence[Any], currency: str) -> dict[str, int]:
    """What each payment still holds, by its id."""
    rows = [Reader(row) for row in payments]
    left = {row.id(): minor(row, "amount", currency) or 0 for row in rows if row.text("status") in APPROVED}
    for refund in given:
        for row in Reader(refund).objects("transactions"):
            if row.text("refundStatus") != "FAILED" and row.text("paymentId") in left:
                left[row.text("paymentId")] -= minor(row, "amount", currency) or 0
    return left


def _tender_of(row: Any) -> str:
    """The tender behind a payment of ours: "<order's UUID>-<tender's id>"."""
    return Reader(row).object("regularPaymentDetails").text("providerTransactionId")[37:]
