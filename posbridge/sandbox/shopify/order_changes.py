"""What happens to an order later: notes, payment, hand-over, cancellation, refunds."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.shopify.executor import Node, Root
from posbridge.sandbox.shopify.order_view import refund as shown_refund
from posbridge.sandbox.shopify.orders import Order, Orders, Refund, Transaction
from posbridge.sandbox.shopify.shop import Wrong, number_of, user_error


class OrderChanges:
    """The mutations on orders that exist."""

    def __init__(self, orders: Orders) -> None:
        self.orders, self.shop = orders, orders.shop

    def roots(self) -> dict[str, Root]:
        return {
            "orderUpdate": self.update,
            "orderCancel": self.cancel,
            "orderMarkAsPaid": self.mark_paid,
            "fulfillmentCreate": self.fulfil,
            "refundCreate": self.refund,
        }

    def _row(self, ident: Any, at: str = "id") -> Order:
        row = self.orders.rows.get(str(ident))
        if row is None:
            raise Wrong([at], "Order does not exist", "NOT_FOUND")
        return row

    def update(self, args: dict[str, Any], key: str) -> Node:
        given = args["input"]
        try:
            row = self._row(given.get("id"))
        except Wrong as wrong:
            return {"order": None, "userErrors": [wrong.shown]}
        row.note = given.get("note", row.note)
        row.tags = sorted(given.get("tags", row.tags))
        self.orders.touch(row)
        return {"order": self.orders.shown(row), "userErrors": []}

    def cancel(self, args: dict[str, Any], key: str) -> Node:
        try:
            row = self._row(args.get("orderId"), "orderId")
            if row.cancelled_at:
                raise Wrong(["orderId"], "Cannot cancel an order that has already been canceled", "INVALID")
        except Wrong as wrong:
            return {"job": None, "orderCancelUserErrors": [wrong.shown]}
        row.cancelled_at, row.cancel_reason = self.shop.now(), str(args.get("reason"))
        if args.get("restock"):
            for line in row.lines:
                self._restock(line.variant, line.quantity - line.given_back)
        self.orders.touch(row, "orders/cancelled")
        return {"job": {"__typename": "Job", "id": self.shop.new_id("Job")}, "orderCancelUserErrors": []}

    def _restock(self, variant: str | None, quantity: int) -> None:
        row = self.orders.catalog.variants.get(variant or "")
        if row is not None and quantity:
            self.orders.catalog.move(row, quantity)

    def mark_paid(self, args: dict[str, Any], key: str) -> Node:
        try:
            row = self._row(args["input"].get("id"))
        except Wrong as wrong:
            return {"order": None, "userErrors": [wrong.shown]}
        left = row.total - row.received
        if left > 0:
            ident = self.shop.new_id("OrderTransaction")
            row.transactions.append(Transaction(ident, "SALE", "manual", left, None, None, self.shop.now()))
        row.marked_paid = True
        self.orders.touch(row, "orders/paid")
        return {"order": self.orders.shown(row), "userErrors": []}

    def fulfil(self, args: dict[str, Any], key: str) -> Node:
        parts = args["fulfillment"].get("lineItemsByFulfillmentOrder") or []
        numbers = {number_of(str(part.get("fulfillmentOrderId"))) for part in parts}
        rows = [row for row in self.orders.rows.values() if number_of(row.id) in numbers and not row.fulfilled]
        if not rows:
            return {
                "fulfillment": None,
                "userErrors": [user_error(["fulfillment"], "Fulfillment order does not exist.")],
            }
        for row in rows:
            row.fulfilled = True
            self.orders.touch(row, "orders/fulfilled")
        made = {"__typename": "Fulfillment", "id": self.shop.new_id("Fulfillment")}
        return {"fulfillment": made, "userErrors": []}

    # refunds
    def refund(self, args: dict[str, Any], key: str) -> Any:
        given = args.get("input") or {}
        return self.shop.once(key, given, lambda: self._refunded(given))

    def _refunded(self, given: Node) -> Node:
        try:
            row = self._row(given.get("orderId"), "orderId")
            amount = self._amount(row, given)
            goods = self._goods(row, given)
        except Wrong as wrong:
            return {"refund": None, "order": None, "userErrors": [wrong.shown]}
        for line, quantity, back in goods:
            line.given_back += quantity
            if back:
                self._restock(line.variant, quantity)
        self._book(row, given)
        made = Refund(self.shop.new_id("Refund"), given.get("note"), amount, self.shop.now())
        row.refunds.append(made)
        self.orders.touch(row, "refunds/create")
        return {
            "refund": shown_refund(made, self.orders),
            "order": self.orders.shown(row),
            "userErrors": [],
        }

    def _amount(self, row: Order, given: Node) -> int:
        amount = sum(self.shop.minor(one.get("amount")) for one in given.get("transactions") or [])
        left = row.received - row.refunded
        if amount > left:
            asked, net = self.shop.decimal(amount), self.shop.decimal(left)
            raise Wrong(None, f"Refund amount ${asked} is greater than net payment received ${net}")
        return amount

    def _goods(self, row: Order, given: Node) -> list[tuple[Any, int, bool]]:
        found = []
        for part in given.get("refundLineItems") or []:
            line = next((line for line in row.lines if line.id == part.get("lineItemId")), None)
            if line is None:
                raise Wrong(["refundLineItems"], "Line item does not exist", "NOT_FOUND")
            quantity = int(part["quantity"])
            if quantity > line.quantity - line.given_back:
                raise Wrong(["refundLineItems"], "Quantity cannot refund more items than were purchased")
            back = part.get("restockType") in ("RETURN", "CANCEL")
            if back and not part.get("locationId"):
                raise Wrong(["refundLineItems"], "Location can't be blank")
            found.append((line, quantity, back))
        return found

    def _book(self, row: Order, given: Node) -> None:
        for one in given.get("transactions") or []:
            ident, amount = self.shop.new_id("OrderTransaction"), self.shop.minor(one["amount"])
            gateway, parent = str(one.get("gateway")), one.get("parentId")
            row.transactions.append(Transaction(ident, "REFUND", gateway, amount, None, parent, self.shop.now()))
