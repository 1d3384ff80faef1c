"""What products name by number: attributes with their labels, categories, SKUs. Read once, asked again when new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.catalog_mapping import BRANDS, Shop, links_of
from posbridge.connectors.magento.pages import among, listed
from posbridge.connectors.magento.reading import attributes
from posbridge.connectors.text import Reader, each, one_line

_FAMILY = "items[id,extension_attributes[configurable_product_links]],total_count"
_ATTRIBUTE = "items[attribute_id,attribute_code,options],total_count"
_KEYS = "items[id,sku],total_count"


class Learned:
    """The words of a store, kept for a connection."""

    def __init__(self, http: PlatformHttp, shop: Shop) -> None:
        self._http, self._shop = http, shop
        self._names: dict[str, str] = {}
        self._labels: dict[tuple[str, str], str] = {}
        self._categories: dict[str, str] = {}
        self._branded = False

    async def shop(self, rows: Sequence[Any]) -> Shop:
        """The shop as these rows need it: what they name and is not known yet is read."""
        options = {entry for row in rows for entry in _option_ids(row)}
        missing = {ident for ident, values in options if not self._knows(ident, values)}
        if missing:
            await self._attributes("attribute_id", sorted(missing))
        if not self._branded and any(set(BRANDS) & set(_codes(row)) for row in rows):
            self._branded = True
            await self._attributes("attribute_code", BRANDS)
        if {ident for row in rows for ident in _category_ids(row)} - self._categories.keys():
            await self._read_categories()
        return replace(self._shop, names=self._names, labels=self._labels, categories=self._categories)

    async def categories(self) -> dict[str, str]:
        """Names of categories by id."""
        if not self._categories:
            await self._read_categories()
        return self._categories

    def _knows(self, ident: str, values: Iterable[str]) -> bool:
        code = self._names.get(ident)
        return code is not None and all((code, value) in self._labels for value in values)

    async def _attributes(self, column: str, values: Sequence[str]) -> None:
        for row in await among(self._http, "products/attributes", column, values, fields=_ATTRIBUTE):
            reader = Reader(row, "attribute_id")
            code = reader.text("attribute_code")
            self._names[reader.text("attribute_id")] = code
            for option in reader.objects("options"):
                self._labels[code, option.text("value")] = one_line(option.text("label"))

    async def _read_categories(self) -> None:
        async for page in listed(self._http, "categories/list", fields="items[id,name],total_count"):
            for row in page.rows:
                self._categories[Reader(row).id()] = one_line(Reader(row).text("name"))

    async def family(self) -> dict[str, str]:
        """The parent of each child of a configurable."""
        found: dict[str, str] = {}
        async for page in listed(self._http, "products", [("type_id", "eq", "configurable")], fields=_FAMILY):
            for row in page.rows:
                for child in links_of(row):
                    found.setdefault(child, Reader(row).id())
        return found


def _option_ids(row: Any) -> list[tuple[str, tuple[str, ...]]]:
    read, _ = each([row], lambda raw: [
        (entry.text("attribute_id"), tuple(value.text("value_index") for value in entry.objects("values")))
        for entry in Reader(raw).object("extension_attributes").objects("configurable_product_options")
    ])  # fmt: skip
    return read[0] if read else []


def _codes(row: Any) -> list[str]:
    read, _ = each([row], lambda raw: list(attributes(Reader(raw))))
    return read[0] if read else []


def _category_ids(row: Any) -> list[str]:
    read, _ = each([row], lambda raw: [
        link.text("category_id") for link in Reader(raw).object("extension_attributes").objects("category_links")
    ])  # fmt: skip
    return read[0] if read else []


class Goods:
    """Ids and SKUs of the store's articles, both ways: stock is kept by SKU."""

    def __init__(self, http: PlatformHttp) -> None:
        self._http = http
        self._skus: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._strange: set[str] = set()

    async def skus(self, ids: Iterable[str]) -> dict[str, str]:
        """SKUs by id; ids that are not there are left out."""
        wanted = [ident for ident in dict.fromkeys(ids) if ident.isdecimal()]
        missing = [ident for ident in wanted if ident not in self._skus]
        if missing:
            self.learn(await among(self._http, "products", "entity_id", missing, fields=_KEYS))
        return {ident: self._skus[ident] for ident in wanted if ident in self._skus}

    async def ids(self, skus: Sequence[str]) -> dict[str, str]:
        """Ids by SKU; rows of deleted articles have none (recorded 078)."""
        missing = [sku for sku in skus if sku not in self._ids and sku not in self._strange]
        if len(missing) > 300:
            async for page in listed(self._http, "products", fields=_KEYS):
                self.learn(page.rows)
        elif missing:
            self.learn(await among(self._http, "products", "sku", missing, fields=_KEYS))
        self._strange |= {sku for sku in missing if sku not in self._ids}
        return {sku: self._ids[sku] for sku in skus if sku in self._ids}

    def learn(self, rows: Iterable[Any]) -> None:
        for row in rows:
            if isinstance(row, dict) and isinstance(row.get("sku"), str) and row.get("id") is not None:
                self._skus[str(row["id"])] = row["sku"]
                self._ids[row["sku"]] = str(row["id"])
                self._strange.discard(row["sku"])
