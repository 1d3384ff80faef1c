"""Refunds: each makes an order of its own that has returns and no lines (recorded sandbox traffic)."""

from __future__ import annotations

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import Refused, invalid, missing, not_found
from posbridge.sandbox.square.payments import Payments
from posbridge.sandbox.square.shop import Obj, limit, moment
from posbridge.sandbox.wire import Call, Reply


class Refunds:
    """Every refund. Cash, outside and gift card refunds complete at once; a card's is PENDING until it is read."""

    def __init__(self, payments: Payments) -> None:
        self.payments, self.shop = payments, payments.shop
        self.rows: dict[str, Obj] = {}

    def routes(self) -> list[Route]:
        """Everything under /v2/refunds."""
        return [
            ("POST", "/v2/refunds", lambda call: self.shop.once(call, self.create, longest=45)),
            ("GET", "/v2/refunds", self.list_refunds),
            ("GET", "/v2/refunds/{id}", self.retrieve),
        ]

    def create(self, body: Obj) -> Obj:
        """RefundPayment, part or whole."""
        if not body.get("payment_id"):
            raise missing("payment_id")
        if len(body.get("reason") or "") > 192:
            raise invalid("reason", "Field must not be greater than 192 in length", "VALUE_TOO_LONG")
        payment = self.payments.get(body["payment_id"], "payment_id")
        amount = self.shop.amount(body.get("amount_money"), "amount_money", least=1)
        self._check(payment, amount)
        refund = self._made(body, payment, amount)
        self.rows[refund["id"]] = refund
        done = payment.get("refunded_money", {"amount": 0})["amount"] + amount
        payment["refunded_money"] = self.shop.money(done)
        payment["refund_ids"] = [*payment.get("refund_ids", ()), refund["id"]]
        payment["updated_at"] = self.shop.stamp()
        gift = self.payments.sources.give_back(payment, amount, str(body["idempotency_key"]))
        if gift or payment["source_type"] != "CARD":
            refund["status"] = "COMPLETED"
        self.shop.emit("refund.created", "refund", refund["id"], {"refund": refund})
        self.payments.tell("payment.updated", payment)
        return {"refund": refund}

    def _check(self, payment: Obj, amount: int) -> None:
        if payment["status"] != "COMPLETED":
            code = "REFUND_ERROR_PAYMENT_NEEDS_COMPLETION"
            raise Refused(code, "The payment is not completed.", category="REFUND_ERROR")
        left = payment["total_money"]["amount"] - payment.get("refunded_money", {"amount": 0})["amount"]
        if amount > left:
            detail = f"The requested refund amount exceeds the amount available to refund ({left})."
            raise Refused("REFUND_AMOUNT_INVALID", detail, field="amount_money", category="REFUND_ERROR")

    def _made(self, body: Obj, payment: Obj, amount: int) -> Obj:
        now = self.shop.stamp()
        key = f"{payment['id']}_{self.shop.new_id('refund', 40)}"
        refund = {
            "id": key,
            "status": "PENDING",
            "amount_money": self.shop.money(amount),
            "payment_id": payment["id"],
            "order_id": self._return_order(key, body, payment, amount)["id"],
            "created_at": now,
            "updated_at": now,
            "location_id": payment["location_id"],
        }
        if body.get("reason"):
            refund["reason"] = body["reason"]
        return refund

    def _return_order(self, key: str, body: Obj, payment: Obj, amount: int) -> Obj:
        shop, now = self.shop, self.shop.stamp()
        amounts = {name: shop.money(0) for name in ("tax_money", "discount_money", "tip_money", "service_charge_money")}
        line: Obj = {"uid": shop.new_id("uid", 22), "quantity": "1", "item_type": "CUSTOM_AMOUNT"}
        for name in ("base_price_money", "variation_total_price_money", "gross_return_money", "total_money"):
            line[name] = shop.money(amount)
        order: Obj = {
            "id": shop.new_id("order", 27) + "ZY",
            "location_id": shop.location_id,
            "created_at": now,
            "updated_at": now,
            "closed_at": now,
            "state": "COMPLETED",
            "version": 4,
            "source": {},
            "returns": [
                {
                    "uid": shop.new_id("uid", 22),
                    "source_order_id": payment["order_id"],
                    "return_line_items": [line],
                    "return_amounts": {"total_money": shop.money(amount), **amounts},
                }
            ],
            "return_amounts": {"total_money": shop.money(amount), **amounts},
            "net_amounts": {"total_money": shop.money(-amount), **amounts},
            "refunds": [self._short(key, body, payment, amount)],
            "net_amount_due_money": shop.money(0),
        }
        self.payments.orders.rows[order["id"]] = order
        return order

    def _short(self, key: str, body: Obj, payment: Obj, amount: int) -> Obj:
        return {
            "id": key.partition("_")[2],
            "location_id": payment["location_id"],
            "transaction_id": payment["order_id"],
            "tender_id": payment["id"],
            "created_at": self.shop.stamp(),
            "reason": body.get("reason") or "",
            "amount_money": self.shop.money(amount),
            "status": "APPROVED",
        }

    def _settled(self, refund: Obj) -> Obj:
        if refund["status"] == "PENDING":
            refund.update(status="COMPLETED", updated_at=self.shop.stamp())
            self.shop.emit("refund.updated", "refund", refund["id"], {"refund": refund})
        return refund

    def retrieve(self, call: Call) -> Reply:
        """One refund; by now the money has moved."""
        if call.params["id"] not in self.rows:
            raise not_found("Refund", call.params["id"])
        return Reply(body={"refund": self._settled(self.rows[call.params["id"]])})

    def list_refunds(self, call: Call) -> Reply:
        """Newest first unless asked; by time, status and place."""
        asked = call.query
        rows = [
            row
            for row in map(self._settled, self.rows.values())
            if asked.get("status", row["status"]) == row["status"]
            and (
                not asked.get("begin_time")
                or moment(row["created_at"], "") >= moment(asked["begin_time"], "begin_time")
            )
            and (not asked.get("end_time") or moment(row["created_at"], "") <= moment(asked["end_time"], "end_time"))
        ]
        filters = {key: value for key, value in asked.items() if key not in ("cursor", "limit")}
        page, more = self.shop.page(
            rows,
            lambda row: (row["created_at"], row["id"]),
            limit(dict(asked), 100, 100),
            asked.get("cursor"),
            filters,
            reverse=asked.get("sort_order", "DESC") == "DESC",
        )
        return Reply(body={**({"refunds": page} if page else {}), **more})

    def refunded(self, order_id: str) -> int:
        """Minor units given back for an order."""
        return sum(
            row["amount_money"]["amount"]
            for row in self.rows.values()
            if self.payments.rows[row["payment_id"]]["order_id"] == order_id
        )
