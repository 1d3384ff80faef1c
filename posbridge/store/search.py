"""Search as one types: an exact code first, then titles that begin so, then words of the title, then all words.

Each step stops at its limit and sorts nothing, so the time hardly grows with the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, TextClause, text

from posbridge.domain.catalog import Product
from posbridge.store import catalog
from posbridge.store.folding import fold, words

_CODE = text(
    "SELECT product_id FROM variants WHERE barcode = :code "
    "UNION SELECT product_id FROM variants WHERE sku = :code LIMIT :n"
)
_BEGINS = text(
    "SELECT id FROM products WHERE status = 'active' AND title_folded >= :low AND title_folded < :high "
    "ORDER BY title_folded LIMIT :n"
)
_MATCH = text(
    "SELECT p.id FROM product_search s JOIN products p ON p.seq = s.rowid WHERE product_search MATCH :match LIMIT :n"
)
_LAST = "\U0010ffff"
_EXTRA = 4


def products(tx: Connection, typed: str, limit: int = 30, category: str | None = None) -> list[Product]:
    """The best `limit` active products for what is typed so far; nothing typed gives the first page."""
    if not typed.strip():
        return catalog.page(tx, category, 0, limit)
    wanted = limit if category is None else limit * _EXTRA
    found = catalog.get_many(tx, ids(tx, typed, wanted))
    active = [p for p in found if p.status == "active" and (category is None or category in p.categories)]
    return active[:limit]


def ids(tx: Connection, typed: str, limit: int = 30) -> list[str]:
    """The product ids that `products` would give, best first."""
    found: dict[str, None] = {}
    for step in _steps(tx, typed.strip(), limit):
        found.update(dict.fromkeys(step))
        if len(found) >= limit:
            break
    return list(found)[:limit]


def match_of(typed: str) -> str:
    """The FTS5 expression: every word must be there, each as the beginning of a word; "" for no word."""
    return " ".join(f'"{word}"*' for word in words(typed))


def _steps(tx: Connection, typed: str, limit: int) -> Iterator[list[str]]:
    yield _ids(tx, _CODE, {"code": typed, "n": limit})
    low = fold(typed)
    yield _ids(tx, _BEGINS, {"low": low, "high": low + _LAST, "n": limit})
    match = match_of(typed)
    if match:
        yield _ids(tx, _MATCH, {"match": f"title : ({match})", "n": limit})
        yield _ids(tx, _MATCH, {"match": match, "n": limit})


def _ids(tx: Connection, statement: TextClause, values: dict[str, object]) -> list[str]:
    return [str(row[0]) for row in tx.execute(statement, values)]
