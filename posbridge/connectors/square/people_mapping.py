"""Customers, discounts and gift cards of Square in our words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.square.reading import DEFAULT_CURRENCY, drifting, listed, money, opened, texts
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

_ADDRESS = {
    "line1": "address_line_1", "line2": "address_line_2", "city": "locality",
    "region": "administrative_district_level_1", "postcode": "postal_code", "country": "country",
}  # fmt: skip
_CARD_STATES = {"ACTIVE": GiftCardStatus.ACTIVE, "BLOCKED": GiftCardStatus.BLOCKED}
_KINDS = {"FIXED_PERCENTAGE": DiscountKind.PERCENTAGE, "VARIABLE_PERCENTAGE": DiscountKind.PERCENTAGE}


@drifting
def to_customer(raw: Any) -> Customer:
    """One customer as Square sends it, also inside `{"customer": …}`."""
    reader = Reader(opened(raw, "customer", "customers"))
    address = reader.object("address")
    preferences = reader.object("preferences")
    places = {ours: one_line(address.text(theirs)) for ours, theirs in _ADDRESS.items()}
    email = reader.text("email_address").strip()
    return Customer(
        id=reader.id(),
        first_name=one_line(reader.text("given_name") or reader.text("nickname")),
        last_name=one_line(reader.text("family_name")),
        company=one_line(reader.text("company_name")),
        email=email,
        phone=e164(reader.text("phone_number"), places["country"]),
        address=Address(**places) if any(places.values()) else None,
        note=reader.text("note").strip(),
        tags=tuple(texts(reader, "group_ids")),
        accepts_marketing=bool(email) and not preferences.flag("email_unsubscribed", True),
        updated_at=reader.utc("updated_at"),
        extra={"version": reader.integer("version"), "reference": reader.text("reference_id")},
    )


def e164(number: str, country: str = "") -> str:
    """A phone number with plus and digits only, where it can be told; else as it stands."""
    number = number.strip()
    try:
        parsed = phonenumbers.parse(number, country.upper() or "US")
    except phonenumbers.NumberParseException:
        return number
    if not number.startswith("+") and not phonenumbers.is_valid_number(parsed):
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def from_customer(customer: Customer) -> dict[str, Any]:
    """The fields of CreateCustomer and UpdateCustomer. Square needs a name, a company, an e-mail or a phone."""
    made: dict[str, Any] = {
        "given_name": customer.first_name[:300],
        "family_name": customer.last_name[:300],
        "company_name": customer.company[:500],
        "email_address": customer.email[:254],
        "phone_number": customer.phone,
        "note": customer.note,
    }
    if customer.address is not None:
        pairs = ((theirs, getattr(customer.address, ours)) for ours, theirs in _ADDRESS.items())
        made["address"] = {name: value for name, value in pairs if value}
    return {name: value for name, value in made.items() if value}


@drifting
def to_gift_card(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> GiftCard:
    """One gift card as Square sends it, also inside `{"gift_card": …}`. Only ACTIVE ones pay.

    An activity tells of its card too: number and balance, as they were after it.
    """
    reader = Reader(opened(raw, "gift_card", "gift_cards", "gift_card_activity", "gift_card_activities"))
    if reader.text("gift_card_id"):
        return GiftCard(
            id=reader.text("gift_card_id"),
            code=reader.text("gift_card_gan"),
            balance=money(reader, "gift_card_balance_money", currency) or Money.zero(currency),
        )
    customers = texts(reader, "customer_ids")
    return GiftCard(
        id=reader.id(),
        code=reader.text("gan"),
        balance=money(reader, "balance_money", currency) or Money.zero(currency),
        status=_CARD_STATES.get(reader.text("state") or "ACTIVE", GiftCardStatus.INACTIVE),
        customer_id=customers[0] if customers else "",
        extra={"state": reader.text("state"), "type": reader.text("type"), "source": reader.text("gan_source")},
    )


@dataclass
class Rules:
    """Pricing rules by the discount they give, their product sets, and the categories' names."""

    rules: dict[str, list[Reader]] = field(default_factory=dict)
    sets: dict[str, Reader] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    discounts: list[Any] = field(default_factory=list)

    def add(self, raw: Any) -> None:
        """Remembers one catalog object that is not deleted. Raises SchemaDrift."""
        reader = Reader(raw)
        if reader.flag("is_deleted"):
            return
        kind = reader.text("type")
        if kind == "PRICING_RULE":
            self.rules.setdefault(reader.object("pricing_rule_data").text("discount_id"), []).append(reader)
        elif kind == "PRODUCT_SET":
            self.sets[reader.id()] = reader
        elif kind == "CATEGORY":
            self.categories[reader.id()] = one_line(reader.object("category_data").text("name"))
        elif kind == "DISCOUNT":
            self.discounts.append(raw)


@drifting
def to_discount(
    raw: Any, *, related: Iterable[Any] = (), zone: str = "UTC", currency: str = DEFAULT_CURRENCY
) -> Discount:
    """One discount of the catalog; its name is the code. Also inside an envelope, or a lone pricing rule.

    The first pricing rule among `related` (or in the same page) that gives it adds dates (in the location's `zone`),
    the minimum spend and the goods. What cannot be checked stands in `extra["unchecked"]`.
    """
    rules = Rules()
    beside = raw.get("related_objects") if isinstance(raw, Mapping) else None
    objects = listed(raw, "objects", "object", "catalog_object")
    for one in [*objects, *(beside if isinstance(beside, list) else []), *related]:
        rules.add(one)
    first = next((one for one in objects if _type(one) == "DISCOUNT"), None)
    if first is None:
        first = next((one for one in objects if _type(one) == "PRICING_RULE"), None)
    if first is None and objects:
        first = objects[0]
    if first is None:
        raise SchemaDrift("There is no discount in it.")
    if _type(first) == "PRICING_RULE":
        return _rule_alone(first, rules, zone)
    return discount_of(first, rules, zone, currency)


def _type(raw: Any) -> str:
    return str(raw.get("type") or "") if isinstance(raw, Mapping) else ""


@drifting
def discount_of(raw: Any, rules: Rules, zone: str, currency: str = DEFAULT_CURRENCY) -> Discount:
    """A DISCOUNT with the first of its rules."""
    reader = Reader(raw)
    data = reader.object("discount_data")
    kind = _KINDS.get(data.text("discount_type"), DiscountKind.FIXED)
    if not data.text("discount_type") and data.text("percentage"):
        kind = DiscountKind.PERCENTAGE
    name = data.text("name").strip()
    found = rules.rules.get(reader.id(), [])
    return Discount(
        id=reader.id(),
        code=name,
        name=name,
        kind=kind,
        percent=data.decimal("percentage") if kind is DiscountKind.PERCENTAGE else None,
        amount=money(data, "amount_money", currency) if kind is DiscountKind.FIXED else None,
        maximum=money(data, "maximum_amount_money", currency),
        active=not reader.flag("is_deleted"),
        **_limits(found[0] if found else None, rules, zone, _own(reader, data, len(found))),
    )


def _own(reader: Reader, data: Reader, rules: int) -> dict[str, Any]:
    extra: dict[str, Any] = {
        "pin_required": data.flag("pin_required"),
        "variable": data.text("discount_type").startswith("VARIABLE"),
        "after_tax": data.text("modify_tax_basis") == "DO_NOT_MODIFY_TAX_BASIS",
        "version": reader.integer("version"),
        "rules": rules if rules > 1 else None,
        "present_at": _places(reader),
    }
    return {name: value for name, value in extra.items() if value not in (None, False, [])}


def _places(reader: Reader) -> list[str]:
    return [] if reader.flag("present_at_all_locations", True) else texts(reader, "present_at_location_ids") or ["-"]


def _rule_alone(raw: Any, rules: Rules, zone: str) -> Discount:
    """A pricing rule without the discount that it gives: its limits are known, its size is not."""
    reader = Reader(raw)
    data = reader.object("pricing_rule_data")
    return Discount(
        id=data.text("discount_id") or reader.id(),
        name=data.text("name"),
        kind=DiscountKind.FIXED,
        automatic=True,
        **_limits(reader, rules, zone, {"rule": reader.id()}),
    )


def _limits(rule: Reader | None, rules: Rules, zone: str, extra: dict[str, Any]) -> dict[str, Any]:
    if rule is None:
        return {"extra": extra}
    data = rule.object("pricing_rule_data")
    chosen = rules.sets.get(data.text("match_products_id"))
    excluded = rules.sets.get(data.text("exclude_products_id"))
    products = chosen.object("product_set_data") if chosen else Reader({})
    unchecked = [name for name in ("time_period_ids", "customer_group_ids_any") if data.items(name)]
    known = products.flag("all_products") or products.items("product_ids_any") or products.items("product_ids_all")
    if data.text("match_products_id") and not known:
        unchecked.append("match_products_id")
    return {
        "scope": _scope(products, excluded, rules),
        "minimum_spend": money(data, "minimum_order_subtotal_money"),
        "minimum_quantity": products.decimal("quantity_exact") or products.decimal("quantity_min"),
        "starts_at": _moment(data, "valid_from", zone, time.min),
        "ends_at": _moment(data, "valid_until", zone, time.max),
        "extra": extra | ({"unchecked": unchecked} if unchecked else {}),
    }


def _scope(products: Reader, excluded: Reader | None, rules: Rules) -> Scope:
    """A set's ids may be of items, variations or categories: all are looked for."""
    wanted = frozenset(texts(products, "product_ids_any") + texts(products, "product_ids_all"))
    left_out = excluded.object("product_set_data") if excluded else Reader({})
    unwanted = frozenset(texts(left_out, "product_ids_any") + texts(left_out, "product_ids_all"))
    return Scope(
        product_ids=wanted,
        variant_ids=wanted,
        categories=_named(wanted, rules),
        excluded_product_ids=unwanted,
        excluded_categories=_named(unwanted, rules),
    )


def _named(ids: frozenset[str], rules: Rules) -> frozenset[str]:
    return frozenset(rules.categories[key] for key in ids if key in rules.categories)


def _moment(data: Reader, name: str, zone: str, default: time) -> datetime | None:
    day = data.text(f"{name}_date")
    if not day:
        return None
    try:
        said = data.text(f"{name}_local_time")
        local = datetime.combine(datetime.fromisoformat(day).date(), time.fromisoformat(said) if said else default)
        return local.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError, OSError) as problem:
        raise SchemaDrift(f"{day!r} is not a day.", object_id=data.object_id) from problem
