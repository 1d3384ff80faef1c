"""Orders → ours: our own read back, and those made in the web shop."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.woocommerce.customer_mapping import read_address
from posbridge.connectors.woocommerce.reading import meta, meta_text, minor, money, phone, utc
from posbridge.domain.customer import Customer
from posbridge.domain.ids import reference_of
from posbridge.domain.money import Money, round_fraction
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: Our marks on an order, its lines and its refunds.
ORDER_UUID, REFERENCE, CAPTURED = "_posbridge_order_uuid", "_posbridge_reference", "_posbridge_captured_at"
LINE, ROUNDING = "_posbridge_line", "_posbridge_rounding"

STATUS = {
    "pending": OrderStatus.OPEN,
    "on-hold": OrderStatus.OPEN,
    "processing": OrderStatus.PAID,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "refunded": OrderStatus.REFUNDED,
    "failed": OrderStatus.FAILED,
    "checkout-draft": OrderStatus.DRAFT,
    "auto-draft": OrderStatus.DRAFT,
    "trash": OrderStatus.CANCELLED,
}
#: States in which a creation of ours has not come to its end.
HALF_MADE = ("pending", "checkout-draft", "auto-draft", "failed")
#: States that WooCommerce puts only paid orders into, and the one that a till sale ends in when no other is set.
_SETTLED, PAID_STATUS = ("processing", "completed", "refunded"), "completed"


def read_order(raw: Any, currency: str = "USD", paid_status: str = PAID_STATUS) -> RemoteOrder:
    """An order as listed or read. `total` is its worth before gift cards; each fee and shipping is a line."""
    reader = Reader(raw)
    held = reader.text("currency").upper() or currency
    cards = sum(minor(card, "amount", held) for card in reader.objects("gift_cards"))
    total = _total(reader, held)
    refunded = -sum(minor(entry, "total", held) for entry in reader.objects("refunds"))
    return RemoteOrder(
        id=reader.id(),
        complete=is_complete(reader, paid_status),
        reference=reference_in(reader),
        number=reader.text("number") or reader.id(),
        status=_status(reader, refunded),
        platform_status=reader.text("status"),
        currency=held,
        total=total + cards,
        tax=minor(reader, "total_tax", held) if reader.raw.get("total_tax") is not None else None,
        discount=_discount(reader, held),
        paid=cards + (total if is_paid(reader) else 0) if _says_paid(reader) else None,
        refunded=refunded,
        lines=tuple(_lines(reader, held)),
        customer=_customer(reader),
        created_at=utc(reader, "date_created"),
        updated_at=utc(reader, "date_modified"),
        note=reader.text("customer_note"),
        extra=_extra(reader),
    )


def _total(reader: Reader, currency: str) -> int:
    """The total; an order that says none is no order, but for one deleted, of which only the id is told."""
    found = money(reader, "total", currency)
    if found is None and not set(reader.raw) <= {"id", "_links"}:
        raise SchemaDrift("The order says no total.", object_id=reader.object_id)
    return found.amount if found else 0


def _says_paid(reader: Reader) -> bool:
    return "date_paid_gmt" in reader.raw or "date_paid" in reader.raw


def reference_in(reader: Reader) -> str:
    """Our reference on an order or refund; an order that another till program marked so gives its UUID."""
    return meta_text(reader, REFERENCE) or meta_text(reader, ORDER_UUID)


def is_paid(reader: Reader) -> bool:
    return bool(reader.text("date_paid_gmt") or reader.text("date_paid"))


def is_complete(reader: Reader, paid_status: str = PAID_STATUS) -> bool:
    """Whether a creation of ours came to its end, which a state that we do not know does not say; what others made
    is always complete. `paid_status` is the state that the connection's till sales end in."""
    if not _is_ours(reader):
        return True
    status = reader.text("status")
    return status not in HALF_MADE and (is_paid(reader) or status in (*_SETTLED, paid_status))


def _is_ours(reader: Reader) -> bool:
    """By our marks; a shop that hides meta data still tells the UUID that went along as the transaction's id."""
    if reference_in(reader):
        return True
    try:
        return UUID(reader.text("transaction_id")).version == 7
    except ValueError:
        return False


def _status(reader: Reader, refunded: int) -> OrderStatus:
    gone = OrderStatus.CANCELLED if "total" not in reader.raw else OrderStatus.UNKNOWN
    status = STATUS.get(reader.text("status"), gone)
    part = refunded > 0 and status in (OrderStatus.PAID, OrderStatus.COMPLETED)
    return OrderStatus.PARTIALLY_REFUNDED if part else status


def _discount(reader: Reader, currency: str) -> int | None:
    """What the lines lost, in the shop's own tax mode."""
    if reader.raw.get("discount_total") is None:
        return None
    tax = minor(reader, "discount_tax", currency) if reader.flag("prices_include_tax") else 0
    return minor(reader, "discount_total", currency) + tax


def _lines(reader: Reader, currency: str) -> Iterator[RemoteLine]:
    included = reader.flag("prices_include_tax")
    for line in reader.objects("line_items"):
        yield _line(line, currency, included)
    for name in ("fee_lines", "shipping_lines"):
        for extra in reader.objects(name):
            if meta(extra, ROUNDING) is None:
                yield _extra_line(extra, currency)


def _line(line: Reader, currency: str, included: bool) -> RemoteLine:
    """Line totals are net in every shop; ours hold the tax. `price` is a float with noise and is not read."""
    net, tax = minor(line, "total", currency), minor(line, "total_tax", currency)
    before = minor(line, "subtotal", currency) + (minor(line, "subtotal_tax", currency) if included else 0)
    after = net + tax if included else net
    quantity = line.decimal("quantity") or Decimal(0)
    product, variation = line.text("product_id", "0"), line.text("variation_id", "0")
    return RemoteLine(
        id=line.text("id"),
        variant_id=next((x for x in (variation, product) if x not in ("", "0")), ""),
        product_id="" if product == "0" else product,
        sku=line.text("sku"),
        title=one_line(line.text("name")),
        quantity=quantity,
        unit_price=Money(amount=round_fraction(before / quantity), currency=currency) if quantity else None,
        discount=before - after,
        tax=tax,
        total=net + tax,
    )


def _extra_line(extra: Reader, currency: str) -> RemoteLine:
    net, tax = minor(extra, "total", currency), minor(extra, "total_tax", currency)
    title = one_line(extra.text("name") or extra.text("method_title"))
    return RemoteLine(id=extra.text("id"), title=title, quantity=Decimal(1), tax=tax, total=net + tax)


def _customer(reader: Reader) -> Customer | None:
    """Who bought, with what billing says; a guest is none (his name stands in `extra`)."""
    ident = reader.text("customer_id", "0")
    if ident in ("", "0"):
        return None
    billing = reader.object("billing")
    return Customer(
        id=ident,
        first_name=one_line(billing.text("first_name")),
        last_name=one_line(billing.text("last_name")),
        company=one_line(billing.text("company")),
        email=billing.text("email").strip(),
        phone=phone(billing.text("phone"), billing.text("country")),
        address=read_address(billing),
    )


def _extra(reader: Reader) -> dict[str, Any]:
    billing = reader.object("billing")
    name = one_line(f"{billing.text('first_name')} {billing.text('last_name')}")
    known = {
        "created_via": reader.text("created_via"),
        "payment_method": reader.text("payment_method_title") or reader.text("payment_method"),
        "transaction_id": reader.text("transaction_id"),
        "captured_at": meta_text(reader, CAPTURED),
        "billing_name": name,
        "billing_email": billing.text("email"),
        "billing_phone": billing.text("phone"),
        "coupons": [coupon.text("code") for coupon in reader.objects("coupon_lines")],
        "refunds": [refund.text("id") for refund in reader.objects("refunds")],
    }
    return {key: value for key, value in known.items() if value}


def marked(raw: Any, reference: str, uuid_head: str) -> bool:
    """Whether a row of a search or scan surely carries our reference: by our meta data, or by the UUID in
    `transaction_id` that the reference was made from (`uuid_head` is its time, "" when it cannot be read)."""
    try:
        reader = Reader(raw)
        held = meta_text(reader, REFERENCE)
        if held:
            return held == reference
        number = reader.text("transaction_id")
        return number == reference or bool(uuid_head and number.startswith(uuid_head) and _made_from(number, reference))
    except SchemaDrift:
        return False


def _made_from(uuid: str, reference: str) -> bool:
    try:
        return reference_of(UUID(uuid))[1:] == reference[-16:]
    except ValueError:
        return False
