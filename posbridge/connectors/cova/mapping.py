"""The door to COVA's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from posbridge.connectors.cova.catalog_mapping import to_level, to_product, to_products
from posbridge.connectors.cova.order_body import from_order, from_payment
from posbridge.connectors.cova.order_mapping import to_invoices, to_order, to_state
from posbridge.connectors.cova.people_mapping import from_customer, to_customer, to_customers

__all__ = [
    "from_customer", "from_order", "from_payment", "to_customer", "to_customers", "to_invoices", "to_level",
    "to_order", "to_product", "to_products", "to_state",
]  # fmt: skip
