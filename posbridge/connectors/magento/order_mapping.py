"""Orders → ours: our own read back, and those made in the web shop."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.magento.people_mapping import UNKNOWN, read_address
from posbridge.connectors.magento.reading import as_money, minor, money, phone, utc
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.ids import reference_of
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: By state: merchants invent statuses, states are fixed (the contract's section 5c).
STATUS = {
    "new": OrderStatus.OPEN,
    "pending_payment": OrderStatus.OPEN,
    "payment_review": OrderStatus.OPEN,
    "holded": OrderStatus.OPEN,
    "processing": OrderStatus.PAID,
    "complete": OrderStatus.COMPLETED,
    "closed": OrderStatus.REFUNDED,
    "canceled": OrderStatus.CANCELLED,
}


def read_order(raw: Any, currency: str = "USD") -> RemoteOrder:
    """An order as listed or read. `total` is its worth before gift cards and store credit; shipping is a line."""
    reader = Reader(raw, "entity_id")
    held = reader.text("order_currency_code").upper() or currency
    beside = _beside(reader, held)
    total = _total(reader, held) + beside
    refunded = minor(reader, "total_refunded", held)
    return RemoteOrder(
        id=_id(reader),
        reference=reference_in(reader),
        number=reader.text("increment_id") or _id(reader),
        status=_status(reader, refunded),
        platform_status=reader.text("status") or reader.text("state"),
        currency=held,
        total=total,
        tax=minor(reader, "tax_amount", held) if reader.raw.get("tax_amount") is not None else None,
        discount=_discount(reader, held),
        paid=_paid(reader, held, beside),
        refunded=refunded,
        lines=tuple(_lines(reader, held)),
        customer=_customer(reader),
        created_at=utc(reader, "created_at"),
        updated_at=utc(reader, "updated_at"),
        note=reader.text("customer_note"),
        extra=_extra(reader),
    )


def _id(reader: Reader) -> str:
    """The key of the API; what people see is `increment_id` (an answer cut by `fields` may hold only that)."""
    return reader.id("entity_id") if reader.raw.get("entity_id") is not None else reader.id("increment_id")


def _total(reader: Reader, currency: str) -> int:
    found = money(reader, "grand_total", currency)
    if found is None:
        raise SchemaDrift("The order says no total.", object_id=reader.object_id)
    return found.amount


def _beside(reader: Reader, currency: str) -> int:
    """What gift cards and store credit paid: Commerce takes it off the total."""
    inner = reader.object("extension_attributes")
    return minor(inner, "gift_cards_amount", currency) + minor(inner, "customer_balance_amount", currency)


def _discount(reader: Reader, currency: str) -> int | None:
    """Negative there; what shipping lost is in it (the contract's trap 8)."""
    found = money(reader, "discount_amount", currency)
    return abs(found.amount) if found is not None else None


def _paid(reader: Reader, currency: str, beside: int) -> int | None:
    """`total_paid` is left out while nothing was paid."""
    if reader.raw.get("total_paid") is None and reader.raw.get("total_due") is None:
        return None
    return minor(reader, "total_paid", currency) + beside


def reference_in(reader: Reader) -> str:
    """Our reference: the number of an order whose `ext_order_id` is the UUID that the reference was made from."""
    number = reader.text("increment_id")
    made_from = reader.text("ext_order_id")
    if len(made_from) != 32 or not number:
        return ""
    try:
        return number if reference_of(UUID(hex=made_from))[1:] == number[-16:] else ""
    except ValueError:
        return ""


def _status(reader: Reader, refunded: int) -> OrderStatus:
    status = STATUS.get(reader.text("state"), OrderStatus.UNKNOWN)
    part = refunded > 0 and status in (OrderStatus.PAID, OrderStatus.COMPLETED)
    return OrderStatus.PARTIALLY_REFUNDED if part else status


def _lines(reader: Reader, currency: str) -> Iterator[RemoteLine]:
    """A configurable comes as two rows of one SKU: the parent bears the money, the child the product (recorded 173)."""
    rows = reader.objects("items")
    children: dict[str, Reader] = {}
    for row in rows:
        if mother := _mother(row):
            children.setdefault(mother, row)
    for row in rows:
        if not _mother(row):
            yield _line(row, children.get(row.text("item_id")), currency)
    shipping = minor(reader, "shipping_amount", currency)
    if shipping:
        yield _shipping(reader, shipping, currency)


def _mother(row: Reader) -> str:
    ident = row.text("parent_item_id")
    return "" if ident in ("", "0") else ident


def _line(row: Reader, child: Reader | None, currency: str) -> RemoteLine:
    product = row.text("product_id")
    variant = child.text("product_id") if child and row.text("product_type") == "configurable" else product
    off, tax = minor(row, "discount_amount", currency), minor(row, "tax_amount", currency)
    hidden = minor(row, "discount_tax_compensation_amount", currency)
    return RemoteLine(
        id=row.text("item_id"),
        variant_id=variant,
        product_id=product,
        sku=row.text("sku"),
        title=one_line(row.text("name")),
        quantity=row.decimal("qty_ordered") or Decimal(0),
        unit_price=money(row, "price", currency),
        discount=off,
        tax=tax,
        total=before_discount(row, currency) - off + tax + hidden,
    )


def before_discount(row: Reader, currency: str) -> int:
    """What a line costs before discount and tax.

    A read subtracts the discount from `row_total`, other ways to it do not (recorded 110, 121): of the two the one
    nearer to price × quantity is true.
    """
    price, quantity = row.decimal("price"), row.decimal("qty_ordered")
    said = money(row, "row_total", currency)
    if price is None or quantity is None:
        return said.amount if said else 0
    reckoned = as_money(price * quantity, currency, row, "price")
    assert reckoned is not None
    if said is None:
        return reckoned.amount
    choices = (said.amount, said.amount + minor(row, "discount_amount", currency))
    return min(choices, key=lambda amount: abs(amount - reckoned.amount))


def _shipping(reader: Reader, amount: int, currency: str) -> RemoteLine:
    tax = minor(reader, "shipping_tax_amount", currency)
    return RemoteLine(
        id="shipping",
        title=one_line(reader.text("shipping_description")) or "Shipping",
        quantity=Decimal(1),
        unit_price=Money(amount=amount, currency=currency),
        discount=minor(reader, "shipping_discount_amount", currency),
        tax=tax,
        total=amount + tax - minor(reader, "shipping_discount_amount", currency),
    )


def _customer(reader: Reader) -> Customer | None:
    """Who bought; a guest is none (his name stands in `extra`)."""
    ident = reader.text("customer_id")
    if ident in ("", "0"):
        return None
    billing = reader.object("billing_address")
    return Customer(
        id=ident,
        first_name=one_line(reader.text("customer_firstname") or billing.text("firstname")),
        last_name=one_line(reader.text("customer_lastname") or billing.text("lastname")),
        company=one_line(billing.text("company")),
        email=reader.text("customer_email").strip(),
        phone=phone(billing.text("telephone"), billing.text("country_id")) if billing.text("telephone") != "-" else "",
        address=read_address(billing),
    )


def _extra(reader: Reader) -> dict[str, Any]:
    billing = reader.object("billing_address")
    names = (one_line(billing.text(key)) for key in ("firstname", "lastname"))
    known = {
        "store_id": reader.text("store_id"),
        "payment_method": reader.object("payment").text("method"),
        "ext_order_id": reader.text("ext_order_id"),
        "billing_name": " ".join(name for name in names if name and name != UNKNOWN),
        "billing_email": reader.text("customer_email"),
        "coupons": [code] if (code := reader.text("coupon_code")) else [],
        "quote_id": reader.text("quote_id"),
        "replaces": reader.text("original_increment_id"),
    }
    return {key: value for key, value in known.items() if value}
