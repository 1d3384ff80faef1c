"""The product part: full list, changed list, by id. Stock is never shown above 30."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from posbridge.sandbox.treez.answers import Refused, dollars, number, success
from posbridge.sandbox.treez.shop import Article, Shop, guid
from posbridge.sandbox.wire import Call, Reply

CAP = 30


class Catalog:
    """Products as the dispensary API shows them."""

    def __init__(self, shop: Shop, address: Any) -> None:
        self._shop, self._address = shop, address

    def routes(self, base: str) -> list[tuple[str, str, Any]]:
        return [
            ("GET", f"{base}/product/product_list", self.listed),
            ("GET", f"{base}/product/product_list/lastUpdated/after/{{at}}", self.changed),
            ("GET", f"{base}/product/{{product_id}}", self.one),
        ]

    def listed(self, call: Call) -> Reply:
        wanted = [value for name, value in call.query_list if name == "id"]
        if len(wanted) > 50:
            raise Refused(400, "RESPONSE_LIMIT_EXCEEDS", "At most 50 ids", data=None)
        rows = [one for one in self._shop.articles.values() if not wanted or one.id in wanted]
        return self._page(call, rows)

    def changed(self, call: Call) -> Reply:
        since = moment(call.params["at"])
        return self._page(call, [one for one in self._shop.articles.values() if one.updated >= since])

    def _page(self, call: Call, rows: list[Article]) -> Reply:
        most = self._shop.options.page_size
        size, at = number(call.query.get("pagesize", str(most)), most), number(call.query.get("page", "1"), 10**6)
        active = call.query.get("active", "TRUE").upper()
        kept = [one for one in rows if active == "ALL" or one.active == (active == "TRUE")]
        shown = kept[(at - 1) * size : at * size]
        data = {
            "page_count": len(shown),
            "total_count": len(kept) if shown else 0,
            "product_list": [self.row(one) for one in shown],
        }
        return success(data=data)

    def one(self, call: Call) -> Reply:
        found = self._shop.articles.get(call.params["product_id"])
        if found is None:
            said = f"Cannot find product by id {call.params['product_id']}"
            raise Refused(400, "PRODUCT_NOT_FOUND", said, data=None)
        return success(data=self.row(found))

    def row(self, article: Article) -> dict[str, Any]:
        known, shown = self._shop.state_of(article), min(article.stock, CAP)
        return {
            "product_id": article.id,
            "catalog_parent_id": article.parent,
            "product_status": "ACTIVE" if article.active else "DEACTIVATED",
            "last_updated_at": self._shop.stamp(article.updated),
            "sellable_quantity": float(shown),
            "sellable_quantity_detail": [self._place(shown)],
            "category_type": article.category,
            "product_configurable_fields": self._fields(article, known),
            "pricing": _pricing(article),
            "discounts": [],
            "attributes": {"general": [], "flavors": known["flavors"], "effects": known["effects"], "ingredients": []},
            "product_barcodes": _codes(article, self._shop.stamp(article.updated)),
            "e_commerce": self._menu(article),
            "lab_results": [_result("THC", known), _result("CBD", {"low": "0.1", "high": "0.4"})],
            "above_threshold": True,
            "merged_from_product_ids": [],
            "external_references": [],
        }

    def _place(self, shown: int) -> dict[str, Any]:
        name = self._shop.options.place
        return {
            "inventory_type": "ADULT",
            "location": name,
            "location_id": guid("place", name),
            "sellable_quantity": float(shown),
        }

    def _fields(self, article: Article, known: dict[str, Any]) -> dict[str, Any]:
        grams = article.seed.weight_grams
        name = f"{article.title} - {article.size}" if article.size else article.title
        return {
            "name": f"{name} ({article.seed.sku})".upper(),
            "uom": "GRAMS" if grams else None,
            "brand": "SIMULATED FARMS",
            "size": article.size,
            "amount": grams,
            "classification": known["classification"],
            "total_mg_thc": known["thc"],
            "total_mg_cbd": 0.0,
            "subtype": None,
            "total_flower_weight_g": 0.0,
            "external_id": article.id,
            "total_concentrate_weight_g": 0.0,
        }

    def _menu(self, article: Article) -> dict[str, Any]:
        picture = f"{self._address()}{article.picture}"
        return {
            "all_images": [picture],
            "primary_image": picture,
            "menu_title": article.title,
            "product_description": article.description,
            "minimum_visible_inventory_level": 0,
            "hide_from_menu": False,
        }


def _pricing(article: Article) -> dict[str, Any]:
    return {
        "price_type": "FLAT",
        "price_sell": dollars(article.seed.compare_at_minor or article.price),
        "discounted_price": dollars(article.price) if article.seed.compare_at_minor else None,
        "discount_amount": 0.0,
        "discount_percent": 0.0,
        "tier_name": None,
    }


def _codes(article: Article, at: str) -> list[dict[str, Any]]:
    codes = [code for code in (article.seed.sku, article.seed.barcode) if code]
    return [{"created_date": at, "sku": code, "type": "CATALOG"} for code in codes]


def _result(name: str, known: dict[str, Any]) -> dict[str, Any]:
    amount = {"minimum_value": known["low"], "maximum_value": known["high"]}
    return {"result_type": name, "amount": amount, "amount_type": "PERCENTAGE"}


def moment(text: str) -> datetime:
    """The time of a path; anything but an ISO time with its offset is refused."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, "INVALID_DATE_FORMAT", f"'{text}' is invalid value", data=None) from None
    if at.tzinfo is None or "T" not in text:
        raise Refused(400, "INVALID_DATE_FORMAT", f"'{text}' is invalid value", data=None)
    return at
