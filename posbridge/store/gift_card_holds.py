"""Amounts set aside for a basket, on our own cards or as the journal of a redeem at an outside platform.

Own card:  held → captured (with its order) | released.
Outside:   held → redeeming → redeemed → captured, or → releasing → released. Each state is on disk before the next
request leaves, so that a crash in between is settled later by `unsettled`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from posbridge.domain.errors import DomainError
from posbridge.domain.gift_card import mask_code
from posbridge.domain.money import Money
from posbridge.store import gift_cards
from posbridge.store.errors import NotStored
from posbridge.store.gift_cards import HOLD_CODE
from posbridge.store.sealing import Vault, unlocked
from posbridge.store.tables import gift_card_holds
from posbridge.store.times import ms, when

State = Literal["held", "redeeming", "redeemed", "captured", "releasing", "released"]
_H = gift_card_holds.c
#: An outside card may hold our money, or miss it: a person or `settle` must see to these.
UNSETTLED: tuple[State, ...] = ("redeeming", "redeemed", "releasing")


@dataclass(frozen=True)
class HoldRow:
    """`card_id` is set for our own card, `connection_id` for an outside one. The id is the key of every call."""

    id: str
    card_id: str | None
    connection_id: str | None
    basket_id: str
    order_id: UUID | None
    masked: str
    amount: Money
    state: State
    expires_at: datetime
    remote_move_id: str
    reason: str
    created_at: datetime
    updated_at: datetime


def hold(
    tx: Connection, hold_id: UUID, card_id: str, code: str, amount: Money, basket_id: UUID, now: datetime,
    expires_at: datetime, vault: Vault | None,
) -> HoldRow:  # fmt: skip
    """Sets `amount` of our own card aside, after checking it, in one transaction. Raises DomainError."""
    gift_cards.require_usable(tx, card_id, amount, now)
    return _add(tx, hold_id, code, amount, basket_id, now, expires_at, vault, card_id=card_id)


def hold_outside(
    tx: Connection, hold_id: UUID, connection_id: str, code: str, amount: Money, basket_id: UUID, now: datetime,
    expires_at: datetime, vault: Vault | None,
) -> HoldRow:  # fmt: skip
    """Journals what a platform's card is to be charged. Raises DomainError unless the amount is above zero."""
    if amount.amount <= 0:
        raise DomainError("A gift card is charged with an amount above zero.")
    return _add(tx, hold_id, code, amount, basket_id, now, expires_at, vault, connection_id=connection_id)


def get(tx: Connection, hold_id: UUID | str) -> HoldRow:
    """Raises NotStored."""
    row = tx.execute(select(gift_card_holds).where(_H.id == str(hold_id))).first()
    if row is None:
        raise NotStored("There is no such hold.")
    return _row(row)


def code_of(tx: Connection, hold_id: UUID | str, vault: Vault | None) -> str:
    """The card's code, for the calls that settle. Raises VaultLocked, NotStored."""
    sealed = tx.execute(select(_H.code_sealed).where(_H.id == str(hold_id))).scalar()
    if sealed is None:
        raise NotStored("There is no such hold.")
    return unlocked(vault).open_text(sealed, column=HOLD_CODE, row=str(hold_id))


def of_basket(tx: Connection, basket_id: UUID) -> list[HoldRow]:
    """Holds that are neither captured nor released."""
    live = (_H.basket_id == str(basket_id), _H.state.in_(("held", *UNSETTLED)))
    return [_row(row) for row in tx.execute(select(gift_card_holds).where(*live).order_by(_H.created_at))]


def redeeming(tx: Connection, hold_id: UUID | str, now: datetime) -> None:
    """The request is about to leave. Raises DomainError unless it is held."""
    _move(tx, hold_id, "redeeming", now, ("held",), outside=True)


def redeemed(tx: Connection, hold_id: UUID | str, now: datetime, remote_move_id: str) -> None:
    """The platform took it. Raises DomainError unless it was asked to."""
    _move(tx, hold_id, "redeemed", now, ("redeeming", "redeemed"), outside=True, remote_move_id=remote_move_id)


def capture(tx: Connection, hold_id: UUID | str, order_id: UUID, now: datetime) -> None:
    """It paid the order, in the order's transaction: our own card is charged now. Once is as good as twice.

    Raises DomainError when it was released, an outside redeem has no answer yet, or the card no longer holds it.
    """
    row = get(tx, hold_id)
    if row.state == "captured" and row.order_id == order_id:
        return
    if row.card_id is not None:
        _require(row, ("held",))
        gift_cards.redeem(tx, row.card_id, row.amount, row.id, now, order_id=order_id, of_hold=row.id)
    _move(tx, hold_id, "captured", now, ("redeemed",) if row.connection_id else ("held",), order_id=str(order_id))


def release(tx: Connection, hold_id: UUID | str, now: datetime, reason: str = "") -> State:
    """No sale: released at once, or `releasing` when the platform may have taken it and must give it back.

    Raises DomainError when it paid an order.
    """
    row = get(tx, hold_id)
    if row.state == "released":
        return "released"
    to: State = "released" if row.state == "held" else "releasing"
    _move(tx, hold_id, to, now, ("held", *UNSETTLED), reason=reason)
    return to


def released(tx: Connection, hold_id: UUID | str, now: datetime) -> None:
    """The platform has the money back, or never took it. Raises DomainError unless it was being released."""
    _move(tx, hold_id, "released", now, ("releasing",), outside=True)


def expire(tx: Connection, now: datetime) -> int:
    """Releases holds that ran out and never left this machine; how many."""
    late = (_H.state == "held", _H.expires_at <= ms(now))
    ended = update(gift_card_holds).where(*late).values(state="released", reason="expired", updated_at=ms(now))
    return int(tx.execute(ended).rowcount)


def unsettled(tx: Connection, before: datetime) -> list[HoldRow]:
    """Outside holds that a crash or a lost reply left between states, not touched since `before`."""
    left = (_H.state.in_(UNSETTLED), _H.updated_at <= ms(before))
    return [_row(row) for row in tx.execute(select(gift_card_holds).where(*left).order_by(_H.updated_at))]


def _add(
    tx: Connection, hold_id: UUID, code: str, amount: Money, basket_id: UUID, now: datetime, expires_at: datetime,
    vault: Vault | None, *, card_id: str | None = None, connection_id: str | None = None,
) -> HoldRow:  # fmt: skip
    tx.execute(insert(gift_card_holds), {
        "id": str(hold_id), "card_id": card_id, "connection_id": connection_id, "basket_id": str(basket_id),
        "code_key": gift_cards.code_key(vault, code), "masked": mask_code(code), "currency": amount.currency,
        "code_sealed": unlocked(vault).seal(code, column=HOLD_CODE, row=str(hold_id)), "amount": amount.amount,
        "state": "held", "expires_at": ms(expires_at), "created_at": ms(now), "updated_at": ms(now),
    })  # fmt: skip
    return get(tx, hold_id)


def _move(
    tx: Connection, hold_id: UUID | str, to: State, now: datetime, allowed: tuple[State, ...], *,
    outside: bool = False, **values: Any,
) -> None:  # fmt: skip
    row = get(tx, hold_id)
    _require(row, allowed)
    if outside and row.connection_id is None:
        raise DomainError("Our own card is charged with the order, not before.")
    tx.execute(update(gift_card_holds).where(_H.id == row.id).values(state=to, updated_at=ms(now), **values))


def _require(row: HoldRow, allowed: tuple[State, ...]) -> None:
    if row.state not in allowed:
        raise DomainError(f"This gift card hold is {row.state}.", code=f"hold_{row.state}")


def _row(row: Any) -> HoldRow:
    return HoldRow(
        id=row.id, card_id=row.card_id, connection_id=row.connection_id, basket_id=row.basket_id, masked=row.masked,
        order_id=None if row.order_id is None else UUID(row.order_id), state=row.state,
        amount=Money(amount=row.amount, currency=row.currency), expires_at=when(row.expires_at),
        remote_move_id=row.remote_move_id, reason=row.reason, created_at=when(row.created_at),
        updated_at=when(row.updated_at),
    )  # fmt: skip
