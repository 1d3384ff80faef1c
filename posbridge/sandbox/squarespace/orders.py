"""Orders of the simulated site: imported by programs, or made by shoppers; changed in the panel only."""

from __future__ import annotations

import re
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.squarespace.catalog import Catalog
from posbridge.sandbox.squarespace.contacts import Contacts
from posbridge.sandbox.squarespace.errors import invalid, missing, no_header, not_found
from posbridge.sandbox.squarespace.shop import Obj, Shop, moment, whole
from posbridge.sandbox.wire import Call, Reply

_ROOM = "/1.0/commerce/orders"
_SHOWN = ("NOT_CHARGED", "AUTHORIZED", "PAID", "REFUNDED")
_REQUIRED = (
    "channelName", "externalOrderReference", "createdOn", "priceTaxInterpretation", "fulfillments", "lineItems",
    "grandTotal",
)  # fmt: skip
_LONGEST = {"channelName": 30, "externalOrderReference": 200}
_CHOICES = {
    "priceTaxInterpretation": ("EXCLUSIVE", "INCLUSIVE"),
    "fulfillmentStatus": ("PENDING", "FULFILLED"),
    "inventoryBehavior": ("DEDUCT", "SKIP"),
    "shopperFulfillmentNotificationBehavior": ("SEND", "SKIP"),
}
_ADDRESS = ("firstName", "lastName", "address1", "address2", "city", "state", "countryCode", "postalCode", "phone")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Orders:
    """Orders by id. Imported ones take no payment: they are PAID from the start, in the channel "external"."""

    def __init__(self, shop: Shop, catalog: Catalog, contacts: Contacts) -> None:
        self.shop, self.catalog, self.contacts = shop, catalog, contacts
        self.rows: dict[str, Obj] = {}

    def routes(self) -> list[Route]:
        return [
            ("GET", _ROOM, self.list_all),
            ("POST", _ROOM, self.create),
            ("GET", f"{_ROOM}/{{id}}", lambda call: Reply(body=self.shown(call.params["id"]))),
            ("POST", f"{_ROOM}/{{id}}/fulfillments", self.fulfil),
        ]

    def shown(self, ident: str) -> Obj:
        if ident not in self.rows:
            raise not_found("Order")
        return self.rows[ident]

    # import
    def create(self, call: Call) -> Reply:
        """The header is looked for before the body is read (recorded)."""
        key = call.headers.get("idempotency-key")
        if key is None:
            return no_header("Idempotency-Key", call.path)
        return self.shop.once(call, lambda body: Reply(201, {**self._imported(body), "idempotencyKey": key}))

    def _imported(self, body: Obj) -> Obj:
        self._check(body)
        lines = [self._line(row, f"lineItems[{at}]") for at, row in enumerate(body["lineItems"])]
        totals = self._totals(body, lines)
        if body.get("inventoryBehavior", "SKIP") == "DEDUCT":
            self.catalog.take(_pieces(lines))
        order = {**self._blank(), **self._said(body), **totals, "lineItems": lines, "paymentState": "PAID"}
        self.rows[order["id"]] = order
        self.shop.emit("order.create", {"orderId": order["id"]})
        return order

    def _check(self, body: Obj) -> None:
        for name in _REQUIRED:
            if body.get(name) is None:
                raise missing(name)
        if not isinstance(body["lineItems"], list) or not body["lineItems"]:
            raise invalid("lineItems cannot be empty.")
        for name, longest in _LONGEST.items():
            if not isinstance(body[name], str) or not 0 < len(body[name]) <= longest:
                raise invalid(f"{name} must have 1 to {longest} characters.")
        for name, choices in _CHOICES.items():
            if body.get(name) is not None and body[name] not in choices:
                raise invalid(f"{name} must be one of {', '.join(choices)}.")
        if body.get("fulfillmentStatus") == "FULFILLED" and not body.get("fulfilledOn"):
            raise missing("fulfilledOn")
        if len(body.get("shippingLines") or ()) > 1:
            raise invalid("Only one shipping line is accepted.")
        if body.get("customerEmail") is not None and not _EMAIL.fullmatch(str(body["customerEmail"])):
            raise invalid("customerEmail is not an e-mail address.")
        moment(body["createdOn"])

    def _line(self, row: Any, field: str) -> Obj:
        if not isinstance(row, dict):
            raise invalid(f"{field} must be an object.")
        quantity = whole(row.get("quantity"), f"{field}.quantity")
        price = self.shop.money(self.shop.minor(row.get("unitPricePaid"), f"{field}.unitPricePaid"))
        kind = row.get("lineItemType")
        made = {"id": self.shop.new_id("line"), "quantity": quantity, "unitPricePaid": price, "lineItemType": kind}
        if kind == "CUSTOM":
            if not row.get("title"):
                raise missing(f"{field}.title")
            return {**made, "productName": row["title"], "variantId": None, "sku": None, "variantOptions": None}
        if kind != "PHYSICAL_PRODUCT":
            raise invalid(f"{field}.lineItemType must be PHYSICAL_PRODUCT or CUSTOM.")
        if row.get("title") is not None:
            raise invalid(f"{field}.title must be absent for a PHYSICAL_PRODUCT.", None)
        return {**made, **self._goods(row.get("variantId"), field)}

    def _goods(self, variant_id: Any, field: str) -> Obj:
        if variant_id not in self.catalog.variants:
            raise not_found("ProductVariant", "PRODUCT_VARIANT_NOT_FOUND")
        product, variant = self.catalog.variants[variant_id]
        if product["type"] != "PHYSICAL":
            raise invalid(f"{field}.variantId is no physical product.", "OPERATION_NOT_ALLOWED_FOR_PRODUCT_TYPE")
        options = [{"optionName": name, "value": value} for name, value in variant["attributes"].items()]
        return {
            "variantId": variant_id,
            "sku": variant["sku"],
            "weight": 0,
            "width": 0,
            "length": 0,
            "height": 0,
            "productId": product["id"],
            "productName": product["name"],
            "variantOptions": options,
            "customizations": None,
            "imageUrl": product["images"][0]["url"] if product["images"] else None,
        }

    def _totals(self, body: Obj, lines: list[Obj]) -> Obj:
        """The subtotal is compared with the lines (recorded); whether the other totals are is not known."""
        goods = sum(line["quantity"] * self.shop.minor(line["unitPricePaid"], "unitPricePaid") for line in lines)
        if body.get("subtotal") is None or self.shop.minor(body["subtotal"], "subtotal") != goods:
            raise invalid("The sum of lineItems.unitPricePaid.value must equal subtotal.value", None)
        names = ("subtotal", "discountTotal", "shippingTotal", "taxTotal", "grandTotal")
        zero = self.shop.money(0)
        made = {name: self.shop.money(self.shop.minor(body.get(name) or zero, name)) for name in names}
        return {**made, "refundedTotal": zero}

    def _said(self, body: Obj) -> Obj:
        """What is taken over as it came."""
        mail, status = body.get("customerEmail"), body.get("fulfillmentStatus", "PENDING")
        discounts = [
            {
                "name": row.get("name"),
                "amount": self.shop.money(self.shop.minor(row.get("amount"), "discountLines.amount")),
                "promoCode": row.get("promoCode"),
            }
            for row in body.get("discountLines") or ()
        ]
        return {
            "createdOn": body["createdOn"],
            "channelName": body["channelName"],
            "externalOrderReference": body["externalOrderReference"],
            "priceTaxInterpretation": body["priceTaxInterpretation"],
            "customerEmail": mail,
            "customerId": self.contacts.of_buyer(mail, body.get("billingAddress") or {}) if mail else None,
            "billingAddress": _address(body.get("billingAddress")),
            "shippingAddress": _address(body.get("shippingAddress")),
            "fulfillmentStatus": status,
            "fulfilledOn": body.get("fulfilledOn") if status == "FULFILLED" else None,
            "discountLines": discounts,
            "shippingLines": list(body.get("shippingLines") or ()),
            "fulfillments": list(body["fulfillments"]),
        }

    def _blank(self) -> Obj:
        now = self.shop.stamp()
        return {
            "id": self.shop.new_id("order"),
            "orderNumber": str(self.shop.platform.next_id("order_number")),
            "createdOn": now,
            "modifiedOn": now,
            "channel": "external",
            "testmode": False,
            "internalNotes": [],
            "formSubmission": None,
            "shippingOptionName": None,
            "shippingOptionServiceType": None,
        }

    # reading
    def list_all(self, call: Call) -> Reply:
        """By time of change. Without paymentStates only four of the nine states are shown."""
        query = self.shop.asked(call)
        fits = self.shop.since(query)
        states = query["paymentStates"].split(",") if query.get("paymentStates") else _SHOWN
        wanted = {"fulfillmentStatus": query.get("fulfillmentStatus"), "customerId": query.get("customerId")}
        rows = [
            row
            for row in self.rows.values()
            if fits(row)
            and row["paymentState"] in states
            and all(value is None or row[name] == value for name, value in wanted.items())
        ]
        return Reply(body=self.shop.page(rows, lambda row: (row["modifiedOn"], row["id"]), call, "result"))

    # changes
    def fulfil(self, call: Call) -> Reply:
        body, order = call.json(), self.shown(call.params["id"])
        if not isinstance(body.get("shipments"), list):
            raise missing("shipments")
        order["fulfillments"] = [*order["fulfillments"], *body["shipments"]]
        self.change(order["id"], "FULFILLED", fulfillmentStatus="FULFILLED", fulfilledOn=self.shop.stamp())
        return Reply(204)

    def change(self, ident: str, update: str, **fields: Any) -> None:
        """What happens in the panel, and what is told of it."""
        self.shown(ident).update(fields, modifiedOn=self.shop.stamp())
        self.shop.emit("order.update", {"orderId": ident, "update": update})

    def give_back(self, ident: str, minor: int) -> None:
        """A refund made in the panel."""
        order = self.shown(ident)
        refunded = self.shop.minor(order["refundedTotal"], "refundedTotal") + minor
        whole_order = refunded >= self.shop.minor(order["grandTotal"], "grandTotal")
        fields = {"paymentState": "REFUNDED"} if whole_order else {}
        self.change(ident, "REFUNDED", refundedTotal=self.shop.money(refunded), **fields)

    def sell(self, variant_id: str, quantity: int) -> str:
        """A shopper buys on the site itself; what is paid is the price, without tax."""
        pricing = self.catalog.variants[variant_id][1]["pricing"]
        price = pricing["salePrice"] if pricing["onSale"] else pricing["basePrice"]
        row = {"lineItemType": "PHYSICAL_PRODUCT", "variantId": variant_id, "quantity": quantity}
        line = self._line({**row, "unitPricePaid": price}, "line")
        total, zero = self.shop.money(quantity * self.shop.minor(price, "price")), self.shop.money(0)
        self.catalog.take({variant_id: quantity})
        body: Obj = {"createdOn": self.shop.stamp(), "channelName": None, "externalOrderReference": None,
                     "priceTaxInterpretation": "INCLUSIVE" if self.shop.seed.prices_include_tax else "EXCLUSIVE",
                     "fulfillments": []}  # fmt: skip
        order = {**self._blank(), **self._said(body), "channel": "web", "lineItems": [line], "paymentState": "PAID",
                 "subtotal": total, "grandTotal": total, "taxTotal": zero, "discountTotal": zero,
                 "shippingTotal": zero, "refundedTotal": zero}  # fmt: skip
        self.rows[order["id"]] = order
        self.shop.emit("order.create", {"orderId": order["id"]})
        return str(order["id"])


def _pieces(lines: list[Obj]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for line in lines:
        if line["variantId"]:
            wanted[line["variantId"]] = wanted.get(line["variantId"], 0) + line["quantity"]
    return wanted


def _address(sent: Any) -> Obj | None:
    return {name: sent.get(name) for name in _ADDRESS} if isinstance(sent, dict) and sent else None
