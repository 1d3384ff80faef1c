"""Magento's JSON ↔ ours: the pure functions that others may rely on; no I/O.

Each takes what the platform sends: one object, a list, or the envelope of a search. Who read numbers with a point as
floats gets them here as the decimals that were written. What has not the shape we know raises SchemaDrift with the
object's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from posbridge.connectors.magento.catalog_mapping import Shop, read_products
from posbridge.connectors.magento.order_body import from_order
from posbridge.connectors.magento.order_mapping import read_order
from posbridge.connectors.magento.people_mapping import from_customer, read_customer, read_gift_card
from posbridge.connectors.magento.product_body import from_product
from posbridge.connectors.magento.reading import one, rows_of, unwrapped
from posbridge.connectors.magento.refund_body import from_refund
from posbridge.connectors.magento.rule_mapping import Terms, read_discount
from posbridge.connectors.text import exact
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.order import RemoteOrder

__all__ = [
    "Shop", "Terms", "from_customer", "from_order", "from_product", "from_refund", "to_customer", "to_discount",
    "to_gift_card", "to_order", "to_products",
]  # fmt: skip


def to_products(
    raw: Any,
    *,
    currency: str = "USD",
    shop: Shop | None = None,
    children: Iterable[Any] = (),
    now: datetime | None = None,
) -> list[Product]:
    """The products of a page (or one alone). `shop` says what their JSON does not (labels of option ids, names of
    categories, the media address); without it ids stand for labels. `children` are the rows of configurables'
    children that the page does not hold. `now` decides whether a special price counts.

    In a page an object that cannot be read is left out; SchemaDrift is raised for one alone, or when nothing in the
    page could be read.
    """
    raw = exact(raw)
    _, is_page = rows_of(raw)
    made, parked = read_products(raw, shop or Shop(currency=currency.upper(), now=now), children)
    if parked and not (is_page and made):
        raise parked[0]
    return made


def to_order(raw: Any, *, currency: str = "USD") -> RemoteOrder:
    """An order; `currency` counts only where it names none. Amounts are minor units."""
    return one(unwrapped(exact(raw), "entity"), lambda row: read_order(row, currency), "order", "entity_id")


def to_customer(raw: Any, *, country: str = "") -> Customer:
    """A customer; phone numbers without + are read in the billing country, else in `country`."""
    return one(unwrapped(exact(raw), "customer"), lambda row: read_customer(row, country), "customer")


def to_discount(
    raw: Any,
    *,
    currency: str = "USD",
    timezone: str = "UTC",
    coupon: Mapping[str, Any] | None = None,
    categories: Mapping[str, str] | None = None,
) -> Discount:
    """A cart price rule, with the coupon it was found by. `timezone` is the store's, whose days its dates are;
    `categories` maps ids to the names that products carry. What a till cannot reckon is named in
    `extra["unsupported"]`; a coupon alone is never active, for its rule says the amount."""
    terms = Terms(currency=currency.upper(), timezone=timezone, categories=categories or {})
    return one(
        unwrapped(exact(raw), "rule", "coupon"), lambda row: read_discount(row, terms, coupon), "rule", "rule_id"
    )


def to_gift_card(raw: Any, *, currency: str = "USD", code: str = "") -> GiftCard:
    """A card of Adobe Commerce: an account, the answer of the balance query, or the bare balance of `code`."""
    return one([exact(raw)], lambda row: read_gift_card(row, currency, code), "gift card", "account_id")
