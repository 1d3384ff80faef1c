"""Customers, discount codes and gift cards ↔ ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.shopify import rest_shape
from posbridge.connectors.shopify.reading import ident, minor, money, readers, tags
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus

_NAMELESS = "DiscountCode"


def read_customer(raw: Any) -> Customer:
    """A customer as queried or as a webhook sends it; phones are E.164 as Shopify keeps them."""
    reader = Reader(rest_shape.customer(raw) if rest_shape.is_rest(raw) else raw)
    first, last = one_line(reader.text("firstName")), one_line(reader.text("lastName"))
    if not (first or last) and (shown := one_line(reader.text("displayName"))) and "@" not in shown:
        first, _, last = shown.partition(" ")
    email = reader.object("defaultEmailAddress")
    consent = email.text("marketingState") == "SUBSCRIBED" or reader.flag("acceptsMarketing")
    return Customer(
        id=ident(reader, "Customer"),
        first_name=first,
        last_name=last,
        company=one_line(reader.object("defaultAddress").text("company")),
        email=(email.text("emailAddress") or reader.text("email")).strip(),
        phone=(reader.object("defaultPhoneNumber").text("phoneNumber") or reader.text("phone")).strip(),
        address=_address(reader.object("defaultAddress")),
        note=reader.text("note"),
        tags=tags(reader),
        accepts_marketing=consent,
        updated_at=reader.utc("updatedAt"),
    )


def _address(reader: Reader) -> Address | None:
    made = Address(
        line1=one_line(reader.text("address1")),
        line2=one_line(reader.text("address2")),
        city=one_line(reader.text("city")),
        region=reader.text("provinceCode") or one_line(reader.text("province")),
        postcode=reader.text("zip").strip(),
        country=reader.text("countryCodeV2") or one_line(reader.text("country")),
    )
    return made if any(made.model_dump().values()) else None


def from_customer(customer: Customer) -> dict[str, Any]:
    """The input of customerCreate and customerUpdate; what is empty is left as it is there."""
    made: dict[str, Any] = {
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
        "note": customer.note,
        "tags": list(customer.tags),
    }
    return {name: value for name, value in made.items() if value}


# discount codes
def read_discount(raw: Any, code: str = "") -> Discount:
    """A code discount: the node (`codeDiscount` inside) or the discount itself. `code` as typed, if the answer does
    not repeat it. Rules that the till cannot reckon are named in `extra["unsupported"]`."""
    outer = Reader(raw)
    inner = next((outer.object(k) for k in ("codeDiscount", "discount") if outer.raw.get(k) is not None), outer)
    inner.object_id = outer.object_id
    gets = inner.object("customerGets")
    value = gets.object("value")
    kind, percent, amount = _value(inner, value)
    minimum, unsupported = inner.object("minimumRequirement"), _unsupported(inner)
    title = one_line(inner.text("title"))
    return Discount(
        id=outer.text("id"),
        code=code or _code(inner) or title,
        name=title,
        kind=kind,
        percent=percent,
        amount=amount,
        scope=_scope(gets.object("items")),
        minimum_spend=money(minimum, "greaterThanOrEqualToSubtotal", "USD"),
        minimum_quantity=minimum.decimal("greaterThanOrEqualToQuantity"),
        starts_at=inner.utc("startsAt"),
        ends_at=inner.utc("endsAt"),
        usage_limit=inner.integer("usageLimit"),
        usage_count=inner.integer("asyncUsageCount") or 0,
        per_customer_limit=1 if inner.flag("appliesOncePerCustomer") else None,
        customer_ids=frozenset(one.text("id") for one in readers(inner.object("context"), "customers")),
        stackable=_stackable(inner),
        active=inner.text("status", "ACTIVE") != "EXPIRED" or inner.raw.get("endsAt") is not None,
        extra={"unsupported": unsupported} if unsupported else {},
    )


def _code(inner: Reader) -> str:
    return next((row.text("code") for row in readers(inner, "codes")), "")


def _value(inner: Reader, value: Reader) -> tuple[DiscountKind, Decimal | None, Any]:
    """A discount's own percentage is a share: 0.1 is ten percent."""
    if inner.text("__typename").endswith("FreeShipping"):
        return DiscountKind.FREE_SHIPPING, None, None
    share = value.decimal("percentage")
    if share is not None:
        return DiscountKind.PERCENTAGE, min(abs(share) * 100, Decimal(100)), None
    off = money(value, "amount", "USD")
    return (DiscountKind.PRODUCT if value.flag("appliesOnEachItem") else DiscountKind.FIXED), None, off


def _unsupported(inner: Reader) -> str:
    """The rule that only Shopify can reckon; "" when the till can reckon all."""
    kind = inner.text("__typename")
    if kind in ("DiscountCodeBxgy", "DiscountCodeApp"):
        return kind
    return "segments" if inner.object("context").text("__typename") == "DiscountCustomerSegments" else ""


def _scope(items: Reader) -> Scope:
    return Scope(
        product_ids=frozenset(one.text("id") for one in readers(items, "products")),
        variant_ids=frozenset(one.text("id") for one in readers(items, "productVariants")),
        categories=frozenset(_collection(one) for one in readers(items, "collections")),
    )


def _collection(one: Reader) -> str:
    """Products carry the names of their collections; a collection without its name keeps its id."""
    return one_line(one.text("title")) or one.text("id")


def _stackable(inner: Reader) -> bool:
    together = inner.raw.get("combinesWith")
    if together is None:
        return True
    reader = inner.object("combinesWith")
    return reader.flag("orderDiscounts") or reader.flag("productDiscounts")


def discount_rows(raw: Any) -> list[Any]:
    """The discounts of an answer: nodes of a list, or the one that was looked up; [] when the code is unknown."""
    if not isinstance(raw, Mapping):
        raise SchemaDrift("A discount was expected.")
    if raw.get("codeDiscount") is not None or raw.get("discount") is not None or _is_discount(raw):
        return [raw]
    found: list[Any] = []
    for key, value in raw.items():
        if key in ("extensions", "pageInfo"):
            continue
        inner = value if isinstance(value, list) else [value]
        for row in inner:
            found += discount_rows(row) if isinstance(row, Mapping) else []
    return found


def _is_discount(raw: Mapping[str, Any]) -> bool:
    return str(raw.get("__typename", "")).startswith(_NAMELESS)


# gift cards
def read_gift_card(raw: Any, code: str = "", currency: str = "USD") -> GiftCard:
    """A card; Shopify never says the whole code, so it is the typed one, else its last characters."""
    reader = Reader(raw)
    balance = money(reader, "balance", currency)
    if balance is None:
        raise SchemaDrift("The gift card says no balance.", object_id=reader.object_id)
    ends = _day_end(reader)
    return GiftCard(
        id=ident(reader, "GiftCard"),
        code=code or reader.text("lastCharacters"),
        balance=balance,
        status=_card_status(reader, ends),
        expires_at=ends,
        customer_id=reader.object("customer").text("id"),
        extra={"initial": start} if (start := minor(reader, "initialValue", currency)) is not None else {},
    )


def _day_end(reader: Reader) -> datetime | None:
    """`expiresOn` is the last day on which the card counts."""
    text = reader.text("expiresOn")
    if not text:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(23, 59, 59), UTC)
    except ValueError as problem:
        raise SchemaDrift(f"{text!r} is not a day.", object_id=reader.object_id) from problem


def _card_status(reader: Reader, ends: datetime | None) -> GiftCardStatus:
    if not reader.flag("enabled", True) or reader.text("deactivatedAt"):
        return GiftCardStatus.INACTIVE
    if reader.raw.get("isRedeemable") is False:
        return GiftCardStatus.EXPIRED if ends is not None else GiftCardStatus.BLOCKED
    return GiftCardStatus.ACTIVE
