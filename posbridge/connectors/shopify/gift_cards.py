"""Gift cards at Shopify: charged by id; the note of each movement says whose it is, for there is no key."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from posbridge.connectors.contract import GiftCardMove
from posbridge.connectors.errors import NotFound, OutcomeUnknown
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import Body, Calls, members, needed
from posbridge.connectors.shopify.people_mapping import read_gift_card
from posbridge.connectors.shopify.reading import money, nodes
from posbridge.connectors.text import Reader
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money


class GiftCards:
    """The shop's cards. One movement of a card leaves this machine at a time."""

    keyless = True

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: dict[str, str] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def balance(self, code: str) -> GiftCard:
        return read_gift_card(await self._card(code), _plain(code), self._calls.currency)

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        return await self._move(code, amount, key, reference, documents.CARD_DEBIT, "debitAmount")

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        return await self._move(code, amount, key, reference, documents.CARD_CREDIT, "creditAmount")

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        """Among the card's last hundred movements, read by its id: no search lags between."""
        return self._moved(await self._as_it_stands(code), key)

    async def _move(
        self, code: str, amount: Money, key: str, reference: str, document: str, field: str
    ) -> GiftCardMove:
        """Looks for the key among the movements, and books what is not there. It may have left before and still come:
        whoever asks waits for that (`keyless`)."""
        async with self._turns[_plain(code)]:
            card = await self._as_it_stands(code)
            known = self._moved(card, key)
            if known is not None:
                return known
            sum_of = {"amount": amount.plain(), "currencyCode": amount.currency}
            asked = {field: sum_of, "note": note_of(key, reference)}
            payload = await self._calls.change(document, id=Reader(card).id(), input=asked)
        made = Reader(payload).object("moved")
        if not made.raw:
            raise OutcomeUnknown("Shopify did not say how the card was charged.")
        return self._read(made, made.object("giftCard"))

    async def _card(self, code: str) -> Body:
        """The card of a code: by its id once it is known, else by a search that must name it beyond doubt.

        Raises NotFound where no card, or more than one, ends like the code.
        """
        typed = _plain(code)
        if typed in self._known:
            return needed(await self._calls.ask(documents.GIFT_CARD, id=self._known[typed]), "giftCard")
        data = await self._calls.ask(documents.GIFT_CARDS, query=typed)
        rows = [row for row in members(needed(data, "giftCards")) if _ends_like(row, typed)]
        if len(rows) != 1 or len(typed) < 8:
            raise NotFound("Shopify does not know this gift card.")
        self._known[typed] = Reader(rows[0]).id()
        return dict(rows[0])

    async def _as_it_stands(self, code: str) -> Body:
        """The card read by its id: what a search shows may be behind by a movement."""
        known = _plain(code) in self._known
        card = await self._card(code)
        return card if known else await self._card(code)

    def _moved(self, card: Mapping[str, object], key: str) -> GiftCardMove | None:
        reader = Reader(card)
        for raw in nodes(reader, "transactions"):
            row = Reader(raw)
            if row.text("note").partition(" ")[0] == note_of(key):
                return self._read(row, reader)
        return None

    def _read(self, row: Reader, card: Reader) -> GiftCardMove:
        """Shopify writes a debit below zero; ours are always above."""
        nothing = Money.zero(self._calls.currency)
        amount = money(row, "amount", self._calls.currency) or nothing
        balance = money(card, "balance", self._calls.currency) or nothing
        return GiftCardMove(id=row.id(), amount=-amount if amount < nothing else amount, balance=balance)


def note_of(key: str, reference: str = "") -> str:
    return f"posbridge-{key} {reference}".strip()


def _plain(code: str) -> str:
    """Codes are letters and digits whatever their case; people write them with gaps."""
    return "".join(char for char in code if char.isalnum()).lower()


def _ends_like(row: object, typed: str) -> bool:
    return isinstance(row, Mapping) and str(row.get("lastCharacters", "")).lower() == typed[-4:]
