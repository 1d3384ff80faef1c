"""BigCommerce's customers, coupons, promotions and gift certificates in our words, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.bigcommerce.reading import (
    DEFAULT_CURRENCY,
    drifting,
    e164,
    ident,
    money,
    number,
    opened,
    when,
    whole,
)
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, plain_text
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

_PLACES = {
    "line1": "address1", "line2": "address2", "city": "city", "region": "state_or_province",
    "postcode": "postal_code", "country": "country_code",
}  # fmt: skip
_KINDS = {
    "percentage_discount": DiscountKind.PERCENTAGE,
    "per_total_discount": DiscountKind.FIXED,
    "per_item_discount": DiscountKind.PRODUCT,
    "shipping_discount": DiscountKind.FREE_SHIPPING,
    "free_shipping": DiscountKind.FREE_SHIPPING,
    "promotion": DiscountKind.FIXED,
}
#: The new engine: its amounts stand in `/v3/promotions`.
PROMOTION = "promotion"
_NO_NAMES: Mapping[str, str] = {}


@drifting
def to_customer(raw: Any) -> Customer:
    """One customer as v3 sends it, also inside `data`. Without an id (as examples have it) the id is ""."""
    reader = Reader(opened(raw))
    if not any(name in reader.raw for name in ("id", "email", "first_name")):
        raise SchemaDrift("This is no customer of BigCommerce.")
    homes = reader.objects("addresses")
    home = homes[0] if homes else Reader({})
    places = {ours: one_line(home.text(theirs)) for ours, theirs in _PLACES.items()}
    known = {"address_id": ident(home, "id"), "group": ident(reader, "customer_group_id")}
    return Customer(
        id=ident(reader, "id"),
        first_name=one_line(reader.text("first_name")),
        last_name=one_line(reader.text("last_name")),
        company=one_line(reader.text("company")),
        email=reader.text("email").strip(),
        phone=e164(reader.text("phone") or home.text("phone"), places["country"]),
        address=Address(**places) if any(places.values()) else None,
        note=plain_text(reader.text("notes")),
        accepts_marketing=reader.flag("accepts_product_review_abandoned_cart_emails"),
        updated_at=when(reader, "date_modified"),
        extra={name: value for name, value in known.items() if value},
    )


def from_customer(customer: Customer) -> dict[str, Any]:
    """The element that makes or (with its id) changes a customer; names are demanded. Empty fields are left out."""
    known: dict[str, Any] = {
        "email": customer.email.strip(),
        "first_name": customer.first_name or customer.company or "-",
        "last_name": customer.last_name or "-",
        "company": customer.company,
        "phone": customer.phone,
        "notes": customer.note,
    }
    made = {name: value for name, value in known.items() if value}
    if customer.id:
        return {"id": int(customer.id), **made}
    home = customer.address
    if home is not None and home.line1 and home.city and len(home.country) == 2:
        places = {theirs: getattr(home, ours) for ours, theirs in _PLACES.items()}
        whole = {**places, "first_name": made["first_name"], "last_name": made["last_name"], "phone": customer.phone}
        made["addresses"] = [{name: value for name, value in whole.items() if value}]
    return made


@drifting
def to_discount(raw: Any, *, currency: str = DEFAULT_CURRENCY, categories: Mapping[str, str] = _NO_NAMES) -> Discount:
    """A coupon of v2 or a promotion of v3. `extra["unsupported"]` says why our rules cannot reckon it, if so.

    `categories` are names by id, for scopes; without one the scope holds the id. Ids `[0]` mean everything.
    """
    reader = Reader(opened(raw))
    return _promotion(reader, currency) if "rules" in reader.raw else _coupon(reader, currency, categories)


def _coupon(reader: Reader, currency: str, categories: Mapping[str, str]) -> Discount:
    told = reader.text("type")
    if told not in _KINDS:
        raise SchemaDrift(f"BigCommerce has a new kind of coupon: {told!r}.", object_id=reader.id())
    kind = _KINDS[told]
    most = whole(reader, "max_uses") or None
    return Discount(
        id=reader.id(),
        code=reader.text("code"),
        name=one_line(reader.text("name")),
        kind=kind,
        percent=number(reader, "amount") if kind is DiscountKind.PERCENTAGE else None,
        amount=money(reader, "amount", currency) if kind in (DiscountKind.FIXED, DiscountKind.PRODUCT) else None,
        scope=_scope(reader.object("applies_to"), categories),
        minimum_spend=money(reader, "min_purchase", currency) or None,
        ends_at=when(reader, "expires"),
        usage_limit=most,
        usage_count=whole(reader, "num_uses") or 0,
        per_customer_limit=whole(reader, "max_uses_per_customer") or None,
        active=reader.flag("enabled", True),
        stackable=False,
        extra=_coupon_extra(reader, told),
    )


def _coupon_extra(reader: Reader, told: str) -> dict[str, Any]:
    where = reader.raw.get("restricted_to")
    limits = "only for some countries" if where else ""
    unsupported = "priced by the newer promotions" if told == PROMOTION else limits
    return {"type": told} | ({"unsupported": unsupported} if unsupported else {})


def _scope(reader: Reader, categories: Mapping[str, str]) -> Scope:
    ids = [str(one) for one in reader.items("ids") if isinstance(one, int | str) and str(one) != "0"]
    if reader.text("entity") == "products":
        return Scope(product_ids=frozenset(ids))
    return Scope(categories=frozenset(categories.get(one, one) for one in ids))


def _promotion(reader: Reader, currency: str) -> Discount:
    """Only one rule that takes a share or an amount off the whole cart or off all items of it is reckoned."""
    rules = reader.objects("rules")
    rule = rules[0] if rules else Reader({})
    action, cart = rule.object("action"), rule.object("condition").object("cart")
    of_cart = action.object("cart_value")
    off = of_cart if of_cart.raw else action.object("cart_items")
    discount = off.object("discount")
    percent, fixed = number(discount, "percentage_amount"), money(discount, "fixed_amount", currency)
    each = not of_cart.raw and percent is None
    codes = [row.text("code") for row in reader.objects("codes")]
    customer = reader.object("customer")
    odd = _why_not(rules, action, off, cart, customer)
    kind = DiscountKind.PERCENTAGE if percent is not None else DiscountKind.PRODUCT if each else DiscountKind.FIXED
    return Discount(
        id=reader.id(),
        code=codes[0] if codes else "",
        name=one_line(reader.text("display_name") or reader.text("name")),
        kind=kind,
        percent=percent,
        amount=None if percent is not None else fixed,
        maximum=money(off, "maximum_allowed_discount_amount", currency),
        minimum_spend=money(cart, "minimum_spend", currency) or None,
        minimum_quantity=number(cart, "minimum_quantity") or None,
        starts_at=when(reader, "start_date"),
        ends_at=when(reader, "end_date"),
        usage_limit=whole(reader, "max_uses") or None,
        usage_count=whole(reader, "current_uses") or 0,
        stackable=reader.flag("can_be_used_with_other_promotions"),
        active=reader.text("status", "ENABLED") == "ENABLED",
        automatic=reader.text("redemption_type") == "AUTOMATIC",
        extra={"type": PROMOTION} | ({"unsupported": odd} if odd else {}),
    )


def _why_not(rules: list[Reader], action: Reader, off: Reader, cart: Reader, customer: Reader) -> str:
    if len(rules) != 1 or not off.raw or off.object("discount").raw.keys().isdisjoint(
        ("percentage_amount", "fixed_amount")
    ):  # fmt: skip
        return "it is no plain share or amount"
    if cart.object("items").raw or off.raw.get("items"):
        return "it counts for some goods only"
    if customer.items("group_ids") or customer.object("segments").raw:
        return "it is for some groups of customers"
    return ""


_STATUS = {
    "active": GiftCardStatus.ACTIVE,
    "pending": GiftCardStatus.INACTIVE,
    "disabled": GiftCardStatus.BLOCKED,
    "expired": GiftCardStatus.EXPIRED,
}
_MARK = re.compile(r" ?\[pos ([0-9a-f]{16}) (-?[0-9]+(?:\.[0-9]+)?)\]")
#: As many movements are kept on a certificate.
MARKS = 20


@drifting
def to_gift_card(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> GiftCard:
    """One gift certificate as v2 sends it. `extra` holds what each write must repeat."""
    reader = Reader(opened(raw))
    said = (reader.text("currency_code") or currency).upper()
    balance = money(reader, "balance", said)
    if balance is None:
        raise SchemaDrift("The gift certificate says no balance.", object_id=reader.id())
    repeated = {name: reader.text(name) for name in ("to_name", "to_email", "from_name", "from_email", "amount")}
    return GiftCard(
        id=reader.id(),
        code=reader.text("code"),
        balance=balance,
        status=_STATUS.get(reader.text("status"), GiftCardStatus.INACTIVE),
        expires_at=when(reader, "expiry_date"),
        customer_id=ident(reader, "customer_id"),
        extra={**repeated, "message": reader.text("message")},
    )


def mark_of(key: str) -> str:
    """A movement's key as it stands on the certificate."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def moves_of(card: GiftCard) -> dict[str, Decimal]:
    """The movements that posbridge marked on the certificate, by mark; negative where money was taken."""
    return {mark: Decimal(amount) for mark, amount in _MARK.findall(str(card.extra.get("message", "")))}


def from_gift_card(card: GiftCard, change: Money, key: str) -> dict[str, Any]:
    """The body that sets the balance to what it is with `change` (negative takes): an absolute number, and the
    fields that BigCommerce wants repeated. The movement is marked at the end of the message, the newest twenty."""
    message = str(card.extra.get("message", ""))
    marks = [found[0] for found in _MARK.finditer(message)][-(MARKS - 1) :]
    words = _MARK.sub("", message)
    repeated = {name: str(card.extra.get(name, "")) for name in ("to_name", "to_email", "from_name", "from_email")}
    return {
        **repeated,
        "amount": str(card.extra.get("amount") or card.balance.plain()),
        "balance": (card.balance + change).plain(),
        "message": f"{words}{''.join(marks)} [pos {mark_of(key)} {change.plain()}]",
    }
