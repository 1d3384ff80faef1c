"""The door to Wix's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.wix.catalog_mapping import read_page, to_levels, to_products
from posbridge.connectors.wix.order_body import from_order, from_refund, from_tenders
from posbridge.connectors.wix.order_mapping import to_order
from posbridge.connectors.wix.people_mapping import from_customer, to_customer, to_discount, to_gift_card

__all__ = [
    "from_customer", "from_order", "from_refund", "from_tenders", "read_page", "to_customer", "to_discount",
    "to_gift_card", "to_levels", "to_order", "to_products",
]  # fmt: skip
