"""PW Gift Cards: the one plug-in whose cards can be charged without an order.

https://pimwick.com/pw-woocommerce-gift-cards-rest-api-documentation/; shapes from the plug-in's source, not run
against a shop (a GUESS, said so in the facts).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import GiftCardMove
from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import Reader
from posbridge.connectors.woocommerce.code_mapping import read_gift_card
from posbridge.connectors.woocommerce.pages import rows_in
from posbridge.connectors.woocommerce.reading import money, one
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money

PROVIDER = "pw_gift_cards"


class PwGiftCards:
    """Balances are changed by signed amounts; our key stands in the note of each change."""

    keyless = True

    def __init__(self, http: PlatformHttp, root: str, clock: Callable[[], datetime], *, currency: str) -> None:
        self._http, self._clock, self._currency = http, clock, currency
        self._cards = f"{root}/wc-pimwick/v1/pw-gift-cards"

    async def balance(self, code: str) -> GiftCard:
        """Only active cards are found by their number."""
        rows = rows_in(await self._http.get(self._cards, params={"number": code.strip()}))
        found = [card for card in (self._card(row) for row in rows) if card.code.casefold() == code.strip().casefold()]
        if not found:
            raise NotFound("The shop knows no gift card with this number.")
        return found[0].model_copy(update={"checked_at": self._clock()})

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        """The plug-in lets a balance fall below zero, so it is read before, and put right when another till was
        quicker."""
        card = await self.balance(code)
        held = await self._moved(card, key)
        if held is not None:
            return held
        if amount > card.balance:
            raise ValidationError(f"The gift card holds {card.balance.plain()} {card.balance.currency}.")
        move = await self._move(card, -amount, key, reference)
        if move.balance.amount < 0:
            await self._move(card, amount, f"{key}:undone", reference)
            raise ValidationError("The gift card was charged elsewhere at the same moment and holds too little now.")
        return move

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        card = await self.balance(code)
        return await self._moved(card, key) or await self._move(card, amount, key, reference)

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        return await self._moved(await self.balance(code), key)

    def _card(self, raw: Any) -> GiftCard:
        return one(raw, lambda row: read_gift_card(row, self._currency), "gift card")

    async def _move(self, card: GiftCard, amount: Money, key: str, reference: str) -> GiftCardMove:
        note = f"posbridge {key} {reference}".strip()
        await self._http.write("PUT", f"{self._cards}/{card.id}", json={"amount": amount.decimal(), "note": note})
        made = await self._moved(card, key)
        if made is None:
            raise SchemaDrift("The gift card does not show the change that was made.", object_id=card.id)
        return made

    async def _moved(self, card: GiftCard, key: str) -> GiftCardMove | None:
        """The change that carries the key, unless it was undone."""
        said = Reader((await self._http.get(f"{self._cards}/{card.id}")).json())
        balance = self._card(said.raw.get("gift_card")).balance
        notes = {_key_in(row): row for row in said.objects("activity")}
        row = None if f"{key}:undone" in notes else notes.get(key)
        if row is None:
            return None
        return GiftCardMove(
            id=key, amount=money(row, "amount", self._currency) or Money.zero(self._currency), balance=balance
        )


def _key_in(row: Reader) -> str:
    words = row.text("note").split()
    return words[1] if len(words) > 1 and words[0] == "posbridge" else ""
