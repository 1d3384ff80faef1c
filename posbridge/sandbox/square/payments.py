"""Payments: taken, completed, canceled; and PayOrder, which closes an order with several of them."""

from __future__ import annotations

from collections.abc import Callable

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import Refused, conflict, invalid, missing, not_found
from posbridge.sandbox.square.orders import Orders, due
from posbridge.sandbox.square.shop import Obj, Shop, limit, moment
from posbridge.sandbox.square.sources import Sources, tender
from posbridge.sandbox.wire import Call, Reply

_KEPT = ("reference_id", "note", "customer_id", "team_member_id", "app_fee_money", "buyer_email_address")
_LENGTHS = {"reference_id": 40, "note": 500, "statement_description_identifier": 20}


class Payments:
    """Every payment; `sold` is called once for each order that becomes paid."""

    def __init__(self, shop: Shop, orders: Orders, sources: Sources, sold: Callable[[Obj], None]) -> None:
        self.shop, self.orders, self.sources, self.sold = shop, orders, sources, sold
        self.rows: dict[str, Obj] = {}
        self.keys: dict[str, str] = {}
        self._moved: set[str] = set()

    def routes(self) -> list[Route]:
        """Payments, and paying an order."""
        return [
            ("POST", "/v2/payments", lambda call: self.shop.once(call, self.create, longest=45)),
            ("GET", "/v2/payments", self.list_payments),
            ("POST", "/v2/payments/cancel", self.cancel_by_key),
            ("GET", "/v2/payments/{id}", lambda call: Reply(body={"payment": self.get(call.params["id"])})),
            ("POST", "/v2/payments/{id}/cancel", self.cancel),
            ("POST", "/v2/payments/{id}/complete", self.complete),
            ("POST", "/v2/orders/{id}/pay", self.pay_order),
        ]

    def get(self, key: object, field: str | None = None) -> Obj:
        """The payment, or NOT_FOUND."""
        if not isinstance(key, str) or key not in self.rows:
            raise not_found("Payment", str(key), field=field)
        return self.rows[key]

    def create(self, body: Obj) -> Obj:
        """CreatePayment: completed at once, or held with `autocomplete: false`."""
        for name, longest in _LENGTHS.items():
            if len(body.get(name) or "") > longest:
                raise invalid(name, f"Field must not be greater than {longest} in length", "VALUE_TOO_LONG")
        amount = self.shop.amount(body.get("amount_money"), "amount_money", least=1)
        if body.get("location_id"):
            self.shop.own_location(body["location_id"], "location_id")
        at_once = body.get("autocomplete") is not False
        order = self._order(body, amount, at_once)
        payment = self._made(body, amount)
        self.sources.authorize(body, payment)
        payment["order_id"] = order["id"] if order else self._nameless(payment)["id"]
        self.rows[payment["id"]] = payment
        self.keys[str(body["idempotency_key"])] = payment["id"]
        order = self.orders.get(payment["order_id"])
        if at_once:
            self._capture(payment, order)
        elif "card_details" in payment:
            self._attach(order, payment)
        self.tell("payment.created", payment)
        return {"payment": payment}

    def _order(self, body: Obj, amount: int, at_once: bool) -> Obj | None:
        if not body.get("order_id"):
            return None
        order = self.orders.get(body["order_id"], "order_id")
        if order["state"] != "OPEN":
            raise Refused("BAD_REQUEST", f"The order is {order['state']} and takes no payment.", field="order_id")
        if at_once and amount != due(order):
            detail = f"The payment of {amount} does not cover the {due(order)} due on the order."
            raise Refused("PAYMENT_AMOUNT_MISMATCH", detail, field="amount_money")
        return order

    def _made(self, body: Obj, amount: int) -> Obj:
        now, money = self.shop.stamp(), self.shop.money(amount)
        key = self.shop.new_id("payment", 27) + "ZY"
        return {
            "id": key,
            "created_at": now,
            "updated_at": now,
            "amount_money": money,
            "total_money": money,
            "approved_money": money,
            "status": "APPROVED",
            "delay_duration": "PT168H",
            "delay_action": "CANCEL",
            "location_id": self.shop.location_id,
            "receipt_number": key[:4],
            "receipt_url": f"{self.shop.platform.address}/receipt/{key}",
            "version_token": self.shop.new_id("token", 30),
            **{name: body[name] for name in _KEPT if body.get(name)},
        }

    def _nameless(self, payment: Obj) -> Obj:
        """A payment without an order makes one with a single nameless line (recorded sandbox traffic)."""
        line = {"quantity": "1", "item_type": "CUSTOM_AMOUNT", "base_price_money": payment["amount_money"]}
        sent = {"order": {"location_id": self.shop.location_id, "line_items": [line]}}
        order: Obj = self.orders.create(sent)["order"]
        return order

    def _capture(self, payment: Obj, order: Obj) -> None:
        self.sources.capture(payment)
        self._changed(payment)
        self._attach(order, payment)
        self._after(order)

    def _attach(self, order: Obj, payment: Obj) -> None:
        others = [one for one in order.get("tenders", ()) if one["id"] != payment["id"]]
        order["tenders"] = [*others, tender(payment)]

    def _after(self, order: Obj) -> None:
        self.orders.close_if_done(order)
        self.orders.touch(order)
        if not due(order) and order["id"] not in self._moved:
            self._moved.add(order["id"])
            self.sold(order)

    def _changed(self, payment: Obj) -> None:
        payment["updated_at"] = self.shop.stamp()
        payment["version_token"] = self.shop.new_id("token", 30)

    def tell(self, topic: str, payment: Obj) -> None:
        """Emit a payment event with the whole payment."""
        self.shop.emit(topic, "payment", payment["id"], {"payment": payment})

    def complete(self, call: Call) -> Reply:
        """Capture an approved payment; its order must then be covered."""
        payment = self._approved(call.params["id"])
        order = self.orders.get(payment["order_id"])
        if payment["amount_money"]["amount"] != due(order):
            raise Refused("PAYMENT_AMOUNT_MISMATCH", "Use PayOrder for an order with several payments.")
        self._capture(payment, order)
        self.tell("payment.updated", payment)
        return Reply(body={"payment": payment})

    def cancel(self, call: Call) -> Reply:
        """Void an approved payment."""
        payment = self._approved(call.params["id"])
        self._void(payment)
        return Reply(body={"payment": payment})

    def cancel_by_key(self, call: Call) -> Reply:
        """Void what a CreatePayment with this key may have made; `{}` even when there is nothing."""
        key = call.json().get("idempotency_key")
        if not key:
            raise missing("idempotency_key")
        if key in self.keys and self.rows[self.keys[key]]["status"] != "CANCELED":
            self._void(self._approved(self.keys[key]))
        return Reply(body={})

    def _approved(self, key: str) -> Obj:
        payment = self.get(key)
        if payment["status"] != "APPROVED":
            raise Refused("BAD_REQUEST", f"Payment is in state {payment['status']}, expected: APPROVED")
        return payment

    def _void(self, payment: Obj) -> None:
        self.sources.void(payment, f"void:{payment['id']}")
        self._changed(payment)
        order = self.orders.get(payment["order_id"])
        if any(one["id"] == payment["id"] for one in order.get("tenders", ())):
            self._attach(order, payment)
            self.orders.touch(order)
        self.tell("payment.updated", payment)

    def pay_order(self, call: Call) -> Reply:
        """PayOrder: the listed payments must sum to the total; the order's other approved ones are voided."""
        order = self.orders.get(call.params["id"])
        return self.shop.once(call, lambda body: self._pay(order, body), longest=192, scope="PayOrder")

    def _pay(self, order: Obj, body: Obj) -> Obj:
        if body.get("order_version") not in (None, order["version"]):
            raise conflict("order_version", order["version"], body["order_version"])
        if order["state"] != "OPEN":
            raise Refused("BAD_REQUEST", f"The order is {order['state']}.", field="order_id")
        chosen = [self.get(key, "payment_ids") for key in body.get("payment_ids") or ()]
        for payment in chosen:
            if payment["status"] != "APPROVED" or payment["order_id"] != order["id"]:
                raise invalid("payment_ids", f"Payment {payment['id']} is not an approved payment of this order.")
        total = sum(payment["amount_money"]["amount"] for payment in chosen)
        if total != due(order):
            raise Refused("PAYMENT_AMOUNT_MISMATCH", f"Payments of {total} for an order of {due(order)}.")
        for payment in [one for one in self.rows.values() if one["order_id"] == order["id"] and one not in chosen]:
            if payment["status"] == "APPROVED":
                self._void(payment)
        for payment in chosen:
            self.sources.capture(payment)
            self._changed(payment)
            self._attach(order, payment)
            self.tell("payment.updated", payment)
        self._after(order)
        return {"order": order}

    def cancel_of_order(self, order: Obj) -> None:
        """An order that is canceled frees what was held for it."""
        for payment in [one for one in self.rows.values() if one["order_id"] == order["id"]]:
            if payment["status"] == "APPROVED":
                self._void(payment)

    def list_payments(self, call: Call) -> Reply:
        """Newest first unless asked; by creation or update time."""
        asked = call.query
        name = asked.get("sort_field", "CREATED_AT").lower()
        rows = [row for row in self.rows.values() if _within(row, asked) and _of_place(row, asked)]
        filters = {key: value for key, value in asked.items() if key not in ("cursor", "limit")}
        page, more = self.shop.page(
            rows,
            lambda row: (row[name], row["id"]),
            limit(dict(asked), 100, 100),
            asked.get("cursor"),
            filters,
            reverse=asked.get("sort_order", "DESC") == "DESC",
        )
        return Reply(body={**({"payments": page} if page else {}), **more})


def _of_place(row: Obj, asked: dict[str, str]) -> bool:
    return bool(asked.get("location_id", row["location_id"]) == row["location_id"])


def _within(row: Obj, asked: dict[str, str]) -> bool:
    spans = (("created_at", "begin_time", "end_time"), ("updated_at", "updated_at_begin_time", "updated_at_end_time"))
    for name, begin, end in spans:
        at = moment(row[name], "")
        if asked.get(begin) and at < moment(asked[begin], begin):
            return False
        if asked.get(end) and at > moment(asked[end], end):
            return False
    return True
