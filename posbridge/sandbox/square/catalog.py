"""The catalog: objects by id, written with versions, read in pages."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.catalog_search import matches, related_ids
from posbridge.sandbox.square.errors import conflict, invalid, missing, not_found
from posbridge.sandbox.square.shop import Obj, Shop, limit, moment, stamp
from posbridge.sandbox.wire import Call, Reply

PAGE = 100
_DATA = {
    "ITEM", "ITEM_VARIATION", "CATEGORY", "IMAGE", "TAX", "DISCOUNT", "PRICING_RULE", "PRODUCT_SET", "ITEM_OPTION",
    "ITEM_OPTION_VAL", "MEASUREMENT_UNIT", "MODIFIER", "MODIFIER_LIST", "TIME_PERIOD",
}  # fmt: skip
_NESTED = {"ITEM": ("item_data", "variations"), "ITEM_OPTION": ("item_option_data", "values"),
           "MODIFIER_LIST": ("modifier_list_data", "modifiers")}  # fmt: skip
_PARENT = {
    "ITEM_VARIATION": ("item_variation_data", "item_id"),
    "ITEM_OPTION_VAL": ("item_option_value_data", "item_option_id"),
    "MODIFIER": ("modifier_data", "modifier_list_id"),
}
_LIMITS = {
    "batch_upsert_max_objects_per_batch": 1000,
    "batch_upsert_max_total_objects": 10000,
    "batch_retrieve_max_object_ids": 1000,
    "search_max_page_limit": 1000,
    "batch_delete_max_object_ids": 200,
    "update_item_taxes_max_item_ids": 1000,
    "update_item_taxes_max_taxes_to_enable": 1000,
    "update_item_taxes_max_taxes_to_disable": 1000,
    "update_item_modifier_lists_max_item_ids": 1000,
    "update_item_modifier_lists_max_modifier_lists_to_enable": 1000,
    "update_item_modifier_lists_max_modifier_lists_to_disable": 1000,
}


class Catalog:
    """All objects, parts of an object (variations, option values) kept as rows of their own."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}
        self.places: dict[str, int] = {}
        self.children: dict[str, list[str]] = {}
        self._latest = shop.opened

    def routes(self) -> list[Route]:
        """Everything under /v2/catalog."""
        return [
            ("GET", "/v2/catalog/info", lambda call: Reply(body={"limits": _LIMITS})),
            ("GET", "/v2/catalog/list", self.list_objects),
            ("POST", "/v2/catalog/search", self.search),
            ("POST", "/v2/catalog/search-catalog-items", self.search_items),
            ("POST", "/v2/catalog/batch-retrieve", self.batch_retrieve),
            ("POST", "/v2/catalog/object", lambda call: self.shop.once(call, self.upsert, longest=128)),
            ("POST", "/v2/catalog/batch-upsert", lambda call: self.shop.once(call, self.batch_upsert, longest=128)),
            ("POST", "/v2/catalog/batch-delete", self.batch_delete),
            ("GET", "/v2/catalog/object/{id}", self.retrieve),
            ("DELETE", "/v2/catalog/object/{id}", lambda call: Reply(body=self.delete([call.params["id"]]))),
        ]

    # reading
    def find(self, key: Any, kind: str | None = None) -> Obj | None:
        """The stored row, not deleted, of that type; None otherwise."""
        row = self.rows.get(key) if isinstance(key, str) else None
        if row is None or row["is_deleted"] or (kind and row["type"] != kind):
            return None
        return row

    def shown(self, row: Obj) -> Obj:
        """The object as Square answers it: its parts inside, deleted items without variations."""
        made = copy.deepcopy(row)
        if made["type"] in _NESTED:
            data, part = _NESTED[made["type"]]
            parts = [self.rows[child] for child in self.children.get(row["id"], ())]
            made[data][part] = [copy.deepcopy(one) for one in parts if not one["is_deleted"]]
            if not made[data][part]:
                del made[data][part]
        if made["type"] == "IMAGE" and made["image_data"].get("url", "").startswith("/"):
            made["image_data"]["url"] = self.shop.platform.address + made["image_data"]["url"]
        return made

    def retrieve(self, call: Call) -> Reply:
        """One object by id."""
        row = self.find(call.params["id"])
        if row is None:
            raise not_found("Catalog object", call.params["id"])
        body: Obj = {"object": self.shown(row)}
        if call.query.get("include_related_objects") == "true":
            self._add_related(body, [row])
        return Reply(body=body)

    def batch_retrieve(self, call: Call) -> Reply:
        """Many by id; unknown ids are left out and the order is Square's, not the caller's."""
        body = call.json()
        ids = body.get("object_ids")
        if not isinstance(ids, list) or not ids:
            raise missing("object_ids")
        if len(ids) > _LIMITS["batch_retrieve_max_object_ids"]:
            raise invalid("object_ids", "At most 1000 ids.", "ARRAY_LENGTH_TOO_LONG")
        rows = [self.rows[key] for key in ids if key in self.rows]
        rows = [row for row in rows if body.get("include_deleted_objects") or not row["is_deleted"]]
        rows.sort(key=lambda row: self.places[row["id"]])
        made: Obj = {"objects": [self.shown(row) for row in rows]} if rows else {}
        if body.get("include_related_objects"):
            self._add_related(made, rows)
        return Reply(body=made)

    def list_objects(self, call: Call) -> Reply:
        """Pages of 100, no deleted objects; by default every type but the parts of others."""
        types = [name for name in call.query.get("types", "").upper().split(",") if name]
        unknown = sorted(set(types) - _DATA)
        if unknown:
            raise invalid("types", f"Unknown object type {unknown[0]}", "INVALID_ENUM_VALUE")

        def wanted(row: Obj) -> bool:
            return not row["is_deleted"] and (row["type"] in types if types else row["type"] not in _PARENT)

        page, more = self._walk(wanted, PAGE, call.query.get("cursor"), ["list", types])
        return Reply(body={**({"objects": [self.shown(row) for row in page]} if page else {}), **more})

    def search(self, call: Call) -> Reply:
        """By types, text and changes since an exclusive `begin_time`."""
        body = call.json()
        if body.get("include_deleted_objects") and body.get("include_category_path_to_root"):
            raise invalid(
                "include_category_path_to_root", "Exclusive with include_deleted_objects.", "CONFLICTING_PARAMETERS"
            )
        types = body.get("object_types") or [name for name in _DATA if name not in _PARENT]
        begin = stamp(moment(body["begin_time"], "begin_time")) if body.get("begin_time") else ""
        query = body.get("query") or {}

        def wanted(row: Obj) -> bool:
            visible = not row["is_deleted"] or bool(body.get("include_deleted_objects"))
            return row["type"] in types and visible and row["updated_at"] > begin and matches(self, row, query)

        asked = {name: value for name, value in body.items() if name not in ("cursor", "limit")}
        size = min(int(body.get("limit") or PAGE), _LIMITS["search_max_page_limit"])
        page, more = self._walk(wanted, size, body.get("cursor"), asked)
        made: Obj = {"objects": [self.shown(row) for row in page]} if page else {}
        if body.get("include_related_objects"):
            self._add_related(made, page)
        return Reply(body={**made, **more, "latest_time": self.latest()})

    def search_items(self, call: Call) -> Reply:
        """Items by text, category and archived state; at most 100 a page."""
        body = call.json()
        words = str(body.get("text_filter") or "").casefold().split()
        wanted = set(body.get("category_ids") or ())
        archived = body.get("archived_state", "ARCHIVED_STATE_NOT_ARCHIVED")
        rows = [
            row
            for row in self.rows.values()
            if row["type"] == "ITEM"
            and not row["is_deleted"]
            and (not wanted or wanted & {one["id"] for one in row["item_data"].get("categories", ())})
            and (archived == "ARCHIVED_STATE_ALL"
                 or bool(row["item_data"].get("is_archived")) == (archived == "ARCHIVED_STATE_ARCHIVED"))
            and all(word in self._text(row) for word in words)
        ]  # fmt: skip
        asked = {name: value for name, value in body.items() if name not in ("cursor", "limit")}
        page, more = self.shop.page(
            rows,
            self._place,
            limit(body, 100, 100),
            body.get("cursor"),
            asked,
            reverse=body.get("sort_order") == "DESC",
        )
        if not page:
            return Reply(body={})
        found = [child for row in page for child in self.children.get(row["id"], ())]
        return Reply(body={"items": [self.shown(row) for row in page], "matched_variation_ids": found, **more})

    def latest(self) -> str:
        """When the catalog last changed."""
        return self._latest

    def _walk(self, wanted: Callable[[Obj], bool], size: int, cursor: str | None, query: Any) -> tuple[list[Obj], Obj]:
        """One page in the order the objects came, without sorting what may be 200,000 rows."""
        start = self.shop.read_cursor(cursor, query) or 0
        page: list[Obj] = []
        for key in islice(self.places, start, None):
            row = self.rows[key]
            if not wanted(row):
                continue
            if len(page) == size:
                return page, self.shop.write_cursor(query, self.places[page[-1]["id"]])
            page.append(row)
        return page, {}

    def _place(self, row: Obj) -> int:
        return self.places[row["id"]]

    def _text(self, row: Obj) -> str:
        parts = [row["item_data"].get("name", ""), row["item_data"].get("description", "")]
        for child in self.children.get(row["id"], ()):
            data = self.rows[child]["item_variation_data"]
            parts += [data.get("name", ""), data.get("sku", ""), data.get("upc", "")]
        return " ".join(parts).casefold()

    def _add_related(self, body: Obj, rows: list[Obj]) -> None:
        have = {row["id"] for row in rows}
        wanted = {key for row in rows for key in related_ids(self.shown(row))} - have
        found = [self.rows[key] for key in sorted(wanted) if self.find(key)]
        if found:
            body["related_objects"] = [self.shown(row) for row in found]

    # writing
    def upsert(self, body: Obj) -> Obj:
        """Create (temporary ids begin with #) or replace one object."""
        if not isinstance(body.get("object"), dict):
            raise missing("object")
        mapping = self._write([body["object"]], "object")
        key = mapping.get(body["object"]["id"], body["object"]["id"])
        return {"catalog_object": self.shown(self.rows[key]), **_mappings(mapping)}

    def batch_upsert(self, body: Obj) -> Obj:
        """Batches of objects; all or nothing (within one request here; Square promises it per batch)."""
        batches = body.get("batches") or []
        objects = [one for batch in batches for one in batch.get("objects", ())]
        if not objects:
            raise missing("batches")
        if len(objects) > _LIMITS["batch_upsert_max_total_objects"]:
            raise invalid("batches", "At most 10000 objects.", "ARRAY_LENGTH_TOO_LONG")
        mapping = self._write(objects, "batches")
        keys = [mapping.get(one["id"], one["id"]) for one in objects]
        return {
            "objects": [self.shown(self.rows[key]) for key in keys],
            "updated_at": self.latest(),
            **_mappings(mapping),
        }

    def batch_delete(self, call: Call) -> Reply:
        """Delete by ids."""
        ids = call.json().get("object_ids")
        if not ids:
            raise missing("object_ids")
        return Reply(body=self.delete([key for key in ids if self.find(key)]))

    def delete(self, ids: list[str]) -> Obj:
        """Mark as deleted, parts included; NOT_FOUND for an unknown id."""
        gone: list[str] = []
        version = self.shop.version()
        for key in ids:
            if self.find(key) is None:
                raise not_found("Catalog object", key)
            for one in (key, *self.children.get(key, ())):
                self._stamp(self.rows[one], version)
                self.rows[one]["is_deleted"] = True
                gone.append(one)
        self._changed(version)
        return {"deleted_object_ids": gone, "deleted_at": self.latest()}

    def put(self, obj: Obj) -> str:
        """Write one object from inside (seeding, control pages) and give its id."""
        mapping = self._write([copy.deepcopy(obj)], "object", quiet=True)
        key = str(obj["id"])
        return mapping.get(key, key)

    def touch(self, key: str) -> None:
        """A row was changed in place: new version for it and for the object it is a part of."""
        version = self.shop.version()
        row = self.rows[key]
        self._stamp(row, version)
        if row["type"] in _PARENT:
            inner, parent = _PARENT[row["type"]]
            self._stamp(self.rows[row[inner][parent]], version)
        self._changed(version)

    def _write(self, objects: list[Obj], field: str, *, quiet: bool = False) -> dict[str, str]:
        flat = [part for obj in objects for part in self._parts(obj, field)]
        mapping: dict[str, str] = {}
        for row in flat:
            if row["id"].startswith("#"):
                mapping.setdefault(row["id"], self.shop.new_id("catalog"))
        for row in flat:
            self._check(row, field)
        version = self.shop.version()
        for row in flat:
            self._store(_renamed(row, mapping), version)
        if not quiet:
            self._changed(version)
        return mapping

    def _parts(self, obj: Obj, field: str) -> list[Obj]:
        if not obj.get("id"):
            raise missing(f"{field}.id")
        if obj.get("type") not in _DATA:
            raise invalid(f"{field}.type", f"Unknown object type {obj.get('type')}", "INVALID_ENUM_VALUE")
        row = copy.deepcopy(obj)
        if row["type"] not in _NESTED:
            return [row]
        data, part = _NESTED[row["type"]]
        nested = (row.get(data) or {}).pop(part, None) or []
        for place, one in enumerate(nested):
            child_data, parent = _PARENT[one["type"]]
            one.setdefault(child_data, {}).setdefault(parent, row["id"])
            one[child_data].setdefault("ordinal", place)
        return [row, *nested]

    def _check(self, row: Obj, field: str) -> None:
        data = row.get(f"{row['type'].lower()}_data") or row.get("item_option_value_data")
        if not isinstance(data, dict):
            raise missing(f"{field}.{row['type'].lower()}_data")
        if row["type"] in ("ITEM", "CATEGORY", "DISCOUNT") and not data.get("name"):
            raise missing(f"{field}.{row['type'].lower()}_data.name")
        if row["type"] == "ITEM_VARIATION":
            self._check_price(data, field)
        kept = self.rows.get(row["id"])
        if row["id"].startswith("#"):
            return
        if kept is None or kept["is_deleted"]:
            raise not_found("Catalog object", row["id"])
        if "version" not in row or row["version"] != kept["version"]:
            raise conflict(f"{field}.version", kept["version"], row.get("version"))

    def _check_price(self, data: Obj, field: str) -> None:
        place = f"{field}.item_variation_data"
        if data.get("pricing_type", "FIXED_PRICING") == "FIXED_PRICING":
            self.shop.amount(data.get("price_money"), f"{place}.price_money")
        elif data.get("price_money"):
            raise invalid(f"{place}.price_money", "Variable pricing has no price.", "CONFLICTING_PARAMETERS")

    def _store(self, row: Obj, version: int) -> None:
        key, kept = row["id"], self.rows.get(row["id"])
        row["created_at"] = kept["created_at"] if kept else self.shop.stamp()
        row["is_deleted"] = False
        row.setdefault("present_at_all_locations", True)
        _defaults(row)
        self._stamp(row, version)
        self.rows[key] = row
        self.places.setdefault(key, len(self.places) + 1)
        if row["type"] in _PARENT:
            data, parent = _PARENT[row["type"]]
            family = self.children.setdefault(row[data][parent], [])
            if key not in family:
                family.append(key)

    def _stamp(self, row: Obj, version: int) -> None:
        row["version"] = version
        row["updated_at"] = self._latest = _from_version(version)

    def _changed(self, version: int) -> None:
        body = {"catalog_version": {"updated_at": _from_version(version)}}
        self.shop.emit("catalog.version.updated", "catalog_version", "", body)


def _from_version(version: int) -> str:
    return stamp(datetime.fromtimestamp(version / 1000, UTC))


def _mappings(mapping: dict[str, str]) -> Obj:
    if not mapping:
        return {}
    return {"id_mappings": [{"client_object_id": old, "object_id": new} for old, new in mapping.items()]}


def _renamed(value: Any, mapping: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(one, mapping) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, mapping) for one in value]
    if isinstance(value, str) and value.startswith("#"):
        return mapping.get(value, value)
    return value


def _defaults(row: Obj) -> None:
    if row["type"] == "ITEM":
        data = row["item_data"]
        data.setdefault("product_type", "REGULAR")
        data.setdefault("is_archived", False)
        data.setdefault("is_taxable", True)
        if data.get("description_html"):
            data["description_plaintext"] = re.sub(r"<[^>]+>", "", data["description_html"])
            data.setdefault("description", data["description_plaintext"])
        elif data.get("description"):
            data["description_plaintext"] = data["description"]
            data["description_html"] = f"<p>{data['description']}</p>"
    elif row["type"] == "ITEM_VARIATION":
        data = row["item_variation_data"]
        data.setdefault("pricing_type", "FIXED_PRICING")
        data.setdefault("sellable", True)
        data.setdefault("stockable", True)
