"""Selling and reloading cards of the store's own ledger, and what cards did today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from posbridge.connectors.contract import Service
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money
from posbridge.security.redaction import contains_card_number
from posbridge.services import asking
from posbridge.services.gift_cards import OWN, CardAnswer, GiftCards
from posbridge.services.house import House
from posbridge.store import audit, gift_card_sales
from posbridge.store import gift_cards as own
from posbridge.store.gift_card_sales import CardMove
from posbridge.store.transaction import Transaction


@dataclass(frozen=True)
class Issuer:
    """Who issues new cards here: a connected system (`label`), or the store itself (`own`)."""

    own: bool
    label: str


class GiftCardSales:
    """Where a connected system has gift cards, new ones are sold there; else the store's own ledger issues them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def issuer(self) -> Issuer:
        """By the facts of what is connected: known offline."""
        for connection in await asking.enabled(self._house):
            facts = self._house.registry.connector(connection.platform).facts
            if Service.GIFT_CARDS in facts.services and not facts.capabilities.gift_cards_balance_only:
                return Issuer(False, facts.label)
        return Issuer(True, OWN)

    async def put_on(self, code: str, amount: Money, key: str, paid: Mapping[str, str], *, who: str) -> CardAnswer:
        """`amount`, taken as `paid` says, onto our card `code`; a new code makes a new card. The same key does it once.

        Raises DomainError for an amount or code that cannot be, for a card that is not in use or of another currency,
        and where a connected system issues the cards. VaultLocked.
        """
        code = code.strip()
        if amount.amount <= 0:
            raise DomainError("A gift card is sold with an amount above zero.")
        if len(code) < 5:
            raise DomainError("A gift card's code has at least five characters.")
        if any(contains_card_number(text) for text in (code, *paid.values())):
            raise DomainError("This could be a payment card's number, which posbridge never keeps.")
        issuer = await self.issuer()
        if not issuer.own:
            raise DomainError(
                f"{issuer.label} sells the gift cards of this shop.", code="issued_elsewhere",
                next_step=f"Sell it in {issuer.label}.",
            )  # fmt: skip
        await self._house.store.write(self._put_on, code, amount, key, dict(paid), who)
        return await GiftCards(self._house).balance(code)

    async def moves(self, code: str) -> list[CardMove]:
        """The ledger of our own card, the newest first; empty for a card of somebody else."""
        return await self._house.store.read(gift_card_sales.moves, code, self._house.vault)

    async def since(self, start: datetime) -> list[CardMove]:
        """What cards did at this till since then, the newest first."""
        return await self._house.store.read(gift_card_sales.since, start)

    def _put_on(self, tx: Transaction, code: str, amount: Money, key: str, paid: dict[str, str], who: str) -> None:
        house, now = self._house, self._house.clock()
        known = own.find(tx, code, house.vault, now)
        if known is None:
            card_id = own.issue(tx, code, amount, key, now, house.vault)
        else:
            card_id = known.id
            gift_card_sales.reload(tx, card_id, amount, key, now)
        detail = {"amount": amount.amount, "currency": amount.currency, "paid": paid}
        audit.add(
            tx, "gift_card_issue" if known is None else "gift_card_reload", now, vault=house.vault, who=who,
            object_kind="gift_card", object_id=card_id, detail=detail,
        )  # fmt: skip

