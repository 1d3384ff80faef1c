"""Customers, coupons, promotions and gift certificates of the simulated store."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.bigcommerce.answers import Refused, Row, body_of, cursored, listed, one, page
from posbridge.sandbox.bigcommerce.shop import Shop, iso, moment, shown
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply

_FILTERS = {
    "id:in", "email:in", "phone:in", "name:like", "name:in", "date_modified:min", "date_created:min", "include",
    "sort", "page", "limit", "after", "before",
}  # fmt: skip
_REPEATED = ("to_name", "to_email", "from_name", "from_email", "amount")
_WRITABLE = {
    "email", "first_name", "last_name", "company", "phone", "notes", "customer_group_id", "addresses", "id",
    "tax_exempt_category", "accepts_product_review_abandoned_cart_emails",
}  # fmt: skip


class People:
    """`/v3/customers`, `/v2/coupons`, `/v3/promotions` and `/v2/gift_certificates`."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def routes(self) -> list[Route]:
        return [
            ("GET", "/v3/customers", self.customers),
            ("POST", "/v3/customers", self.create),
            ("PUT", "/v3/customers", self.change),
            ("GET", "/v2/coupons", self.coupons),
            ("GET", "/v3/promotions", self.promotions),
            ("GET", "/v3/promotions/{id}/codes", self.codes),
            ("GET", "/v2/gift_certificates", self.certificates),
            ("GET", "/v2/gift_certificates/{id}", self.certificate),
            ("PUT", "/v2/gift_certificates/{id}", self.set_balance),
        ]

    # customers
    def customers(self, call: Call) -> Reply:
        """An unknown filter is refused, unlike in v2."""
        odd = sorted(set(call.query) - _FILTERS)
        if odd:
            words = f"The filter(s): {', '.join(odd)} are not valid filter parameter(s)."
            raise Refused(422, words)
        rows = [row for row in self.shop.tables["customers"].values() if self._wanted(row, call)]
        with_homes = "addresses" in (listed(call, "include") or [])
        return cursored(call, [self._shown(row, with_homes) for row in rows])

    def _shown(self, row: Row, with_homes: bool) -> Row:
        return {name: value for name, value in row.items() if with_homes or name != "addresses"}

    def _wanted(self, row: Row, call: Call) -> bool:
        """Phones match to the letter."""
        name = f"{row['first_name']} {row['last_name']}".lower()
        ids, mails, phones = (listed(call, f"{field}:in") for field in ("id", "email", "phone"))
        likes, since = listed(call, "name:like"), call.query.get("date_modified:min")
        return (
            (ids is None or str(row["id"]) in ids)
            and (mails is None or row["email"].lower() in [mail.lower() for mail in mails])
            and (phones is None or row["phone"] in phones)
            and (likes is None or any(like.lower() in name for like in likes))
            and (since is None or moment(row["date_modified"]) >= moment(since))
        )

    def create(self, call: Call) -> Reply:
        """One bad element refuses all of them."""
        given = self._list(call)
        taken = {row["email"].lower() for row in self.shop.tables["customers"].values()}
        for row in given:
            lacking = [name for name in ("email", "first_name", "last_name") if not row.get(name)]
            if lacking:
                raise Refused(422, "Missing required fields", **{name: f"{name} is required" for name in lacking})
            if row["email"].lower() in taken:
                words = f"Error creating customers: email {row['email']} already in use"
                raise Refused(422, "Error creating customers", **{".customer_create": words})
            taken.add(row["email"].lower())
        return Reply(body={"data": [self._made(row) for row in given], "meta": {}})

    def _made(self, given: Row) -> Row:
        at = iso(self.shop.now())
        empty = {"company": "", "phone": "", "notes": "", "customer_group_id": 0, "addresses": []}
        row = self.shop.add("customers", {**empty, **given, "date_created": at, "date_modified": at})
        for home in row["addresses"]:
            home |= {"id": row["id"] * 10, "customer_id": row["id"]}
        self.shop.emit("store/customer/created", {"type": "customer", "id": row["id"]})
        return row

    def change(self, call: Call) -> Reply:
        changed = []
        for given in self._list(call):
            row = self.shop.tables["customers"].get(given.get("id", 0))
            if row is None:
                raise Refused(422, "Error updating customers", **{".customer_update": "invalid customer id"})
            row |= {**given, "date_modified": iso(self.shop.now())}
            self.shop.emit("store/customer/updated", {"type": "customer", "id": row["id"]})
            changed.append(row)
        return Reply(body={"data": changed, "meta": {}})

    def _list(self, call: Call) -> list[Row]:
        given = body_of(call)
        if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
            raise Refused(422, "The request body must be an array.")
        if len(given) > 10:
            raise Refused(413, "Too many customers in one request.")
        for row in given:
            odd = sorted(set(row) - _WRITABLE)
            if odd:
                raise Refused(422, "The request is not valid.", **dict.fromkeys(odd, "is not allowed"))
        return given

    # codes
    def coupons(self, call: Call) -> Reply:
        query = call.query
        rows = [
            shown(row)
            for row in self.shop.tables["coupons"].values()
            if query.get("code", row["code"]) == row["code"] and row["id"] >= int(query.get("min_id") or 0)
        ]
        return page(call, rows)

    def promotions(self, call: Call) -> Reply:
        code = call.query.get("code")
        rows = list(self.shop.tables["promotions"].values())
        return page(
            call, [shown(row) for row in rows if code is None or code in [one["code"] for one in row["@codes"]]]
        )

    def codes(self, call: Call) -> Reply:
        rows = self.shop.find("promotions", call.params["id"])["@codes"]
        return page(call, [row for row in rows if call.query.get("code", row["code"]) == row["code"]])

    # gift certificates
    def certificates(self, call: Call) -> Reply:
        code = call.query.get("code")
        return page(call, [shown(row) for row in self._certificates() if code is None or row["code"] == code])

    def _certificates(self) -> list[Row]:
        return list(self.shop.tables["gift_certificates"].values())

    def certificate(self, call: Call) -> Reply:
        return one(call, shown(self.shop.find("gift_certificates", call.params["id"])))

    def set_balance(self, call: Call) -> Reply:
        """An absolute number: the last writer wins, nothing is compared."""
        row, given = self.shop.find("gift_certificates", call.params["id"]), call.json()
        for name in _REPEATED:
            if name not in given:
                raise Refused(400, f"The field '{name}' is required.")
        before = self.shop.minor(row["balance"])
        row |= {name: self._kept(name, value) for name, value in given.items()}
        moved = self.shop.minor(row["balance"]) - before
        if moved:
            row["@moves"].append({"key": str(row["message"]).rpartition("[")[2], "amount": moved})
        return one(call, shown(row))

    def _kept(self, name: str, value: Any) -> Any:
        return self.shop.four(Decimal(str(value))) if name in ("balance", "amount") else value
