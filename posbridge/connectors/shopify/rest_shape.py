"""Webhook bodies have the shape of the retired REST API: here they are turned into that of GraphQL, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WEIGHTS = {"g": "GRAMS", "kg": "KILOGRAMS", "oz": "OUNCES", "lb": "POUNDS"}


def is_rest(raw: Any) -> bool:
    """Whether an object is REST-shaped: its fields are in snake case, or its id is a number."""
    if not isinstance(raw, Mapping):
        return False
    known = {"admin_graphql_api_id", "body_html", "product_type", "financial_status", "line_items", "first_name"}
    return bool(known & raw.keys()) or (isinstance(raw.get("id"), int) and "__typename" not in raw)


def _renamed(raw: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {ours: raw[theirs] for theirs, ours in names.items() if theirs in raw}


_PRODUCT = {
    "id": "id", "admin_graphql_api_id": "admin_graphql_api_id", "title": "title", "body_html": "descriptionHtml",
    "vendor": "vendor", "product_type": "productType", "status": "status", "tags": "tags", "updated_at": "updatedAt",
    "handle": "handle",
}  # fmt: skip
_VARIANT = {
    "id": "id", "admin_graphql_api_id": "admin_graphql_api_id", "title": "title", "sku": "sku", "barcode": "barcode",
    "price": "price", "compare_at_price": "compareAtPrice", "position": "position", "taxable": "taxable",
    "inventory_policy": "inventoryPolicy", "inventory_quantity": "inventoryQuantity",
}  # fmt: skip
_ORDER = {
    "id": "id", "admin_graphql_api_id": "admin_graphql_api_id", "name": "name", "created_at": "createdAt",
    "updated_at": "updatedAt", "processed_at": "processedAt", "cancelled_at": "cancelledAt",
    "cancel_reason": "cancelReason", "closed_at": "closedAt", "source_identifier": "sourceIdentifier",
    "source_name": "sourceName", "email": "email", "phone": "phone", "note": "note", "tags": "tags",
    "currency": "currencyCode", "taxes_included": "taxesIncluded", "subtotal_price_set": "subtotalPriceSet",
    "total_discounts_set": "totalDiscountsSet", "total_tax_set": "totalTaxSet", "total_price_set": "totalPriceSet",
    "total_price": "totalPrice", "total_tax": "totalTax", "order_status_url": "statusPageUrl",
}  # fmt: skip
_LINE = {
    "id": "id", "admin_graphql_api_id": "admin_graphql_api_id", "title": "title", "variant_title": "variantTitle",
    "sku": "sku", "quantity": "quantity", "price_set": "originalUnitPriceSet", "price": "originalUnitPrice",
    "tax_lines": "taxLines",
}  # fmt: skip
_CUSTOMER = {
    "id": "id", "admin_graphql_api_id": "admin_graphql_api_id", "first_name": "firstName", "last_name": "lastName",
    "email": "email", "phone": "phone", "note": "note", "tags": "tags", "updated_at": "updatedAt", "state": "state",
    "accepts_marketing": "acceptsMarketing", "orders_count": "numberOfOrders",
}  # fmt: skip
_ADDRESS = {
    "address1": "address1", "address2": "address2", "city": "city", "province_code": "provinceCode",
    "province": "province", "country_code": "countryCodeV2", "country": "country", "zip": "zip", "company": "company",
}  # fmt: skip


def product(raw: Mapping[str, Any]) -> dict[str, Any]:
    made = _renamed(raw, _PRODUCT)
    if isinstance(made.get("status"), str):
        made["status"] = made["status"].upper()
    options = raw.get("options")
    if isinstance(options, list):
        made["options"] = [_option(option) for option in options]
    if isinstance(raw.get("variants"), list):
        made["variants"] = [_variant(variant, options) for variant in raw["variants"]]
    if isinstance(raw.get("images"), list):
        made["media"] = [_image(image) for image in raw["images"]]
    return made


def _option(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    values = raw.get("values")
    named = [{"name": value} for value in values] if isinstance(values, list) else values
    return {**_renamed(raw, {"id": "id", "name": "name", "position": "position"}), "optionValues": named}


def _variant(raw: Any, options: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    names = [o.get("name") for o in options if isinstance(o, Mapping)] if isinstance(options, list) else []
    chosen = [
        {"name": name, "value": raw[f"option{place}"]}
        for place, name in enumerate(names[:3], start=1)
        if raw.get(f"option{place}") is not None
    ]
    tracked = raw.get("inventory_management") is not None if "inventory_management" in raw else None
    weight = {"value": raw.get("weight"), "unit": _WEIGHTS.get(str(raw.get("weight_unit")), "")}
    item: dict[str, Any] = {"tracked": tracked, "measurement": {"weight": weight if raw.get("weight") else None}}
    if raw.get("inventory_item_id"):
        item["id"] = f"gid://shopify/InventoryItem/{raw['inventory_item_id']}"
    return {**_renamed(raw, _VARIANT), "selectedOptions": chosen, "inventoryItem": item}


def _image(raw: Any) -> Any:
    if not isinstance(raw, Mapping):
        return raw
    return {
        "id": raw.get("admin_graphql_api_id") or raw.get("id"),
        "alt": raw.get("alt"),
        "image": {"url": raw.get("src")},
    }


def order(raw: Mapping[str, Any]) -> dict[str, Any]:
    made = _renamed(raw, _ORDER)
    for theirs, ours in (
        ("financial_status", "displayFinancialStatus"),
        ("fulfillment_status", "displayFulfillmentStatus"),
    ):
        if isinstance(raw.get(theirs), str):
            made[ours] = raw[theirs].upper()
    if isinstance(raw.get("note_attributes"), list):
        made["customAttributes"] = [_attribute(entry) for entry in raw["note_attributes"]]
    if isinstance(raw.get("discount_codes"), list):
        made["discountCodes"] = [c.get("code") for c in raw["discount_codes"] if isinstance(c, Mapping)]
    for name in ("line_items", "shipping_lines", "refunds"):
        if isinstance(raw.get(name), list):
            made[_CAMEL[name]] = [_SHAPES[name](entry) if isinstance(entry, Mapping) else entry for entry in raw[name]]
    if isinstance(raw.get("customer"), Mapping):
        made["customer"] = customer(raw["customer"])
    return made


def _attribute(entry: Any) -> Any:
    return {"key": entry.get("name"), "value": entry.get("value")} if isinstance(entry, Mapping) else entry


def _line(raw: Mapping[str, Any]) -> dict[str, Any]:
    made = _renamed(raw, _LINE)
    if raw.get("variant_id"):
        made["variant"] = {"id": f"gid://shopify/ProductVariant/{raw['variant_id']}"}
    if raw.get("product_id"):
        made["product"] = {"id": f"gid://shopify/Product/{raw['product_id']}"}
    made["discountAllocations"] = [
        {"allocatedAmountSet": part.get("amount_set") or part.get("amount")}
        for part in raw.get("discount_allocations") or ()
        if isinstance(part, Mapping)
    ]
    made["taxLines"] = _taxes(raw)
    return made


def _taxes(raw: Mapping[str, Any]) -> list[Any]:
    rows = raw.get("tax_lines")
    taxes = rows if isinstance(rows, list) else []
    return [{**row, "priceSet": row.get("price_set") or row.get("price")} for row in taxes if isinstance(row, Mapping)]


def _shipping(raw: Mapping[str, Any]) -> dict[str, Any]:
    price = raw.get("discounted_price_set") or raw.get("price_set") or raw.get("price")
    return {"id": raw.get("id"), "title": raw.get("title"), "discountedPriceSet": price, "taxLines": _taxes(raw)}


def _refund(raw: Mapping[str, Any]) -> dict[str, Any]:
    rows = raw.get("transactions")
    paid = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    back = [{"kind": "REFUND", "amount": row.get("amount")} for row in paid if row.get("kind") == "refund"]
    return {**_renamed(raw, {"id": "id", "admin_graphql_api_id": "admin_graphql_api_id", "note": "note"}), "back": back}


_CAMEL = {"line_items": "lineItems", "shipping_lines": "shippingLines", "refunds": "refunds"}
_SHAPES = {"line_items": _line, "shipping_lines": _shipping, "refunds": _refund}


def customer(raw: Mapping[str, Any]) -> dict[str, Any]:
    made = _renamed(raw, _CUSTOMER)
    addresses = raw.get("addresses")
    first = addresses[0] if isinstance(addresses, list) and addresses else None
    address = raw.get("default_address") or first
    if isinstance(address, Mapping):
        made["defaultAddress"] = _renamed(address, _ADDRESS)
    return made
