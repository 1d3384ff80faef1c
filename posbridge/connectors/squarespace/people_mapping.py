"""Squarespace's contacts and discounts in our words, and contacts back."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.errors import SchemaDrift, Unsupported
from posbridge.connectors.squarespace.reading import DEFAULT_CURRENCY, drifting, e164, money, number, opened, texts
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard

_PLACES = {
    "line1": "line1", "line2": "line2", "city": "city", "region": "region", "postcode": "postalCode",
    "country": "countryCode",
}  # fmt: skip
_LEGACY = {**_PLACES, "line1": "address1", "line2": "address2", "region": "state"}
BUY_X_GET_Y = "BUY_X_GET_Y"
_KINDS = {
    "PERCENTAGE": DiscountKind.PERCENTAGE,
    "FIXED_AMOUNT": DiscountKind.FIXED,
    "FREE_SHIPPING": DiscountKind.FREE_SHIPPING,
    "BUY_X_GET_Y_PERCENTAGE": DiscountKind.PERCENTAGE,
    "BUY_X_GET_Y_FIXED_AMOUNT": DiscountKind.PRODUCT,
}
_NO_CARDS = "Squarespace lets no program look at gift cards."
CARDS_STEP = "Look the card up in Squarespace under Selling > Gift Cards, and deduct the amount there by hand."


@drifting
def to_customer(raw: Any) -> Customer:
    """One contact as Squarespace sends it, also inside `{"contact": …}`; a legacy profile too.

    A phone number exists only in the default address of the address book.
    """
    reader = Reader(opened(raw, "contact", "contacts", "profile", "profiles", "data"))
    mail, entry = reader.object("primaryEmail"), reader.object("defaultShippingAddress")
    legacy = reader.object("address")
    home, names = (legacy, _LEGACY) if legacy.raw else (entry.object("address"), _PLACES)
    places = {ours: one_line(home.text(theirs)) for ours, theirs in names.items()}
    known = {"address_id": entry.text("id"), "locale": reader.text("locale")}
    return Customer(
        id=reader.id(),
        first_name=one_line(reader.text("firstName")),
        last_name=one_line(reader.text("lastName")),
        email=(mail.text("email") or reader.text("email")).strip(),
        phone=e164(home.text("phoneNumber") or home.text("phone"), places["country"]),
        address=Address(**places) if any(places.values()) else None,
        accepts_marketing=_accepts(reader, mail),
        extra={name: value for name, value in known.items() if value},
    )


def _accepts(reader: Reader, mail: Reader) -> bool:
    told = mail.raw.get("acceptsMarketing", reader.raw.get("acceptsMarketing"))
    if isinstance(told, bool):
        return told
    return mail.object("acceptsMarketing").flag("acceptsMarketing")


def from_customer(customer: Customer, *, locale: str = "en-US") -> dict[str, Any]:
    """The body that makes a contact: all four members are wanted there."""
    return {
        "firstName": customer.first_name or customer.company,
        "lastName": customer.last_name,
        "locale": str(customer.extra.get("locale") or locale),
        "primaryEmail": {"email": customer.email.strip(), "acceptsMarketing": customer.accepts_marketing},
    }


def from_changes(customer: Customer) -> dict[str, Any]:
    """The merge patch of a contact: what is filled in; an empty field is left as it is there."""
    body: dict[str, Any] = {"firstName": customer.first_name, "lastName": customer.last_name}
    if customer.email.strip():
        body["primaryEmail"] = {"email": customer.email.strip(), "acceptsMarketing": customer.accepts_marketing}
    return {name: value for name, value in body.items() if value}


def from_address(customer: Customer, *, country: str = "") -> dict[str, Any] | None:
    """The entry of the address book that carries phone and address; None when there is neither.

    A country is wanted there: the customer's, else `country` (the shop's).
    """
    address = customer.address or Address()
    places = {theirs: getattr(address, ours) for ours, theirs in _PLACES.items()}
    if not customer.phone and not any(places.values()):
        return None
    places["countryCode"] = (address.country or country).upper()
    known = {**places, "firstName": customer.first_name, "lastName": customer.last_name, "phoneNumber": customer.phone}
    return {"address": {name: value for name, value in known.items() if value}, "defaultShipping": True}


@drifting
def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> Discount:
    """One discount as Squarespace sends it, also inside `{"discount": …}`.

    `extra["template"]` and `extra["criteria"]` are its kinds there. Buy-X-get-Y ones are read so that they can be
    shown, but our rules cannot reckon them: see `is_reckoned`. A kind that we do not know is SchemaDrift.
    """
    reader = Reader(opened(raw, "discount", "discounts"))
    template, criteria, trigger = (reader.object(name) for name in ("template", "criteria", "trigger"))
    kind = _KINDS.get(template.text("type"))
    if kind is None:
        raise SchemaDrift(f"Squarespace has a new kind of discount: {template.text('type')!r}.", object_id=reader.id())
    limited = reader.flag("isLimitedUses")
    return Discount(
        id=reader.id(),
        code=trigger.text("promoCode"),
        name=one_line(reader.text("name")),
        kind=kind,
        percent=_percent(template) if kind is DiscountKind.PERCENTAGE else None,
        amount=money(template, "discountAmount", currency),
        scope=_scope(criteria),
        minimum_spend=money(criteria, "minimumCartTotal", currency),
        minimum_quantity=_pieces(criteria),
        starts_at=reader.utc("validFrom"),
        ends_at=reader.utc("validTo"),
        usage_limit=reader.integer("maxUsesAllowed") if limited else None,
        usage_count=reader.integer("numberOfUses") or 0,
        per_customer_limit=1 if reader.flag("isOncePerCustomer") else None,
        active=reader.text("status", "ACTIVE") == "ACTIVE",
        automatic=trigger.text("type") == "AUTO",
        extra={"template": template.text("type"), "criteria": criteria.text("type"), "status": reader.text("status")},
    )


def _percent(template: Reader) -> Any:
    found = number(template, "percentage")
    return number(template, "discountPercentage") if found is None else found


def _scope(criteria: Reader) -> Scope:
    """One product, or those that a buy-X-get-Y discount takes something off."""
    rewards = texts(criteria, "rewardProductIds")
    product = criteria.text("productId") if criteria.text("type") == "PRODUCT" else ""
    return Scope(product_ids=frozenset([product] if product else rewards))


def _pieces(criteria: Reader) -> int | None:
    full, reduced = criteria.integer("requiredFullPriceQuantity"), criteria.integer("eligibleForDiscountQuantity")
    return None if full is None else full + (reduced or 0)


def is_reckoned(discount: Discount) -> bool:
    """Whether our rules can reckon it as Squarespace does."""
    return not str(discount.extra.get("template", "")).startswith(BUY_X_GET_Y)


def to_gift_card(raw: Any) -> GiftCard:
    """Raises Unsupported: no answer of Squarespace's API is a gift card."""
    raise Unsupported(_NO_CARDS, next_step=CARDS_STEP, platform="squarespace")
