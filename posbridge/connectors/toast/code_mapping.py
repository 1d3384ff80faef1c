"""Toast's discounts, and gift cards as the outside provider's protocol answers them, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.toast.reading import DEFAULT_CURRENCY, drifting, minor, money, number, opened
from posbridge.domain.discount import Discount, DiscountKind, Scope
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

_PERCENT, _FIXED = ("PERCENT", "OPEN_PERCENT"), ("FIXED", "OPEN_FIXED", "FIXED_TOTAL")
#: Types whose value a cashier types in, or that only Toast can reckon.
UNRECKONED = ("OPEN_PERCENT", "OPEN_FIXED", "FIXED_TOTAL", "BOGO")


@drifting
def to_discount(raw: Any, *, code: str = "", currency: str = DEFAULT_CURRENCY, scope: Scope | None = None) -> Discount:
    """A discount as the configuration lists it, or one applied to an order.

    Codes, dates, minimum and limits are not exposed: `code` is what was typed. `extra["type"]` is Toast's own word;
    its OPEN, BOGO and FIXED_TOTAL kinds have no value that a till could reckon with.
    """
    reader = Reader(opened(raw), "guid")
    kind = reader.text("type") or reader.text("discountType")
    if not kind and "percentage" not in reader.raw and "amount" not in reader.raw and "discount" not in reader.raw:
        raise SchemaDrift("This is no discount of Toast's.")
    percent = number(reader, "percentage")
    percent = number(reader, "discountPercent") if percent is None else percent
    amount = money(reader, "amount", currency) or money(reader, "discountAmount", currency)
    by_item = reader.text("selectionType") == "ITEM"
    whole = DiscountKind.PERCENTAGE if kind in _PERCENT else DiscountKind.PRODUCT if by_item else DiscountKind.FIXED
    return Discount(
        id=reader.text("guid") or reader.object("discount").text("guid"),
        code=code or reader.text("appliedPromoCode"),
        name=one_line(reader.text("name")),
        kind=whole,
        percent=percent if whole is DiscountKind.PERCENTAGE else None,
        amount=None if whole is DiscountKind.PERCENTAGE else amount,
        scope=scope or Scope(),
        stackable=reader.flag("nonExclusive"),
        active=reader.flag("active", True),
        extra=_extra(reader, kind, currency),
    )


def _extra(reader: Reader, kind: str, currency: str) -> dict[str, Any]:
    known: dict[str, Any] = {
        "type": kind,
        "selection": reader.text("selectionType"),
        "picks": reader.text("itemPickingPriority"),
        "fixed_total": minor(reader, "fixedTotal", currency),
    }
    return {name: value for name, value in known.items() if value not in (None, "")}


_ANSWERS = ("getBalanceResponse", "redeemResponse", "reverseResponse", "activateResponse", "addValueResponse")
_STATES = {
    "ACCEPT": GiftCardStatus.ACTIVE,
    "ERROR_CARD_ALREADY_ACTIVATED": GiftCardStatus.ACTIVE,
    "ERROR_CARD_NOT_ACTIVATED": GiftCardStatus.INACTIVE,
}


@drifting
def to_gift_card(raw: Any, *, code: str = "", currency: str = DEFAULT_CURRENCY) -> GiftCard:
    """A card as a provider of Toast's gift card protocol answers, or as a request to one names it.

    Toast's own cards cannot be read at all. `code` is the card that was asked about: answers do not repeat it.
    Amounts come as numbers and as texts. An error that says nothing of the card's state makes it BLOCKED.
    """
    body = opened(raw, "body")
    reader = Reader(body)
    inner = next((reader.object(name) for name in _ANSWERS if reader.raw.get(name)), Reader({}))
    told = next((value for value in reader.raw.values() if isinstance(value, Mapping)), {})
    status = reader.text("transactionStatus")
    named = Reader(told).text("giftCardIdentifier")
    if not status and not named:
        raise SchemaDrift("This is no answer of a gift card provider.")
    balance = minor(inner, "currentBalance", currency)
    if balance is None and named:
        balance = minor(Reader(told), "initialBalance", currency)
    taken = minor(inner, "redeemedValue", currency)
    state = _STATES.get(status, GiftCardStatus.BLOCKED) if status else GiftCardStatus.ACTIVE
    return GiftCard(
        id=code or named,
        code=code or named,
        balance=Money(amount=balance or 0, currency=currency),
        status=state,
        extra={
            **({"status": status} if status else {}),
            **({} if taken is None else {"redeemed": taken}),
        },
    )
