"""The door to Squarespace's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.squarespace.catalog_mapping import to_level, to_product, to_products
from posbridge.connectors.squarespace.order_body import from_order, from_refund
from posbridge.connectors.squarespace.order_mapping import to_order
from posbridge.connectors.squarespace.people_mapping import (
    from_address,
    from_changes,
    from_customer,
    to_customer,
    to_discount,
    to_gift_card,
)

__all__ = [
    "from_address", "from_changes", "from_customer", "from_order", "from_refund", "to_customer", "to_discount",
    "to_gift_card", "to_level", "to_order", "to_product", "to_products",
]  # fmt: skip
