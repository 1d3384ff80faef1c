"""Coupons as objects; the rules of using one are in `coupon_rules`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, as_bool, invalid_param, listing, missing_param
from posbridge.sandbox.woocommerce.batch import batch
from posbridge.sandbox.woocommerce.filters import Test, ids, kept, ordered, unknown, windows
from posbridge.sandbox.woocommerce.product_shape import decimal
from posbridge.sandbox.woocommerce.routes import Routes, created
from posbridge.sandbox.woocommerce.shop import Row, Shop, links, metas
from posbridge.sandbox.woocommerce.text import stored_price

_PATH = "/wc/v3/coupons"
_KINDS = ("percent", "fixed_cart", "fixed_product")
_AMOUNTS = ("amount", "minimum_amount", "maximum_amount")
_LIMITS = ("usage_limit", "usage_limit_per_user", "limit_usage_to_x_items")
_SWITCHES = ("individual_use", "free_shipping", "exclude_sale_items")
_LISTS = (
    "product_ids", "excluded_product_ids", "product_categories", "excluded_product_categories", "email_restrictions",
)  # fmt: skip


class Coupons:
    """The coupons of the shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def add_routes(self, routes: Routes) -> None:
        """coupons, coupons/{id}, coupons/batch."""
        home = self.shop.home
        routes.add("POST", "/coupons/batch", lambda ask: batch(ask, self._made, self._change, self._gone))
        routes.add("GET", "/coupons", self._list)
        routes.add("POST", "/coupons", lambda ask: created(home(), "/coupons", self._made(ask.body)))
        routes.add("GET", "/coupons/{id}", lambda ask: Reply(body=self.shown(self._known(ask.id()))))
        routes.add("EDIT", "/coupons/{id}", lambda ask: Reply(body=self._change(ask.id(), ask.body)))
        routes.add("DELETE", "/coupons/{id}", lambda ask: Reply(body=self._drop(ask.id(), ask.flag("force"))))

    def add(self, sent: Obj) -> Row:
        """A new coupon; its code is stored in lower case."""
        if not sent.get("code"):
            raise missing_param("code")
        code = str(sent["code"]).lower()
        if code in self.shop.codes:
            raise WpError(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
        row = self.shop.row(_blank(code))
        self._write(row, sent)
        self.shop.coupons[row.id] = row
        self.shop.codes[code] = row.id
        self.shop.tell("coupon", "created", row.id)
        return row

    def by_code(self, code: str) -> Row | None:
        """The published coupon with this code, in any case."""
        row = self.shop.coupons.get(self.shop.codes.get(code.lower(), 0))
        return row if row is not None and row.data["status"] == "publish" else None

    def shown(self, row: Row) -> Obj:
        """A coupon in full; amounts with the shop's decimals."""
        made: Obj = {"id": row.id, **row.data, **self.shop.times(created=row.created, modified=row.modified)}
        for name in _AMOUNTS:
            made[name] = self.shop.money(decimal(row.data[name]) or Decimal(0))
        made |= self.shop.times(expires=row.data["date_expires"])
        made["usage_count"] = len(row.data["used_by"])
        made["used_by"] = [user for user in row.data["used_by"] if user]  # a guest without e-mail counts unnamed
        made["_links"] = links(self.shop.home(), _PATH, row.id)
        return made

    def _write(self, row: Row, sent: Obj) -> None:
        kind = sent.get("discount_type")
        if kind is not None and kind not in _KINDS:
            words = f"discount_type is not one of {', '.join(_KINDS[:-1])}, and {_KINDS[-1]}."
            raise invalid_param("discount_type", words, "rest_not_in_enum")
        data = row.data
        for name in _AMOUNTS:
            if name in sent:
                data[name] = self._amount(name, sent[name])
        data |= {name: sent[name] for name in ("discount_type", "description", "status", *_LISTS) if name in sent}
        data |= {name: as_bool(sent[name]) for name in _SWITCHES if name in sent}
        data |= {name: int(sent[name]) if sent[name] else None for name in _LIMITS if name in sent}
        for name, gmt in (("date_expires", False), ("date_expires_gmt", True)):
            if name in sent:
                data["date_expires"] = self._expiry(sent[name], gmt)
        if "meta_data" in sent:
            data["meta_data"] = metas(self.shop, data["meta_data"], sent["meta_data"])

    def _amount(self, name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise invalid_param(name, f"{name} is not of type string.")
        return stored_price(value)

    def _expiry(self, value: Any, gmt: bool) -> datetime | None:
        """Site time, and only its day counts."""
        try:
            return self.shop.moment(value, gmt=gmt)
        except (TypeError, ValueError):
            raise invalid_param("date_expires", "Invalid date.", "rest_invalid_date") from None

    def _known(self, number: int, status: int = 404) -> Row:
        row = self.shop.coupons.get(number)
        if row is None:
            raise unknown("shop_coupon", status)
        return row

    def _list(self, ask: Ask) -> Reply:
        tests: list[Test] = [lambda row: row.data["status"] != "trash", *ids(ask), *windows(ask, self.shop)]
        code, word = ask.text("code"), (ask.text("search") or "").lower()
        if code is not None:
            tests.append(lambda row: row.data["code"] == code.lower())
        if word:
            tests.append(lambda row: word in row.data["code"])
        rows = ordered(ask, kept(self.shop.coupons.values(), tests), lambda row: str(row.data["code"]))
        return listing(ask, self.shop.home(), rows, self.shown)

    def _made(self, sent: Obj) -> Obj:
        return self.shown(self.add(sent))

    def _change(self, number: int, sent: Obj) -> Obj:
        row = self._known(number, 400)
        code = str(sent.get("code") or row.data["code"]).lower()
        if self.shop.codes.get(code, row.id) != row.id:
            raise WpError(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
        self._write(row, sent)
        self.shop.codes.pop(row.data["code"], None)
        row.data["code"] = code
        self.shop.codes[code] = row.id
        row.modified = self.shop.now()
        self.shop.tell("coupon", "updated", row.id)
        return self.shown(row)

    def _gone(self, number: int) -> Obj:
        return self._drop(number, force=True)

    def _drop(self, number: int, force: bool) -> Obj:
        row = self._known(number)
        before = self.shown(row)
        self.shop.codes.pop(row.data["code"], None)
        if force:
            self.shop.coupons.pop(number)
            return before
        row.data["status"] = "trash"
        self.shop.tell("coupon", "deleted", number)
        self.shop.tell("product", "deleted", number)  # the crossing of recorded 719 and 721
        return before


def _blank(code: str) -> Obj:
    return {
        "code": code, "amount": "0", "status": "publish", "discount_type": "fixed_cart", "description": "",
        "date_expires": None, "individual_use": False, "product_ids": [], "excluded_product_ids": [],
        "usage_limit": None, "usage_limit_per_user": None, "limit_usage_to_x_items": None, "free_shipping": False,
        "product_categories": [], "excluded_product_categories": [], "exclude_sale_items": False,
        "minimum_amount": "0", "maximum_amount": "0", "email_restrictions": [], "used_by": [], "meta_data": [],
    }  # fmt: skip
