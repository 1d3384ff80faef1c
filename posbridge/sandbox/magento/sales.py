"""Orders, invoices, shipments and credit memos of the simulated store (recorded 110–141, 213, 219)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.magento.answers import (
    MOST_ITEMS,
    Obj,
    Refused,
    cut,
    exact,
    internal,
    no_entity,
    number,
    parsed_fields,
    stored,
    too_many,
    without_nulls,
)
from posbridge.sandbox.magento.search import Search
from posbridge.sandbox.magento.shop import STORE, Options, Store
from posbridge.sandbox.wire import Call

_COLUMNS = ("entity_id", "increment_id", "ext_order_id", "store_id", "state", "status", "customer_id", "customer_email",
            "customer_note", "created_at", "updated_at", "grand_total", "quote_id", "coupon_code")  # fmt: skip
_NUMBER, _EXTERNAL = 50, 32
_CENT = Decimal("0.01")
DUPLICATE = "Unique constraint violation found"
_NEVER_REFUNDED = "The credit memo couldn't be saved."


class Sales:
    """The order book."""

    def __init__(self, store: Store, options: Options) -> None:
        self._store, self._options = store, options

    # orders
    def create(self, call: Call) -> Any:
        """Stored as it is sent: no stock moves, nothing is checked but the number (with its store) and the payment."""
        given = call.json().get("entity")
        if not isinstance(given, dict):
            raise Refused(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "entity"})
        given = stored(given)
        if not isinstance(given.get("payment"), dict):
            raise internal()
        if self._options.limits and len(given.get("items") or []) > MOST_ITEMS:
            raise too_many("Magento\\Sales\\Api\\Data\\OrderItemInterface")
        ident = self._store.next_id("order")
        number_ = str(given.get("increment_id") or f"{ident:09d}")[:_NUMBER]
        store_id = int(given.get("store_id", STORE))
        if self._taken(number_, store_id):
            raise Refused(400, DUPLICATE)
        order = self._stored(given, ident, number_, store_id)
        self._store.orders[ident] = order
        shown = {**self.shown(order), "ext_order_id": given.get("ext_order_id")}  # the answer shows it whole (120)
        return _cut(without_nulls(shown), call)

    def _taken(self, number_: str, store_id: int) -> bool:
        return any(o["increment_id"] == number_ and o["store_id"] == store_id for o in self._store.orders.values())

    def _stored(self, given: Obj, ident: int, number_: str, store_id: int) -> Obj:
        now = self._store.now()
        external = given.get("ext_order_id")
        items = [self._item(item, ident) for item in given.get("items") or []]
        return {
            **{name: value for name, value in given.items() if name not in ("items", "extension_attributes")},
            "entity_id": ident, "increment_id": number_, "store_id": store_id,
            "ext_order_id": str(external)[:_EXTERNAL] if external else None, "items": items,
            "created_at": given.get("created_at") or now, "updated_at": now,
            "status_histories": [self._history(one, ident) for one in given.get("status_histories") or []],
            "payment": {**given["payment"], "entity_id": ident, "parent_id": ident},
        }  # fmt: skip

    def _item(self, item: Obj, order: int) -> Obj:
        ident, now = self._store.next_id("item"), self._store.now()
        return {**item, "item_id": ident, "order_id": order, "created_at": now, "updated_at": now}

    def _history(self, one: Obj, order: int) -> Obj:
        return {**one, "entity_id": self._store.next_id("history"), "parent_id": order, "entity_name": "order"}

    def shown(self, order: Obj) -> Obj:
        """As a read answers: a row's total is without its discount (recorded 110, 121)."""
        rows = [self._row(item) for item in order["items"]]
        return without_nulls({**order, "items": rows})  # type: ignore[no-any-return] # a dict stays one

    def _row(self, item: Obj) -> Obj:
        off = exact(item.get("discount_amount"))
        names = ("row_total", "base_row_total", "row_total_incl_tax", "base_row_total_incl_tax")
        return {**item, **{name: number(exact(item[name]) - off) for name in names if item.get(name) is not None}}

    def orders(self, call: Call) -> Any:
        rows = [self.shown(order) for order in self._store.orders.values()]
        return Search(call.query_list).answer(rows, Obj.get, limits=self._options.limits, unknown=_unknown)

    def order(self, call: Call) -> Any:
        return _cut(self.shown(self._held(call)), call)

    def _held(self, call: Call) -> Obj:
        ident = call.params["id"]
        found = self._store.orders.get(int(ident)) if ident.isdigit() else None
        if found is None:
            words = "The entity that was requested doesn't exist. Verify the entity and try again."
            raise Refused(404, words)
        return found

    def comment(self, call: Call) -> Any:
        """A comment does not move the order's time."""
        order, said = self._held(call), call.json().get("statusHistory")
        if not isinstance(said, dict) or not said.get("comment"):
            raise Refused(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "comment"})
        order["status_histories"].append(self._history(stored(said), order["entity_id"]))
        return True

    def cancel(self, call: Call) -> Any:
        """200 with false when it cannot be (recorded 125); salable stock rises even if none was reserved (134)."""
        order = self._held(call)
        if order.get("state") not in ("new", "pending_payment", "processing", "holded") or order.get("total_paid"):
            return False
        for item in order["items"]:
            self._store.reserve(item["sku"], exact(item.get("qty_ordered")))
        order |= {"state": "canceled", "status": "canceled"}
        self._store.touch(order)
        return True

    def invoice(self, call: Call) -> Any:
        order = self._held(call)
        open_ = [item for item in order["items"] if exact(item.get("qty_invoiced")) < exact(item["qty_ordered"])]
        if not open_:
            raise Refused(400, "The invoice can't be created without products. Add products and try again.")
        for item in open_:
            item |= {"qty_invoiced": item["qty_ordered"], "row_invoiced": item.get("row_total")}
        total = order.get("grand_total")
        order |= {"total_paid": total, "base_total_paid": total, "total_due": 0, "total_invoiced": total}
        self._advance(order)
        ident = self._store.next_id("invoice")
        self._store.invoices[ident] = {"entity_id": ident, "order_id": order["entity_id"], "grand_total": total}
        return str(ident)

    def ship(self, call: Call) -> Any:
        """The source falls, and a reservation that was never taken is given back (chapter Orders)."""
        order = self._held(call)
        open_ = [item for item in order["items"] if exact(item.get("qty_shipped")) < exact(item["qty_ordered"])]
        if not open_:
            raise Refused(400, "The shipment can't be created without products. Add products and try again.")
        for item in open_:
            left = exact(item["qty_ordered"]) - exact(item.get("qty_shipped"))
            self._store.move(item["sku"], -left)
            self._store.reserve(item["sku"], left)
            item["qty_shipped"] = item["qty_ordered"]
        self._advance(order)
        return str(self._store.next_id("shipment"))

    def _advance(self, order: Obj) -> None:
        done = all(
            exact(item.get(name)) >= exact(item["qty_ordered"])
            for item in order["items"]
            for name in ("qty_invoiced", "qty_shipped")
        )
        order["state"] = order["status"] = "complete" if done else "processing"
        self._store.touch(order)

    # credit memos
    def refund(self, call: Call) -> Any:
        """Money back for pieces; a repeat is not refused while pieces are left (recorded 129–139)."""
        order, asked = self._held(call), stored(call.json())
        if not order.get("total_paid") or order.get("state") == "closed":
            raise Refused(400, "Creditmemo Document Validation Error(s):\nThe order does not allow a refund.")
        pieces = self._pieces(order, asked)
        terms = asked.get("arguments") or {}
        total = sum((_back(item, quantity) for item, quantity in pieces), Decimal(0))
        total += exact(terms.get("adjustment_positive")) - exact(terms.get("adjustment_negative"))
        if exact(order.get("total_refunded")) + total > exact(order.get("total_paid")) + _CENT / 2:
            words = "The most money available to refund is %1."
            raise Refused(400, words, [str(number(exact(order["total_paid"]) - exact(order.get("total_refunded"))))])
        self._returned(pieces, (terms.get("extension_attributes") or {}).get("return_to_stock_items") or [])
        memo = self._memo(order, asked, pieces, total)
        self._settled(order, pieces, total)
        return str(memo["entity_id"])

    def _pieces(self, order: Obj, asked: Obj) -> list[tuple[Obj, Decimal]]:
        by_id = {item["item_id"]: item for item in order["items"]}
        wanted = asked.get("items") or [{"order_item_id": i, "qty": x["qty_ordered"]} for i, x in by_id.items()]
        pieces = [(by_id.get(one.get("order_item_id")), exact(one.get("qty"))) for one in wanted]
        for item, quantity in pieces:
            if item is None or quantity > exact(item.get("qty_invoiced")) - exact(item.get("qty_refunded")):
                raise Refused(400, f"{_NEVER_REFUNDED} The quantity to refund must not be greater than the unrefunded.")
        return [(item, quantity) for item, quantity in pieces if item is not None and quantity]

    def _returned(self, pieces: list[tuple[Obj, Decimal]], returned: list[Any]) -> None:
        for item, quantity in pieces:
            if item.get("product_id") is None:
                continue
            self._store.reserve(item["sku"], quantity)
            if item["item_id"] not in returned:
                self._store.move(item["sku"], -quantity)

    def _memo(self, order: Obj, asked: Obj, pieces: list[tuple[Obj, Decimal]], total: Decimal) -> Obj:
        ident, said = self._store.next_id("memo"), asked.get("comment") or {}
        comments = [{"comment": said["comment"], "entity_id": ident, "parent_id": ident}] if said.get("comment") else []
        rows = [{"order_item_id": item["item_id"], "sku": item["sku"], "qty": number(q)} for item, q in pieces]
        memo = {"entity_id": ident, "increment_id": f"{ident:09d}", "order_id": order["entity_id"], "state": 2,
                "grand_total": number(total), "items": rows, "comments": comments,
                "created_at": self._store.now(), "updated_at": self._store.now()}  # fmt: skip
        self._store.memos[ident] = memo
        return memo

    def _settled(self, order: Obj, pieces: list[tuple[Obj, Decimal]], total: Decimal) -> None:
        for item, quantity in pieces:
            item["qty_refunded"] = number(exact(item.get("qty_refunded")) + quantity)
            for name, done in _REFUNDED:
                share = _share(item, quantity, name, done, last=_is_last(item))
                item[done] = number(exact(item.get(done)) + share)
        order["total_refunded"] = number(exact(order.get("total_refunded")) + total)
        if all(exact(item.get("qty_refunded")) >= exact(item["qty_ordered"]) for item in order["items"]):
            order |= {"state": "closed", "status": "closed"}
        self._store.touch(order)

    def memos(self, call: Call) -> Any:
        rows = list(self._store.memos.values())
        return Search(call.query_list).answer(rows, Obj.get, limits=self._options.limits, unknown=lambda _: None)

    def memo(self, call: Call) -> Any:
        found = self._store.memos.get(int(call.params["id"])) if call.params["id"].isdigit() else None
        if found is None:
            raise no_entity("entityId", call.params["id"])
        return found


_REFUNDED = (
    ("row_total", "amount_refunded"),
    ("tax_amount", "tax_refunded"),
    ("discount_tax_compensation_amount", "discount_tax_compensation_refunded"),
    ("discount_amount", "discount_refunded"),
)


def _back(item: Obj, quantity: Decimal) -> Decimal:
    last = exact(item.get("qty_refunded")) + quantity >= exact(item["qty_ordered"])
    parts = [_share(item, quantity, name, done, last=last) for name, done in _REFUNDED]
    return parts[0] + parts[1] + parts[2] - parts[3]


def _is_last(item: Obj) -> bool:
    return exact(item.get("qty_refunded")) >= exact(item["qty_ordered"])


def _share(item: Obj, quantity: Decimal, name: str, done: str, *, last: bool) -> Decimal:
    """In proportion, rounded to cents; the rest goes with the last piece."""
    whole = exact(item.get(name))
    if last:
        return whole - exact(item.get(done))
    return (whole * quantity / exact(item["qty_ordered"])).quantize(_CENT, rounding="ROUND_HALF_UP")


def _unknown(field: str) -> Refused | None:
    """On orders an unknown column breaks the store (recorded 057)."""
    return None if field in _COLUMNS else internal()


def _cut(body: Any, call: Call) -> Any:
    fields = call.query.get("fields", "")
    return cut(body, parsed_fields(fields)) if fields else body
