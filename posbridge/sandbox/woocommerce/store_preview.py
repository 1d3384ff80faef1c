"""The shopper's cart of the Store API: an honest check of coupons and gift cards without an order.

It prices at catalogue prices, knows individual use and stock, and keeps one cart for each Cart-Token.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.sandbox.platform import Bucket
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, missing_param
from posbridge.sandbox.woocommerce.coupon_rules import CouponRefused, Piece, check, message, spread
from posbridge.sandbox.woocommerce.coupons import Coupons
from posbridge.sandbox.woocommerce.gift_card_ledger import GiftCards
from posbridge.sandbox.woocommerce.product_shape import decimal, price, stock
from posbridge.sandbox.woocommerce.routes import Routes
from posbridge.sandbox.woocommerce.shop import Row, Shop
from posbridge.sandbox.woocommerce.store_preview_shape import PreviewShape

TOKEN_LIFE = 48 * 3600
_CARDS = "woocommerce-gift-cards"


@dataclass
class Basket:
    """One shopper's cart: quantity by item id, codes of coupons, ids of gift cards."""

    token: str
    lines: dict[int, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)
    email: str = ""


class StorePreview:
    """The cart routes; anyone may call them."""

    def __init__(self, shop: Shop, coupons: Coupons, cards: GiftCards) -> None:
        self.shop = shop
        self.coupons = coupons
        self.cards = cards
        self.shape = PreviewShape(shop, cards)
        self.baskets: dict[str, Basket] = {}
        self.bucket = Bucket(shop.clock, 2.5 if shop.options.store_limit else 0.0, 25)

    def add_routes(self, routes: Routes) -> None:
        """wc/store/v1/cart and its changes."""
        routes.add("GET", "/cart", lambda ask: self._answer(self._basket(ask.call)))
        changes: dict[str, Any] = {
            "add-item": self._add_item,
            "update-item": self._update_item,
            "remove-item": self._remove_item,
            "apply-coupon": self._apply_coupon,
            "remove-coupon": self._remove_coupon,
            "extensions": self._extensions,
            "update-customer": self._update_customer,
        }
        for name, change in changes.items():
            routes.add("POST", f"/cart/{name}", self._changing(change, 201 if name == "add-item" else 200))
        routes.add("DELETE", "/cart/items", self._empty)
        routes.add("GET", "/cart/items", lambda ask: self._finished(self._basket(ask.call), 200, self._items(ask)))

    # one request
    def _basket(self, call: Call) -> Basket:
        wait = self.bucket.take()
        if wait:
            seconds = max(1, round(wait))
            text = f"Too many requests. Please wait {seconds} seconds before trying again."
            raise self._too_many(text, seconds)
        held = self.baskets.get(call.headers.get("cart-token", ""))
        if held is not None:
            return held
        made = Basket(self._token())
        self.baskets[made.token] = made
        return made

    def _too_many(self, text: str, seconds: int) -> WpError:
        error = WpError(400, "rate_limit_exceeded", text)
        told = {"ratelimit-limit": "25", "ratelimit-remaining": "0", "ratelimit-retry-after": str(seconds)}
        error.headers = {**told, "ratelimit-reset": str(int(self.shop.clock.seconds()) + seconds)}
        return error

    def _changing(self, change: Any, status: int) -> Any:
        def answer(ask: Ask) -> Reply:
            self._check_nonce(ask.call)
            basket = self._basket(ask.call)
            try:
                change(basket, ask.body)
            except WpError as error:
                error.headers = self._headers(basket)
                raise
            return self._answer(basket, status)

        return answer

    def _check_nonce(self, call: Call) -> None:
        """A known Cart-Token is enough from 10 on; 9.2.5 wants the Nonce with it."""
        token_known = call.headers.get("cart-token", "") in self.baskets
        nonce = call.headers.get("nonce", "")
        if nonce == self._nonce() or (token_known and self.shop.options.modern and not nonce):
            return
        if nonce:
            raise WpError(403, "woocommerce_rest_invalid_nonce", "Nonce is invalid.")
        text = "Missing the Nonce header. This endpoint requires a valid nonce."
        raise WpError(401, "woocommerce_rest_missing_nonce", text)

    def _answer(self, basket: Basket, status: int = 200) -> Reply:
        return self._finished(basket, status, self._drawn(basket))

    def _finished(self, basket: Basket, status: int, body: Any) -> Reply:
        return Reply(status, body, self._headers(basket))

    def _headers(self, basket: Basket) -> dict[str, str]:
        now = str(int(self.shop.clock.seconds()))
        return {"nonce": self._nonce(), "nonce-timestamp": now, "cart-token": basket.token}

    def _items(self, ask: Ask) -> Any:
        return self._drawn(self._basket(ask.call))["items"]

    def _drawn(self, basket: Basket) -> Obj:
        pieces = self._pieces(basket)
        used = [(self._row(code), spread(self.shop, self._row(code), pieces)) for code in basket.codes]
        cards = [self.cards.cards[number] for number in basket.cards if number in self.cards.cards]
        return self.shape.cart(pieces, used, cards)

    def _pieces(self, basket: Basket) -> list[Piece]:
        made = []
        for number, quantity in basket.lines.items():
            item = self.shop.item(number)
            if item is not None:
                amount = decimal(price(self.shop, item)) or Decimal(0)
                made.append(Piece(item, quantity, self.shop.minor(amount * quantity)))
        return made

    # changes
    def _add_item(self, basket: Basket, sent: Obj) -> None:
        item = self.shop.item(int(sent.get("id") or 0))
        if item is None or item.data["status"] == "trash" or item.data["type"] == "variable":
            text = "This product cannot be added to the cart."
            raise WpError(400, "woocommerce_rest_cart_invalid_product", text)
        wanted = basket.lines.get(item.id, 0) + int(sent.get("quantity") or 1)
        self._check_stock(item, wanted)
        basket.lines[item.id] = wanted

    def _check_stock(self, item: Row, wanted: int) -> None:
        """It refuses what the orders API oversells."""
        held = stock(self.shop, item)
        if held["backorders_allowed"] or (held["stock_quantity"] is None and held["stock_status"] == "instock"):
            return
        left = held["stock_quantity"] or 0
        if left <= 0:
            text = "This product is out of stock and cannot be purchased."
            raise WpError(400, "woocommerce_rest_product_out_of_stock", text)
        if wanted > left:
            text = f"You cannot add that amount to the cart because there is not enough stock ({left} remaining)."
            raise WpError(400, "woocommerce_rest_product_partially_out_of_stock", text)

    def _line_of(self, basket: Basket, sent: Obj) -> int:
        for number in basket.lines:
            if self.shape.key(number) == sent.get("key"):
                return number
        raise WpError(409, "woocommerce_rest_cart_invalid_key", "Cart item no longer exists or is invalid.")

    def _update_item(self, basket: Basket, sent: Obj) -> None:
        number = self._line_of(basket, sent)
        basket.lines[number] = int(sent.get("quantity") or 0)
        if not basket.lines[number]:
            del basket.lines[number]

    def _remove_item(self, basket: Basket, sent: Obj) -> None:
        del basket.lines[self._line_of(basket, sent)]

    def _empty(self, ask: Ask) -> Reply:
        self._check_nonce(ask.call)
        basket = self._basket(ask.call)
        basket.lines.clear()
        basket.codes.clear()
        return self._finished(basket, 200, [])  # an array, where the other calls answer an object

    def _update_customer(self, basket: Basket, sent: Obj) -> None:
        basket.email = str((sent.get("billing_address") or {}).get("email", basket.email))

    # coupons
    def _row(self, code: str) -> Row:
        row = self.coupons.by_code(code)
        if row is None:
            raise CouponRefused("unknown")
        return row

    def _apply_coupon(self, basket: Basket, sent: Obj) -> None:
        if not sent.get("code"):
            raise missing_param("code")
        code = str(sent["code"]).lower()
        try:
            self._check_coupon(basket, code)
        except CouponRefused as refused:
            raise self._refusal(code, refused) from None
        basket.codes.append(code)

    def _refusal(self, code: str, refused: CouponRefused) -> WpError:
        text = message(self.shop, code, refused)
        if refused.reason != "email" or not self.shop.options.modern:
            return WpError(400, "woocommerce_rest_cart_coupon_error", text)
        here = text.replace("valid email", "valid email at checkout")
        details = {"cart": here, "checkout": text}
        return WpError(400, "woocommerce_rest_cart_coupon_error", here, details=details)

    def _check_coupon(self, basket: Basket, code: str) -> None:
        row = self._row(code)
        if code in basket.codes:
            raise CouponRefused("applied")
        check(self.shop, row, self._pieces(basket), basket.email, 0)
        if any(self._row(held).data["individual_use"] for held in basket.codes):
            raise CouponRefused("individual")
        if row.data["individual_use"]:
            basket.codes.clear()

    def _remove_coupon(self, basket: Basket, sent: Obj) -> None:
        code = str(sent.get("code", "")).lower()
        if code not in basket.codes:
            raise WpError(409, "woocommerce_rest_cart_coupon_invalid_code", "Coupon cannot be removed.")
        basket.codes.remove(code)

    # gift cards
    def _extensions(self, basket: Basket, sent: Obj) -> None:
        if sent.get("namespace") != _CARDS or not self.shop.options.gift_cards:
            text = "There is no such namespace registered."
            raise WpError(400, "woocommerce_rest_cart_extensions_error", text)
        asked = sent.get("data") or {}
        if asked.get("action") == "apply_gift_card_to_session":
            self._apply_card(basket, str(asked.get("wc_gc_cart_code", "")))
        elif asked.get("action") == "remove_gift_card_from_session":
            number = int(asked.get("wc_gc_remove_id") or 0)
            basket.cards = [held for held in basket.cards if held != number]

    def _apply_card(self, basket: Basket, code: str) -> None:
        card = self.cards.by_code(code)
        if card is None:
            raise WpError(400, "woocommerce_blocks_gift_card_not_found", "Gift card not found.")
        if not self.cards.usable(card):
            raise WpError(500, "woocommerce_rest_unknown_server_error", "Gift card disabled.")
        if card.id not in basket.cards:
            basket.cards.append(card.id)

    # tokens
    def _token(self) -> str:
        now = int(self.shop.clock.seconds())
        user = hashlib.sha256(f"shopper {self.shop.next_id('shopper')}".encode()).hexdigest()[:30]
        parts = [{"alg": "HS256", "typ": "JWT"}, {"user_id": f"t_{user}", "exp": now + TOKEN_LIFE, "iat": now}]
        text = ".".join(_b64(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
        return f"{text}.{_b64(hashlib.sha256(text.encode()).digest())}"

    def _nonce(self) -> str:
        day = int(self.shop.clock.seconds() // (12 * 3600))
        return hashlib.sha256(f"nonce {day}".encode()).hexdigest()[:10]


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
