"""Puts a refund's money back on the gift cards that one platform issued: an outbox row of kind "gift_card"."""

from __future__ import annotations

from dataclasses import dataclass

from posbridge.connectors.contract import GiftCardMove, GiftCardService, RemoteRef
from posbridge.domain.money import Money
from posbridge.domain.order import Tender, TenderKind
from posbridge.domain.refund import Refund
from posbridge.store import gift_card_holds as holds
from posbridge.store.engine import Store
from posbridge.store.gift_card_holds import HoldRow
from posbridge.store.transaction import Transaction
from posbridge.sync.steps import RowSteps
from posbridge.sync.work import Found


@dataclass(frozen=True)
class _Credit:
    """One card's share: `name` is its step, and with the row's key the key of its movement."""

    name: str
    hold: HoldRow
    code: str
    amount: Money


class GiftCardWork:
    """One row stands for all cards of a refund at one connection; each has a key and a step of its own."""

    def __init__(
        self, store: Store, connection_id: str, service: GiftCardService, refund: Refund, key: str
    ) -> None:
        self._store, self._connection_id, self._service = store, connection_id, service
        self._refund, self._key = refund, key
        self.reference = refund.reference

    async def look_up(self, steps: RowSteps) -> list[Found]:
        """Found when every card has its money; what is missing is sent under the same keys."""
        moves: list[GiftCardMove] = []
        for credit in await self._credits():
            move = await self._service.find_move(credit.code, f"{self._key}:{credit.name}")
            if move is None:
                return []
            moves.append(move)
        return [_found(moves[-1].id)] if moves else []

    async def send(self, key: str, steps: RowSteps) -> RemoteRef:
        last = ""
        for credit in await self._credits():
            last = await steps.get(credit.name) or await self._send_one(credit, key, steps)
        return RemoteRef(id=last)

    async def read_back(self, ref: RemoteRef) -> Found:
        return _found(ref.id)

    async def _send_one(self, credit: _Credit, key: str, steps: RowSteps) -> str:
        move = await self._service.refund(
            credit.code, credit.amount, f"{key}:{credit.name}",
            move_id=credit.hold.remote_move_id, reference=self._refund.reference,
        )  # fmt: skip
        await steps.put(credit.name, move.id)
        return move.id

    async def _credits(self) -> list[_Credit]:
        def load(tx: Transaction) -> list[_Credit]:
            return [
                _Credit(f"card{number}", hold, holds.code_of(tx, hold.id, self._store.vault), self._money(tender))
                for number, tender in enumerate(self._refund.tenders)
                if (hold := outside_hold(tx, tender)) is not None and hold.connection_id == self._connection_id
            ]

        return await self._store.read(load)

    def _money(self, tender: Tender) -> Money:
        return Money(amount=tender.amount, currency=self._refund.currency)


def outside_hold(tx: Transaction, tender: Tender) -> HoldRow | None:
    """The hold with which a platform's gift card paid; None for every other tender."""
    if tender.kind is not TenderKind.GIFT_CARD or not tender.gift_card_ref:
        return None
    hold = holds.get(tx, tender.gift_card_ref)
    return hold if hold.connection_id is not None else None


def _found(move_id: str) -> Found:
    return Found(RemoteRef(id=move_id))
