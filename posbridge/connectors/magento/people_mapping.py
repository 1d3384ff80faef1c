"""Customers, coupons with their rules, and gift cards → ours; customers back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.magento.catalog_mapping import day
from posbridge.connectors.magento.reading import money, phone, plain_plane, utc
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.gift_card import GiftCard, GiftCardStatus

#: Magento refuses an address without these; a till often has none of them.
UNKNOWN = "-"


def read_customer(raw: Any, country: str = "") -> Customer:
    """A customer; phone and address are those of the default billing address, else of the first."""
    reader = Reader(raw)
    home = _home(reader)
    return Customer(
        id=reader.id(),
        first_name=one_line(reader.text("firstname")),
        last_name=one_line(reader.text("lastname")),
        company=one_line(home.text("company")),
        email=reader.text("email").strip(),
        phone=phone(home.text("telephone"), home.text("country_id") or country),
        address=read_address(home),
        accepts_marketing=reader.object("extension_attributes").flag("is_subscribed"),
        updated_at=utc(reader, "updated_at"),
        extra={"group_id": group} if (group := reader.text("group_id")) not in ("", "1") else {},
    )


def _home(reader: Reader) -> Reader:
    addresses = reader.objects("addresses")
    billing = (entry for entry in addresses if entry.flag("default_billing"))
    return next(billing, addresses[0] if addresses else Reader({}))


def read_address(entry: Reader) -> Address | None:
    """The address, None when nothing but the country is known. `region` is an object on customers, a text on orders."""
    street = [one_line(line) for line in entry.items("street") if isinstance(line, str)]
    region = entry.raw.get("region")
    held = Address(
        line1=_known(street[0]) if street else "",
        line2=", ".join(street[1:]),
        city=_known(one_line(entry.text("city"))),
        region=one_line(entry.object("region").text("region") if isinstance(region, Mapping) else entry.text("region")),
        postcode=_known(entry.text("postcode")),
        country=entry.text("country_id"),
    )
    return held if any((held.line1, held.line2, held.city, held.region, held.postcode)) else None


def _known(text: str) -> str:
    return "" if text == UNKNOWN else text


def from_customer(
    customer: Customer, before: Any = None, *, website_id: int = 1, country: str = "US"
) -> dict[str, Any]:
    """The body of a create or update. `before` is the customer as it stands there: addresses left out of the list
    would be deleted, so all go along, with their ids, and only the default one is changed."""
    body: dict[str, Any] = {
        "email": customer.email,
        "firstname": plain_plane(customer.first_name) or UNKNOWN,
        "lastname": plain_plane(customer.last_name) or UNKNOWN,
        "website_id": website_id,
    }
    known = Reader(before) if before is not None else Reader({})
    body |= {"id": int(known.id())} if before is not None else {}
    addresses = _addresses(customer, known, country)
    return {"customer": {**body, "addresses": addresses} if addresses else body}


def _addresses(customer: Customer, known: Reader, country: str) -> list[dict[str, Any]]:
    there = [_sayable(entry.raw) for entry in known.objects("addresses")]
    if not customer.phone and customer.address is None and not customer.company:
        return there
    at = next((n for n, entry in enumerate(there) if entry.get("default_billing")), 0)
    home = there[at] if there else {"default_billing": True, "default_shipping": True}
    changed = {**home, **from_address(customer, home, country)}
    return [*there[:at], changed, *there[at + 1 :]]


def _sayable(address: Mapping[str, Any]) -> dict[str, Any]:
    """An address as it is sent back: an answer holds nulls in its region, a request may not."""
    region = address.get("region")
    kept = {key: value for key, value in address.items() if value is not None}
    if isinstance(region, Mapping):
        kept["region"] = {key: "" if value is None else value for key, value in region.items()}
    return kept


def from_address(customer: Customer, home: Mapping[str, Any], country: str) -> dict[str, Any]:
    """What Magento requires of an address is filled with what is there, else with "-"."""
    given = customer.address or Address()
    old = Reader(home)
    was = read_address(old) or Address()
    line1 = given.line1 or was.line1 or UNKNOWN
    made: dict[str, Any] = {
        "firstname": plain_plane(customer.first_name) or UNKNOWN,
        "lastname": plain_plane(customer.last_name) or UNKNOWN,
        "street": [plain_plane(line) for line in (line1, given.line2) if line],
        "city": plain_plane(given.city or was.city) or UNKNOWN,
        "postcode": given.postcode or was.postcode or UNKNOWN,
        "country_id": given.country or old.text("country_id") or country,
        "telephone": customer.phone or old.text("telephone") or UNKNOWN,
    }
    made |= {"company": plain_plane(customer.company)} if customer.company else {}
    if given.region and given.region != was.region:
        made |= {"region": {"region": plain_plane(given.region), "region_code": "", "region_id": 0}, "region_id": 0}
    return made


def read_gift_card(raw: Any, currency: str, code: str = "") -> GiftCard:
    """An account of Adobe Commerce as a Cloud Service, the answer of the balance query, or a bare balance.

    Sources: the contract's section 8; Open Source has none.
    """
    if isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        raw = {"code": code, "balance": raw}
    reader = _card_in(raw)
    balance = reader.raw.get("balance")
    inner = reader.object("balance") if isinstance(balance, Mapping) else None
    held = (inner.text("currency") if inner else "").upper() or currency
    amount = money(inner, "value", held) if inner else money(reader, "balance", held)
    if amount is None:
        raise SchemaDrift("The gift card says no balance.", object_id=reader.object_id)
    return GiftCard(
        id=reader.text("account_id") or reader.text("code") or code,
        code=reader.text("code") or code,
        balance=amount,
        status=_card_status(reader),
        expires_at=_card_end(reader),
    )


def _card_in(raw: Any) -> Reader:
    reader = Reader(raw)
    for key in ("data", "giftCardAccount", "giftcardAccount"):
        if isinstance(reader.raw.get(key), Mapping):
            reader = reader.object(key)
    if reader.raw.get("giftCardAccount", reader) is None:
        raise SchemaDrift("The shop does not know this gift card.")
    return Reader(reader.raw, "account_id")


def _card_status(reader: Reader) -> GiftCardStatus:
    if reader.integer("state") == 3:
        return GiftCardStatus.EXPIRED
    return GiftCardStatus.INACTIVE if reader.raw.get("status") in (0, "0", False) else GiftCardStatus.ACTIVE


def _card_end(reader: Reader) -> datetime | None:
    text = reader.text("date_expires") or reader.text("expiration_date")
    return day(text, "UTC", reader.object_id) + timedelta(days=1) - timedelta(seconds=1) if text else None
