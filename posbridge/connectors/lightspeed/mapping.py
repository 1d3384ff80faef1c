"""The door to Lightspeed's mapping: pure functions between its JSON and our objects. No input or output."""

from __future__ import annotations

from typing import Any, NoReturn

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.lightspeed.catalog_mapping import to_discount, to_menu, to_products
from posbridge.connectors.lightspeed.order_body import Piece, Setup, from_order, from_refund, from_tender
from posbridge.connectors.lightspeed.order_mapping import to_customer, to_order

__all__ = [
    "Piece", "Setup", "from_order", "from_refund", "from_tender", "to_customer", "to_discount", "to_gift_card",
    "to_menu", "to_order", "to_products",
]  # fmt: skip


def to_gift_card(raw: Any) -> NoReturn:
    """Raises Unsupported: K-Series shows no gift card to any program."""
    raise Unsupported("Lightspeed Restaurant shows its gift cards to no program.")
