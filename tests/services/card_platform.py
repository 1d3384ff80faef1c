"""A platform in memory that sells goods and issues gift cards, and fails at the point a test names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from posbridge.connectors.contract import Context, GiftCardMove, PlatformServices, Service
from posbridge.connectors.errors import NotFound, OutcomeUnknown, ServiceUnavailable, ValidationError
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money
from posbridge.testing.hostile import FACTS, HostileShop
from tests.services.conftest import OpenDoor

CODE = "7783000099990001"
#: lost: done, but the reply is lost · never: lost before it was done · down: refused before it left ·
#: late: lost, and done when `commit_late` is called.
FAULTS = ("lost", "never", "down", "late", "")


@dataclass
class CardShop:
    """`balances` by code and `moves` by key are the platform's own books; `next_faults` strike the next writes."""

    balances: dict[str, int] = field(default_factory=lambda: {CODE: 5000})
    moves: dict[str, GiftCardMove] = field(default_factory=dict)
    next_faults: list[str] = field(default_factory=list)
    blind: bool = False
    writes: int = 0
    pending: list[tuple[str, int, str]] = field(default_factory=list)

    def act(self, code: str, amount: int, key: str) -> GiftCardMove:
        """A write: `amount` is signed; the same key moves once."""
        self.writes += 1
        fault = self.next_faults.pop(0) if self.next_faults else ""
        if fault == "down":
            raise ServiceUnavailable("The cards are down.")
        if fault == "never":
            raise OutcomeUnknown("The connection broke.")
        if fault == "late":
            self.pending.append((code, amount, key))
            raise OutcomeUnknown("The connection broke.")
        move = self.book(code, amount, key)
        if fault == "lost":
            raise OutcomeUnknown("The reply was lost.")
        return move

    def book(self, code: str, amount: int, key: str) -> GiftCardMove:
        if key in self.moves:
            return self.moves[key]
        if self.balances[code] + amount < 0:
            raise ValidationError("The card holds less.")
        self.balances[code] += amount
        self.moves[key] = GiftCardMove(id=f"m{len(self.moves) + 1}", amount=_usd(abs(amount)), balance=self.left(code))
        return self.moves[key]

    def commit_late(self) -> None:
        """What was thought lost is done now."""
        for one in self.pending:
            self.book(*one)
        self.pending.clear()

    def left(self, code: str) -> Money:
        return _usd(self.balances[code])


class _Cards:
    def __init__(self, shop: CardShop) -> None:
        self._shop = shop

    async def balance(self, code: str) -> GiftCard:
        self._read()
        if code not in self._shop.balances:
            raise NotFound("No such card.")
        return GiftCard(id=f"card-{code}", code=code, balance=self._shop.left(code))

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        return self._shop.act(code, -amount.amount, key)

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        return self._shop.act(code, amount.amount, key)

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        self._read()
        return self._shop.moves.get(key)

    def _read(self) -> None:
        if self._shop.blind:
            raise ServiceUnavailable("The cards are down.")


class CardConnector(OpenDoor):
    """The hostile shop with gift cards."""

    def __init__(self, shop: HostileShop, cards: CardShop, door: str) -> None:
        facts = FACTS.model_copy(
            update={"name": "cards", "label": "Cards", "services": (*FACTS.services, Service.GIFT_CARDS)}
        )
        super().__init__(shop, facts, door)
        self.cards = cards

    def open(self, context: Context) -> PlatformServices:
        services: Any = _Cards(self.cards)
        return replace(super().open(context), gift_cards=services)


def _usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")
