"""Square's orders in our words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.square.reading import DEFAULT_CURRENCY, currency_in, drifting, minor, money, opened
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: Metadata that `from_order` writes and `to_order` reads.
TAX, NOTE, SKU = "posbridge_tax", "note", "sku"

_AMOUNTS = ("total_money", "net_amount_due_money", "total_tax_money", "total_discount_money")
_STATES = {
    "DRAFT": OrderStatus.DRAFT,
    "OPEN": OrderStatus.OPEN,
    "COMPLETED": OrderStatus.COMPLETED,
    "CANCELED": OrderStatus.CANCELLED,
}
#: What the fulfilment of an open order says of it.
_FULFILMENTS = {"RESERVED": OrderStatus.PREPARING, "PREPARED": OrderStatus.READY}
_GIVEN_BACK = ("APPROVED", "COMPLETED", "PENDING")


@drifting
def to_order(raw: Any, *, skus: Mapping[str, str] | None = None, currency: str = DEFAULT_CURRENCY) -> RemoteOrder:
    """One order as Square sends it, also inside `{"order": …}`.

    A calculated order, which is kept nowhere, has the id "".
    `skus` gives the SKU of a variation where the line does not say it. `tax` is Square's figure, but ours where both
    differ by no more than Square's way of rounding (`extra["platform_tax"]` has Square's then). An order that
    Square made for a refund has no lines of sale: its `total` is below zero and `extra["refund_of"]` names the sale.
    """
    reader = Reader(opened(raw, "order", "orders"))
    amounts = reader.object("net_amounts")
    said = currency_in(reader, _AMOUNTS, currency_in(amounts, ("total_money",), currency))
    total = minor(reader, "total_money")
    total = minor(amounts, "total_money") if total is None else total
    if total is None and not reader.items("returns"):
        raise SchemaDrift("The order says no total.", object_id=reader.object_id)
    lines = tuple(_line(row, skus or {}, said) for row in _rows(reader))
    tax, extra = _tax(reader, len(lines))
    refunded = _refunded(reader)
    customer = reader.text("customer_id")
    return RemoteOrder(
        id=reader.text("id") if total is not None and not reader.raw.get("id") else reader.id(),
        complete=_complete(reader, total or 0),
        reference=reader.text("reference_id"),
        number=reader.text("ticket_name"),
        status=_status(reader, refunded, total or 0),
        platform_status=reader.text("state"),
        currency=said,
        total=total or 0,
        tax=tax,
        discount=minor(reader, "total_discount_money"),
        paid=paid(reader, total or 0),
        refunded=refunded,
        lines=lines,
        customer=Customer(id=customer) if customer else None,
        created_at=reader.utc("created_at"),
        updated_at=reader.utc("updated_at"),
        note=_note(reader),
        extra=extra | _extra(reader),
    )


def _rows(reader: Reader) -> list[Reader]:
    rows = reader.objects("line_items")
    return rows or [row for back in reader.objects("returns") for row in back.objects("return_line_items")]


def _line(row: Reader, skus: Mapping[str, str], currency: str) -> RemoteLine:
    variant = row.text("catalog_object_id")
    name, variation = one_line(row.text("name")), one_line(row.text("variation_name"))
    titled = f"{name} · {variation}" if name and variation and variation not in ("Regular", name) else name or variation
    return RemoteLine(
        id=row.text("uid"),
        variant_id=variant,
        sku=_metadata(row).get(SKU, "") or skus.get(variant, ""),
        title=titled or one_line(row.text("note")) or "Custom amount",
        quantity=_quantity(row),
        unit_price=money(row, "base_price_money", currency),
        discount=minor(row, "total_discount_money"),
        tax=minor(row, "total_tax_money"),
        total=minor(row, "total_money"),
    )


def _quantity(row: Reader) -> Decimal:
    quantity = row.decimal("quantity")
    return Decimal(1) if quantity is None else quantity


def _metadata(reader: Reader) -> dict[str, str]:
    return {str(key): str(value) for key, value in reader.object("metadata").raw.items() if value is not None}


def _tax(reader: Reader, lines: int) -> tuple[int | None, dict[str, Any]]:
    theirs = minor(reader, "total_tax_money")
    ours = _metadata(reader).get(TAX, "")
    if theirs is None or not ours.isdigit() or int(ours) == theirs:
        return theirs, {}
    rounding = lines * max(1, len(reader.items("taxes"))) + len(reader.items("service_charges"))
    return (int(ours), {"platform_tax": theirs}) if abs(int(ours) - theirs) <= rounding else (theirs, {})


def _refunded(reader: Reader) -> int:
    back = [one for one in reader.objects("refunds") if (one.text("status") or "APPROVED") in _GIVEN_BACK]
    return sum(minor(one, "amount_money") or 0 for one in back)


def paid(reader: Reader, total: int) -> int:
    """What was captured, minor units: a tender on an order may only be authorized, or void again."""
    due = minor(reader, "net_amount_due_money")
    if due is not None and minor(reader, "total_money") is not None:
        return total - due
    return sum(minor(tender, "amount_money") or 0 for tender in reader.objects("tenders") if _captured(tender))


def _captured(tender: Reader) -> bool:
    return (tender.object("card_details").text("status") or "CAPTURED") == "CAPTURED"


def _complete(reader: Reader, total: int) -> bool:
    """Whether nothing is left to be done: an order counts once it is closed or paid, one of zero once it is closed; a
    cancelled one was never paid, and a state that we do not know says nothing."""
    state = reader.text("state")
    return state == "COMPLETED" or (state not in ("DRAFT", "CANCELED") and total > 0 and paid(reader, total) >= total)


def _status(reader: Reader, refunded: int, total: int) -> OrderStatus:
    state = _STATES.get(reader.text("state") or "OPEN", OrderStatus.UNKNOWN)
    if state is OrderStatus.COMPLETED and refunded:
        return OrderStatus.REFUNDED if refunded >= total else OrderStatus.PARTIALLY_REFUNDED
    if state is not OrderStatus.OPEN:
        return state
    for fulfilment in reader.objects("fulfillments"):
        if fulfilment.text("state") in _FULFILMENTS:
            return _FULFILMENTS[fulfilment.text("state")]
    return OrderStatus.PAID if _complete(reader, total) else state


def _note(reader: Reader) -> str:
    said = _metadata(reader).get(NOTE, "")
    details = ("pickup_details", "shipment_details", "delivery_details", "in_store_details")
    for fulfilment in reader.objects("fulfillments"):
        for name in details:
            inner = fulfilment.object(name)
            said = said or inner.text("note") or inner.text("shipping_note")
    return said.strip()


def _extra(reader: Reader) -> dict[str, Any]:
    sources = [back.text("source_order_id") for back in reader.objects("returns")]
    known: dict[str, Any] = {
        "version": reader.integer("version"),
        "source": reader.object("source").text("name"),
        "location": reader.text("location_id"),
        "metadata": _metadata(reader),
    }
    if sources and not reader.items("line_items"):
        known["refund_of"] = sources[0]
    return {name: value for name, value in known.items() if value not in (None, "", {})}


def refund_of(raw: Any) -> str:
    """The sale that an order of Square's own gives money back for; "" for a sale."""
    if not isinstance(raw, Mapping) or raw.get("line_items") or not isinstance(raw.get("returns"), list):
        return ""
    first = raw["returns"][0] if raw["returns"] else None
    return str(first.get("source_order_id") or "") if isinstance(first, Mapping) else ""


def payment_ids(raw: Mapping[str, Any]) -> list[str]:
    """The ids of an order's captured payments, in their order. Raises SchemaDrift."""
    reader = Reader(opened(raw, "order"))
    found = [tender for tender in reader.objects("tenders") if _captured(tender)]
    ids = [tender.text("payment_id") or tender.text("id") for tender in found]
    if not all(ids):
        raise SchemaDrift("A payment of the order has no id.", object_id=reader.object_id)
    return ids
