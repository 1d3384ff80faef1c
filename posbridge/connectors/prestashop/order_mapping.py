"""Orders and order slips → ours. An order's lines come with it; its slips are rows of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.prestashop.catalog_mapping import variant_id
from posbridge.connectors.prestashop.reading import DEFAULT_CURRENCY, amount, code, links, minor, moment, money, on, ref
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

MARK = "posbridge:"

#: The states of a fresh shop; merchants edit them, so the connector reads `order_states` and PS_OS_*.
DEFAULT_STATES: dict[str, OrderStatus] = {
    "1": OrderStatus.OPEN,
    "2": OrderStatus.PAID,
    "3": OrderStatus.PREPARING,
    "4": OrderStatus.COMPLETED,
    "5": OrderStatus.COMPLETED,
    "6": OrderStatus.CANCELLED,
    "7": OrderStatus.REFUNDED,
    "8": OrderStatus.FAILED,
    "9": OrderStatus.PAID,
    "10": OrderStatus.OPEN,
    "11": OrderStatus.PAID,
    "12": OrderStatus.OPEN,
    "13": OrderStatus.OPEN,
}
_SOLD = (OrderStatus.PAID, OrderStatus.PREPARING, OrderStatus.COMPLETED, OrderStatus.REFUNDED)


@dataclass(frozen=True)
class Books:
    """What an order does not say itself: currencies and states by id, the shop's zone, the prices' tax mode."""

    currency: str = DEFAULT_CURRENCY
    timezone: str = "UTC"
    prices_include_tax: bool = False
    currencies: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, OrderStatus] = field(default_factory=lambda: DEFAULT_STATES)
    names: Mapping[str, str] = field(default_factory=dict)


def read_order(raw: Any, books: Books, slips: Iterable[Any] = ()) -> RemoteOrder:
    """An order, with what its slips gave back. Its number is PrestaShop's `reference`; ours is in `gift_message`."""
    reader = Reader(raw)
    currency = books.currencies.get(ref(reader, "id_currency"), books.currency)
    total = _total(reader, currency)
    given_back = sum(slip_amount(slip, currency) for slip in slips)
    state = ref(reader, "current_state")
    status = _status(books.states.get(state, OrderStatus.UNKNOWN if state else OrderStatus.OPEN), total, given_back)
    return RemoteOrder(
        id=reader.id(),
        complete=status is not OrderStatus.FAILED,
        reference=reference_in(reader.text("gift_message")),
        number=code(reader, "reference"),
        status=status,
        platform_status=books.names.get(state, state),
        currency=currency,
        total=total,
        tax=_tax(reader, currency),
        discount=minor(reader, "total_discounts", currency),
        paid=minor(reader, "total_paid_real", currency) if status is not OrderStatus.FAILED else 0,
        refunded=given_back,
        lines=tuple(_line(row, books, currency) for row in links(reader, "order_rows")),
        created_at=moment(reader, "date_add", books.timezone),
        updated_at=moment(reader, "date_upd", books.timezone),
        note=reader.text("note"),
        extra=_extra(reader),
    )


def _total(reader: Reader, currency: str) -> int:
    """`total_paid` is the order's total; `total_paid_real` what was received (recorded 456)."""
    for key in ("total_paid", "total_paid_tax_incl"):
        found = minor(reader, key, currency)
        if found is not None:
            return found
    if reader.raw.get("@sparse") or "associations" not in reader.raw:
        return 0  # left out because it is nothing, or not asked for
    raise SchemaDrift("The order says no total.", object_id=reader.object_id)


def _tax(reader: Reader, currency: str) -> int | None:
    with_tax, without = amount(reader, "total_paid_tax_incl"), amount(reader, "total_paid_tax_excl")
    return None if with_tax is None or without is None else money(with_tax - without, currency).amount


def _status(said: OrderStatus, total: int, given_back: int) -> OrderStatus:
    if given_back <= 0 or said not in _SOLD:
        return said
    return OrderStatus.REFUNDED if given_back >= total else OrderStatus.PARTIALLY_REFUNDED


def reference_in(message: str) -> str:
    """Our reference in a gift message, "" where there is none."""
    text = one_line(message)
    return text.removeprefix(MARK).split(" ")[0] if text.startswith(MARK) else ""


def _extra(reader: Reader) -> dict[str, Any]:
    known = {
        "cart": ref(reader, "id_cart"),
        "customer_id": ref(reader, "id_customer"),
        "payment": reader.text("payment"),
        "module": reader.text("module"),
        "valid": "yes" if on(reader, "valid") else "",
    }
    return {name: value for name, value in known.items() if value}


def _line(row: Reader, books: Books, currency: str) -> RemoteLine:
    quantity = row.decimal("product_quantity") or Decimal(0)
    with_tax, without = amount(row, "unit_price_tax_incl"), amount(row, "unit_price_tax_excl")
    unit = with_tax if books.prices_include_tax else without
    taxed = None if with_tax is None else money(with_tax * quantity, currency).amount
    net = None if without is None else money(without * quantity, currency).amount
    return RemoteLine(
        id=row.text("id"),
        variant_id=variant_id(row.id("product_id"), ref(row, "product_attribute_id")),
        product_id=row.id("product_id"),
        sku=code(row, "product_reference"),
        title=one_line(row.text("product_name")),
        quantity=quantity,
        unit_price=None if unit is None else money(unit, currency),
        tax=None if taxed is None or net is None else taxed - net,
        total=taxed,
    )


def slip_amount(raw: Any, currency: str) -> int:
    """What an order slip gave back, tax in, minor units."""
    reader = Reader(raw)
    goods = minor(reader, "total_products_tax_incl", currency)
    if goods is None:
        return minor(reader, "amount", currency) or 0
    return goods + (minor(reader, "total_shipping_tax_incl", currency) or 0)
