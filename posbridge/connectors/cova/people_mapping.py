"""Customers of COVA's CRM in our words. Neither phone nor e-mail is unique there."""

from __future__ import annotations

from datetime import date
from typing import Any

import phonenumbers

from posbridge.connectors.cova.reading import day, drifting, first, listed, opened
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer

#: Categories and types of contact methods, by a public client (third party).
PHONE, EMAIL = (1, 3), (2, 9)
#: A person, by the same client.
PERSON = 2
_ADDRESS_TYPE = 2
_ADDRESS = {
    "line1": "StreetAddress1", "line2": "StreetAddress2", "city": "Locality", "region": "StateCode",
    "postcode": "PostalCode", "country": "CountryCode",
}  # fmt: skip


@drifting
def to_customer(raw: Any) -> Customer:
    """One customer: of CustomerFull, of a search, or a sale's. Raises SchemaDrift."""
    reader = Reader(opened(raw, "customer", "results"))
    addresses = reader.objects("addresses")
    address = _address(_chosen(addresses))
    name = _name(reader)
    contacts = [row for row in reader.objects("contactmethods") if one_line(row.text("value"))]
    email = _contact(contacts, EMAIL) or next((a.text("email") for a in addresses if a.text("email")), "")
    phone = _contact(contacts, PHONE) or next((a.text("phone") for a in addresses if a.text("phone")), "")
    return Customer(
        id=reader.id("id"),
        first_name=name[0],
        last_name=name[1],
        email=email.strip(),
        phone=e164(phone, address.country if address else ""),
        address=address,
        note=one_line(reader.text("notes")),
        date_of_birth=day(reader, ("dateofbirth",)),
        accepts_marketing=bool(email) and reader.raw.get("donotcontact") is False,
        updated_at=reader.utc("lastmodifieddateutc", naive_is_utc=True),
        extra=_extra(reader),
    )


def to_customers(raw: Any) -> list[Customer]:
    """The answer of a search, a list, or one customer."""
    return [to_customer(row) for row in listed(raw, "results")]


def _name(reader: Reader) -> tuple[str, str]:
    given, family = one_line(reader.text("primaryname")), one_line(reader.text("familyname"))
    if given or family:
        return given, family
    whole, _, last = first(reader, ("fullname",)).rpartition(" ")
    return (whole, last) if whole else (last, "")


def _extra(reader: Reader) -> dict[str, Any]:
    said = {"number": first(reader, ("number",)), "medical": first(reader, ("medicalinformation",)),
            "unique_identifier": first(reader, ("uniqueidentifier",))}  # fmt: skip
    return {name: value for name, value in said.items() if value}


def _chosen(rows: list[Reader]) -> Reader | None:
    return next((row for row in rows if row.flag("default")), rows[0] if rows else None)


def _address(row: Reader | None) -> Address | None:
    """`Zip` is a number in one sample: it counts only where there is no `PostalCode`."""
    if row is None:
        return None
    parts = {ours: one_line(row.text(theirs.casefold())) for ours, theirs in _ADDRESS.items()}
    parts["postcode"] = parts["postcode"] or one_line(row.text("zip"))
    return Address(**parts) if any(parts.values()) else None


def reached_by(raw: Any, kind: tuple[int, int]) -> set[str]:
    """Every number (as E.164) or address (in small letters) that a customer has, the default one or not."""
    reader = Reader(opened(raw, "customer"))
    rows = [row for row in reader.objects("contactmethods") if row.integer("contactmethodcategoryid") == kind[0]]
    key = "phone" if kind == PHONE else "email"
    found = [*(row.text("value") for row in rows), *(row.text(key) for row in reader.objects("addresses"))]
    return {e164(text) if kind == PHONE else text.strip().casefold() for text in found if text.strip()}


def _contact(rows: list[Reader], kind: tuple[int, int]) -> str:
    """The default one of its category, else the first."""
    mine = [row for row in rows if row.integer("contactmethodcategoryid") == kind[0]]
    chosen = _chosen(mine)
    return one_line(chosen.text("value")) if chosen is not None else ""


def e164(number: str, country: str = "") -> str:
    """A phone number with plus and digits only, where it can be told (Canada and the USA share a plan)."""
    number = one_line(number)
    try:
        parsed = phonenumbers.parse(number, country.upper() if len(country) == 2 else "US")
    except phonenumbers.NumberParseException:
        return number
    if not number.startswith("+") and not phonenumbers.is_possible_number(parsed):
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def national(phone: str) -> str:
    """The digits as a counter in Canada or the USA types them: "+15141112222" → "5141112222"."""
    digits = "".join(letter for letter in phone if letter.isdecimal())
    return digits[1:] if phone.startswith("+1") and len(digits) == 11 else digits


def from_customer(customer: Customer, *, unique_identifier: str = "") -> dict[str, Any]:
    """The body of CustomerFull."""
    body: dict[str, Any] = {
        "Addresses": [_from_address(customer.address)] if customer.address is not None else [],
        "ContactMethods": _contacts(customer),
        "CustomerTypeId": PERSON,
        "PrimaryName": customer.first_name or customer.company or customer.last_name,
        "FamilyName": customer.last_name if customer.first_name or customer.company else None,
        "DateOfBirth": _birth(customer.date_of_birth),
        "Disabled": False,
        "DoNotContact": not customer.accepts_marketing,
    }
    return body | ({"UniqueIdentifier": unique_identifier} if unique_identifier else {})


def _birth(born: date | None) -> str | None:
    return None if born is None else f"{born.isoformat()}T00:00:00+00:00"


def _from_address(address: Address) -> dict[str, Any]:
    parts = {theirs: getattr(address, ours) or None for ours, theirs in _ADDRESS.items()}
    return {"AddressTypeId": _ADDRESS_TYPE, "Default": True, "DoNotContact": False, **parts}


def _contacts(customer: Customer) -> list[dict[str, Any]]:
    given = ((EMAIL, customer.email), (PHONE, national(customer.phone)))
    return [
        {"ContactMethodCategoryId": kind[0], "ContactMethodTypeId": kind[1], "Value": value,
         "DoNotContact": not customer.accepts_marketing, "Default": True}
        for kind, value in given if value
    ]  # fmt: skip
