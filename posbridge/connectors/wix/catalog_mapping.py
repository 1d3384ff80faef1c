"""A site has Catalog V1 or V3 for good: each page tells by its members which one it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import each
from posbridge.connectors.wix.catalog_v1_mapping import is_v1, read_levels_v1, read_v1, read_variant_v1
from posbridge.connectors.wix.catalog_v3_mapping import (
    product_id_of,
    product_of_variants,
    read_level_v3,
    read_v3,
    with_choice_names,
)
from posbridge.connectors.wix.reading import DEFAULT_CURRENCY, listed
from posbridge.domain.catalog import Product
from posbridge.domain.inventory import StockLevel

NO_NAMES: Mapping[str, str] = {}


def to_products(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, categories: Mapping[str, str] = NO_NAMES,
    variants: Sequence[Any] = (), weight_unit: str = "",
) -> list[Product]:  # fmt: skip
    """A page of products as Wix sends it (V1 or V3), a page of V3 variants, a bare list, or one product.

    `categories` gives names by id, `variants` are the rows of V3's list of variants, `weight_unit` is a V1 store's.
    Raises SchemaDrift.
    """
    products, parked = read_page(
        raw, currency=currency, categories=categories, variants=variants, weight_unit=weight_unit
    )
    if parked:
        raise parked[0]
    return products


def read_page(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, categories: Mapping[str, str] = NO_NAMES,
    variants: Sequence[Any] = (), weight_unit: str = "",
) -> tuple[list[Product], list[SchemaDrift]]:  # fmt: skip
    """The products of a page that can be read, and a SchemaDrift for each that cannot."""
    rows = listed(raw, "products", "product", "variants", "variant")
    if rows and all(_is_variant(row) for row in rows):
        return _of_variants(rows, currency)
    mine, odd = _by_product(variants)
    made, parked = each(rows, lambda row: _one(row, currency, categories, mine, weight_unit))
    return made, parked + odd


def _one(
    row: Any, currency: str, categories: Mapping[str, str], variants: Mapping[str, list[Any]], weight_unit: str
) -> Product:
    if is_v1(row):
        return read_v1(row, currency, categories, weight_unit)
    ident = row.get("id") if isinstance(row, Mapping) else None
    rows = variants.get(ident, []) if isinstance(ident, str) else []
    return read_v3(row, currency, categories, with_choice_names(row, rows) if rows else ())


def _is_variant(row: Any) -> bool:
    return isinstance(row, Mapping) and "variantId" in row


def _by_product(rows: Sequence[Any]) -> tuple[dict[str, list[Any]], list[SchemaDrift]]:
    found: dict[str, list[Any]] = {}
    pairs, parked = each(rows, lambda row: (product_id_of(row), row))
    for ident, row in pairs:
        found.setdefault(ident, []).append(row)
    return found, parked


def _of_variants(rows: Sequence[Any], currency: str) -> tuple[list[Product], list[SchemaDrift]]:
    """Rows of a list of variants, put together by product."""
    if all("productId" in row for row in rows):
        return each(rows, lambda row: read_variant_v1(row, currency))
    groups, parked = _by_product(rows)
    made, bad = each(groups.items(), lambda pair: product_of_variants(pair[0], pair[1], currency))
    return made, parked + bad


def to_levels(raw: Any) -> list[StockLevel]:
    """A page of inventory items (V1 or V3), a bare list, or one. Raises SchemaDrift."""
    levels, parked = read_levels(raw)
    if parked:
        raise parked[0]
    return levels


def read_levels(raw: Any) -> tuple[list[StockLevel], list[SchemaDrift]]:
    """The levels that can be read, and a SchemaDrift for each item that cannot."""
    made, parked = each(listed(raw, "inventoryItems", "inventoryItem"), _levels_of)
    return [level for levels in made for level in levels], parked


def _levels_of(row: Any) -> list[StockLevel]:
    if isinstance(row, Mapping) and "variants" in row:
        return read_levels_v1(row)
    return [read_level_v3(row)]
