"""Checkouts and orders of a simulated store. Only the shopper makes an order of a checkout.

Nothing here tells two equal requests apart: an addItem that comes twice counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.sandbox.dutchie.shelf import Article, Obj, Shelf, ident
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.shopify.executor import Refused

#: What a checkout's metadata say of its maker's order, and how many items make it whole.
REFERENCE, ITEMS = "posbridgeReference", "posbridgeItems"


@dataclass
class Item:
    id: str
    article: Article
    quantity: int
    #: What one cost when it was added, and what one is without a special; minor units.
    price: int
    base: int

    @property
    def amount(self) -> int:
        return self.price * self.quantity


@dataclass
class Checkout:
    """`changed` is when something was last put in; the shopper comes some time after that."""

    id: str
    order_type: str
    pricing: str
    metadata: Any
    made: datetime
    changed: datetime
    items: list[Item] = field(default_factory=list)

    @property
    def named(self) -> Obj:
        return self.metadata if isinstance(self.metadata, dict) else {}


@dataclass
class Placed:
    """A checkout that its shopper finished."""

    id: str
    number: str
    checkout: Checkout
    at: datetime
    status: str = "OPEN"


class Desk:
    """`shopper_s`: so long after the last change of a whole checkout its shopper finishes it; None: never by himself.

    A checkout lives `life_s` (seconds; None: for ever) and is gone once it is finished, unless `keeps_finished`.
    An order shows in the list `orders_lag_s` after it was made. With `cents` amounts are cents, not dollars.
    """

    def __init__(self, platform: SimulatedPlatform, shelf: Shelf) -> None:
        self._platform, self._shelf = platform, shelf
        self.checkouts: dict[str, Checkout] = {}
        self.orders: dict[str, Placed] = {}
        self.shopper_s: float | None = 0.0
        self.life_s: float | None = None
        self.orders_lag_s = 0.0
        self.keeps_finished = False
        self.cents = False

    @property
    def _now(self) -> datetime:
        return self._platform.clock.now()

    # what the shopper does
    def finish(self, checkout_id: str) -> str:
        """The shopper places the order; its id. KeyError for a checkout that is not there."""
        checkout = self.checkouts[checkout_id]
        number = self._platform.next_id("order")
        placed = Placed(f"o-{9000 + number}", str(30_000 + number), checkout, self._now)
        for item in checkout.items:
            item.article.stock -= item.quantity
        self.orders[placed.id] = placed
        if not self.keeps_finished:
            del self.checkouts[checkout_id]
        return placed.id

    def look(self) -> None:
        """Lets shoppers do what they have had the time for, and ends old checkouts."""
        for checkout in list(self.checkouts.values()):
            if self.life_s is not None and self._now - checkout.made > timedelta(seconds=self.life_s):
                del self.checkouts[checkout.id]
            elif self._due(checkout):
                self.finish(checkout.id)

    def _due(self, checkout: Checkout) -> bool:
        whole = bool(checkout.items) and len(checkout.items) == checkout.named.get(ITEMS)
        done = any(placed.checkout is checkout for placed in self.orders.values())
        if self.shopper_s is None or not whole or done or any(self._wrong(item) for item in checkout.items):
            return False
        return self._now - checkout.changed >= timedelta(seconds=self.shopper_s)

    # what programs do
    def create(self, args: Obj) -> Obj:
        for name, known in (("orderType", ("PICKUP", "DELIVERY")), ("pricingType", ("RECREATIONAL", "MEDICAL"))):
            if args.get(name) not in known:
                raise Refused("BAD_USER_INPUT", f'Value "{args.get(name)}" does not exist in {name}.')
        made = ident("checkout", str(self._platform.next_id("checkout")))
        checkout = Checkout(made, args["orderType"], args["pricingType"], args.get("metadata"), self._now, self._now)
        self.checkouts[made] = checkout
        return self.shown(checkout)

    def add(self, args: Obj) -> Obj:
        """The same article again is more of it."""
        checkout, quantity = self._checkout(args, "checkoutId"), _count(args.get("quantity"))
        article = self._shelf.by_id(args.get("productId"))
        if article is None:
            raise Refused("NOT_FOUND", "Product not found")
        if args.get("option") != article.option:
            raise Refused("BAD_USER_INPUT", "Invalid product option")
        there = next((item for item in checkout.items if item.article is article), None)
        if there is not None:
            there.quantity += quantity
        else:
            price, base = article.price_of(checkout.pricing), article.base(checkout.pricing)
            checkout.items.append(Item(f"i{self._platform.next_id('item')}", article, quantity, price, base))
        return self._changed(checkout)

    def update(self, args: Obj) -> Obj:
        checkout = self._checkout(args, "checkoutId")
        self._item(checkout, args).quantity = _count(args.get("quantity"))
        return self._changed(checkout)

    def remove(self, args: Obj) -> Obj:
        checkout = self._checkout(args, "checkoutId")
        checkout.items.remove(self._item(checkout, args))
        return self._changed(checkout)

    def read(self, args: Obj) -> Obj:
        return self.shown(self._checkout(args, "id"))

    def _changed(self, checkout: Checkout) -> Obj:
        checkout.changed = self._now
        return self.shown(checkout)

    def _checkout(self, args: Obj, name: str) -> Checkout:
        """An old or unknown one is an error, not null."""
        found = self.checkouts.get(str(args.get(name)))
        if found is None:
            raise Refused("NOT_FOUND", "Checkout not found")
        return found

    def _item(self, checkout: Checkout, args: Obj) -> Item:
        found = next((item for item in checkout.items if item.id == args.get("itemId")), None)
        if found is None:
            raise Refused("NOT_FOUND", "Item not found")
        return found

    def _wrong(self, item: Item) -> list[str]:
        if self._shelf.strict and item.quantity > item.article.stock:
            return [f"Only {max(item.article.stock, 0)} left in stock"]
        return []

    # money
    def tax(self, item: Item) -> int:
        """On top of the price, rounded on each line."""
        exact = item.amount * Decimal(self._shelf.seed.tax_rate) / 100
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def totals(self, checkout: Checkout) -> tuple[int, int]:
        """(with tax, the tax)."""
        tax = sum(self.tax(item) for item in checkout.items)
        return sum(item.amount for item in checkout.items) + tax, tax

    def _said(self, minor: int) -> float:
        return float(minor) if self.cents else minor / 100

    # as Plus says it
    def shown(self, checkout: Checkout) -> Obj:
        total, tax = self.totals(checkout)
        off = sum((item.base - item.price) * item.quantity for item in checkout.items)
        address = f"{self._platform.address}/checkout/{checkout.id}" if checkout.items else None
        sums = {"subtotal": self._said(total - tax), "discounts": self._said(off), "mixAndMatch": 0.0, "rewards": 0.0,
                "fees": 0.0, "taxes": self._said(tax), "total": self._said(total)}  # fmt: skip
        return {
            "__typename": "Checkout",
            "id": checkout.id,
            "orderType": checkout.order_type,
            "pricingType": checkout.pricing,
            "address": None,
            "redirectUrl": address,
            "createdAt": stamp(checkout.made),
            "updatedAt": stamp(checkout.changed),
            "priceSummary": {"__typename": "PriceSummary", **sums},
            "items": [self._shown_item(item) for item in checkout.items],
        }

    def _shown_item(self, item: Item) -> Obj:
        wrong, tax = self._wrong(item), self._said(self.tax(item))
        off = self._said((item.base - item.price) * item.quantity)
        return {
            "__typename": "Item",
            "id": item.id,
            "productId": item.article.id,
            "product": self._shelf.shown(item.article),
            "option": item.article.option,
            "quantity": item.quantity,
            "basePrice": self._said(item.base),
            "isDiscounted": item.base != item.price,
            "discounts": {"__typename": "ItemDiscounts", "total": off},
            "taxes": {"__typename": "ItemTaxes", "total": tax, "cannabis": 0.0, "sales": tax},
            "errors": wrong,
            "valid": not wrong,
        }

    def listed(self) -> list[Obj]:
        """The orders that show by now."""
        late = timedelta(seconds=self.orders_lag_s)
        return [self._shown_order(one) for one in self.orders.values() if self._now - one.at >= late]

    def _shown_order(self, placed: Placed) -> Obj:
        checkout = placed.checkout
        total, tax = self.totals(checkout)
        return {
            "__typename": "Order",
            "id": placed.id,
            "orderNumber": placed.number,
            "foreignId": str(9_000_000 + int(placed.number)),
            "customerId": "cu-77",
            "dispensaryName": self._shelf.seed.location,
            "status": placed.status,
            "createdAt": stamp(placed.at),
            "pickup": checkout.order_type == "PICKUP",
            "delivery": checkout.order_type == "DELIVERY",
            "medical": checkout.pricing == "MEDICAL",
            "recreational": checkout.pricing == "RECREATIONAL",
            "metadata": checkout.metadata,
            "reservationDate": None,
            "subtotal": self._said(total - tax),
            "tax": self._said(tax),
            "total": self._said(total),
            "items": [self._ordered(item) for item in checkout.items],
        }

    def _ordered(self, item: Item) -> Obj:
        return {
            "__typename": "OrderItem",
            "productId": item.article.id,
            "product": self._shelf.shown(item.article),
            "option": item.article.option,
            "quantity": item.quantity,
            "price": self._said(item.price),
            "subtotal": self._said(item.amount),
        }


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Refused("BAD_USER_INPUT", "quantity must be a whole number above 0")
    return value


def stamp(at: datetime) -> str:
    """UTC with milliseconds, Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
