"""Orders: create, calculate, read, search, update. How they are paid is in payments.py."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.catalog import Catalog
from posbridge.sandbox.square.errors import Refused, conflict, invalid, missing, not_found
from posbridge.sandbox.square.order_changes import apply, clear
from posbridge.sandbox.square.order_search import Searcher
from posbridge.sandbox.square.pricing import price
from posbridge.sandbox.square.rules import Rules
from posbridge.sandbox.square.shop import Obj, Shop
from posbridge.sandbox.wire import Call, Reply

_SENT = (
    "location_id", "reference_id", "source", "customer_id", "line_items", "taxes", "discounts", "service_charges",
    "fulfillments", "metadata", "pricing_options", "ticket_name", "state",
)  # fmt: skip
_LENGTHS = {"reference_id": 40, "ticket_name": 30}
_FULFILLMENTS = {"PICKUP", "SHIPMENT", "DELIVERY", "IN_STORE"}
_OPEN_FULFILLMENT = {"PROPOSED", "RESERVED", "PREPARED"}


class Orders:
    """Every order of the shop; `on_cancel` is set by the payments."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.rules = Rules(shop, catalog)
        self.rows: dict[str, Obj] = {}
        self.on_cancel: Callable[[Obj], None] = lambda order: None

    def routes(self) -> list[Route]:
        """Everything under /v2/orders but paying."""
        search = Searcher(self.shop, self.rows)
        return [
            ("POST", "/v2/orders", lambda call: self.shop.once(call, self.create, longest=192, required=False)),
            ("POST", "/v2/orders/calculate", lambda call: Reply(body=self.calculate(call.json()))),
            ("POST", "/v2/orders/batch-retrieve", self.batch_retrieve),
            ("POST", "/v2/orders/search", search.search),
            ("GET", "/v2/orders/{id}", lambda call: Reply(body={"order": self.get(call.params["id"])})),
            ("PUT", "/v2/orders/{id}", self.update),
        ]

    def get(self, key: object, field: str | None = None) -> Obj:
        """The order, or NOT_FOUND."""
        if not isinstance(key, str) or key not in self.rows:
            raise not_found("Order", str(key), field=field)
        return self.rows[key]

    def create(self, body: Obj, *, told: bool = True) -> Obj:
        """CreateOrder; a sale of Square's own register (`told` False) emits no order.created."""
        order = self._made(body)
        order["id"] = self.shop.new_id("order", 27) + "ZY"
        self.rows[order["id"]] = order
        if told:
            self.tell("order.created", order)
        return {"order": order}

    def calculate(self, body: Obj) -> Obj:
        """CalculateOrder: the same figures, nothing kept."""
        return {"order": self._made(body)}

    def batch_retrieve(self, call: Call) -> Reply:
        """Many by id; unknown ones are silently left out."""
        ids = call.json().get("order_ids")
        if not ids:
            raise missing("order_ids")
        if len(ids) > 100:
            raise invalid("order_ids", "At most 100 ids.", "ARRAY_LENGTH_TOO_LONG")
        return Reply(body={"orders": [self.rows[key] for key in ids if key in self.rows]})

    def update(self, call: Call) -> Reply:
        """UpdateOrder, sparse. Without an idempotency key the order comes back unchanged (see the contract, 5)."""
        order = self.get(call.params["id"])
        body = call.json()
        if not body.get("idempotency_key"):
            return Reply(body={"order": order})
        return self.shop.once(call, lambda sent: self._update(order, sent), longest=192, scope="UpdateOrder")

    def _update(self, order: Obj, body: Obj) -> Obj:
        sent = body.get("order") or {}
        if "version" not in order:
            raise Refused("BAD_REQUEST", "An order of the Point of Sale cannot be updated.")
        if "version" not in sent:
            raise missing("order.version")
        if sent["version"] != order["version"]:
            raise conflict("order.version", order["version"], sent["version"])
        if order["state"] not in ("OPEN", "DRAFT"):
            raise Refused("BAD_REQUEST", f"An order in state {order['state']} cannot be updated.")
        made = copy.deepcopy(order)
        for path in body.get("fields_to_clear") or ():
            clear(made, path)
        changed = apply(made, sent)
        self._complete(made)
        self.close_if_done(made)
        if changed.get("state"):
            self._check_state(made, changed["state"])
        order.clear()
        order.update(made)
        if changed.get("state") == "CANCELED":
            self.on_cancel(order)
        self.touch(order)
        if "fulfillments" in sent:
            self.tell("order.fulfillment.updated", order)
        return {"order": order}

    def _check_state(self, order: Obj, state: str) -> None:
        if state == "CANCELED" and paid(order):
            raise Refused("BAD_REQUEST", "A paid order cannot be canceled; refund it.", field="order.state")
        if state == "COMPLETED" and due(order):
            raise Refused("BAD_REQUEST", "The order is not fully paid.", field="order.state")
        if state not in ("OPEN", "CANCELED", "COMPLETED", "DRAFT"):
            raise invalid("order.state", "No such state.", "INVALID_ENUM_VALUE")
        if state in ("CANCELED", "COMPLETED"):
            order["closed_at"] = self.shop.stamp()

    def touch(self, order: Obj) -> None:
        """The order changed: next version, new time, net due; and it is told."""
        order["version"] = order.get("version", 0) + 1
        order["updated_at"] = self.shop.stamp()
        order["net_amount_due_money"] = self.shop.money(due(order))
        self.tell("order.updated", order)

    def tell(self, topic: str, order: Obj) -> None:
        """Emit an order event: ids, state and version only, as Square does."""
        kind = topic.replace(".", "_")
        names = ("location_id", "state", "version", "created_at") + (("updated_at",) if kind != "order_created" else ())
        body = {"order_id": order["id"], **{name: order[name] for name in names}}
        self.shop.emit(topic, kind, order["id"], {kind: body})

    def close_if_done(self, order: Obj) -> None:
        """A paid order without open fulfillment is COMPLETED."""
        waiting = any(one.get("state") in _OPEN_FULFILLMENT for one in order.get("fulfillments", ()))
        if not due(order) and not waiting and order["state"] == "OPEN":
            order["state"] = "COMPLETED"
            order["closed_at"] = self.shop.stamp()

    def _made(self, body: Obj) -> Obj:
        sent = body.get("order")
        if not isinstance(sent, dict):
            raise missing("order")
        self.shop.own_location(sent.get("location_id"), "order.location_id")
        order = {name: copy.deepcopy(sent[name]) for name in _SENT if sent.get(name) is not None}
        if order.setdefault("state", "OPEN") not in ("OPEN", "DRAFT"):
            raise invalid("order.state", "A new order is OPEN or DRAFT.", "INVALID_ENUM_VALUE")
        order.setdefault("source", {"name": "posbridge demo"})
        self._complete(order)
        order.update(version=1, created_at=self.shop.stamp(), updated_at=self.shop.stamp())
        order["net_amount_due_money"] = order["total_money"]
        return order

    def _complete(self, order: Obj) -> None:
        for name, longest in _LENGTHS.items():
            if len(order.get(name) or "") > longest:
                detail = f"Field must not be greater than {longest} in length"
                raise invalid(f"order.{name}", detail, "VALUE_TOO_LONG")
        for place, row in enumerate(order.get("line_items", ())):
            self._line(row, f"order.line_items[{place}]")
        self._fulfillments(order)
        self.rules.fill(order)
        price(self.shop, order)

    def _line(self, row: Obj, field: str) -> None:
        _quantity(row.get("quantity"), f"{field}.quantity")
        if len(row.get("note") or "") > 2000:
            raise invalid(f"{field}.note", "Field must not be greater than 2000 in length", "VALUE_TOO_LONG")
        row.setdefault("uid", self.shop.new_id("uid", 22))
        if row.get("catalog_object_id"):
            self._catalog_line(row, field)
        row.setdefault("item_type", "ITEM" if row.get("name") else "CUSTOM_AMOUNT")
        if not row.get("name") and row["item_type"] == "ITEM":
            raise missing(f"{field}.name")
        self.shop.amount(row.get("base_price_money"), f"{field}.base_price_money")
        for place, modifier in enumerate(row.get("modifiers", ())):
            self._modifier(modifier, f"{field}.modifiers[{place}]")

    def _catalog_line(self, row: Obj, field: str) -> None:
        found = self.catalog.find(row["catalog_object_id"], "ITEM_VARIATION")
        if found is None:
            raise not_found("Item variation", row["catalog_object_id"], field=f"{field}.catalog_object_id")
        data = found["item_variation_data"]
        item = self.catalog.rows[data["item_id"]]
        row.setdefault("name", item["item_data"]["name"])
        row.setdefault("variation_name", data.get("name", ""))
        row.setdefault("catalog_version", found["version"])
        if "price_money" in data:
            row.setdefault("base_price_money", copy.deepcopy(data["price_money"]))

    def _modifier(self, modifier: Obj, field: str) -> None:
        modifier.setdefault("uid", self.shop.new_id("uid", 22))
        if modifier.get("catalog_object_id"):
            found = self.catalog.find(modifier["catalog_object_id"], "MODIFIER")
            if found is None:
                raise not_found("Modifier", modifier["catalog_object_id"], field=f"{field}.catalog_object_id")
            modifier.setdefault("name", found["modifier_data"].get("name", ""))
            modifier.setdefault("base_price_money", found["modifier_data"].get("price_money") or self.shop.money(0))
        self.shop.amount(modifier.get("base_price_money"), f"{field}.base_price_money")

    def _fulfillments(self, order: Obj) -> None:
        rows = order.get("fulfillments", ())
        if len(rows) > 1:
            raise invalid("order.fulfillments", "At most one fulfillment.", "ARRAY_LENGTH_TOO_LONG")
        for row in rows:
            if row.get("type") not in _FULFILLMENTS:
                raise invalid("order.fulfillments[0].type", "No such type.", "INVALID_ENUM_VALUE")
            row.setdefault("uid", self.shop.new_id("uid", 22))
            row.setdefault("state", "PROPOSED")


def paid(order: Obj) -> int:
    """What captured tenders brought, minor units."""
    return sum(int(one["amount_money"]["amount"]) for one in order.get("tenders", ()) if captured(one))


def captured(tender: Obj) -> bool:
    """Authorized and voided tenders stand on an order too; they are no payment."""
    return bool((tender.get("card_details") or {}).get("status", "CAPTURED") == "CAPTURED")


def due(order: Obj) -> int:
    """What is still to pay."""
    return int((order.get("total_money") or {"amount": 0})["amount"]) - paid(order)


def _quantity(text: object, field: str) -> None:
    if text is None or text == "":
        raise missing(field)
    try:
        value = Decimal(text) if isinstance(text, str) and len(text) <= 12 else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or value < 0 or value != round(value, 5):
        raise invalid(field, "A quantity is a decimal as text, up to 5 places, 12 characters.")
