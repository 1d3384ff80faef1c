"""Coupons with their rules → ours. A coupon has the code and its uses, its rule all else (recorded 150–157)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.magento.catalog_mapping import day
from posbridge.connectors.magento.reading import as_money, money
from posbridge.connectors.text import Reader, decimal_from, one_line
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.money import Money

_KINDS = {"by_percent": DiscountKind.PERCENTAGE, "by_fixed": DiscountKind.PRODUCT, "cart_fixed": DiscountKind.FIXED}
_SUBTOTALS = ("base_subtotal", "base_subtotal_with_discount", "base_subtotal_total_incl_tax")
_TRUE = (True, "1", 1, "", None)
GUEST = 0


@dataclass(frozen=True)
class Terms:
    """What a rule's JSON does not say: currency, zone of its days, the website sold on ("" any), category names."""

    currency: str = "USD"
    timezone: str = "UTC"
    website: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Limits:
    """What the trees of conditions say; `odd` names the first that a till cannot reckon."""

    low: Money | None = None
    high: Money | None = None
    pieces: Decimal | None = None
    skus: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    odd: str = ""


def read_discount(rule: Any, terms: Terms, coupon: Any = None) -> Discount:
    """A rule, with one of its coupons where that is known. A coupon alone says no amount: it is not active."""
    if isinstance(rule, Mapping) and "coupon_id" in rule and "simple_action" not in rule:
        return _coupon_alone(rule, terms)
    reader = Reader(rule, "rule_id")
    code = Reader(coupon, "coupon_id") if coupon is not None else Reader({})
    kind = _kind(reader)
    limits = _limits(reader, terms)
    why = _unsupported(reader, limits)
    return Discount(
        id=code.text("coupon_id") or reader.id("rule_id"),
        code=code.text("code"),
        name=one_line(reader.text("name")),
        kind=kind,
        percent=_percent(reader) if kind is DiscountKind.PERCENTAGE else None,
        amount=_amount(reader, kind, terms),
        scope=Scope(skus=limits.skus, categories=limits.categories),
        minimum_spend=limits.low,
        maximum_spend=limits.high,
        minimum_quantity=limits.pieces,
        starts_at=day(start, terms.timezone, reader.object_id) if (start := reader.text("from_date")) else None,
        ends_at=_end(reader, terms),
        usage_limit=(code.integer("usage_limit") or reader.integer("uses_per_coupon")) or None,
        usage_count=code.integer("times_used") or 0,
        per_customer_limit=reader.integer("uses_per_customer") or None,
        stackable=not reader.flag("stop_rules_processing"),
        active=reader.flag("is_active", default=True) and _sold_here(reader, terms) and not why,
        automatic=reader.text("coupon_type") == "NO_COUPON",
        extra={"rule_id": reader.id("rule_id"), **({"unsupported": why} if why else {})},
    )


def _coupon_alone(raw: Any, terms: Terms) -> Discount:
    reader = Reader(raw, "coupon_id")
    return Discount(
        id=reader.id("coupon_id"),
        code=reader.text("code"),
        name=reader.text("code"),
        kind=DiscountKind.FIXED,
        amount=Money.zero(terms.currency),
        usage_limit=reader.integer("usage_limit") or None,
        usage_count=reader.integer("times_used") or 0,
        per_customer_limit=reader.integer("usage_per_customer") or None,
        active=False,
        extra={"rule_id": reader.text("rule_id"), "unsupported": "its rule was not read"},
    )


def _kind(reader: Reader) -> DiscountKind:
    free = reader.text("simple_free_shipping", "0") in ("1", "2")
    if free and not reader.decimal("discount_amount"):
        return DiscountKind.FREE_SHIPPING
    return _KINDS.get(reader.text("simple_action"), DiscountKind.FIXED)


def _percent(reader: Reader) -> Decimal:
    return min(max(reader.decimal("discount_amount") or Decimal(0), Decimal(0)), Decimal(100))


def _amount(reader: Reader, kind: DiscountKind, terms: Terms) -> Money | None:
    if kind not in (DiscountKind.FIXED, DiscountKind.PRODUCT):
        return None
    return money(reader, "discount_amount", terms.currency) or Money.zero(terms.currency)


def _end(reader: Reader, terms: Terms) -> Any:
    """The last day counts whole."""
    text = reader.text("to_date")
    return day(text, terms.timezone, reader.object_id) + timedelta(days=1, seconds=-1) if text else None


def _sold_here(reader: Reader, terms: Terms) -> bool:
    sites = [str(site) for site in reader.items("website_ids")]
    return not terms.website or not sites or terms.website in sites


def _unsupported(reader: Reader, limits: Limits) -> str:
    """What of the rule a till cannot reckon; "" when it can reckon all."""
    action = reader.text("simple_action")
    if action not in _KINDS:
        return action or "simple_action"
    if reader.decimal("discount_qty"):
        return "discount_qty"
    groups = reader.items("customer_group_ids")
    if groups and GUEST not in groups and str(GUEST) not in groups:
        return "customer_group_ids"
    return limits.odd


def _limits(reader: Reader, terms: Terms) -> Limits:
    found = Limits()
    whole, goods = reader.object("condition"), reader.object("action_condition")
    for tree, read in ((whole, _of_cart), (goods, _of_goods)):
        leaves = tree.objects("conditions")
        any_of = tree.text("aggregator_type", "all") == "any" and len(leaves) > 1
        if leaves and (any_of or tree.raw.get("value") not in _TRUE):
            found.odd = found.odd or "conditions that exclude or choose"
        for leaf in leaves:
            if not read(leaf, found, terms):
                found.odd = found.odd or leaf.text("attribute_name") or leaf.text("condition_type").split("\\")[-1]
    return found


def _of_cart(leaf: Reader, found: Limits, terms: Terms) -> bool:
    """A condition on the whole: a spend or a number of pieces."""
    name, sign = leaf.text("attribute_name"), leaf.text("operator")
    if leaf.raw.get("conditions") or not isinstance(leaf.raw.get("value"), str | int | Decimal):
        return False
    value = leaf.decimal("value")
    if value is None:
        return False
    if name in _SUBTOTALS and sign in (">=", ">", "<=", "<"):
        spend = as_money(value, terms.currency, leaf, "value")
        assert spend is not None
        step = Money(amount=1 if sign == ">" else -1 if sign == "<" else 0, currency=terms.currency)
        if sign.startswith(">"):
            found.low = spend + step
        else:
            found.high = spend + step
        return True
    if name == "total_qty" and sign in (">=", ">"):
        found.pieces = decimal_from(value) + (1 if sign == ">" else 0)
        return True
    return False


def _of_goods(leaf: Reader, found: Limits, terms: Terms) -> bool:
    """A condition on the goods: a list of SKUs or of categories. Two of them would both have to hold."""
    name, sign, value = leaf.text("attribute_name"), leaf.text("operator"), leaf.raw.get("value")
    if sign not in ("==", "()") or found.skus or found.categories:
        return False
    names = value if isinstance(value, list) else str(value if value is not None else "").split(",")
    wanted = frozenset(str(one).strip() for one in names if str(one).strip())
    if name == "sku" and wanted:
        found.skus = wanted
        return True
    if name == "category_ids" and wanted:
        found.categories = frozenset(terms.categories.get(ident, ident) for ident in wanted)
        return True
    return False


def category_ids(raw: Any) -> set[str]:
    """The categories that a rule names."""
    leaves = Reader(raw, "rule_id").object("action_condition").objects("conditions")
    named = (str(leaf.raw.get("value") or "") for leaf in leaves if leaf.text("attribute_name") == "category_ids")
    return {ident.strip() for value in named for ident in value.split(",") if ident.strip().isdecimal()}
