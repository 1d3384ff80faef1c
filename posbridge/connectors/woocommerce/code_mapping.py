"""Coupons and gift cards → ours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line, utc_from
from posbridge.connectors.woocommerce.reading import money, numbers, utc
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

_KINDS = {
    "percent": DiscountKind.PERCENTAGE,
    "fixed_cart": DiscountKind.FIXED,
    "fixed_product": DiscountKind.PRODUCT,
}


def read_discount(raw: Any, currency: str, categories: Mapping[str, str]) -> Discount:
    """A coupon as its owner wrote it. WooCommerce takes percentages above 100 (recorded 515); ours end there."""
    reader = Reader(raw)
    kind = _kind(reader)
    percent = min(reader.decimal("amount") or Decimal(0), Decimal(100)) if kind is DiscountKind.PERCENTAGE else None
    takes_money = kind in (DiscountKind.FIXED, DiscountKind.PRODUCT)
    unsupported = _unsupported(reader)
    return Discount(
        id=reader.id(),
        code=reader.text("code"),
        name=one_line(reader.text("description")) or reader.text("code"),
        kind=kind,
        percent=percent,
        amount=money(reader, "amount", currency) or Money.zero(currency) if takes_money else None,
        scope=_scope(reader, categories),
        minimum_spend=_limit(reader, "minimum_amount", currency),
        maximum_spend=_limit(reader, "maximum_amount", currency),
        ends_at=utc(reader, "date_expires"),
        usage_limit=reader.integer("usage_limit") or None,
        usage_count=reader.integer("usage_count") or 0,
        per_customer_limit=reader.integer("usage_limit_per_user") or None,
        customer_emails=frozenset(str(x) for x in reader.items("email_restrictions") if x),
        stackable=not reader.flag("individual_use"),
        active=reader.text("status", "publish") == "publish" and not unsupported,
        extra={"unsupported": unsupported} if unsupported else {},
    )


def _kind(reader: Reader) -> DiscountKind:
    if reader.flag("free_shipping") and not reader.decimal("amount"):
        return DiscountKind.FREE_SHIPPING
    return _KINDS.get(reader.text("discount_type", "fixed_cart"), DiscountKind.FIXED)


def _unsupported(reader: Reader) -> str:
    """The rule of a coupon that a till cannot reckon; "" when it can reckon all."""
    kind = reader.text("discount_type", "fixed_cart")
    if kind not in _KINDS:
        return kind
    for rule in ("limit_usage_to_x_items", "product_brands", "excluded_product_brands"):
        if reader.raw.get(rule):
            return rule
    return ""


def _scope(reader: Reader, categories: Mapping[str, str]) -> Scope:
    """A coupon names products and variations by one kind of id."""
    wanted = frozenset(numbers(reader.items("product_ids")))
    return Scope(
        product_ids=wanted,
        variant_ids=wanted,
        categories=_named(reader, "product_categories", categories),
        excluded_product_ids=frozenset(numbers(reader.items("excluded_product_ids"))),
        excluded_categories=_named(reader, "excluded_product_categories", categories),
        exclude_sale_items=reader.flag("exclude_sale_items"),
    )


def _named(reader: Reader, key: str, categories: Mapping[str, str]) -> frozenset[str]:
    return frozenset(categories.get(ident, ident) for ident in numbers(reader.items(key)))


def _limit(reader: Reader, key: str, currency: str) -> Money | None:
    """ "0.00" is no limit."""
    return money(reader, key, currency) or None


def category_ids(raw: Any) -> set[str]:
    """The categories that a coupon names."""
    reader = Reader(raw)
    return {x for key in ("product_categories", "excluded_product_categories") for x in numbers(reader.items(key))}


def read_gift_card(raw: Any, currency: str) -> GiftCard:
    """The three plug-ins that shops use: https://woocommerce.com/document/gift-cards/rest-api-reference,
    https://pimwick.com/pw-woocommerce-gift-cards-rest-api-documentation, coupons of the kind smart_coupon."""
    reader = Reader(raw["gift_card"] if isinstance(raw, Mapping) and isinstance(raw.get("gift_card"), Mapping) else raw)
    held = reader.text("currency").upper() or currency
    balance_key = next((key for key in ("remaining", "balance", "amount") if key in reader.raw), "balance")
    balance = money(reader, balance_key, held)
    if balance is None:
        raise SchemaDrift("The gift card says no balance.", object_id=reader.object_id)
    ident = "pimwick_gift_card_id" if "pimwick_gift_card_id" in reader.raw else "id"
    return GiftCard(
        id=reader.id(ident),
        code=reader.text("code") or reader.text("number"),
        balance=balance,
        status=_card_status(reader),
        expires_at=_card_end(reader),
    )


def _card_status(reader: Reader) -> GiftCardStatus:
    word = reader.raw.get("is_active", reader.raw.get("active", True))
    off = word in ("off", "no", "0", 0, False) or reader.text("status", "publish") != "publish"
    return GiftCardStatus.INACTIVE if off else GiftCardStatus.ACTIVE


def _card_end(reader: Reader) -> Any:
    """ "Y-m-d H:i:s" in UTC; the plug-in writes the number 0 for never."""
    text = reader.raw.get("expire_date") or reader.raw.get("expiration_date") or reader.raw.get("date_expires_gmt")
    return utc_from(text, naive_is_utc=True) if isinstance(text, str) and text.strip("0-: ") else None
