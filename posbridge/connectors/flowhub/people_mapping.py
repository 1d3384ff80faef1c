"""Customers both ways (the contract's facts, section 6)."""

from __future__ import annotations

import re
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.flowhub.reading import day, first_of, words
from posbridge.connectors.text import Reader, exact, one_line
from posbridge.domain.customer import Address, Customer, Licence, MedicalCard

ENVELOPES = ("customers", "data", "customer")
REC, MED = "recCustomer", "medCustomer"


def to_customer(raw: Any) -> Customer:
    """A customer as Flowhub sends it, alone or in an envelope. Raises SchemaDrift."""
    reader = Reader(exact(first_of(raw, *ENVELOPES)))
    first, last = split_name(reader.text("name"))
    region = reader.text("state").strip()
    return Customer(
        id=reader.id(),
        first_name=first,
        last_name=last,
        email=reader.text("email").strip(),
        phone=e164(reader.text("phone")),
        address=_address(reader),
        tags=words(reader.items("groups")),
        date_of_birth=day(reader, "birthDate"),
        licence=_licence(reader, region),
        medical_card=_medical_card(reader, region),
        accepts_marketing=reader.flag("consentsToPromotionalEmail") or reader.flag("consentsToPromotionalSMS"),
        updated_at=reader.utc("updatedAt", naive_is_utc=True),
        extra={"type": reader.text("type")} if reader.text("type") else {},
    )


def split_name(name: str) -> tuple[str, str]:
    """Flowhub has one field for the name: the first word is taken as the first name."""
    first, _, last = one_line(name).partition(" ")
    return first, last


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def national(phone: str) -> str:
    """The ten digits that Flowhub searches by: a number of the United States without its country's 1."""
    number = digits(phone)
    return number[1:] if len(number) == 11 and number.startswith("1") else number


def e164(phone: str) -> str:
    """Flowhub writes "(555) 123-4567"; ten digits are a number of the United States. What is none stays as it is."""
    number = national(phone)
    if len(number) == 10:
        return f"+1{number}"
    return f"+{digits(phone)}" if phone.strip().startswith("+") and digits(phone) else phone.strip()


def _address(reader: Reader) -> Address | None:
    made = Address(
        line1=one_line(reader.text("streetAddress1")),
        line2=one_line(reader.text("streetAddress2")),
        city=one_line(reader.text("city")),
        region=reader.text("state").strip(),
        postcode=reader.text("zip").strip(),
        country=reader.text("country").strip(),
    )
    return None if made == Address() else made


def _licence(reader: Reader, region: str) -> Licence | None:
    """Guess: read back under the names by which it is written."""
    number = reader.text("stateId").strip()
    return Licence(number=number, region=region, expires=day(reader, "stateIdExpiration")) if number else None


def _medical_card(reader: Reader, region: str) -> MedicalCard | None:
    number = reader.text("medId").strip()
    return MedicalCard(number=number, region=region, expires=day(reader, "medIdExpiration")) if number else None


def from_customer(customer: Customer, *, state: str = "", known: dict[str, Any] | None = None) -> dict[str, Any]:
    """The body of a create, or of an update over `known` (the customer as Flowhub has it); `state` is the store's.

    Raises ValidationError where Flowhub would have too little: it needs a date of birth and a state.
    """
    before = known or {}
    born = customer.date_of_birth.isoformat() if customer.date_of_birth else str(before.get("birthDate") or "")[:10]
    address = customer.address or Address()
    home = address.region.strip().upper()
    region = home if re.fullmatch("[A-Z]{2}", home) else str(before.get("state") or "") or state
    if not born:
        raise ValidationError("Flowhub keeps no customer without a date of birth.", next_step="Ask for it first.")
    if not region:
        raise ValidationError("Flowhub keeps no customer without a state.", next_step="Give the two letters of it.")
    body = {
        "birthDate": born,
        "name": customer.name or str(before.get("name") or ""),
        "state": region,
        "type": MED if customer.medical_card else str(before.get("type") or REC),
        "email": customer.email,
        "phone": national(customer.phone),
        "streetAddress1": address.line1,
        "streetAddress2": address.line2,
        "city": address.city,
        "zip": address.postcode,
        **_papers(customer),
    }
    made: dict[str, Any] = {name: value for name, value in body.items() if value}
    if known is None or customer.accepts_marketing:
        made["consentsToPromotionalEmail"] = customer.accepts_marketing
    return made


def _papers(customer: Customer) -> dict[str, str]:
    card, licence = customer.medical_card, customer.licence
    return {
        "medId": card.number if card else "",
        "medIdExpiration": card.expires.isoformat() if card and card.expires else "",
        "stateId": licence.number if licence else "",
        "stateIdExpiration": licence.expires.isoformat() if licence and licence.expires else "",
    }
