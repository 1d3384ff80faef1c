"""The door to Lightspeed's mapping: pure functions between its JSON and our objects. No input or output.

Amounts come as JSON numbers with a point: who read them as floats gets them here as the decimals that were written.
"""

from __future__ import annotations

from typing import Any, NoReturn

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.lightspeed import catalog_mapping, order_mapping
from posbridge.connectors.lightspeed.catalog_mapping import Menu, MenuFacts
from posbridge.connectors.lightspeed.order_body import Piece, Setup, from_order, from_refund, from_tender
from posbridge.connectors.lightspeed.reading import DEFAULT_CURRENCY
from posbridge.connectors.text import exact
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount
from posbridge.domain.order import RemoteOrder

__all__ = [
    "Piece", "Setup", "from_order", "from_refund", "from_tender", "to_customer", "to_discount", "to_gift_card",
    "to_menu", "to_order", "to_products",
]  # fmt: skip


def to_products(raw: Any, *, currency: str = DEFAULT_CURRENCY, menu: Menu | None = None) -> list[Product]:
    """A page of items (bare, or in an envelope of one list), or one item; see `catalog_mapping.to_products`. Raises
    SchemaDrift."""
    return catalog_mapping.to_products(_rows(exact(raw)), currency=currency, menu=menu)


def _rows(raw: Any) -> Any:
    """The list in an envelope without an id of its own; anything else as it is."""
    if not isinstance(raw, dict) or "id" in raw:
        return raw
    lists = [value for value in raw.values() if isinstance(value, list)]
    return lists[0] if len(lists) == 1 else raw


def _first(raw: Any) -> Any:
    """Of a list, or of one in an envelope, the first object."""
    found = raw if isinstance(raw, list) else raw.get("data") if isinstance(raw, dict) and "id" not in raw else None
    return found[0] if isinstance(found, list) and found else raw


def to_menu(raw: Any, *, locale: str = "en") -> dict[str, MenuFacts]:
    """One loaded menu → what it says of each SKU. Raises SchemaDrift."""
    return catalog_mapping.to_menu(exact(raw), locale=locale)


def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> Discount:
    """One configured discount. Raises SchemaDrift."""
    return catalog_mapping.to_discount(_first(exact(raw)), currency=currency)


def to_order(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> RemoteOrder:
    """A sale or its page, an open account, or a notification of either kind. Raises SchemaDrift."""
    return order_mapping.to_order(_first(exact(raw)), currency=currency)


def to_customer(raw: Any) -> Customer:
    """A consumer as sales name them, or a consumer record of a notification. Raises SchemaDrift."""
    return order_mapping.to_customer(_first(exact(raw)))


def to_gift_card(raw: Any) -> NoReturn:
    """Raises Unsupported: K-Series shows no gift card to any program."""
    raise Unsupported("Lightspeed Restaurant shows its gift cards to no program.")
