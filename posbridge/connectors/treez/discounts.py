"""Discount codes: Treez has no call that judges one, so a ticket is previewed without it and with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, ValidationError
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.treez.calls import Calls
from posbridge.connectors.treez.order_body import COUPON
from posbridge.connectors.treez.preview import PREVIEW
from posbridge.connectors.treez.reading import exact, minor, single, words
from posbridge.domain.basket import PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal
from posbridge.domain.money import Money

_NOTHING = "Treez takes nothing off for this code; it does not say why."
_PIECES = "Treez judges codes for whole pieces only."

#: A discount of a previewed line: its id, its method, its amount.
Entry = tuple[str, str, Decimal]


class Discounts:
    """The codes of a store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """Valid when the preview gets cheaper. Why another is not (unknown, ended, too little) Treez does not say."""
        typed = code.strip()
        if any(each.line.quantity % 1 for each in basket.lines):
            return _refused(code, DiscountRefusal.UNSUPPORTED, _PIECES, now)
        if not typed or not basket.lines:
            return _refused(code, DiscountRefusal.UNKNOWN, "", now)
        try:
            plain, cheaper = await asyncio.gather(self._preview(basket), self._preview(basket, typed))
        except (ValidationError, NotFound, Conflict) as problem:
            return _refused(code, DiscountRefusal.UNKNOWN, problem.message, now)
        off = _saved(cheaper, basket) - _saved(plain, basket)
        if off <= 0:
            return _refused(code, DiscountRefusal.UNKNOWN, _NOTHING, now)
        return DiscountAnswer(code=code, discount=_discount(typed, off, plain, cheaper, basket), checked_at=now)

    async def _preview(self, basket: PricedBasket, code: str = "") -> Reader:
        """The basket's goods at Treez's own prices."""
        terms = self._calls.terms
        place = {"location_name": terms.location_name, "inventory_type": terms.inventory_type}
        known = {name: value for name, value in place.items() if value}
        items = [
            {
                "size_id": each.line.variant_id,
                "quantity": int(each.line.quantity),
                "apply_automatic_discounts": False,
                **known,
            }
            for each in basket.lines
        ]
        body: dict[str, Any] = {**terms.required("AWAITING_PROCESSING"), "items": items}
        body["coupon_codes"] = [code] if code else []
        return Reader(single(await self._calls.ask(PREVIEW, body)), "ticket_id")

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """None are kept for the time without network: only a preview knows whether a code counts."""
        yield Page([], last=True, total=0)


def _saved(ticket: Reader, basket: PricedBasket) -> int:
    """What all discounts take off, in minor units; negative there (facts, 5)."""
    return abs(minor(ticket, "discount_total", basket.totals.currency) or 0)


def _discount(code: str, off: int, plain: Reader, cheaper: Reader, basket: PricedBasket) -> Discount:
    """One share of every line is a percentage; all else is the amount that came off this basket."""
    percent = _percent(plain, cheaper)
    ident = next((entry[0] for entry in _new(plain, cheaper) if entry[0]), code)
    amount = None if percent is not None else Money(amount=off, currency=basket.totals.currency)
    return Discount(
        id=f"{COUPON}{ident}",
        code=code,
        name=_title(cheaper, ident) or code,
        kind=DiscountKind.PERCENTAGE if percent is not None else DiscountKind.FIXED,
        percent=percent,
        amount=amount,
        extra={"preview": off},
    )


def _percent(plain: Reader, cheaper: Reader) -> Decimal | None:
    """The share, when it is the same one on each line."""
    new = _new(plain, cheaper)
    shares = {amount for _, method, amount in new if method == "PERCENT"}
    same = len(shares) == 1 and len(new) == len(cheaper.items("items"))
    return next(iter(shares)) if same and 0 < next(iter(shares)) <= 100 else None


def _new(plain: Reader, cheaper: Reader) -> list[Entry]:
    """The lines' discounts that the code brought."""
    before = _entries(plain)
    return [entry for entry in _entries(cheaper) if entry not in before]


def _entries(ticket: Reader) -> list[Entry]:
    rows = [each for line in ticket.objects("items") for each in line.objects("discounts")]
    try:
        return [
            (
                words(row, "discount_id"),
                words(row, "discount_method").upper(),
                exact(row, "discount_amount") or Decimal(0),
            )
            for row in rows
        ]
    except SchemaDrift:
        return []


def _title(ticket: Reader, ident: str) -> str:
    rows = [each for line in ticket.objects("items") for each in line.objects("discounts")]
    return next((one_line(row.text("discount_title")) for row in rows if words(row, "discount_id") == ident), "")


def _refused(code: str, why: DiscountRefusal, message: str, now: datetime) -> DiscountAnswer:
    return DiscountAnswer(code=code, refusal=why, message=message, checked_at=now)
