"""The routes of orders, their notes, receipts and refunds."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, as_bool, listing, missing_param
from posbridge.sandbox.woocommerce.batch import batch
from posbridge.sandbox.woocommerce.filters import Test, ids, kept, ordered, unknown, windows
from posbridge.sandbox.woocommerce.order_book import OrderBook
from posbridge.sandbox.woocommerce.order_lines import amount
from posbridge.sandbox.woocommerce.order_rows import STATUSES, ZERO, Order, Refund, RefundLine
from posbridge.sandbox.woocommerce.routes import Routes, created
from posbridge.sandbox.woocommerce.shop import links, metas

_UNSEEN = ("trash", "auto-draft")


class Orders:
    """Lists, reads and writes orders."""

    def __init__(self, book: OrderBook) -> None:
        self.book = book
        self.shop = book.shop

    def add_routes(self, routes: Routes) -> None:
        """orders and what hangs on them; `orders/statuses` from 11 on."""
        home = self.shop.home
        routes.add("POST", "/orders/batch", lambda ask: batch(ask, self._made, self._change, self._gone))
        if self.shop.options.modern:
            routes.add("GET", "/orders/statuses", self._statuses)
        routes.add("GET", "/orders", self._list)
        routes.add("POST", "/orders", lambda ask: created(home(), "/orders", self._made(ask.body)))
        routes.add("GET", "/orders/{id}", lambda ask: Reply(body=self._shown(self._known(ask.id()))))
        routes.add("EDIT", "/orders/{id}", lambda ask: Reply(body=self._change(ask.id(), ask.body)))
        routes.add("DELETE", "/orders/{id}", lambda ask: Reply(body=self._drop(ask.id(), ask.flag("force"))))
        routes.add("POST", "/orders/{order}/receipt", self._receipt)
        self._add_notes(routes)
        self._add_refunds(routes)

    # reading
    def _shown(self, order: Order) -> Obj:
        return self.book.shape.order(order)

    def _known(self, number: int, status: int = 404) -> Order:
        order = self.book.orders.get(number)
        if order is None:
            raise unknown("shop_order", status)
        return order

    def _list(self, ask: Ask) -> Reply:
        tests: list[Test] = [self._status_test(ask), *ids(ask), *windows(ask, self.shop)]
        word = (ask.text("search") or "").lower()
        if word:
            tests.append(lambda order: word in self._searched(order))
        customer, product = ask.text("customer"), ask.text("product")
        if customer is not None and customer.isdigit():
            tests.append(lambda order: order.customer_id == int(customer))
        if product is not None and product.isdigit():
            tests.append(lambda order: any(int(product) in (x.product_id, x.variation_id) for x in order.lines))
        origins = set(ask.words("created_via")) if self.shop.options.modern else set()
        if origins:  # 9.2.5 does not know this filter: every order comes back
            tests.append(lambda order: order.created_via in origins)
        rows = ordered(ask, kept(self.book.orders.values(), tests), lambda order: str(order.id))
        return listing(ask, self.shop.home(), rows, self._shown)

    def _status_test(self, ask: Ask) -> Test:
        """ "any" leaves out the trash, and drafts too except in 9.2.5 (recorded 478)."""
        wanted = set(ask.words("status")) or {"any"}
        if "any" in wanted:
            unseen = (*_UNSEEN, "checkout-draft") if self.shop.options.modern else _UNSEEN
            return lambda order: order.status not in unseen
        return lambda order: order.status in wanted

    def _searched(self, order: Order) -> str:
        """What search= looks into: addresses; with HPOS also transaction_id and line names; never meta data."""
        words = [*order.billing.values(), *order.shipping.values()]
        if self.shop.options.hpos:
            words += [str(order.id), order.transaction_id, *(line.name for line in order.lines)]
        return "\n".join(words).lower()

    def _statuses(self, ask: Ask) -> Reply:
        known = [(slug, name) for slug, name in STATUSES.items() if slug not in _UNSEEN]
        return Reply(body=[{"slug": slug, "name": name} for slug, name in known])

    # writing
    def _made(self, sent: Obj) -> Obj:
        if sent.get("id"):
            raise WpError(400, "woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.")
        return self._shown(self.book.create(sent))

    def _change(self, number: int, sent: Obj) -> Obj:
        return self._shown(self.book.update(self._known(number, 400), sent))

    def _gone(self, number: int) -> Obj:
        return self._drop(number, force=True)

    def _drop(self, number: int, force: bool) -> Obj:
        order = self._known(number)
        before = self._shown(order)
        if force:
            del self.book.orders[number]
        elif order.status == "trash":
            raise WpError(410, "woocommerce_rest_already_trashed", "The shop_order has already been deleted.")
        else:
            self.book.trash(order)
        return before

    def _receipt(self, ask: Ask) -> Reply:
        order = self._known(ask.id("order"))
        name = hashlib.sha256(f"receipt {order.id}".encode()).hexdigest()[:38]
        until = self.shop.now() + timedelta(days=1)
        url = f"{self.shop.home()}/wc/file/transient/{name}"
        return Reply(body={"receipt_url": url, "expiration_date": until.date().isoformat()})

    # notes
    def _add_notes(self, routes: Routes) -> None:
        path = "/orders/{order}/notes"
        routes.add("GET", path, lambda ask: Reply(body=self._known(ask.id("order")).notes[::-1]))
        routes.add("POST", path, self._add_note)
        routes.add("GET", f"{path}/{{id}}", lambda ask: Reply(body=self._note(ask)))
        routes.add("DELETE", f"{path}/{{id}}", self._drop_note)

    def _add_note(self, ask: Ask) -> Reply:
        order = self._known(ask.id("order"))
        if not ask.body.get("note"):
            raise missing_param("note")
        number, path = self.shop.next_id("comment"), f"/orders/{order.id}/notes"
        note: Obj = {
            "id": number,
            "author": "WooCommerce",
            **self.shop.times(created=self.shop.now()),
            "note": str(ask.body["note"]),
            "customer_note": as_bool(ask.body.get("customer_note", False)),
            "_links": links(
                self.shop.home(), f"/wc/v3{path}", number, up=f"/wc/v3/orders/{order.id}", allow="GET DELETE"
            ),
        }
        order.notes.append(note)  # neither the time of change nor a webhook moves (recorded: the cursor)
        return created(self.shop.home(), path, note)

    def _note(self, ask: Ask) -> Obj:
        for note in self._known(ask.id("order")).notes:
            if note["id"] == ask.id():
                return note
        raise WpError(404, "woocommerce_rest_invalid_id", "Invalid resource ID.")

    def _drop_note(self, ask: Ask) -> Reply:
        note = self._note(ask)
        if not ask.flag("force"):
            message = "Webhooks do not support trashing."  # the platform's own slip of words for notes
            raise WpError(501, "woocommerce_rest_trash_not_supported", message)
        self._known(ask.id("order")).notes.remove(note)
        return Reply(body=note)

    # refunds
    def _add_refunds(self, routes: Routes) -> None:
        path = "/orders/{order}/refunds"
        routes.add("GET", path, self._list_refunds)
        routes.add("POST", path, self._add_refund)
        routes.add("GET", f"{path}/{{id}}", lambda ask: Reply(body=self._shown_refund(*self._refund(ask))))
        routes.add("DELETE", f"{path}/{{id}}", self._drop_refund)
        routes.add("GET", "/refunds", self._all_refunds)

    def _shown_refund(self, order: Order, refund: Refund) -> Obj:
        return self.book.shape.refund(order, refund)

    def _refund(self, ask: Ask) -> tuple[Order, Refund]:
        order = self._known(ask.id("order"))
        for refund in order.refunds:
            if refund.id == ask.id():
                return order, refund
        raise WpError(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.")

    def _list_refunds(self, ask: Ask) -> Reply:
        order = self._known(ask.id("order"))
        rows = ordered(ask, kept(order.refunds, [*ids(ask), *windows(ask, self.shop)]), lambda row: str(row.id))
        return listing(ask, self.shop.home(), rows, lambda refund: self._shown_refund(order, refund))

    def _all_refunds(self, ask: Ask) -> Reply:
        every = (refund for order in self.book.orders.values() for refund in order.refunds)
        rows = ordered(ask, kept(every, [*ids(ask), *windows(ask, self.shop)]), lambda row: str(row.id))
        return listing(ask, self.shop.home(), rows, self._listed_refund)

    def _listed_refund(self, refund: Refund) -> Obj:
        shown = self._shown_refund(self.book.orders[refund.order_id], refund)
        return {"parent_id": refund.order_id, **shown}

    def _add_refund(self, ask: Ask) -> Reply:
        """No guard at all: twice counts twice (474), quantities are not checked (457)."""
        order, sent = self._known(ask.id("order")), ask.body
        lines = [self._refund_line(order, entry) for entry in sent.get("line_items") or ()]
        asked = sent.get("amount")
        money = sum((line.total + line.tax for line in lines), ZERO) if asked is None else amount(asked)
        self._check_refund(order, sent, self.shop.rounded(money))
        now = self.shop.now()
        meta = metas(self.shop, [], sent.get("meta_data") or [])
        made = Refund(self.shop.next_id(), self.shop.rounded(money), str(sent.get("reason", "")), now, lines, meta, now)
        if as_bool(sent.get("api_restock", True)):
            self._restock(order, lines)
        self.book.add_refund(order, made)
        return created(self.shop.home(), f"/orders/{order.id}/refunds", self._shown_refund(order, made))

    def _check_refund(self, order: Order, sent: Obj, money: Decimal) -> None:
        code = "woocommerce_rest_cannot_create_order_refund"
        if money < 0 or money > self.book.left(order):
            raise WpError(500, code, "Invalid refund amount.", bare=True)
        if as_bool(sent.get("api_refund", True)):  # the default asks a gateway a till does not have (recorded 451)
            raise WpError(500, code, "The payment gateway for this order does not exist.", bare=True)

    def _refund_line(self, order: Order, sent: Obj) -> RefundLine:
        number = int(sent.get("id") or 0)
        taxes = sent.get("refund_tax") or []
        line = next((held for held in order.lines if held.id == number), None)
        fee = next((held for held in [*order.fees, *order.shippings] if held.id == number), None)
        tax = sum((amount(entry.get("refund_total")) for entry in taxes), ZERO)
        return RefundLine(
            self.shop.next_id("item"),
            number,
            line,
            int(sent.get("quantity") or 0),
            amount(sent.get("refund_total")),
            tax,
            bool(taxes),
            fee.name if fee is not None else "",
        )

    def _restock(self, order: Order, lines: list[RefundLine]) -> None:
        for given in lines:
            item = self.shop.item(given.line.item_id) if given.line is not None else None
            if given.line is not None and item is not None and given.line.reduced and given.quantity:
                self.shop.move_stock(item, given.quantity)
                given.line.reduced = max(0, given.line.reduced - given.quantity)

    def _drop_refund(self, ask: Ask) -> Reply:
        order, refund = self._refund(ask)
        if not ask.flag("force"):
            message = "Refunds do not support trashing. Set 'force=true' to delete."
            raise WpError(501, "woocommerce_rest_trash_not_supported", message)
        before = self._shown_refund(order, refund)
        order.refunds.remove(refund)
        self.book.changed(order)
        return Reply(body=before)
