"""What the schema refuses by trigger, and the search index: SQL that tables cannot say. SQLite's wording."""

from __future__ import annotations

from collections.abc import Iterator

#: Rows that are written once: neither changed nor deleted by anybody, ever.
APPEND_ONLY = (
    "outbox_events",
    "audit",
    "order_lines",
    "order_tenders",
    "refunds",
    "refund_lines",
    "gift_card_movements",
)
#: Columns of an order that may change: the sealed customer (a new key, an erasure) and when its receipt was given.
_ORDER_MAY_CHANGE = frozenset(("customer_sealed", "receipt_at"))

SEARCH = """CREATE VIRTUAL TABLE product_search USING fts5(
  title, codes, category, options, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')"""

BALANCE = """CREATE TRIGGER gift_card_balance AFTER INSERT ON gift_card_movements
BEGIN UPDATE gift_cards SET balance = balance + NEW.amount WHERE id = NEW.card_id; END"""

FIRST_EVENT = """CREATE TRIGGER outbox_first_event AFTER INSERT ON outbox
BEGIN INSERT INTO outbox_events (tenant, outbox_id, at, from_state, to_state, reason_code)
VALUES (NEW.tenant, NEW.id, NEW.created_at, '', NEW.state, NEW.reason_code); END"""

#: The reference, kind and key of a row are what makes a repeat harmless, so they never change.
OUTBOX_IDENTITY = """CREATE TRIGGER outbox_identity
BEFORE UPDATE OF kind, connection_id, object_id, key, created_at ON outbox
BEGIN SELECT RAISE(ABORT, 'outbox rows keep their identity'); END"""


def statements(order_columns: list[str]) -> Iterator[str]:
    """All of it, in order; `order_columns` are those of the table orders."""
    for name in APPEND_ONLY:
        yield _refuse(name, "UPDATE", f"{name} is append-only")
        yield _refuse(name, "DELETE", f"{name} is append-only")
    frozen = ", ".join(column for column in order_columns if column not in _ORDER_MAY_CHANGE)
    yield _refuse("orders", f"UPDATE OF {frozen}", "orders are frozen", name="orders_no_update")
    yield _refuse("orders", "DELETE", "orders are frozen")
    yield _refuse("outbox", "DELETE", "outbox rows are kept")
    yield OUTBOX_IDENTITY
    yield FIRST_EVENT
    yield BALANCE
    yield SEARCH


def _refuse(table: str, event: str, word: str, name: str = "") -> str:
    trigger = name or f"{table}_no_{event.split()[0].lower()}"
    return f"CREATE TRIGGER {trigger} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{word}'); END"
