"""Customers, cart rules (codes) and what stands for gift cards → ours. Password hashes and keys are never taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.prestashop.reading import amount, code, moment, money, on, phone, ref, rows_of, words
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

#: Rules whose details the web service does not show (the contract's section 7).
_HIDDEN = (
    "country_restriction",
    "carrier_restriction",
    "group_restriction",
    "product_restriction",
    "shop_restriction",
)


def read_customer(
    raw: Any, addresses: Iterable[Any] = (), timezone: str = "UTC", countries: Mapping[str, str] | None = None
) -> Customer:
    """A customer; phone and address are rows of their own (`addresses`), the first that is not deleted counts."""
    reader, known = Reader(raw), countries or {}
    homes = [home for home in map(Reader, addresses) if not on(home, "deleted")]
    return Customer(
        id=reader.id(),
        first_name=one_line(reader.text("firstname")),
        last_name=one_line(reader.text("lastname")),
        company=one_line(reader.text("company")) or next((one_line(h.text("company")) for h in homes), ""),
        email=reader.text("email").strip(),
        phone=_phone(homes, known),
        address=_address(homes[0], known) if homes else None,
        note=_own_note(reader.text("note")),
        accepts_marketing=on(reader, "newsletter"),
        updated_at=moment(reader, "date_upd", timezone),
        extra=_customer_extra(reader, homes),
    )


def _own_note(text: str) -> str:
    """The merchant's note; the mark by which a lost creation is found again is not one."""
    return "" if text.startswith("posbridge:") else text


def _customer_extra(reader: Reader, homes: list[Reader]) -> dict[str, Any]:
    known = {
        "guest": "yes" if on(reader, "is_guest") else "",
        "address": homes[0].id() if homes else "",
        "inactive": "" if on(reader, "active", True) else "yes",
    }
    return {name: value for name, value in known.items() if value}


def _phone(homes: list[Reader], countries: Mapping[str, str]) -> str:
    for home in homes:
        for key in ("phone", "phone_mobile"):
            if home.text(key).strip():
                return phone(home.text(key), countries.get(ref(home, "id_country"), ""))
    return ""


def _address(home: Reader, countries: Mapping[str, str]) -> Address | None:
    held = {
        "line1": one_line(home.text("address1")),
        "line2": one_line(home.text("address2")),
        "city": one_line(home.text("city")),
        "postcode": one_line(home.text("postcode")),
    }
    country = countries.get(ref(home, "id_country"), "")
    return Address(**held, country=country) if any(held.values()) else None


def read_discount(raw: Any, currency: str, timezone: str, language: str = "") -> Discount:
    """A cart rule. `quantity` are the uses LEFT; what a till cannot reckon makes it inactive, with the reason."""
    reader = Reader(raw)
    kind, percent, off = _worth(reader)
    unsupported = _unsupported(reader)
    return Discount(
        id=reader.id(),
        code=one_line(reader.text("code")),
        name=one_line(words(reader, "name", language)) or reader.text("code"),
        kind=kind,
        percent=percent,
        amount=None if off is None else money(off, currency),
        scope=_scope(reader),
        minimum_spend=_minimum(reader, currency),
        minimum_quantity=reader.decimal("minimum_product_quantity") or None,
        starts_at=moment(reader, "date_from", timezone),
        ends_at=moment(reader, "date_to", timezone),
        usage_limit=_uses_left(reader),
        per_customer_limit=reader.integer("quantity_per_user") or None,
        customer_ids=frozenset(filter(None, [ref(reader, "id_customer")])),
        stackable=not on(reader, "cart_rule_restriction"),
        active=on(reader, "active", True) and not unsupported,
        automatic="code" in reader.raw and not reader.text("code"),
        extra=_discount_extra(reader, unsupported),
    )


def _worth(reader: Reader) -> tuple[DiscountKind, Decimal | None, Decimal | None]:
    percent, off = reader.decimal("reduction_percent") or Decimal(0), amount(reader, "reduction_amount") or Decimal(0)
    if percent > 0:
        return DiscountKind.PERCENTAGE, min(percent, Decimal(100)), None
    if off > 0 or not on(reader, "free_shipping"):
        return DiscountKind.FIXED, None, max(off, Decimal(0))
    return DiscountKind.FREE_SHIPPING, None, None


def _uses_left(reader: Reader) -> int | None:
    left = reader.integer("quantity")
    if left is None:
        return 0 if reader.raw.get("@sparse") else None
    return max(left, 0)


def _minimum(reader: Reader, currency: str) -> Money | None:
    least = amount(reader, "minimum_amount")
    return money(least, currency) if least else None


def _scope(reader: Reader) -> Scope:
    """`reduction_product`: 0 all, an id that product; -1 (cheapest) and -2 (chosen ones) are not told."""
    product = ref(reader, "reduction_product")
    named = frozenset([product]) if product and not product.startswith("-") else frozenset[str]()
    return Scope(product_ids=named, exclude_sale_items=on(reader, "reduction_exclude_special"))


def _unsupported(reader: Reader) -> str:
    """The part of a rule that a till cannot reckon, "" when it can reckon all."""
    if ref(reader, "reduction_product").startswith("-"):
        return "reduction_product"
    both = (reader.decimal("reduction_percent") or 0) > 0 and (amount(reader, "reduction_amount") or 0) > 0
    if both:
        return "reduction_percent and reduction_amount"
    if ref(reader, "gift_product"):
        return "gift_product"
    return next((rule for rule in _HIDDEN if on(reader, rule)), "")


def _discount_extra(reader: Reader, unsupported: str) -> dict[str, Any]:
    taxed = {"amount_with_tax": on(reader, "reduction_tax"), "minimum_with_tax": on(reader, "minimum_amount_tax")}
    return ({"unsupported": unsupported} if unsupported else {}) | {name: "yes" for name, yes in taxed.items() if yes}


def read_gift_card(raw: Any, currency: str, timezone: str, now: datetime | None = None) -> GiftCard:
    """A voucher: a cart rule that takes an amount off. Its balance is that amount while it is unused (recorded 602)."""
    reader = Reader(raw)
    held = amount(reader, "reduction_amount")
    if held is None and not reader.raw.get("@sparse"):
        raise SchemaDrift("The voucher says no amount.", object_id=reader.object_id)
    uses, ends = _uses_left(reader), moment(reader, "date_to", timezone)
    used = uses is not None and uses <= 0
    return GiftCard(
        id=reader.id(),
        code=code(reader, "code"),
        balance=Money.zero(currency) if used else money(max(held or Decimal(0), Decimal(0)), currency),
        status=_card_status(on(reader, "active", True), ends, now),
        expires_at=ends,
        customer_id=ref(reader, "id_customer"),
    )


def _card_status(active: bool, ends: datetime | None, now: datetime | None) -> GiftCardStatus:
    if not active:
        return GiftCardStatus.INACTIVE
    return GiftCardStatus.EXPIRED if now and ends and ends < now else GiftCardStatus.ACTIVE


def in_force(raw: Any) -> Any:
    """Of several rules with one code (recorded 507) the active one with uses left, else the first."""
    rows, is_page = rows_of(raw, "cart_rule")
    if not is_page or len(rows) < 2 or not all(isinstance(row, Mapping) for row in rows):
        return raw
    return [next((row for row in rows if _counts(row)), rows[0])]


def _counts(row: Any) -> bool:
    return str(row.get("active", "1")) in ("1", "True") and str(row.get("quantity", "1")) not in ("0", "")
