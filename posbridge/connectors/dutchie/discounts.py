"""Specials, which Plus applies by itself, and codes, which only the shopper can type (contract, section 7)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.dutchie import documents
from posbridge.connectors.dutchie.calls import Calls
from posbridge.connectors.dutchie.specials_mapping import to_discount
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader, each
from posbridge.domain.basket import PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal

_AT_CHECKOUT = "Dutchie applies its specials by itself; a code is typed by the shopper at Dutchie's checkout."


class Discounts:
    """The specials of a store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """Never valid here, in words: Plus can be asked for no code."""
        return DiscountAnswer(code=code, refusal=DiscountRefusal.UNSUPPORTED, message=_AT_CHECKOUT, checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """The specials with their members, to be shown; no code is among them, and no amount is told."""
        found = await self._calls.of_store(documents.SPECIALS, "specials")
        if not isinstance(found, list):
            raise SchemaDrift("Dutchie's list of specials is no list any more.")
        members = {ident: await self._members(ident) for ident in _ids(found)}
        items, parked = each(found, lambda raw: to_discount(raw, product_ids=members.get(_id(raw), ())))
        yield Page(items, last=True, parked=parked, total=len(found))

    async def _members(self, special_id: str) -> list[str]:
        members: list[str] = []
        async for rows, _, _ in self._calls.menu(documents.SPECIAL_MEMBERS, ids=[special_id]):
            members += [Reader(row).id() for row in rows]
        return members


def _id(raw: Any) -> str:
    value = raw.get("id") if isinstance(raw, dict) else None
    return value if isinstance(value, str) else ""


def _ids(found: list[Any]) -> list[str]:
    return [ident for raw in found if (ident := _id(raw))]
