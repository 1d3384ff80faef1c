"""The door to Blaze's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.blaze.catalog_mapping import to_batch, to_products
from posbridge.connectors.blaze.deals_mapping import to_discount, to_gift_card
from posbridge.connectors.blaze.order_body import from_order, from_payment, from_refund
from posbridge.connectors.blaze.order_mapping import to_order
from posbridge.connectors.blaze.people_mapping import from_customer, to_allotments, to_customer

__all__ = [
    "from_customer", "from_order", "from_payment", "from_refund", "to_allotments", "to_batch", "to_customer",
    "to_discount", "to_gift_card", "to_order", "to_products",
]  # fmt: skip
