"""Consumer carts and what the staff make of them. A cart is single by its id: nothing else keeps orders apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from posbridge.sandbox.blaze.answers import Obj, Refused, between_days, ident, lister, ms, page
from posbridge.sandbox.blaze.deals import Deals
from posbridge.sandbox.blaze.people import People
from posbridge.sandbox.blaze.shop import Article, Shop
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.wire import Call, Reply

_TURNED_DOWN = ("Declined", "CanceledByConsumer", "CanceledByDispensary")
#: What staff do, one after the other: (cart status, tracking status).
MOVES = {
    "Accepted": ("Accepted", "Accepted"), "Packaged": ("Accepted", "Packaged"), "OnTheWay": ("Accepted", "OnTheWay"),
    "WaitingPickup": ("Accepted", "WaitingPickup"), "Completed": ("Completed", "Delivered"),
    "Declined": ("Declined", "Declined"), "CanceledByDispensary": ("CanceledByDispensary", "Placed"),
}  # fmt: skip


@dataclass
class Line:
    """A line as it was priced; amounts are cents, `net` in the price's own tax mode."""

    article: Article
    raw: Obj
    quantity: Decimal
    cost: int
    off: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        return self.cost - self.off


@dataclass
class Cart:
    """A cart: `lines` once it was submitted."""

    id: str
    number: int
    made: datetime
    consumer: str
    body: Obj = field(default_factory=dict)
    status: str = "InProgress"
    tracking: str = "NotStarted"
    lines: list[Line] = field(default_factory=list)
    reason: str | None = None
    modified: datetime | None = None
    payments: list[Obj] = field(default_factory=list)
    sale: Obj | None = None

    @property
    def paid(self) -> int:
        return sum(int(Decimal(str(one["paymentReceived"])) * 100) for one in self.payments)


class Carts:
    """`staff_s` is after how many seconds the staff accept an order and ring it up; None: never."""

    def __init__(self, platform: SimulatedPlatform, shop: Shop, people: People, deals: Deals) -> None:
        self._platform, self._shop, self._people, self._deals = platform, shop, people, deals
        self.carts: dict[str, Cart] = {}
        self.staff_s: float | None = 0.0
        self.one_a_consumer = False

    def routes(self) -> list[Route]:
        root = "/api/v1/partner/store/cart"
        sales = "/api/v1/partner/transactions"
        return [
            ("GET", f"{root}/active", self.active),
            ("GET", f"{root}/history", lister(self.history)),
            ("POST", f"{root}/prepare", self.prepare),
            ("POST", f"{root}/updateCart/{{id}}", self.save),
            ("POST", f"{root}/submitCart/{{id}}", self.submit),
            ("DELETE", f"{root}/cancelCart/{{id}}", self.cancel),
            ("POST", f"{root}/{{id}}/payments", self.pay),
            ("GET", f"{root}/{{id}}", lambda call: Reply(body=self.row(self._get(call)))),
            ("GET", sales, self.sales),
            ("GET", f"{sales}/members/{{id}}/completed", lister(self.of_member)),
            ("GET", f"{sales}/{{id}}", self.sale),
        ]

    # carts
    def active(self, call: Call) -> Reply:
        """The consumer's open cart; guess: one is made where there is none, one for each externalId."""
        query = call.query
        cuid, mine = query.get("cuid", ""), query.get("externalId", "")
        self._known(cuid)
        for cart in self.carts.values():
            same = self.one_a_consumer or cart.body.get("externalId", "") == mine
            if cart.status == "InProgress" and cart.consumer == cuid and same:
                return Reply(body=self.row(cart))
        number = self._platform.next_id("cart")
        made = Cart(ident("cart", number), number, self._now(), cuid, {"externalId": mine} if mine else {})
        self.carts[made.id] = made
        return Reply(body=self.row(made))

    def history(self, call: Call) -> list[Obj]:
        """The consumer's carts that were submitted, the newest first."""
        cuid = call.query.get("cuid", "")
        self._known(cuid)
        found = [one for one in self.carts.values() if one.consumer == cuid and one.status != "InProgress"]
        return [self.row(one) for one in reversed(found)]

    def prepare(self, call: Call) -> Reply:
        """Prices a body; nothing is stored."""
        body = call.json()
        known = self.carts.get(str(body.get("id")))
        cart = Cart(known.id if known else "", 0, self._now(), call.query.get("cuid", ""), body)
        said = self._price(cart)
        return Reply(body={**self.row(cart), "errorMsg": said or None})

    def save(self, call: Call) -> Reply:
        cart = self._open(call)
        cart.body = call.json()
        self._price(cart)
        return Reply(body=self.row(cart))

    def submit(self, call: Call) -> Reply:
        """InProgress becomes Placed. Guess: a second submit answers 400."""
        cart, body = self._open(call), call.json()
        priced = Cart(cart.id, cart.number, cart.made, cart.consumer, body or cart.body)
        said = self._price(priced)
        if said or not priced.lines:
            raise Refused(400, said or "Cart has no items")
        cart.body, cart.lines = priced.body, priced.lines
        cart.status = cart.tracking = "Placed"
        cart.modified = self._now()
        for line in cart.lines:
            line.article.committed += _pieces(line)
        if cart.body["cart"].get("promoCode"):
            code = str(cart.body["cart"]["promoCode"]).upper()
            self._deals.used[code] = self._deals.used.get(code, 0) + 1
        answer = self.row(cart)
        if self.staff_s == 0:
            self.move(cart.id, "Completed")
        return Reply(body=answer)

    def cancel(self, call: Call) -> Reply:
        cart = self._get(call)
        if cart.status not in ("InProgress", "Placed"):
            raise Refused(400, f"Cart is {cart.status}")
        self._turn_down(cart, "CanceledByConsumer", None)
        return Reply(body=self.row(cart))

    def pay(self, call: Call) -> Reply:
        """Recorded as sent, as often as it is sent."""
        cart, body = self._get(call), call.json()
        if cart.status in ("InProgress", *_TURNED_DOWN) or not body.get("paymentOption"):
            raise Refused(400, "Cart cannot be paid")
        cart.payments.append(body)
        return Reply(body=self.row(cart))

    def _open(self, call: Call) -> Cart:
        cart = self._get(call)
        if cart.status != "InProgress":
            raise Refused(400, "Cart has already been placed")
        return cart

    def _get(self, call: Call) -> Cart:
        found = self.carts.get(call.params["id"])
        if found is None:
            raise Refused(404, "Cart not found")
        self._late(found)
        return found

    def _known(self, cuid: str) -> None:
        if cuid and cuid not in self._people.consumers:
            raise Refused(400, "cuid is not valid")

    def _now(self) -> datetime:
        return self._shop.clock.now()

    # prices
    def _price(self, cart: Cart) -> str:
        """Fills `lines`; what is wrong with the cart, "" for nothing."""
        sent = cart.body.get("cart") or {}
        cart.lines = [self._line(raw) for raw in sent.get("items") or []]
        goods, code = sum(line.net for line in cart.lines), str(sent.get("promoCode") or "")
        if code:
            found = self._deals.found(code)
            said = "Promo code is not valid" if found is None else self._deals.counts(found, goods)
            if found is None or said:
                return said
            for line, off in zip(cart.lines, self._deals.off(found, [(one.article, one.net) for one in cart.lines]),
                                 strict=True):  # fmt: skip
                line.off += off
        rate = Decimal(self._shop.seed.tax_rate)
        for line in cart.lines:
            base = 100 + rate if self._shop.seed.prices_include_tax else Decimal(100)
            line.tax = _whole(line.net * rate / base)
        return ""

    def _line(self, raw: Any) -> Line:
        article = self._shop.articles.get(str(raw.get("productId"))) if isinstance(raw, dict) else None
        if article is None or article.deleted:
            raise Refused(400, "productId is not valid")
        quantity = Decimal(str(raw.get("quantity") or 0))
        if quantity <= 0 or raw.get("weightKey") != "UNIT":
            raise Refused(400, "quantity must be above 0 and weightKey UNIT")
        line = Line(article, raw, quantity, _whole(article.price * quantity))
        discount = Decimal(str(raw.get("discount") or 0))
        share = line.cost * discount / 100 if raw.get("discountType") == "Percentage" else discount * 100
        line.off = min(line.cost, _whole(share))
        return line

    def totals(self, cart: Cart) -> tuple[int, int]:
        """(total, tax)."""
        tax, net = sum(line.tax for line in cart.lines), sum(line.net for line in cart.lines)
        return net if self._shop.seed.prices_include_tax else net + tax, tax

    # the staff
    def _late(self, cart: Cart) -> None:
        waited = (self._now() - (cart.modified or cart.made)).total_seconds()
        if cart.status == "Placed" and self.staff_s and waited >= self.staff_s:
            self.move(cart.id, "Completed")

    def move(self, cart_id: str, word: str, reason: str | None = None) -> None:
        """What the staff do. KeyError for an unknown cart, ValueError for a word or a move that is none."""
        cart = self.carts[cart_id]
        if word not in MOVES or cart.status not in ("Placed", "Accepted"):
            raise ValueError(f"{cart.status} cannot become {word}")
        if word in _TURNED_DOWN:
            self._turn_down(cart, word, reason)
            return
        cart.status, cart.tracking = MOVES[word]
        cart.modified = self._now()
        if word == "Completed":
            for line in cart.lines:
                line.article.committed -= _pieces(line)
                line.article.take(_pieces(line))
        cart.sale = self._sale(cart, word)

    def _turn_down(self, cart: Cart, word: str, reason: str | None) -> None:
        held = cart.status != "InProgress"
        cart.status, cart.reason, cart.modified = word, reason, self._now()
        cart.tracking = "Declined" if word == "Declined" else cart.tracking
        for line in cart.lines if held else ():
            line.article.committed -= _pieces(line)

    # shown
    def row(self, cart: Cart) -> Obj:
        body, sent = cart.body, cart.body.get("cart") or {}
        return {
            "id": cart.id or None, "created": ms(cart.made), "modified": ms(cart.modified or cart.made),
            "deleted": False, "companyId": self._shop.company, "shopId": self._shop.id,
            "consumerId": cart.consumer or None, "memberId": None, "placed": cart.status != "InProgress",
            "accepted": cart.sale is not None, "completed": cart.status == "Completed", "sessionId": None,
            "publicKey": f"pub-{cart.number:04d}", "cartStatus": cart.status, "trackingStatus": cart.tracking,
            "pickupType": body.get("pickupType"), "source": body.get("source"), "memo": body.get("memo"),
            "externalId": body.get("externalId"), "salesChannel": body.get("salesChannel"), "reason": cart.reason,
            "transactionId": (cart.sale or {}).get("id"), "transNo": (cart.sale or {}).get("transNo"),
            "orderNo": f"{100_000 + cart.number}" if cart.status != "InProgress" else None,
            "orderPlacedTime": ms(cart.modified or cart.made) if cart.status != "InProgress" else 0,
            "prepaid": bool(cart.payments), "cart": self._priced(cart, str(sent.get("promoCode") or "")),
        }  # fmt: skip

    def _priced(self, cart: Cart, code: str) -> Obj:
        total, tax = self.totals(cart)
        goods = sum(line.cost for line in cart.lines)
        off = sum(line.off for line in cart.lines)
        return {
            "items": [self._item(cart, at, line) for at, line in enumerate(cart.lines)], "discount": 0,
            "discountType": "Cash", "promoCode": code or None, "subTotal": goods / 100, "totalDiscount": off / 100,
            "subTotalDiscount": (goods - off) / 100, "tax": float(self._shop.seed.tax_rate) / 100,
            "totalCalcTax": tax / 100, "roundAmt": 0, "total": total / 100, "cashReceived": cart.paid / 100,
            "paymentOption": cart.payments[-1]["paymentOption"] if cart.payments else "None",
        }  # fmt: skip

    def _item(self, cart: Cart, at: int, line: Line) -> Obj:
        order = "PreTaxed" if self._shop.seed.prices_include_tax else "PostTaxed"
        return {
            **line.raw, "id": ident("item", f"{cart.id}-{at}"), "productName": line.article.title,
            "productSku": line.article.seed.sku, "productType": "REGULAR", "unitPrice": line.article.price / 100,
            "cost": line.cost / 100, "calcDiscount": line.off / 100, "finalPrice": line.net / 100,
            "calcTax": line.tax / 100, "taxOrder": order, "status": "Active",
        }  # fmt: skip

    # transactions
    def _sale(self, cart: Cart, word: str) -> Obj:
        total, _ = self.totals(cart)
        known = cart.sale or {"id": ident("sale", cart.id), "transNo": f"{900_000 + cart.number}"}
        done = word == "Completed"
        cash = {"paymentOption": "Cash", "amount": total / 100, "changeDue": 0.0, "paymentReceived": total / 100}
        return {
            **known, "created": ms(cart.made), "modified": ms(self._now()), "shopId": self._shop.id,
            "queueType": "Online", "status": "Completed" if done else "Queued", "transType": "Sale", "paid": done,
            "consumerCartId": cart.id, "memo": cart.body.get("memo"), "memberId": None,
            "payments": [cash] if done else [], "trackingStatus": cart.tracking,
            "cart": self._priced(cart, ""),
        }  # fmt: skip

    def _sales(self) -> list[Obj]:
        for cart in list(self.carts.values()):
            self._late(cart)
        return [one.sale for one in self.carts.values() if one.sale is not None]

    def sales(self, call: Call) -> Reply:
        """By day, in the shop's time."""
        first, last = between_days(call)
        zone = ZoneInfo(self._shop.seed.timezone)
        rows = [row for row in self._sales()
                if first <= datetime.fromtimestamp(row["modified"] / 1000, zone).date() <= last]  # fmt: skip
        return page(call, rows)

    def sale(self, call: Call) -> Reply:
        found = next((row for row in self._sales() if row["id"] == call.params["id"]), None)
        if found is None:
            raise Refused(404, "Transaction not found")
        return Reply(body=found)

    def of_member(self, call: Call) -> list[Obj]:
        return [row for row in self._sales() if row["memberId"] == call.params["id"]]


def _pieces(line: Line) -> int:
    return int(line.quantity)


def _whole(value: Decimal) -> int:
    return int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))
