"""The mapping's public names: pure functions between Sylius's JSON and ours."""

from __future__ import annotations

from posbridge.connectors.sylius.catalog_mapping import OptionLabels, Shelf, to_options, to_products
from posbridge.connectors.sylius.order_body import from_order, from_refund
from posbridge.connectors.sylius.order_mapping import to_order
from posbridge.connectors.sylius.people_mapping import to_customer, to_discount, to_gift_card

__all__ = [
    "OptionLabels", "Shelf", "from_order", "from_refund", "to_customer", "to_discount", "to_gift_card", "to_options",
    "to_order", "to_products",
]  # fmt: skip
