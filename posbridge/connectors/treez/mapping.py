"""All mappings of Treez in one place."""

from __future__ import annotations

from posbridge.connectors.treez.catalog_mapping import to_products
from posbridge.connectors.treez.order_body import from_order
from posbridge.connectors.treez.order_mapping import to_order
from posbridge.connectors.treez.people_mapping import from_customer, to_customer, to_discount

__all__ = ["from_customer", "from_order", "to_customer", "to_discount", "to_order", "to_products"]
