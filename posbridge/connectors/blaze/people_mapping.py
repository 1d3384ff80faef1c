"""Members of Blaze ↔ customers, and what they may still buy (the contract's facts, sections 3 and 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError as ModelError

from posbridge.connectors.blaze.reading import day, drifted, from_us_day, moment, noon, one, texts, us_day
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Allotment, Customer, Licence, MedicalCard

#: Our categories of a remaining limit with their units. Guess: weights are grams, THC milligrams.
LIMITS = {
    "concentrates": "g", "nonConcentrates": "g", "plants": "piece", "seeds": "piece", "thc": "mg", "max": "g",
}  # fmt: skip
_BLOCKS = {
    "banPatient": "banned", "dlExpired": "licence expired", "recommendationExpired": "recommendation expired",
}  # fmt: skip


def to_customer(raw: Any, *, zone: str = "UTC") -> Customer:
    """A member, alone or in its envelope. Raises SchemaDrift. `extra["blocked"]` says why a sale is refused."""
    reader = Reader(one(raw))
    try:
        return _customer(reader, zone)
    except ModelError as problem:
        raise drifted(problem, reader.object_id) from problem


def _customer(reader: Reader, zone: str) -> Customer:
    return Customer(
        id=reader.id(),
        first_name=one_line(reader.text("firstName")),
        last_name=one_line(reader.text("lastName")),
        email=reader.text("email").strip(),
        phone=e164(reader.text("primaryPhone")),
        address=_address(reader.object("address")),
        tags=texts(reader, "tags"),
        date_of_birth=_birth(reader),
        licence=_licence(reader, zone),
        medical_card=_card(reader, zone),
        accepts_marketing=reader.flag("emailOptIn") or reader.flag("textOptIn"),
        updated_at=moment(reader, "modified"),
        extra=_extra(reader),
    )


def _extra(reader: Reader) -> dict[str, Any]:
    blocked = [words for name, words in _BLOCKS.items() if reader.flag(name)]
    blocked += ["inactive"] if reader.text("status") == "Inactive" else []
    kept: dict[str, Any] = {
        name: text for name in ("consumerUserId", "consumerType", "importId") if (text := reader.text(name))
    }
    points = reader.decimal("loyaltyPoints")
    return (
        kept
        | ({"blocked": blocked} if blocked else {})
        | ({"medical": True} if reader.flag("medical") else {})
        | ({"loyalty_points": f"{points.normalize():f}"} if points else {})
    )


def _birth(reader: Reader) -> date | None:
    """The written day first (no zone can move it), else the epoch time."""
    return from_us_day(reader.text("birthdate")) or day(reader, "dob")


def _licence(reader: Reader, zone: str) -> Licence | None:
    """The newest one with a number; a driving licence before other papers."""
    papers = [each for each in reader.objects("identifications") if each.text("licenseNumber").strip()]
    papers.sort(key=lambda each: (each.text("type") in ("Drivers", ""), each.decimal("expirationDate") or 0))
    if not papers:
        return None
    best = papers[-1]
    return Licence(
        number=best.text("licenseNumber").strip(), region=best.text("state"), expires=day(best, "expirationDate", zone)
    )


def _card(reader: Reader, zone: str) -> MedicalCard | None:
    """The recommendation that is valid longest."""
    papers = [each for each in reader.objects("recommendations") if each.text("recommendationNumber").strip()]
    papers.sort(key=lambda each: each.decimal("expirationDate") or 0)
    if not papers:
        return None
    best = papers[-1]
    return MedicalCard(
        number=best.text("recommendationNumber").strip(),
        region=best.text("state"),
        expires=day(best, "expirationDate", zone),
    )


def _address(reader: Reader) -> Address | None:
    made = Address(
        line1=one_line(reader.text("address")),
        line2=one_line(reader.text("addressLine2")),
        city=one_line(reader.text("city")),
        region=reader.text("state"),
        postcode=reader.text("zipCode"),
        country=reader.text("country"),
    )
    return made if made.line1 or made.city or made.postcode else None


def e164(phone: str) -> str:
    """Ten digits are a number of North America; anything else stays as it is written."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 10:
        return f"+1{digits}"
    return f"+{digits}" if len(digits) == 11 and digits.startswith("1") else phone.strip()


def national(phone: str) -> str:
    """A number as Blaze keeps it: ten digits without the country."""
    digits = re.sub(r"\D", "", phone)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def from_customer(customer: Customer) -> dict[str, Any]:
    """What we say of a customer; a field that is empty here is not named."""
    made: dict[str, Any] = {
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "email": customer.email,
        "primaryPhone": national(customer.phone),
    }
    made = {name: value for name, value in made.items() if value} | {"emailOptIn": customer.accepts_marketing}
    if customer.date_of_birth:
        made |= {"dob": noon(customer.date_of_birth), "birthdate": us_day(customer.date_of_birth)}
    if customer.address:
        made["address"] = _from_address(customer.address)
    if customer.licence:
        made["identifications"] = [_from_licence(customer.licence)]
    if customer.medical_card:
        made |= {"medical": True, "consumerType": "MedicinalState"}
        made["recommendations"] = [_from_card(customer.medical_card)]
    return made


def new_member(customer: Customer) -> dict[str, Any]:
    """MembershipAddRequest: what we know, and our id."""
    plain = {"consumerType": "AdultUse", "medical": False, "textOptIn": False, "enableLoyalty": True}
    return plain | ({"importId": customer.id} if customer.id else {}) | from_customer(customer)


def changed_member(now: Mapping[str, Any], customer: Customer) -> dict[str, Any]:
    """MembershipUpdateRequest: the whole object as it is there, with what we changed (PUT replaces)."""
    said = from_customer(customer)
    for name in ("identifications", "recommendations"):
        if name in said:
            said[name] = _merged(now.get(name), said[name][0])
    if isinstance(now.get("address"), Mapping) and "address" in said:
        said["address"] = {**now["address"], **said["address"]}
    return {**now, **said}


def _merged(held: Any, paper: dict[str, Any]) -> list[Any]:
    """The papers as they are, the one with our number brought up to date, or ours added."""
    key = "licenseNumber" if "licenseNumber" in paper else "recommendationNumber"
    rows = [row for row in held if isinstance(row, Mapping)] if isinstance(held, list) else []
    if any(row.get(key) == paper[key] for row in rows):
        return [{**row, **paper} if row.get(key) == paper[key] else row for row in rows]
    return [*rows, paper]


def _from_address(address: Address) -> dict[str, str]:
    made = {
        "address": address.line1, "addressLine2": address.line2, "city": address.city, "state": address.region,
        "zipCode": address.postcode, "country": address.country,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value}


def _from_licence(licence: Licence) -> dict[str, Any]:
    made: dict[str, Any] = {"licenseNumber": licence.number, "state": licence.region, "type": "Drivers"}
    return made | ({"expirationDate": noon(licence.expires)} if licence.expires else {})


def _from_card(card: MedicalCard) -> dict[str, Any]:
    made: dict[str, Any] = {"recommendationNumber": card.number, "state": card.region}
    return made | ({"expirationDate": noon(card.expires)} if card.expires else {})


def to_allotments(raw: Any, read_at: datetime) -> list[Allotment]:
    """MemberLimit: what is left of each kind; nothing for a kind that it does not name."""
    reader = Reader(raw)
    left = {name: reader.decimal(name) for name in LIMITS}
    return [
        Allotment(category=name, left=number, unit=LIMITS[name], read_at=read_at)
        for name, number in left.items()
        if number is not None
    ]
