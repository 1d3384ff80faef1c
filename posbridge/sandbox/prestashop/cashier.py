"""From cart to order: totals as PrestaShop reckons them, states, stock and payments (recorded 401–461)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.sandbox.prestashop.answers import Crashed
from posbridge.sandbox.prestashop.markup import Row
from posbridge.sandbox.prestashop.shop import Shop, six

USED = "Cart cannot be loaded or an order has already been placed using this cart"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Line:
    """A row of a cart, reckoned."""

    product: Row
    combination: str
    quantity: int
    net: Decimal
    rate: Decimal
    original: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net * (1 + self.rate / 100)


class Cashier:
    """Makes orders and moves their states."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def order(self, given: Row) -> Row:
        """Runs the payment module on the cart: of the document only cart, sum, module and payment count (408)."""
        shop = self._shop
        cart = shop.find("carts", given.get("id_cart"))
        if cart is None or self._ordered(str(cart["id"])):
            raise Crashed(USED)
        customer = shop.find("customers", cart["id_customer"])
        if customer is None or given.get("module") not in shop.modules:
            raise Crashed
        if cart["secure_key"] != customer["secure_key"]:
            raise Crashed("Error processing order. Secure key does not match.")
        lines, shipping = self._lines(cart), self._shipping(cart)
        by_item = shop.setting("PS_ROUND_TYPE") == "1"
        gross = [shop.rounded(line.gross) if by_item else line.gross for line in lines]
        goods = sum((piece * line.quantity for piece, line in zip(gross, lines, strict=True)), Decimal(0))
        total = shop.rounded(goods + shipping)
        paid = Decimal(given["total_paid"])
        state = shop.setting("PS_OS_WS_PAYMENT") if paid == total else shop.setting("PS_OS_ERROR")
        order = self._booked(given, cart, customer, lines, shipping, total)
        self._reduce(order, self._automatic(cart, goods))
        self._details(order, lines)
        self._payment(order, paid, given["payment"])
        self._drop_prices(str(cart["id"]))
        self._history(order, state)
        self._enter(order, state)
        return order

    def _ordered(self, cart: str) -> bool:
        return any(row["id_cart"] == cart for row in self._shop.tables["orders"].values())

    def _lines(self, cart: Row) -> list[Line]:
        shop, home = self._shop, self._shop.find("addresses", cart["id_address_delivery"])
        country, state = (home["id_country"], home["id_state"]) if home else ("0", "0")
        made = []
        for row in cart["associations"].get("cart_rows", []):
            product = shop.find("products", row["id_product"])
            if product is None:
                continue
            combination = row.get("id_product_attribute", "0") or "0"
            net = shop.net_price(product, combination, str(cart["id"]))
            original = shop.net_price(product, combination)
            rate = shop.rate(product["id_tax_rules_group"], country, state)
            made.append(Line(product, combination, int(row["quantity"]), net, rate, original))
        return made

    def _automatic(self, cart: Row, goods: Decimal) -> Decimal:
        """What rules without a code take off; the check of the sum does not see them (recorded 527, 528)."""
        off, now = Decimal(0), self._shop.time()
        for rule in self._shop.tables["cart_rules"].values():
            lives = rule["active"] == "1" and int(rule["quantity"]) > 0 and rule["date_from"] <= now <= rule["date_to"]
            if lives and not rule["code"] and rule["id_customer"] in ("0", cart["id_customer"]):
                off += Decimal(rule["reduction_amount"]) + goods * Decimal(rule["reduction_percent"] or 0) / 100
                rule["quantity"] = str(int(rule["quantity"]) - 1)
        return self._shop.rounded(min(off, goods))

    def _reduce(self, order: Row, off: Decimal) -> None:
        for name in ("total_discounts", "total_discounts_tax_incl"):
            order[name] = six(off)
        for name in ("total_paid", "total_paid_tax_incl"):
            order[name] = six(Decimal(order[name]) - off)

    def _shipping(self, cart: Row) -> Decimal:
        """The carrier of `delivery_option`; one that is not free adds its cost, and so does none."""
        try:
            option = json.loads(cart["delivery_option"] or "{}")
        except ValueError:
            option = {}
        chosen = str(option.get(cart["id_address_delivery"], "")).strip(",")
        carrier = self._shop.find("carriers", chosen)
        return Decimal(0) if carrier is not None and carrier["is_free"] == "1" else self._shop.shipping

    def _booked(
        self, given: Row, cart: Row, customer: Row, lines: list[Line], shipping: Decimal, total: Decimal
    ) -> Row:
        shop = self._shop
        net = shop.rounded(sum((line.net * line.quantity for line in lines), Decimal(0)))
        taxed = sum((shop.rounded(line.gross * line.quantity) for line in lines), Decimal(0))
        copied = {name: cart[name] for name in _FROM_CART}
        return shop.add(
            "orders",
            {
                **copied,
                "id_cart": cart["id"],
                "module": given["module"],
                "payment": given["payment"],
                "secure_key": customer["secure_key"],
                "total_paid": total,
                "total_paid_tax_incl": total,
                "total_paid_tax_excl": net + shipping,
                "total_paid_real": given["total_paid"],
                "total_products": net,
                "total_products_wt": taxed,
                "total_shipping": shipping,
                "total_shipping_tax_incl": shipping,
                "total_shipping_tax_excl": shipping,
                "carrier_tax_rate": "0.000",
                "round_mode": "2",
                "round_type": shop.setting("PS_ROUND_TYPE"),
                "conversion_rate": "1",
                "reference": self._reference(),
            },
        )

    def _reference(self) -> str:
        """Nine letters."""
        seed = f"order {len(self._shop.tables['orders'])} {self._shop.time()}".encode()
        digest = hashlib.sha256(seed).digest()
        return "".join(_LETTERS[byte % 26] for byte in digest[:9])

    def _details(self, order: Row, lines: list[Line]) -> None:
        rows = []
        for line in lines:
            fields = self._detail(order, line)
            made = self._shop.add("order_details", fields)
            rows.append(
                {"id": str(made["id"]), "id_customization": "0", "product_isbn": "", "product_upc": "", **_row(made)}
            )
        order["associations"] = {"order_rows": rows}

    def _detail(self, order: Row, line: Line) -> dict[str, Any]:
        variant = self._shop.find("combinations", line.combination)
        gross = Decimal(six(line.gross))
        return {
            "id_order": order["id"],
            "product_id": line.product["id"],
            "product_attribute_id": line.combination,
            "id_shop": "1",
            "product_name": self._name(line, variant),
            "product_quantity": line.quantity,
            "product_price": line.net,
            "product_ean13": (variant or line.product)["ean13"],
            "product_reference": (variant and variant["reference"]) or line.product["reference"],
            "id_tax_rules_group": line.product["id_tax_rules_group"],
            "unit_price_tax_incl": gross,
            "unit_price_tax_excl": line.net,
            "total_price_tax_incl": self._shop.rounded(line.gross * line.quantity),
            "total_price_tax_excl": self._shop.rounded(line.net * line.quantity),
            "original_product_price": line.original,
        }

    def _name(self, line: Line, variant: Row | None) -> str:
        """ "Linen shirt (Fit: Wide)" """
        title = str(next(iter(line.product["name"].values()), ""))
        values = variant["associations"].get("product_option_values", []) if variant else []
        words = []
        for entry in values:
            value = self._shop.find("product_option_values", entry["id"])
            group = self._shop.find("product_options", value["id_attribute_group"]) if value else None
            if value and group:
                words.append(f"{next(iter(group['name'].values()))}: {next(iter(value['name'].values()))}")
        return f"{title} ({' - '.join(words)})" if words else title

    def _payment(self, order: Row, amount: Decimal, method: str) -> None:
        fields = {
            "order_reference": order["reference"],
            "id_currency": order["id_currency"],
            "amount": amount,
            "payment_method": method,
            "conversion_rate": "1",
        }
        self._shop.add("order_payments", fields)

    def _drop_prices(self, cart: str) -> None:
        """The cart's own prices are gone with the first order (recorded 460)."""
        prices = self._shop.tables["specific_prices"]
        for ident in [ident for ident, row in prices.items() if row["id_cart"] == cart]:
            del prices[ident]

    def _history(self, order: Row, state: str) -> Row:
        return self._shop.add("order_histories", {"id_order": order["id"], "id_order_state": state})

    def change(self, order: Row, state: str) -> Row:
        """A state by history; an unknown one crashes with nothing to read."""
        if self._shop.find("order_states", state) is None:
            raise Crashed
        row = self._history(order, state)
        was = self._shop.find("order_states", order["current_state"])
        now = self._shop.find("order_states", state)
        failed = order["current_state"] == self._shop.setting("PS_OS_ERROR")
        if now and now["paid"] == "1" and was and was["paid"] == "0" and failed:
            # Healing books the whole total a second time (recorded 457, 458).
            total = Decimal(order["total_paid"])
            self._payment(order, total, order["payment"])
            order["total_paid_real"] = six(Decimal(order["total_paid_real"]) + total)
        self._enter(order, state)
        return row

    def _enter(self, order: Row, state: str) -> None:
        """Stock goes with the first state that counts as a sale, and comes back when cancelled (recorded 455)."""
        row = self._shop.find("order_states", state)
        sold = row is not None and row["logable"] == "1"
        taken = order.get("@taken") == "1"
        if sold and not taken:
            self._move(order, -1)
        elif taken and state == self._shop.setting("PS_OS_CANCELED"):
            self._move(order, 1)
        order["current_state"], order["valid"] = state, "1" if sold else "0"
        self._shop.touch(order)

    def _move(self, order: Row, sign: int) -> None:
        for row in order["associations"].get("order_rows", []):
            by = sign * int(row["product_quantity"])
            self._shop.move(row["product_id"], row["product_attribute_id"], by)
        order["@taken"] = "1" if sign < 0 else "0"


_FROM_CART = (
    "id_address_delivery",
    "id_address_invoice",
    "id_currency",
    "id_lang",
    "id_customer",
    "id_carrier",
    "id_shop",
    "id_shop_group",
    "gift_message",
)
_SHOWN = (
    "product_id",
    "product_attribute_id",
    "product_quantity",
    "product_name",
    "product_reference",
    "product_ean13",
    "product_price",
    "unit_price_tax_incl",
    "unit_price_tax_excl",
)


def _row(detail: Row) -> dict[str, str]:
    return {name: detail[name] for name in _SHOWN}
