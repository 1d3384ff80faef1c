"""Contacts (v5) and coupons of the simulated site."""

from __future__ import annotations

import re
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.seed import SeedCustomer, SeedDiscount
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.wix.errors import Refused, invalid, not_found
from posbridge.sandbox.wix.shop import Obj, Shop, asked_of, at, fits, json_text, remembered

_ROOM, _COUPONS = "/contacts/v5/contacts", "/stores/v2/coupons"
_FIELDS = ("id", "email.email", "phone.phone", "externalId", "createdDate", "updatedDate")
_COUPON_FIELDS = ("id", "expired", "specification.active", "specification.name", "specification.code")
_KNOWN = ("name", "email", "phone", "company", "addresses", "externalId", "locale")
_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


class Contacts:
    """Contacts by id. An e-mail address or number belongs to one of them; unknown members are dropped in silence."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}

    def routes(self) -> list[Route]:
        return [
            ("POST", _ROOM, self.create),
            ("POST", f"{_ROOM}/query", self.query),
            ("POST", f"{_ROOM}/search", self.search),
            ("POST", f"{_ROOM}/find-matching", self.find_matching),
            ("GET", f"{_ROOM}/{{id}}", lambda call: Reply(body={"contact": self._row(call)})),
            ("PATCH", f"{_ROOM}/{{id}}", self.patch),
        ]

    def seed(self, customer: SeedCustomer) -> None:
        names = {"first": customer.given_name, "last": customer.family_name}
        self.add({"name": names, "email": {"email": customer.email}, "phone": {"phone": customer.phone}})

    def _row(self, call: Call) -> Obj:
        if call.params["id"] not in self.rows:
            raise not_found()
        return self.rows[call.params["id"]]

    def create(self, call: Call) -> Reply:
        given = call.json().get("contact")
        if not isinstance(given, dict):
            raise Refused(400, "Expected an object")
        return Reply(body={"contact": self.add(given)})

    def add(self, given: Obj) -> Obj:
        if not any(
            (at(given, "name.first"), at(given, "name.last"), at(given, "email.email"), at(given, "phone.phone"))
        ):
            raise invalid("contact", "must have a name, an e-mail or a phone")
        self._check(given, "")
        now, ident = self.shop.stamp(), self.shop.new_id("contact")
        self.rows[ident] = {
            "id": ident, "revision": "1", "createdDate": now, "updatedDate": now, "externalId": None, "addresses": [],
            **_taken(given),
        }  # fmt: skip
        return self.rows[ident]

    def _check(self, given: Obj, but: str) -> None:
        for place, row in enumerate(given.get("addresses") or []):
            code = at(row, "address.subdivision")
            if code and not _SUBDIVISION.fullmatch(code):
                raise invalid(f"contact.addresses[{place}].address.subdivision", "is not a valid subdivision code")
        for path in ("email.email", "phone.phone"):
            twin = self._with(path, at(given, path))
            if twin is not None and twin["id"] != but:
                data = {"duplicateContactId": twin["id"]}
                raise Refused(409, "Duplicate contact exists", "DUPLICATE_CONTACT_EXISTS", data)

    def _with(self, path: str, value: Any) -> Obj | None:
        wanted = str(value or "").casefold()
        found = (row for row in self.rows.values() if str(at(row, path) or "").casefold() == wanted)
        return next(found, None) if wanted else None

    def patch(self, call: Call) -> Reply:
        """The newest revision is wanted."""
        row, given = self._row(call), call.json().get("contact") or {}
        if given.get("revision") != row["revision"]:
            raise Refused(409, "The revision does not match the current one", "ABORTED")
        self._check(given, row["id"])
        row.update({**_taken(given), "revision": str(int(row["revision"]) + 1), "updatedDate": self.shop.stamp()})
        return Reply(body={"contact": row})

    def query(self, call: Call) -> Reply:
        asked = asked_of(call.json())
        found = [row for row in self.rows.values() if fits(row, asked.get("filter"), _FIELDS)]
        return self._page(found, asked)

    def search(self, call: Call) -> Reply:
        asked = asked_of(call.json(), "search")
        words = str(at(asked, "search.expression") or "").casefold()
        return self._page([row for row in self.rows.values() if words in _searched(row)], asked)

    def _page(self, rows: list[Obj], asked: Obj) -> Reply:
        shown, paging = self.shop.page(
            rows, asked.get("cursorPaging"), lambda row: (row["updatedDate"], row["id"]), again=remembered(asked)
        )
        return Reply(body={"contacts": shown, "pagingMetadata": paging})

    def find_matching(self, call: Call) -> Reply:
        body = call.json()
        for name, path in (("externalId", "externalId"), ("email", "email.email"), ("phone", "phone.phone")):
            if body.get(name):
                found = self._with(path, body[name])
                return Reply(body={"contacts": [found] if found else []})
        raise invalid("externalId", "one of externalId, email and phone must be given")


def _taken(given: Obj) -> Obj:
    """What is kept of a request. A list of e-mails is not."""
    made = {name: given[name] for name in _KNOWN if given.get(name) is not None}
    if made.get("phone"):
        typed = str(made["phone"].get("phone", ""))
        made["phone"] = {"phone": typed, **({"e164": "+" + re.sub(r"\D", "", typed)} if typed.startswith("+") else {})}
    return made


def _searched(row: Obj) -> str:
    names = (at(row, "name.first"), at(row, "name.last"), at(row, "email.email"))
    return " ".join(str(name or "") for name in names).casefold()


class Coupons:
    """Coupons by id, as old as the first stores: filters are JSON as text, times epoch milliseconds."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}

    def routes(self) -> list[Route]:
        return [("POST", f"{_COUPONS}/query", self.query), ("GET", f"{_COUPONS}/{{id}}", self.get)]

    def seed(self, discount: SeedDiscount, products: dict[str, str]) -> None:
        """A coupon counts for one product, or for one category, at most; of several the whole store is meant."""
        spec: Obj = {"name": discount.code, "code": discount.code, "startTime": "1554066000000", "active": True,
                     "limitedToOneItem": False}  # fmt: skip
        if discount.min_spend_minor:
            spec["minimumSubtotal"] = self._number(discount.min_spend_minor)
        else:
            spec["scope"] = {"namespace": "stores"}
        if len(discount.products) == 1:
            spec["scope"] = {
                "namespace": "stores",
                "group": {"name": "product", "entityId": products[discount.products[0]]},
            }
        kinds = {
            "percent": {"percentOffRate": discount.value / 100, "type": "PercentOff"},
            "fixed": {"moneyOffAmount": self._number(discount.value), "type": "MoneyOff"},
            "free_shipping": {"freeShipping": True, "type": "FreeShipping"},
        }
        spec |= kinds[discount.kind]
        spec |= {"usageLimit": discount.usage_limit} if discount.usage_limit else {}
        spec |= {"expirationTime": str(int(discount.expires.timestamp() * 1000))} if discount.expires else {}
        ident = self.shop.new_id("coupon")
        self.rows[ident] = {"id": ident, "specification": spec, "numberOfUsages": 0, "dateCreated": "1554066000000"}

    def _number(self, minor: int) -> float:
        return float(self.shop.money(minor)["amount"])

    def use(self, code: str) -> None:
        """Somebody used it online. KeyError for an unknown code."""
        {row["specification"]["code"]: row for row in self.rows.values()}[code]["numberOfUsages"] += 1

    def _shown(self, row: Obj) -> Obj:
        """Zero and false members are left out."""
        ends = row["specification"].get("expirationTime")
        over = bool(ends) and int(ends) < self.shop.clock.seconds() * 1000
        made = {**row, "expired": over}
        return {name: value for name, value in made.items() if value not in (0, False)}

    def query(self, call: Call) -> Reply:
        query = call.json().get("query") or {}
        condition = json_text(query.get("filter"), "query.filter")
        found = [self._shown(row) for row in self.rows.values() if fits(row, condition, _COUPON_FIELDS)]
        paging = query.get("paging") or {}
        size, offset = paging.get("limit", 100), paging.get("offset", 0)
        if not 1 <= size <= 100:
            raise invalid("query.paging.limit", "must be from 1 to 100")
        shown = found[offset : offset + size]
        return Reply(body={"coupons": shown, "totalResults": len(found)} if shown else {"totalResults": len(found)})

    def get(self, call: Call) -> Reply:
        if call.params["id"] not in self.rows:
            raise not_found()
        return Reply(body={"coupon": self._shown(self.rows[call.params["id"]])})
