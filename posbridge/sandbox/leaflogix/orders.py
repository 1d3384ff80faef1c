"""Pre-orders, guests and the report of sales. A repeated submit makes a second order unless both keys are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.sandbox.leaflogix.pricing import Line, Refused, priced, total
from posbridge.sandbox.leaflogix.shop import Row, Shop, stamp
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply

_BOTH = ("TransactionId cannot be combined with a date range", "Exactly one of the filters must be given")


class Orders:
    """`lag_s` is how far the report is behind (seconds)."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.lag_s = 60.0
        self.object_answers = False
        self.report_off = False

    def routes(self) -> list[Route]:
        return [
            ("POST", "/preorder/submit", self.submit),
            ("POST", "/preorder/price-cart", self.price),
            ("POST", "/preorder/update", self.update),
            ("POST", "/preorder/cancel", self.cancel),
            ("GET", "/preorder/Status", self.status),
            ("POST", "/transaction/create-anonymous", self.anonymous),
            ("GET", "/guestlist", self.guests),
            ("GET", "/reporting/transactions", self.report),
        ]

    # making
    def submit(self, call: Call) -> Reply:
        """Idempotent only with the header and the key in the body; kept after a completed request alone."""
        body = call.json()
        key = (call.path, call.headers.get("consumerkey", ""), str(body.get("idempotencyKey") or ""))
        if all(key) and key in self._shop.answers:
            return Reply(body=self._shop.answers[key])
        try:
            made = self._submitted(body)
        except Refused as problem:
            return Reply(400, {"message": str(problem)})
        if all(key):
            self._shop.answers[key] = made
        return Reply(body=made)

    def _submitted(self, body: Mapping[str, Any]) -> Any:
        shop, customer = self._shop, body.get("customerId")
        if customer not in shop.customers:
            raise Refused("Customer not found at this location")
        codes = [str(one.get("redemptionId")) for one in body.get("redemptions") or ()]
        lines = priced(shop, body.get("items"), codes)
        for line in lines:
            if shop.in_stock(line.product["productId"]) < line.quantity:
                raise Refused(f"{line.product['productName']} is out of stock")
        for line in lines:
            shop.take(line.product["productId"], float(line.quantity))
        for code in codes:
            shop.uses[code.casefold()] = shop.uses.get(code.casefold(), 0) + 1
        row = self._row(body, shop.customers[customer], lines)
        shop.orders[row["preOrderId"]] = row
        number, transaction = row["preOrderId"], row["transactionId"]
        return {"orderId": number, "transactionId": transaction} if self.object_answers else number

    def _row(self, body: Mapping[str, Any], customer: Row, lines: list[Line]) -> Row:
        shop, reference = self._shop, str(body.get("transactionReference") or "")
        number = shop.next("order")
        return {
            "preOrderId": number, "status": "Submitted", "transactionId": self._guest(customer, reference, body),
            "orderDate": shop.now, "customerFirstName": customer.get("firstName"),
            "customerLastName": customer.get("lastName"), "customerId": customer["customerId"],
            "orderType": body.get("orderType"), "orderSource": body.get("orderSource"), "rejectedReason": None,
            "isCancellable": True, "isUpdateable": True, "sourceSystem": "posbridge", **self._sums(lines),
            "_reference": reference, "_notes": body.get("notes"), "_lines": lines, "_paid": 0, "_refunded": 0,
            "_codes": [str(one.get("redemptionId")) for one in body.get("redemptions") or ()],
        }  # fmt: skip

    def _sums(self, lines: list[Line]) -> Row:
        dollars = self._shop.dollars
        return {
            "total": dollars(total(self._shop, lines)),
            "subTotal": dollars(sum(line.subtotal for line in lines)),
            "totalTax": dollars(sum(line.tax for line in lines)),
        }

    def _guest(self, customer: Row, reference: str, body: Mapping[str, Any]) -> int:
        """The transaction of the guest who was checked in with that reference, else one of a new check-in."""
        for guest in self._shop.guests.values():
            same = guest["transactionReferenceNumber"] == (reference or None)
            if same and guest["customerId"] == customer["customerId"]:
                return int(guest["transactionId"])
        return self._check_in(customer, reference, str(body.get("orderSource") or ""))

    def _check_in(self, customer: Row, reference: str, source: str) -> int:
        number = self._shop.next("transaction")
        self._shop.guests[number] = {
            "name": customer["name"], "checkinDateUTC": self._shop.now, "status": "Waiting",
            "customerId": customer["customerId"], "transactionId": number, "terminalName": None,
            "transactionReferenceNumber": reference or None, "customerType": customer.get("customerType"),
            "phone": customer.get("phone"), "cellPhone": customer.get("cellPhone"), "preOrderSource": source or None,
        }  # fmt: skip
        return number

    def price(self, call: Call) -> Reply:
        """400 is plain text here."""
        body = call.json()
        if body.get("customerId") and body.get("customerTypeId"):
            return _text("Either customerId or customerTypeId may be given, not both")
        if body.get("customerId") and body["customerId"] not in self._shop.customers:
            return _text("Customer not found at this location")
        try:
            lines = priced(self._shop, body.get("cart"))
        except Refused as problem:
            return _text(str(problem))
        return Reply(body=self._cart(lines))

    def _cart(self, lines: list[Line]) -> Row:
        dollars, whole = self._shop.dollars, total(self._shop, lines)
        rows = [
            {
                "productName": line.product["productName"], "productId": line.product["productId"],
                "quantity": float(line.quantity), "subtotal": dollars(line.subtotal), "discounts": list(line.discounts),
                "pricingTierAdjustment": dollars(line.subtotal - line.plain) if line.subtotal != line.plain else None,
                "tax": dollars(line.tax),
            }
            for line in lines
        ]  # fmt: skip
        return {
            "cartItemPrices": rows, "subTotal": dollars(sum(line.subtotal for line in lines)),
            "taxes": dollars(sum(line.tax for line in lines)), "discount": dollars(sum(one.discount for one in lines)),
            "total": dollars(whole), "originalTotal": dollars(whole), "roundedDifference": 0.0,
        }  # fmt: skip

    def anonymous(self, call: Call) -> Reply:
        """A guest is made and checked in each time it is called."""
        reference = str(call.json().get("transactionReference") or "")
        names = {"firstName": "Anonymous", "lastName": None, "status": "Active", "customerType": "Recreational"}
        made = self._shop.new_customer(names, anonymous=True)
        number = self._check_in(made, reference, "")
        found = {"customerId": made["customerId"], "transactionId": number, "uniqueId": made["uniqueId"]}
        return Reply(body=found)

    # reading
    def guests(self, call: Call) -> Reply:
        """Only the last check-in of each customer."""
        last = {row["customerId"]: row for row in self._shop.guests.values()}
        return Reply(body=list(last.values()))

    def status(self, call: Call) -> Reply:
        asked = {name.casefold(): value for name, value in call.query.items()}
        if not asked.get("preorderid"):
            return Reply(body=[_shown(row) | {"items": None} for row in self._shop.open_orders()])
        row = self._shop.orders.get(int(asked["preorderid"])) if asked["preorderid"].isdigit() else None
        if row is None:
            return Reply(404)
        items = self._items(row) if asked.get("includelineitems") == "true" else None
        return Reply(body=_shown(row) | {"items": items})

    def _items(self, row: Row) -> list[Row]:
        dollars = self._shop.dollars
        return [
            {"productName": line.product["productName"], "quantity": float(line.quantity),
             "totalPrice": dollars(line.net), "totalDiscount": dollars(line.discount), "totalTax": dollars(line.tax)}
            for line in row["_lines"]
        ]  # fmt: skip

    def report(self, call: Call) -> Reply:
        """Minutes behind: what changed later than the lag is not in it yet."""
        if self.report_off:
            return Reply(503)
        asked = {name.casefold(): value for name, value in call.query.items()}
        pairs = [("fromlastmodifieddateutc", "tolastmodifieddateutc"), ("fromdateutc", "todateutc")]
        filters = [pair for pair in pairs if pair[0] in asked or pair[1] in asked]
        if len(filters) + ("transactionid" in asked) != 1:
            return _invalid("TransactionId", _BOTH[0] if "transactionid" in asked else _BOTH[1])
        known = stamp(self._shop.clock.now() - timedelta(seconds=self.lag_s))
        rows = [row for row in self._shop.sales.values() if row["lastModifiedDateUTC"] <= known]
        if not filters:
            return Reply(body=[row for row in rows if str(row["transactionId"]) == asked["transactionid"]])
        field = "lastModifiedDateUTC" if filters[0] == pairs[0] else "transactionDate"
        begin, end = (_time(asked.get(name, "")) for name in filters[0])
        return Reply(body=[row for row in rows if begin <= row[field] <= end])

    # changing
    def update(self, call: Call) -> Reply:
        """Items that are given replace all; an empty 400 says no."""
        body = call.json()
        row = self._shop.orders.get(body.get("orderId") or 0)
        if row is None:
            return Reply(404)
        if not row["isUpdateable"] or body.get("customerId") not in (None, 0, row["customerId"]):
            return Reply(400)
        try:
            lines = priced(self._shop, body.get("items"), row["_codes"])
        except Refused:
            return Reply(400)
        for line, sign in [*((one, -1) for one in row["_lines"]), *((one, 1) for one in lines)]:
            self._shop.take(line.product["productId"], sign * float(line.quantity))
        row.update(self._sums(lines), _lines=lines, _notes=body.get("notes") or row["_notes"])
        return Reply(body=row["preOrderId"])

    def cancel(self, call: Call) -> Reply:
        body = call.json()
        row = self._shop.orders.get(body.get("orderId") or 0)
        if row is None:
            return Reply(404)
        if not row["isCancellable"]:
            return Reply(400)
        self.move(row, "Cancelled")
        return Reply(body=row["preOrderId"])

    # what staff do there
    def move(self, row: Row, status: str, reason: str = "") -> None:
        """Brings an order to a state; a cancelled one gives its goods back, a finished one becomes a sale."""
        free = status in ("Submitted", "Pending", "Processing")
        row.update(status=status, isCancellable=free, isUpdateable=free, rejectedReason=reason or None)
        if status == "Cancelled":
            for line in row["_lines"]:
                self._shop.take(line.product["productId"], -float(line.quantity))
            self._shop.guests.pop(row["transactionId"], None)
        if status in ("Complete", "Checked Out") and row["transactionId"] not in self._shop.sales:
            row["_paid"] = self._shop.minor(row["total"])
            self._shop.guests.pop(row["transactionId"], None)
            self._shop.sales[row["transactionId"]] = self._sale(row)

    def give_back(self, row: Row) -> Row:
        """The whole sale is taken back at the till: a sale of its own, with amounts below zero."""
        sale, number = self._shop.sales[row["transactionId"]], self._shop.next("transaction")
        signs = {name: -sale[name] for name in ("subtotal", "totalDiscount", "totalBeforeTax", "tax", "total", "paid")}
        back = sale | signs | {
            "transactionId": number, "isReturn": True, "returnOnTransactionId": sale["transactionId"],
            "orderIds": None, "referenceId": None, "items": None, "transactionDate": self._shop.now,
            "lastModifiedDateUTC": self._shop.now,
        }  # fmt: skip
        row["_refunded"] = row["_paid"]
        self._shop.sales[number] = back
        return back

    def _sale(self, row: Row) -> Row:
        dollars, lines, now = self._shop.dollars, row["_lines"], self._shop.now
        items = [self._sold(row["transactionId"], at, line) for at, line in enumerate(lines, start=1)]
        off = sum(line.discount for line in lines)
        return {
            "transactionId": row["transactionId"], "customerId": row["customerId"], "transactionDate": now,
            "isVoid": False, "subtotal": row["subTotal"], "totalDiscount": dollars(off),
            "totalBeforeTax": dollars(sum(line.net for line in lines)), "tax": row["totalTax"], "tipAmount": 0.0,
            "total": row["total"], "paid": row["total"], "changeDue": 0.0, "totalItems": len(items), "items": items,
            "isTaxInclusive": self._shop.seed.prices_include_tax, "transactionType": "Retail",
            "lastModifiedDateUTC": now, "cashPaid": row["total"], "returnOnTransactionId": None,
            "wasPreOrdered": True, "orderSource": row["orderSource"], "orderType": row["orderType"], "isReturn": False,
            "isMedical": False, "orderIds": [row["preOrderId"]], "referenceId": row["_reference"] or None,
        }  # fmt: skip

    def _sold(self, transaction: int, at: int, line: Line) -> Row:
        dollars, rate = self._shop.dollars, float(self._shop.seed.tax_rate) / 100
        tax = {"rateName": "Sales Tax", "rate": rate, "amount": dollars(line.tax), "transactionItemId": at}
        given = [
            {"discountId": one["discountId"], "discountName": one["name"], "amount": one["amount"]}
            for one in line.discounts
        ]
        return {
            "transactionId": transaction, "productId": line.product["productId"], "totalPrice": dollars(line.net),
            "quantity": float(line.quantity), "unitPrice": line.product["recPrice"], "discounts": given,
            "totalDiscount": dollars(line.discount), "taxes": [tax], "isReturned": False, "transactionItemId": at,
            "returnedByTransactionId": None, "isCoupon": False,
        }  # fmt: skip

    def walk_in(self, product: int) -> None:
        """A sale of yesterday at Leaflogix's own till, as each open store has some."""
        line = priced(self._shop, [{"productId": product, "quantity": 1}])
        number = self._shop.next("transaction")
        row = {
            "transactionId": number, "customerId": 0, "preOrderId": 0, "orderSource": None, "orderType": None,
            "_lines": line, "_reference": "", **self._sums(line),
        }  # fmt: skip
        sale = self._sale(row)
        at = stamp(self._shop.clock.now() - timedelta(hours=20))
        sale.update(orderIds=None, transactionDate=at, lastModifiedDateUTC=at, wasPreOrdered=False)
        self._shop.sales[number] = sale


def _shown(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _text(words: str) -> Reply:
    return Reply(400, words.encode(), {"content-type": "text/plain; charset=utf-8"})


def _invalid(name: str, words: str) -> Reply:
    error = {"propertyName": name, "errorMessage": words, "severity": 0, "errorCode": "PredicateValidator"}
    return Reply(400, {"isValid": False, "errors": [error], "ruleSetsExecuted": ["default"]})


def _time(text: str) -> str:
    """A time of the query as the rows write theirs; the far future where none is given."""
    try:
        return stamp(datetime.fromisoformat(text))
    except ValueError:
        return "9999"
