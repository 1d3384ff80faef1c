"""Search as one types: an exact code first, then titles that begin so, then words of the title, then all words.

Each step stops at its limit and sorts nothing, so the time hardly grows with the catalogue.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from posbridge.domain.catalog import Product
from posbridge.store import catalog
from posbridge.store.folding import fold, words

_CODE = text(
    "SELECT id, body, status FROM products WHERE id IN (SELECT product_id FROM variants WHERE barcode = :code "
    "UNION SELECT product_id FROM variants WHERE sku = :code LIMIT :n)"
)
_BEGINS = text(
    "SELECT id, body, status FROM products WHERE status = 'active' AND title_folded >= :low AND title_folded < :high "
    "ORDER BY title_folded LIMIT :n"
)
_MATCH = text(
    "SELECT p.id, p.body, p.status FROM product_search s JOIN products p ON p.seq = s.rowid "
    "WHERE product_search MATCH :match LIMIT :n"
)
_LAST = "\U0010ffff"
_EXTRA = 4


def products(tx: Connection, typed: str, limit: int = 30, category: str | None = None) -> list[Product]:
    """The best `limit` active products for what is typed so far; nothing typed gives the first page."""
    if not typed.strip():
        return catalog.page(tx, category, 0, limit)
    wanted = limit if category is None else limit * _EXTRA
    found = (catalog.product_of(row) for row in _rows(tx, typed, wanted).values() if row.status == "active")
    return list(itertools.islice((p for p in found if category is None or category in p.categories), limit))


def ids(tx: Connection, typed: str, limit: int = 30) -> list[str]:
    """The product ids that `products` would give, best first."""
    return list(_rows(tx, typed, limit))


def match_of(typed: str) -> str:
    """The FTS5 expression: every word must be there, each as the beginning of a word; "" for no word."""
    return " ".join(f'"{word}"*' for word in words(typed))


def _rows(tx: Connection, typed: str, limit: int) -> dict[str, Row[Any]]:
    """By product id, best first; each with what it is made of, so that nothing is looked up twice."""
    found: dict[str, Row[Any]] = {}
    for step in _steps(tx, typed.strip(), limit):
        for row in step:
            found.setdefault(row[0], row)
        if len(found) >= limit:
            break
    return dict(itertools.islice(found.items(), limit))


def _steps(tx: Connection, typed: str, limit: int) -> Iterator[Sequence[Row[Any]]]:
    yield _found(tx, _CODE, {"code": typed, "n": limit})
    low = fold(typed)
    yield _found(tx, _BEGINS, {"low": low, "high": low + _LAST, "n": limit})
    match = match_of(typed)
    if match:
        yield _found(tx, _MATCH, {"match": f"title : ({match})", "n": limit})
        yield _found(tx, _MATCH, {"match": match, "n": limit})


def _found(tx: Connection, statement: TextClause, values: dict[str, object]) -> Sequence[Row[Any]]:
    return tx.execute(statement, values).all()
