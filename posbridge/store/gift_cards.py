"""Gift cards the store issued itself: a ledger whose sum is the balance, kept above zero by the schema.

A hold sets an amount aside for a basket; it counts against the card until it is captured, released or runs out.
Codes are sealed and found by a keyed hash; all that take a code raise VaultLocked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, func, insert, literal_column, select, update

from posbridge.domain.errors import DomainError
from posbridge.domain.gift_card import GiftCard, GiftCardStatus, Movement, MovementKind, mask_code
from posbridge.domain.money import Money
from posbridge.store.errors import NotStored
from posbridge.store.sealing import Vault, unlocked
from posbridge.store.tables import gift_card_holds, gift_card_movements, gift_cards
from posbridge.store.times import ms, ms_or_none, when, when_or_none

CODE = "gift_cards.code"
HOLD_CODE = "gift_card_holds.code"
#: Within one millisecond movements come in the order in which they were written.
_WRITTEN: ColumnElement[int] = literal_column("gift_card_movements.rowid")
_G, _M, _H = gift_cards.c, gift_card_movements.c, gift_card_holds.c


def code_key(vault: Vault | None, code: str) -> str:
    """What a code is looked up by. Raises VaultLocked, DomainError for an empty code."""
    key = unlocked(vault).blind_index(code, "gift_card")
    if not key:
        raise DomainError("A gift card has a code.")
    return key


def issue(
    tx: Connection, code: str, amount: Money, key: str, now: datetime, vault: Vault | None, *,
    expires_at: datetime | None = None, order_id: UUID | None = None,
) -> str:  # fmt: skip
    """A new card with `amount` on it; its id. The same key issues it once.

    Raises ConstraintViolated for a used code.
    """
    known = tx.execute(select(_M.card_id).where(_M.key == key)).scalar()
    if known is not None:
        return str(known)
    identity = str(uuid4())
    tx.execute(insert(gift_cards), {
        "id": identity, "code_key": code_key(vault, code), "masked": mask_code(code), "currency": amount.currency,
        "code_sealed": unlocked(vault).seal(code, column=CODE, row=identity),
        "expires_at": ms_or_none(expires_at), "created_at": ms(now),
    })  # fmt: skip
    _book(tx, identity, MovementKind.ISSUE, amount.amount, key, now, order_id)
    return identity


def find(tx: Connection, code: str, vault: Vault | None, now: datetime) -> GiftCard | None:
    """The card with this code, its balance less live holds; None when we did not issue it."""
    row = tx.execute(select(gift_cards).where(_G.code_key == code_key(vault, code))).first()
    if row is None:
        return None
    status = GiftCardStatus(row.status)
    if status is GiftCardStatus.ACTIVE and row.expires_at is not None and row.expires_at <= ms(now):
        status = GiftCardStatus.EXPIRED
    free = Money(amount=available(tx, row.id, now), currency=row.currency)
    return GiftCard(
        id=row.id, code=code, balance=free, status=status, expires_at=when_or_none(row.expires_at), checked_at=now
    )


def balance(tx: Connection, card_id: str) -> int:
    """The sum of the card's movements, minor units. Raises NotStored."""
    found = tx.execute(select(_G.balance).where(_G.id == card_id)).scalar()
    if found is None:
        raise NotStored("There is no such gift card.")
    return int(found)


def available(tx: Connection, card_id: str, now: datetime, *, without: str = "") -> int:
    """The balance less what live holds set aside, minor units; the hold `without` does not count."""
    live = (_H.card_id == card_id, _H.state == "held", _H.expires_at > ms(now), _H.id != without)
    held = tx.execute(select(func.coalesce(func.sum(_H.amount), 0)).where(*live)).scalar_one()
    return balance(tx, card_id) - int(held)


def redeem(
    tx: Connection, card_id: str, amount: Money, key: str, now: datetime, *,
    order_id: UUID | None = None, of_hold: str = "",
) -> Movement:  # fmt: skip
    """Takes `amount` off; the same key takes it once. Raises DomainError when less is available or the card is not
    usable. `of_hold` is the hold that set this amount aside."""
    known = _known(tx, card_id, key, -amount.amount)
    if known is not None:
        return known
    require_usable(tx, card_id, amount, now, without=of_hold)
    return _book(tx, card_id, MovementKind.REDEEM, -amount.amount, key, now, order_id)


def refund(
    tx: Connection, card_id: str, amount: Money, key: str, now: datetime, *, order_id: UUID | None = None
) -> Movement:
    """Puts `amount` back; the same key does it once. Raises DomainError unless it is above zero."""
    if amount.amount <= 0:
        raise DomainError("A gift card gets back an amount above zero.")
    known = _known(tx, card_id, key, amount.amount)
    return known or _book(tx, card_id, MovementKind.REFUND, amount.amount, key, now, order_id)


def expire_card(tx: Connection, card_id: str, key: str, now: datetime) -> None:
    """What is left lapses; live holds are not touched and so keep the card from it. Raises DomainError."""
    left = balance(tx, card_id)
    if available(tx, card_id, now) != left:
        raise DomainError("A sale holds this gift card just now.")
    if left:
        _book(tx, card_id, MovementKind.EXPIRE, -left, key, now, None)
    set_status(tx, card_id, GiftCardStatus.EXPIRED)


def set_status(tx: Connection, card_id: str, status: GiftCardStatus) -> None:
    """Blocks a card or makes it active again. Raises NotStored."""
    if tx.execute(update(gift_cards).where(_G.id == card_id).values(status=status.value)).rowcount != 1:
        raise NotStored("There is no such gift card.")


def movements(tx: Connection, card_id: str) -> list[Movement]:
    """The card's ledger, in order."""
    joined = gift_card_movements.join(gift_cards, _M.card_id == _G.id)
    wanted = select(gift_card_movements, _G.currency).select_from(joined).where(_M.card_id == card_id)
    return [_movement(row, row.currency) for row in tx.execute(wanted.order_by(_M.at, _WRITTEN))]


def liability(tx: Connection) -> dict[str, int]:
    """What all cards hold, by currency, minor units."""
    wanted = select(_G.currency, func.sum(_G.balance)).group_by(_G.currency)
    return {currency: int(total) for currency, total in tx.execute(wanted)}


def require_usable(tx: Connection, card_id: str, amount: Money, now: datetime, *, without: str = "") -> None:
    """Raises DomainError unless `amount` is above zero, in the card's currency and available."""
    row = tx.execute(select(gift_cards).where(_G.id == card_id)).first()
    if row is None:
        raise NotStored("There is no such gift card.")
    if row.status != "active" or (row.expires_at is not None and row.expires_at <= ms(now)):
        raise DomainError("This gift card cannot be used.", code="gift_card_inactive")
    if amount.amount <= 0 or amount.currency != row.currency:
        raise DomainError(f"A gift card is charged with an amount above zero in {row.currency}.")
    free = available(tx, card_id, now, without=without)
    if amount.amount > free:
        left = Money(amount=max(free, 0), currency=row.currency)
        raise DomainError(f"The gift card holds {left.plain()} {row.currency}.", code="gift_card_balance", left=left)


def _book(
    tx: Connection, card_id: str, kind: MovementKind, amount: int, key: str, now: datetime, order_id: UUID | None
) -> Movement:
    identity = uuid4()
    tx.execute(insert(gift_card_movements), {
        "id": str(identity), "card_id": card_id, "kind": kind.value, "amount": amount, "key": key, "at": ms(now),
        "order_id": None if order_id is None else str(order_id),
    })  # fmt: skip
    currency = str(tx.execute(select(_G.currency).where(_G.id == card_id)).scalar_one())
    return Movement(
        id=identity, kind=kind, amount=Money(amount=amount, currency=currency), key=key, at=now, order_id=order_id
    )


def _known(tx: Connection, card_id: str, key: str, amount: int) -> Movement | None:
    joined = gift_card_movements.join(gift_cards, _M.card_id == _G.id)
    row = tx.execute(select(gift_card_movements, _G.currency).select_from(joined).where(_M.key == key)).first()
    if row is not None and (row.card_id != card_id or row.amount != amount):
        raise DomainError("This key was used for another movement.", code="key_reused")
    return None if row is None else _movement(row, row.currency)


def _movement(row: Any, currency: str) -> Movement:
    values = row._mapping
    order_id = values["order_id"]
    return Movement(
        id=UUID(values["id"]), kind=MovementKind(values["kind"]), key=values["key"], at=when(values["at"]),
        amount=Money(amount=values["amount"], currency=currency), order_id=None if order_id is None else UUID(order_id),
    )  # fmt: skip


def book(tx: Connection, card_id: str, kind: MovementKind, amount: int, key: str, now: datetime) -> Movement:
    """One movement of a signed amount; the same key books it once. Raises DomainError for a key used otherwise."""
    return _known(tx, card_id, key, amount) or _book(tx, card_id, kind, amount, key, now, None)
