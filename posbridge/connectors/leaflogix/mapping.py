"""The door to Leaflogix's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.leaflogix.catalog_mapping import to_levels, to_products
from posbridge.connectors.leaflogix.order_mapping import from_order, from_refund, to_order, to_ref
from posbridge.connectors.leaflogix.people_mapping import (
    from_customer,
    to_customer,
    to_discount,
    to_gift_card,
    to_points,
)

__all__ = [
    "from_customer", "from_order", "from_refund", "to_customer", "to_discount", "to_gift_card", "to_levels",
    "to_order", "to_points", "to_products", "to_ref",
]  # fmt: skip
