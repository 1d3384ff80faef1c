"""Toast's payloads and ours, both ways; pure functions."""

from __future__ import annotations

from posbridge.connectors.toast.code_mapping import to_discount, to_gift_card
from posbridge.connectors.toast.menu_mapping import to_products
from posbridge.connectors.toast.order_body import from_order, from_refund
from posbridge.connectors.toast.order_mapping import to_customer, to_order

__all__ = ["from_order", "from_refund", "to_customer", "to_discount", "to_gift_card", "to_order", "to_products"]
