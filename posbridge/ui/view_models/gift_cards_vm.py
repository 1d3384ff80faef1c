"""Gift cards: what is left on one, and what the platform allows to do with it."""

from __future__ import annotations

from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.qt import Signal, Slot
from posbridge.ui.view_models.base import ViewModel, held, told


class GiftCardsVm(ViewModel):
    """services: `gift_card(code) -> {masked, balance, currency, status, expires, source, checked_at,
    moves: [{kind, amount, at, place}]}`, `gift_card_rights() -> [{act, allowed, reason, label, here, currency}]` with
    act in redeem, sell, reload, offline and `here` where this till itself does it;
    `gift_cards_recent() -> [{masked, kind, amount, currency, at}]`;
    `load_gift_card(code, amount, detail) -> card` sells a card with this amount (text of major units) or puts it on
    a card there is, `detail` {kind: "cash" | "card", reference, last_four} says how it was paid."""

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

    currency_changed = Signal()
    currency = held(str, "currency", currency_changed, "")
    selling_changed = Signal()
    selling = held(bool, "selling", selling_changed, False)

    async def load(self) -> None:
        rights = await self.services.gift_card_rights()
        currency = next((row["currency"] for row in rights if row.get("currency")), "")
        self._put(rights=rights, currency=currency, recent=await self.services.gift_cards_recent())

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
        self._put(code="", card={}, refusal={}, selling=False)

    @Slot(bool)
    def sell(self, opened: bool) -> None:
        """Open or close the form that sells or reloads a card."""
        self._put(selling=opened, refusal={})

    @Slot(str, str, "QVariantMap")
    def put_on(self, code: str, amount: str, detail: dict[str, Any]) -> None:
        self._run(self._put_on(code.strip(), amount.strip().replace(",", "."), dict(detail)))

    async def _put_on(self, code: str, amount: str, detail: dict[str, Any]) -> None:
        try:
            card: dict[str, Any] = await self.services.load_gift_card(code, amount, detail)
        except PosbridgeError as error:
            self._put(refusal=told(error))
            return
        self._put(code=code, card=card, refusal={}, selling=False)
        await self.load()
