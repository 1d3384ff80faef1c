"""Products, attributes, categories and stock of the simulated store."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.magento.answers import (
    MOST_ITEMS,
    Obj,
    Refused,
    cut,
    exact,
    number,
    parsed_fields,
    stored,
    too_many,
)
from posbridge.sandbox.magento.search import Search
from posbridge.sandbox.magento.shop import SOURCE, STORE, WEBSITE, Options, Store, custom, set_custom
from posbridge.sandbox.wire import Call, Reply

_PRODUCT = ("entity_id", "sku", "name", "price", "status", "visibility", "type_id", "created_at", "updated_at",
            "attribute_set_id", "category_id", "website_id")  # fmt: skip
NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."


class Catalog:
    """Everything about goods."""

    def __init__(self, store: Store, options: Options) -> None:
        self._store, self._options = store, options

    # reading
    def products(self, call: Call) -> Any:
        rows = list(self._store.products.values())
        return Search(call.query_list).answer(rows, _value, limits=self._options.limits, unknown=self._unknown)

    def _unknown(self, field: str) -> Refused | None:
        if (
            field in _PRODUCT
            or field in self._store.attributes
            or field in ("url_key", "special_price", "tax_class_id")
        ):
            return None
        return Refused(400, 'The "%1" attribute name is invalid. Reset the name and try again.', [field])

    def product(self, call: Call) -> Any:
        """Only the single answer holds the stock item (recorded 034, 047)."""
        row = self._row(call.params["sku"])
        inner = {**row["extension_attributes"], "stock_item": self._stock_item(row)}
        body = {**row, "extension_attributes": inner}
        return cut(body, parsed_fields(fields)) if (fields := call.query.get("fields", "")) else body

    def _row(self, sku: str) -> Obj:
        row = self._store.by_sku(sku)
        if row is None:
            raise Refused(404, NO_PRODUCT)
        return row

    def _stock_item(self, row: Obj) -> Obj:
        quantity = number(self._store.quantity(row["sku"]))
        return {"item_id": row["id"], "product_id": row["id"], "stock_id": 1, "qty": quantity,
                "is_in_stock": bool(quantity) or row["type_id"] != "simple", "is_qty_decimal": False,
                "use_config_manage_stock": True, "manage_stock": True, "backorders": 0}  # fmt: skip

    def children(self, call: Call) -> Any:
        """Custom attributes such as the barcode are left out here (recorded 040)."""
        links = self._row(call.params["sku"])["extension_attributes"].get("configurable_product_links", [])
        rows = [self._store.products[ident] for ident in links]
        kept = [[pair for pair in row["custom_attributes"] if pair["attribute_code"] != "barcode"] for row in rows]
        return [{**row, "custom_attributes": pairs} for row, pairs in zip(rows, kept, strict=True)]

    def attributes(self, call: Call) -> Any:
        return self._plain(call, list(self._store.attributes.values()))

    def attribute_options(self, call: Call) -> Any:
        code = call.params["code"]
        if code not in self._store.attributes:
            raise Refused(404, 'The attribute with a "%1" attributeCode doesn\'t exist. Verify and try again.', [code])
        return self._store.attributes[code]["options"]

    def categories(self, call: Call) -> Any:
        rows = [{**row, "entity_id": row["id"]} for row in self._store.categories.values()]
        return self._plain(call, rows)

    def sources(self, call: Call) -> Any:
        row = {"source_code": SOURCE, "name": self._store.seed.location, "enabled": True, "latitude": 0, "longitude": 0,
               "country_id": self._store.seed.country, "postcode": "00000", "use_default_carrier_config": True,
               "carrier_links": []}  # fmt: skip
        return self._plain(call, [row])

    def _plain(self, call: Call, rows: list[Obj]) -> Any:
        return Search(call.query_list).answer(rows, Obj.get, limits=self._options.limits, unknown=lambda _: None)

    # stock
    def source_items(self, call: Call) -> Any:
        return self._plain(call, list(self._store.sources.values()))

    def set_source_items(self, call: Call) -> Any:
        """Absolute and unchecked: unknown SKUs and negative numbers pass, unknown sources do not (077, 078, 080)."""
        items = call.json().get("sourceItems")
        if not isinstance(items, list) or not items:
            raise Refused(400, "Input data is empty")
        if self._options.limits and len(items) > MOST_ITEMS:
            raise too_many("Magento\\InventoryApi\\Api\\Data\\SourceItemInterface")
        if any(item.get("source_code") != SOURCE for item in items):
            raise Refused(400, "Validation Failed", None, [{"message": "Source with code does not exist"}])
        for item in items:
            self._store.put(str(item["sku"]), SOURCE, item["quantity"], int(item.get("status", 1)))
        return []

    def salable(self, call: Call) -> Any:
        sku = call.params["sku"]
        row = self._store.by_sku(sku)
        if row is None:
            words = b"An error has happened during application run. See exception log for details.\n"
            return Reply(500, words, {"content-type": "text/plain"})
        if row["type_id"] == "configurable":
            raise Refused(400, "Can't check requested quantity for products without Source Items support.")
        return number(self._store.salable(sku))

    def resolver(self, call: Call) -> Any:
        channel = {"type": "website", "code": call.params["code"]}
        return {"stock_id": 1, "name": "Default Stock", "extension_attributes": {"sales_channels": [channel]}}

    # writing
    def save(self, call: Call) -> Any:
        """A POST with a SKU that is there updates it (recorded 200); a short PUT to an unknown one is refused."""
        given = stored(call.json().get("product") or {})
        sku = str(call.params.get("sku") or given.get("sku") or "")
        row = self._store.by_sku(sku)
        if row is None:
            if not all(given.get(name) for name in ("name", "attribute_set_id", "type_id")):
                raise Refused(400, 'The value of attribute "name" must be set', None)
            self._unique_key(given, 0)
            row = self._store.row(given["type_id"], sku, given["name"], 0, int(given.get("visibility", 4)))
        else:
            self._unique_key(given, row["id"])
        self._merge(row, given)
        return row

    def _unique_key(self, given: Obj, own: int) -> None:
        wanted = custom(given, "url_key")
        taken = [row["id"] for row in self._store.products.values() if wanted and custom(row, "url_key") == wanted]
        if any(ident != own for ident in taken):
            raise Refused(400, "URL key for specified store already exists.")

    def _merge(self, row: Obj, given: Obj) -> None:
        for name in ("sku", "name", "price", "status", "visibility", "weight"):
            if name in given:
                row[name] = number(given[name]) if name in ("price", "weight") else given[name]
        known = {
            *self._store.attributes,
            "description",
            "short_description",
            "url_key",
            "tax_class_id",
            "special_price",
        }
        for pair in given.get("custom_attributes", []):
            if pair["attribute_code"] in known:  # others are dropped without a word (recorded 200)
                set_custom(row, pair["attribute_code"], pair["value"])
        stock = (given.get("extension_attributes") or {}).get("stock_item") or {}
        if "qty" in stock or (row["sku"], SOURCE) not in self._store.sources:
            self._store.put(row["sku"], SOURCE, exact(stock.get("qty", Decimal(0))))
        self._store.touch(row)

    def delete(self, call: Call) -> Any:
        del self._store.products[self._row(call.params["sku"])["id"]]
        return True

    # the store itself
    def configs(self, call: Call) -> Any:
        home, seed = f"{self._store.address()}/", self._store.seed
        return [{"id": STORE, "code": "default", "website_id": WEBSITE, "locale": "en_US",
                 "base_currency_code": seed.currency, "default_display_currency_code": seed.currency,
                 "timezone": seed.timezone, "weight_unit": "kgs", "base_url": home, "base_link_url": home,
                 "base_static_url": f"{home}static/", "base_media_url": f"{home}media/", "secure_base_url": home,
                 "secure_base_link_url": home, "secure_base_static_url": f"{home}static/",
                 "secure_base_media_url": f"{home}media/"}]  # fmt: skip

    def views(self, call: Call) -> Any:
        return [{"id": STORE, "code": "default", "name": "Default Store View", "website_id": WEBSITE,
                 "store_group_id": 1, "is_active": 1}]  # fmt: skip

    def websites(self, call: Call) -> Any:
        return [{"id": WEBSITE, "code": "base", "name": "Main Website", "default_group_id": 1}]

    def modules(self, call: Call) -> Any:
        return ["Magento_Store", "Magento_Catalog", "Magento_Sales", "Magento_SalesRule", "Magento_InventoryApi"]

    def tax_rates(self, call: Call) -> Any:
        seed = self._store.seed
        rate = {"id": 1, "tax_country_id": seed.country, "tax_region_id": 0, "tax_postcode": "*",
                "rate": number(seed.tax_rate), "code": "Tax", "titles": []}  # fmt: skip
        return self._plain(call, [rate] if exact(seed.tax_rate) else [])

    def tax_rules(self, call: Call) -> Any:
        rule = {"id": 1, "code": "Goods", "priority": 0, "position": 0, "customer_tax_class_ids": [3],
                "product_tax_class_ids": [2], "tax_rate_ids": [1], "calculate_subtotal": False}  # fmt: skip
        return self._plain(call, [rule])


def _value(row: Obj, field: str) -> Any:
    if field == "entity_id":
        return row["id"]
    return row[field] if field in row else custom(row, field)
