"""Products and variations as wc/v3 shows them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from posbridge.sandbox.woocommerce.answers import Obj
from posbridge.sandbox.woocommerce.shop import Row, Shop, links
from posbridge.sandbox.woocommerce.text import readable_slug

PATH = "/wc/v3/products"

_DATES: Obj = {
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
}


def blank_product() -> Obj:
    """What a product holds when nothing was sent: a published one named "Product" (recorded 802)."""
    return {
        "name": "Product", "slug": "", "type": "simple", "status": "publish", "featured": False,
        "catalog_visibility": "visible", "description": "", "short_description": "", "sku": "",
        "regular_price": "", "sale_price": "", **_DATES, "total_sales": 0, "virtual": False, "downloadable": False,
        "downloads": [], "download_limit": -1, "download_expiry": -1, "external_url": "", "button_text": "",
        "tax_status": "taxable", "tax_class": "", "manage_stock": False, "stock_quantity": None, "backorders": "no",
        "low_stock_amount": None, "sold_individually": False, "weight": "",
        "dimensions": {"length": "", "width": "", "height": ""}, "shipping_class": "", "shipping_class_id": 0,
        "reviews_allowed": True, "average_rating": "0", "rating_count": 0, "upsell_ids": [], "cross_sell_ids": [],
        "parent_id": 0, "purchase_note": "", "categories": [], "brands": [], "tags": [], "images": [],
        "attributes": [], "default_attributes": [], "grouped_products": [], "menu_order": 0, "meta_data": [],
        "stock_status": "instock", "post_password": "", "global_unique_id": "",
    }  # fmt: skip


def blank_variation(parent: int) -> Obj:
    """What a variation holds when nothing was sent."""
    return {
        "type": "variation", "description": "", "sku": "", "global_unique_id": "", "regular_price": "",
        "sale_price": "", **_DATES, "status": "publish", "virtual": False, "downloadable": False, "downloads": [],
        "download_limit": -1, "download_expiry": -1, "tax_status": "taxable", "tax_class": "parent",
        "manage_stock": False, "stock_quantity": None, "stock_status": "instock", "backorders": "no",
        "low_stock_amount": None, "weight": "", "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_class": "", "shipping_class_id": 0, "image": None, "gallery_image_ids": [], "attributes": [],
        "menu_order": 0, "meta_data": [], "parent_id": parent,
    }  # fmt: skip


def decimal(text: str) -> Decimal | None:
    """A stored price; None when it holds none."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def own_price(row: Row) -> str:
    """The price of a simple product or a variation: the sale price where there is one."""
    sale, regular = row.data["sale_price"], row.data["regular_price"]
    return str(sale if on_sale(row) else regular)


def on_sale(row: Row) -> bool:
    """Whether a sale price below the regular one is set."""
    sale, regular = decimal(row.data["sale_price"]), decimal(row.data["regular_price"])
    return sale is not None and (regular is None or sale < regular)


def price(shop: Shop, row: Row) -> str:
    """The effective price; a variable product shows its lowest variation's (recorded 106)."""
    if row.data["type"] != "variable":
        return own_price(row)
    priced = [own_price(shop.variations[child]) for child in shop.children[row.id]]
    return min((text for text in priced if text), key=Decimal, default="")


def variation_name(row: Row) -> str:
    """ "Red, Yes"."""
    return ", ".join(entry["option"] for entry in row.data["attributes"])


def full_name(shop: Shop, row: Row) -> str:
    """The product's name; for a variation the parent's with the options behind."""
    if row.data["type"] != "variation":
        return str(row.data["name"])
    parent = shop.parent(row)
    options = variation_name(row)
    name = parent.data["name"] if parent is not None else ""
    return f"{name} - {options}" if options else name


def shown_sku(shop: Shop, row: Row) -> str:
    """An empty variation sku is answered with the parent's."""
    parent = shop.parent(row)
    return str(row.data["sku"] or (parent.data["sku"] if parent is not None else ""))


def stock(shop: Shop, row: Row) -> Obj:
    """The stock fields; a variation counted by its parent says "parent" (recorded 218)."""
    counted = shop.stock_row(row)
    backorders = row.data["backorders"]
    quantity = None if counted is None else counted.data["stock_quantity"]
    return {
        "manage_stock": counted is not None if counted in (None, row) else "parent",
        "stock_quantity": quantity,
        "stock_status": _stock_status(shop, row, counted, quantity),
        "backorders": backorders,
        "backorders_allowed": backorders != "no",
        "backordered": backorders != "no" and counted is not None and (quantity or 0) < 0,
        "low_stock_amount": row.data["low_stock_amount"],
    }


def _stock_status(shop: Shop, row: Row, counted: Row | None, quantity: int | None) -> str:
    if counted is not None:
        if (quantity or 0) > 0:
            return "instock"
        return "outofstock" if counted.data["backorders"] == "no" else "onbackorder"
    if row.data["type"] == "variable" and shop.children[row.id]:
        held = {stock(shop, shop.variations[child])["stock_status"] for child in shop.children[row.id]}
        return "instock" if "instock" in held else sorted(held)[0]
    return str(row.data["stock_status"])


def _common(shop: Shop, row: Row) -> Obj:
    amount = price(shop, row)
    virtual = row.data["virtual"]
    return {
        "id": row.id,
        **shop.times(created=row.created, modified=row.modified),
        "sku": shown_sku(shop, row),
        "price": amount,
        "on_sale": _any_on_sale(shop, row),
        "purchasable": amount != "",
        "shipping_required": not virtual,
        "shipping_taxable": not virtual and row.data["tax_status"] == "taxable",
        **stock(shop, row),
    }


def _any_on_sale(shop: Shop, row: Row) -> bool:
    if row.data["type"] != "variable":
        return on_sale(row)
    return any(on_sale(shop.variations[child]) for child in shop.children[row.id])


def product(shop: Shop, row: Row, *, single: bool = False) -> Obj:
    """A product in full; `single` adds what only the answers about one product hold."""
    if row.data["type"] == "variation":
        return _variation_as_product(shop, row)
    made: Obj = {**row.data, **_common(shop, row)}
    made["permalink"] = f"{shop.home()}/product/{row.data['slug']}/"
    made["images"] = [image(shop, held, listed=True) for held in row.data["images"]]
    made["variations"] = list(shop.children[row.id])
    made["price_html"] = _price_html(shop, row)
    made["related_ids"] = []
    made["has_options"] = row.data["type"] == "variable"
    if single:
        made["permalink_template"] = f"{shop.home()}/product/%pagename%/"
        made["generated_slug"] = readable_slug(row.data["name"])
    made["_links"] = links(shop.home(), PATH, row.id)
    return _of_version(shop, made)


def _variation_as_product(shop: Shop, row: Row) -> Obj:
    parent = shop.products[row.data["parent_id"]]
    held = {name: value for name, value in row.data.items() if name not in ("image", "gallery_image_ids")}
    shown = own_image(shop, row)
    made: Obj = {**blank_product(), **held, **_common(shop, row)}
    made |= {
        "name": full_name(shop, row),
        "slug": f"{parent.data['slug']}-{row.id}",
        "permalink": permalink(shop, row),
        "images": [image(shop, shown, listed=True)] if shown else [],
        "attributes": _options(row),
        "variations": [],
        "price_html": _price_html(shop, row),
        "related_ids": [],
        "has_options": False,
        "tax_class": _tax_class(shop, row),
        "total_sales": "0",
        "_links": links(shop.home(), PATH, row.id, up=f"{PATH}/{parent.id}"),
    }
    return _of_version(shop, made)


def variation(shop: Shop, row: Row) -> Obj:
    """A variation as its own routes show it: one image or null, and an option for each attribute."""
    parent = row.data["parent_id"]
    made: Obj = {**row.data, **_common(shop, row), "permalink": permalink(shop, row), "name": variation_name(row)}
    for unseen in ("shipping_required", "shipping_taxable"):
        made.pop(unseen)
    shown = own_image(shop, row)
    made["image"] = image(shop, shown) if shown else None
    made["attributes"] = _options(row)
    made["_links"] = links(shop.home(), f"{PATH}/{parent}/variations", row.id, up=f"{PATH}/{parent}")
    return _of_version(shop, made)


def _of_version(shop: Shop, made: Obj) -> Obj:
    if not shop.options.modern:
        made.pop("brands", None)
        made.pop("gallery_image_ids", None)
    return made


def _options(row: Row) -> list[Obj]:
    return [
        {"id": entry["id"], "name": entry["name"], "slug": entry["slug"].lower(), "option": entry["option"]}
        for entry in row.data["attributes"]
    ]


def _tax_class(shop: Shop, row: Row) -> str:
    parent = shop.parent(row)
    own = str(row.data["tax_class"])
    return str(parent.data["tax_class"]) if own == "parent" and parent is not None else own


def permalink(shop: Shop, row: Row) -> str:
    """The address of a product page."""
    parent = shop.parent(row)
    if parent is None:
        return f"{shop.home()}/product/{row.data['slug']}/"
    chosen = "&".join(f"attribute_{entry['slug'].lower()}={entry['option']}" for entry in row.data["attributes"])
    return f"{shop.home()}/product/{parent.data['slug']}/?{chosen}"


def own_image(shop: Shop, row: Row) -> Obj | None:
    """A variation's image, else its parent's first (recorded 107)."""
    parent = shop.parent(row)
    pictures = parent.data["images"] if parent is not None else row.data["images"]
    found: Obj | None = row.data.get("image") or (pictures[0] if pictures else None)
    return found


def image(shop: Shop, held: Obj, *, listed: bool = False) -> Obj:
    """An image; sources that begin with a slash are the shop's own pictures."""
    source = held["src"]
    made = {**held, "src": f"{shop.home()}{source}" if source.startswith("/") else source}
    if listed and shop.options.modern:
        made |= {"srcset": "", "sizes": "", "thumbnail": made["src"]}
    return made


def _price_html(shop: Shop, row: Row) -> str:
    amount = decimal(price(shop, row))
    if amount is None:
        return ""
    sign = f'<span class="woocommerce-Price-currencySymbol">&#{ord(shop.symbol[0])};</span>'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{sign}{shop.money(amount)}</bdi></span>'
