"""The back office: orders, payments, shipments, customers, promotions and the shop's setup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.sylius.answers import (
    EMAIL,
    SHORT,
    TAKEN,
    Obj,
    collection,
    like,
    missing,
    one,
    violation,
)
from posbridge.sandbox.sylius.book import Book
from posbridge.sandbox.sylius.drawing import ADMIN, Drawing
from posbridge.sandbox.sylius.sale import Order
from posbridge.sandbox.sylius.shop import Coupon, Customer, Promotion
from posbridge.sandbox.wire import Call, Refused, Reply


class Office:
    """The routes for orders and people."""

    def __init__(self, book: Book, drawing: Drawing) -> None:
        self.book, self.shop, self.drawing = book, book.shop, drawing

    def routes(self) -> list[Route]:
        return [
            ("GET", f"{ADMIN}/orders", self.orders),
            ("GET", f"{ADMIN}/orders/{{token}}", self.order),
            ("GET", f"{ADMIN}/orders/{{token}}/payments", self.order_payments),
            ("PATCH", f"{ADMIN}/orders/{{token}}/cancel", self.cancel),
            ("GET", f"{ADMIN}/payments", self.payments),
            ("GET", f"{ADMIN}/payments/{{id}}", self.payment),
            ("PATCH", f"{ADMIN}/payments/{{id}}/complete", self.pay),
            ("PATCH", f"{ADMIN}/payments/{{id}}/refund", self.refund),
            ("GET", f"{ADMIN}/shipments", self.shipments),
            ("GET", f"{ADMIN}/shipments/{{id}}", self.shipment),
            ("PATCH", f"{ADMIN}/shipments/{{id}}/ship", self.ship),
            ("GET", f"{ADMIN}/customers", self.customers),
            ("POST", f"{ADMIN}/customers", self.make_customer),
            ("GET", f"{ADMIN}/customers/{{id}}", self.customer),
            ("PUT", f"{ADMIN}/customers/{{id}}", self.put_customer),
            ("GET", f"{ADMIN}/promotions", self.promotions),
            ("GET", f"{ADMIN}/promotions/{{code}}/coupons", self.coupons),
            ("GET", f"{ADMIN}/promotions/{{code}}/coupons/{{coupon}}", self.coupon),
        ]

    # orders
    def orders(self, call: Call) -> Reply:
        """Two filters count; all others are ignored and give everything (recorded 100, 106)."""
        wanted, after = call.query.get("customer.id"), _moment(call.query.get("checkoutCompletedAt[after]", ""))
        rows = self.book.placed()
        if wanted is not None:
            rows = [o for o in rows if o.customer is not None and str(o.customer.id) == wanted]
        if after is not None:
            rows = [o for o in rows if self.shop.stamp(o.completed) >= after]
        if call.query.get("order[number]", "").lower() == "asc":
            rows = rows[::-1]
        return collection(call, "Order", rows, self.drawing.order)

    def _order(self, call: Call) -> Order:
        order = self.book.find(call.params["token"])
        if order is None or not order.placed:
            raise missing()
        return order

    def order(self, call: Call) -> Reply:
        return one("Order", self.drawing.order(self._order(call)))

    def cancel(self, call: Call) -> Reply:
        order = self._order(call)
        self.book.cancel(order)
        return one("Order", self.drawing.order(order))

    def order_payments(self, call: Call) -> Reply:
        return self._listed(call, "payment", [self._order(call)], paged=False)

    def payments(self, call: Call) -> Reply:
        return self._listed(call, "payment", self.book.placed())

    def shipments(self, call: Call) -> Reply:
        return self._listed(call, "shipment", self.book.placed())

    def _listed(self, call: Call, kind: str, orders: Sequence[Order], *, paged: bool = True) -> Reply:
        state = call.query.get("state")
        rows = [o for o in orders if (held := getattr(o, kind)) is not None and state in (None, held.state)]
        draw = getattr(self.drawing, kind)
        return collection(call, kind.title(), rows, lambda o: draw(o, getattr(o, kind)), paged=paged)

    def _with(self, call: Call, kind: str) -> Order:
        rows = (o for o in self.book.placed() if (held := getattr(o, kind)) and str(held.id) == call.params["id"])
        found = next(rows, None)
        if found is None:
            raise missing()
        return found

    def payment(self, call: Call) -> Reply:
        order = self._with(call, "payment")
        return one("Payment", self.drawing.payment(order, order.payment)) if order.payment else Reply(404)

    def pay(self, call: Call) -> Reply:
        self.book.pay(self._with(call, "payment"))
        return self.payment(call)

    def refund(self, call: Call) -> Reply:
        self.book.refund(self._with(call, "payment"))
        return self.payment(call)

    def shipment(self, call: Call) -> Reply:
        order = self._with(call, "shipment")
        return one("Shipment", self.drawing.shipment(order, order.shipment)) if order.shipment else Reply(404)

    def ship(self, call: Call) -> Reply:
        """202 without a body (recorded 112)."""
        call.json()
        self.book.ship(self._with(call, "shipment"))
        return Reply(202)

    # customers
    def customers(self, call: Call) -> Reply:
        """Partial filters; a phone is none (recorded 065)."""
        rows = list(self.shop.customers.values())
        for name, field in (("email", "email"), ("firstName", "first"), ("lastName", "last")):
            if wanted := call.query.get(name, ""):
                rows = [c for c in rows if like(getattr(c, field) or "", wanted)]
        if call.query.get("order[createdAt]", "").lower() == "desc":
            rows = rows[::-1]
        return collection(call, "Customer", rows, self.drawing.customer)

    def _customer(self, call: Call) -> Customer:
        ident = call.params["id"]
        found = self.shop.customers.get(int(ident)) if ident.isdecimal() else None
        if found is None:
            raise missing()
        return found

    def customer(self, call: Call) -> Reply:
        return one("Customer", self.drawing.customer(self._customer(call)))

    def make_customer(self, call: Call) -> Reply:
        body = call.json()
        self._check(body, None)
        who = self.shop.customer(str(body["email"]))
        self._fill(who, body)
        return one("Customer", self.drawing.customer(who), 201)

    def put_customer(self, call: Call) -> Reply:
        """Fields left out stay (recorded 066)."""
        who, body = self._customer(call), call.json()
        self._check(body, who)
        self._fill(who, body)
        return one("Customer", self.drawing.customer(who))

    def _check(self, body: Obj, who: Customer | None) -> None:
        wrong: list[tuple[str, str, str | None]] = []
        email = str(body.get("email") or (who.email if who else ""))
        taken = self.shop.by_email(email)
        if "@" not in email:
            wrong.append(("email", "This email is invalid.", EMAIL))
        elif taken is not None and taken is not who:
            wrong.append(("email", "This email is already used.", TAKEN))
        for name in ("firstName", "lastName"):
            if name in body and len(str(body[name] or "")) < 2:
                wrong.append((name, "It must be at least 2 characters long.", SHORT))
        if wrong:
            raise Refused(violation(*wrong))

    def _fill(self, who: Customer, body: Obj) -> None:
        names = {"email": "email", "firstName": "first", "lastName": "last", "phoneNumber": "phone"}
        for name, field in {**names, "gender": "gender", "subscribedToNewsletter": "newsletter"}.items():
            if name in body:
                setattr(who, field, body[name])

    # promotions
    def promotions(self, call: Call) -> Reply:
        """By a coupon's code, exact and in any case (recorded 140–142)."""
        rows, wanted = list(self.shop.promotions.values()), call.query.get("coupons.code")
        if wanted is not None:
            found = self.shop.coupon(wanted)
            rows = [found[0]] if found else []
        return collection(call, "Promotion", rows, self._promotion)

    def _promotion(self, promotion: Promotion) -> Obj:
        home, channel = f"{ADMIN}/promotions/{promotion.code}", self.shop.options.channel
        rules: list[Any] = list(promotion.extra_rules)
        if promotion.minimum is not None:
            rules.append({"type": "item_total", "configuration": {channel: {"amount": promotion.minimum}}})
        action = {
            "@id": f"{home}/actions/{promotion.id}", "@type": "PromotionAction", "id": promotion.id,
            "type": promotion.action, "configuration": self._setup(promotion),
        }  # fmt: skip
        return {
            "@id": home, "@type": "Promotion", "channels": [f"{ADMIN}/channels/{channel}"], "id": promotion.id,
            "code": promotion.code, "name": promotion.name, "description": None, "priority": promotion.id,
            "exclusive": promotion.exclusive, "usageLimit": None,
            "used": sum(coupon.used for coupon in promotion.coupons.values()), "startsAt": None, "endsAt": None,
            "couponBased": True, "coupons": [f"{home}/coupons/{code}" for code in promotion.coupons], "rules": rules,
            "actions": [action], "appliesToDiscounted": True, "archivedAt": None, "translations": {},
            "createdAt": self.shop.stamp(), "updatedAt": self.shop.stamp(),
        }  # fmt: skip

    def _setup(self, promotion: Promotion) -> Obj:
        percent = "percentage" in promotion.action
        plain: Obj = {"percentage": float(promotion.value)} if percent else {"amount": int(promotion.value)}
        if promotion.action in ("order_percentage_discount", "shipping_percentage_discount"):
            return plain
        if promotion.products:
            plain["filters"] = {"products_filter": {"products": list(promotion.products)}}
        return {self.shop.options.channel: plain}

    def _known(self, call: Call) -> Promotion:
        found = self.shop.promotions.get(call.params["code"])
        if found is None:
            raise missing()
        return found

    def coupons(self, call: Call) -> Reply:
        promotion = self._known(call)
        return collection(
            call, "PromotionCoupon", list(promotion.coupons.values()), lambda c: self._coupon(promotion, c)
        )

    def coupon(self, call: Call) -> Reply:
        promotion, wanted = self._known(call), call.params["coupon"].casefold()
        found = next((c for c in promotion.coupons.values() if c.code.casefold() == wanted), None)
        if found is None:
            raise missing()
        return one("PromotionCoupon", self._coupon(promotion, found))

    def _coupon(self, promotion: Promotion, coupon: Coupon) -> Obj:
        home = f"{ADMIN}/promotions/{promotion.code}"
        return {
            "@id": f"{home}/coupons/{coupon.code}", "@type": "PromotionCoupon", "perCustomerUsageLimit": None,
            "reusableFromCancelledOrders": True, "code": coupon.code, "usageLimit": coupon.usage_limit,
            "used": coupon.used, "promotion": home,
            "expiresAt": self.shop.stamp(coupon.expires) if coupon.expires else None,
        }  # fmt: skip


def _moment(text: str) -> str | None:
    """The wall clock's text; an offset is not looked at, and what is no time filters nothing (recorded 105, 106)."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
