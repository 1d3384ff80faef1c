"""Orders of both sections → ours. The token is the id: only it finds an order again (recorded, chapter Sale)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.sylius.reading import (
    code_of,
    count,
    drifting,
    minor,
    moment,
    objects,
    phone,
    ref,
    refs,
    single,
)
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

MARK = "posbridge"
_OURS = re.compile(rf"^{MARK} (\S{{1,20}}) ([0-9a-f-]{{36}})", re.MULTILINE)
_PLACED = ("new", "fulfilled", "cancelled")
_SETTLED = ("paid", "refunded", "partially_refunded")


@drifting
def to_order(raw: Any, *, currency: str = "USD", zone: str = "UTC") -> RemoteOrder:
    """One order as either section sends it, also inside a page of one. A cart is a DRAFT and not complete.

    `currency` stands in where the answer has none. Raises SchemaDrift with the order's token.
    """
    reader = Reader(single(raw), "tokenValue")
    money_of = reader.text("currencyCode").upper() or currency
    token = reader.text("tokenValue") or code_of(reader.raw.get("@id")) or reader.id()
    said = _text(reader, "notes")
    ours = _OURS.search(said)
    status, total = status_of(reader), minor(reader, "total") or 0
    waiting = ours is not None and _half_made(reader, status)
    return RemoteOrder(
        id=token,
        complete=placed(reader) and not waiting,
        reference=ours[1] if ours else "",
        number=_text(reader, "number"),
        status=status,
        platform_status=" / ".join(filter(None, (_text(reader, name) for name in _STATES))),
        currency=money_of,
        total=total,
        tax=minor(reader, "taxTotal"),
        discount=_discount(reader),
        paid=_paid(reader, total),
        refunded=total if reader.text("paymentState") == "refunded" else 0,
        lines=tuple(_line(row, reader, money_of) for row in objects(reader, "items")),
        customer=_customer(reader),
        created_at=moment(reader, "checkoutCompletedAt", zone),
        note=said,
        extra=_extra(reader),
    )


_STATES = ("state", "checkoutState", "paymentState", "shippingState")


def _text(reader: Reader, key: str) -> str:
    return reader.text(key).strip()


def placed(reader: Reader) -> bool:
    """Whether the checkout was completed. Odd words are taken for what the other state says (facts, 5c)."""
    return _text(reader, "state") in _PLACED or _text(reader, "checkoutState") == "completed"


def status_of(reader: Reader) -> OrderStatus:
    """A cancelled order may stay "paid" there, a refunded one "fulfilled" (recorded, chapter Money)."""
    state, paid = _text(reader, "state"), _text(reader, "paymentState")
    if not placed(reader):
        return OrderStatus.DRAFT if state in ("cart", "") else OrderStatus.UNKNOWN
    if paid == "refunded":
        return OrderStatus.REFUNDED
    if state == "cancelled":
        return OrderStatus.CANCELLED
    if paid == "partially_refunded":
        return OrderStatus.PARTIALLY_REFUNDED
    if state == "fulfilled":
        return OrderStatus.COMPLETED
    if paid == "paid":
        return OrderStatus.PAID
    return OrderStatus.OPEN if state == "new" else OrderStatus.UNKNOWN


def _half_made(reader: Reader, status: OrderStatus) -> bool:
    """Placed by us, and not yet paid, not handed over, or in a state whose word is not known."""
    at_hand = status is OrderStatus.PAID and _text(reader, "shippingState") == "ready"
    return at_hand or status in (OrderStatus.OPEN, OrderStatus.UNKNOWN)


def _paid(reader: Reader, total: int) -> int | None:
    """The order says a word only; the amounts are in its payments (recorded 109)."""
    state = reader.text("paymentState")
    if state in _SETTLED:
        return total
    return None if state in ("partially_paid", "partially_authorized", "") else 0


def _discount(reader: Reader) -> int | None:
    """All that promotions took off, as an amount above zero (facts, 5a)."""
    goods, way = minor(reader, "orderPromotionTotal"), minor(reader, "shippingPromotionTotal")
    return None if goods is None else -(goods + (way or 0))


def _line(row: Reader, order: Reader, currency: str) -> RemoteLine:
    quantity = count(row, "quantity") or Decimal(0)
    price, total = minor(row, "unitPrice"), minor(row, "total")
    name, kind = one_line(row.text("productName")), one_line(row.text("variantName"))
    variant = ref(row, "variant")
    return RemoteLine(
        id=row.text("id") or code_of(row.raw.get("@id")),
        variant_id=variant,
        sku=variant,
        title=f"{name} – {kind}" if name and kind and kind != name else name or kind,
        quantity=quantity,
        unit_price=None if price is None else Money(amount=price, currency=currency),
        discount=_line_discount(order, quantity, price, total),
        total=total,
    )


def _line_discount(order: Reader, quantity: Decimal, price: int | None, total: int | None) -> int | None:
    """What is left of the line tells it, unless tax was put on top; then only the adjustments know."""
    if price is None or total is None or minor(order, "taxExcludedTotal") != 0 or quantity % 1:
        return None
    off = int(quantity) * price - total
    return off if off >= 0 else None


def _customer(reader: Reader) -> Customer | None:
    """Null on a new cart, an object in the shop section, an IRI in the admin section (recorded, chapter Fields)."""
    who, where = reader.raw.get("customer"), _address_of(reader)
    if who is None:
        return None
    inner = Reader(who) if isinstance(who, Mapping) else Reader({})
    ident = code_of(who.get("@id") or who.get("id")) if isinstance(who, Mapping) else ref(reader, "customer")
    return Customer(
        id=ident,
        first_name=one_line(inner.text("firstName") or where.text("firstName")),
        last_name=one_line(inner.text("lastName") or where.text("lastName")),
        company=one_line(where.text("company")),
        email=inner.text("email").strip(),
        phone=phone(inner.text("phoneNumber") or where.text("phoneNumber")),
        address=address(where),
    )


def _address_of(reader: Reader) -> Reader:
    """An address that is only an IRI says nothing here."""
    for key in ("billingAddress", "shippingAddress"):
        if isinstance(reader.raw.get(key), Mapping):
            return reader.object(key)
    return Reader({})


def address(reader: Reader) -> Address | None:
    """None for an empty one."""
    made = Address(
        line1=one_line(reader.text("street")),
        city=one_line(reader.text("city")),
        region=one_line(reader.text("provinceName") or reader.text("provinceCode")),
        postcode=one_line(reader.text("postcode")),
        country=reader.text("countryCode").upper(),
    )
    return made if any(made.model_dump().values()) else None


def _extra(reader: Reader) -> dict[str, Any]:
    """What later calls need: the ids of payments and shipments, the channel, the coupon."""
    held = {
        "payments": refs(reader, "payments"),
        "shipments": refs(reader, "shipments"),
        "channel": ref(reader, "channel"),
        "coupon": ref(reader, "promotionCoupon"),
        "payment_state": _text(reader, "paymentState"),
        "shipping_state": _text(reader, "shippingState"),
    }
    return {name: value for name, value in held.items() if value}


def token_of(raw: Any) -> str:
    """The key of an order. Raises SchemaDrift when it has none."""
    token = Reader(raw, "tokenValue").text("tokenValue")
    if not token:
        raise SchemaDrift("An order without its token.")
    return token
