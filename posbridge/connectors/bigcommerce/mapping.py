"""The door to BigCommerce's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.bigcommerce.catalog_mapping import to_level, to_product, to_products
from posbridge.connectors.bigcommerce.order_body import from_order, from_refund
from posbridge.connectors.bigcommerce.order_mapping import refund_of, to_order
from posbridge.connectors.bigcommerce.people_mapping import (
    from_customer,
    from_gift_card,
    to_customer,
    to_discount,
    to_gift_card,
)

__all__ = [
    "from_customer", "from_gift_card", "from_order", "from_refund", "refund_of", "to_customer", "to_discount",
    "to_gift_card", "to_level", "to_order", "to_product", "to_products",
]  # fmt: skip
