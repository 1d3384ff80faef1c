"""The door to Dutchie Plus' mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.dutchie.catalog_mapping import to_products
from posbridge.connectors.dutchie.order_body import from_order, from_refund
from posbridge.connectors.dutchie.order_mapping import to_order
from posbridge.connectors.dutchie.specials_mapping import to_discount
from posbridge.connectors.errors import Unsupported

__all__ = ["from_order", "from_refund", "to_customer", "to_discount", "to_gift_card", "to_order", "to_products"]


def to_customer(raw: Any) -> Any:
    """Raises Unsupported: no shape of a customer of Plus is known."""
    raise Unsupported("Dutchie Plus shows its customers to no other program.", platform="dutchie")


def to_gift_card(raw: Any) -> Any:
    """Raises Unsupported: Plus has no gift cards."""
    raise Unsupported("Dutchie Plus has no gift cards.", platform="dutchie")
