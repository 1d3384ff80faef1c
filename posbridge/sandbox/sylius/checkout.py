"""The shop section's checkout, open to everybody: pick up, lines, address, shipping, payment, complete."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.sylius.answers import (
    BLANK,
    EMAIL,
    SHORT,
    Obj,
    collection,
    missing,
    one,
    problem,
    refuse,
    short,
    tail,
    violation,
)
from posbridge.sandbox.sylius.book import Book
from posbridge.sandbox.sylius.drawing import SHOP, Drawing
from posbridge.sandbox.sylius.sale import Item, Order, fits, reckon
from posbridge.sandbox.sylius.shop import Variant
from posbridge.sandbox.wire import Call, Refused, Reply

_NEEDED = ("firstName", "lastName", "street", "city", "postcode", "countryCode")
_ADDRESS = (*_NEEDED, "phoneNumber", "company", "provinceCode", "provinceName")
_CHOSEN = ("shipping_selected", "shipping_skipped", "payment_selected", "payment_skipped")


class Checkout:
    """The routes of a guest's cart."""

    def __init__(self, book: Book, drawing: Drawing) -> None:
        self.book, self.shop, self.drawing = book, book.shop, drawing

    def routes(self) -> list[Route]:
        home = f"{SHOP}/orders"
        one_cart = f"{home}/{{token}}"
        return [
            ("POST", home, self.pick_up),
            ("GET", home, lambda call: short(401, "JWT Token not found")),
            ("GET", one_cart, self.show),
            ("PUT", one_cart, self.address),
            ("DELETE", one_cart, self.throw_away),
            ("POST", f"{one_cart}/items", self.add),
            ("PATCH", f"{one_cart}/items/{{item}}", self.change),
            ("DELETE", f"{one_cart}/items/{{item}}", self.take_out),
            ("PATCH", f"{one_cart}/shipments/{{part}}", self.ship_by),
            ("PATCH", f"{one_cart}/payments/{{part}}", self.pay_by),
            ("GET", f"{one_cart}/shipments/{{part}}/methods", self.methods),
            ("PATCH", f"{one_cart}/complete", self.complete),
        ]

    def _answer(self, order: Order, status: int = 200) -> Reply:
        return one("Order", self.drawing.cart(order), status)

    def _cart(self, call: Call) -> Order:
        """Only carts can be worked on: a placed order is not found (recorded 092)."""
        order = self.book.find(call.params["token"])
        if order is None or order.placed:
            raise missing()
        return order

    def _changed(self, order: Order) -> Reply:
        reckon(self.shop, order)
        return self._answer(order)

    def pick_up(self, call: Call) -> Reply:
        """A token or notes in the body are ignored (recorded 081)."""
        call.json()
        return self._answer(self.book.new_cart(), 201)

    def show(self, call: Call) -> Reply:
        order = self.book.find(call.params["token"])
        if order is None:
            raise missing()
        return self._answer(order)

    def throw_away(self, call: Call) -> Reply:
        self.book.drop(self._cart(call))
        return Reply(204)

    # lines
    def add(self, call: Call) -> Reply:
        """The same article again adds up (recorded 121); to an unknown token it is 500 (recorded 131)."""
        order, body = self.book.find(call.params["token"]), call.json()
        if order is None:
            return problem(500, "Internal Server Error")
        if order.placed:
            raise refuse("Cannot change cart items after the checkout is completed.")
        if "productVariant" not in body:
            words = "Request does not have the following required fields specified: productVariant."
            raise Refused(problem(422 if self.shop.options.since_22 else 400, words))
        code, count = tail(body["productVariant"]), _count(body.get("quantity", 1))
        variant = self.shop.sellable(code)
        if variant is None:
            raise refuse(f"The product variant {code} does not exist.")
        held = next((item for item in order.items if item.variant == variant.code), None)
        self._require(variant, count + (held.quantity if held else 0))
        if held is None:
            order.items.append(self._new_item(variant, count))
        else:
            held.quantity += count
        reckon(self.shop, order)
        return self._answer(order, 201)

    def _new_item(self, variant: Variant, count: int) -> Item:
        name = self.shop.products[variant.product].names.get(self.shop.options.locale, variant.product)
        return Item(self.shop.next_id("item"), variant.code, name, variant.name, count)

    def _require(self, variant: Variant, count: int) -> None:
        if variant.tracked and variant.left < count:
            raise refuse(f"The product variant with {variant.code} code does not have sufficient stock.")

    def _item(self, call: Call) -> tuple[Order, Item]:
        order = self._cart(call)
        found = next((item for item in order.items if str(item.id) == call.params["item"]), None)
        if found is None:
            raise missing()
        return order, found

    def change(self, call: Call) -> Reply:
        order, item = self._item(call)
        count = _count(call.json().get("quantity"))
        self._require(self.shop.variants[item.variant], count)
        item.quantity = count
        return self._changed(order)

    def take_out(self, call: Call) -> Reply:
        order, item = self._item(call)
        order.items.remove(item)
        reckon(self.shop, order)
        return Reply(204)

    # address, customer, coupon
    def address(self, call: Call) -> Reply:
        """An address takes the cart back to "addressed". A coupon left out is dropped; a refused one leaves the
        coupon that was there (recorded 087, 154, 159)."""
        order, body = self._cart(call), call.json()
        billing, shipping = (self._address(body, key) for key in ("billingAddress", "shippingAddress"))
        email = str(body.get("email") or "")
        if email and "@" not in email:
            raise Refused(violation(("email", "This email is invalid.", EMAIL)))
        self._coupon(order, str(body.get("couponCode") or ""))
        if email:
            order.customer = self.shop.customer(email)
        if billing or shipping:
            order.billing, order.shipping = billing or shipping, shipping or billing
            order.checkout_state = "addressed"
        reckon(self.shop, order)
        if order.checkout_state == "addressed" and order.shipment is None:
            self._after_shipping(order, "shipping_skipped")
        return self._answer(order)

    def _address(self, body: Obj, key: str) -> Obj | None:
        given = body.get(key)
        if not isinstance(given, dict):
            return None
        wrong: list[tuple[str, str, str | None]] = []
        for name in _NEEDED:
            text = str(given.get(name) or "")
            if not text:
                wrong.append((f"{key}.{name}", "This value should not be blank.", BLANK))
            elif name.endswith("Name") and len(text) < 2:
                wrong.append((f"{key}.{name}", "It must be at least 2 characters long.", SHORT))
        if not re.fullmatch(r"(?!XX)[A-Z]{2}", str(given.get("countryCode") or "XX")):
            wrong.append(("", f"The country {given.get('countryCode')} does not exist.", None))
        if wrong:
            raise Refused(violation(*wrong))
        ident = self.shop.next_id("address")
        named = {name: given.get(name) for name in _ADDRESS}
        return {"@id": f"{SHOP}/addresses/{ident}", "@type": "Address", **named}

    def _coupon(self, order: Order, code: str) -> None:
        if code:
            found = self.shop.coupon(code)
            reckon(self.shop, order)
            if found is None or not fits(self.shop, order, *found):
                raise Refused(violation(("couponCode", "Coupon code is invalid.", None)))
            code = found[1].code
        order.coupon = code

    # shipping and payment
    def methods(self, call: Call) -> Reply:
        self._cart(call)
        row = {"@id": f"{SHOP}/shipping-methods/in_store", "@type": "ShippingMethod", "code": "in_store", "price": 0}
        return collection(call, "ShippingMethod", [row], lambda each: each, paged=False)

    def ship_by(self, call: Call) -> Reply:
        order, wanted = self._cart(call), tail(call.json().get("shippingMethod"))
        if order.shipment is None or str(order.shipment.id) != call.params["part"]:
            raise missing()
        if order.checkout_state == "cart":
            raise refuse("Order should be addressed first.")
        if wanted not in self.book.shipping_methods:
            raise refuse(f"The shipping method with {wanted} code does not exist.")
        order.shipment.method = wanted
        reckon(self.shop, order)
        self._after_shipping(order, "shipping_selected")
        return self._answer(order)

    def _after_shipping(self, order: Order, state: str) -> None:
        order.checkout_state = state if order.payment is not None else "payment_skipped"

    def pay_by(self, call: Call) -> Reply:
        order, wanted = self._cart(call), tail(call.json().get("paymentMethod"))
        if order.payment is None or str(order.payment.id) != call.params["part"]:
            raise missing()
        if order.checkout_state not in _CHOSEN:
            raise refuse("Shipping should be selected first.")
        if wanted not in self.book.payment_methods:
            raise refuse(f"The payment method with {wanted} code does not exist.")
        order.payment.method = wanted
        reckon(self.shop, order)
        order.checkout_state = "payment_selected" if order.payment is not None else "payment_skipped"
        return self._answer(order)

    # the end
    def complete(self, call: Call) -> Reply:
        order, notes = self._cart(call), call.json().get("notes")
        if order.checkout_state not in ("payment_selected", "payment_skipped"):
            raise refuse(f"Cannot complete as order is in a wrong state. Current: {order.checkout_state}.")
        if order.customer is None:
            return problem(500, "Internal Server Error")
        self._all_there(order)
        before, found = order.total, self.shop.coupon(order.coupon) if order.coupon else None
        if found is not None and not fits(self.shop, order, *found):
            raise refuse(f"You are no longer eligible for this promotion {found[0].name}.")
        kept = _frozen(order)
        reckon(self.shop, order)
        if order.total != before:
            kept()  # the answer leaves the cart as it was, so that it is 409 again and again (recorded 129)
            return problem(409, "Order total has changed during checkout process.")
        self.book.place(order, str(notes) if notes is not None else None)
        return self._answer(order)

    def _all_there(self, order: Order) -> None:
        for item in order.items:
            variant = self.shop.sellable(item.variant)
            if variant is None:
                raise refuse(f"The product variant {item.variant} does not exist.")
            if variant.tracked and variant.left < item.quantity:
                raise refuse(f"The product variant with {variant.name or ''} name does not have sufficient stock.")


def _frozen(order: Order) -> Callable[[], None]:
    """A way back to the prices as they are now."""
    names = ("unit_price", "original", "unit_off", "order_off", "tax", "included")
    held = [(item, {name: getattr(item, name) for name in names}) for item in order.items]

    def restore() -> None:
        for item, values in held:
            for name, value in values.items():
                setattr(item, name, value)

    return restore


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(problem(400, 'The type of the "quantity" attribute must be "int".'))
    if value < 1:
        raise Refused(violation(("quantity", "Quantity must be greater than 0.", None)))
    return value
