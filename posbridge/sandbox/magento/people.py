"""Customers, coupons and rules of the simulated store (recorded 090–104, 150–178)."""

from __future__ import annotations

import re
from typing import Any

from posbridge.sandbox.magento.answers import Obj, Refused, no_entity, stored
from posbridge.sandbox.magento.search import Search
from posbridge.sandbox.magento.shop import STORE, WEBSITE, Options, Store
from posbridge.sandbox.wire import Call

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NEEDED = ("telephone", "postcode", "city", "country_id", "street", "firstname", "lastname")


class People:
    """Accounts and codes."""

    def __init__(self, store: Store, options: Options) -> None:
        self._store, self._options = store, options

    # customers
    def customers(self, call: Call) -> Any:
        rows = [self.shown(row) for row in self._store.customers.values()]
        return Search(call.query_list).answer(rows, _value, limits=self._options.limits, unknown=lambda _: None)

    def customer(self, call: Call) -> Any:
        return self.shown(self._held(call))

    def shown(self, row: Obj) -> Obj:
        """The default addresses are named by id, absent when there are none."""
        named: Obj = {}
        for kind in ("default_billing", "default_shipping"):
            found = next((str(one["id"]) for one in row["addresses"] if one.get(kind)), None)
            named |= {kind: found} if found else {}
        return {**row, **named}

    def _held(self, call: Call) -> Obj:
        ident = call.params["id"]
        if not ident.isdigit() or int(ident) not in self._store.customers:
            raise no_entity("customerId", ident)
        return self._store.customers[int(ident)]

    def create(self, call: Call) -> Any:
        given = stored(call.json().get("customer") or {})
        self._check(given)
        email = given["email"]
        if any(row["email"].casefold() == email.casefold() for row in self._store.customers.values()):
            words = "A customer with the same email address already exists in an associated website."
            raise Refused(400, words)
        ident, now = self._store.next_id("customer"), self._store.now()
        row = {"id": ident, "group_id": 1, "created_at": now, "updated_at": now, "created_in": "Default Store View",
               "email": email, "firstname": given["firstname"], "lastname": given["lastname"], "store_id": STORE,
               "website_id": WEBSITE, "addresses": [], "disable_auto_group_change": 0,
               "extension_attributes": {"is_subscribed": False}}  # fmt: skip
        row["addresses"] = self._addresses(given.get("addresses") or [], row)
        self._store.customers[ident] = row
        return self.shown(row)

    def update(self, call: Call) -> Any:
        """What is not sent stays; addresses are replaced when they are sent, those without id are new (100, 101)."""
        row, given = self._held(call), stored(call.json().get("customer") or {})
        self._check({**row, **given})
        if "addresses" in given:
            row["addresses"] = self._addresses(given["addresses"] or [], row)
        row |= {name: given[name] for name in ("email", "firstname", "lastname") if name in given}
        self._store.touch(row)
        return self.shown(row)

    def _check(self, given: Obj) -> None:
        problems = []
        for name, label in (("firstname", "First Name"), ("lastname", "Last Name")):
            if not given.get(name):
                problems.append(f'"{label}" is a required value.')
        if not _EMAIL.fullmatch(str(given.get("email") or "")):
            problems.append('"Email" is not a valid email address.')
        if problems:
            raise Refused(400, "\n".join(problems))

    def _addresses(self, given: list[Obj], row: Obj) -> list[Obj]:
        made = []
        for one in given:
            missing = [name for name in _NEEDED if not one.get(name)]
            if missing:
                words = '"%fieldName" is required. Enter and try again.'
                errors = [{"message": words, "parameters": {"fieldName": name}} for name in missing]
                raise Refused(400, "One or more input exceptions have occurred.", None, errors)
            known = any(held["id"] == one.get("id") for held in row["addresses"])
            ident = one["id"] if known else self._store.next_id("address")
            region = one.get("region") or {}
            kept = {key: value for key, value in one.items() if value not in (None, False)}
            made.append({**kept, "id": ident, "customer_id": row["id"], "region": _region(region)})
        return made

    # codes
    def coupons(self, call: Call) -> Any:
        rows = list(self._store.coupons.values())
        return Search(call.query_list).answer(rows, Obj.get, limits=self._options.limits, unknown=lambda _: None)

    def update_coupon(self, call: Call) -> Any:
        """The count of uses is written as a number (recorded 178)."""
        ident = int(call.params["id"]) if call.params["id"].isdigit() else 0
        if ident not in self._store.coupons:
            raise no_entity("coupon_id", call.params["id"])
        self._store.coupons[ident] |= call.json().get("coupon") or {}
        return self._store.coupons[ident]

    def rules(self, call: Call) -> Any:
        rows = list(self._store.rules.values())
        return Search(call.query_list).answer(rows, Obj.get, limits=self._options.limits, unknown=lambda _: None)

    def rule(self, call: Call) -> Any:
        ident = int(call.params["id"]) if call.params["id"].isdigit() else 0
        if ident not in self._store.rules:
            raise no_entity("rule_id", call.params["id"])
        return self._store.rules[ident]


def _region(given: Any) -> Obj:
    held = given if isinstance(given, dict) else {"region": given}
    return {"region_code": held.get("region_code"), "region": held.get("region"), "region_id": held.get("region_id", 0)}


def _value(row: Obj, field: str) -> Any:
    """`billing_…` is joined from the default billing address (recorded 096)."""
    if field == "entity_id":
        return row["id"]
    if field.startswith("billing_"):
        home: Obj = next((one for one in row["addresses"] if one.get("default_billing")), {})
        return home.get(field.removeprefix("billing_"))
    return row.get(field)
