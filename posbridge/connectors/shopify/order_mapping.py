"""Shopify's orders → ours."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from posbridge.connectors.shopify import rest_shape
from posbridge.connectors.shopify.people_mapping import read_customer
from posbridge.connectors.shopify.reading import code, first_code, ident, minor, money, readers, tags
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: Keys of our custom attributes on an order, and the beginning of our tag.
REFERENCE, ORDER_UUID, RECEIPT, TILL, DISCOUNTS = (
    "posbridge_reference", "posbridge_order_uuid", "receipt", "till", "discounts",
)  # fmt: skip
#: The key of a line's property that names our line.
LINE = "_posbridge_line"
TAG, SOURCE = "posbridge-", "posbridge"
_BAGS = (
    "totalPriceSet", "currentTotalPriceSet", "subtotalPriceSet", "totalTaxSet", "totalDiscountsSet",
    "totalReceivedSet", "totalRefundedSet",
)  # fmt: skip
_FINANCIAL = {
    "PENDING": OrderStatus.OPEN, "AUTHORIZED": OrderStatus.OPEN, "PARTIALLY_PAID": OrderStatus.OPEN,
    "PAID": OrderStatus.PAID, "PARTIALLY_REFUNDED": OrderStatus.PARTIALLY_REFUNDED, "REFUNDED": OrderStatus.REFUNDED,
    "VOIDED": OrderStatus.CANCELLED, "EXPIRED": OrderStatus.FAILED, "": OrderStatus.OPEN,
}  # fmt: skip


def read_order(raw: Any, currency: str = "USD") -> RemoteOrder:
    """An order as queried or as a webhook sends it. Each shipping line is a line; amounts are the shop's currency."""
    reader = Reader(rest_shape.order(raw) if rest_shape.is_rest(raw) else raw)
    key = ident(reader, "Order")
    reader.object_id = key
    held = first_code(reader, *_BAGS) or code(reader, "currencyCode") or currency
    total = _first(reader, held, "totalPriceSet", "currentTotalPriceSet", "totalPrice", "totalReceivedSet")
    refunded = _refunded(reader, held)
    status = _status(reader)
    return RemoteOrder(
        id=key,
        reference=reference_in(reader),
        number=reader.text("name"),
        status=status,
        platform_status=_words(reader),
        currency=held,
        total=total,
        tax=_first(reader, held, "totalTaxSet", "totalTax"),
        discount=minor(reader, "totalDiscountsSet", held),
        paid=_paid(reader, held, total),
        refunded=refunded,
        lines=tuple(_lines(reader, held)),
        customer=_customer(reader),
        created_at=reader.utc("createdAt"),
        updated_at=reader.utc("updatedAt"),
        note=reader.text("note"),
        url=reader.text("statusPageUrl"),
        extra=_extra(reader),
    )


def _first(reader: Reader, currency: str, *keys: str) -> int | None:
    found = (minor(reader, key, currency) for key in keys)
    return next((amount for amount in found if amount is not None), None)


def attributes(reader: Reader) -> dict[str, str]:
    return {entry.text("key"): entry.text("value") for entry in readers(reader, "customAttributes")}


def reference_in(reader: Reader) -> str:
    """Our reference: the custom attribute, else the source identifier of an order that we made, else our tag."""
    own = attributes(reader).get(REFERENCE, "")
    tagged = next((tag[len(TAG) :] for tag in tags(reader) if tag.lower().startswith(TAG)), "")
    return own or (reader.text("sourceIdentifier") if _ours(reader) else "") or tagged


def _ours(reader: Reader) -> bool:
    return reader.text("sourceName") == SOURCE


def _status(reader: Reader) -> OrderStatus:
    """A cancelled order keeps its financial state; one paid and handed over is complete."""
    if reader.text("cancelledAt"):
        return OrderStatus.CANCELLED
    status = _FINANCIAL.get(reader.text("displayFinancialStatus"), OrderStatus.UNKNOWN)
    over = reader.text("displayFulfillmentStatus") in ("FULFILLED", "FULFILLMENT_NOT_REQUIRED")
    return OrderStatus.COMPLETED if over and status is OrderStatus.PAID else status


def _words(reader: Reader) -> str:
    return "/".join(w for w in (reader.text("displayFinancialStatus"), reader.text("displayFulfillmentStatus")) if w)


def _paid(reader: Reader, currency: str, total: int | None) -> int | None:
    received = minor(reader, "totalReceivedSet", currency)
    if received is not None:
        return received
    done = [t for t in readers(reader, "transactions") if _counts(t)]
    if done:
        return sum(minor(t, "amountSet", currency) or 0 for t in done)
    paid = reader.text("displayFinancialStatus") in ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")
    return total if paid else None


def _counts(transaction: Reader) -> bool:
    return transaction.text("kind") in ("SALE", "CAPTURE") and transaction.text("status", "SUCCESS") == "SUCCESS"


def _refunded(reader: Reader, currency: str) -> int:
    said = minor(reader, "totalRefundedSet", currency)
    if said is not None:
        return said
    rows = readers(reader, "refunds")
    return sum(minor(r, "totalRefundedSet", currency) or _given(r, currency) for r in rows)


def _given(refund: Reader, currency: str) -> int:
    return sum(minor(row, "amount", currency) or 0 for row in readers(refund, "back"))


def _lines(reader: Reader, currency: str) -> Iterator[RemoteLine]:
    included = reader.flag("taxesIncluded")
    for line in readers(reader, "lineItems"):
        yield _line(line, currency, included)
    for shipping in readers(reader, "shippingLines"):
        yield _shipping(shipping, currency, included)


def _line(line: Reader, currency: str, included: bool) -> RemoteLine:
    """`total` is what the customer pays for the line, tax in; None where neither discounts nor taxes were sent."""
    many = line.decimal("quantity") or Decimal(0)
    unit = money(line, "originalUnitPriceSet", currency) or money(line, "originalUnitPrice", currency)
    off, tax = _discount(line, currency, unit.times(many).amount if unit else None), _tax(line, currency)
    before = unit.times(many).amount if unit else None
    known = before is not None and off is not None and tax is not None
    title = " · ".join(one_line(t) for t in (line.text("title"), line.text("variantTitle")) if one_line(t))
    return RemoteLine(
        id=ident(line, "LineItem") if line.raw.get("id") is not None else "",
        variant_id=line.object("variant").text("id"),
        product_id=line.object("product").text("id"),
        sku=line.text("sku"),
        title=title,
        quantity=many,
        unit_price=unit,
        discount=off,
        tax=tax,
        total=(before or 0) - (off or 0) + (0 if included else tax or 0) if known else None,
    )


def _discount(line: Reader, currency: str, before: int | None) -> int | None:
    if line.raw.get("discountAllocations") is not None:
        parts = readers(line, "discountAllocations")
        return sum(minor(part, "allocatedAmountSet", currency) or 0 for part in parts)
    after = minor(line, "discountedTotalSet", currency)
    return None if after is None or before is None else before - after


def _tax(line: Reader, currency: str) -> int | None:
    if line.raw.get("taxLines") is None:
        return None
    return sum(minor(tax, "priceSet", currency) or 0 for tax in readers(line, "taxLines"))


def _shipping(line: Reader, currency: str, included: bool) -> RemoteLine:
    price = _first(line, currency, "discountedPriceSet", "originalPriceSet", "currentDiscountedPriceSet") or 0
    tax = _tax(line, currency) or 0
    total = price if included else price + tax
    title = one_line(line.text("title")) or "Shipping"
    return RemoteLine(id=line.text("id"), title=title, quantity=Decimal(1), tax=tax, total=total)


def _customer(reader: Reader) -> Any:
    raw = reader.raw.get("customer")
    return read_customer(raw) if raw is not None else None


def _extra(reader: Reader) -> dict[str, Any]:
    known: dict[str, Any] = {
        "source": reader.text("sourceName"),
        "source_identifier": reader.text("sourceIdentifier"),
        "email": reader.text("email"),
        "phone": reader.text("phone"),
        "codes": [c for c in reader.items("discountCodes") if isinstance(c, str)],
        "cancel_reason": reader.text("cancelReason"),
        "processed_at": reader.text("processedAt"),
        "test": reader.flag("test"),
        "uuid": attributes(reader).get(ORDER_UUID, ""),
        "refunds": [row.text("id") for row in readers(reader, "refunds") if row.text("id")],
    }
    return {name: value for name, value in known.items() if value}
