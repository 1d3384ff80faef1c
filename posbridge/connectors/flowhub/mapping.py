"""The door to Flowhub's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.flowhub.catalog_mapping import to_products
from posbridge.connectors.flowhub.order_body import from_order, from_refund
from posbridge.connectors.flowhub.order_mapping import to_order
from posbridge.connectors.flowhub.people_mapping import from_customer, to_customer

__all__ = [
    "from_customer", "from_order", "from_refund", "to_customer", "to_discount", "to_gift_card", "to_order",
    "to_products",
]  # fmt: skip


def to_discount(raw: Any) -> Any:
    """Raises Unsupported: deals are not in Flowhub's public API."""
    raise Unsupported("Flowhub shows its deals to no other program.", platform="flowhub")


def to_gift_card(raw: Any) -> Any:
    """Raises Unsupported: gift cards are not in Flowhub's public API."""
    raise Unsupported("Flowhub shows its gift cards to no other program.", platform="flowhub")
