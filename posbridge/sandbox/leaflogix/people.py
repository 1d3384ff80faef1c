"""Customers and discounts of the simulated Leaflogix."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.leaflogix.shop import Row, Shop
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply

#: What a customer cannot do without.
REQUIRED = ("firstName", "address1", "city", "state", "postalCode", "status", "customerType")
_MOST = 10_000


class People:
    """Routes of customers, points and codes. `pages_from` is the number of the first page (both are documented),
    `page_0_is_empty` says what a page before it holds: nothing, or the first one again."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.pages_from = 0
        self.page_0_is_empty = False
        self.most_a_page = _MOST

    def routes(self) -> list[Route]:
        return [
            ("POST", "/customer/search", self.search),
            ("GET", "/customer/customers", self.one),
            ("GET", "/customer/customers-paginated", self.page),
            ("POST", "/customer/customer", self.save),
            ("GET", "/customer/customer-types", self.types),
            ("GET", "/reporting/loyalty-snapshot", self.points),
            ("GET", "/discounts/v2/list", self.codes),
        ]

    def search(self, call: Call) -> Reply:
        """A row for each thing that fits, so that one customer may come twice; never a merged one's other."""
        body = call.json()
        found = [
            {"matchType": kind, **row}
            for row in self._shop.customers.values()
            for kind, fits in self._fits(row, body)
            if fits and not row["isAnonymous"]
        ]
        return Reply(body=found)

    def _fits(self, row: Row, asked: Row) -> list[tuple[str, bool]]:
        def same(name: str, field: str) -> bool:
            wanted = str(asked.get(name) or "").strip().casefold()
            return bool(wanted) and str(row.get(field) or "").casefold() == wanted

        licence = str(asked.get("driversLicenseId") or "")
        born = str(asked.get("dateOfBirth") or "")[:10]
        return [
            ("Email", same("emailAddress", "emailAddress")),
            ("Phone", same("phone", "phone")),
            ("Phone", same("phone", "cellPhone")),
            ("MMJId", same("mmjidNumber", "mmjidNumber")),
            ("DriversLicense", bool(licence) and self._shop.licences.get(row["customerId"]) == licence),
            ("Name", bool(born) and same("lastName", "lastName") and str(row.get("dateOfBirth"))[:10] == born),
        ]

    def one(self, call: Call) -> Reply:
        number = call.query.get("customerID", "")
        found = self._shop.customers.get(int(number)) if number.isdigit() else None
        return Reply(body=[found] if found else [])

    def page(self, call: Call) -> Reply:
        asked = call.query
        size = min(int(asked.get("PageSize") or 1000), self.most_a_page)
        at = max(int(asked.get("PageNumber") or 0) - self.pages_from, 0)
        if self.page_0_is_empty and asked.get("PageNumber") == "0":
            return Reply(body=[])
        since = asked.get("fromLastModifiedDateUTC") or ""
        everybody = asked.get("includeAnonymous") == "true"
        rows = [
            row
            for row in self._shop.customers.values()
            if row["lastModifiedDateUTC"] >= since and (everybody or not row["isAnonymous"])
        ]
        return Reply(body=rows[at * size : (at + 1) * size])

    def save(self, call: Call) -> Reply:
        """Creates, or changes what is given; idempotent with both keys only."""
        body = call.json()
        key = (call.path, call.headers.get("consumerkey", ""), str(body.get("idempotencyKey") or ""))
        if all(key) and key in self._shop.answers:
            return Reply(body=self._shop.answers[key])
        missing = [name for name in REQUIRED if not body.get(name)]
        if missing:
            wrong = [{"propertyName": name[0].upper() + name[1:], "propertyError": "is required"} for name in missing]
            return Reply(400, {"message": "One or more properties are invalid", "propertyErrors": wrong})
        given = {name: value for name, value in body.items() if name != "idempotencyKey"}
        licence = given.pop("driversLicenseID", None)
        given.pop("driversLicenseExpiration", None)
        row = self._changed(given) if given.get("customerId") else self._new(given)
        if row is None:
            return Reply(404, "Customer not found")
        if licence:
            self._shop.licences[row["customerId"]] = licence
        if all(key):
            self._shop.answers[key] = row
        return Reply(body=row)

    def _changed(self, given: Row) -> Row | None:
        row = self._shop.customers.get(given["customerId"])
        if row is not None:
            self._shop.touch(row, **given)
            row["cellPhone"] = given.get("phone") or row["cellPhone"]
        return row

    def _new(self, given: Row) -> Row:
        """The same person is not made twice (by e-mail or phone)."""
        for row in self._shop.customers.values():
            for name in ("emailAddress", "phone"):
                if given.get(name) and row.get(name) == given[name]:
                    return row
        return self._shop.new_customer(given)

    def types(self, call: Call) -> Reply:
        names = (("Recreational", False), ("Medical", True))
        rows: list[Any] = [
            {"id": at, "name": name, "isMedical": medical, "isRetail": True}
            for at, (name, medical) in enumerate(names, start=1)
        ]
        return Reply(body=rows)

    def points(self, call: Call) -> Reply:
        rows = [
            {"customerId": number, "loyaltyBalance": float(number % 500), "loyaltySpent": 0.0, "loyaltyEarned": 500.0}
            for number, row in self._shop.customers.items()
            if not row["isAnonymous"]
        ]
        return Reply(body=rows)

    def codes(self, call: Call) -> Reply:
        """Those that have ended only with includeInactive=true."""
        whole = call.query.get("includeInactive") == "true"
        now = self._shop.now
        return Reply(body=[one for one in self._shop.discounts if whole or (one["validDateTo"] or "9") > now])
