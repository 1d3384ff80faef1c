"""Our products → the bodies of the admin section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.sylius.calls import iri
from posbridge.connectors.sylius.reading import by_code, code_of, refs
from posbridge.connectors.text import Reader
from posbridge.domain.catalog import Product, ProductStatus, ProductVariant


def from_product(product: Product, channel: str, locale: str, known: Any = None) -> dict[str, Any]:
    """`known` is the product as it is there; its translation is named by its @id, and other channels stay."""
    texts: dict[str, Any] = {"name": product.title, "description": product.description}
    held = Reader(known, "code") if isinstance(known, Mapping) else None
    there = by_code(held, "translations", "locale").get(locale) if held else None
    if there is None:
        texts["slug"] = slug(product.title, product.id)
    elif there.raw.get("@id"):
        texts["@id"] = there.raw["@id"]
    channels = refs(held, "channels") if held else []
    return {
        "enabled": product.status is ProductStatus.ACTIVE,
        "channels": [iri("channels", code) for code in dict.fromkeys([*channels, channel])],
        "translations": {locale: texts},
    }


def from_variant(variant: ProductVariant, channel: str, locale: str, known: Any = None) -> dict[str, Any]:
    """Stock is only given to a new one; a price that is there is named by its @id (recorded 052)."""
    body: dict[str, Any] = {"enabled": variant.available}
    held = Reader(known, "code") if isinstance(known, Mapping) else None
    if variant.price is not None:
        pricing = by_code(held, "channelPricings", "channelCode").get(channel) if held else None
        price: dict[str, Any] = {"price": variant.price.amount, "channelCode": channel}
        before = variant.compare_at_price
        price["originalPrice"] = before.amount if before else None
        if pricing is not None and pricing.raw.get("@id"):
            price["@id"] = pricing.raw["@id"]
        body["channelPricings"] = {channel: price}
    if variant.title and held is None:
        body["translations"] = {locale: {"name": variant.title}}
    if held is None and variant.inventory_quantity is not None:
        body |= {"tracked": True, "onHand": max(0, int(variant.inventory_quantity))}
    return body


def slug(title: str, code: str) -> str:
    made = "".join(c if c.isalnum() else "-" for c in title.casefold()).strip("-")
    return "-".join(filter(None, [made, code_of(code).casefold()])) or "product"
