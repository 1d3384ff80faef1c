"""Gift cards: what is on one, who issues them here, selling and reloading our own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.services.gift_card_sales import GiftCardSales
from posbridge.ui.desk.base import DeskBase, iso

#: Movements of the ledger in the words of the screen.
KINDS = {"issue": "sell", "redeem": "redeem", "refund": "refund", "expire": "expire"}


class CardsDesk(DeskBase):
    """For GiftCardsVm."""

    async def gift_card(self, code: str) -> dict[str, Any]:
        """Raises NotFound, and the issuer's error when it cannot be asked."""
        answer = await self.services.gift_cards.balance(code)
        card, own = answer.card, not answer.connection_id
        expired = card.expires_at is not None and card.expires_at <= self.now()
        moves = await GiftCardSales(self.services.house).moves(code) if own else []
        return {
            "masked": card.masked, "balance": card.balance.amount, "currency": card.balance.currency,
            "status": GiftCardStatus.EXPIRED.value if expired else card.status.value,
            "expires": iso(card.expires_at), "source": "platform", "label": answer.issuer,
            "checked_at": iso(card.checked_at or self.now()),
            "moves": [
                {"kind": KINDS[move.kind], "amount": move.amount, "at": iso(move.at), "place": ""} for move in moves
            ],
        }  # fmt: skip

    async def gift_card_rights(self) -> list[dict[str, Any]]:
        settings, issuer = await self.settings(), await GiftCardSales(self.services.house).issuer()
        away = "" if issuer.own else "issued_elsewhere"
        offline = issuer.own or settings.offline_gift_cards
        shared = {"label": "", "currency": settings.currency}
        return [
            {"act": "redeem", "allowed": True, "reason": "", "here": issuer.own, **shared},
            {"act": "sell", "allowed": issuer.own, "reason": away, "here": issuer.own, **shared, "label": issuer.label},
            {"act": "reload", "allowed": issuer.own, "reason": away, "here": issuer.own, **shared,
             "label": issuer.label},
            {"act": "offline", "allowed": offline, "reason": "" if offline else "not_while_offline", "here": issuer.own,
             **shared},
        ]  # fmt: skip

    async def gift_cards_recent(self) -> list[dict[str, Any]]:
        found = await GiftCardSales(self.services.house).since(self.now() - timedelta(hours=24))
        return [
            {
                "masked": move.masked, "kind": KINDS[move.kind], "amount": move.amount, "currency": move.currency,
                "at": iso(move.at),
            }
            for move in found
        ]  # fmt: skip

    async def load_gift_card(self, code: str, amount: str, detail: dict[str, Any]) -> dict[str, Any]:
        """The card after `amount` (text of major units) was put on it. Raises DomainError."""
        money = Money.parse(amount, (await self.settings()).currency)
        paid = {name: str(value) for name, value in detail.items()}
        await GiftCardSales(self.services.house).put_on(code, money, str(uuid4()), paid, who=self.person_id)
        return await self.gift_card(code)
