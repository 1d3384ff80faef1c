"""Our product → WooCommerce's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posbridge.connectors.woocommerce.reading import whole
from posbridge.domain.catalog import Product, ProductStatus, ProductVariant

KEY = "_posbridge_key"
_STATUS = {ProductStatus.ACTIVE: "publish", ProductStatus.DELETED: "trash"}


def from_product(product: Product, key: str = "") -> dict[str, Any]:
    """The body of a product's create or update, without its variations. Stock is left alone: it moves by sales.

    A product with options, or with several variants, is variable and its goods stand in its variations.
    """
    body: dict[str, Any] = {
        "name": product.title,
        "type": "variable" if is_variable(product) else "simple",
        "status": _STATUS.get(product.status, "draft"),
        "description": product.description,
        "attributes": _attributes(product),
    }
    if not is_variable(product) and product.variants:
        body |= from_variant(product.variants[0])
    return {**body, "meta_data": [{"key": KEY, "value": key}]} if key else body


def is_variable(product: Product) -> bool:
    return bool(product.options) or len(product.variants) > 1


def from_variant(variant: ProductVariant, names: Sequence[str] = ()) -> dict[str, Any]:
    """What can be sold of it: prices are texts with a point, "" takes a price away."""
    price, before = variant.price, variant.compare_at_price
    body: dict[str, Any] = {
        "sku": variant.sku,
        "regular_price": (before or price).plain() if price else "",
        "sale_price": price.plain() if price and before else "",
        "tax_status": "taxable" if variant.taxable else "none",
        "tax_class": variant.tax_class,
    }
    if variant.barcode:
        body["global_unique_id"] = variant.barcode
    if names:
        chosen = variant.option_values
        body["attributes"] = [{"name": name, "option": chosen[name]} for name in names if name in chosen]
    return body


def first_stock(variant: ProductVariant) -> dict[str, Any]:
    """The stock of a variant that is made there now."""
    quantity = variant.inventory_quantity
    if quantity is None or not whole(quantity):
        return {}
    return {"manage_stock": True, "stock_quantity": int(quantity)}


def _attributes(product: Product) -> list[dict[str, Any]]:
    return [
        {"name": option.name, "position": place, "visible": True, "variation": True, "options": list(option.values)}
        for place, option in enumerate(product.options)
    ]
