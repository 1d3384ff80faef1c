"""Retail goods (menus V2): items that are variants of one catalogue product."""

from __future__ import annotations

from posbridge.connectors.text import Reader, one_line


def retail(item: Reader) -> Reader:
    """The catalogue product that an item belongs to, with its variant's name and choices; empty for a plain item."""
    info = item.object("catalogProductInfo")
    product, variant = info.object("product"), info.object("productVariant")
    if not product.text("id"):
        return Reader({})
    chosen = variant.items("selectedOptions")
    return Reader({**product.raw, "variant_name": variant.raw.get("name"), "chosen": chosen})


def picked(goods: Reader) -> dict[str, str]:
    """The variant's choice by option name, in Toast's order."""
    found = sorted(goods.objects("chosen"), key=lambda one: one.integer("sortOrder") or 0)
    return {one_line(one.text("name")): one_line(one.object("value").text("name")) for one in found}


def options_of(goods: Reader) -> dict[str, list[str]]:
    """All values by option name, both in Toast's order."""
    made: dict[str, list[str]] = {}
    for option in sorted(goods.objects("availableOptions"), key=lambda one: one.integer("sortOrder") or 0):
        values = sorted(option.objects("values"), key=lambda one: one.integer("sortOrder") or 0)
        made[one_line(option.text("name"))] = [one_line(value.text("name")) for value in values]
    return made
