"""Order Ahead and the register: pre-orders come in, the staff ring them up, sales are listed.

Nothing here tells two equal orders apart: whoever sends twice has two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.sandbox.flowhub.answers import Obj, day_asked, page_of, refused, stamp, within
from posbridge.sandbox.flowhub.shop import Article, Shop, ident
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.wire import Call, Reply

STATUSES = (
    "new", "inQueue", "started", "ready", "inTransit", "delivered", "sold", "unableToComplete", "unableToVerify",
    "deleted",
)  # fmt: skip
_OPEN = ("new", "inQueue", "started", "ready", "inTransit")
_TYPES = ("delivery", "pickup", "kiosk")
_PEOPLE = ("med", "rec", "both")


@dataclass
class Item:
    """A line: `off` is what the staff take off, because its note says so."""

    article: Article
    quantity: Decimal
    off: int = 0

    def amount(self) -> int:
        return max(0, _whole(self.article.price * self.quantity) - self.off)


@dataclass
class PreOrder:
    """An order as it was sent; `sold` is when the register rang it up."""

    id: str
    body: Obj
    items: list[Item]
    made: datetime
    status: str = "new"
    sold: datetime | None = None
    sale: Obj = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The till's reference: the second word of a note that begins with its mark."""
        words = str(self.body.get("customerNote") or "").split()
        return words[1] if len(words) > 1 and words[0] == "posbridge" else ""


class Counter:
    """`staff_s` is after how many seconds the staff ring an order up by themselves; None: never."""

    def __init__(self, platform: SimulatedPlatform, shop: Shop, tell: Callable[[str, Obj], None]) -> None:
        self._platform, self._shop, self._tell = platform, shop, tell
        self.orders: dict[str, PreOrder] = {}
        self.staff_s: float | None = 0.0

    def routes(self) -> list[Route]:
        return [
            ("POST", "/order-ahead/v0/create", self.create),
            ("GET", "/order-ahead/v0/orderStatus/{id}", lambda call: Reply(body=self._answer(self._get(call)))),
            ("PATCH", "/orders/{id}", self.update),
            ("POST", "/orderPostback/{id}", self.postback),
            ("GET", "/v1/orders/findByLocationId/{id}", self.by_location),
            ("GET", "/v1/orders/findByCustomerId/{id}", self.by_customer),
        ]

    def create(self, call: Call) -> Reply:
        """Always a new order."""
        body = call.json()
        items = self._items(body)
        made = ident("order", str(self._platform.next_id("order")))
        order = self.orders[made] = PreOrder(made, body, items, self._shop.clock.now())
        answer = self._answer(order)
        if self.staff_s == 0:
            self.move(made, "sold")
        return Reply(body=answer)

    def update(self, call: Call) -> Reply:
        """The whole order anew, while nobody has rung it up."""
        order, body = self._get(call), call.json()
        if order.status not in ("new", "inQueue"):
            raise refused(409, f"order is {order.status}")
        order.items, order.body = self._items(body), body
        return Reply(body=self._answer(order))

    def postback(self, call: Call) -> Reply:
        """Tells the order's address where it stands."""
        self._told(self._get(call))
        return Reply(204)

    def move(self, order_id: str, status: str) -> None:
        """What the staff do. KeyError for an unknown order, ValueError for a word or a move that is none."""
        order = self.orders[order_id]
        if status not in STATUSES or order.status not in (*_OPEN, "delivered"):
            raise ValueError(f"{order.status} cannot become {status}")
        order.status = status
        if status == "sold":
            self._ring_up(order)
        self._told(order)

    def _told(self, order: PreOrder) -> None:
        address = order.body.get("postbackUrl")
        if isinstance(address, str) and address:
            self._tell(address, self._answer(order, fresh=False))

    def _answer(self, order: PreOrder, *, fresh: bool = True) -> Obj:
        """Nothing but these three: no reference, no price."""
        waited = (self._shop.clock.now() - order.made).total_seconds()
        if fresh and order.status in _OPEN and self.staff_s and waited >= self.staff_s:
            self.move(order.id, "sold")
        external = order.body["customer"].get("externalId")
        return {"customerExternalId": external, "orderId": order.id, "status": order.status}

    def _get(self, call: Call) -> PreOrder:
        if call.params["id"] not in self.orders:
            raise refused(404, "order not found")
        return self.orders[call.params["id"]]

    # what is sent
    def _items(self, body: Obj) -> list[Item]:
        """The lines of a request that is good."""
        for name, kind in (("externalCreatedAt", str), ("customer", dict), ("orderItems", list)):
            if not isinstance(body.get(name), kind) or (kind is not dict and not body[name]):
                raise refused(400, f"{name} is required")
        customer = body["customer"]
        if customer.get("medRecOrBoth", "rec") not in _PEOPLE or body.get("orderType", "kiosk") not in _TYPES:
            raise refused(400, "orderType or medRecOrBoth is none of the known words")
        if customer.get("medRecOrBoth") == "med" and not (customer.get("medId") and customer.get("medExp")):
            raise refused(400, "medId and medExp are required for medical customers")
        return [self._item(raw) for raw in body["orderItems"]]

    def _item(self, raw: Any) -> Item:
        article = self._shop.by_item.get(str(raw.get("productId"))) if isinstance(raw, dict) else None
        if article is None:
            raise refused(400, "productId is unknown")
        quantity = raw.get("quantityPurchased")
        if isinstance(quantity, bool) or not isinstance(quantity, int | float) or quantity <= 0:
            raise refused(400, "quantityPurchased must be above 0")
        return Item(article, Decimal(str(quantity)), _noted(str(raw.get("discountNote") or "")))

    # the register
    def _ring_up(self, order: PreOrder) -> None:
        order.sold = self._shop.clock.now()
        for item in order.items:
            item.article.take(int(item.quantity))
        order.sale = self._sale(order)

    def totals(self, order: PreOrder) -> tuple[int, int]:
        """(with tax, the tax): the register's own prices, tax rounded on each line."""
        taxes = [self._tax(item) for item in order.items]
        goods = sum(item.amount() for item in order.items)
        return (goods if self._shop.seed.prices_include_tax else goods + sum(taxes)), sum(taxes)

    def _tax(self, item: Item) -> int:
        rate = Decimal(self._shop.seed.tax_rate)
        base = 100 + rate if self._shop.seed.prices_include_tax else Decimal(100)
        return _whole(item.amount() * rate / base)

    def _sale(self, order: PreOrder) -> Obj:
        total, tax = self.totals(order)
        customer = order.body["customer"]
        name = f"{customer.get('firstName', '')} {customer.get('lastName', '')}".strip()
        return {
            "id": ident("sale", order.id),
            "budtender": "Alice",
            "clientId": self._shop.client,
            "createdAt": stamp(order.made),
            "completedOn": stamp(order.sold or order.made),
            "currentPoints": 0,
            "customerId": order.body.get("customerId") or ident("guest", order.id),
            "customerType": "medCustomer" if customer.get("medRecOrBoth") == "med" else "recCustomer",
            "fullName": name,
            "itemsInCart": [self._cart_line(place, item) for place, item in enumerate(order.items, start=1)],
            "locationId": self._shop.location,
            "name": name,
            "orderId": order.id,
            "orderStatus": "sold",
            "orderType": order.body.get("orderType", "pickup"),
            "originalSaleId": "",
            "payments": [{"_id": ident("payment", order.id), "paymentType": "cash", "amount": total, "cardId": "",
                          "loyaltyPoints": 0, "debitProvider": "", "balanceAfterPayment": 0}],
            "totals": {"FinalTotal": total, "SubTotal": total - tax,
                       "TotalDiscounts": sum(item.off for item in order.items), "TotalFees": 0, "TotalTaxes": tax},
            "voided": False,
        }  # fmt: skip

    def _cart_line(self, place: int, item: Item) -> Obj:
        article = item.article
        off = [{"penniesOff": item.off, "percentOff": 0, "couponCode": "", "isCartDiscount": False}] * bool(item.off)
        tax = {"_id": ident("tax", "sales"), "name": "Sales Tax", "percentage": float(self._shop.seed.tax_rate),
               "thisTaxInPennies": self._tax(item), "appliesTo": "all"}  # fmt: skip
        return {
            "id": f"line-{place}",
            "category": article.product.category,
            "itemDiscounts": off,
            "parentProductId": article.parent_id,
            "productId": article.product_id,
            "productName": article.title,
            "quantity": float(item.quantity) if item.quantity % 1 else int(item.quantity),
            "sku": article.seed.sku,
            "tax": [tax],
            "title1": article.title,
            "title2": article.name,
            "totalPrice": item.amount(),
            "unitOfWeight": "Each",
            "unitPrice": article.price,
            "variantId": article.id,
        }

    # the lists
    def by_location(self, call: Call) -> Reply:
        """By the import id, never the location's."""
        if call.params["id"] != self._shop.import_id:
            raise refused(404, "location not found")
        return self._listed(call, lambda sale: True)

    def by_customer(self, call: Call) -> Reply:
        return self._listed(call, lambda sale: sale["customerId"] == call.params["id"])

    def _listed(self, call: Call, wanted: Callable[[Obj], bool]) -> Reply:
        after, before = day_asked(call, "created_after"), day_asked(call, "created_before")
        zone = self._shop.seed.timezone
        found = [
            order.sale for order in self.orders.values()
            if order.sale and wanted(order.sale) and within(order.made, zone, after, before)
        ]  # fmt: skip
        return Reply(body={"total": len(found), "orders": page_of(call, found)})


def _noted(note: str) -> int:
    """What a note like "WELCOME10 -3.50 USD" tells the staff to take off, in cents."""
    found = re.search(r"-(\d+)\.(\d\d)\b", note)
    return int(found[1]) * 100 + int(found[2]) if found else 0


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
