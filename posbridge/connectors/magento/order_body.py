"""Our order → Magento's: one write of a finished sale (recorded 137). Magento stores the amounts as they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.magento.people_mapping import UNKNOWN, from_address
from posbridge.connectors.magento.reading import naive, plain_plane
from posbridge.domain.catalog import variant_title
from posbridge.domain.customer import Customer
from posbridge.domain.money import Money, round_fraction
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind

_METHODS = {TenderKind.CASH: "Cash", TenderKind.CARD: "Card", TenderKind.GIFT_CARD: "Gift card"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FINE = Decimal("0.0001")
#: Magento wants an address for each buyer; this one can get no mail (RFC 2606).
NOBODY = "walk-in@example.invalid"


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] | None = None,
    *,
    customer_id: str = "",
    store_id: int = 1,
    payment_method: str = "checkmo",
    shipping_method: str = "flatrate_flatrate",
    country: str = "US",
) -> dict[str, Any]:
    """The body of `PUT orders/create`: complete, paid and handed over, with our totals.

    `increment_id` is our reference: unique in its store, so that a repeat is refused (recorded 115, 140).
    `ext_order_id` holds our UUID without dashes: 32 characters, what is longer would be cut (recorded 120).
    """
    links = links or {}
    rows = [_item(line, order, links.get(line.variant_id), store_id) for line in order.lines]
    address = _address(order, country)
    entity = {
        "increment_id": order.reference,
        "ext_order_id": order.id.hex,
        "state": "complete",
        "status": "complete",
        "store_id": store_id,
        "is_virtual": 0,
        **_buyer(order, customer_id),
        **_currencies(order),
        **_totals(order),
        "created_at": naive(order.captured_at),
        "billing_address": {"address_type": "billing", **address},
        "items": rows,
        "payment": _payment(order, payment_method),
        "status_histories": [_history(words) for words in _words(order)],
        "shipping_description": "In-store sale",
        "extension_attributes": {"shipping_assignments": [_handed_over(rows, address, shipping_method)]},
    }
    entity |= {"customer_note": plain_plane(order.note)} if order.note else {}
    codes = [found.code for found in order.discounts if found.code]
    entity |= {"coupon_code": plain_plane(codes[0])} if codes else {}
    names = [plain_plane(found.name or found.code) for found in order.discounts]
    entity |= {"discount_description": ", ".join(names)[:255]} if any(names) else {}
    return {"entity": entity}


def _handed_over(rows: list[dict[str, Any]], address: Mapping[str, Any], method: str) -> dict[str, Any]:
    """As recorded: an order that is not virtual names how it was shipped, with its rows once more."""
    return {"shipping": {"address": {"address_type": "shipping", **address}, "method": method}, "items": rows}


def _both(values: Mapping[str, Any]) -> dict[str, Any]:
    """Each amount in the order's and in the base currency, which are one for a till."""
    return {**values, **{f"base_{name}": value for name, value in values.items()}}


def _amount(amount: int, order: Order) -> Decimal:
    return Money(amount=amount, currency=order.currency).decimal()


def _currencies(order: Order) -> dict[str, Any]:
    names = ("base_currency_code", "global_currency_code", "order_currency_code", "store_currency_code")
    return {**dict.fromkeys(names, order.currency), "base_to_global_rate": 1, "base_to_order_rate": 1}


def _totals(order: Order) -> dict[str, Any]:
    """Order discounts are negative, a line's positive."""
    parts = [Parts(line) for line in order.lines]
    subtotal, hidden = sum(part.before for part in parts), sum(part.hidden for part in parts)
    off, tax, total = order.totals.discount, order.totals.tax, order.totals.total
    amounts = {
        "subtotal": subtotal,
        "subtotal_incl_tax": sum(
            part.before + part.hidden + line.tax for part, line in zip(parts, order.lines, strict=True)
        ),
        "discount_amount": -off,
        "discount_tax_compensation_amount": hidden,
        "tax_amount": tax,
        "shipping_amount": 0,
        "shipping_tax_amount": 0,
        "grand_total": total,
        "total_due": 0,
        "total_paid": total,
        "total_invoiced": total,
        "subtotal_invoiced": subtotal,
        "tax_invoiced": tax,
        "discount_invoiced": -off,
    }
    quantity = sum((line.quantity for line in order.lines), Decimal(0))
    return {
        **_both({name: _amount(value, order) for name, value in amounts.items()}),
        "total_qty_ordered": quantity,
        "total_item_count": len(order.lines),
    }


class Parts:
    """A line in Magento's parts: before − discount + tax + hidden = total, where `hidden` is the tax that a discount
    on prices with tax took along (`discount_tax_compensation_amount`)."""

    def __init__(self, line: OrderLine) -> None:
        gross = line.total + line.discount
        included = line.subtotal == gross and line.tax != 0
        off_tax = round_fraction(Decimal(line.discount) * line.tax / line.total) if included and line.total else 0
        self.hidden = off_tax
        self.before = gross - line.tax - off_tax


def _item(line: OrderLine, order: Order, link: RemoteVariant | None, store_id: int) -> dict[str, Any]:
    """A row. The variant's own product and SKU are sent, never its parent's: one row a line.

    Without a link the row has no product: the order shows it, and nothing is counted.
    """
    part = Parts(line)
    price = (_amount(part.before, order) / line.quantity).quantize(_FINE, rounding=ROUND_HALF_UP)
    with_tax = part.before + part.hidden + line.tax
    row: dict[str, Any] = {
        "sku": (link.sku if link else "") or line.sku or f"POS-{line.id}",
        "ext_order_item_id": line.id,
        "product_type": "simple",
        "name": plain_plane(variant_title(line.title, line.option_values)),
        "store_id": store_id,
        "is_virtual": 0,
        "is_qty_decimal": int(line.quantity != line.quantity.to_integral_value()),
        "tax_percent": sum((tax.percent for tax in line.taxes), Decimal(0)),
        "discount_percent": 0,
        **_quantities(line),
        **_both(
            {
                "price": price,
                "original_price": price,
                "price_incl_tax": (_amount(with_tax, order) / line.quantity).quantize(_FINE, rounding=ROUND_HALF_UP),
                **{name: _amount(value, order) for name, value in _row_amounts(line, part, with_tax).items()},
            }
        ),
    }
    row |= {"product_id": int(link.variant_id)} if link and link.variant_id.isdecimal() else {}
    return {**row, "additional_data": plain_plane(line.note)} if line.note else row


def _quantities(line: OrderLine) -> dict[str, Decimal]:
    return dict.fromkeys(("qty_ordered", "qty_invoiced", "qty_shipped"), line.quantity)


def _row_amounts(line: OrderLine, part: Parts, with_tax: int) -> dict[str, int]:
    return {
        "row_total": part.before,
        "row_total_incl_tax": with_tax,
        "row_invoiced": part.before,
        "tax_amount": line.tax,
        "tax_invoiced": line.tax,
        "discount_amount": line.discount,
        "discount_invoiced": line.discount,
        "discount_tax_compensation_amount": part.hidden,
    }


def _payment(order: Order, method: str) -> dict[str, Any]:
    """Magento knows one method; all tenders stand in its further information. No part of a card is ever there but
    what the slip shows."""
    return {
        "method": method,
        "account_status": None,
        "cc_last4": next((t.last_four for t in order.tenders if t.last_four), None),
        "additional_information": [_tender_words(tender, order) for tender in order.tenders] or ["Till"],
        **_both({name: _amount(order.totals.total, order) for name in ("amount_ordered", "amount_paid")}),
    }


def _tender_words(tender: Tender, order: Order) -> str:
    name = tender.label or _METHODS.get(tender.kind, "Other")
    more = " ".join(filter(None, (tender.brand, tender.last_four, tender.reference, tender.gift_card)))
    given = (
        f" (given {_amount(tender.tendered, order)}, change {_amount(tender.change, order)})" if tender.change else ""
    )
    return plain_plane(f"{name} {_amount(tender.amount, order)} {more}".strip() + given)


def _words(order: Order) -> list[str]:
    """What a person who opens the order there should see of the sale."""
    till = f"Till sale {order.reference}, receipt {order.receipt_number}, {order.device}"
    discounts = [f"{found.name or found.code}: −{_amount(found.amount, order)}" for found in order.discounts]
    notes = [f"{line.title}: {line.note}" for line in order.lines if line.note]
    paid = [f"Paid: {', '.join(_tender_words(tender, order) for tender in order.tenders)}"] if order.tenders else []
    return [f"{till}, {order.cashier}" if order.cashier else till, *paid, *discounts, *notes]


def _history(words: str) -> dict[str, Any]:
    return {
        "comment": plain_plane(words),
        "status": "complete",
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
        "parent_id": 0,
        "entity_name": "order",
    }


def _buyer(order: Order, customer_id: str) -> dict[str, Any]:
    buyer = order.customer or Customer(id="")
    known = customer_id.isdecimal()
    return {
        "customer_is_guest": 0 if known else 1,
        "customer_group_id": 1 if known else 0,
        "customer_email": email_of(order),
        "customer_firstname": plain_plane(buyer.first_name) or UNKNOWN,
        "customer_lastname": plain_plane(buyer.last_name) or UNKNOWN,
        **({"customer_id": int(customer_id)} if known else {}),
    }


def email_of(order: Order) -> str:
    given = order.customer.email.strip() if order.customer else ""
    return given if _EMAIL.fullmatch(given) else NOBODY


def _address(order: Order, country: str) -> dict[str, Any]:
    """Newer versions refuse an order without address, older ones cannot show it: it always goes along."""
    made = from_address(order.customer or Customer(id=""), {}, country)
    region = made.pop("region", None)
    made.pop("region_id", None)
    return {**made, "email": email_of(order), **({"region": region["region"]} if region else {})}
