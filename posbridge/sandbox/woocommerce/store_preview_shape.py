"""A Store API cart as it is answered: all amounts are texts in minor units."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from posbridge.sandbox.woocommerce.answers import Obj
from posbridge.sandbox.woocommerce.coupon_rules import Piece
from posbridge.sandbox.woocommerce.gift_card_ledger import Card, GiftCards
from posbridge.sandbox.woocommerce.product_shape import decimal, permalink, price, shown_sku, stock
from posbridge.sandbox.woocommerce.shop import Row, Shop

Used = tuple[Row, dict[int, int]]
"""A coupon, and what each line lost by it."""


class PreviewShape:
    """Draws carts."""

    def __init__(self, shop: Shop, cards: GiftCards) -> None:
        self.shop = shop
        self.cards = cards

    def key(self, number: int) -> str:
        """A line's key."""
        return hashlib.sha256(str(number).encode()).hexdigest()[:32]

    def currency(self) -> Obj:
        """The keys every block of amounts carries."""
        return {
            "currency_code": self.shop.seed.currency,
            "currency_symbol": self.shop.symbol,
            "currency_minor_unit": self.shop.decimals,
            "currency_decimal_separator": ".",
            "currency_thousand_separator": ",",
            "currency_prefix": self.shop.symbol,
            "currency_suffix": "",
        }

    def cart(self, pieces: Sequence[Piece], used: Sequence[Used], cards: Sequence[Card]) -> Obj:
        """The whole cart."""
        totals = self._totals(pieces)
        extensions = {}
        if self.shop.options.gift_cards:
            shown = self._cards(cards, int(totals["total_price"]))
            extensions = {"woocommerce-gift-cards": shown}
            covered = sum(int(card["amount"]) for card in shown["applied_giftcards"])
            totals["total_price"] = str(int(totals["total_price"]) - covered)
        return {
            "items": [self._item(piece) for piece in pieces],
            "coupons": [self._coupon(row, lost, pieces) for row, lost in used],
            "fees": [],
            "totals": totals,
            "shipping_address": self._address(),
            "billing_address": {**self._address(), "email": ""},
            "needs_payment": int(totals["total_price"]) > 0,
            "needs_shipping": False,
            "payment_requirements": ["products"],
            "has_calculated_shipping": False,
            "shipping_rates": [],
            "items_count": sum(piece.quantity for piece in pieces),
            "items_weight": 0,
            "cross_sells": [],
            "errors": [],
            "payment_methods": [],
            "extensions": extensions,
        }

    def _address(self) -> Obj:
        names = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "phone")
        return {**dict.fromkeys(names, ""), "country": self.shop.seed.country}

    def _tax(self, piece: Piece, minor: int) -> int:
        if piece.item is None or piece.item.data["tax_status"] != "taxable":
            return 0
        return self.shop.minor(self.shop.rounded_tax(self.shop.tax(self.shop.major(minor))))

    def _net(self, minor: int) -> int:
        return self.shop.minor(self.shop.net(self.shop.major(minor)))

    def _totals(self, pieces: Sequence[Piece]) -> Obj:
        items, left = [self._net(p.price) for p in pieces], [self._net(p.left) for p in pieces]
        before = sum(self._tax(piece, net) for piece, net in zip(pieces, items, strict=True))
        tax = sum(self._tax(piece, net) for piece, net in zip(pieces, left, strict=True))
        return {
            "total_items": str(sum(items)),
            "total_items_tax": str(before),
            "total_fees": "0",
            "total_fees_tax": "0",
            "total_discount": str(sum(items) - sum(left)),
            "total_discount_tax": str(before - tax),
            "total_shipping": None,
            "total_shipping_tax": None,
            "total_price": str(sum(left) + tax),
            "total_tax": str(tax),
            "tax_lines": self._tax_lines(tax),
            **self.currency(),
        }

    def _tax_lines(self, tax: int) -> list[Obj]:
        if not tax:
            return []
        rate = (self.shop.rate * 100).normalize()
        return [{"name": "Sales Tax", "price": str(tax), "rate": f"{rate:f}%"}]

    def _coupon(self, row: Row, lost: dict[int, int], pieces: Sequence[Piece]) -> Obj:
        nets = [(piece, self._net(lost[place])) for place, piece in enumerate(pieces)]
        totals = {
            "total_discount": str(sum(net for _, net in nets)),
            "total_discount_tax": str(sum(self._tax(piece, net) for piece, net in nets)),
            **self.currency(),
        }
        return {"code": row.data["code"], "discount_type": row.data["discount_type"], "totals": totals}

    def _item(self, piece: Piece) -> Obj:
        item = piece.item
        if item is None:
            raise ValueError("a cart holds known products only")
        parent = self.shop.parent(item)
        held = stock(self.shop, item)
        return {
            "key": self.key(item.id),
            "id": item.id,
            "type": item.data["type"],
            "quantity": piece.quantity,
            "quantity_limits": {
                "minimum": 1,
                "maximum": held["stock_quantity"] if held["stock_quantity"] is not None else 9999,
                "multiple_of": 1,
                "editable": True,
            },
            "name": (parent or item).data["name"],
            "short_description": item.data.get("short_description", ""),
            "description": item.data["description"],
            "sku": shown_sku(self.shop, item),
            "low_stock_remaining": None,
            "backorders_allowed": held["backorders_allowed"],
            "show_backorder_badge": False,
            "sold_individually": False,
            "permalink": permalink(self.shop, item),
            "images": [],
            "variation": self._options(item),
            "item_data": [],
            "prices": self._prices(item),
            "totals": self._line_totals(piece),
            "catalog_visibility": "visible",
            "extensions": {},
        }

    def _options(self, item: Row) -> list[Obj]:
        if item.data["type"] != "variation":
            return []
        return [
            {"raw_attribute": f"attribute_{x['slug'].lower()}", "attribute": x["name"], "value": x["option"]}
            for x in item.data["attributes"]
        ]

    def _prices(self, item: Row) -> Obj:
        now = decimal(price(self.shop, item)) or Decimal(0)
        regular = decimal(item.data["regular_price"]) or now
        shown = {"price": now, "regular_price": regular, "sale_price": now}
        minor = {name: str(self.shop.minor(amount)) for name, amount in shown.items()}
        exact = {name: str(int(amount.scaleb(6))) for name, amount in shown.items()}
        return {**minor, "price_range": None, **self.currency(), "raw_prices": {"precision": 6, **exact}}

    def _line_totals(self, piece: Piece) -> Obj:
        before, after = self._net(piece.price), self._net(piece.left)
        return {
            "line_subtotal": str(before),
            "line_subtotal_tax": str(self._tax(piece, before)),
            "line_total": str(after),
            "line_total_tax": str(self._tax(piece, after)),
            **self.currency(),
        }

    def _cards(self, cards: Sequence[Card], total: int) -> Obj:
        left, applied = total, []
        for card in cards:
            balance = self.shop.minor(card.remaining)
            used = min(left, balance)
            left -= used
            amounts = {"amount": str(used), "balance": str(balance)}
            masked = f"XXXX-XXXX-XXXX-{card.code[-4:]}"
            applied.append({"id": card.id, "code": masked, **amounts, "pending_message": ""})
        return {
            "balance": "0",
            "is_using_balance": True,
            "pending_total": "0",
            "cart_total": str(total),
            "available_total": "0",
            "account_giftcards": [],
            "applied_giftcards": applied,
        }
