"""Stock: counts by variation and state, changed by physical counts, adjustments and paid orders."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.catalog import Catalog
from posbridge.sandbox.square.errors import invalid, missing, not_found
from posbridge.sandbox.square.shop import Obj, Shop, limit, moment
from posbridge.sandbox.wire import Call, Reply

_STATES = {
    "IN_STOCK",
    "SOLD",
    "WASTE",
    "NONE",
    "UNLINKED_RETURN",
    "RETURNED_BY_CUSTOMER",
    "SOLD_ONLINE",
    "RESERVED_FOR_SALE",
}
_COUNTED = {"IN_STOCK", "SOLD", "WASTE", "RETURNED_BY_CUSTOMER", "SOLD_ONLINE", "RESERVED_FOR_SALE"}
_NEW_PLACES = "2026-07-15"  # location_id gives way to from_location_id and to_location_id
_MOST = 100


class Inventory:
    """Counts and the changes that led to them."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.counts: dict[tuple[str, str], Decimal] = {}
        self._at: dict[tuple[str, str], str] = {}
        self.changes: list[Obj] = []

    def routes(self) -> list[Route]:
        """Everything under /v2/inventory, old paths included."""
        write = self.batch_change
        return [
            ("POST", "/v2/inventory/changes/batch-create", write),
            ("POST", "/v2/inventory/batch-change", write),
            ("POST", "/v2/inventory/counts/batch-retrieve", self.batch_counts),
            ("POST", "/v2/inventory/batch-retrieve-counts", self.batch_counts),
            ("POST", "/v2/inventory/changes/batch-retrieve", self.batch_changes),
            ("GET", "/v2/inventory/{id}", self.one_count),
        ]

    # reading
    def batch_counts(self, call: Call) -> Reply:
        """Counts, newest first. A variation that never was in a state has no count there."""
        body = call.json()
        ids, states = body.get("catalog_object_ids"), body.get("states") or _COUNTED
        since = moment(body["updated_after"], "updated_after") if body.get("updated_after") else None
        here = not body.get("location_ids") or self.shop.location_id in body["location_ids"]
        wanted = set(ids) if ids else None
        rows = [
            self._count(pair)
            for pair in self.counts
            if here and (wanted is None or pair[0] in wanted) and pair[1] in states
        ]
        rows = [row for row in rows if since is None or moment(row["calculated_at"], "") > since]
        asked = {name: value for name, value in body.items() if name not in ("cursor", "limit")}
        page, more = self.shop.page(
            rows,
            lambda row: (row["calculated_at"], row["catalog_object_id"], row["state"]),
            limit(body, 1000, 1000),
            body.get("cursor"),
            asked,
            reverse=True,
        )
        return Reply(body={**({"counts": page} if page else {}), **more})

    def one_count(self, call: Call) -> Reply:
        """The counts of one variation."""
        if self.catalog.find(call.params["id"], "ITEM_VARIATION") is None:
            raise not_found("Catalog object", call.params["id"])
        rows = [self._count(pair) for pair in self.counts if pair[0] == call.params["id"]]
        return Reply(body={"counts": rows} if rows else {})

    def batch_changes(self, call: Call) -> Reply:
        """The history, oldest first."""
        body = call.json()
        wanted, types = set(body.get("catalog_object_ids") or ()), body.get("types")
        rows = [
            row
            for row in self.changes
            if (not types or row["type"] in types) and (not wanted or _inner(row)["catalog_object_id"] in wanted)
        ]
        asked = {name: value for name, value in body.items() if name not in ("cursor", "limit")}
        order = {id(row): place for place, row in enumerate(self.changes)}
        page, more = self.shop.page(rows, lambda row: order[id(row)], limit(body, 100, 1000), body.get("cursor"), asked)
        return Reply(body={**({"changes": page} if page else {}), **more})

    def quantity(self, variation: str, state: str = "IN_STOCK") -> Decimal:
        """How much of a variation is in a state."""
        return self.counts.get((variation, state), Decimal(0))

    def _count(self, pair: tuple[str, str]) -> Obj:
        return {
            "catalog_object_id": pair[0],
            "catalog_object_type": "ITEM_VARIATION",
            "state": pair[1],
            "location_id": self.shop.location_id,
            "quantity": _text(self.counts[pair]),
            "calculated_at": self._at[pair],
        }

    # writing
    def batch_change(self, call: Call) -> Reply:
        """BatchChangeInventory: all changes, or none."""
        version = call.headers.get("square-version") or _NEW_PLACES
        return self.shop.once(call, lambda body: self._change(body, version), longest=128, scope="BatchChangeInventory")

    def _change(self, body: Obj, version: str) -> Obj:
        sent = body.get("changes")
        if not sent:
            raise missing("changes")
        if len(sent) > _MOST:
            raise invalid("changes", f"At most {_MOST} changes.", "ARRAY_LENGTH_TOO_LONG")
        for place, change in enumerate(sent):
            self._check(change, f"changes[{place}]", version)
        skip = body.get("ignore_unchanged_counts") is not False
        touched: dict[tuple[str, str], None] = {}
        made = []
        for change in sent:
            if change["type"] == "PHYSICAL_COUNT" and skip and self._unchanged(change["physical_count"]):
                touched[_pair(change["physical_count"])] = None
                continue
            made.append(self._apply(change, touched))
        counts = [self._count(pair) for pair in touched if pair in self.counts]
        self._tell(counts)
        return {"counts": counts, **({"changes": made} if made else {})}

    def _check(self, change: Obj, field: str, version: str) -> None:
        if change.get("type") not in ("PHYSICAL_COUNT", "ADJUSTMENT"):
            raise invalid(f"{field}.type", "PHYSICAL_COUNT or ADJUSTMENT.", "INVALID_ENUM_VALUE")
        name = change["type"].lower()
        inner = change.get(name)
        if not isinstance(inner, dict):
            raise missing(f"{field}.{name}")
        field = f"{field}.{name}"
        if self.catalog.find(inner.get("catalog_object_id"), "ITEM_VARIATION") is None:
            raise not_found("Item variation", str(inner.get("catalog_object_id")), field=f"{field}.catalog_object_id")
        states = ("from_state", "to_state") if name == "adjustment" else ("state",)
        for state in states:
            if inner.get(state) not in _STATES:
                raise invalid(f"{field}.{state}", "No such state.", "INVALID_ENUM_VALUE")
        self._check_place(inner, field, version)
        self._check_when(inner, field)
        if _number(inner.get("quantity"), f"{field}.quantity") < 0:
            raise invalid(f"{field}.quantity", "A quantity is not negative.", "VALUE_TOO_LOW")

    def _check_place(self, inner: Obj, field: str, version: str) -> None:
        if "from_state" in inner and version >= _NEW_PLACES:
            if "location_id" in inner:
                raise invalid(
                    f"{field}.location_id", "Send from_location_id and to_location_id.", "UNKNOWN_BODY_PARAMETER"
                )
            self.shop.own_location(inner.get("from_location_id"), f"{field}.from_location_id")
            self.shop.own_location(inner.get("to_location_id"), f"{field}.to_location_id")
        else:
            self.shop.own_location(inner.get("location_id"), f"{field}.location_id")

    def _check_when(self, inner: Obj, field: str) -> None:
        if not inner.get("occurred_at"):
            raise missing(f"{field}.occurred_at")
        at, now = moment(inner["occurred_at"], f"{field}.occurred_at"), self.shop.clock.now()
        if at < now - timedelta(hours=24) or at > now + timedelta(seconds=30):
            raise invalid(f"{field}.occurred_at", "Not older than 24 hours, not in the future.", "INVALID_TIME")

    def _unchanged(self, inner: Obj) -> bool:
        pair = _pair(inner)
        return pair in self.counts and self.counts[pair] == Decimal(inner["quantity"])

    def _apply(self, change: Obj, touched: dict[tuple[str, str], None]) -> Obj:
        name = change["type"].lower()
        inner = {
            **change[name],
            "id": self.shop.new_id("inventory"),
            "catalog_object_type": "ITEM_VARIATION",
            "created_at": self.shop.stamp(),
        }
        key, quantity = inner["catalog_object_id"], Decimal(inner["quantity"])
        if name == "physical_count":
            self.put(key, quantity, inner["state"])
            touched[_pair(inner)] = None
        else:
            for state, sign in ((inner["from_state"], -1), (inner["to_state"], 1)):
                if state in _COUNTED:
                    self.put(key, self.quantity(key, state) + sign * quantity, state)
                    touched[(key, state)] = None
        made = {"type": change["type"], name: inner}
        self.changes.append(made)
        return made

    def put(self, variation: str, quantity: Decimal, state: str = "IN_STOCK") -> None:
        """Set a count."""
        self.counts[(variation, state)] = quantity
        self._at[(variation, state)] = self.shop.stamp()

    def recount(self, variation: str, quantity: int) -> None:
        """Set what is in stock and tell it."""
        self.put(variation, Decimal(quantity))
        self._tell([self._count((variation, "IN_STOCK"))])

    def sold(self, order: Obj) -> None:
        """A paid order moves its tracked variations from IN_STOCK to SOLD."""
        told = []
        for row in order.get("line_items", ()):
            found = self.catalog.find(row.get("catalog_object_id"), "ITEM_VARIATION")
            if found is None or not found["item_variation_data"].get("track_inventory"):
                continue
            quantity = Decimal(row["quantity"])
            self.put(found["id"], self.quantity(found["id"]) - quantity)
            self.put(found["id"], self.quantity(found["id"], "SOLD") + quantity, "SOLD")
            told.append(self._count((found["id"], "IN_STOCK")))
        self._tell(told)

    def _tell(self, counts: list[Obj]) -> None:
        if counts:
            body = {"inventory_counts": counts}
            self.shop.emit("inventory.count.updated", "inventory_counts", self.shop.new_id("inventory_event"), body)


def _inner(row: Obj) -> Obj:
    found: Obj = row[row["type"].lower()]
    return found


def _pair(inner: Obj) -> tuple[str, str]:
    return inner["catalog_object_id"], inner["state"]


def _text(quantity: Decimal) -> str:
    whole = quantity.quantize(Decimal("0.00001")).normalize()
    return format(whole, "f")


def _number(text: Any, field: str) -> Decimal:
    if text is None or text == "":
        raise missing(field)
    try:
        value = Decimal(text) if isinstance(text, str) else Decimal("nan")
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or value != round(value, 5):
        raise invalid(field, "A quantity is a decimal as text, up to 5 places.")
    return value
