"""Our product → Magento's, for articles that begin their life at the till."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from posbridge.connectors.errors import Unsupported
from posbridge.connectors.magento.reading import plain_plane
from posbridge.domain.catalog import Product, ProductStatus


def from_product(product: Product, *, barcode: str = "", set_id: int = 4, known: bool = False) -> dict[str, Any]:
    """The body of a product's create or update. `barcode` names the attribute that holds barcodes ("" for none).

    Raises Unsupported for several variants: their attributes are the shop's own matter, and for one without SKU.
    `url_key` always goes along with a new one: two products of one name are refused without (recorded 200).
    """
    if len(product.variants) != 1:
        raise Unsupported("Articles with variants are made in Magento's own administration.")
    variant = product.variants[0]
    if not variant.sku:
        raise Unsupported("Magento needs a SKU.", next_step="Give the article a SKU.")
    attributes: dict[str, Any] = {"description": plain_plane(product.description)} if product.description else {}
    attributes |= {barcode: variant.barcode} if barcode and variant.barcode else {}
    body: dict[str, Any] = {
        "sku": variant.sku,
        "name": plain_plane(product.title),
        "status": 1 if product.status is ProductStatus.ACTIVE else 2,
    }
    if variant.price is not None:
        body["price"] = (variant.compare_at_price or variant.price).decimal()
    if not known:
        body |= {"attribute_set_id": set_id, "type_id": "simple", "visibility": 4}
        attributes |= {"url_key": url_key(f"{product.title} {variant.sku}"), "tax_class_id": variant.tax_class or "2"}
    pairs = [{"attribute_code": code, "value": value} for code, value in attributes.items()]
    return {"product": {**body, "custom_attributes": pairs}}


def url_key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "article"
