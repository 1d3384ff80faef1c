"""Money put on the store's own cards after their first sale, and what cards did in a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from posbridge.domain.errors import DomainError
from posbridge.domain.gift_card import Movement, MovementKind
from posbridge.domain.money import Money
from posbridge.store import gift_cards
from posbridge.store.sealing import Vault
from posbridge.store.tables import gift_card_holds, gift_card_movements
from posbridge.store.tables import gift_cards as cards
from posbridge.store.times import ms, when

_M, _G, _H = gift_card_movements.c, cards.c, gift_card_holds.c


@dataclass(frozen=True)
class CardMove:
    """One movement; `amount` is signed minor units, `kind` issue, redeem, refund or expire."""

    masked: str
    kind: str
    amount: int
    currency: str
    at: datetime


def reload(tx: Connection, card_id: str, amount: Money, key: str, now: datetime) -> Movement:
    """Puts `amount` on top; the same key does it once. Raises DomainError for a card that is not in use or of
    another currency."""
    row = tx.execute(select(_G.status, _G.currency).where(_G.id == card_id)).one()
    if row.status != "active" or row.currency != amount.currency:
        raise DomainError(f"This gift card cannot be reloaded with {amount.currency}.", code="gift_card_inactive")
    return gift_cards.book(tx, card_id, MovementKind.ISSUE, amount.amount, key, now)


def moves(tx: Connection, code: str, vault: Vault | None, limit: int = 50) -> list[CardMove]:
    """The newest movements of our card first; none for a code that is not ours."""
    joined = gift_card_movements.join(cards, _M.card_id == _G.id)
    wanted = select(_G.masked, _M.kind, _M.amount, _G.currency, _M.at).select_from(joined)
    same = _G.code_key == gift_cards.code_key(vault, code)
    return [_move(row) for row in tx.execute(wanted.where(same).order_by(_M.at.desc()).limit(limit))]


def since(tx: Connection, start: datetime, limit: int = 50) -> list[CardMove]:
    """Movements of our own cards and what paid for sales, also from a platform's card, the newest first."""
    joined = gift_card_movements.join(cards, _M.card_id == _G.id)
    ours = select(_G.masked, _M.kind, _M.amount, _G.currency, _M.at).select_from(joined).where(_M.at >= ms(start))
    theirs = select(_H.masked, _H.amount, _H.currency, _H.updated_at).where(
        _H.state == "captured", _H.connection_id.is_not(None), _H.updated_at >= ms(start)
    )
    found = [_move(row) for row in tx.execute(ours.order_by(_M.at.desc()).limit(limit))]
    for row in tx.execute(theirs.order_by(_H.updated_at.desc()).limit(limit)):
        found.append(CardMove(row.masked, "redeem", -row.amount, row.currency, when(row.updated_at)))
    return sorted(found, key=lambda move: move.at, reverse=True)[:limit]


def _move(row: Any) -> CardMove:
    return CardMove(row.masked, row.kind, row.amount, row.currency, when(row.at))
