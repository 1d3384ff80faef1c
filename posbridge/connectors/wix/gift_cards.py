"""Gift cards at Wix: looked at and charged by code. No call honours a key, so a charge carries a mark of ours in the
place of the order's id, which the card's own list of movements tells again."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from urllib.parse import quote
from uuid import NAMESPACE_OID, uuid5

from posbridge.connectors.contract import GiftCardMove
from posbridge.connectors.errors import (
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    SchemaDrift,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.text import Reader
from posbridge.connectors.wix.calls import CARDS, MANAGED_CARDS, Body, Calls, queried
from posbridge.connectors.wix.errors import VOIDED
from posbridge.connectors.wix.people_mapping import to_gift_card
from posbridge.connectors.wix.reading import listed, money
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money

#: The app that issues Wix's own cards.
GIFT_CARDS_APP = "d80111c5-a0f4-47a8-b63a-65b54d774a27"
#: How long after a lost reply a charge may still be booked, or be booked and not yet in the card's list (searches lag
#: by up to a minute): no second one leaves before (a guess).
SETTLE_S = 120.0
_WHOLE = "In Wix's panel (Gift Cards) correct the balance by hand, or give the money back another way."


class GiftCards:
    """The site's cards. One movement of a card leaves this machine at a time."""

    keyless = True

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: dict[str, str] = {}
        self._doubt: dict[tuple[str, str], float] = {}
        self._before: dict[tuple[str, str], frozenset[str]] = {}
        self._charged: dict[str, Money] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def balance(self, code: str) -> GiftCard:
        """By the till's own call; where that knows no such card, by the manager's (the sources differ)."""
        typed = _plain(code)
        try:
            answer = await self._calls.ask(f"{CARDS}/{quote(typed, safe='')}", {"appId": GIFT_CARDS_APP})
        except NotFound:
            answer = {"giftCard": await self._managed(typed)}
        card = to_gift_card(answer, typed, currency=self._calls.currency)
        return card.model_copy(update={"checked_at": self._calls.clock()})

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        """Looks for the mark among the movements; charges what is not there.

        Raises OutcomeUnknown while a charge whose reply was lost may still be booked.
        """
        typed = _plain(code)
        async with self._turns[typed]:
            rows = await self._movements(typed)
            if (known := self._marked(rows, key)) is not None:
                return known
            self._require_clear(rows, typed, amount, key)
            if self._may_come(typed, key):
                raise OutcomeUnknown("Wix may still be booking this charge of the gift card.")
            return await self._once(typed, amount, key)

    def _require_clear(self, rows: list[Reader], typed: str, amount: Money, key: str) -> None:
        """That Wix tells our mark again is a guess: a charge of this amount that came since ours left and bears no mark
        may be ours, and then none leaves again. Raises OutcomeUnknown."""
        before = self._before.get((typed, key))
        if before is None:
            self._before[typed, key] = frozenset(row.text("id") for row in rows)
            return
        for row in rows:
            new = row.text("id") not in before and row.text("type", "REDEEM") == "REDEEM"
            same = money(row, "amount", amount.currency) == amount
            if new and same and not row.object("orderInfo").text("orderId"):
                raise OutcomeUnknown("Wix shows a charge of this amount that may be this one.")

    def _may_come(self, typed: str, key: str) -> bool:
        return time.monotonic() - self._doubt.get((typed, key), -SETTLE_S) < SETTLE_S

    async def _once(self, typed: str, amount: Money, key: str) -> GiftCardMove:
        """One charge; whether its reply was lost is remembered."""
        self._doubt[typed, key] = time.monotonic()
        try:
            made = await self._charge(typed, amount, key)
        except (OutcomeUnknown, SchemaDrift):
            self._doubt[typed, key] = time.monotonic()
            raise
        except ConnectorError:
            self._doubt.pop((typed, key), None)
            self._before.pop((typed, key), None)
            raise
        self._doubt.pop((typed, key), None)
        self._before.pop((typed, key), None)
        self._charged[made.id] = made.amount
        return made

    async def _charge(self, typed: str, amount: Money, key: str) -> GiftCardMove:
        body = {
            "code": typed,
            "amount": {"value": amount.plain(), "currency": amount.currency},
            "appId": GIFT_CARDS_APP,
            "orderId": mark_of(key),
        }
        try:
            made = Reader(await self._calls.write("POST", f"{CARDS}/redeem", body)).text("transactionId")
        except Conflict:
            known = await self._moved(typed, key)
            if known is None:
                raise
            return known
        if not made:
            raise OutcomeUnknown("Wix did not say how the card was charged.")
        return GiftCardMove(id=made, amount=amount, balance=await self._left(typed))

    async def _left(self, typed: str) -> Money:
        """What is left after a movement. When that cannot be read the movement stands all the same: OutcomeUnknown."""
        try:
            return (await self.balance(typed)).balance
        except ConnectorError as problem:
            raise OutcomeUnknown("Wix has booked it, but does not say what is left on the card.") from problem

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        """Takes a whole charge back. A second time Wix says that it was done, so a repeat is harmless.

        Raises Unsupported for a part of a charge, and for one whose amount is not known: it would go back whole.
        """
        typed = _plain(code)
        async with self._turns[typed]:
            await self._require_whole(typed, amount, move_id)
            try:
                body = {"transactionId": move_id, "appId": GIFT_CARDS_APP}
                await self._calls.write("POST", f"{CARDS}/void", body)
            except (Conflict, ValidationError) as problem:
                if problem.platform_code != VOIDED:
                    raise
            return GiftCardMove(id=move_id, amount=amount, balance=await self._left(typed))

    async def _require_whole(self, typed: str, amount: Money, move_id: str) -> None:
        rows = [row for row in await self._movements(typed) if row.text("id") == move_id] if move_id else []
        charged = money(rows[0], "amount", amount.currency) if rows else self._charged.get(move_id)
        if charged != amount:
            words = "Wix takes back whole charges of a gift card only, not a part of one."
            raise Unsupported(words, next_step=_WHOLE)

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        """Among the card's movements, by our mark."""
        return await self._moved(_plain(code), key)

    async def _moved(self, typed: str, key: str) -> GiftCardMove | None:
        return self._marked(await self._movements(typed), key)

    def _marked(self, rows: list[Reader], key: str) -> GiftCardMove | None:
        mark, currency = mark_of(key), self._calls.currency
        for row in rows:
            if row.object("orderInfo").text("orderId") == mark and row.text("type", "REDEEM") == "REDEEM":
                nothing = Money.zero(currency)
                balance = money(row, "updatedBalance", currency) or nothing
                return GiftCardMove(id=row.id(), amount=money(row, "amount", currency) or nothing, balance=balance)
        return None

    async def _movements(self, typed: str) -> list[Reader]:
        """All movements of a card; it is known by its id there, which the search of its whole code tells."""
        if typed not in self._known:
            self._known[typed] = Reader(await self._managed(typed)).id()
        path = f"{MANAGED_CARDS}/{self._known[typed]}/transactions/query"
        pages = queried(self._calls, path, {})
        return [Reader(row) async for page, _ in pages for row in listed(page, "transactions")]

    async def _managed(self, typed: str) -> Body:
        """The card in the manager's words. Raises NotFound where there is none, or not just one."""
        asked = {"filter": {"code": typed}, "cursorPaging": {"limit": 2}}
        rows = listed(await self._calls.ask(f"{MANAGED_CARDS}/search", {"search": asked}), "giftCards")
        fitting = [row for row in rows if isinstance(row, dict) and _ends_like(row, typed)]
        if len(fitting) != 1:
            raise NotFound("Wix does not know this gift card.")
        return fitting[0]


def mark_of(key: str) -> str:
    """A UUID that only this key makes: what stands in the place of the order's id."""
    return str(uuid5(NAMESPACE_OID, f"posbridge:{key}"))


def _plain(code: str) -> str:
    """People write codes with gaps and hyphens."""
    return "".join(char for char in code if char.isalnum())


def _ends_like(row: Body, typed: str) -> bool:
    """The answers mask the code: its end must agree where it is told."""
    suffix = str(row.get("codeSuffix") or row.get("code") or "")[-4:]
    return not suffix or suffix.casefold() == typed[-4:].casefold()
