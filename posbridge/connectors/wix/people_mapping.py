"""Wix's contacts, coupons and gift cards in our words, and contacts as they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.wix.reading import (
    DEFAULT_CURRENCY,
    amount,
    drifting,
    e164,
    epoch_ms,
    money,
    number,
    opened,
    texts,
)
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus

NO_NAMES: Mapping[str, str] = {}
_CARD_STATES = {
    "VALID": GiftCardStatus.ACTIVE,
    "EXPIRED": GiftCardStatus.EXPIRED,
    "DISABLED": GiftCardStatus.BLOCKED,
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


# contacts
@drifting
def to_customer(raw: Any) -> Customer:
    """One contact as Wix sends it (v5, v4, v4 in a webhook's own text), also inside `{"contact": …}`."""
    reader = Reader(opened(raw, "contact", "contacts"))
    return _of_v4(reader) if "info" in reader.raw or "primaryInfo" in reader.raw else _of_v5(reader)


def _of_v5(reader: Reader) -> Customer:
    name, email, phone = reader.object("name"), reader.object("email"), reader.object("phone")
    address = _address_of([row.object("address") for row in _chosen_first(reader)])
    country = address.country if address else ""
    return Customer(
        id=reader.id(),
        first_name=one_line(name.text("first")),
        last_name=one_line(name.text("last")),
        company=one_line(reader.object("company").text("name")),
        email=email.text("email").strip(),
        phone=phone.text("e164") or e164(phone.text("phone"), country),
        address=address,
        accepts_marketing=email.object("subscriptionStatus").text("status") == "SUBSCRIBED",
        updated_at=reader.utc("updatedDate"),
        extra=_known(revision=reader.text("revision"), external_id=reader.text("externalId"), api="v5"),
    )


def _chosen_first(reader: Reader) -> list[Reader]:
    """The addresses, the one for the usual first."""
    return sorted(reader.objects("addresses"), key=lambda row: not row.flag("defaultAddress"))


def _of_v4(reader: Reader) -> Customer:
    info, main = reader.object("info"), reader.object("primaryInfo")
    emails, phones = info.object("emails").objects("items"), info.object("phones").objects("items")
    address = _address_of([row.object("address") for row in info.object("addresses").objects("items")])
    first_phone = _primary(phones)
    country = first_phone.text("countryCode") or (address.country if address else "")
    typed = main.text("phone") or first_phone.text("phone")
    return Customer(
        id=reader.id(),
        first_name=one_line(info.object("name").text("first")),
        last_name=one_line(info.object("name").text("last")),
        company=one_line(info.text("company")),
        email=(main.text("email") or _primary(emails).text("email")).strip(),
        phone=first_phone.text("e164Phone") or e164(typed, country),
        address=address,
        tags=tuple(texts(info.object("labelKeys"), "items")),
        updated_at=reader.utc("updatedDate"),
        extra=_known(revision=reader.text("revision"), api="v4"),
    )


def _primary(rows: list[Reader]) -> Reader:
    return next((row for row in rows if row.flag("primary")), rows[0] if rows else Reader({}))


def _address_of(rows: list[Reader]) -> Address | None:
    found = (read_address(row) for row in rows)
    return next((address for address in found if address is not None), None)


def read_address(row: Reader) -> Address | None:
    """An address; the street stands in a line or in pieces. None when it is empty."""
    street = row.object("streetAddress")
    pieces = one_line(f"{street.text('number')} {street.text('name')}")
    places = {
        "line1": one_line(row.text("addressLine") or row.text("addressLine1") or pieces),
        "line2": one_line(row.text("addressLine2") or street.text("apt")),
        "city": one_line(row.text("city")),
        "region": row.text("subdivision"),
        "postcode": row.text("postalCode"),
        "country": row.text("country").upper(),
    }
    return Address(**places) if any(places.values()) else None


def _known(**words: str) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value}


def from_customer(customer: Customer, *, external_id: str = "") -> dict[str, Any]:
    """A contact of v5 with what is filled in; a list of e-mails would be dropped there without an error."""
    names = {"first": customer.first_name, "last": customer.last_name}
    body: dict[str, Any] = {
        "name": {name: value for name, value in names.items() if value},
        "email": {"email": customer.email.strip()} if _EMAIL.fullmatch(customer.email.strip()) else {},
        "phone": {"phone": customer.phone} if customer.phone else {},
        "company": {"name": customer.company} if customer.company else {},
        "addresses": [{"address": sent}] if (sent := from_address(customer.address)) else [],
        "externalId": external_id[:100],
    }
    return {name: value for name, value in body.items() if value}


def from_address(address: Address | None) -> dict[str, str]:
    """An address as it is sent: a region counts only as a code with its country ("US-NY")."""
    if address is None:
        return {}
    country = address.country.upper()
    region = address.region.upper()
    code = region if "-" in region else f"{country}-{region}"
    places = {
        "addressLine": address.line1,
        "addressLine2": address.line2,
        "city": address.city,
        "subdivision": code if _SUBDIVISION.fullmatch(code) else "",
        "postalCode": address.postcode,
        "country": country if re.fullmatch("[A-Z]{2}", country) else "",
    }
    return {name: value for name, value in places.items() if value}


# coupons
@drifting
def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY, categories: Mapping[str, str] = NO_NAMES) -> Discount:
    """One coupon as Wix sends it, also inside `{"coupon": …}`; false and zero members are left out there.

    `categories` gives the names of categories by id. `extra["unsupported"]` says in words what our rules cannot
    reckon; `extra["one_item"]` that it counts for one piece only; `extra["namespace"]` for which app it is.
    """
    reader = Reader(opened(raw, "coupon", "coupons"))
    told = reader.raw.get("specification")
    spec = Reader({"id": reader.object_id, **_unwrapped(told if isinstance(told, Mapping) else reader.raw)})
    kind, odd = _kind(spec)
    scope, unknown = _scope(spec, categories)
    minimum = amount(spec, "minimumSubtotal", currency)
    return Discount(
        id=reader.text("id"),
        code=spec.text("code").strip(),
        name=one_line(spec.text("name")),
        kind=kind,
        percent=number(spec, "percentOffRate") if kind is DiscountKind.PERCENTAGE else None,
        amount=amount(spec, "moneyOffAmount", currency) if kind is DiscountKind.FIXED else None,
        scope=scope,
        minimum_spend=minimum if minimum and minimum.amount > 1 else None,
        starts_at=epoch_ms(spec, "startTime"),
        ends_at=epoch_ms(spec, "expirationTime"),
        usage_limit=spec.integer("usageLimit") or None,
        usage_count=reader.integer("numberOfUsages") or 0,
        per_customer_limit=spec.integer("limitPerCustomer") or None,
        stackable=False,
        active=spec.flag("active"),
        extra=_marks(reader, spec, odd or unknown),
    )


def _unwrapped(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Events wrap values: `{"code": {"value": "FLASH"}}`."""
    return {
        name: value["value"] if isinstance(value, Mapping) and set(value) == {"value"} else value
        for name, value in spec.items()
    }


def _kind(spec: Reader) -> tuple[DiscountKind, str]:
    if spec.raw.get("percentOffRate") is not None:
        return DiscountKind.PERCENTAGE, ""
    if spec.raw.get("moneyOffAmount") is not None:
        return DiscountKind.FIXED, ""
    if spec.flag("freeShipping"):
        return DiscountKind.FREE_SHIPPING, ""
    if spec.raw.get("fixedPriceAmount") is not None:
        return DiscountKind.PRODUCT, "a fixed price"
    if spec.object("buyXGetY").raw:
        return DiscountKind.PRODUCT, "buy some and get some free"
    raise SchemaDrift("Wix has a new kind of coupon.", object_id=spec.object_id)


def _scope(spec: Reader, categories: Mapping[str, str]) -> tuple[Scope, str]:
    """(what it counts for, what of it cannot be judged)."""
    group = spec.object("scope").object("group")
    name, entity = group.text("name"), group.text("entityId")
    if name == "product" and entity:
        return Scope(product_ids=frozenset([entity])), ""
    if name in ("collection", "category") and entity:
        known = categories.get(entity)
        return Scope(categories=frozenset([known or entity])), "" if known else "a category"
    return Scope(), ""


def _marks(reader: Reader, spec: Reader, odd: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "unsupported": odd,
        "one_item": spec.flag("limitedToOneItem"),
        "namespace": spec.object("scope").text("namespace"),
        "expired": reader.flag("expired"),
        "type": spec.text("type"),
    }
    return {name: value for name, value in known.items() if value}


# gift cards
@drifting
def to_gift_card(raw: Any, code: str = "", *, currency: str = DEFAULT_CURRENCY) -> GiftCard:
    """One card: the balance call's answer, or the manager's card, also inside `{"giftCard": …}`.

    Both mask the code: `code` is the one that was asked for.
    """
    reader = Reader(opened(raw, "giftCard", "giftCards"))
    balance = reader.object("balance")
    held = (balance.text("currency") or reader.text("currency")).upper() or currency
    left = money(reader, "balance", held)
    if left is None:
        raise SchemaDrift("The gift card tells no balance.", object_id=reader.object_id)
    shown = reader.text("obfuscatedCode") or reader.text("code")
    return GiftCard(
        id=reader.text("id") or reader.text("externalId") or shown,
        code=code or shown,
        balance=left,
        status=_card_status(reader),
        expires_at=reader.utc("expirationDate"),
        extra=_known(app_id=reader.text("appId"), suffix=reader.text("codeSuffix")),
    )


def _card_status(reader: Reader) -> GiftCardStatus:
    told = reader.text("status")
    if told:
        return _CARD_STATES.get(told, GiftCardStatus.INACTIVE)
    return GiftCardStatus.BLOCKED if reader.text("disabledDate") else GiftCardStatus.ACTIVE
