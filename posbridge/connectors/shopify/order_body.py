"""Our order → the input of orderCreate: prices, taxes and payments as on the receipt, nothing reckoned again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.shopify.order_mapping import DISCOUNTS, LINE, ORDER_UUID, RECEIPT, REFERENCE, TAG, TILL
from posbridge.connectors.shopify.reading import gid, whole
from posbridge.domain.basket import TaxAmount
from posbridge.domain.catalog import variant_title
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind

#: Arrays of an input hold no more.
MOST_LINES = 250
#: Our unique mark on orders, where its definition was made at installation.
NAMESPACE, MARK = "$app:posbridge", "order_reference"
_GATEWAYS = {TenderKind.CASH: "cash", TenderKind.CARD: "card", TenderKind.GIFT_CARD: "gift_card"}


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] | None = None,
    *,
    customer_id: str = "",
    location: str = "",
    marked: bool = False,
) -> dict[str, Any]:
    """The `order` of orderCreate. A line without a link, or of a broken quantity, is a custom line.

    All discounts go as one fixed amount (the only way in which orderCreate takes them to the cent), named by their
    codes; each line says its own share. `marked` adds the unique metafield. Raises ValidationError above 250 lines.
    """
    if len(order.lines) > MOST_LINES:
        raise ValidationError(f"Shopify takes at most {MOST_LINES} lines an order.")
    links = links or {}
    body: dict[str, Any] = {
        "sourceIdentifier": order.reference,
        "sourceName": "posbridge",
        "tags": ["posbridge", f"{TAG}{order.reference}"],
        "customAttributes": _attributes(order),
        "currency": order.currency,
        "processedAt": stamp(order.captured_at),
        "taxesIncluded": order.prices_include_tax,
        "lineItems": [_line(line, links, order) for line in order.lines],
    }
    body |= _discount(order) | _paid(order, location) | _handed_over(location)
    body |= {"note": order.note} if order.note else {}
    body |= _buyer(order, customer_id)
    if marked:
        mark = {"namespace": NAMESPACE, "key": MARK, "type": "id", "value": order.reference}
        body["metafields"] = [mark]
    return body


def stamp(at: datetime) -> str:
    """A time as Shopify writes it: UTC with Z, whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def bag(amount: int, currency: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": Money(amount=amount, currency=currency).plain(), "currencyCode": currency}}


def _attributes(order: Order) -> list[dict[str, str]]:
    entries = {
        REFERENCE: order.reference,
        ORDER_UUID: str(order.id),
        RECEIPT: order.receipt_number,
        TILL: order.device,
        DISCOUNTS: "; ".join(f"{d.name or d.code} −{_plain(d.amount, order)}" for d in order.discounts),
    }
    return [{"key": key, "value": value} for key, value in entries.items() if value]


def _plain(amount: int, order: Order) -> str:
    return Money(amount=amount, currency=order.currency).plain()


def _line(line: OrderLine, links: Mapping[str, RemoteVariant], order: Order) -> dict[str, Any]:
    link = links.get(line.variant_id)
    pieces = whole(line.quantity)
    made: dict[str, Any] = {
        "quantity": int(line.quantity) if pieces else 1,
        "priceSet": bag(line.unit_price.amount if pieces else line.subtotal, order.currency),
        "taxable": bool(line.taxes),
        "requiresShipping": False,
        "properties": _properties(line, order),
    }
    if link is not None and link.variant_id and pieces:
        made["variantId"] = gid("ProductVariant", link.variant_id)
    else:
        made["title"] = _title(line, pieces)
    made |= {"sku": line.sku} if line.sku else {}
    taxes = [_tax(tax, order) for tax in line.taxes if tax.amount]
    return {**made, "taxLines": taxes} if taxes else made


def _title(line: OrderLine, pieces: bool) -> str:
    title = variant_title(line.title, line.option_values) or line.sku or "Article"
    return title if pieces else f"{title} × {line.quantity.normalize():f} {line.unit}"


def _properties(line: OrderLine, order: Order) -> list[dict[str, str]]:
    """Ours (hidden from the customer by its underscore), and what a person who opens the order there should see."""
    shown = [{"name": s.name or s.code or "Discount", "value": f"−{_plain(s.amount, order)}"} for s in line.shares]
    note = [{"name": "Note", "value": line.note}] if line.note else []
    return [{"name": LINE, "value": line.id}, *shown, *note]


def _tax(tax: TaxAmount, order: Order) -> dict[str, Any]:
    rate = Decimal(tax.percent) / 100
    return {"title": tax.name or "Tax", "rate": f"{rate.normalize():f}", "priceSet": bag(tax.amount, order.currency)}


def _discount(order: Order) -> dict[str, Any]:
    if not order.totals.discount:
        return {}
    names = dict.fromkeys(d.code or d.name for d in order.discounts if d.code or d.name)
    amount = bag(order.totals.discount, order.currency)
    return {"discountCode": {"itemFixedDiscountCode": {"code": " + ".join(names) or "Discount", "amountSet": amount}}}


def _paid(order: Order, location: str) -> dict[str, Any]:
    """Each tender is a transaction; a sale of nothing is marked as paid."""
    if not order.tenders:
        return {"financialStatus": "PAID"} if order.totals.total == 0 else {"financialStatus": "PENDING"}
    return {"transactions": [_transaction(tender, order, location) for tender in order.tenders]}


def _transaction(tender: Tender, order: Order, location: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": gateway(tender),
        "amountSet": bag(tender.amount, order.currency),
        "processedAt": stamp(order.captured_at),
        "receiptJson": _receipt(tender),
    }
    made |= {"authorizationCode": tender.reference} if tender.reference else {}
    return {**made, "locationId": gid("Location", location)} if location else made


def gateway(tender: Tender) -> str:
    """The name under which a payment stands; a gift card was charged already, so its id is not sent again."""
    return _GATEWAYS.get(tender.kind) or tender.label or "other"


def _receipt(tender: Tender) -> dict[str, str]:
    known = {
        "posbridge_tender": tender.id,
        "label": tender.label,
        "brand": tender.brand,
        "last_four": tender.last_four,
        "gift_card": tender.gift_card,
    }
    return {name: value for name, value in known.items() if value}


def _handed_over(location: str) -> dict[str, Any]:
    """Goods leave with the customer; with a location that is where they leave from (so is the stock, a guess)."""
    if location:
        return {"fulfillment": {"locationId": gid("Location", location), "notifyCustomer": False}}
    return {"fulfillmentStatus": "FULFILLED"}


def _buyer(order: Order, customer_id: str) -> dict[str, Any]:
    if customer_id:
        return {"customer": {"toAssociate": {"id": gid("Customer", customer_id)}}}
    buyer = order.customer
    if buyer is None or not (buyer.email or buyer.phone):
        return {}
    known = {"email": buyer.email, "phone": buyer.phone, "firstName": buyer.first_name, "lastName": buyer.last_name}
    return {"customer": {"toUpsert": {name: value for name, value in known.items() if value}}}
