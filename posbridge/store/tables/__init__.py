"""The tables, by subject; `metadata` holds them all."""

from __future__ import annotations

from sqlalchemy import Index, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from posbridge.store.tables import rules
from posbridge.store.tables.columns import metadata
from posbridge.store.tables.goods import (
    HOLD_STATES,
    discounts,
    gift_card_holds,
    gift_card_movements,
    gift_cards,
    product_categories,
    products,
    stock,
    variants,
)
from posbridge.store.tables.sales import (
    OUTBOX_KINDS,
    OUTBOX_STATES,
    baskets,
    counters,
    order_lines,
    order_tenders,
    orders,
    outbox,
    outbox_events,
    refund_lines,
    refunds,
)
from posbridge.store.tables.world import (
    LINK_KINDS,
    audit,
    connections,
    cursors,
    customer_names,
    customers,
    links,
    parked_objects,
    people,
    pin_failures,
    secrets,
    settings,
    staged_pages,
    tokens,
)

__all__ = [
    "HOLD_STATES", "LINK_KINDS", "OUTBOX_KINDS", "OUTBOX_STATES", "audit", "baskets", "connections", "counters",
    "cursors", "customer_names", "customers", "discounts", "gift_card_holds", "gift_card_movements", "gift_cards",
    "links", "metadata", "order_lines", "order_tenders", "orders", "outbox", "outbox_events", "parked_objects",
    "people", "pin_failures", "product_categories", "products", "refund_lines", "refunds", "schema", "secrets",
    "settings", "staged_pages", "stock", "tokens", "variants",
]  # fmt: skip


def schema() -> list[str]:
    """The whole schema as SQLite statements: what the latest migration must lead to."""
    dialect = sqlite.dialect()
    parts: list[Table | Index] = []
    for one in metadata.sorted_tables:
        parts += [one, *sorted(one.indexes, key=lambda index: str(index.name))]
    made = [CreateTable(part) if isinstance(part, Table) else CreateIndex(part) for part in parts]
    return [str(each.compile(dialect=dialect)).strip() for each in made] + list(rules.statements(orders.c.keys()))
