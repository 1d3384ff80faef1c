"""Customers of a simulated Flowhub account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from posbridge.sandbox.flowhub.answers import Obj, day_asked, page_of, refused, stamp, within
from posbridge.sandbox.flowhub.shop import Shop, ident
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import SeedCustomer
from posbridge.sandbox.wire import Call, Reply

_NEEDED = ("birthDate", "name", "state", "type")
_KEPT = (
    *_NEEDED, "email", "phone", "streetAddress1", "streetAddress2", "city", "zip", "medId", "medIdExpiration",
    "stateId", "stateIdExpiration", "consentsToPromotionalEmail", "consentsToPromotionalSMS",
)  # fmt: skip


@dataclass
class Person:
    """A customer and when it was made and changed."""

    row: Obj
    made: datetime
    changed: datetime


class People:
    """The calls of chapter 6 of the contract's facts."""

    def __init__(self, platform: SimulatedPlatform, shop: Shop) -> None:
        self._platform, self._shop = platform, shop
        self.rows: dict[str, Person] = {}
        for number, customer in enumerate(shop.seed.customers):
            self._keep(ident("customer", customer.key), _seeded(customer, number))

    def routes(self) -> list[Route]:
        return [
            ("GET", "/v1/customers/findByPhoneNumber", self.by_phone),
            ("GET", "/v1/customers/", self.listed),
            ("GET", "/v1/customers/{id}", lambda call: Reply(body=self._shown(self._get(call)))),
            ("POST", "/v1/customer", self.create),
            ("PUT", "/v1/customer/{id}", self.update),
        ]

    def by_phone(self, call: Call) -> Reply:
        """The one with that number; digits are compared."""
        wanted = _digits(call.query.get("phone_number", ""))
        for person in self.rows.values():
            if wanted and _digits(person.row.get("phone", "")) == wanted:
                return Reply(body=self._shown(person))
        raise refused(404, "customer not found")

    def listed(self, call: Call) -> Reply:
        """Guess: an array."""
        made = day_asked(call, "created_after"), day_asked(call, "created_before")
        changed = day_asked(call, "updated_after"), day_asked(call, "updated_before")
        zone = self._shop.seed.timezone
        people = [one for one in self.rows.values() if within(one.made, zone, *made)]
        found = [self._shown(one) for one in people if within(one.changed, zone, *changed)]
        return Reply(body=page_of(call, found))

    def create(self, call: Call) -> Reply:
        body = self._checked(call)
        made = ident("customer", f"new {self._platform.next_id('customer')}")
        return Reply(body=self._shown(self._keep(made, body)))

    def update(self, call: Call) -> Reply:
        """Sent fields replace; others stay."""
        person, body = self._get(call), self._checked(call)
        person.row.update(body)
        person.changed = self._shop.clock.now()
        return Reply(body=self._shown(person))

    def _checked(self, call: Call) -> Obj:
        body = call.json()
        if call.query.get("store_id") != self._shop.location:
            raise refused(400, "store_id is required")
        missing = [name for name in _NEEDED if not isinstance(body.get(name), str) or not body[name].strip()]
        if missing:
            raise refused(400, f"{missing[0]} is required")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", body["birthDate"]):
            raise refused(400, "birthDate must be in format yyyy-mm-dd")
        return {name: body[name] for name in _KEPT if name in body}

    def _get(self, call: Call) -> Person:
        if call.params["id"] not in self.rows:
            raise refused(404, "customer not found")
        return self.rows[call.params["id"]]

    def _keep(self, key: str, row: Obj) -> Person:
        now = self._shop.clock.now()
        self.rows[key] = Person({"id": key, **row}, now, now)
        return self.rows[key]

    def _shown(self, person: Person) -> Obj:
        """As Flowhub shows it: the telephone number dressed up."""
        number = _digits(person.row.get("phone", ""))
        dressed = f"({number[:3]}) {number[3:6]}-{number[6:]}" if len(number) == 10 else person.row.get("phone", "")
        return {
            "isLoyal": False, "loyaltyPoints": 0, "country": "US", "groups": [], **person.row, "phone": dressed,
            "createdAt": stamp(person.made), "updatedAt": stamp(person.changed),
        }  # fmt: skip


def _digits(phone: str) -> str:
    number = re.sub(r"\D", "", phone)
    return number[1:] if len(number) == 11 and number.startswith("1") else number


def _seeded(customer: SeedCustomer, number: int) -> Obj:
    """The seed knows no birthdays: everybody is born in the eighties; each fifth is a patient."""
    patient = number % 5 == 4
    papers = {"medId": f"CO-{number:06d}", "medIdExpiration": "2030-12-31"} if patient else {}
    return {
        "birthDate": f"198{number % 10}-0{1 + number % 9}-1{number % 10}",
        "name": f"{customer.given_name} {customer.family_name}",
        "state": "CO",
        "type": "medCustomer" if patient else "recCustomer",
        "email": customer.email,
        "phone": _digits(customer.phone),
        **papers,
    }
