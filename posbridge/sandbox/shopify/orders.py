"""Orders: made as they are sent, reckoned by addition, found by search (which may lag) or by a unique mark."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from posbridge.sandbox.shopify.catalog import Catalog
from posbridge.sandbox.shopify.executor import Node, Refused, Root
from posbridge.sandbox.shopify.lists import Search, compared, connection, terms, words
from posbridge.sandbox.shopify.order_view import shown
from posbridge.sandbox.shopify.shop import Shop, Wrong, known_only, number_of, user_error

_INPUT = frozenset(
    "billingAddress buyerAcceptsMarketing closedAt companyLocationId currency customAttributes customerId customer "
    "discountCode email financialStatus fulfillment fulfillmentStatus lineItems metafields name note phone poNumber "
    "presentmentCurrency processedAt referringSite shippingAddress shippingLines sourceIdentifier sourceName sourceUrl "
    "tags taxesIncluded taxLines test transactions userId".split()
)
_LINE = frozenset(
    "fulfillmentService giftCard priceSet productId properties quantity requiresShipping sku taxLines taxable title "
    "variantId variantTitle vendor weight".split()
)
_MOST = 250


@dataclass
class Line:
    id: str
    title: str
    variant_title: str | None
    sku: str
    variant: str | None
    quantity: int
    price: int
    taxes: list[tuple[str, str, int]]
    properties: list[Node]
    discount: int = 0
    given_back: int = 0


@dataclass
class Transaction:
    id: str
    kind: str
    gateway: str
    amount: int
    receipt: str | None
    parent: str | None
    at: str


@dataclass
class Refund:
    id: str
    note: str | None
    amount: int
    at: str


@dataclass
class Order:
    id: str
    number: int
    given: Node
    lines: list[Line]
    transactions: list[Transaction]
    discount: int
    shipping: int
    customer: str | None
    created_at: str
    created_s: float
    updated_at: str
    note: str | None
    tags: list[str]
    mark: str = ""
    marked_paid: bool = False
    fulfilled: bool = False
    cancelled_at: str | None = None
    cancel_reason: str | None = None
    refunds: list[Refund] = field(default_factory=list)

    @property
    def included(self) -> bool:
        return bool(self.given.get("taxesIncluded"))

    @property
    def subtotal(self) -> int:
        return sum(line.price * line.quantity for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(amount for line in self.lines for _, _, amount in line.taxes)

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.shipping + (0 if self.included else self.tax)

    @property
    def received(self) -> int:
        return sum(t.amount for t in self.transactions if t.kind in ("SALE", "CAPTURE"))

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)


class Orders:
    """`lag_s`: how long the search does not know a new order. `told` hears of changes: (topic, order)."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.rows: dict[str, Order] = {}
        self.lag_s = 0.0
        self.defined: set[tuple[str, str]] = set()
        self.customers: Any = None
        self.told: Any = lambda topic, order: None
        self.search = Search(
            {
                "": lambda row, op, value: words(row.note, row.given.get("email"), f"#{row.number}")(value),
                "updated_at": lambda row, op, value: compared(row.updated_at, op, value),
                "created_at": lambda row, op, value: compared(row.created_at, op, value),
                "id": lambda row, op, value: compared(str(number_of(row.id)), op, value),
                "name": lambda row, op, value: value.lstrip("#") == str(row.number),
                "tag": lambda row, op, value: value.lower() in [tag.lower() for tag in row.tags],
                "source_identifier": lambda row, op, value: row.given.get("sourceIdentifier") == value,
                "customer_id": lambda row, op, value: bool(row.customer) and str(number_of(row.customer)) == value,
            }
        )

    def roots(self) -> dict[str, Root]:
        return {
            "orders": self.listed,
            "order": lambda args, key: self.shown(self.rows.get(str(args.get("id")))),
            "orderByIdentifier": self.identified,
            "metafieldDefinitionCreate": self.define,
            "orderCreate": self.create,
        }

    def shown(self, row: Order | None) -> Node | None:
        return shown(row, self) if row else None

    # reading
    def listed(self, args: dict[str, Any], key: str = "") -> Node:
        """A search asks the index; a list without one does not."""
        groups = terms(str(args.get("query") or ""))
        self.search.check(groups, "orders")
        rows = [row for row in self.rows.values() if self.search.fits(row, groups)]
        if groups:
            now = self.shop.platform.clock.seconds()
            rows = [row for row in rows if now - row.created_s >= self.lag_s]
        by = {"UPDATED_AT": "updated_at", "CREATED_AT": "created_at"}.get(str(args.get("sortKey")), "")
        return connection(rows, args, self.shown, lambda row: (getattr(row, by, ""), number_of(row.id)))

    def identified(self, args: dict[str, Any], key: str = "") -> Node | None:
        given = args.get("identifier") or {}
        if len(given) != 1:
            raise Refused("INVALID_VARIABLE", "'OrderIdentifierInput' requires exactly one argument.")
        if "id" in given:
            return self.shown(self.rows.get(str(given["id"])))
        custom = given["customId"]
        if (custom.get("namespace"), custom.get("key")) not in self.defined:
            raise Refused("NOT_FOUND", "Metafield definition of type 'id' is required when using custom ids.")
        return self.shown(next((row for row in self.rows.values() if row.mark == custom.get("value")), None))

    def define(self, args: dict[str, Any], key: str = "") -> Node:
        given = args["definition"]
        name = (given.get("namespace"), given["key"])
        if name in self.defined:
            taken = user_error(["definition", "key"], "Key is in use for Order metafields on this store.", "TAKEN")
            return {"createdDefinition": None, "userErrors": [taken]}
        self.defined.add(name)
        made = {"__typename": "MetafieldDefinition", "id": self.shop.new_id("MetafieldDefinition"), "key": name[1]}
        return {"createdDefinition": made, "userErrors": []}

    # making
    def create(self, args: dict[str, Any], key: str = "") -> Node:
        if key:
            raise Refused("BAD_REQUEST", "The @idempotent directive is not supported for this mutation.")
        given, options = args.get("order") or {}, args.get("options") or {}
        known_only(given, _INPUT, "OrderCreateOrderInput")
        try:
            row = self._made(given)
        except Wrong as wrong:
            return {"order": None, "userErrors": [wrong.shown]}
        self.rows[row.id] = row
        if options.get("inventoryBehaviour", "BYPASS") != "BYPASS":
            self._take_stock(row)
        self.told("orders/create", row)
        return {"order": self.shown(row), "userErrors": []}

    def _made(self, given: Node) -> Order:
        rows = given.get("lineItems") or []
        if not rows:
            raise Wrong(["order", "lineItems"], "Line items must have at least one line item", "INVALID")
        if len(rows) > _MOST:
            raise Refused("MAX_INPUT_SIZE_EXCEEDED", f"The input array size of {len(rows)} is greater than {_MOST}.")
        if "customer" in given and "customerId" in given:
            raise Wrong(["order"], "Only one of customer and customerId may be given.", "REDUNDANT_CUSTOMER_FIELDS")
        lines = [self._line(place, row) for place, row in enumerate(rows)]
        mark = self._mark(given)
        discount = self._discount(given, lines)
        now, moment = self.shop.now(), self.shop.platform.clock.seconds()
        return Order(
            id=self.shop.new_id("Order"),
            number=1000 + len(self.rows) + 1,
            given=given,
            lines=lines,
            transactions=[self._transaction(one) for one in given.get("transactions") or []],
            discount=discount,
            shipping=0,
            customer=self._customer(given.get("customer") or {}),
            created_at=now,
            created_s=moment,
            updated_at=now,
            note=given.get("note"),
            tags=sorted(given.get("tags") or []),
            mark=mark,
            marked_paid=given.get("financialStatus") == "PAID",
            fulfilled=given.get("fulfillmentStatus") == "FULFILLED" or "fulfillment" in given,
        )

    def _line(self, place: int, given: Node) -> Line:
        known_only(given, _LINE, "OrderCreateLineItemInput")
        variant = self.catalog.variants.get(str(given.get("variantId")))
        at = ["order", "lineItems", place]
        if given.get("variantId") and variant is None:
            raise Wrong([*at, "variantId"], "Variant does not exist", "INVALID")
        if variant is None and not given.get("title"):
            raise Wrong([*at, "title"], "Title can't be blank", "INVALID")
        goods = self.catalog.rows.get(variant.product) if variant else None
        price = given.get("priceSet")
        return Line(
            id=self.shop.new_id("LineItem"),
            title=str(given.get("title") or (goods.title if goods else "")),
            variant_title=" / ".join(v for n, v in variant.options if n != "Title") or None if variant else None,
            sku=str(given.get("sku") or (variant.seed.sku if variant else "")),
            variant=variant.id if variant else None,
            quantity=int(given["quantity"]),
            price=self.shop.minor(price) if price else (variant.price if variant else 0),
            taxes=[self._tax(place, number, tax) for number, tax in enumerate(given.get("taxLines") or [])],
            properties=[
                {"__typename": "Attribute", "key": p["name"], "value": p["value"]}
                for p in given.get("properties") or []
            ],
        )

    def _tax(self, place: int, number: int, given: Node) -> tuple[str, str, int]:
        if not str(given.get("rate") or ""):
            at = ["order", "lineItems", place, "taxLines", number, "rate"]
            raise Wrong(at, "Tax line rate is missing", "TAX_LINE_RATE_MISSING")
        return str(given["title"]), str(given["rate"]), self.shop.minor(given["priceSet"])

    def _mark(self, given: Node) -> str:
        """The unique custom id, if one was sent: its definition must be there, its value not yet taken (a guess)."""
        for one in given.get("metafields") or []:
            if one.get("type") != "id":
                continue
            if (one.get("namespace"), one.get("key")) not in self.defined:
                words = "Metafield definition of type 'id' is required when using custom ids."
                raise Wrong(["order", "metafields"], words, "INVALID")
            if any(row.mark == one["value"] for row in self.rows.values()):
                raise Wrong(["order", "metafields"], "Value has already been taken", "INVALID")
            return str(one["value"])
        return ""

    def _discount(self, given: Node, lines: list[Line]) -> int:
        """The one code of an order, spread over the lines by price."""
        code = given.get("discountCode") or {}
        if len(code) > 1:
            raise Refused("INVALID_VARIABLE", "'OrderCreateDiscountCodeInput' requires exactly one argument.")
        subtotal = sum(line.price * line.quantity for line in lines)
        if "itemFixedDiscountCode" in code:
            amount = min(self.shop.minor(code["itemFixedDiscountCode"]["amountSet"]), subtotal)
        elif "itemPercentageDiscountCode" in code:
            amount = round(subtotal * float(code["itemPercentageDiscountCode"]["percentage"]) / 100)
        else:
            amount = 0
        _spread(lines, amount, subtotal)
        return amount

    def _customer(self, given: Node) -> str | None:
        if "toAssociate" in given:
            ident = str(given["toAssociate"].get("id"))
            if ident not in self.customers.rows:
                raise Wrong(["order", "customer"], "Customer does not exist", "INVALID")
            return ident
        return str(self.customers.upsert(given["toUpsert"])) if "toUpsert" in given else None

    def _transaction(self, given: Node) -> Transaction:
        receipt = given.get("receiptJson")
        return Transaction(
            id=self.shop.new_id("OrderTransaction"),
            kind=str(given.get("kind", "SALE")),
            gateway=str(given.get("gateway") or "manual"),
            amount=self.shop.minor(given["amountSet"]),
            receipt=None if receipt is None else json.dumps(receipt),
            parent=None,
            at=str(given.get("processedAt") or self.shop.now()),
        )

    def _take_stock(self, row: Order) -> None:
        for line in row.lines:
            variant = self.catalog.variants.get(line.variant or "")
            if variant is not None:
                self.catalog.move(variant, -line.quantity)

    def touch(self, row: Order, topic: str = "orders/updated") -> None:
        row.updated_at = self.shop.now()
        self.told(topic, row)


def _spread(lines: list[Line], amount: int, subtotal: int) -> None:
    left = amount
    for line in lines:
        share = amount * line.price * line.quantity // subtotal if subtotal else 0
        line.discount = min(share, line.price * line.quantity)
        left -= line.discount
    for line in lines:
        more = min(left, line.price * line.quantity - line.discount)
        line.discount += more
        left -= more
