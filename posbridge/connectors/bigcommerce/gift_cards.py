"""BigCommerce's gift certificates: a balance that is read and written whole, with no ledger, key or comparison.

posbridge marks each movement on the certificate itself, at the end of its message, so that a repeat is known and a
lost answer can be settled. Two tills that write at once are told apart by looking again after a pause: whose mark
was written over begins anew (`PAUSE_S` must be longer than a write takes on its way).
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

from posbridge.connectors.bigcommerce.calls import Calls
from posbridge.connectors.bigcommerce.people_mapping import from_gift_card, mark_of, moves_of, to_gift_card
from posbridge.connectors.contract import GiftCardMove
from posbridge.connectors.errors import Conflict, NotFound, ValidationError
from posbridge.domain.gift_card import GiftCard, GiftCardStatus
from posbridge.domain.money import Money

CARDS = "v2/gift_certificates"
#: Seconds between a write and the look whether it stands.
PAUSE_S = 0.6
_TRIES = 12


class GiftCards:
    """One movement of a certificate at a time in this process."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def balance(self, code: str) -> GiftCard:
        """The code that comes back is compared whole, whatever the filter does."""
        typed = code.strip()
        rows = await self._calls.rows(CARDS, {"code": typed, "limit": 50})
        for row in rows:
            card = to_gift_card(row, currency=self._calls.currency)
            if card.code.casefold() == typed.casefold():
                now = self._calls.clock()
                gone = card.status is GiftCardStatus.ACTIVE and card.expires_at is not None and card.expires_at <= now
                status = GiftCardStatus.EXPIRED if gone else card.status
                return card.model_copy(update={"checked_at": now, "status": status})
        raise NotFound("BigCommerce knows no gift certificate with this code.")

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        """Raises ValidationError for a certificate that is not active, in another currency, or holds less, Conflict
        when other tills keep writing to it."""
        return await self._moved(code, -amount, key, usable=True)

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        return await self._moved(code, amount, key, usable=False)

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        return _found(await self.balance(code), key)

    async def _moved(self, code: str, change: Money, key: str, *, usable: bool) -> GiftCardMove:
        async with self._locks[code.strip().casefold()]:
            for _ in range(_TRIES):
                card = await self.balance(code)
                done = _found(card, key)
                if done is not None:
                    return done
                _check(card, change, usable)
                await self._calls.write("PUT", f"{CARDS}/{card.id}", from_gift_card(card, change, key))
                await asyncio.sleep(PAUSE_S)
            done = await self.find_move(code, key)
            if done is not None:
                return done
        raise Conflict("This gift certificate is being used at another till.", next_step="Try again in a minute.")


def _check(card: GiftCard, change: Money, usable: bool) -> None:
    if usable and card.status is not GiftCardStatus.ACTIVE:
        raise ValidationError(f"This gift certificate cannot be used: it is {card.status.value}.")
    if card.balance.currency != change.currency:
        raise ValidationError(f"This gift certificate is in {card.balance.currency}.")
    if (card.balance + change).amount < 0:
        raise ValidationError(f"The gift certificate holds {card.balance.plain()} {card.balance.currency}.")


def _found(card: GiftCard, key: str) -> GiftCardMove | None:
    """The movement under the key, as it is marked on the certificate."""
    amount = moves_of(card).get(mark_of(key))
    if amount is None:
        return None
    moved = Money.parse(amount, card.balance.currency, rounding="half_up")
    return GiftCardMove(id=mark_of(key), amount=moved, balance=card.balance)
