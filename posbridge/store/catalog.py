"""The catalogue as sold here: products with our ids, found by page, category, SKU or barcode."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from posbridge.domain.catalog import Product, ProductStatus, ProductVariant
from posbridge.store.errors import NotStored
from posbridge.store.folding import fold
from posbridge.store.inserting import Inserting, Upserting
from posbridge.store.many import one_of
from posbridge.store.tables import product_categories, products, variants
from posbridge.store.times import ms, ms_or_none, when_or_none

_P, _V, _C = products.c, variants.c, product_categories.c
_CHUNK = 2000
_PRODUCTS = Upserting(
    products, "id", "source", "title", "title_folded", "status", "body", "updated_at", "read_at", key=("id",)
)
_VARIANTS = Upserting(
    variants, "id", "product_id", "sku", "barcode", "price", "currency", "available", "position", key=("id",)
)
_CATEGORIES = Inserting(product_categories, "category", "title_folded", "product_id")
_UNINDEX = "DELETE FROM product_search WHERE rowid = ?"
_INDEX = "INSERT INTO product_search (rowid, title, codes, category, options) VALUES (?, ?, ?, ?, ?)"


def upsert(tx: Connection, source: str, found: Sequence[Product], now: datetime) -> None:
    """Adds or replaces products under our ids, whole, with their variants and search words.

    `source` is the connection whose word counts for them.
    """
    for part in _chunks(found):
        rows = {product.id: _product_row(source, product, ms(now)) for product in part}
        known = _known(tx, rows)
        same = [each for each, (_, before) in known.items() if before == _said(rows[each])]
        tx.execute(update(products).where(one_of(_P.id, same)).values(read_at=ms(now)))
        changed = [product for product in part if product.id not in set(same)]
        _clear(tx, [product.id for product in changed if product.id in known])
        _PRODUCTS(tx, *(rows[product.id] for product in changed))
        _put_parts(tx, changed)


def mark_deleted(tx: Connection, product_ids: Sequence[str]) -> None:
    """They are gone at their source: known, no longer offered nor found."""
    for start in range(0, len(product_ids), _CHUNK):
        part = list(product_ids[start : start + _CHUNK])
        tx.execute(update(products).where(one_of(_P.id, part)).values(status="deleted"))
        _clear(tx, part)


def get(tx: Connection, product_id: str) -> Product:
    """Raises NotStored."""
    row = tx.execute(select(_P.body, _P.status).where(_P.id == product_id)).first()
    if row is None:
        raise NotStored(f"There is no product {product_id!r}.")
    return product_of(row)


def variant(tx: Connection, variant_id: str) -> tuple[Product, ProductVariant]:
    """A variant with its product. Raises NotStored."""
    found = _pairs(tx, _V.id == variant_id)
    if not found:
        raise NotStored(f"There is no article {variant_id!r}.")
    return found[0]


def by_code(tx: Connection, code: str) -> tuple[Product, ProductVariant] | None:
    """What a scanned or typed SKU or barcode names: sellable ones first; None when nothing has it."""
    found = all_by_code(tx, code)
    return found[0] if found else None


def all_by_code(tx: Connection, code: str) -> list[tuple[Product, ProductVariant]]:
    """Every offered variant with this very SKU or barcode, sellable ones first."""
    typed = code.strip()
    if not typed:
        return []
    found = _pairs(tx, _V.barcode == typed)
    known = {each.id for _, each in found}
    found += [pair for pair in _pairs(tx, _V.sku == typed) if pair[1].id not in known]
    return sorted(found, key=lambda pair: not pair[1].sellable)


def page(tx: Connection, category: str | None = None, offset: int = 0, limit: int = 60) -> list[Product]:
    """Active products by title; of one category, or all."""
    if category is None:
        wanted = select(_P.body, _P.status).where(_P.status == "active").order_by(_P.title_folded, _P.id)
    else:
        joined = product_categories.join(products, _C.product_id == _P.id)
        wanted = select(_P.body, _P.status).select_from(joined).where(_C.category == category)
        wanted = wanted.where(_P.status == "active").order_by(_C.title_folded, _C.product_id)
    return [product_of(row) for row in tx.execute(wanted.offset(offset).limit(limit))]


def categories(tx: Connection) -> list[tuple[str, int]]:
    """(category, number of products), by name."""
    wanted = select(_C.category, func.count()).group_by(_C.category).order_by(_C.category)
    return [(name, number) for name, number in tx.execute(wanted)]


def counts(tx: Connection) -> tuple[int, int]:
    """(products, variants) that are offered."""
    goods = select(func.count()).select_from(products).where(_P.status == "active")
    articles = select(func.count()).select_from(variants)
    return int(tx.execute(goods).scalar_one()), int(tx.execute(articles).scalar_one())


def prices_read_at(tx: Connection) -> datetime | None:
    """When a product was read last; None for an empty catalogue."""
    return when_or_none(tx.execute(select(func.max(_P.read_at))).scalar())


def _known(tx: Connection, ids: Collection[str]) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Product id → (row number in the index, what is stored of it)."""
    wanted = select(_P.id, _P.seq, _P.source, _P.status, _P.body).where(one_of(_P.id, ids))
    return {each: (seq, (source, status, body)) for each, seq, source, status, body in tx.execute(wanted).all()}


def _said(row: Mapping[str, Any]) -> tuple[str, ...]:
    return row["source"], row["status"], row["body"]


def _product_row(source: str, product: Product, at: int) -> dict[str, Any]:
    return {
        "id": product.id, "source": source, "title": product.title, "title_folded": fold(product.title),
        "status": product.status.value, "body": product.model_dump_json(),
        "updated_at": ms_or_none(product.updated_at), "read_at": at,
    }  # fmt: skip


def _seqs(tx: Connection, ids: Collection[str]) -> dict[str, int]:
    return dict(tx.execute(select(_P.id, _P.seq).where(one_of(_P.id, ids))).all())


def _clear(tx: Connection, ids: Sequence[str]) -> None:
    """Takes variants, categories and search words of the products away."""
    if not ids:
        return
    tx.execute(delete(variants).where(one_of(_V.product_id, ids)))
    tx.execute(delete(product_categories).where(one_of(_C.product_id, ids)))
    if seqs := [(seq,) for seq in _seqs(tx, ids).values()]:
        tx.exec_driver_sql(_UNINDEX, seqs)


def _put_parts(tx: Connection, part: Sequence[Product]) -> None:
    """Variants, categories and search words of products that have none yet."""
    _VARIANTS(tx, *(_variant_row(product.id, each) for product in part for each in product.variants))
    active = [product for product in part if product.status == "active"]
    _CATEGORIES(tx, *(row for product in active for row in _category_rows(product)))
    seqs = _seqs(tx, [product.id for product in active])
    if active:
        tx.exec_driver_sql(_INDEX, [_words(seqs[product.id], product) for product in active])


def _category_rows(product: Product) -> Iterator[dict[str, str]]:
    title = fold(product.title)
    for category in dict.fromkeys(product.categories):
        yield {"category": category, "title_folded": title, "product_id": product.id}


def _variant_row(product_id: str, each: ProductVariant) -> dict[str, Any]:
    price = each.price
    return {
        "id": each.id, "product_id": product_id, "sku": each.sku, "barcode": each.barcode,
        "price": None if price is None else price.amount, "currency": "" if price is None else price.currency,
        "available": int(each.available), "position": each.position,
    }  # fmt: skip


def _words(seq: int, product: Product) -> tuple[int, str, str, str, str]:
    """A row of the index: row number, title, codes, categories, options."""
    codes = (code for each in product.variants for code in (each.sku, each.barcode) if code)
    options = dict.fromkeys(value for each in product.variants for value in each.option_values.values())
    title = f"{product.title} {product.brand}".strip()
    return seq, title, " ".join(codes), " ".join(product.categories), " ".join(options)


def _pairs(tx: Connection, same: Any) -> list[tuple[Product, ProductVariant]]:
    joined = variants.join(products, _V.product_id == _P.id)
    wanted = select(_V.id, _P.body, _P.status).select_from(joined).where(same, _P.status == "active")
    found = [(row.id, product_of(row)) for row in tx.execute(wanted.order_by(_V.position, _V.id).limit(20))]
    return [(product, each) for identity, product in found for each in product.variants if each.id == identity]


def product_of(row: Any) -> Product:
    """The product of a row that has its `body` and `status`."""
    product = Product.model_validate_json(row.body)
    return product if product.status == row.status else product.model_copy(update={"status": ProductStatus(row.status)})


def _chunks(found: Sequence[Product]) -> Iterator[Sequence[Product]]:
    """In parts; of two products with one id the last one counts."""
    last = list({product.id: product for product in found}.values())
    for start in range(0, len(last), _CHUNK):
        yield last[start : start + _CHUNK]
