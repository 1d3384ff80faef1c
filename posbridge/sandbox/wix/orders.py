"""Orders of the simulated site, their payments, refunds and handing over. Nothing here honours a key."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.wix.catalog import ZERO, Catalog
from posbridge.sandbox.wix.errors import Refused, invalid, not_found
from posbridge.sandbox.wix.shop import Obj, Shop, asked_of, at, fits, remembered

_ROOM, _PAYMENTS, _BILLING = "/ecom/v1/orders", "/ecom/v1/payments/orders", "/ecom/v1/order-billing"
_FILTERED = (
    "id", "status", "paymentStatus", "fulfillmentStatus", "createdDate", "updatedDate", "purchasedDate", "number",
    "archived", "channelInfo.type", "channelInfo.externalOrderId", "buyerInfo.contactId", "buyerInfo.email",
)  # fmt: skip
_HIDDEN = ("PENDING", "REJECTED")
_MOST_LINES, _MOST_PAYMENTS = 300, 50
_CHANNELS = ("WEB", "POS", "OTHER_PLATFORM", "BACKOFFICE_MERCHANT")
STORES = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
_FQDN = "wix.ecom.v1.order"


class Orders:
    """Orders by id. The search shows an order `search_lag_s` after it was made; `paymentStatus` follows a payment
    `payment_lag_s` later."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.rows: dict[str, Obj] = {}
        self.payments: dict[str, list[Obj]] = {}
        self.refunds: dict[str, list[Obj]] = {}
        self.search_lag_s, self.payment_lag_s = 0.0, 0.0
        self._made: dict[str, float] = {}
        self._paid: dict[str, float] = {}

    def routes(self) -> list[Route]:
        one = f"{_ROOM}/{{id}}"
        return [
            ("POST", _ROOM, self.create),
            ("POST", f"{_ROOM}/search", self.search),
            ("GET", one, lambda call: Reply(body={"order": self.shown(self._row(call))})),
            ("POST", f"{one}/cancel", self.cancel),
            ("POST", f"{one}/activities", self.comment),
            ("GET", f"{_PAYMENTS}/{{id}}", lambda call: Reply(body=self.transactions(self._row(call)["id"]))),
            ("POST", f"{_PAYMENTS}/{{id}}/add-payment", self.add_payments),
            ("POST", f"{_BILLING}/refund-payments", self.refund),
            ("POST", "/ecom/v1/fulfillments/orders/{id}/create-fulfillment", self.fulfil),
        ]

    def _row(self, call: Call) -> Obj:
        if call.params["id"] not in self.rows:
            raise not_found()
        return self.rows[call.params["id"]]

    # making
    def create(self, call: Call) -> Reply:
        """Every call makes an order. It lowers the stock; totals stand as they are sent."""
        body = call.json()
        given = body.get("order")
        if not isinstance(given, dict):
            raise invalid("order", "must not be empty")
        order = self.made(given)
        return Reply(body={"order": self.shown(order)})

    def made(self, given: Obj, channel: str = "") -> Obj:
        """A new order of what was given, checked."""
        self._check(given)
        now, ident, number = self.shop.stamp(), self.shop.new_id("order"), self.shop.platform.next_id("order number")
        lines = [
            {**row, "id": f"00000000-0000-0000-0000-{place:012d}"} for place, row in enumerate(given["lineItems"], 1)
        ]
        order: Obj = {
            **given, "id": ident, "number": str(10_000 + number), "createdDate": now, "updatedDate": now,
            "lineItems": lines, "status": "APPROVED", "fulfillmentStatus": "NOT_FULFILLED", "archived": False,
            "activities": [{"createdDate": now, "type": "ORDER_PLACED"}],
            "additionalFees": given.get("additionalFees") or [], "customFields": given.get("customFields") or [],
            "currency": given.get("currency") or self.shop.currency, "imported": False,
        }  # fmt: skip
        order["channelInfo"] = {**given["channelInfo"], **({"type": channel} if channel else {})}
        self.rows[ident], self.payments[ident], self.refunds[ident] = order, [], []
        self._made[ident] = self.shop.clock.seconds()
        self._move_stock(lines, -1)
        self._tell(order, "created", {"createdEvent": {"entity": self.shown(order)}})
        return order

    def _check(self, given: Obj) -> None:
        if at(given, "channelInfo.type") not in _CHANNELS:
            raise invalid("order.channelInfo.type", "is not supported")
        if len(at(given, "channelInfo.externalOrderId") or "") > 100:
            raise invalid("order.channelInfo.externalOrderId", "is longer than 100")
        lines = given.get("lineItems")
        if not isinstance(lines, list) or not 1 <= len(lines) <= _MOST_LINES:
            raise invalid("order.lineItems", f"must have 1 to {_MOST_LINES} items")
        for place, line in enumerate(lines):
            self._check_line(line, f"order.lineItems[{place}]")
        for name in ("subtotal", "total"):
            self.shop.minor(at(given, f"priceSummary.{name}"), f"order.priceSummary.{name}")
        if given.get("currency") not in (None, self.shop.currency):
            raise invalid("order.currencyConversionDetails", "must not be empty")
        contact = at(given, "buyerInfo.contactId")
        if contact is not None and len(str(contact)) != 36:
            raise invalid("order.buyerInfo.contactId", "is not a valid GUID")

    def _check_line(self, line: Any, where: str) -> None:
        if not isinstance(line, dict):
            raise Refused(400, "Expected an object")
        name, quantity = at(line, "productName.original"), line.get("quantity")
        if not isinstance(name, str) or not 1 <= len(name) <= 200:
            raise invalid(f"{where}.productName.original", "must have 1 to 200 characters")
        if not isinstance(quantity, int) or isinstance(quantity, bool) or not 1 <= quantity <= 100_000:
            raise invalid(f"{where}.quantity", "must be from 1 to 100000")
        if not (at(line, "itemType.preset") or at(line, "itemType.custom")):
            raise invalid(f"{where}.itemType", "must not be empty")
        self.shop.minor(line.get("price"), f"{where}.price")
        reference = line.get("catalogReference")
        if reference is not None and not (reference.get("appId") and reference.get("catalogItemId")):
            raise invalid(f"{where}.catalogReference", "must name the app and the item")

    def _move_stock(self, lines: list[Obj], sign: int) -> None:
        """Lines of articles that exist; below zero where too few are there."""
        for line in lines:
            reference = line.get("catalogReference") or {}
            good = self.catalog.goods.get(str(reference.get("catalogItemId")))
            if reference.get("appId") != STORES or good is None:
                continue
            variant = (reference.get("options") or {}).get("variantId") or ZERO
            if variant == ZERO or variant in self.catalog.pieces:
                self.catalog.move(self.catalog.piece(variant, good.id), sign * line["quantity"])

    def sell(self, sku: str, quantity: int) -> str:
        """An order of a shopper, paid online."""
        good, piece = self.catalog.pieces[self.catalog.skus[sku]]
        total = piece.price * quantity
        line = {
            "productName": {"original": good.title}, "quantity": quantity, "itemType": {"preset": "PHYSICAL"},
            "price": self.shop.money(piece.price), "totalDiscount": self.shop.money(0),
            "totalPriceBeforeTax": self.shop.money(total), "totalPriceAfterTax": self.shop.money(total),
            "taxInfo": {"taxAmount": self.shop.money(0)}, "physicalProperties": {"sku": sku},
            "catalogReference": {"appId": STORES, "catalogItemId": good.id, "options": {"variantId": piece.id}},
        }  # fmt: skip
        summary = {name: self.shop.money(value) for name, value in
                   (("subtotal", total), ("shipping", 0), ("tax", 0), ("discount", 0), ("total", total))}  # fmt: skip
        order = self.made({
            "channelInfo": {"type": "WEB"}, "lineItems": [line], "priceSummary": summary, "taxIncludedInPrices": False,
        })  # fmt: skip
        details = {"offlinePayment": False, "paymentMethodName": {"buyerLanguageName": "Card"}}
        self._take(order, {"amount": self.shop.money(total), "status": "APPROVED", "regularPaymentDetails": details})
        return str(order["id"])

    # looking
    def search(self, call: Call) -> Reply:
        """Pending and rejected ones are hidden unless the filter names a status."""
        asked = asked_of(call.json(), "search")
        condition = asked.get("filter") or {}
        horizon = self.shop.clock.seconds() - self.search_lag_s
        rows = [self.shown(row) for ident, row in self.rows.items() if self._made[ident] <= horizon]
        found = [
            row for row in rows
            if fits(row, condition, _FILTERED) and ("status" in condition or row["status"] not in _HIDDEN)
        ]  # fmt: skip
        name, down = _sorted_by(asked)
        found.sort(key=lambda row: (row[name], row["number"]), reverse=down)
        places = {row["id"]: place for place, row in enumerate(found)}
        order = (lambda row: (places[row["id"]],)) if down else (lambda row: (row[name], row["number"]))
        shown, paging = self.shop.page(found, asked.get("cursorPaging"), order, again=remembered(asked))
        return Reply(body={"orders": shown, "metadata": paging})

    def shown(self, order: Obj) -> Obj:
        """With its balance as it is told now."""
        ident = order["id"]
        total = self.minor(order)
        told = self._paid.get(ident, 0.0) + self.payment_lag_s <= self.shop.clock.seconds()
        paid = self.paid(ident) if told else 0
        back = self.refunded(ident)
        sums = {"balance": max(0, total - paid), "paid": paid, "refunded": back, "authorized": 0, "pendingRefund": 0}
        balance = {name: self.shop.money(value) for name, value in sums.items()}
        return {**order, "paymentStatus": _payment_status(total, paid, back), "balanceSummary": balance}

    def minor(self, order: Obj) -> int:
        return self.shop.minor(order["priceSummary"]["total"], "priceSummary.total")

    def paid(self, ident: str) -> int:
        return sum(self.shop.minor(row["amount"], "amount") for row in self.payments[ident])

    def refunded(self, ident: str) -> int:
        rows = [part for refund in self.refunds[ident] for part in refund["transactions"]]
        return sum(self.shop.minor(row["amount"], "amount") for row in rows)

    # money
    def transactions(self, ident: str) -> Obj:
        told = {"orderId": ident, "payments": self.payments[ident], "refunds": self.refunds[ident]}
        return {"orderTransactions": told}

    def add_payments(self, call: Call) -> Reply:
        """All or none: a known providerTransactionId makes the whole call fail."""
        order, rows = self._row(call), call.json().get("payments")
        if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST_PAYMENTS:
            raise invalid("payments", f"must have 1 to {_MOST_PAYMENTS} items")
        known = {_provider_id(row) for payments in self.payments.values() for row in payments} - {None}
        for row in rows:
            self.shop.minor(row.get("amount"), "payments.amount")
            if not row.get("regularPaymentDetails") and not row.get("giftcardPaymentDetails"):
                raise invalid("payments.paymentDetails", "must not be empty")
            if _provider_id(row) in known:
                raise Refused(409, "Payment already exists", "PAYMENT_ALREADY_EXISTS")
        made = [self._take(order, row) for row in rows]
        return Reply(body={**self.transactions(order["id"]), "paymentsIds": [row["id"] for row in made]})

    def _take(self, order: Obj, row: Obj) -> Obj:
        now = self.shop.stamp()
        made = {"createdDate": now, "status": "APPROVED", **row, "id": self.shop.new_id("payment"), "updatedDate": now,
                "refundDisabled": False}  # fmt: skip
        self.payments[order["id"]].append(made)
        self._paid[order["id"]] = self.shop.clock.seconds()
        self._touch(order)
        return made

    def refund(self, call: Call) -> Reply:
        """Each call gives back; none is known again."""
        body = call.json()
        order = self.rows.get(str(body.get("orderId")))
        if order is None:
            raise not_found()
        parts = body.get("paymentRefunds")
        if not isinstance(parts, list) or not parts:
            raise invalid("paymentRefunds", "must not be empty")
        for part in parts:
            self._refundable(order["id"], part)
        details = {"reason": body.get("customerReason"), **(body.get("refundItems") or {})}
        made = {
            "id": self.shop.new_id("refund"), "createdDate": self.shop.stamp(), "details": details,
            "transactions": [{**part, "refundStatus": "SUCCEEDED"} for part in parts],
        }  # fmt: skip
        self.refunds[order["id"]].append(made)
        self._restock(order, at(body, "sideEffects.restock.lineItems") or [])
        self._touch(order)
        return Reply(body={"refund": made, **self.transactions(order["id"])})

    def _refundable(self, ident: str, part: Obj) -> None:
        payment = next((row for row in self.payments[ident] if row["id"] == part.get("paymentId")), None)
        if payment is None:
            raise not_found()
        gone = [row for refund in self.refunds[ident] for row in refund["transactions"]]
        given = sum(self.shop.minor(row["amount"], "amount") for row in gone if row["paymentId"] == payment["id"])
        if given + self.shop.minor(part.get("amount"), "amount") > self.shop.minor(payment["amount"], "amount"):
            raise Refused(428, "The amount exceeds what can be refunded", "REFUND_AMOUNT_EXCEEDS_PAYMENT")

    def _restock(self, order: Obj, rows: list[Obj]) -> None:
        lines = {line["id"]: line for line in order["lineItems"]}
        back = [{**lines[row["lineItemId"]], "quantity": row["quantity"]} for row in rows if row["lineItemId"] in lines]
        self._move_stock(back, 1)

    # changes
    def fulfil(self, call: Call) -> Reply:
        order, rows = self._row(call), at(call.json(), "fulfillment.lineItems")
        if not isinstance(rows, list) or not rows:
            raise invalid("fulfillment.lineItems", "must not be empty")
        if order["fulfillmentStatus"] == "FULFILLED":
            raise Refused(409, "The items are fulfilled already", "ITEMS_ALREADY_FULFILLED")
        whole = {line["id"]: line["quantity"] for line in order["lineItems"]}
        sent = {row.get("id"): row.get("quantity") for row in rows}
        if set(sent) - set(whole):
            raise not_found()
        order["fulfillmentStatus"] = "FULFILLED" if sent == whole else "PARTIALLY_FULFILLED"
        self._touch(order)
        ident = self.shop.new_id("fulfillment")
        told = {"orderId": order["id"], "fulfillments": [{"id": ident, "lineItems": rows}]}
        return Reply(body={"orderWithFulfillments": told, "fulfillmentId": ident})

    def cancel(self, call: Call) -> Reply:
        order, body = self._row(call), call.json()
        if order["status"] == "CANCELED":
            raise Refused(409, "The order is canceled already", "ORDER_ALREADY_CANCELED")
        order["status"] = "CANCELED"
        if body.get("restockAllItems"):
            self._move_stock(order["lineItems"], 1)
        self._touch(order, "canceled")
        return Reply(body={"order": self.shown(order)})

    def comment(self, call: Call) -> Reply:
        order, message = self._row(call), at(call.json(), "activity.merchantComment.message")
        if not isinstance(message, str) or not 1 <= len(message) <= 5000:
            raise invalid("activity.merchantComment.message", "must have 1 to 5000 characters")
        made = {"id": self.shop.new_id("activity"), "createdDate": self.shop.stamp(), "type": "MERCHANT_COMMENT",
                "merchantComment": {"message": message}}  # fmt: skip
        order["activities"].append(made)
        self._touch(order)
        return Reply(body={"activity": made})

    def _touch(self, order: Obj, what: str = "updated") -> None:
        order["updatedDate"] = self.shop.stamp()
        entity = {"currentEntity": self.shown(order), "modifiedFields": {}}
        self._tell(order, what, {"updatedEvent": entity})

    def _tell(self, order: Obj, what: str, inner: Obj) -> None:
        self.shop.emit(f"{_FQDN}_{what}", _FQDN, order["id"], inner)

    # the books
    def book(self) -> list[Obj]:
        return [self._booked(row) for row in self.rows.values()]

    def _booked(self, order: Obj) -> Obj:
        ident = order["id"]
        lines = [
            {"sku": at(line, "physicalProperties.sku") or "", "quantity": line["quantity"],
             "total": self.shop.minor(line["totalPriceAfterTax"], "total") if line.get("totalPriceAfterTax") else 0}
            for line in order["lineItems"]
        ]  # fmt: skip
        return {
            "id": ident, "reference": at(order, "channelInfo.externalOrderId") or "", "total": self.minor(order),
            "tax": self.shop.minor(at(order, "priceSummary.tax") or self.shop.money(0), "tax"),
            "paid": self.paid(ident), "refunded": self.refunded(ident), "currency": order["currency"],
            "state": order["status"], "lines": lines, "created_at": order["createdDate"],
        }  # fmt: skip


def _provider_id(row: Obj) -> Any:
    return at(row, "regularPaymentDetails.providerTransactionId")


def _payment_status(total: int, paid: int, back: int) -> str:
    if back:
        return "FULLY_REFUNDED" if back >= paid else "PARTIALLY_REFUNDED"
    if paid >= total:
        return "PAID" if paid else "NOT_PAID"
    return "PARTIALLY_PAID" if paid else "NOT_PAID"


def _sorted_by(asked: Obj) -> tuple[str, bool]:
    """(field, downwards); without a wish the newest first."""
    for one in asked.get("sort") or ():
        if one.get("fieldName") not in ("createdDate", "updatedDate", "number"):
            raise invalid("search.sort", "field is not declared as sortable")
        return one["fieldName"], one.get("order", "ASC") == "DESC"
    return "createdDate", True
