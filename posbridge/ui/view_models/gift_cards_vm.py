"""Gift cards: what is left on one, and what the platform allows to do with it."""

from __future__ import annotations

from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.qt import Signal, Slot
from posbridge.ui.view_models.base import ViewModel, held, told


class GiftCardsVm(ViewModel):
    """services: `gift_card(code) -> {masked, balance, currency, status, expires, source, checked_at,
    moves: [{kind, amount, at, place}]}`, `gift_card_rights() -> [{act, allowed, reason, label}]` with act in
    redeem, sell, reload, offline; `gift_cards_recent() -> [{masked, kind, amount, currency, at}]`."""

    code_changed = Signal()
    code = held(str, "code", code_changed, "")
    card_changed = Signal()
    card = held("QVariantMap", "card", card_changed, {})
    rights_changed = Signal()
    rights = held("QVariantList", "rights", rights_changed, [])
    recent_changed = Signal()
    recent = held("QVariantList", "recent", recent_changed, [])
    #: {} or {code, message, next_step}: why the last check gave no card.
    refusal_changed = Signal()
    refusal = held("QVariantMap", "refusal", refusal_changed, {})

    async def load(self) -> None:
        self._put(rights=await self.services.gift_card_rights(), recent=await self.services.gift_cards_recent())

    @Slot(str)
    def check(self, code: str) -> None:
        if code.strip():
            self._run(self.find(code.strip()))

    async def find(self, code: str) -> None:
        self._put(code=code)
        try:
            card: dict[str, Any] = await self.services.gift_card(code)
        except PosbridgeError as error:
            self._put(card={}, refusal=told(error))
            return
        self._put(card=card, refusal={})

    @Slot()
    def clear(self) -> None:
        self._put(code="", card={}, refusal={})
