"""The door to Square's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.square.catalog_mapping import from_product, to_products
from posbridge.connectors.square.order_body import from_order, from_payments, from_refund, from_tenders
from posbridge.connectors.square.order_mapping import to_order
from posbridge.connectors.square.people_mapping import from_customer, to_customer, to_discount, to_gift_card

__all__ = [
    "from_customer", "from_order", "from_payments", "from_product", "from_refund", "from_tenders", "to_customer",
    "to_discount", "to_gift_card", "to_order", "to_products",
]  # fmt: skip
