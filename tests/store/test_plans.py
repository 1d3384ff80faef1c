"""What grows with the years must not slow the till: each frequent statement goes by an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from posbridge.security.vault import Vault
from posbridge.store import audit, baskets, catalog, customers, gift_cards, links, orders, outbox, search
from posbridge.store.counters import next_receipt
from posbridge.testing.builders import an_id, an_order
from tests.store.conftest import KEY, Clock

VAULT = Vault(KEY)


def sell(tx: Connection, clock: Clock) -> None:
    next_receipt(tx, "T1")
    orders.add(tx, an_order(), VAULT)
    outbox.add(tx, "order", "till-pos", str(an_order().id), "k", clock())
    audit.add(tx, "sale", clock(), vault=VAULT)


ACTS: dict[str, Callable[[Connection, Clock], Any]] = {
    "sell": sell,
    "claim": lambda tx, clock: outbox.claim(tx, "till-pos", clock(), 60, 8, "me"),
    "recover": lambda tx, clock: outbox.recover_expired(tx, clock(), {}),
    "next due": lambda tx, clock: outbox.next_due(tx, "till-pos"),
    "needs a person": lambda tx, clock: outbox.listing(tx, ["rejected"]),
    "of an order": lambda tx, clock: outbox.of_object(tx, "order", "x"),
    "latest orders": lambda tx, clock: orders.latest(tx),
    "recovered sales": lambda tx, clock: orders.recovered(tx),
    "find an order": lambda tx, clock: orders.find(tx, "P123"),
    "open basket": lambda tx, clock: baskets.current(tx),
    "order of a basket": lambda tx, clock: orders.of_basket(tx, an_id(1)),
    "scan": lambda tx, clock: catalog.by_code(tx, "123"),
    "a page": lambda tx, clock: catalog.page(tx),
    "a category": lambda tx, clock: catalog.page(tx, "Goods"),
    "type": lambda tx, clock: search.ids(tx, "mug"),
    "links": lambda tx, clock: links.variants_at(tx, "till-pos", ["v"]),
    "customer": lambda tx, clock: customers.find(tx, "a@example.com", VAULT),
    "gift card": lambda tx, clock: gift_cards.find(tx, "GIFT", VAULT, clock()),
}


def scans(tx: Connection, statement: str, parameters: Any) -> list[str]:
    """The plan's lines that read a whole table, or sort what was found."""
    if isinstance(parameters, list):
        parameters = parameters[0]
    rows = tx.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    newest_first = "ORDER BY audit.id DESC" in statement  # the table's own order, stopped at the limit
    return [str(row[3]) for row in rows if _slow(str(row[3])) and not newest_first]


def _slow(line: str) -> bool:
    """A scan through an index in its order stops at the limit; reading a table whole does not."""
    bare_scan = line.startswith("SCAN") and "USING" not in line and "VIRTUAL TABLE" not in line
    return bare_scan and not line.startswith(("SCAN CONSTANT ROW", "SCAN (subquery"))


@pytest.mark.parametrize("act", ACTS)
def test_no_frequent_act_reads_a_whole_table(tx: Connection, clock: Clock, act: str) -> None:
    seen: list[tuple[str, Any]] = []

    @event.listens_for(tx, "before_cursor_execute")
    def note(*given: Any) -> None:
        seen.append((given[2], given[3]))

    ACTS[act](tx, clock)
    slow = {statement: found for statement, values in seen if (found := scans(tx, statement, values))}
    assert seen
    assert slow == {}
