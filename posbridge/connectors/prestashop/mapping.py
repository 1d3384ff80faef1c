"""The door to PrestaShop's mapping: pure functions, no I/O.

Each takes what the platform sends, as JSON or XML, as text, bytes or already loaded: a page, `[]`, or one object in
its envelope or bare. What has not the shape we know raises SchemaDrift with the object's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from posbridge.connectors.prestashop.catalog_mapping import Shelf, read_products
from posbridge.connectors.prestashop.order_body import from_order
from posbridge.connectors.prestashop.order_mapping import Books, read_order
from posbridge.connectors.prestashop.people_body import from_address, from_customer
from posbridge.connectors.prestashop.people_mapping import in_force, read_customer, read_discount, read_gift_card
from posbridge.connectors.prestashop.reading import DEFAULT_CURRENCY, one, rows_of
from posbridge.connectors.prestashop.refund_body import from_refund
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.order import RemoteOrder

__all__ = [
    "Books", "Shelf", "from_address", "from_customer", "from_order", "from_refund", "to_customer", "to_discount",
    "to_gift_card", "to_order", "to_products",
]  # fmt: skip


def to_products(
    raw: Any,
    *,
    currency: str = "",
    timezone: str = "",
    combinations: Any = (),
    stock: Any = (),
    shelf: Shelf | None = None,
) -> list[Product]:
    """The products of a page, or one alone.

    PrestaShop's products name no currency and no zone: without `currency`, `timezone` or a `shelf` they are taken as
    USD and UTC. `combinations` and `stock` are answers of those resources; without them a variant is known by its id
    only and has no price, and stock is not known. In a page what cannot be read is left out; SchemaDrift is raised
    for one alone, or when nothing in the page could be read.
    """
    known = shelf or Shelf()
    known = replace(known, currency=(currency or known.currency).upper(), timezone=timezone or known.timezone)
    rows, is_page = rows_of(raw, "product")
    beside = (rows_of(combinations, "combination")[0], rows_of(stock, "stock_available")[0])
    made, parked = read_products(rows, known, *beside)
    if parked and not (is_page and made):
        raise parked[0]
    return made


def to_order(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, timezone: str = "UTC", slips: Any = (), books: Books | None = None
) -> RemoteOrder:
    """An order. It names its currency and state by the shop's ids: `books` tells them (else `currency`, and the states
    of a fresh shop). `slips` is the answer of its order slips."""
    known = books or Books(currency=currency.upper(), timezone=timezone)
    given_back = rows_of(slips, "order_slip")[0]
    return one(raw, "order", lambda row: read_order(row, known, given_back))


def to_customer(
    raw: Any, *, addresses: Iterable[Any] = (), timezone: str = "UTC", countries: Mapping[str, str] | None = None
) -> Customer:
    """A customer; phone and address come from `addresses` (rows), whose country ids `countries` turns into codes."""
    return one(raw, "customer", lambda row: read_customer(row, addresses, timezone, countries))


def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY, timezone: str = "UTC", language: str = "") -> Discount:
    """A cart rule; of several with one code, the one that still counts.

    What the till cannot reckon is named in `extra["unsupported"]`, and makes it inactive.
    """
    found = in_force(raw)
    return one(found, "cart_rule", lambda row: read_discount(row, currency.upper(), timezone, language))


def to_gift_card(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, timezone: str = "UTC", now: datetime | None = None
) -> GiftCard:
    """A voucher (a cart rule with an amount); `now` tells whether it is past its time."""
    return one(in_force(raw), "cart_rule", lambda row: read_gift_card(row, currency.upper(), timezone, now))
