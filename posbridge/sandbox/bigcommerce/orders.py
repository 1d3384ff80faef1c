"""Orders and refunds of the simulated store."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.bigcommerce.answers import Refused, Row, body_of, listed, one, page
from posbridge.sandbox.bigcommerce.order_row import STATUSES, OrderMaker, check, decimal
from posbridge.sandbox.bigcommerce.shop import Shop, iso, moment
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply

CANCELLED, REFUNDED, PART_REFUNDED, INCOMPLETE = 5, 4, 14, 0
_EQUAL = ("customer_id", "status_id", "channel_id", "payment_method", "external_order_id")


class Orders:
    """`/v2/orders` and `/v3/orders/{id}/payment_actions`. Nothing makes a repeat harmless: two requests, two orders.

    `deaf` is the names of filters that are taken and ignored, as a shop may.
    """

    def __init__(self, shop: Shop, maker: OrderMaker) -> None:
        self.shop, self.maker = shop, maker
        self.deaf: set[str] = set()

    def routes(self) -> list[Route]:
        actions = "/v3/orders/{id}/payment_actions"
        return [
            ("GET", "/v2/orders", self.list_all),
            ("POST", "/v2/orders", self.create),
            ("GET", "/v2/orders/{id}", self.read),
            ("PUT", "/v2/orders/{id}", self.change),
            ("DELETE", "/v2/orders/{id}", self.archive),
            ("GET", "/v2/orders/{id}/products", lambda call: page(call, self._row(call)["@lines"])),
            ("GET", "/v2/order_statuses", self.statuses),
            ("POST", actions + "/refund_quotes", self.quote),
            ("POST", actions + "/refunds", self.refund),
            ("GET", actions + "/refunds", lambda call: page(call, self._refunds(self._row(call)))),
        ]

    def _row(self, call: Call) -> Row:
        return self.shop.find("orders", call.params["id"])

    def _shown(self, call: Call, row: Row) -> Row:
        return self.maker.shown(row, listed(call, "include") or [])

    def statuses(self, call: Call) -> Reply:
        return Reply(body=[{"id": ident, "name": name, "system_label": name} for ident, name in enumerate(STATUSES)])

    def list_all(self, call: Call) -> Reply:
        """Archived orders are left out."""
        query = {name: value for name, value in call.query.items() if name not in self.deaf}
        rows = [row for row in self.shop.tables["orders"].values() if not row["@deleted"] and _wanted(row, query)]
        field, _, direction = query.get("sort", "id:asc").partition(":")
        key = {"date_modified": "@modified", "date_created": "@created"}.get(field, "id")
        rows.sort(key=lambda row: (row[key], row["id"]), reverse=direction == "desc")
        return page(call, [self._shown(call, row) for row in rows])

    def create(self, call: Call) -> Reply:
        row = self.maker.make(call.json())
        if row["status_id"] != INCOMPLETE:
            self._take(row, -1)
        self.shop.emit("store/order/created", {"type": "order", "id": row["id"]})
        return one(call, self._shown(call, row), 201)

    def read(self, call: Call) -> Reply:
        return one(call, self._shown(call, self._row(call)))

    def change(self, call: Call) -> Reply:
        row, given = self._row(call), call.json()
        check(given)
        if "external_merchant_id" in given:
            raise Refused(400, "The field 'external_merchant_id' cannot be written to.")
        before = row["status_id"]
        row |= {name: value for name, value in given.items() if name not in ("products", "date_created")}
        for name in ("total_ex_tax", "total_inc_tax", "subtotal_ex_tax", "subtotal_inc_tax", "discount_amount"):
            if name in given:
                row[name] = self.shop.four(decimal(given[name], name))
        row |= self.maker.taxes(row)
        if CANCELLED in (before, row["status_id"]) and before != row["status_id"]:
            self._take(row, 1 if row["status_id"] == CANCELLED else -1)
        self._touched(row)
        return one(call, self._shown(call, row))

    def archive(self, call: Call) -> Reply:
        row = self._row(call)
        row["@deleted"] = True
        self.shop.emit("store/order/archived", {"type": "order", "id": row["id"]})
        return Reply(204)

    def _touched(self, row: Row) -> None:
        row["@modified"] = self.shop.now()
        self.shop.emit("store/order/updated", {"type": "order", "id": row["id"]})

    def _take(self, row: Row, sign: int) -> None:
        """Goods leave the stock, or come back; free lines move nothing."""
        for line in row["@lines"]:
            product = self.shop.tables["products"].get(line["product_id"])
            variant = next((v for v in product["variants"] if v["id"] == line["variant_id"]), None) if product else None
            if product and variant and product["inventory_tracking"] != "none":
                self.shop.count(product, variant, variant["inventory_level"] + sign * line["quantity"])

    # refunds
    def _refunds(self, order: Row) -> list[Row]:
        return [row for row in self.shop.tables["refunds"].values() if row["order_id"] == order["id"]]

    def _items(self, order: Row, given: Any) -> tuple[list[tuple[Row, int]], Decimal, Decimal]:
        """(lines with pieces, sum with tax, tax): each line's share of the order's total."""
        if not isinstance(given, list) or not given:
            raise Refused(422, "The request is not valid.", items="is required")
        lines = {line["id"]: line for line in order["@lines"]}
        found, total, tax = [], Decimal(0), Decimal(0)
        gross = Decimal(order["subtotal_inc_tax"]) or Decimal(1)
        for item in given:
            line, pieces = lines.get(item.get("item_id")), item.get("quantity")
            if item.get("item_type") != "PRODUCT" or line is None or not isinstance(pieces, int) or pieces < 1:
                raise Refused(422, "The request is not valid.", items="Item is not found in this order")
            if line["quantity_refunded"] + pieces > line["quantity"]:
                raise Refused(422, "Cannot refund more than the quantity of the item.")
            share = Decimal(line["price_inc_tax"]) * pieces / gross
            total += share * Decimal(order["total_inc_tax"])
            tax += share * Decimal(order["total_tax"])
            found.append((line, pieces))
        return found, total, tax

    def quote(self, call: Call) -> Reply:
        _, total, tax = self._items(self._row(call), body_of(call).get("items"))
        amount = self.shop.number(self.shop.minor(total))
        way = {"provider_id": "custom", "provider_description": "Custom", "amount": amount, "offline": True,
               "offline_provider": True, "offline_reason": "This is an offline payment provider."}  # fmt: skip
        data = {
            "order_id": int(call.params["id"]),
            "total_refund_amount": amount,
            "total_refund_tax_amount": self.shop.number(self.shop.minor(tax)),
            "rounding": 0,
            "adjustment": 0,
            "tax_inclusive": True,
            "refund_methods": [[way]],
        }
        return one(call, data, 201)

    def refund(self, call: Call) -> Reply:
        """The sum may be given (merchant_calculated_override); nothing goes back to stock."""
        order, given = self._row(call), body_of(call)
        lines, total, tax = self._items(order, given.get("items"))
        override = given.get("merchant_calculated_override") or {}
        total = decimal(override.get("total_amount", total), "total_amount")
        tax = decimal(override.get("total_tax", tax), "total_tax")
        amount, payments = self.shop.minor(total), given.get("payments") or []
        if sum(self.shop.minor(one["amount"]) for one in payments) != amount:
            raise Refused(422, "The sum of the payments does not match the refund's amount.")
        before = self.shop.minor(order["refunded_amount"])
        if before + amount > self.shop.minor(order["total_inc_tax"]):
            raise Refused(422, "The refund is more than what is left of this order.")
        for line, pieces in lines:
            line["quantity_refunded"] += pieces
        row = self._booked(order, given, amount, self.shop.minor(tax))
        return one(call, row, 201)

    def _booked(self, order: Row, given: Row, amount: int, tax: int) -> Row:
        row = self.shop.add(
            "refunds",
            {
                "order_id": order["id"],
                "user_id": 0,
                "created": iso(self.shop.now()),
                "reason": "",
                "total_amount": self.shop.number(amount),
                "total_tax": self.shop.number(tax),
                "items": [{**item, "requested_amount": None} for item in given["items"]],
                "payments": [{"id": 1, **one, "is_declined": False} for one in given.get("payments") or []],
            },
        )
        whole = self.shop.minor(order["refunded_amount"]) + amount
        order["refunded_amount"] = self.shop.four(Decimal(whole).scaleb(-self.shop.decimals))
        order["status_id"] = REFUNDED if whole >= self.shop.minor(order["total_inc_tax"]) else PART_REFUNDED
        self._touched(order)
        self.shop.emit(
            "store/order/refund/created", {"type": "order", "id": order["id"], "refund": {"refund_id": row["id"]}}
        )
        return row


def _wanted(row: Row, query: dict[str, str]) -> bool:
    for name in _EQUAL:
        if name in query and str(row[name] or "") != query[name]:
            return False
    if not int(query.get("min_id") or 0) <= row["id"] <= int(query.get("max_id") or row["id"]):
        return False
    for name, field in (("date_modified", "@modified"), ("date_created", "@created")):
        low, high = query.get(f"min_{name}"), query.get(f"max_{name}")
        if (low and row[field] < moment(low)) or (high and row[field] > moment(high)):
            return False
    return query.get("email", "") in ("", row["billing_address"].get("email", ""))
