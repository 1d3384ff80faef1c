"""Writing orders: what is stored when, when stock moves, when a coupon counts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal

from posbridge.sandbox.woocommerce.answers import Obj, WpError, as_bool
from posbridge.sandbox.woocommerce.coupon_rules import CouponRefused, Piece, check, message, spread
from posbridge.sandbox.woocommerce.coupons import Coupons
from posbridge.sandbox.woocommerce.customers import BILLING, SHIPPING, address
from posbridge.sandbox.woocommerce.gift_card_ledger import GiftCards
from posbridge.sandbox.woocommerce.order_lines import LineMaker, check_order
from posbridge.sandbox.woocommerce.order_rows import (
    STOCK_STATUSES,
    ZERO,
    CouponLine,
    Line,
    Order,
    Refund,
)
from posbridge.sandbox.woocommerce.order_shape import OrderShape
from posbridge.sandbox.woocommerce.order_totals import Reckoner
from posbridge.sandbox.woocommerce.product_shape import decimal
from posbridge.sandbox.woocommerce.shop import Row, Shop, metas

_TEXTS = ("payment_method", "payment_method_title", "transaction_id", "customer_note", "currency")


@dataclass
class OrderBook:
    """All orders. No idempotency of any kind: the same body twice makes two orders (recorded 402)."""

    shop: Shop
    coupons: Coupons
    cards: GiftCards
    reckoner: Reckoner
    shape: OrderShape
    orders: dict[int, Order] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = LineMaker(self.shop)

    # create and change
    def create(self, sent: Obj) -> Order:
        """Store an order. What is refused before storing leaves nothing; a refused coupon leaves the order behind."""
        check_order(sent)
        self._check_customer(sent)
        lines = [self.lines.line(entry) for entry in sent.get("line_items") or ()]
        order = self._stored(sent, lines)
        for name, held in (("fee_lines", order.fees), ("shipping_lines", order.shippings)):
            held += [self.lines.fee(entry) for entry in sent.get(name) or ()]
        self._apply_or_leave(order, sent)
        self._redeem_or_undo(order, sent)
        self._move(order, sent.get("status") or "pending", first=True)
        if as_bool(sent.get("set_paid")):
            self.pay(order)
        self.shop.tell("order", "created", order.id)
        self.shop.tell("order", "updated", order.id)  # one new order sends both
        return order

    def update(self, order: Order, sent: Obj) -> Order:
        """Change what was sent."""
        check_order(sent)
        self._check_customer(sent)
        self._write(order, sent)
        for entry in sent.get("line_items") or ():
            self._change_line(order, entry)
        for name, held in (("fee_lines", order.fees), ("shipping_lines", order.shippings)):
            for entry in sent.get(name) or ():
                self.lines.change_extra(held, entry)
        if "coupon_lines" in sent:
            self._apply(order, sent["coupon_lines"] or [])
        if self.shop.options.gift_cards and sent.get("gift_cards"):
            self.cards.redeem(order, sent["gift_cards"], self.reckoner.totals(order).total)
        if sent.get("status"):
            self._move(order, sent["status"])
        if as_bool(sent.get("set_paid")):
            self.pay(order)
        self.changed(order)
        return order

    def changed(self, order: Order) -> None:
        """Move the time of change and tell."""
        order.modified = self.shop.now()
        self.shop.tell("order", "updated", order.id)

    def trash(self, order: Order) -> None:
        """To the trash: stock stays taken (recorded 472)."""
        order.status = "trash"
        order.modified = self.shop.now()
        self.shop.tell("order", "deleted", order.id)

    def _stored(self, sent: Obj, lines: list[Line]) -> Order:
        number, now = self.shop.next_id(), self.shop.now()
        key = hashlib.sha256(f"{number} {now}".encode()).hexdigest()[:13]
        order = Order(number, f"wc_order_{key}", now, now, currency=self.shop.seed.currency, lines=lines)
        order.billing = address(BILLING, {}, {}, "billing")
        order.shipping = address(SHIPPING, {}, {}, "shipping")
        if self.shop.options.modern and sent.get("created_via"):
            order.created_via = str(sent["created_via"])  # 9.2.5 drops it (recorded 409)
        self.orders[number] = order
        self._write(order, sent)
        return order

    def _write(self, order: Order, sent: Obj) -> None:
        for name in _TEXTS:
            if sent.get(name) is not None:
                setattr(order, name, sent[name])
        if sent.get("customer_id") is not None:
            order.customer_id = int(sent["customer_id"])
        if "billing" in sent:
            order.billing = address(BILLING, order.billing, sent["billing"], "billing")
        if "shipping" in sent:
            order.shipping = address(SHIPPING, order.shipping, sent["shipping"], "shipping")
        if sent.get("meta_data"):
            order.meta = metas(self.shop, order.meta, sent["meta_data"])

    def _check_customer(self, sent: Obj) -> None:
        number = int(sent.get("customer_id") or 0)
        if number and number not in self.shop.customers:
            raise WpError(400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid.")

    def _change_line(self, order: Order, sent: Obj) -> None:
        line = next((held for held in order.lines if held.id == int(sent.get("id") or 0)), None)
        more = self.lines.change(order, sent)
        item = self.shop.item(line.item_id) if line is not None else None
        if line is not None and item is not None and more:
            self.shop.move_stock(item, -more)
            line.reduced += more

    # coupons
    def _apply_or_leave(self, order: Order, sent: Obj) -> None:
        try:
            self._apply(order, sent.get("coupon_lines") or [])
        except WpError as error:
            if self.shop.options.modern:  # 9.2.5 leaves it pending and does not say so (recorded 413, 414)
                order.status = "checkout-draft"
                error.data["new_draft_order_id"] = order.id
            raise

    def _apply(self, order: Order, sent: list[Obj]) -> None:
        """All coupons anew from the line subtotals: our own line discounts are overwritten (recorded 406)."""
        codes = [str(entry["code"]) for entry in sent if entry.get("code")]
        if not codes and not order.coupons:
            return
        pieces = [self._piece(line) for line in order.lines]
        made = [self._use(order, code, pieces) for code in codes]
        for line, piece in zip(order.lines, pieces, strict=True):
            line.total = line.subtotal - self.shop.net(self.shop.major(piece.off))
        order.coupons = made

    def _piece(self, line: Line) -> Piece:
        net = self.shop.rounded(line.subtotal)
        gross = net + self.shop.rounded_tax(self.shop.tax(net)) if self.shop.seed.prices_include_tax else net
        return Piece(self.shop.item(line.item_id), line.quantity, self.shop.minor(gross))

    def _use(self, order: Order, code: str, pieces: list[Piece]) -> CouponLine:
        coupon = self._valid(order, code, pieces)
        lost = [self.shop.net(self.shop.major(off)) for off in spread(self.shop, coupon, pieces).values()]
        taxes = [self.reckoner.tax(order, off, line.taxable) for off, line in zip(lost, order.lines, strict=True)]
        info: Obj = {
            "discount_type": coupon.data["discount_type"],
            "amount": decimal(coupon.data["amount"]) or ZERO,
            "free_shipping": coupon.data["free_shipping"],
        }
        code = coupon.data["code"]
        return CouponLine(self.shop.next_id("item"), coupon.id, code, sum(lost, ZERO), sum(taxes, ZERO), info)

    def _valid(self, order: Order, code: str, pieces: list[Piece]) -> Row:
        coupon = self.coupons.by_code(code)
        try:
            if coupon is None:
                raise CouponRefused("unknown")
            check(self.shop, coupon, pieces, order.billing["email"], order.customer_id)
        except CouponRefused as refused:
            text = message(self.shop, code, refused)
            raise WpError(400, "woocommerce_rest_invalid_coupon", text) from None
        return coupon

    def _count_coupons(self, order: Order) -> None:
        """A coupon counts as used until the order is cancelled."""
        counting = order.status not in ("cancelled", "trash", "checkout-draft", "auto-draft")
        if counting == order.counted_coupons:
            return
        order.counted_coupons = counting
        user = str(order.customer_id or order.billing["email"])
        for line in order.coupons:
            coupon = self.shop.coupons.get(line.coupon_id)
            if coupon is None:
                continue
            if counting:
                coupon.data["used_by"].append(user)
            elif user in coupon.data["used_by"]:
                coupon.data["used_by"].remove(user)

    # gift cards
    def _redeem_or_undo(self, order: Order, sent: Obj) -> None:
        if not (self.shop.options.gift_cards and sent.get("gift_cards")):
            return
        order.status = sent.get("status") or "pending"
        try:
            if as_bool(sent.get("set_paid")):
                self.cards.must_be_editable(False)
            self.cards.redeem(order, sent["gift_cards"], self.reckoner.totals(order).total)
        except WpError:
            self.cards.give_back(order)
            del self.orders[order.id]  # unlike a coupon's, this error leaves nothing
            raise
        order.status = "pending"

    # status
    def pay(self, order: Order) -> None:
        """set_paid: pending becomes processing, or completed when nothing must be handed over."""
        if order.status in ("pending", "on-hold", "failed", "cancelled", "checkout-draft"):
            self._move(order, "processing" if self.shape.needs_processing(order) else "completed")
        order.paid = order.paid or self.shop.now()

    def _move(self, order: Order, status: str, *, first: bool = False) -> None:
        if status == order.status and not first:
            return
        order.status = status
        if status in STOCK_STATUSES:
            self._take_stock(order)
        elif status in ("cancelled", "pending"):
            self._give_stock_back(order)
        if status == "completed" or (status == "processing" and self.shape.needs_processing(order)):
            order.paid = order.paid or self.shop.now()
        if status == "completed":
            order.completed = self.shop.now()
        if status == "cancelled":
            self.cards.give_back(order)
        if status == "refunded":
            self._refund_rest(order)
        self._count_coupons(order)

    def _take_stock(self, order: Order) -> None:
        """Once only: what was taken is written on the line. Overselling is not checked."""
        for line in order.lines:
            item = self.shop.item(line.item_id)
            if item is not None and not line.reduced and self.shop.move_stock(item, -line.quantity):
                line.reduced, line.reduced_meta = line.quantity, self.shop.next_id("meta")

    def _give_stock_back(self, order: Order) -> None:
        for line in order.lines:
            item = self.shop.item(line.item_id)
            if item is not None and line.reduced:
                self.shop.move_stock(item, line.reduced)
            line.reduced = 0

    def _refund_rest(self, order: Order) -> None:
        """Status refunded by hand refunds everything and restocks nothing (recorded 466)."""
        left = self.left(order)
        if left > 0:
            now = self.shop.now()
            self.add_refund(order, Refund(self.shop.next_id(), left, "Order fully refunded.", now, [], [], now))

    # refunds
    def left(self, order: Order) -> Decimal:
        """What may still be given back."""
        return self.reckoner.totals(order).total - order.refunded

    def add_refund(self, order: Order, refund: Refund) -> None:
        """Write it down; when nothing is left the order becomes refunded by itself."""
        refund.order_id = order.id
        order.refunds.append(refund)
        if order.status != "refunded" and self.left(order) <= 0:
            order.status = "refunded"
        self.changed(order)
