"""From what a request says about discounts and taxes to entries that can be priced; automatic rules included."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from posbridge.sandbox.square.catalog import Catalog
from posbridge.sandbox.square.errors import invalid, missing, not_found
from posbridge.sandbox.square.shop import Obj, Shop


class Rules:
    """Fills discounts, taxes and service charges of an order from the catalog."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog

    def fill(self, order: Obj) -> None:
        """Complete every entry in place; automatic ones are added when `pricing_options` asks."""
        options = order.get("pricing_options") or {}
        if options.get("auto_apply_discounts"):
            self._automatic(order)
        if options.get("auto_apply_taxes"):
            self._own_taxes(order)
        for place, entry in enumerate(order.get("discounts", ())):
            self._discount(order, entry, f"order.discounts[{place}]")
        for place, entry in enumerate(order.get("taxes", ())):
            self._tax(order, entry, f"order.taxes[{place}]")
        for place, entry in enumerate(order.get("service_charges", ())):
            self._charge(entry, f"order.service_charges[{place}]")

    def _discount(self, order: Obj, entry: Obj, field: str) -> None:
        entry.setdefault("uid", self.shop.new_id("uid", 22))
        if entry.get("catalog_object_id"):
            self._from_catalog(entry, field)
        if entry.get("percentage"):
            _percentage(entry["percentage"], f"{field}.percentage")
            entry.setdefault("type", "FIXED_PERCENTAGE")
        elif entry.get("amount_money"):
            self.shop.amount(entry["amount_money"], f"{field}.amount_money")
            entry.setdefault("type", "FIXED_AMOUNT")
        else:
            raise missing(f"{field}.percentage")
        if not entry.get("name"):
            raise missing(f"{field}.name")
        entry.setdefault("scope", _scope(order, "applied_discounts", "discount_uid", entry["uid"]))

    def _from_catalog(self, entry: Obj, field: str) -> None:
        found = self.catalog.find(entry["catalog_object_id"], "DISCOUNT")
        if found is None:
            raise not_found("Catalog discount", entry["catalog_object_id"], field=f"{field}.catalog_object_id")
        data = found["discount_data"]
        entry["catalog_version"] = found["version"]
        entry.setdefault("name", data["name"])
        entry.setdefault("type", data["discount_type"])
        for name in ("percentage", "amount_money", "maximum_amount_money"):
            if name in data:
                entry.setdefault(name, data[name])

    def _tax(self, order: Obj, entry: Obj, field: str) -> None:
        entry.setdefault("uid", self.shop.new_id("uid", 22))
        if entry.get("catalog_object_id"):
            found = self.catalog.find(entry["catalog_object_id"], "TAX")
            if found is None:
                raise not_found("Catalog tax", entry["catalog_object_id"], field=f"{field}.catalog_object_id")
            data = found["tax_data"]
            entry["catalog_version"] = found["version"]
            entry.setdefault("name", data["name"])
            entry.setdefault("percentage", data["percentage"])
            entry.setdefault("type", data.get("inclusion_type", "ADDITIVE"))
        entry.setdefault("type", "ADDITIVE")
        if entry["type"] not in ("ADDITIVE", "INCLUSIVE"):
            raise invalid(f"{field}.type", "ADDITIVE or INCLUSIVE.", "INVALID_ENUM_VALUE")
        if not entry.get("percentage"):
            raise missing(f"{field}.percentage")
        _percentage(entry["percentage"], f"{field}.percentage")
        entry.setdefault("scope", _scope(order, "applied_taxes", "tax_uid", entry["uid"]))

    def _charge(self, entry: Obj, field: str) -> None:
        entry.setdefault("uid", self.shop.new_id("uid", 22))
        if not entry.get("name"):
            raise missing(f"{field}.name")
        phase = entry.setdefault("calculation_phase", "SUBTOTAL_PHASE")
        if phase not in ("SUBTOTAL_PHASE", "TOTAL_PHASE"):
            raise invalid(f"{field}.calculation_phase", "Apportioned charges are not simulated.")
        if entry.get("percentage"):
            _percentage(entry["percentage"], f"{field}.percentage")
        else:
            self.shop.amount(entry.get("amount_money"), f"{field}.amount_money")
        entry.setdefault("taxable", False)
        entry.setdefault("type", "CUSTOM")
        entry.setdefault("treatment_type", "LINE_ITEM_TREATMENT")

    def _own_taxes(self, order: Obj) -> None:
        for row in order.get("line_items", ()):
            variation = self.catalog.find(row.get("catalog_object_id"), "ITEM_VARIATION")
            if variation is None:
                continue
            item = self.catalog.rows[variation["item_variation_data"]["item_id"]]
            for key in item["item_data"].get("tax_ids", ()):
                entry = _listed(order.setdefault("taxes", []), key)
                entry.update(catalog_object_id=key, scope="LINE_ITEM", auto_applied=True)
                row.setdefault("applied_taxes", []).append({"tax_uid": entry["uid"], "auto_applied": True})

    def _automatic(self, order: Obj) -> None:
        subtotal = sum(self._worth(row) for row in order.get("line_items", ()))
        for rule in list(self.catalog.rows.values()):
            if rule["type"] != "PRICING_RULE" or rule["is_deleted"]:
                continue
            data = rule["pricing_rule_data"]
            least = (data.get("minimum_order_subtotal_money") or {}).get("amount", 0)
            chosen = [row for row in order.get("line_items", ()) if self._in_set(row, data.get("match_products_id"))]
            if chosen and subtotal >= least and self._in_time(data) and "discount_id" in data:
                entry = _listed(order.setdefault("discounts", []), data["discount_id"])
                entry.update(catalog_object_id=data["discount_id"], pricing_rule_id=rule["id"], scope="LINE_ITEM")
                for row in chosen:
                    row.setdefault("applied_discounts", []).append({"discount_uid": entry["uid"]})

    def _worth(self, row: Obj) -> int:
        return int(Decimal(row["quantity"]) * row["base_price_money"]["amount"])

    def _in_set(self, row: Obj, key: object) -> bool:
        found = self.catalog.find(key, "PRODUCT_SET")
        if found is None:
            return key is None
        data = found["product_set_data"]
        if data.get("all_products"):
            return True
        variation = self.catalog.find(row.get("catalog_object_id"), "ITEM_VARIATION")
        if variation is None:
            return False
        item = self.catalog.rows[variation["item_variation_data"]["item_id"]]
        own = {variation["id"], item["id"], *(one["id"] for one in item["item_data"].get("categories", ()))}
        return bool(own & set(data.get("product_ids_any") or ()))

    def _in_time(self, data: Obj) -> bool:
        here = self.shop.clock.now().astimezone(ZoneInfo(self.shop.seed.timezone)).replace(tzinfo=None)
        begin, end = data.get("valid_from_date"), data.get("valid_until_date")
        first = _local(begin, data.get("valid_from_local_time"), time.min) if begin else None
        last = _local(end, data.get("valid_until_local_time"), time.max) if end else None
        return (first is None or here >= first) and (last is None or here <= last)


def _local(day: str, clock: str | None, default: time) -> datetime:
    return datetime.combine(datetime.fromisoformat(day).date(), time.fromisoformat(clock) if clock else default)


def _listed(entries: list[Obj], key: str) -> Obj:
    """The entry an automatic rule added for this object, or a new one in the list."""
    uid = f"auto-{key}"
    found = next((one for one in entries if one.get("uid") == uid), None)
    if found is None:
        found = {"uid": uid}
        entries.append(found)
    return found


def _scope(order: Obj, refs: str, ref: str, uid: str) -> str:
    named = any(one.get(ref) == uid for row in order.get("line_items", ()) for one in row.get(refs, ()))
    return "LINE_ITEM" if named else "ORDER"


def _percentage(text: object, field: str) -> None:
    try:
        value = Decimal(str(text)) if isinstance(text, str) else None
    except InvalidOperation:
        value = None
    if value is None or not 0 <= value <= 100:
        raise invalid(field, "A percentage is text between 0 and 100.")
