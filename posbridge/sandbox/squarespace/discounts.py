"""Discounts of the simulated site, read only here. Imported orders do not count as uses (a guess)."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.seed import SeedDiscount
from posbridge.sandbox.squarespace.errors import invalid, not_found
from posbridge.sandbox.squarespace.shop import Obj, Shop, moment
from posbridge.sandbox.wire import Call, Reply

_ROOM = "/v1/commerce/discounts"
_MOST = 1000


class Discounts:
    """Discounts by id."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}

    def routes(self) -> list[Route]:
        return [("GET", _ROOM, self.list_all), ("GET", f"{_ROOM}/{{id}}", self.one)]

    def one(self, call: Call) -> Reply:
        if call.params["id"] not in self.rows:
            raise not_found("Discount")
        return Reply(body={"discount": self._shown(self.rows[call.params["id"]])})

    def list_all(self, call: Call) -> Reply:
        """Newest first, by offset; the search is free text over name and code."""
        query = call.query
        words, trigger = query.get("search", "").casefold(), query.get("trigger")
        offset, size = _number(query, "offset", 0, 0), _number(query, "limit", 50, 1)
        rows = [self._shown(row) for row in reversed(self.rows.values())]
        status = query.get("status", "ALL")
        found = [
            row
            for row in rows
            if words in f"{row['name']} {row['trigger'].get('promoCode', '')}".casefold()
            and (trigger is None or row["trigger"]["type"] == trigger)
            and status in ("ALL", row["status"])
        ]
        more = len(found) > offset + size
        page = {"discounts": found[offset : offset + size], "hasNextPage": more, "hasPreviousPage": offset > 0}
        return Reply(body=page)

    def _shown(self, row: Obj) -> Obj:
        now, ends = self.shop.clock.now(), row["validTo"]
        status = "SCHEDULED" if moment(row["validFrom"]) > now else "ACTIVE"
        return {**row, "status": "EXPIRED" if ends and moment(ends) <= now else status}

    def use(self, code: str) -> None:
        """A shopper uses a code on the site itself. KeyError for an unknown one."""
        found = [row for row in self.rows.values() if row["trigger"].get("promoCode", "").casefold() == code.casefold()]
        if not found:
            raise KeyError(code)
        found[0]["numberOfUses"] += 1
        found[0]["lastRedeemedAt"] = self.shop.stamp()

    def put(self, discount: SeedDiscount, products: dict[str, str]) -> None:
        """A code of the seed; limited to several products it is one discount of one product: there is no more."""
        ident = self.shop.new_id("discount")
        self.rows[ident] = {
            "id": ident,
            "websiteId": self.shop.website_id,
            "name": discount.code.title(),
            "criteria": self._criteria(discount, products),
            "template": self._template(discount),
            "trigger": {"type": "CODE", "promoCode": discount.code},
            "isLimitedUses": discount.usage_limit is not None,
            "maxUsesAllowed": discount.usage_limit,
            "numberOfUses": 0,
            "isOncePerCustomer": False,
            "lastRedeemedAt": None,
            "validFrom": "2019-01-01T00:00:00Z",
            "validTo": None if discount.expires is None else discount.expires.isoformat(),
            "subscriptionOptions": {"type": "EXCLUDED"},
            "paymentPlanOptions": {"type": "NONE"},
        }

    def _criteria(self, discount: SeedDiscount, products: dict[str, str]) -> Obj:
        named = next((key for key in discount.products if key in products), "")
        if named:
            return {"type": "PRODUCT", "productId": products[named], "productName": named}
        if discount.min_spend_minor:
            return {"type": "CART_TOTAL", "minimumCartTotal": self.shop.money(discount.min_spend_minor)}
        return {"type": "ANY_ORDER"}

    def _template(self, discount: SeedDiscount) -> Obj:
        if discount.kind == "percent":
            whole, part = divmod(discount.value, 100)
            return {"type": "PERCENTAGE", "percentage": whole if not part else discount.value / 100}
        if discount.kind == "fixed":
            return {"type": "FIXED_AMOUNT", "discountAmount": self.shop.money(discount.value)}
        told = {"type": "FREE_SHIPPING", "appliesToFulfillmentOptionType": "SHIPPING"}
        return {**told, "selectedShippingOption": None}


def _number(query: dict[str, Any], name: str, default: int, least: int) -> int:
    text = str(query.get(name, default))
    if not text.isdecimal() or not least <= int(text) <= (_MOST if name == "limit" else 10**9):
        raise invalid(f"{name} cannot be {text}.")
    return int(text)
