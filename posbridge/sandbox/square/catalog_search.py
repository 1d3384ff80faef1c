"""The queries of SearchCatalogObjects, and what an object points at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from posbridge.sandbox.square.errors import invalid
from posbridge.sandbox.square.shop import Obj

if TYPE_CHECKING:
    from posbridge.sandbox.square.catalog import Catalog

_POINTERS = {
    "category_id",
    "discount_id",
    "match_products_id",
    "exclude_products_id",
    "measurement_unit_id",
    "item_option_id",
}
_LISTS = {"tax_ids", "image_ids", "product_ids_any", "product_ids_all"}


def matches(catalog: Catalog, row: Obj, query: Obj) -> bool:
    """Whether the row fits the (single) query."""
    for name, asked in query.items():
        check = _CHECKS.get(name)
        if check is None:
            raise invalid(f"query.{name}", "This query is not simulated.", "UNKNOWN_BODY_PARAMETER")
        if not check(catalog, row, asked or {}):
            return False
    return True


def related_ids(value: Any) -> Iterator[str]:
    """Ids of other objects inside an object as Square shows it (categories, taxes, images, options …)."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name in _POINTERS and isinstance(one, str):
                yield one
            elif name in _LISTS and isinstance(one, list):
                yield from (key for key in one if isinstance(key, str))
            elif name == "categories" and isinstance(one, list):
                yield from (entry["id"] for entry in one if entry.get("id"))
            else:
                yield from related_ids(one)
    elif isinstance(value, list):
        for one in value:
            yield from related_ids(one)


def _data(row: Obj) -> Obj:
    found = row.get(f"{row['type'].lower()}_data") or row.get("item_option_value_data") or {}
    return dict(found)


def _attribute(row: Obj, name: str) -> str:
    value = _data(row).get(name)
    return "" if value is None else str(value).casefold()


def _exact(_: Catalog, row: Obj, asked: Obj) -> bool:
    # "exact" matches case-insensitively and may match a part (contract, section 7)
    return str(asked.get("attribute_value", "")).casefold() in _attribute(row, str(asked.get("attribute_name")))


def _set(_: Catalog, row: Obj, asked: Obj) -> bool:
    values = {str(one).casefold() for one in asked.get("attribute_values", ())}
    return _attribute(row, str(asked.get("attribute_name"))) in values


def _prefix(_: Catalog, row: Obj, asked: Obj) -> bool:
    prefix = str(asked.get("attribute_prefix", "")).casefold()
    return any(word.startswith(prefix) for word in _attribute(row, str(asked.get("attribute_name"))).split())


def _text(catalog: Catalog, row: Obj, asked: Obj) -> bool:
    words = [str(one).casefold() for one in asked.get("keywords", ())]
    parts = [str(one) for one in _data(row).values() if isinstance(one, str)]
    for child in catalog.children.get(row["id"], ()):
        parts += [str(one) for one in _data(catalog.rows[child]).values() if isinstance(one, str)]
    whole = " ".join(parts).casefold()
    return all(any(word in piece for piece in (whole,)) for word in words)


def _taxes(_: Catalog, row: Obj, asked: Obj) -> bool:
    return bool(set(asked.get("tax_ids", ())) & set(_data(row).get("tax_ids", ())))


_CHECKS: dict[str, Callable[[Catalog, Obj, Obj], bool]] = {
    "exact_query": _exact,
    "set_query": _set,
    "prefix_query": _prefix,
    "text_query": _text,
    "items_for_tax_query": _taxes,
    "sorted_attribute_query": lambda catalog, row, asked: True,
}
