"""Members and consumers of a simulated Blaze shop."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from posbridge.sandbox.blaze.answers import Obj, Refused, between_ms, ident, ms, page
from posbridge.sandbox.blaze.shop import Shop
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import SeedCustomer
from posbridge.sandbox.wire import Call, Reply

GUEST = ident("consumer", "guest")
LIMITS = {"concentrates": 8.0, "nonConcentrates": 28.5, "plants": 6.0, "seeds": 12.0, "max": 28.5, "thc": 1000.0}


class People:
    """The calls of chapter 6 of the contract's facts."""

    def __init__(self, platform: SimulatedPlatform, shop: Shop) -> None:
        self._platform, self._shop = platform, shop
        self.rows: dict[str, Obj] = {}
        self.consumers: dict[str, Obj] = {GUEST: {"id": GUEST, "firstName": "Guest", "anonymous": True, "active": True}}
        for number, customer in enumerate(shop.seed.customers):
            self._keep(ident("member", customer.key), seeded(customer, number))

    def routes(self) -> list[Route]:
        root = "/api/v1/partner"
        return [
            ("GET", f"{root}/members", self.listed),
            ("POST", f"{root}/members", self.create),
            ("GET", f"{root}/members/search/phone", self.by_phone),
            ("GET", f"{root}/members/search", self.by_licence),
            ("GET", f"{root}/members/email/{{email}}", self.by_email),
            ("GET", f"{root}/members/{{id}}/limits/remaining", self.limits),
            ("GET", f"{root}/members/{{id}}", lambda call: Reply(body=self._get(call))),
            ("PUT", f"{root}/members/{{id}}", self.replace),
            ("GET", f"{root}/user/find", self.find_consumer),
            ("GET", f"{root}/user/{{id}}", self.consumer),
        ]

    def listed(self, call: Call) -> Reply:
        asked = between_ms(call, needed=False)
        rows = [row for row in self.rows.values() if asked is None or asked[0] <= row["modified"] <= asked[1]]
        return page(call, rows)

    def by_phone(self, call: Call) -> Reply:
        wanted = _digits(call.query.get("phoneNumber", ""))
        if not wanted:
            raise Refused(400, "phoneNumber is required")
        return Reply(body={"values": [row for row in self.rows.values() if _digits(row["primaryPhone"]) == wanted]})

    def by_licence(self, call: Call) -> Reply:
        """Guess: a part of the number is enough, so who asks has to compare."""
        wanted = call.query.get("licenceNumber", "").casefold()
        return Reply(body={"values": [row for row in self.rows.values() if wanted and _has(row, wanted)]})

    def by_email(self, call: Call) -> Reply:
        wanted = call.params["email"].casefold()
        for row in self.rows.values():
            if str(row.get("email", "")).casefold() == wanted:
                return Reply(body=row)
        raise Refused(404, "Member not found")

    def limits(self, call: Call) -> Reply:
        self._get(call)
        return Reply(body={"consumerType": "AdultUse", "state": "CA", "duration": 1, **LIMITS})

    def create(self, call: Call) -> Reply:
        body = call.json()
        if not body.get("firstName"):
            raise Refused(400, "firstName is required")
        return Reply(body=self._keep(ident("member", f"new {self._platform.next_id('member')}"), body))

    def replace(self, call: Call) -> Reply:
        """What is not sent is gone."""
        row, body = self._get(call), call.json()
        if not body.get("firstName"):
            raise Refused(400, "firstName is required")
        return Reply(body=self._keep(row["id"], {**body, "created": row["created"]}))

    def find_consumer(self, call: Call) -> Reply:
        wanted = call.query.get("email", "").casefold()
        for row in self.consumers.values():
            if wanted and str(row.get("email", "")).casefold() == wanted:
                return Reply(body=row)
        raise Refused(404, "Consumer not found")

    def consumer(self, call: Call) -> Reply:
        if call.params["id"] not in self.consumers:
            raise Refused(404, "Consumer not found")
        return Reply(body=self.consumers[call.params["id"]])

    def _get(self, call: Call) -> Obj:
        if call.params["id"] not in self.rows:
            raise Refused(404, "Member not found")
        return self.rows[call.params["id"]]

    def _keep(self, key: str, row: Obj) -> Obj:
        now = ms(self._shop.clock.now())
        plain = {"status": "Active", "banPatient": False, "loyaltyPoints": 0.0, "primaryPhone": "", "email": None}
        self.rows[key] = {"created": now, **plain, **row, "id": key, "shopId": self._shop.id, "modified": now}
        return self.rows[key]


def _digits(phone: object) -> str:
    number = re.sub(r"\D", "", str(phone or ""))
    return number[1:] if len(number) == 11 and number.startswith("1") else number


def _has(row: Obj, wanted: str) -> bool:
    papers = row.get("identifications") or []
    return any(wanted in str(paper.get("licenseNumber", "")).casefold() for paper in papers)


def seeded(customer: SeedCustomer, number: int) -> Obj:
    """The seed knows no birthdays: everybody is born in the eighties; each fifth is a patient."""
    born = datetime(1980 + number % 10, 1 + number % 12, 1 + number % 28, 12, tzinfo=UTC)
    ends = ms(datetime(2030, 12, 31, 12, tzinfo=UTC))
    patient = number % 5 == 4
    card = [{"recommendationNumber": f"CA-{number:06d}", "state": "CA", "expirationDate": ends}] if patient else []
    return {
        "firstName": customer.given_name, "lastName": customer.family_name, "email": customer.email,
        "primaryPhone": _digits(customer.phone), "dob": ms(born), "birthdate": born.strftime("%m/%d/%Y"),
        "consumerType": "MedicinalState" if patient else "AdultUse", "medical": patient, "recommendations": card,
        "identifications": [
            {"licenseNumber": f"D{1000000 + number}", "state": "CA", "type": "Drivers", "expirationDate": ends}
        ],
    }  # fmt: skip
