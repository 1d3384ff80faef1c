"""The door to Blaze's mapping: pure functions between its JSON and our objects. No input or output.

Amounts come as JSON numbers with a point: who read them as floats gets them here as the decimals that were written.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.blaze import catalog_mapping, deals_mapping, order_mapping, people_mapping
from posbridge.connectors.blaze.catalog_mapping import BARE, Shelf
from posbridge.connectors.blaze.order_body import from_order, from_payment, from_refund
from posbridge.connectors.blaze.people_mapping import from_customer
from posbridge.connectors.blaze.reading import CURRENCY
from posbridge.connectors.text import exact
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Allotment, Customer
from posbridge.domain.discount import Discount
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.inventory import Batch
from posbridge.domain.order import RemoteOrder

__all__ = [
    "from_customer", "from_order", "from_payment", "from_refund", "to_allotments", "to_batch", "to_customer",
    "to_discount", "to_gift_card", "to_order", "to_products",
]  # fmt: skip


def to_products(raw: Any, shelf: Shelf = BARE) -> list[Product]:
    """Products of a page, a bare list or one object. Raises SchemaDrift with the id."""
    return catalog_mapping.to_products(exact(raw), shelf)


def to_batch(raw: Any, held: Decimal | None = None, zone: str = "UTC") -> Batch:
    """A batch; see `catalog_mapping.to_batch`. Raises SchemaDrift."""
    return catalog_mapping.to_batch(exact(raw), held, zone)


def to_order(raw: Any, *, currency: str = CURRENCY) -> RemoteOrder:
    """A consumer cart or a transaction, alone or in its envelope. Raises SchemaDrift."""
    return order_mapping.to_order(exact(raw), currency=currency)


def to_customer(raw: Any, *, zone: str = "UTC") -> Customer:
    """A member, alone or in its envelope. Raises SchemaDrift."""
    return people_mapping.to_customer(exact(raw), zone=zone)


def to_allotments(raw: Any, read_at: datetime) -> list[Allotment]:
    """What a member may still buy. Raises SchemaDrift."""
    return people_mapping.to_allotments(exact(raw), read_at)


def to_discount(raw: Any, *, currency: str = CURRENCY) -> Discount:
    """A promotion. Raises SchemaDrift."""
    return deals_mapping.to_discount(exact(raw), currency=currency)


def to_gift_card(raw: Any, *, code: str = "", currency: str = CURRENCY) -> GiftCard:
    """The answer to a balance check. Raises NotFound for a card that its processor does not know, else SchemaDrift."""
    return deals_mapping.to_gift_card(exact(raw), code=code, currency=currency)
