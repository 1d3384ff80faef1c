"""The customer part: by id, e-mail, phone, licence, name and change; new ones; changes by PATCH."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from posbridge.sandbox.treez.answers import Refused, number, success
from posbridge.sandbox.treez.catalog import moment
from posbridge.sandbox.treez.shop import Shop
from posbridge.sandbox.wire import Call, Reply

PAGE = 50


class Customers:
    """The customers of the store."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self, base: str) -> list[tuple[str, str, Any]]:
        part = f"{base}/customer"
        return [
            ("POST", f"{part}/detailcustomer", self.create),
            ("GET", f"{part}/email/{{email}}", self.by_email),
            ("GET", f"{part}/phone/{{phone}}", self.by_phone),
            ("GET", f"{part}/driverlicense/{{number}}", self.by_licence),
            ("GET", f"{part}/firstname/{{first}}/lastname/{{last}}", self.by_name),
            ("GET", f"{part}/lastUpdated/after/{{at}}/page/{{page}}/pagesize/{{size}}", self.changed),
            ("GET", f"{part}/{{customer_id}}", self.one),
            ("PATCH", f"{part}/{{customer_id}}", self.change),
        ]

    def one(self, call: Call) -> Reply:
        return success(data=self._row(call.params["customer_id"]))

    def _row(self, ident: str) -> dict[str, Any]:
        if ident not in self._shop.customers:
            raise Refused(404, "CUSTOMER_DOESNT_EXIST")
        return self._shop.customers[ident]

    def by_email(self, call: Call) -> Reply:
        wanted = call.params["email"].casefold()
        return success(data=self._first(lambda row: str(row.get("email") or "").casefold() == wanted))

    def by_phone(self, call: Call) -> Reply:
        return success(data=self._first(lambda row: row.get("phone") == call.params["phone"]))

    def by_licence(self, call: Call) -> Reply:
        wanted = call.params["number"].casefold()
        return success(data=[self._first(lambda row: str(row["drivers_license"] or "").casefold() == wanted)])

    def by_name(self, call: Call) -> Reply:
        wanted = (call.params["first"].casefold(), call.params["last"].casefold())
        rows = [row for row in self._shop.customers.values() if _named(row) == wanted]
        if not rows:
            raise Refused(404, "CUSTOMER_DOESNT_EXIST")
        return success(data=rows)

    def _first(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        found = next(filter(fits, self._shop.customers.values()), None)
        if found is None:
            raise Refused(404, "CUSTOMER_DOESNT_EXIST")
        return found

    def changed(self, call: Call) -> Reply:
        since, at = moment(call.params["at"]), number(call.params["page"], 10**6)
        size = number(call.params["size"], PAGE)
        rows = [row for row in self._shop.customers.values() if datetime.fromisoformat(row["last_update"]) >= since]
        rows.sort(key=lambda row: str(row["last_update"]), reverse=True)
        return success(data=rows[(at - 1) * size : at * size])

    def create(self, call: Call) -> Reply:
        body = call.json()
        if not body.get("first_name"):
            raise Refused(400, "CUSTOMER_FIRST_NAME_BLANK", data=None)
        if not body.get("birthday"):
            raise Refused(400, "MODEL_VALIDATION_FAIL", "birthday is required", data=None)
        self._require_new(body, "")
        return success(data=self._shop.add_customer(body))

    def change(self, call: Call) -> Reply:
        row, body = self._row(call.params["customer_id"]), call.json()
        self._require_new(body, row["customer_id"])
        row.update(body, last_update=self._shop.stamp(self._shop.clock.now()))
        return success(data=row)

    def _require_new(self, body: dict[str, Any], mine: str) -> None:
        """E-mail and phone are each somebody's alone; a phone has ten digits and begins with none of 0 and 1."""
        phone = body.get("phone")
        if phone and (len(str(phone)) != 10 or not str(phone).isdecimal() or str(phone)[0] in "01"):
            raise Refused(400, "INCORRECT_VALUE", f"'{phone}' is invalid value", data=None)
        for name in ("email", "phone"):
            held = [row for row in self._shop.customers.values() if body.get(name) and row.get(name) == body[name]]
            if any(row["customer_id"] != mine for row in held):
                raise Refused(400, "INVALID_REQUEST", f"Customer with this {name} already exists", data=None)


def _named(row: dict[str, Any]) -> tuple[str, str]:
    return str(row.get("first_name") or "").casefold(), str(row.get("last_name") or "").casefold()
