"""Our product → PrestaShop's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.prestashop.reading import ref
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.catalog import Product, ProductStatus, ProductVariant

#: What isCatalogName refuses (recorded 134).
_NAME = re.compile(r"[<>;=#{}]+")

Fields = dict[str, Any]


def from_product(
    product: Product, languages: Sequence[str], rates: Mapping[str, Decimal], with_tax: bool, current: Any = None
) -> Fields:
    """The fields we know, name in every language. `current` is the row there: its tax group decides the net price.

    Raises ValidationError for a product without a price.
    """
    first = product.variants[0] if product.variants else None
    if first is None or first.price is None:
        raise ValidationError(f"{product.title} has no price.")
    group = ref(Reader(current), "id_tax_rules_group") if current else first.tax_class
    name = one_line(_NAME.sub(" ", product.title))[:128] or "-"
    fields: Fields = {
        "name": dict.fromkeys(languages, name),
        "price": net(first.price.decimal(), rates.get(group, Decimal(0)), with_tax),
        "active": product.status is ProductStatus.ACTIVE,
    }
    if len(product.variants) == 1:
        fields |= {"reference": first.sku[:64], "ean13": _gtin(first.barcode)}
    return fields if current else {**fields, **_new(name, languages, group)}


def _new(name: str, languages: Sequence[str], group: str) -> Fields:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "product"
    return {
        "link_rewrite": dict.fromkeys(languages, slug),
        "id_category_default": "2",
        "id_tax_rules_group": group or "0",
        "product_type": "standard",
        "state": "1",
        "available_for_order": "1",
        "show_price": "1",
        "minimal_quantity": "1",
        "visibility": "both",
        "associations": {("categories", "category"): [{"id": "2"}]},
    }


def from_variant(variant: ProductVariant, base: str, rates: Mapping[str, Decimal], with_tax: bool) -> Fields:
    """A combination: its price is what it adds to the product's. Its id is "0" for the product itself."""
    ident = variant.id.partition("-")[2] or "0"
    fields: Fields = {"id": ident, "reference": variant.sku[:64], "ean13": _gtin(variant.barcode)}
    if variant.price is not None:
        own = net(variant.price.decimal(), rates.get(variant.tax_class, Decimal(0)), with_tax)
        fields["price"] = f"{Decimal(own) - Decimal(base):.6f}"
    return fields


def net(price: Decimal, percent: Decimal, with_tax: bool) -> str:
    """A price without tax, six decimals."""
    return f"{price / (1 + percent / 100) if with_tax else price:.6f}"


def _gtin(barcode: str) -> str:
    return barcode if barcode.isdecimal() and len(barcode) <= 14 else ""
