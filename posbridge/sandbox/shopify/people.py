"""Customers and discount codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from posbridge.sandbox.seed import SeedDiscount
from posbridge.sandbox.shopify.catalog import Catalog
from posbridge.sandbox.shopify.executor import Node, Refused, Root
from posbridge.sandbox.shopify.lists import Search, compared, connection, terms, whole, words
from posbridge.sandbox.shopify.shop import Shop, Wrong, number_of, stamp

_IDENTIFIERS = ("id", "emailAddress", "phoneNumber", "customId")


@dataclass
class Person:
    id: str
    held: Node
    updated_at: str
    addresses: list[Node] = field(default_factory=list)


class Customers:
    """`told` hears of changes: (topic, person)."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Person] = {}
        self.told: Any = lambda topic, person: None
        self.search = Search(
            {
                "": lambda row, op, value: all(words(*_texts(row))(part) for part in value.split()),
                "updated_at": lambda row, op, value: compared(row.updated_at[:10], op, value[:10]),
                "email": lambda row, op, value: words(row.held.get("email"))(value),
                "phone": lambda row, op, value: words(row.held.get("phone"))(value),
            }
        )

    def roots(self) -> dict[str, Root]:
        return {
            "customerByIdentifier": self.identified,
            "customer": lambda args, key: self.shown(args.get("id")),
            "customers": self.listed,
            "customerCreate": self.create,
            "customerUpdate": self.update,
        }

    def shown(self, ident: Any) -> Node | None:
        row = self.rows.get(str(ident))
        return self._person(row) if row else None

    def _person(self, row: Person) -> Node:
        held = row.held
        first, last = held.get("firstName"), held.get("lastName")
        email, phone = held.get("email"), held.get("phone")
        return {
            "__typename": "Customer",
            "id": row.id,
            "legacyResourceId": str(number_of(row.id)),
            "firstName": first,
            "lastName": last,
            "displayName": " ".join(filter(None, (first, last))) or email or phone,
            "note": held.get("note"),
            "tags": sorted(held.get("tags") or []),
            "state": "DISABLED",
            "updatedAt": row.updated_at,
            "defaultEmailAddress": _email(email) if email else None,
            "defaultPhoneNumber": {"__typename": "CustomerPhoneNumber", "phoneNumber": phone} if phone else None,
            "defaultAddress": _address(row.addresses[0]) if row.addresses else None,
        }

    def identified(self, args: dict[str, Any], key: str = "") -> Node | None:
        given = {name: value for name, value in (args.get("identifier") or {}).items() if name in _IDENTIFIERS}
        if len(given) != 1:
            words_of = f"'CustomerIdentifierInput' requires exactly one argument, but {len(given)} were provided."
            problem = {"path": [], "explanation": words_of}
            raise Refused("INVALID_VARIABLE", "Variable $identifier was provided invalid value", problems=[problem])
        ((name, value),) = given.items()
        if name == "id":
            return self.shown(value)
        field_of = {"emailAddress": "email", "phoneNumber": "phone"}.get(name, "")
        found = self._with(field_of, str(value))
        return self._person(found) if found else None

    def _with(self, field_of: str, value: str) -> Person | None:
        wanted = value.lower()
        return next((row for row in self.rows.values() if str(row.held.get(field_of) or "").lower() == wanted), None)

    def listed(self, args: dict[str, Any], key: str = "") -> Node:
        groups = terms(str(args.get("query") or ""))
        self.search.check(groups, "customers")
        rows = [row for row in self.rows.values() if self.search.fits(row, groups)]
        return connection(rows, args, self._person, lambda row: (row.updated_at, number_of(row.id)))

    def create(self, args: dict[str, Any], key: str = "") -> Node:
        try:
            row = self.add(args["input"])
        except Wrong as wrong:
            return {"customer": None, "userErrors": [wrong.shown]}
        self.told("customers/create", row)
        return {"customer": self._person(row), "userErrors": []}

    def add(self, given: Node) -> Person:
        if not any(given.get(name) for name in ("email", "phone", "firstName", "lastName")):
            raise Wrong(None, "A name, phone number, or email address must be present")
        self._single(given)
        addresses = list(given.get("addresses") or [])
        held = {name: value for name, value in given.items() if name != "addresses"}
        row = Person(self.shop.new_id("Customer"), held, self.shop.now(), addresses)
        self.rows[row.id] = row
        return row

    def _single(self, given: Node, but: str = "") -> None:
        for name, label in (("email", "Email"), ("phone", "Phone")):
            other = self._with(name, str(given[name])) if given.get(name) else None
            if other is not None and other.id != but:
                raise Wrong([name], f"{label} has already been taken")

    def update(self, args: dict[str, Any], key: str = "") -> Node:
        given = dict(args["input"])
        row = self.rows.get(str(given.pop("id", "")))
        try:
            if row is None:
                raise Wrong(["id"], "Customer does not exist")
            self._single(given, row.id)
        except Wrong as wrong:
            return {"customer": None, "userErrors": [wrong.shown]}
        row.held |= given
        row.updated_at = self.shop.now()
        self.told("customers/update", row)
        return {"customer": self._person(row), "userErrors": []}

    def upsert(self, given: Node) -> str:
        found = next((p for n in ("email", "phone") if given.get(n) and (p := self._with(n, str(given[n])))), None)
        return found.id if found else self.add(given).id


def _email(address: str) -> Node:
    return {"__typename": "CustomerEmailAddress", "emailAddress": address, "marketingState": "NOT_SUBSCRIBED"}


def _address(given: Node) -> Node:
    names = ("address1", "address2", "city", "provinceCode", "zip", "company")
    made = {name: given.get(name) for name in names}
    return {"__typename": "MailingAddress", **made, "countryCodeV2": given.get("countryCode")}


def _texts(row: Person) -> list[str | None]:
    return [row.held.get(name) for name in ("firstName", "lastName", "email", "phone")]


class Discounts:
    """Code discounts of the basic kind, and free shipping. `used` counts uses; a code used up stays ACTIVE."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.rows: dict[str, tuple[str, SeedDiscount]] = {}
        self.used: dict[str, int] = {}

    def add(self, seed: SeedDiscount) -> None:
        self.rows[seed.code.lower()] = (self.shop.new_id("DiscountCodeNode"), seed)

    def roots(self) -> dict[str, Root]:
        return {"codeDiscountNodeByCode": self.by_code, "codeDiscountNodes": self.listed}

    def by_code(self, args: dict[str, Any], key: str = "") -> Node | None:
        found = self.rows.get(str(args.get("code")).lower())
        return self._node(*found) if found else None

    def listed(self, args: dict[str, Any], key: str = "") -> Node:
        groups = terms(str(args.get("query") or ""))
        search = Search({"status": lambda row, op, value: self._status(row[1]).lower() == value.lower()})
        rows = [row for row in self.rows.values() if search.fits(row, groups)]
        return connection(rows, args, lambda row: self._node(*row), lambda row: ("", number_of(row[0])))

    def _status(self, seed: SeedDiscount) -> str:
        over = seed.expires is not None and seed.expires <= self.shop.platform.clock.now()
        return "EXPIRED" if over else "ACTIVE"

    def _node(self, ident: str, seed: SeedDiscount) -> Node:
        free = seed.kind == "free_shipping"
        made = {
            "__typename": "DiscountCodeFreeShipping" if free else "DiscountCodeBasic",
            "title": seed.code,
            "status": self._status(seed),
            "startsAt": "2020-01-01T00:00:00Z",
            "endsAt": stamp(seed.expires) if seed.expires else None,
            "usageLimit": seed.usage_limit,
            "asyncUsageCount": self.used.get(seed.code.lower(), 0),
            "appliesOncePerCustomer": False,
            "codes": whole([seed.code], lambda code: {"__typename": "DiscountRedeemCode", "code": code}),
            "combinesWith": {"__typename": "DiscountCombinesWith", "orderDiscounts": True, "productDiscounts": True,
                             "shippingDiscounts": False},
            "context": {"__typename": "DiscountBuyerSelectionAll", "all": "ALL"},
            "minimumRequirement": self._minimum(seed),
        }  # fmt: skip
        gets = {} if free else {"customerGets": self._gets(seed)}
        return {"__typename": "DiscountCodeNode", "id": ident, "codeDiscount": {**made, **gets}}

    def _minimum(self, seed: SeedDiscount) -> Node | None:
        if seed.min_spend_minor is None:
            return None
        least = self.shop.money(seed.min_spend_minor)
        return {"__typename": "DiscountMinimumSubtotal", "greaterThanOrEqualToSubtotal": least}

    def _gets(self, seed: SeedDiscount) -> Node:
        value: Node = {"__typename": "DiscountPercentage", "percentage": seed.value / 10_000}
        if seed.kind == "fixed":
            amount = self.shop.money(seed.value)
            value = {"__typename": "DiscountAmount", "appliesOnEachItem": False, "amount": amount}
        items: Node = {"__typename": "AllDiscountItems", "allItems": True}
        if seed.products:
            named = [self.catalog.keys[key] for key in seed.products if key in self.catalog.keys]
            items = {
                "__typename": "DiscountProducts",
                "products": whole(named, self.catalog.shown),
                "productVariants": whole([], lambda one: one),
            }
        return {"__typename": "DiscountCustomerGets", "value": value, "items": items}
