"""The orders of the shop, carts among them, and what moves the stock."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

from posbridge.sandbox.sylius.answers import problem
from posbridge.sandbox.sylius.sale import Order
from posbridge.sandbox.sylius.shop import Shop
from posbridge.sandbox.wire import Refused

_CART_LIFE = timedelta(days=2)
_UNPAID_LIFE = timedelta(days=5)


class Book:
    """Orders by token. Carts are purged after two days, unpaid orders cancelled after five (facts, 12.20)."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.orders: dict[str, Order] = {}
        self.shipping_methods = ["in_store", "ups"]
        self.payment_methods = ["cash_on_delivery", "bank_transfer"]

    def find(self, token: str) -> Order | None:
        order = self.orders.get(token)
        if order is not None:
            self._age(order)
        return self.orders.get(token)

    def _age(self, order: Order) -> None:
        now = self.shop.clock.now()
        if not order.placed and now - order.born > _CART_LIFE:
            self.drop(order)
        elif order.completed and order.payment_state == "awaiting_payment" and now - order.completed > _UNPAID_LIFE:
            self.cancel(order)

    def placed(self) -> list[Order]:
        """Newest number first, carts left out."""
        for order in list(self.orders.values()):
            self._age(order)
        return sorted((o for o in self.orders.values() if o.placed), key=lambda o: o.number or "", reverse=True)

    def drop(self, order: Order) -> None:
        self.orders.pop(order.token, None)

    def new_cart(self) -> Order:
        number = self.shop.next_id("cart")
        digest = hashlib.sha512(f"{self.shop.seed.name}/{number}".encode()).digest()
        token = base64.b64encode(digest, b"~-").decode()[:64].replace("=", "_")
        order = Order(number, token, self.shop.clock.now())
        self.orders[token] = order
        return order

    def place(self, order: Order, notes: str | None) -> None:
        """Completed: the goods are held; a free sale is paid at once (recorded 136)."""
        order.number = f"{self.shop.next_id('number'):09d}"
        order.completed, order.notes = self.shop.clock.now(), notes
        order.state, order.checkout_state = "new", "completed"
        order.shipping_state = "ready" if order.shipment else "shipped"
        for item in order.items:
            self._variant_hold(item.variant, item.quantity)
            self.shop.sold.add(self.shop.variants[item.variant].product)
        found = self.shop.coupon(order.coupon) if order.coupon else None
        if found is not None:
            found[1].used += 1
        if order.shipment is not None:
            order.shipment.state = "ready"
        if order.payment is None:
            self._paid(order)
        else:
            order.payment.state, order.payment_state = "new", "awaiting_payment"

    def _variant_hold(self, code: str, count: int) -> None:
        variant = self.shop.variants[code]
        if variant.tracked:
            variant.on_hold += count
            variant.updated = self.shop.clock.now()

    def _paid(self, order: Order) -> None:
        """Paid takes the goods: holds and pieces alike (recorded 110)."""
        order.payment_state = "paid"
        for item in order.items:
            variant = self.shop.variants[item.variant]
            if variant.tracked:
                variant.on_hold -= item.quantity
                variant.on_hand -= item.quantity
        self._finish(order)

    def _finish(self, order: Order) -> None:
        if order.payment_state == "paid" and order.shipping_state == "shipped" and order.state == "new":
            order.state = "fulfilled"

    def pay(self, order: Order) -> None:
        _require(order.payment is not None and order.payment.state == "new", "complete", order.payment, "payment")
        assert order.payment is not None
        order.payment.state = "completed"
        self._paid(order)

    def refund(self, order: Order) -> None:
        """The whole payment; no stock comes back (recorded 115)."""
        _require(order.payment is not None and order.payment.state == "completed", "refund", order.payment, "payment")
        assert order.payment is not None
        order.payment.state, order.payment_state, order.refunded = "refunded", "refunded", order.payment.amount

    def ship(self, order: Order) -> None:
        good = order.shipment is not None and order.shipment.state == "ready"
        _require(good, "ship", order.shipment, "shipment")
        assert order.shipment is not None
        order.shipment.state, order.shipping_state = "shipped", "shipped"
        self._finish(order)

    def cancel(self, order: Order) -> None:
        """Only a new one. Holds go, paid goods come back; what was paid stays "paid" (recorded 118, 120)."""
        if order.state != "new":
            raise Refused(problem(422, "Cannot cancel the order."))
        for item in order.items:
            variant = self.shop.variants[item.variant]
            if variant.tracked and order.payment_state in ("paid", "refunded"):
                variant.on_hand += item.quantity
            elif variant.tracked:
                variant.on_hold -= item.quantity
        order.state, order.shipping_state = "cancelled", "cancelled"
        if order.payment_state == "awaiting_payment" and order.payment is not None:
            order.payment_state = order.payment.state = "cancelled"


def _require(good: bool, move: str, held: object, kind: str) -> None:
    if not good:
        state = getattr(held, "state", "none")
        raise Refused(problem(422, f'Transition "{move}" cannot be applied on "{state}" {kind}.'))
