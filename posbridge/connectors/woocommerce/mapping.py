"""WooCommerce's JSON ↔ ours: the pure functions that others may rely on; no I/O.

Each takes what the platform sends: one object, a list, or a batch answer. What has not the shape we know raises
SchemaDrift with the object's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from posbridge.connectors.woocommerce.catalog_mapping import Shop, read_products
from posbridge.connectors.woocommerce.code_mapping import read_discount, read_gift_card
from posbridge.connectors.woocommerce.customer_mapping import from_customer, read_customer
from posbridge.connectors.woocommerce.order_body import from_order, repairs
from posbridge.connectors.woocommerce.order_mapping import read_order
from posbridge.connectors.woocommerce.product_body import from_product
from posbridge.connectors.woocommerce.reading import one, rows_of
from posbridge.connectors.woocommerce.refund_body import from_refund
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.order import RemoteOrder

__all__ = [
    "Shop", "from_customer", "from_order", "from_product", "from_refund", "repairs", "to_customer", "to_discount",
    "to_gift_card", "to_order", "to_products",
]  # fmt: skip


def to_products(
    raw: Any, *, currency: str = "USD", weight_unit: str = "kg", variations: Iterable[Any] = ()
) -> list[Product]:
    """The products of a page (or one alone). WooCommerce's products name no currency: it is the shop's.

    `variations` are the rows of the variation lists that belong to it; without them a variant is known by its id
    only, and has no price. In a page an object that cannot be read is left out; SchemaDrift is raised for one
    alone, or when nothing in the page could be read.
    """
    _, is_page = rows_of(raw)
    made, parked = read_products(raw, Shop(currency.upper(), weight_unit), variations)
    if parked and not (is_page and made):
        raise parked[0]
    return made


def to_order(raw: Any, *, currency: str = "USD") -> RemoteOrder:
    """An order; `currency` counts only where it names none. Amounts are minor units."""
    return one(raw, lambda row: read_order(row, currency), "order")


def to_customer(raw: Any, *, country: str = "") -> Customer:
    """A customer; phone numbers without + are read in the billing country, else in `country`."""
    return one(raw, lambda row: read_customer(row, country), "customer")


def to_discount(raw: Any, *, currency: str = "USD", categories: Mapping[str, str] | None = None) -> Discount:
    """A coupon. `categories` maps WooCommerce's category ids to the names that products carry; without it the scope
    holds the ids. What the till cannot reckon is named in `extra["unsupported"]`."""
    return one(raw, lambda row: read_discount(row, currency, categories or {}), "coupon")


def to_gift_card(raw: Any, *, currency: str = "USD") -> GiftCard:
    """A card of WooCommerce Gift Cards, PW Gift Cards or (as a coupon) Smart Coupons."""
    return one(raw, lambda row: read_gift_card(row, currency), "gift card")
