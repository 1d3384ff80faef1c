"""Orders of the simulated restaurant: priced, made once for each externalId, listed by change, voided."""

from __future__ import annotations

import json
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.toast.answers import NEVER, Obj, guid, moment, reference, refuse, rounded, stamp
from posbridge.sandbox.toast.reckoning import Row, Sums, drawn_tax, reckon
from posbridge.sandbox.toast.world import DINE_IN, PAYMENTS, TAKE_OUT, World
from posbridge.sandbox.wire import BadJson, Call, Reply

_MOST = 100
_GUEST = ("firstName", "lastName", "email", "phone")


class Orders:
    """Everything under /orders/v2 but discounts."""

    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        order = "/orders/v2/orders/{guid}"
        return [
            ("POST", "/orders/v2/prices", lambda call: Reply(body=self.priced(call.json()))),
            ("POST", "/orders/v2/orders", lambda call: Reply(body=self.create(call.json()))),
            ("GET", "/orders/v2/ordersBulk", self.bulk),
            ("GET", order, self.get),
            ("POST", f"{order}/void", self.void),
            ("POST", f"{order}/checks/{{check}}/payments", self.add_payments),
            ("POST", f"{order}/checks/{{check}}/appliedDiscounts", self.add_discounts),
        ]

    # making
    def priced(self, body: Obj) -> Obj:
        """The order with its sums, kept nowhere. An order of nothing is refused."""
        self._checked(body)
        return self._drawn(body, [reckon(self.world, check) for check in body["checks"]], saved=False)

    def create(self, body: Obj) -> Obj:
        self._checked(body)
        marks = _marks(body)
        if not self.world.options.payments:
            body = {**body, "checks": [{**check, "payments": []} for check in body["checks"]]}
        if len(set(marks)) < len(marks) or set(marks) & self.world.external:
            raise refuse(400, "An order with this externalId already exists")
        sums = [reckon(self.world, check) for check in body["checks"]]
        made = self._drawn(body, sums, saved=True)
        self.world.external.update(marks)
        self.world.orders[made["guid"]] = made
        for check, raw in zip(made["checks"], body["checks"], strict=True):
            self.world.checks[check["guid"]] = raw
        for one in sums:
            self._sold(one.rows)
        for check in body["checks"]:
            self._used(check)
        self.world.emit("order_updated", "order_updated", {"order": _hinted(made)})
        return made

    def _checked(self, body: Obj) -> None:
        if not body.get("checks"):
            raise refuse(400, "An order must have at least one check")
        option = (body.get("diningOption") or {}).get("guid")
        if option not in (DINE_IN, TAKE_OUT):
            raise refuse(404 if option else 400, "The dining option was not found", 10003 if option else 10000)
        for check in body["checks"]:
            guest = check.get("customer")
            if (option == TAKE_OUT or guest) and not all((guest or {}).get(name) for name in _GUEST):
                raise refuse(400, "The check must have a customer with name, phone and email")
            if len(check.get("appliedDiscounts") or []) > 1:
                raise refuse(400, "Only one discount may be applied to a check")
            if len(check.get("tabName") or "") > 255:
                raise refuse(400, "tabName is too long")
            for payment in check.get("payments") or []:
                self._payable(payment)

    def _payable(self, payment: Obj) -> None:
        if payment.get("type") != "OTHER":
            raise refuse(400, "Only OTHER and CREDIT payments are supported")
        ident = (payment.get("otherPayment") or {}).get("guid")
        if ident not in {guid("payment type", name) for name in PAYMENTS}:
            raise refuse(404, "The alternate payment type was not found", 10003)

    def _sold(self, rows: list[Row]) -> None:
        for row in rows:
            if row.item.stock is not None:
                row.item.stock = max(row.item.stock - row.quantity, row.item.stock * 0)

    def _used(self, check: Obj) -> None:
        for one in check.get("appliedDiscounts") or []:
            found = self.world.promotions.get(str((one.get("discount") or {}).get("guid")))
            if found is not None:
                found.used += 1

    # drawing
    def _drawn(self, body: Obj, sums: list[Sums], *, saved: bool) -> Obj:
        now = stamp(self.world.clock.now())
        number = self.world.next_id("order") if saved else 0
        checks = [
            self._check(check, one, number, at, now, saved)
            for at, (check, one) in enumerate(zip(body["checks"], sums, strict=True))
        ]
        return {
            "guid": guid("order", number) if saved else None, "entityType": "Order",
            "externalId": body.get("externalId"), "openedDate": now, "modifiedDate": now, "promisedDate": None,
            "diningOption": reference("DiningOption", body["diningOption"]["guid"]), "checks": checks,
            "source": "API", "businessDate": int(f"{self.world.clock.now():%Y%m%d}"), "voided": False,
            "voidDate": None, "deleted": False, "deletedDate": NEVER, "createdDate": now, "numberOfGuests": 1,
            "approvalStatus": self.world.options.approval, "pricingFeatures": ["TAXESV2"],
            "displayNumber": str(number),
        }  # fmt: skip

    def _check(self, raw: Obj, sums: Sums, number: int, at: int, now: str, saved: bool) -> Obj:
        world = self.world
        payments = [self._payment(one, f"{number}-{at}-{place}") for place, one in enumerate(raw.get("payments") or [])]
        paid = sum(world.minor(one["amount"]) for one in payments)
        state = "CLOSED" if saved and paid >= sums.total else "OPEN"
        guest = raw.get("customer")
        return {
            "guid": guid("check", f"{number}-{at}") if saved else None, "entityType": "Check",
            "externalId": raw.get("externalId"), "displayNumber": str(number), "tabName": raw.get("tabName"),
            "amount": world.units(sums.total - sums.tax), "taxAmount": world.units(sums.tax),
            "totalAmount": world.units(sums.total), "paymentStatus": state, "taxExempt": bool(raw.get("taxExempt")),
            "selections": [self._selection(row, f"{number}-{at}-{n}", saved) for n, row in enumerate(sums.rows)],
            "payments": payments, "appliedDiscounts": sums.discounts, "appliedServiceCharges": [],
            "customer": None if not guest else {"guid": guid("guest", guest["email"]), **guest},
            "voided": False, "deleted": False, "deletedDate": NEVER, "createdDate": now, "modifiedDate": now,
        }  # fmt: skip

    def _payment(self, raw: Obj, name: str) -> Obj:
        world = self.world
        return {
            "guid": guid("payment", name), "entityType": "OrderPayment", "externalId": raw.get("externalId"),
            "type": "OTHER", "otherPayment": reference("AlternatePaymentType", raw["otherPayment"]["guid"]),
            "amount": world.units(world.minor(raw.get("amount"))),
            "tipAmount": world.units(world.minor(raw.get("tipAmount"))),
            "paidDate": raw.get("paidDate") or stamp(world.clock.now()), "refundStatus": "NONE", "refund": None,
            "voidInfo": None, "paymentStatus": None,
        }  # fmt: skip

    def _selection(self, row: Row, name: str, saved: bool) -> Obj:
        world, included = self.world, self.world.seed.prices_include_tax
        taken = rounded(row.tax) if included else 0
        return {
            "guid": guid("selection", name) if saved else None, "entityType": "MenuItemSelection",
            "externalId": row.raw.get("externalId"), "item": reference("MenuItem", row.item.guid),
            "itemGroup": reference("MenuGroup", row.item.group), "displayName": row.item.name,
            "quantity": float(row.quantity), "unitOfMeasure": row.item.unit, "selectionType": "NONE",
            "preDiscountPrice": world.units(row.gross - taken), "price": world.units(row.gross - row.off - taken),
            "receiptLinePrice": world.units(rounded(row.gross / row.quantity)), "tax": world.units(rounded(row.tax)),
            "voided": False, "modifiers": [_modifier(one) for one in row.raw.get("modifiers") or []],
            "fulfillmentStatus": "NEW", "appliedDiscounts": [], "appliedTaxes": drawn_tax(world, row),
            "plu": row.item.plu,
        }  # fmt: skip

    # reading
    def get(self, call: Call) -> Reply:
        return Reply(body=self._found(call.params["guid"]))

    def _found(self, ident: str) -> Obj:
        found = self.world.orders.get(ident)
        if found is None and self.world.options.by_external_id:
            found = next((one for one in self.world.orders.values() if one["externalId"] == ident), None)
        if found is None:
            raise refuse(404, "HTTP 404 Not Found", 10003)
        return found

    def bulk(self, call: Call) -> Reply:
        """By the time of change, start inclusive, end exclusive; the order within is that of creation."""
        asked = call.query
        size, page = _whole(asked.get("pageSize", "100")), _whole(asked.get("page", "1"))
        if not 1 <= size <= _MOST or page < 1:
            raise refuse(400, "pageSize must be between 1 and 100")
        if "startDate" not in asked or "endDate" not in asked:
            raise refuse(400, "startDate and endDate, or businessDate, are required")
        start, end = moment(asked["startDate"], "startDate"), moment(asked["endDate"], "endDate")
        rows = [one for one in self.world.orders.values() if start <= moment(one["modifiedDate"], "modifiedDate") < end]
        return Reply(body=rows[(page - 1) * size : page * size])

    # changing
    def void(self, call: Call) -> Reply:
        body, order = call.json(), self._found(call.params["guid"])
        if not all((body.get(name) or {}).get("voidAll") for name in ("selections", "payments")):
            raise refuse(400, "selections and payments must be voided together")
        if any(one["type"] != "OTHER" for check in order["checks"] for one in check["payments"]):
            raise refuse(400, "Only orders with OTHER payments can be voided")
        self.touch(order, voided=True, voidDate=stamp(self.world.clock.now()))
        for check in order["checks"]:
            check["voided"] = True
        return Reply(body=order)

    def add_payments(self, call: Call) -> Reply:
        order, check = self._check_of(call)
        for raw in rows_in(call):
            self._payable(raw)
            check["payments"].append(self._payment(raw, f"{check['guid']}-{len(check['payments'])}"))
        return self._counted(order, check)

    def add_discounts(self, call: Call) -> Reply:
        """The check is reckoned again, at the prices of now."""
        order, check = self._check_of(call)
        raw = self.world.checks[check["guid"]]
        raw = self.world.checks[check["guid"]] = {
            **raw, "appliedDiscounts": [*(raw.get("appliedDiscounts") or []), *rows_in(call)],
        }  # fmt: skip
        sums = reckon(self.world, raw)
        check |= {
            "amount": self.world.units(sums.total - sums.tax), "taxAmount": self.world.units(sums.tax),
            "totalAmount": self.world.units(sums.total), "appliedDiscounts": sums.discounts,
        }  # fmt: skip
        return self._counted(order, check)

    def _check_of(self, call: Call) -> tuple[Obj, Obj]:
        order = self._found(call.params["guid"])
        for check in order["checks"]:
            if check["guid"] == call.params["check"]:
                return order, check
        raise refuse(404, "HTTP 404 Not Found", 10003)

    def _counted(self, order: Obj, check: Obj) -> Reply:
        paid = sum(self.world.minor(one["amount"]) for one in check["payments"])
        check["paymentStatus"] = "CLOSED" if paid >= self.world.minor(check["totalAmount"]) else "OPEN"
        self.touch(order)
        return Reply(body=order)

    def touch(self, order: Obj, **changes: Any) -> None:
        """A change at Toast: its time moves, and whoever listens hears of it."""
        order.update(changes)
        order["modifiedDate"] = stamp(self.world.clock.now())
        self.world.emit("order_updated", "order_updated", {"order": _hinted(order)})


def rows_in(call: Call) -> list[Obj]:
    """A body that is a list of objects."""
    try:
        found = json.loads(call.body)
    except ValueError as problem:
        raise BadJson(str(problem)) from problem
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise refuse(400, "The body must be an array")
    return found


def _marks(body: Obj) -> list[str]:
    """All externalIds of an order: its own, its checks' and its selections'."""
    checks = body["checks"]
    rows = [body, *checks, *(row for check in checks for row in check.get("selections") or [])]
    return [str(row["externalId"]) for row in rows if row.get("externalId")]


def _modifier(raw: Obj) -> Obj:
    return {
        "guid": None, "entityType": "MenuItemSelection", "selectionType": raw.get("selectionType") or "NONE",
        "displayName": raw.get("displayName"), "item": raw.get("item"), "optionGroup": raw.get("optionGroup"),
        "quantity": raw.get("quantity", 1), "price": 0.0, "tax": 0.0, "voided": False, "modifiers": [],
    }  # fmt: skip


def _hinted(order: Obj) -> Obj:
    """As webhooks carry it: no externalId and no guest."""
    return {**order, "externalId": None, "checks": [{**one, "customer": None} for one in order["checks"]]}


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0
