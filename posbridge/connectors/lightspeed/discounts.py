"""Discount codes as Lightspeed lists them. No call checks a code: the list is read and compared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.lightspeed.calls import Calls, rows_of
from posbridge.connectors.lightspeed.catalog_mapping import to_discount
from posbridge.connectors.text import each
from posbridge.domain.basket import PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal

_UNTOLD = "Lightspeed does not tell for what or until when the code counts."


class Discounts:
    """Configured discounts. What they are limited to is not in the data, so nothing of it is checked."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """The code compared without regard to capitals; the manual discount is none that anybody types."""
        known = (await self.by_code()).get(code.strip().upper())
        if known is None:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        if known.percent is None and known.amount is None:
            words = "The amount of this discount is typed in on the register."
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=words, checked_at=now)
        return DiscountAnswer(code=code, discount=known, message=_UNTOLD, checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        found, parked = await self._read()
        yield Page([one for one in found if one.percent is not None or one.amount is not None], "", True, parked=parked)

    async def by_code(self) -> dict[str, Discount]:
        """Every code in capitals, with what it takes off."""
        found, _ = await self._read()
        return {one.code.upper(): one for one in found if one.code}

    async def _read(self) -> tuple[list[Discount], Any]:
        rows = rows_of(await self._calls.get("o/op/1/menu/discounts"))
        return await asyncio.to_thread(each, rows, self._mapped, "code")

    def _mapped(self, raw: Any) -> Discount:
        return to_discount(raw, currency=self._calls.currency)
