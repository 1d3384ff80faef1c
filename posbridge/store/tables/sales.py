"""Baskets, orders, refunds, receipt counters and the outbox."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy import text as sql_text

from posbridge.store.tables.columns import at, blob, choice, count, currency, number, table, text, yes

OUTBOX_STATES = ("ready", "leased", "done", "unknown", "blocked", "rejected")
#: Conditions of partial indexes; a statement must say them in these very words to be served by the index.
CLAIMABLE = "outbox.state IN ('ready', 'unknown')"
NOT_DONE = "outbox.state <> 'done'"
OUTBOX_KINDS = ("order", "refund", "customer", "gift_card")

baskets = table(
    "baskets",
    text("id", CheckConstraint("length(id) = 36", name="id")),
    choice("state", "open", "parked", "closed", "discarded"),
    text("device", default=""),
    text("name", default=""),
    text("body"),
    blob("customer_sealed", nullable=True),
    at("created_at"),
    at("updated_at"),
    PrimaryKeyConstraint("id"),
)
Index("ix_baskets_state", baskets.c.device, baskets.c.state, baskets.c.updated_at)

counters = table(
    "counters",
    text("name"),
    count("value"),
    PrimaryKeyConstraint("name", "tenant"),
)

orders = table(
    "orders",
    text("id", CheckConstraint("length(id) = 36", name="id")),
    text("basket_id", ForeignKey("baskets.id"), nullable=True),
    text("reference", CheckConstraint("length(reference) BETWEEN 1 AND 20", name="reference")),
    text("receipt_number", CheckConstraint("receipt_number <> ''", name="receipt_number")),
    count("receipt_counter"),
    text("device"),
    at("captured_at"),
    text("business_date", CheckConstraint("length(business_date) = 10", name="business_date")),
    currency(),
    count("subtotal"),
    count("discount"),
    count("tax"),
    count("total"),
    text("customer_id", nullable=True),
    text("cashier", default=""),
    text("shift_id", default=""),
    text("body"),
    blob("customer_sealed", nullable=True),
    at("receipt_at", nullable=True),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("reference", "tenant"),
    UniqueConstraint("receipt_number", "tenant"),
    UniqueConstraint("device", "receipt_counter", "tenant"),
    UniqueConstraint("basket_id"),
)
Index("ix_orders_captured_at", orders.c.captured_at)
Index("ix_orders_business_date", orders.c.business_date)
Index("ix_orders_customer_id", orders.c.customer_id, sqlite_where=orders.c.customer_id.is_not(None))
Index("ix_orders_no_receipt", orders.c.id, sqlite_where=orders.c.receipt_at.is_(None))

order_lines = table(
    "order_lines",
    text("order_id", ForeignKey("orders.id")),
    count("position"),
    text("line_id"),
    text("variant_id"),
    text("product_id", default=""),
    text("sku", default=""),
    text("title"),
    number("quantity_micro", CheckConstraint("quantity_micro > 0", name="quantity_micro")),
    text("unit"),
    count("unit_price"),
    count("subtotal"),
    count("discount"),
    count("tax"),
    count("net"),
    count("total"),
    PrimaryKeyConstraint("order_id", "position"),
    UniqueConstraint("order_id", "line_id"),
)

order_tenders = table(
    "order_tenders",
    text("order_id", ForeignKey("orders.id")),
    count("position"),
    text("tender_id"),
    choice("kind", "cash", "card", "gift_card", "other"),
    number("amount", CheckConstraint("amount > 0", name="amount")),
    count("tendered"),
    count("change"),
    choice("state", "approved", "unknown"),
    PrimaryKeyConstraint("order_id", "position"),
    UniqueConstraint("order_id", "tender_id"),
)

refunds = table(
    "refunds",
    text("id", CheckConstraint("length(id) = 36", name="id")),
    text("order_id", ForeignKey("orders.id")),
    text("reference", CheckConstraint("length(reference) BETWEEN 1 AND 20", name="reference")),
    text("receipt_number", CheckConstraint("receipt_number <> ''", name="receipt_number")),
    count("receipt_counter"),
    text("device"),
    at("captured_at"),
    text("business_date", CheckConstraint("length(business_date) = 10", name="business_date")),
    currency(),
    count("amount"),
    count("tax"),
    text("cashier", default=""),
    text("approved_by", default=""),
    text("body"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("reference", "tenant"),
    UniqueConstraint("receipt_number", "tenant"),
    UniqueConstraint("device", "receipt_counter", "tenant"),
)
Index("ix_refunds_order_id", refunds.c.order_id)
Index("ix_refunds_business_date", refunds.c.business_date)

refund_lines = table(
    "refund_lines",
    text("refund_id", ForeignKey("refunds.id")),
    count("position"),
    text("line_id"),
    number("quantity_micro", CheckConstraint("quantity_micro > 0", name="quantity_micro")),
    count("amount"),
    count("tax"),
    count("net"),
    PrimaryKeyConstraint("refund_id", "position"),
)

outbox = table(
    "outbox",
    Column("id", Integer, primary_key=True),
    choice("kind", *OUTBOX_KINDS),
    text("connection_id", ForeignKey("connections.id")),
    text("object_id", CheckConstraint("object_id <> ''", name="object_id")),
    text("key", CheckConstraint("key <> ''", name="key")),
    choice("state", *OUTBOX_STATES),
    at("due_at"),
    at("lease_until", nullable=True),
    text("owner", default=""),
    text("claimed_from", default=""),
    count("attempts", default="0"),
    count("unknown_count", default="0"),
    at("sent_at", nullable=True),
    yes("must_look_up"),
    yes("doubt_before"),
    number("parent_id", ForeignKey("outbox.id"), nullable=True),
    text("remote_id", default=""),
    text("remote_number", default=""),
    text("steps", default="{}"),
    text("reason_code", default=""),
    text("reason", default=""),
    text("next_step", default=""),
    text("difference", nullable=True),
    at("created_at"),
    at("updated_at"),
    UniqueConstraint("object_id", "connection_id", "kind", "tenant"),
    CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)", name="lease_until_set"),
    CheckConstraint("(state = 'leased') = (owner <> '')", name="owner_set"),
    CheckConstraint("state <> 'done' OR remote_id <> ''", name="done_has_remote"),
    CheckConstraint("state <> 'rejected' OR reason_code <> ''", name="rejected_has_reason"),
    sqlite_autoincrement=True,
)
_CLAIMABLE, _NOT_DONE = (sql_text(words.replace("outbox.", "")) for words in (CLAIMABLE, NOT_DONE))
Index("ix_outbox_claimable", outbox.c.connection_id, outbox.c.id, sqlite_where=_CLAIMABLE)
Index("ix_outbox_not_done", outbox.c.created_at, sqlite_where=_NOT_DONE)
Index("ix_outbox_state", outbox.c.state, outbox.c.connection_id, outbox.c.due_at)
Index("ix_outbox_parent", outbox.c.parent_id, sqlite_where=outbox.c.parent_id.is_not(None))
Index("ix_outbox_leased", outbox.c.lease_until, sqlite_where=outbox.c.lease_until.is_not(None))

outbox_events = table(
    "outbox_events",
    Column("id", Integer, primary_key=True),
    number("outbox_id", ForeignKey("outbox.id")),
    at("at"),
    choice("from_state", "", *OUTBOX_STATES),
    choice("to_state", *OUTBOX_STATES),
    text("reason_code", default=""),
    text("reason", default=""),
    text("who", default=""),
    sqlite_autoincrement=True,
)
Index("ix_outbox_events_outbox_id", outbox_events.c.outbox_id)
