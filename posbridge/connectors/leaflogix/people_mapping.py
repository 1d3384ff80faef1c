"""Customers, discounts and points of Leaflogix in our words."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.leaflogix.reading import (
    DEFAULT_CURRENCY,
    day,
    drifting,
    e164,
    listed,
    money,
    national,
    number,
    one,
)
from posbridge.connectors.text import Reader, exact, one_line
from posbridge.domain.customer import Address, Customer, MedicalCard
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: States of a customer that staff must see.
_MARKED = ("banned", "hold", "cancelled")
ACTIVE = "Active"


@drifting
def to_customer(raw: Any) -> Customer:
    """One customer as Leaflogix sends it (of a list, the first). Banned and held ones are tagged so."""
    raw = one(exact(raw))
    row = Reader(raw, "customerId" if isinstance(raw, dict) and "customerId" in raw else "customerID")
    first, last = one_line(row.text("firstName")), one_line(row.text("lastName"))
    status, card = one_line(row.text("status")), one_line(row.text("mmjidNumber"))
    groups = [one_line(group) for group in row.items("discountGroups") if isinstance(group, str)]
    return Customer(
        id=row.id("customerId" if "customerId" in row.raw else "customerID"),
        first_name=first or ("" if last else one_line(row.text("name"))),
        last_name=last,
        email=row.text("emailAddress").strip(),
        phone=e164(row.text("cellPhone") or row.text("phone")),
        address=_address(row),
        note=row.text("notes").strip(),
        tags=tuple(dict.fromkeys([*([status] if status.casefold() in _MARKED else []), *filter(None, groups)])),
        date_of_birth=day(row, "dateOfBirth"),
        medical_card=MedicalCard(number=card, expires=day(row, "mmjidExpirationDate")) if card else None,
        accepts_marketing=row.flag("optedIntoMarketing"),
        updated_at=row.utc("lastModifiedDateUTC", naive_is_utc=True),
        extra=_customer_extra(row, status),
    )


def _address(row: Reader) -> Address | None:
    places = {
        "line1": row.text("address1"), "line2": row.text("address2"), "city": row.text("city"),
        "region": row.text("state"), "postcode": row.text("postalCode"),
    }  # fmt: skip
    clean = {name: one_line(value) for name, value in places.items()}
    return Address(**clean) if any(clean.values()) else None


def _customer_extra(row: Reader, status: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "status": status,
        "type": one_line(row.text("customerType")),
        "loyalty_member": row.flag("isLoyaltyMember"),
        "loyalty_tier": one_line(row.text("loyaltyTier")),
        "merged_into": row.text("mergedIntoCustomerId"),
        "external_id": row.text("externalCustomerId"),
        "anonymous": row.flag("isAnonymous"),
        "match": one_line(row.text("matchType")),
        "other_phone": e164(row.text("phone")) if row.text("cellPhone").strip() and row.text("phone").strip() else "",
    }
    return {name: value for name, value in known.items() if value}


def from_customer(customer: Customer, *, customer_type: str = "Recreational", key: str = "") -> dict[str, Any]:
    """The body of /customer/customer; with an id it changes that customer, and only what is filled in.

    Raises ValidationError when a field that Leaflogix asks of everybody is missing: it is never made up.
    """
    address = customer.address or Address()
    asked = {
        "firstName": customer.first_name or customer.company, "address1": address.line1, "city": address.city,
        "state": address.region, "postalCode": address.postcode,
    }  # fmt: skip
    missing = [name for name, value in asked.items() if not value]
    if missing:
        raise ValidationError(
            f"Leaflogix takes no customer without {', '.join(missing)}.", next_step="Fill in the name and the address."
        )
    said = str(customer.extra.get("status") or ACTIVE), str(customer.extra.get("type") or customer_type)
    body: dict[str, Any] = {**asked, "status": said[0], "customerType": said[1], "lastName": customer.last_name}
    body |= {"address2": address.line2, "phone": national(customer.phone), "emailAddress": customer.email}
    body |= {"notes": customer.note, **_papers(customer), "idempotencyKey": key}
    if customer.id.isdigit():
        body["customerId"] = int(customer.id)
    return {name: value for name, value in body.items() if value}


def _papers(customer: Customer) -> dict[str, str]:
    """Date of birth, licence and medical card."""
    made: dict[str, str] = {}
    if customer.date_of_birth is not None:
        made["dateOfBirth"] = _midnight(customer.date_of_birth)
    if customer.licence is not None:
        made["driversLicenseID"] = customer.licence.number
        if customer.licence.expires is not None:
            made["driversLicenseExpiration"] = _midnight(customer.licence.expires)
    if customer.medical_card is not None:
        made["mmjidNumber"] = customer.medical_card.number
        if customer.medical_card.expires is not None:
            made["mmjidExpirationDate"] = _midnight(customer.medical_card.expires)
    return made


def _midnight(at: Any) -> str:
    return f"{at.isoformat()}T00:00:00Z"


@drifting
def to_points(raw: Any) -> dict[str, Decimal]:
    """The points of each customer out of the nightly snapshot, by customer id."""
    rows = [Reader(row, "customerId") for row in listed(exact(raw))]
    return {row.id("customerId"): number(row, "loyaltyBalance") or Decimal(0) for row in rows}


def to_gift_card(raw: Any) -> GiftCard:
    """Raises Unsupported: Leaflogix shows its gift cards to no program."""
    raise Unsupported("Leaflogix has no gift cards for programs.", next_step="Take the card at Leaflogix's till.")


# discounts
@drifting
def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> Discount:
    """One discount of the list (of a list, the first). What the till cannot check stands in `extra["unchecked"]`."""
    row = Reader(one(exact(raw)))
    reward = row.object("reward")
    kind, percent, amount = _worth(reward, currency)
    code = row.text("discountCode").strip()
    scope, odd = _scope([reward, *row.objects("constraints")])
    spend, pieces, strange = _thresholds(row, currency)
    unchecked = [*odd, *strange, *_unchecked(row, reward, kind is None)]
    return Discount(
        id=row.id(),
        code=code,
        name=one_line(row.text("onlineName") or row.text("discountDescription")) or code,
        kind=kind or DiscountKind.FIXED,
        percent=percent,
        amount=amount,
        scope=scope,
        minimum_spend=spend,
        minimum_quantity=pieces,
        starts_at=row.utc("validDateFrom", naive_is_utc=True),
        ends_at=row.utc("validDateTo", naive_is_utc=True),
        usage_limit=_limit(row, "maxRedemptions"),
        per_customer_limit=_limit(row, "redemptionLimit"),
        stackable=row.flag("canStackAutomatically", True) or bool(code),
        active=row.flag("isActive", True),
        automatic=not code,
        extra={"days": _days(row), "hours": _hours(row), "unchecked": unchecked},
    )


def _limit(row: Reader, key: str) -> int | None:
    found = row.integer(key)
    return found if found and found > 0 else None


def _worth(reward: Reader, currency: str) -> tuple[DiscountKind | None, Decimal | None, Money | None]:
    """Kind and value by the word of the method; no list of the words is published (guess)."""
    word = reward.text("calculationMethod").casefold()
    value = number(reward, "discountValue")
    if value is None or value < 0:
        return None, None, None
    if "percent" in word:
        percent = percent_of(value)
        return (DiscountKind.PERCENTAGE, percent, None) if percent <= 100 else (None, None, None)
    if "amount" in word or "off" in word:
        kind = DiscountKind.PRODUCT if reward.flag("applyToOnlyOneItem") else DiscountKind.FIXED
        return kind, None, money(reward, "discountValue", currency)
    return None, None, None


def percent_of(value: Decimal) -> Decimal:
    """A percent value as 10 for ten percent: at most 1 is taken for a share of one (guess)."""
    return value * 100 if value <= 1 else value


def _scope(parts: list[Reader]) -> tuple[Scope, list[str]]:
    """The goods that restrictions name: products and categories; other kinds cannot be checked here."""
    named: dict[str, set[str]] = {"product": set(), "category": set(), "no product": set(), "no category": set()}
    odd: list[str] = []
    for part in parts:
        for kind, rule in part.object("restrictions").raw.items():
            inner = Reader({"rule": rule}).object("rule")
            ids = inner.items("restrictionIds") or inner.items("ids")
            name = ("no " if inner.flag("isExclusion") else "") + str(kind).casefold()
            if name == "product" or name == "no product":
                named[name].update(str(each) for each in ids)
            elif ids or inner.raw:
                odd.append(str(kind))
    scope = Scope(product_ids=frozenset(named["product"]), excluded_product_ids=frozenset(named["no product"]))
    return scope, odd


def _thresholds(row: Reader, currency: str) -> tuple[Money | None, Decimal | None, list[str]]:
    spend, pieces, odd = None, None, []
    for part in row.objects("constraints"):
        least = number(part, "thresholdMin")
        if not part.flag("hasThreshold") or least is None or least <= 0:
            continue
        word = part.text("thresholdType").casefold()
        if any(said in word for said in ("spend", "amount", "price", "subtotal")):
            spend = money(part, "thresholdMin", currency)
        elif any(said in word for said in ("quantity", "count", "item", "number")):
            pieces = least
        else:
            odd.append(word or "threshold")
    return spend, pieces, odd


def _unchecked(row: Reader, reward: Reader, unknown: bool) -> list[str]:
    said = {
        reward.text("calculationMethod") or "no method": unknown,
        "first visit": bool(row.integer("firstTimeCustomerOnly")),
        "groups": bool(row.items("restrictToGroupIds")),
        "bundle": row.flag("isBundledDiscount"),
        "payment": bool(row.object("paymentRestrictions").raw),
    }
    return [name for name, counts in said.items() if counts]


def _days(row: Reader) -> list[int]:
    """The weekdays on which it counts, Monday is 0; empty for every day."""
    said = [at for at, name in enumerate(_DAYS) if row.raw.get(name) is not False]
    return [] if len(said) == len(_DAYS) else said or [-1]


def _hours(row: Reader) -> list[str]:
    """From and until when it counts each day, by the store's clock; empty for all day."""
    start, end = row.raw.get("startTime"), row.raw.get("endTime")
    if not isinstance(start, str) or not isinstance(end, str) or not start or not end:
        return []
    try:
        return [time.fromisoformat(start).isoformat(), time.fromisoformat(end).isoformat()]
    except ValueError as problem:
        raise SchemaDrift("The hours of the discount cannot be read.") from problem


def counts_at(discount: Discount, local: datetime) -> bool:
    """Whether weekday and hour (of the store's clock) are the discount's."""
    days, hours = discount.extra.get("days") or [], discount.extra.get("hours") or []
    if days and local.weekday() not in days:
        return False
    return not hours or time.fromisoformat(hours[0]) <= local.time() <= time.fromisoformat(hours[1])
