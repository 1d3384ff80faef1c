"""Writing products and variations: what is checked, what is taken as it is, what is dropped without a word."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.woocommerce.answers import Obj, WpError, as_bool, invalid_param
from posbridge.sandbox.woocommerce.product_shape import blank_product, blank_variation
from posbridge.sandbox.woocommerce.shop import Row, Shop, metas
from posbridge.sandbox.woocommerce.terms import Terms
from posbridge.sandbox.woocommerce.text import free_slug, slug, stored_price, stored_title

_ENUMS: dict[str, tuple[str, ...]] = {
    "type": ("simple", "grouped", "external", "variable"),
    "status": ("draft", "pending", "private", "publish", "future", "trash"),
    "catalog_visibility": ("visible", "catalog", "search", "hidden"),
    "tax_status": ("taxable", "shipping", "none"),
    "stock_status": ("instock", "outofstock", "onbackorder"),
    "backorders": ("no", "notify", "yes"),
}
_STRINGS = (
    "name", "slug", "description", "short_description", "sku", "global_unique_id", "regular_price", "sale_price",
    "tax_class", "weight", "external_url", "button_text", "purchase_note", "shipping_class", "post_password",
)  # fmt: skip
_WHOLE = ("stock_quantity", "menu_order", "low_stock_amount", "download_limit", "download_expiry", "parent_id")
_SWITCHES = ("featured", "virtual", "downloadable", "sold_individually", "reviews_allowed")
_AS_SENT = ("upsell_ids", "cross_sell_ids", "grouped_products", "downloads", "gallery_image_ids")


def check_types(sent: Obj) -> None:
    """Refuse a wrong JSON type or a word outside its set (recorded 203, 808)."""
    for name, value in sent.items():
        if value is None:
            continue
        if name in _STRINGS and not isinstance(value, str):
            raise invalid_param(name, f"{name} is not of type string.")
        if name in (*_WHOLE, "inventory_delta") and not is_whole(value):
            raise invalid_param(name, f"{name} is not of type integer.")
        if name in _ENUMS and value not in _ENUMS[name]:
            words = ", ".join(_ENUMS[name][:-1]) + f", and {_ENUMS[name][-1]}"
            raise invalid_param(name, f"{name} is not one of {words}.", "rest_not_in_enum")


def is_whole(value: Any) -> bool:
    """WordPress's integer: 3, 3.0 and "3", never 7.5."""
    if isinstance(value, bool):
        return False
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdigit())


class ProductWriter:
    """Creates, changes and removes goods."""

    def __init__(self, shop: Shop, terms: Terms) -> None:
        self.shop = shop
        self.terms = terms

    def create(self, sent: Obj) -> Row:
        """A new product; a second one with the SKU is refused (recorded 804)."""
        check_types(sent)
        self._check_codes(sent, 0)
        row = self.shop.row(blank_product())
        self._write(row, sent)
        row.data["categories"] = row.data["categories"] or self.terms.uncategorized()
        row.data["slug"] = self._slug(sent.get("slug") or row.data["name"])
        self.shop.products[row.id] = row
        self._register(row)
        self.shop.tell("product", "created", row.id)
        return row

    def create_variation(self, parent: Row, sent: Obj) -> Row:
        """A new variation of a product."""
        check_types(sent)
        self._check_codes(sent, 0)
        row = self.shop.row(blank_variation(parent.id))
        self._write(row, sent)
        self.shop.variations[row.id] = row
        self.shop.children[parent.id].append(row.id)
        self._register(row)
        self.shop.touch(row)
        self.shop.tell("product", "created", row.id)
        return row

    def update(self, row: Row, sent: Obj) -> Row:
        """Change what was sent. `inventory_delta` is a relative change no schema declares (recorded 202)."""
        check_types(sent)
        self._check_codes(sent, row.id)
        self._forget(row)
        self._write(row, sent)
        self._register(row)
        self.shop.touch(row)
        self.shop.tell("product", "updated", row.id)
        return row

    def trash(self, row: Row) -> None:
        """To the trash: the SKU stays taken, reading by id still answers (recorded 138)."""
        if row.data["status"] == "trash":
            raise WpError(410, "woocommerce_rest_already_trashed", "The product has already been deleted.")
        row.data["status"] = "trash"
        self.shop.touch(row)
        self.shop.tell("product", "deleted", row.id)
        self.shop.tell("coupon", "deleted", row.id)  # trashing through REST crosses over (recorded 719, 721)

    def remove(self, row: Row) -> None:
        """For good, with its variations; nobody is told."""
        self._forget(row)
        parent = self.shop.parent(row)
        if parent is not None:
            self.shop.children[parent.id].remove(row.id)
            self.shop.variations.pop(row.id)
            return
        for child in list(self.shop.children[row.id]):
            self.remove(self.shop.variations[child])
        self.shop.products.pop(row.id)

    # what is stored
    def _write(self, row: Row, sent: Obj) -> None:
        data = row.data
        for name, value in sent.items():
            if name in _SWITCHES:
                data[name] = as_bool(value)
            elif name in _ENUMS or name in _AS_SENT or (name in _STRINGS and name in data):
                data[name] = value
        for name in ("regular_price", "sale_price"):
            data[name] = stored_price(str(data[name] or ""))
        if "name" in sent and "name" in data:
            data["name"] = stored_title(sent["name"]) or "Product"
        if isinstance(sent.get("dimensions"), dict):
            data["dimensions"] = {**data["dimensions"], **sent["dimensions"]}
        self._write_stock(data, sent)
        self._write_pieces(row, sent)

    def _write_stock(self, data: Obj, sent: Obj) -> None:
        if "manage_stock" in sent:
            data["manage_stock"] = sent["manage_stock"] != "parent" and as_bool(sent["manage_stock"])
        for name in ("low_stock_amount", "menu_order"):
            if sent.get(name) is not None:
                data[name] = int(sent[name])
        if not data["manage_stock"]:
            data["stock_quantity"] = None  # a number sent for untracked stock is dropped (recorded 211)
            return
        if sent.get("stock_quantity") is not None:
            data["stock_quantity"] = int(sent["stock_quantity"])
        if sent.get("inventory_delta") is not None:
            data["stock_quantity"] = (data["stock_quantity"] or 0) + int(sent["inventory_delta"])
        data["stock_quantity"] = data["stock_quantity"] or 0

    def _write_pieces(self, row: Row, sent: Obj) -> None:
        data = row.data
        if "categories" in sent and "categories" in data:
            data["categories"] = self.terms.chosen("categories", sent["categories"]) or self.terms.uncategorized()
        for kind in ("tags", "brands"):
            if kind in sent and kind in data:
                data[kind] = self.terms.chosen(kind, sent[kind])
        if "images" in sent and "images" in data:
            data["images"] = [self._image(held) for held in sent["images"]]
        if "image" in sent and "image" in data:
            data["image"] = self._image(sent["image"]) if sent["image"] else None
        if "attributes" in sent:
            shaped = self._option if data["type"] == "variation" else self._attribute
            data["attributes"] = [shaped(place, held) for place, held in enumerate(sent["attributes"])]
        if "default_attributes" in sent:
            data["default_attributes"] = [self._default(held) for held in sent["default_attributes"]]
        if "meta_data" in sent:
            data["meta_data"] = metas(self.shop, data["meta_data"], sent["meta_data"])

    def _attribute(self, place: int, sent: Obj) -> Obj:
        found = self.terms.attribute(int(sent.get("id") or 0))
        name = found["name"] if found else str(sent.get("name", ""))
        return {
            "id": found["id"] if found else 0,
            "name": name,
            "slug": found["slug"] if found else name,
            "position": int(sent.get("position", place)),
            "visible": as_bool(sent.get("visible", False)),
            "variation": as_bool(sent.get("variation", False)),
            "options": [str(option) for option in sent.get("options", [])],
        }

    def _option(self, place: int, sent: Obj) -> Obj:
        found = self._attribute(place, sent)
        return {"id": found["id"], "name": found["name"], "slug": found["slug"], "option": str(sent["option"])}

    def _default(self, sent: Obj) -> Obj:
        found = self._attribute(0, sent)
        return {"id": found["id"], "name": found["name"], "option": slug(str(sent.get("option", "")))}

    def _image(self, sent: Obj) -> Obj:
        now = self.shop.now()
        source = str(sent.get("src") or f"/wp-content/uploads/{sent.get('id', 0)}.jpg")
        name = source.rsplit("/", 1)[-1]
        return {
            "id": int(sent.get("id") or self.shop.next_id()),
            **self.shop.times(created=now, modified=now),
            "src": source,
            "name": str(sent.get("name") or name),
            "alt": str(sent.get("alt", "")),
        }

    # codes
    def _check_codes(self, sent: Obj, own: int) -> None:
        sku = sent.get("sku")
        holder = self.shop.skus.get(sku or "")
        if holder and holder != own:
            self._refuse_sku(str(sku), holder)
        gtin = sent.get("global_unique_id")
        if gtin and self.shop.gtins.get(gtin, own) != own:
            message = "Invalid or duplicated GTIN, UPC, EAN or ISBN."
            raise WpError(400, "product_invalid_global_unique_id", message, resource_id=self.shop.gtins[gtin])

    def _refuse_sku(self, sku: str, holder: int) -> None:
        found = self.shop.item(holder)
        if found is not None and found.data["status"] == "trash":
            message = f"The product with SKU ({sku}) you are trying to insert is already present in the lookup table"
            raise WpError(400, "woocommerce_rest_product_not_created", message)
        raise WpError(
            400,
            "product_invalid_sku",
            "Invalid or duplicated SKU.",
            resource_id=holder,
            unique_sku=free_sku(sku, self.shop),
        )

    def _register(self, row: Row) -> None:
        for codes, name in ((self.shop.skus, "sku"), (self.shop.gtins, "global_unique_id")):
            if row.data[name]:
                codes[row.data[name]] = row.id

    def _forget(self, row: Row) -> None:
        for codes, name in ((self.shop.skus, "sku"), (self.shop.gtins, "global_unique_id")):
            if codes.get(row.data[name]) == row.id:
                del codes[row.data[name]]

    def _slug(self, title: str) -> str:
        made = free_slug(slug(title), self.shop.slugs)
        self.shop.slugs.add(made)
        return made


def free_sku(sku: str, shop: Shop) -> str:
    """The proposal that comes with a refused SKU."""
    return free_slug(f"{sku}-1", shop.skus) if f"{sku}-1" in shop.skus else f"{sku}-1"
