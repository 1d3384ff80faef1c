"""What a ticket comes to: the store's own prices, discounts by line, tax on what is left, a cent at a time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.domain.money import allocate
from posbridge.sandbox.treez.answers import Refused, dollars
from posbridge.sandbox.treez.shop import Article, Shop, guid

METHODS = ("DOLLAR", "PERCENT")


def whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def priced(shop: Shop, items: list[Any], codes: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Lines in minor units: article, quantity, price before and after discounts, discounts, tax, total.

    A code that does not count changes nothing, and nothing is said of it.
    """
    lines = [_line(shop, item, at) for at, item in enumerate(items, start=1)]
    for code in codes:
        _with_code(shop, lines, code)
    for line in lines:
        _taxed(shop, line)
    return lines


def _with_code(shop: Shop, lines: list[dict[str, Any]], code: str) -> None:
    """Takes a code of the seed off the lines that it is for."""
    seed = next((one for one in shop.seed.discounts if one.code.casefold() == str(code).casefold()), None)
    if seed is None or seed.kind == "free_shipping" or (seed.expires and seed.expires <= shop.clock.now()):
        return
    mine = [line for line in lines if not seed.products or line["article"].key in seed.products]
    whole_ = sum(line["after"] for line in mine)
    used = sum(code in one.body.get("coupon_codes", ()) for one in shop.tickets.values() if one.status != "CANCELED")
    if (
        not whole_
        or whole_ < (seed.min_spend_minor or 0)
        or (seed.usage_limit is not None and used >= seed.usage_limit)
    ):
        return
    percent = seed.kind == "percent"
    off = whole(Decimal(whole_ * seed.value) / 10000) if percent else min(seed.value, whole_)
    shares = allocate(off, [line["after"] for line in mine])
    for line, share in zip(mine, shares, strict=True):
        amount = Decimal(seed.value) / 100
        method = "PERCENT" if percent else "DOLLAR"
        known = {"id": guid("discount", seed.code), "title": seed.code, "amount": amount, "method": method}
        line["discounts"].append({**known, "savings": share, "kind": "COUPON"})
        line["after"] -= share
        line["saved"] += share


def _line(shop: Shop, item: Any, at: int) -> dict[str, Any]:
    article, quantity = _article(shop, item), item.get("quantity")
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise Refused(400, "TICKET_FORMAT_ERROR", "Invalid quantity", data=None)
    before = (article.seed.compare_at_minor or article.price) * quantity
    discounts = _automatic(article, item, quantity) + [_off(each, before) for each in item.get("pos_discounts") or ()]
    after = max(0, before - sum(one["savings"] for one in discounts))
    return {
        "id": guid("line", f"{shop.next_id('line')}-{at}"),
        "article": article,
        "item": item,
        "quantity": quantity,
        "discounts": discounts,
        "after": after,
        "saved": before - after,
    }


def _taxed(shop: Shop, line: dict[str, Any]) -> None:
    share, after = Decimal(shop.seed.tax_rate) / 100, line["after"]
    included = shop.seed.prices_include_tax
    line["tax"] = whole(after - after / (1 + share)) if included else whole(after * share)
    line["total"] = after if included else after + line["tax"]


def _article(shop: Shop, item: Any) -> Article:
    if not isinstance(item, dict) or not item.get("size_id"):
        raise Refused(400, "TICKET_FORMAT_ERROR", "Invalid UUID format, size_id is required", data=None)
    found = shop.articles.get(str(item["size_id"]))
    if found is None or not found.active:
        raise Refused(400, "PRODUCT_NOT_FOUND", f"Cannot find product by id {item['size_id']}", data=None)
    if item.get("inventory_type") not in (None, "ADULT", "MEDICAL"):
        raise Refused(400, "INCORRECT_VALUE", f"'{item['inventory_type']}' is invalid value", data=None)
    return found


def _automatic(article: Article, item: dict[str, Any], quantity: int) -> list[dict[str, Any]]:
    """The store's own reduction, for those who want automatic discounts."""
    if not article.seed.compare_at_minor or not item.get("apply_automatic_discounts", True):
        return []
    saved = (article.seed.compare_at_minor - article.price) * quantity
    return [{"title": "Sale", "amount": saved, "method": "DOLLAR", "savings": saved, "kind": "AUTOMATIC_DISCOUNT"}]


def _off(raw: Any, before: int) -> dict[str, Any]:
    method, amount = raw.get("discount_method"), raw.get("discount_amount")
    if method not in METHODS or isinstance(amount, bool) or not isinstance(amount, int | float) or amount < 0:
        raise Refused(400, "INCORRECT_VALUE", f"'{method}' is invalid value", data=None)
    exact = Decimal(str(amount))
    savings = whole(exact * 100) if method == "DOLLAR" else whole(before * exact / 100)
    title = str(raw.get("discount_title") or "")
    return {"title": title, "amount": exact, "method": method, "savings": savings, "kind": "POS_DISCOUNT"}


def shown(shop: Shop, line: dict[str, Any]) -> dict[str, Any]:
    """A line as a ticket shows it."""
    article: Article = line["article"]
    return {
        "id": line["id"],
        "product_id": article.id,
        "barcodes": [code for code in (article.seed.sku, article.seed.barcode) if code],
        "inventory_barcodes": [],
        "location_name": line["item"].get("location_name") or shop.options.place,
        "size_id": article.id,
        "product_size_name": article.title.upper(),
        "product_type": article.category,
        "product_brand": "SIMULATED FARMS",
        "product_subtype": None,
        "quantity": line["quantity"],
        "price_total": dollars(line["total"]),
        "price_sell": dollars(line["after"]),
        "apply_automatic_discounts": line["item"].get("apply_automatic_discounts", True),
        "POS_discounts": [],
        "discounts": [_shown_discount(one) for one in line["discounts"]],
        "tax": _taxes(shop, line["tax"]),
        "reward_dollars": None,
    }


def _shown_discount(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": None,
        "discount_id": one.get("id"),
        "discount_title": one["title"],
        "discount_amount": float(one["amount"]),
        "discount_method": one["method"],
        "savings": dollars(one["savings"]),
        "discount_category": one["kind"],
        "cart": False,
    }


def _taxes(shop: Shop, amount: int) -> list[dict[str, Any]]:
    rate = Decimal(shop.seed.tax_rate)
    if not rate:
        return []
    named = {"id": guid("tax", "one"), "tax_name": f"Sales Tax ({shop.seed.tax_rate}%)"}
    return [{**named, "rate": float(rate / 100), "amount": dollars(amount)}]
