"""Promotions by code, and the balance of third parties' cards (the contract's facts, sections 7 and 8)."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError as ModelError

from posbridge.connectors.blaze.reading import CURRENCY, drifted, minor, moment, one, texts
from posbridge.connectors.errors import NotFound
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

CHANNELS = ("any", "kiosk", "retail")
DAYS = ("mon", "tues", "wed", "thur", "fri", "sat", "sun")
#: Promotions that one discount of ours cannot say, in words.
_STRANGE_TYPES = {
    "BOGO": "it gives goods for goods", "Bundle": "it prices a bundle", "VarietyBundle": "it prices a bundle",
}  # fmt: skip
#: Rules that a scope can say; every other one needs Blaze.
_SCOPE_RULES = {
    "Product": ("productIds", "productId"), "ProductCategory": ("categoryIds", "categoryId"),
    "ByBrand": ("brandIds", ""), "ByVendor": ("vendorIds", "vendorId"), "ProductTag": ("productTags", ""),
}  # fmt: skip
_RULE_WORDS = {
    "FirstTimeMember": "it is for a member's first visit", "LastVisit": "it depends on a member's last visit",
    "LastVist": "it depends on a member's last visit", "NumberMinOrders": "it depends on a member's orders",
}  # fmt: skip


def to_discount(raw: Any, *, currency: str = CURRENCY) -> Discount:
    """A promotion. Raises SchemaDrift.

    `extra["cannot"]` says in words why a till cannot reckon it; `brands`, `vendors` and `tags` there name goods by
    what our scope has no words for; `hours` and `days` when it holds.
    """
    reader = Reader(one(raw))
    try:
        return _discount(reader, currency)
    except ModelError as problem:
        raise drifted(problem, reader.object_id) from problem


def _discount(reader: Reader, currency: str) -> Discount:
    kind = _kind(reader)
    rules = [*reader.objects("rules"), *_criteria(reader)]
    most = minor(reader, "maxCashValue", currency) or 0
    amount = minor(reader, "discountAmt", currency)
    share = reader.decimal("discountAmt")
    return Discount(
        id=reader.id(),
        code=reader.text("promocode").strip(),
        name=one_line(reader.text("name")),
        kind=kind,
        percent=share if kind is DiscountKind.PERCENTAGE and share is not None and 0 <= share <= 100 else None,
        amount=Money(amount=amount, currency=currency) if kind is DiscountKind.FIXED and amount is not None else None,
        maximum=Money(amount=most, currency=currency) if most > 0 else None,
        scope=_scope(reader, rules),
        minimum_spend=_limit(rules, "minAmt", currency),
        maximum_spend=_limit(rules, "maxAmt", currency),
        starts_at=moment(reader, "startDate"),
        ends_at=moment(reader, "endDate"),
        usage_limit=reader.integer("maxAvailable") if reader.flag("enableMaxAvailable") else None,
        usage_count=reader.integer("usageCount") or 0,
        per_customer_limit=reader.integer("limitPerCustomer") if reader.flag("enableLimitPerCustomer") else None,
        stackable=reader.flag("stackable"),
        active=reader.flag("active") and not reader.flag("deleted"),
        automatic=reader.flag("autoApply") and not reader.text("promocode").strip(),
        extra=_extra(reader, rules),
    )


def _kind(reader: Reader) -> DiscountKind:
    if reader.text("promotionType") == "DeliveryFee":
        return DiscountKind.FREE_SHIPPING
    return DiscountKind.PERCENTAGE if reader.text("discountType") == "Percentage" else DiscountKind.FIXED


def _criteria(reader: Reader) -> list[Reader]:
    """The rules of all groups, flat."""
    groups = [group for group in reader.items("criteriaGroups") if isinstance(group, list)]
    return [Reader(rule) for group in groups for rule in group]


def _limit(rules: list[Reader], name: str, currency: str) -> Money | None:
    found = [minor(rule, name, currency) or 0 for rule in rules if rule.text("ruleType") == "CartOrderMin"]
    return Money(amount=max(found), currency=currency) if any(amount > 0 for amount in found) else None


def _named(rule: Reader) -> tuple[str, ...]:
    many, single = _SCOPE_RULES[rule.text("ruleType")]
    held = texts(rule, many)
    return held or ((rule.text(single),) if single and rule.text(single) else ())


def _by(rules: list[Reader], kind: str) -> frozenset[str]:
    return frozenset(name for rule in rules if rule.text("ruleType") == kind for name in _named(rule))


def _scope(reader: Reader, rules: list[Reader]) -> Scope:
    """Products by id. Categories stand by id in Blaze and by name in baskets: they are matched when asked."""
    outs = reader.objects("exclusions")
    return Scope(product_ids=_by(rules, "Product"), excluded_product_ids=_by(outs, "Product"))


def _extra(reader: Reader, rules: list[Reader]) -> dict[str, Any]:
    outs = reader.objects("exclusions")
    named = {
        "brands": _by(rules, "ByBrand"), "vendors": _by(rules, "ByVendor"), "tags": _by(rules, "ProductTag"),
        "categories": _by(rules, "ProductCategory"), "not_brands": _by(outs, "ByBrand"),
        "not_vendors": _by(outs, "ByVendor"), "not_tags": _by(outs, "ProductTag"),
        "not_categories": _by(outs, "ProductCategory"),
    }  # fmt: skip
    made: dict[str, Any] = {name: sorted(found) for name, found in named.items() if found}
    why = _cannot(reader, rules)
    days = [name for name in DAYS if reader.flag(name, True)]
    channels = [each.casefold() for each in texts(reader, "salesChannels")]
    return (
        made
        | ({"cannot": why} if why else {})
        | ({"days": days} if len(days) < len(DAYS) else {})
        | ({"hours": [reader.integer("dayStartTime") or 0, reader.integer("dayEndTime") or 0]}
           if reader.flag("enableDayDuration") else {})
        | ({"elsewhere": True} if channels and not set(channels) & set(CHANNELS) else {})
        | ({"groups": list(texts(reader, "memberGroupIds"))} if reader.flag("restrictMemberGroups") else {})
    )  # fmt: skip


def _cannot(reader: Reader, rules: list[Reader]) -> str:
    """Why only Blaze can reckon it, in words; "" where a till can."""
    kind = reader.text("promotionType")
    if kind in _STRANGE_TYPES or reader.flag("enableBOGO"):
        return _STRANGE_TYPES.get(kind, _STRANGE_TYPES["BOGO"])
    if reader.text("discountType") == "FinalPrice":
        return "it sets a price"
    known = {*_SCOPE_RULES, "CartOrderMin", "None", ""}
    strange = [rule.text("ruleType") for rule in rules if rule.text("ruleType") not in known]
    if strange:
        return _RULE_WORDS.get(strange[0], f"it has a rule of its own ({strange[0]})")
    if reader.object("target").raw.get("ruleType") not in (None, "", "None"):
        return "it takes off other goods than those that earn it"
    return "it is for certain kinds of members" if reader.flag("restrictConsumerTypes") else ""


def to_gift_card(raw: Any, *, code: str = "", currency: str = CURRENCY) -> GiftCard:
    """The answer to a balance check. Raises NotFound when the processor does not know the card, else SchemaDrift.

    The answer does not repeat the number: `code` is what was asked for.
    """
    reader = Reader(one(raw))
    balance = reader.decimal("balance")
    if reader.text("status", "Success").casefold() not in ("success", "ok", "approved") or balance is None:
        raise NotFound(f"The card's processor says: {one_line(reader.text('status')) or 'no such card'}.")
    word = reader.text("cardStatus").casefold()
    amount = minor(reader, "balance", currency) or 0
    return GiftCard(
        id=code or reader.text("paymentCardNumber"),
        code=code or reader.text("paymentCardNumber"),
        balance=Money(amount=amount, currency=currency),
        status=GiftCardStatus.ACTIVE if word in ("active", "") else GiftCardStatus.INACTIVE,
    )
