"""Shopify's JSON ↔ ours: the pure functions that others may rely on; no I/O.

Each takes what Shopify sends: a GraphQL answer with its envelope, a connection, a list, one object, or a webhook's
REST-shaped body. What has not the shape we know raises SchemaDrift with the object's id.
"""

from __future__ import annotations

from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.shopify.catalog_mapping import read_products
from posbridge.connectors.shopify.order_body import from_order
from posbridge.connectors.shopify.order_mapping import read_order
from posbridge.connectors.shopify.people_mapping import (
    discount_rows,
    from_customer,
    read_customer,
    read_discount,
    read_gift_card,
)
from posbridge.connectors.shopify.reading import one
from posbridge.connectors.shopify.refund_body import from_refund
from posbridge.connectors.text import each, exact
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.order import RemoteOrder

__all__ = [
    "from_customer", "from_order", "from_refund", "to_customer", "to_discount", "to_gift_card", "to_order",
    "to_products",
]  # fmt: skip


def to_products(raw: Any, *, currency: str = "USD") -> list[Product]:
    """The products of a page (or one alone). A product names no currency: prices are in the shop's.

    In a page an object that cannot be read is left out; SchemaDrift is raised for one alone, or when nothing in the
    page could be read.
    """
    made, parked, is_page = read_products(exact(raw), currency)
    if parked and not (is_page and made):
        raise parked[0]
    return made


def to_order(raw: Any, *, currency: str = "USD") -> RemoteOrder:
    """An order; `currency` counts only where it names none. Amounts are minor units of the shop's currency."""
    return one(exact(raw), "Order", lambda row: read_order(row, currency))


def to_customer(raw: Any) -> Customer:
    return one(exact(raw), "Customer", read_customer)


def to_discount(raw: Any, *, code: str = "") -> Discount:
    """A code discount; `code` is the typed one, for answers that do not repeat it (else the title stands in)."""
    rows = discount_rows(exact(raw))
    if not rows:
        raise SchemaDrift("There is no discount in this answer.")
    made, parked = each(rows[:1], lambda row: read_discount(row, code))
    if parked:
        raise parked[0]
    return made[0]


def to_gift_card(raw: Any, *, code: str = "", currency: str = "USD") -> GiftCard:
    """A gift card; `code` is the typed one (Shopify shows only the last four characters)."""
    return one(exact(raw), "GiftCard", lambda row: read_gift_card(row, code, currency))
