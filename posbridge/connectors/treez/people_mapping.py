"""Customers and discounts → ours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import phonenumbers

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.connectors.treez.reading import CURRENCY, day, drifting, exact, listed, moment, single, words
from posbridge.domain.customer import Address, Customer, Licence, MedicalCard
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import Money

#: Phones stand there without punctuation and without a country (facts, 6).
REGION = "US"
_MERGED_AWAY = "merged_into_customer_id"
#: `method` of the discount service; BOGO and bundles only Treez itself can reckon.
_METHODS = {"PERCENT": DiscountKind.PERCENTAGE, "DOLLAR": DiscountKind.FIXED}


@drifting
def to_customer(raw: Any) -> Customer:
    """One customer, also in the envelope. Links to pictures of cards are signed and run out: they are not kept."""
    reader = Reader(single(raw), "customer_id")
    return Customer(
        id=reader.id("customer_id"),
        first_name=words(reader, "first_name"),
        last_name=words(reader, "last_name"),
        email=words(reader, "email"),
        phone=e164(words(reader, "phone")),
        address=_place(reader),
        note=_note(reader),
        tags=_groups(reader),
        date_of_birth=day(reader, "birthday"),
        licence=_licence(reader),
        medical_card=_card(reader),
        accepts_marketing=reader.raw.get("opt_out") is False,
        updated_at=moment(reader, "last_update"),
        extra=_extra(reader),
    )


def _licence(reader: Reader) -> Licence | None:
    number = words(reader, "drivers_license")
    return Licence(number=number, expires=day(reader, "drivers_license_expiration")) if number else None


def _card(reader: Reader) -> MedicalCard | None:
    number = words(reader, "state_medical_id")
    return MedicalCard(number=number, expires=day(reader, "permit_expiration")) if number else None


def _note(reader: Reader) -> str:
    text = plain_text(reader.text("notes"))
    return "" if text.casefold() == "n/a" else text


def _groups(reader: Reader) -> tuple[str, ...]:
    """Groups were only seen empty: texts, or objects with a name."""
    rows = reader.items("customer_groups")
    names = [row.get("name") if isinstance(row, Mapping) else row for row in rows]
    return listed(Reader({"names": [name for name in names if isinstance(name, str)]}), "names")


def _place(reader: Reader) -> Address | None:
    rows = reader.objects("addresses")
    row = next((row for row in rows if row.raw.get("primary") is True), rows[0] if rows else None)
    if row is None:
        return None
    made = Address(
        line1=words(row, "street1"),
        line2=words(row, "street2"),
        city=words(row, "city"),
        region=words(row, "state"),
        postcode=words(row, "zipcode"),
        country=REGION if words(row, "street1") or words(row, "city") else "",
    )
    return None if made == Address() else made


def _extra(reader: Reader) -> dict[str, Any]:
    held: dict[str, Any] = {
        "status": words(reader, "status"),
        "verification": words(reader, "verification_status"),
        "patient_type": words(reader, "patient_type"),
        "merged_into": reader.text(_MERGED_AWAY),
        "banned": reader.raw.get("banned") is True,
        "caregiver": reader.raw.get("is_caregiver") is True,
        "middle_name": words(reader, "middle_name"),
    }
    return {key: value for key, value in held.items() if value}


def is_gone(customer: Customer) -> bool:
    """DEACTIVATED and absorbed by another; MERGED is the one that lives on (facts, 6)."""
    return customer.extra.get("status") == "DEACTIVATED" and bool(customer.extra.get("merged_into"))


def e164(text: str) -> str:
    """A number as E.164 where it can be read, else as typed."""
    typed = one_line(text)
    try:
        number = phonenumbers.parse(typed, REGION)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(phone: str) -> str:
    """As Treez takes it: ten digits without country; "" for one of another country or none at all."""
    digits = "".join(c for c in phone if c.isdecimal() and c.isascii())
    digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    return digits if len(digits) == 10 and digits[0] not in "01" else ""


def from_customer(customer: Customer) -> dict[str, Any]:
    """The body of a customer: only what is known, so that a PATCH wipes nothing. Names of fields are v2's (guess)."""
    card, licence = customer.medical_card, customer.licence
    body: dict[str, Any] = {
        "first_name": customer.first_name or customer.company,
        "last_name": customer.last_name,
        "email": customer.email.strip(),
        "phone": national(customer.phone),
        "birthday": customer.date_of_birth and customer.date_of_birth.isoformat(),
        "drivers_license": licence and licence.number,
        "drivers_license_expiration": licence and licence.expires and licence.expires.isoformat(),
        "state_medical_id": card and card.number,
        "permit_expiration": card and card.expires and card.expires.isoformat(),
    }
    return {key: value for key, value in body.items() if value}


@drifting
def to_discount(raw: Any, *, currency: str = CURRENCY) -> Discount:
    """One discount of the discount service, whose amounts are texts ("30.0000"). What only Treez can reckon
    (two for one, bundles, conditions) says so in `extra["ask"]`."""
    reader = Reader(single(raw))
    method = words(reader, "method").upper()
    kind, amount = _METHODS.get(method, DiscountKind.FIXED), exact(reader, "amount")
    return Discount(
        id=reader.id(),
        code=_code(reader),
        name=words(reader, "displayTitle") or words(reader, "title"),
        kind=kind,
        percent=_percent(reader, amount) if kind is DiscountKind.PERCENTAGE else None,
        amount=Money.parse(amount, currency, rounding="half_up") if method == "DOLLAR" and amount is not None else None,
        stackable=reader.flag("isStackable"),
        active=reader.flag("isActive", True),
        automatic=not reader.flag("requireCoupon") and not reader.flag("isManual"),
        extra=_asks(reader, method),
    )


def _percent(reader: Reader, amount: Decimal | None) -> Decimal:
    if amount is None or not 0 <= amount <= 100:
        raise SchemaDrift("A discount of that many percent is none.", object_id=reader.object_id)
    return amount


def _code(reader: Reader) -> str:
    """The shape of a coupon was never seen: a text, or an object with a `code` (guess)."""
    for row in reader.items("coupons"):
        found = row.get("code") if isinstance(row, Mapping) else row
        if isinstance(found, str) and found.strip():
            return one_line(found)
    return ""


def _asks(reader: Reader, method: str) -> dict[str, Any]:
    conditions = reader.object("conditions").raw
    held = [key for key in ("bogoConditions", "bundleConditions") if conditions.get(key)]
    held += [key for key in ("collections", "collectionsRequired", "customerGroups", "schedule") if reader.raw.get(key)]
    held += [] if method in _METHODS else [method or "method"]
    made: dict[str, Any] = {"ask": ", ".join(held)} if held else {}
    return made | ({"whole_sale": True} if reader.flag("isCart") else {})
