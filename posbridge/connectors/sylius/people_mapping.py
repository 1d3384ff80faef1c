"""Customers, promotions with their coupons, and the gift cards of a 1.x shop → ours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.sylius.order_mapping import address
from posbridge.connectors.sylius.reading import (
    by_code,
    code_of,
    count,
    drifting,
    exact,
    minor,
    moment,
    money,
    objects,
    phone,
    ref,
    refs,
    single,
)
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

_ORDER_PERCENT, _ORDER_FIXED = "order_percentage_discount", "order_fixed_discount"
_UNIT_PERCENT, _UNIT_FIXED = "unit_percentage_discount", "unit_fixed_discount"
_SHIPPING = "shipping_percentage_discount"
_KINDS = {
    _ORDER_PERCENT: DiscountKind.PERCENTAGE,
    _UNIT_PERCENT: DiscountKind.PERCENTAGE,
    _ORDER_FIXED: DiscountKind.FIXED,
    _UNIT_FIXED: DiscountKind.PRODUCT,
    _SHIPPING: DiscountKind.FREE_SHIPPING,
}
#: Rules that a till can reckon; any other is a question for the shop.
_KNOWN_RULES = ("item_total", "cart_quantity")


@drifting
def to_customer(raw: Any, *, zone: str = "UTC") -> Customer:
    """A customer of either section, also inside a page of one. Raises SchemaDrift with its id."""
    row = single(raw)
    reader = Reader(row)
    held = row.get("defaultAddress")
    place = reader.object("defaultAddress") if isinstance(held, Mapping) else Reader({})
    group = ref(reader, "group")
    return Customer(
        id=reader.text("id") or code_of(row.get("@id")) or reader.id(),
        first_name=one_line(reader.text("firstName") or place.text("firstName")),
        last_name=one_line(reader.text("lastName") or place.text("lastName")),
        company=one_line(place.text("company")),
        email=reader.text("email").strip(),
        phone=phone(reader.text("phoneNumber") or place.text("phoneNumber")),
        address=address(place),
        tags=(group,) if group else (),
        accepts_marketing=reader.flag("subscribedToNewsletter"),
        updated_at=moment(reader, "updatedAt", zone) or moment(reader, "createdAt", zone),
        extra={"registered": True} if row.get("user") else {},
    )


@drifting
def to_discount(
    raw: Any,
    *,
    coupon: Any = None,
    currency: str = "USD",
    channel: str = "",
    zone: str = "UTC",
    taxons: Mapping[str, str] | None = None,
) -> Discount:
    """A promotion with the coupon that was typed; `raw` may be a page of one, or a coupon alone.

    `extra["ask"]` says why only the shop itself can reckon it. A coupon alone does not say what it takes off.
    Raises SchemaDrift with the promotion's code.
    """
    row = single(raw)
    if isinstance(row, Mapping) and "promotion" in row and "actions" not in row:
        row, coupon = {"code": code_of(row["promotion"])}, row
    reader = Reader(row, "code")
    ticket = Reader(single(coupon), "code") if coupon is not None else Reader({})
    action, ask = _action(reader)
    kind = _KINDS.get(action.text("type"), DiscountKind.FIXED)
    setup = _setup(action, channel)
    scope, odd = _scope(setup, taxons or {}, reader)
    ask = ask or odd or _odd_rule(reader, scope)
    percent = _percent(setup) if kind is DiscountKind.PERCENTAGE else None
    if kind is DiscountKind.FREE_SHIPPING and _percent(setup) != 100:
        ask = ask or "it takes off a part of the shipping"
    limits = [(ticket, minor(ticket, "usageLimit")), (reader, minor(reader, "usageLimit"))]
    tightest = min(((limit - _used(r), r, limit) for r, limit in limits if limit is not None), default=None, key=_left)
    return Discount(
        id=reader.id("code"),
        code=ticket.text("code"),
        name=one_line(reader.text("name")),
        kind=kind,
        percent=percent,
        amount=money(setup, "amount", currency) if kind in (DiscountKind.FIXED, DiscountKind.PRODUCT) else None,
        scope=scope,
        minimum_spend=_rule_amount(reader, channel, currency),
        minimum_quantity=_rule_count(reader),
        starts_at=moment(reader, "startsAt", zone),
        ends_at=_end(reader, ticket, zone),
        usage_limit=tightest[2] if tightest else None,
        usage_count=_used(tightest[1]) if tightest else _used(ticket),
        per_customer_limit=minor(ticket, "perCustomerUsageLimit"),
        stackable=not reader.flag("exclusive"),
        active=_on(reader, channel),
        automatic=reader.raw.get("couponBased") is False,
        extra={"ask": ask} if ask else {},
    )


def _left(found: tuple[int, Reader, int]) -> int:
    return found[0]


def _used(reader: Reader) -> int:
    return max(0, minor(reader, "used") or 0)


def _on(reader: Reader, channel: str) -> bool:
    """Not archived, and meant for our channel."""
    ours = not channel or reader.raw.get("channels") is None or channel in refs(reader, "channels")
    return ours and not reader.text("archivedAt")


def _end(reader: Reader, ticket: Reader, zone: str) -> Any:
    ends = [moment(reader, "endsAt", zone), moment(ticket, "expiresAt", zone)]
    return min((end for end in ends if end is not None), default=None)


def _action(reader: Reader) -> tuple[Reader, str]:
    """The one thing that it does; several, or one we do not know, only the shop can reckon."""
    actions = objects(reader, "actions")
    if len(actions) != 1:
        return (actions[0] if actions else Reader({})), "it does several things" if actions else "it does nothing"
    known = actions[0].text("type") in _KINDS
    return actions[0], "" if known else f"it is a {actions[0].text('type') or 'nameless'} promotion"


def _setup(action: Reader, channel: str) -> Reader:
    """The configuration; for most kinds one a channel (amounts are per channel)."""
    plain = action.raw.get("configuration")
    if not plain:  # [] when empty
        return Reader({})
    whole = action.object("configuration")
    if "percentage" in whole.raw or "amount" in whole.raw:
        return whole
    rows = by_code(action, "configuration", "channelCode")
    return (rows.get(channel) if channel else next(iter(rows.values()), None)) or Reader({})


def _percent(setup: Reader) -> Decimal | None:
    """A fraction there (0 to 1), a percentage here."""
    share = exact(setup, "percentage")
    if share is not None and not 0 <= share <= 1:
        raise SchemaDrift("A percentage is above all or below nothing.", object_id=setup.object_id)
    return None if share is None else share * 100


def _scope(setup: Reader, taxons: Mapping[str, str], promotion: Reader) -> tuple[Scope, str]:
    """The goods it is for, and what of the filters a till cannot reckon."""
    filters = setup.object("filters") if setup.raw.get("filters") else Reader({})
    products = _filter(filters, "products_filter", "products")
    named = _filter(filters, "taxons_filter", "taxons")
    ask = "it is for a range of prices" if _ranged(filters) else ""
    if products and named:
        ask = ask or "it is for products within taxons"
    return Scope(
        product_ids=frozenset(products),
        categories=frozenset(taxons.get(code) or code for code in named),
        exclude_sale_items=promotion.raw.get("appliesToDiscounted") is False,
    ), ask


def _filter(filters: Reader, name: str, key: str) -> list[str]:
    return refs(filters.object(name), key) if filters.raw.get(name) else []


def _ranged(filters: Reader) -> bool:
    inner = filters.raw.get("price_range_filter")
    return isinstance(inner, Mapping) and any(value is not None for value in inner.values())


def _odd_rule(reader: Reader, scope: Scope) -> str:
    """A minimum counts the whole cart there; ours counts the goods in scope."""
    kinds = [row.text("type") for row in objects(reader, "rules")]
    strange = next((kind for kind in kinds if kind not in _KNOWN_RULES), "")
    if strange or len(set(kinds)) < len(kinds):
        return f"it has the rule {strange or kinds[0]}"
    return "its minimum counts other goods too" if kinds and not scope.everything else ""


def _rule(reader: Reader, kind: str) -> Reader | None:
    return next((row for row in objects(reader, "rules") if row.text("type") == kind), None)


def _rule_amount(reader: Reader, channel: str, currency: str) -> Money | None:
    rule = _rule(reader, "item_total")
    return None if rule is None else money(_setup(rule, channel), "amount", currency)


def _rule_count(reader: Reader) -> Decimal | None:
    rule = _rule(reader, "cart_quantity")
    if rule is None or not rule.raw.get("configuration"):
        return None
    return count(rule.object("configuration"), "count")


@drifting
def to_gift_card(raw: Any, *, currency: str = "USD", zone: str = "UTC") -> GiftCard:
    """A card of the plug-in for Sylius 1.x (facts, 8); Sylius 2 has none. Raises SchemaDrift with its code."""
    reader = Reader(single(raw), "code")
    balance = money(reader, "amount", reader.text("currencyCode").upper() or currency)
    if balance is None:
        raise SchemaDrift("A gift card without an amount.", object_id=reader.object_id)
    return GiftCard(
        id=reader.text("id") or reader.id("code"),
        code=reader.id("code"),
        balance=balance,
        status=GiftCardStatus.ACTIVE if reader.flag("enabled", True) else GiftCardStatus.INACTIVE,
        expires_at=moment(reader, "expiresAt", zone),
        customer_id=ref(reader, "customer"),
    )
