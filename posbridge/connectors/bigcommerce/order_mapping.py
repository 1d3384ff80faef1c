"""BigCommerce's orders in our words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.bigcommerce.reading import (
    DEFAULT_CURRENCY,
    drifting,
    e164,
    ident,
    minor,
    money,
    number,
    opened,
    rows_of,
    when,
    whole,
)
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.customer import Address, Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: What we write as `external_source`: `external_order_id` is our reference only beside it.
SOURCE = "posbridge"
INCOMPLETE = 0
#: Ids, never labels: merchants rename those.
STATES = {
    0: OrderStatus.DRAFT, 1: OrderStatus.OPEN, 2: OrderStatus.COMPLETED, 3: OrderStatus.PREPARING,
    4: OrderStatus.REFUNDED, 5: OrderStatus.CANCELLED, 6: OrderStatus.FAILED, 7: OrderStatus.OPEN,
    8: OrderStatus.READY, 9: OrderStatus.PREPARING, 10: OrderStatus.COMPLETED, 11: OrderStatus.PAID,
    12: OrderStatus.OPEN, 13: OrderStatus.OPEN, 14: OrderStatus.PARTIALLY_REFUNDED,
}  # fmt: skip
_PAID = ("captured", "paid", "partially refunded", "refunded")
_UNPAID = ("authorized", "capture pending", "declined", "held for review", "pending", "void", "void pending")
_PLACES = {
    "line1": "street_1", "line2": "street_2", "city": "city", "region": "state", "postcode": "zip",
    "country": "country_iso2",
}  # fmt: skip


@drifting
def to_order(raw: Any, *, products: Any = None, currency: str = DEFAULT_CURRENCY) -> RemoteOrder:
    """One order as v2 sends it. `products` are the rows of its `/products`, which v2 keeps elsewhere; without them
    the lines of an included `consignments` are read.

    `paid` is None where the order does not say (v2 keeps no payment of orders made by a program).
    """
    reader = Reader(opened(raw))
    said = (reader.text("default_currency_code") or reader.text("currency_code") or currency).upper()
    total, refunded = minor(reader, "total_inc_tax", said), minor(reader, "refunded_amount", said) or 0
    state = whole(reader, "status_id")
    off = [minor(reader, key, said) for key in ("discount_amount", "coupon_discount")]
    ours = reader.text("external_source") == SOURCE
    return RemoteOrder(
        id=reader.id(),
        complete=state in STATES and state != INCOMPLETE,
        reference=reader.text("external_order_id").strip() if ours else "",
        number=reader.id(),
        status=_status(state, refunded, total),
        platform_status=reader.text("custom_status") or reader.text("status"),
        currency=said,
        total=total,
        tax=_tax(reader, said, total),
        discount=None if off == [None, None] else sum(one or 0 for one in off),
        paid=_paid(reader.text("payment_status").lower(), total),
        refunded=refunded,
        lines=tuple(_line(Reader(row), said) for row in _rows(reader, products)),
        customer=_customer(reader),
        created_at=when(reader, "date_created"),
        updated_at=when(reader, "date_modified"),
        note=plain_text(reader.text("staff_notes")),
        extra=_extra(reader),
    )


def _status(state: int | None, refunded: int, total: int | None) -> OrderStatus:
    found = OrderStatus.UNKNOWN if state is None else STATES.get(state, OrderStatus.UNKNOWN)
    if refunded > 0 and found not in (OrderStatus.CANCELLED, OrderStatus.REFUNDED):
        return OrderStatus.REFUNDED if total is not None and refunded >= total else OrderStatus.PARTIALLY_REFUNDED
    return found


def _tax(reader: Reader, currency: str, total: int | None) -> int | None:
    """What lies between the two totals; `total_tax` of an order whose totals were given may be reckoned anew."""
    net = minor(reader, "total_ex_tax", currency)
    return minor(reader, "total_tax", currency) if net is None or total is None else total - net


def _paid(state: str, total: int | None) -> int | None:
    if state in _PAID:
        return total
    return 0 if state in _UNPAID else None


def _rows(reader: Reader, products: Any) -> list[Any]:
    """Lines: given apart, or in `consignments`, whose groups each hold `line_items` (perhaps as URLs
    only, which are none)."""
    if products is not None:
        return rows_of(products)
    held = reader.raw.get("products")
    if isinstance(held, list):
        return held
    groups = reader.raw.get("consignments")
    if not isinstance(groups, Mapping):
        return []
    found: list[Any] = []
    for group in groups.values():
        for one in group if isinstance(group, list) else [group]:
            found += Reader(one).items("line_items") if isinstance(one, Mapping) else []
    return [row for row in found if not (isinstance(row, Mapping) and "quantity" not in row)]


def _line(row: Reader, currency: str) -> RemoteLine:
    """A line; `total` is tax in and before discounts, which stand in `applied_discounts`."""
    quantity = number(row, "quantity")
    options = [one_line(one.text("display_value")) for one in row.objects("product_options")]
    name = one_line(row.text("name"))
    return RemoteLine(
        id=row.text("id"),
        variant_id=ident(row, "variant_id"),
        product_id=ident(row, "product_id"),
        sku=row.text("sku"),
        title=" · ".join(filter(None, [name, *options])) or "Article",
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=money(row, "price_inc_tax", currency),
        discount=sum(minor(one, "amount", currency) or 0 for one in row.objects("applied_discounts")),
        tax=minor(row, "total_tax", currency),
        total=minor(row, "total_inc_tax", currency),
    )


def _customer(reader: Reader) -> Customer | None:
    """Who bought, as the order says it; a guest has no id (0). None without any of it."""
    named = reader.object("billing_address")
    places = {ours: one_line(named.text(theirs)) for ours, theirs in _PLACES.items()}
    email, customer = named.text("email").strip(), ident(reader, "customer_id")
    if not (named.raw or customer):
        return None
    return Customer(
        id=customer,
        first_name=one_line(named.text("first_name")),
        last_name=one_line(named.text("last_name")),
        company=one_line(named.text("company")),
        email=email,
        phone=e164(named.text("phone"), places["country"]),
        address=Address(**places) if any(places.values()) else None,
    )


def _extra(reader: Reader) -> dict[str, Any]:
    """What has no field of ours."""
    known: dict[str, Any] = {
        "payment_method": reader.text("payment_method"),
        "payment_status": reader.text("payment_status"),
        "external_source": reader.text("external_source"),
        "external_order_id": reader.text("external_order_id"),
        "channel_id": ident(reader, "channel_id"),
        "order_source": reader.text("order_source"),
        "customer_message": plain_text(reader.text("customer_message")),
        "shipping": _more_than_nothing(reader, "shipping_cost_inc_tax"),
        "gift_certificates": _more_than_nothing(reader, "gift_certificate_amount"),
        "store_credit": _more_than_nothing(reader, "store_credit_amount"),
        "prices_include_tax": reader.flag("is_tax_inclusive_pricing"),
        "archived": reader.flag("is_deleted"),
    }
    return {name: value for name, value in known.items() if value}


def _more_than_nothing(reader: Reader, key: str) -> str:
    value = number(reader, key)
    return str(value) if value else ""


@drifting
def refund_of(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> tuple[str, str, int]:
    """(id, reason, amount in minor units) of one refund, also inside `data`."""
    reader = Reader(opened(raw))
    reasons = [reader.text("reason"), *(item.text("reason") for item in reader.objects("items"))]
    return reader.id(), " ".join(filter(None, reasons)), minor(reader, "total_amount", currency) or 0
