"""What else the simulated restaurant answers: stock, discounts, settings in pages, itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.seed import SeedDiscount
from posbridge.sandbox.toast.answers import Obj, guid, refuse
from posbridge.sandbox.toast.orders import rows_in
from posbridge.sandbox.toast.reckoning import counts, reckon
from posbridge.sandbox.toast.world import (
    DINE_IN,
    OPEN_DISCOUNT,
    PAYMENTS,
    RESTAURANT,
    TAKE_OUT,
    TAX,
    Item,
    Promotion,
    World,
)
from posbridge.sandbox.wire import Call, Reply

_CONFIG_PAGE = 300


class Office:
    """Stock, promo codes, configuration lists, restaurants, partners."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.page_size = _CONFIG_PAGE
        self.publishing = 0

    def routes(self) -> list[Route]:
        return [
            ("GET", "/stock/v1/inventory", self.inventory),
            ("POST", "/stock/v1/inventory/search", self.search),
            ("PUT", "/stock/v1/inventory/update", self.update),
            ("POST", "/orders/v2/applicableDiscounts", self.applicable),
            ("GET", "/config/v2/{name}", self.config),
            ("GET", "/config/v2/{name}/{guid}", self.one),
            ("GET", "/restaurants/v1/restaurants/{guid}", self.restaurant),
            ("GET", "/partners/v1/restaurants", self.mine),
        ]

    # stock
    def inventory(self, call: Call) -> Reply:
        rows = [_row(item) for item in self.world.items.values() if item.stock is not None]
        wanted = call.query.get("status")
        return Reply(body=[row for row in rows if wanted in (None, "", row["status"])])

    def search(self, call: Call) -> Reply:
        body = call.json()
        return Reply(body=[self._row_of(str(ident)) for ident in body.get("guids") or []])

    def _row_of(self, ident: str) -> Obj:
        item = self.world.items.get(ident)
        if item is not None:
            return _row(item)
        return {
            "guid": ident, "itemGuidValidity": "INVALID", "status": None, "quantity": None, "multiLocationId": None,
            "versionId": None,
        }  # fmt: skip

    def update(self, call: Call) -> Reply:
        rows = rows_in(call)
        for row in rows:
            item = self.world.items.get(str(row.get("guid")))
            if item is not None:
                self.set_stock(item, _held(row))
        return Reply(body=[self._row_of(str(row.get("guid"))) for row in rows])

    def set_stock(self, item: Item, held: Decimal | None) -> None:
        item.stock = held
        row = _row(item)
        topic = "out_of_stock" if held == 0 else "in_stock" if held is None else "low_quantity"
        self.world.emit(topic, "stock", {key: row[key] for key in ("guid", "multiLocationId", "status", "quantity")})

    # promo codes
    def applicable(self, call: Call) -> Reply:
        body = call.json()
        order, code = body.get("order") or {}, str(body.get("promoCode") or "")
        checks = order.get("checks") or []
        found = [one for one in self.world.promotions.values() if one.seed.code.casefold() == code.casefold()]
        return Reply(body=[row for one in found for check in checks if (row := self._fits(one, check)) is not None])

    def _fits(self, one: Promotion, check: Obj) -> Obj | None:
        """None without any reason: ended, used up, too little spent or none of its goods."""
        seed, rows = one.seed, reckon(self.world, {"selections": check.get("selections")}).rows
        mine = [row for row in rows if counts(one, row.item)]
        ended = seed.expires is not None and seed.expires <= self.world.clock.now()
        used = seed.usage_limit is not None and one.used >= seed.usage_limit
        if ended or used or not mine or sum(row.gross for row in mine) < (seed.min_spend_minor or 0):
            return None
        named = [
            {"guid": None, "entityType": "MenuItemSelection", "externalId": row.raw.get("externalId")} for row in mine
        ]
        whole = [{"guid": None, "entityType": "Check", "externalId": check.get("externalId")}]
        return {
            "discount": {"guid": one.guid, "entityType": "Discount"},
            "applicableChecks": [] if seed.products else whole,
            "applicableSelections": named if seed.products else [],
        }

    # settings
    def config(self, call: Call) -> Reply:
        rows, token = self._list(call.params["name"]), call.query.get("pageToken", "")
        if token and self.publishing:
            self.publishing -= 1
            raise refuse(409, "Restaurant configuration was published while paging")
        at = int(token) if token.isdigit() else 0
        behind = at + self.page_size
        headers = {"Toast-Next-Page-Token": str(behind)} if behind < len(rows) else {}
        return Reply(200, rows[at:behind], headers)

    def one(self, call: Call) -> Reply:
        for row in self._list(call.params["name"]):
            if row["guid"] == call.params["guid"]:
                return Reply(body=row)
        raise refuse(404, "HTTP 404 Not Found", 10003)

    def _list(self, name: str) -> list[Obj]:
        lists: dict[str, Any] = {
            "diningOptions": self._options, "alternatePaymentTypes": self._payments, "discounts": self._discounts,
            "taxRates": self._taxes,
        }  # fmt: skip
        if name not in lists:
            raise refuse(404, "HTTP 404 Not Found", 10003)
        found: list[Obj] = lists[name]()
        return found

    def _options(self) -> list[Obj]:
        rows = [(TAKE_OUT, "Takeout", "TAKE_OUT"), (DINE_IN, "Counter", "DINE_IN")]
        return [_entity("DiningOption", key, name, behavior=kind, curbside=False) for key, name, kind in rows]

    def _payments(self) -> list[Obj]:
        return [_entity("AlternatePaymentType", guid("payment type", key), name) for key, name in PAYMENTS.items()]

    def _discounts(self) -> list[Obj]:
        rows = [self._promotion(one) for one in self.world.promotions.values()]
        till = SeedDiscount("Till", "fixed", 0)
        return [*rows, self._promotion(Promotion(OPEN_DISCOUNT, till)) | {"type": "OPEN_FIXED", "amount": None}]

    def _promotion(self, one: Promotion) -> Obj:
        seed = one.seed
        percent = seed.kind == "percent"
        return _entity(
            "Discount", one.guid, seed.code.title(), active=True, type="PERCENT" if percent else "FIXED",
            percentage=seed.value / 100 if percent else None, amount=None if percent else self.world.units(seed.value),
            selectionType="CHECK", nonExclusive=False, itemPickingPriority="FIRST", fixedTotal=None,
        )  # fmt: skip

    def _taxes(self) -> list[Obj]:
        rate = float(Decimal(self.world.seed.tax_rate) / 100)
        return [_entity("TaxRate", TAX, "Tax", isDefault=True, rate=rate, type="PERCENT", roundingType="HALF_UP")]

    # itself
    def restaurant(self, call: Call) -> Reply:
        if call.params["guid"] != RESTAURANT:
            raise refuse(404, "HTTP 404 Not Found", 10003)
        seed = self.world.seed
        general = {
            "name": seed.name, "locationName": seed.location, "locationCode": "001", "description": None,
            "timeZone": seed.timezone, "closeoutHour": 4, "managementGroupGuid": guid("group of", "restaurants"),
            "currencyCode": seed.currency, "firstBusinessDate": 20200101, "archived": False,
        }  # fmt: skip
        return Reply(body={"guid": RESTAURANT, "general": general, "location": {"country": seed.country}})

    def mine(self, call: Call) -> Reply:
        seed = self.world.seed
        return Reply(body=[
            {"restaurantGuid": RESTAURANT, "restaurantName": seed.name, "locationName": seed.location, "deleted": False}
        ])  # fmt: skip


def _row(item: Item) -> Obj:
    held = item.stock
    status = "IN_STOCK" if held is None else "QUANTITY" if held > 0 else "OUT_OF_STOCK"
    return {
        "guid": item.guid, "itemGuidValidity": "VALID", "status": status,
        "quantity": float(held) if held is not None and held > 0 else None, "multiLocationId": f"1{item.guid[:8]}",
        "versionId": guid("version", item.guid),
    }  # fmt: skip


def _held(row: Obj) -> Decimal | None:
    status, quantity = row.get("status"), row.get("quantity")
    if status == "QUANTITY":
        if not isinstance(quantity, int | float) or quantity <= 0:
            raise refuse(400, "quantity must be greater than zero")
        return Decimal(str(quantity))
    if quantity is not None or status not in ("IN_STOCK", "OUT_OF_STOCK"):
        raise refuse(400, "quantity belongs to the status QUANTITY only")
    return Decimal(0) if status == "OUT_OF_STOCK" else None


def _entity(kind: str, key: str, name: str, **more: Any) -> Obj:
    return {"guid": key, "entityType": kind, "externalId": None, "name": name, **more}
