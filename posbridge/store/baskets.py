"""Baskets: a row from the first line on, so that a crash loses nothing that was rung up."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from posbridge.domain.basket import Basket
from posbridge.domain.customer import Customer
from posbridge.domain.errors import DomainError
from posbridge.store.errors import NotStored
from posbridge.store.sealing import Vault, open_bytes, seal_model
from posbridge.store.tables import baskets
from posbridge.store.times import ms

CUSTOMER = "baskets.customer"
_LIVE = ("open", "parked")


def save(tx: Connection, basket: Basket, now: datetime, vault: Vault | None = None, *, device: str = "") -> None:
    """Keeps the basket as it is now. Raises DomainError when it was paid or discarded already."""
    row, at = str(basket.id), ms(now)
    values: dict[str, Any] = {
        "state": "parked" if basket.parked else "open", "name": basket.name, "updated_at": at,
        "body": json.dumps(_body(basket)), "customer_sealed": seal_model(vault, basket.customer, CUSTOMER, row),
    }  # fmt: skip
    made = insert(baskets).values(id=row, device=device, created_at=at, **values)
    kept = made.on_conflict_do_update(index_elements=["id"], set_=values, where=baskets.c.state.in_(_LIVE))
    if tx.execute(kept).rowcount != 1:
        raise DomainError("This basket is closed.", code="basket_closed")


def load(tx: Connection, basket_id: UUID, vault: Vault | None = None) -> Basket:
    """Raises NotStored. Without the vault a customer holds only an id."""
    basket = find(tx, basket_id, vault)
    if basket is None:
        raise NotStored(f"There is no basket {basket_id}.")
    return basket


def find(tx: Connection, basket_id: UUID, vault: Vault | None = None) -> Basket | None:
    """As `load`; None where it has no row: one that nothing was put into yet."""
    row = tx.execute(select(baskets).where(baskets.c.id == str(basket_id))).first()
    return None if row is None else _basket(row, vault)


def current(tx: Connection, vault: Vault | None = None, *, device: str = "") -> Basket | None:
    """The till's open basket, the one used last."""
    wanted = select(baskets).where(baskets.c.device == device, baskets.c.state == "open")
    row = tx.execute(wanted.order_by(baskets.c.updated_at.desc(), baskets.c.id.desc()).limit(1)).first()
    return None if row is None else _basket(row, vault)


def parked(tx: Connection, vault: Vault | None = None, *, device: str | None = None) -> list[Basket]:
    """Parked baskets, the newest first; of all tills when none is named."""
    wanted = select(baskets).where(baskets.c.state == "parked").order_by(baskets.c.updated_at.desc())
    if device is not None:
        wanted = wanted.where(baskets.c.device == device)
    return [_basket(row, vault) for row in tx.execute(wanted)]


def state_of(tx: Connection, basket_id: UUID) -> str | None:
    """open, parked, closed (paid) or discarded; None when there is no such basket."""
    found = tx.execute(select(baskets.c.state).where(baskets.c.id == str(basket_id))).scalar()
    return None if found is None else str(found)


def close(tx: Connection, basket_id: UUID, now: datetime) -> None:
    """It was paid: in the order's transaction. Raises DomainError when it is closed already."""
    _end(tx, basket_id, "closed", now)


def discard(tx: Connection, basket_id: UUID, now: datetime) -> None:
    """Nobody buys it. Raises DomainError when it is closed already."""
    _end(tx, basket_id, "discarded", now)


def _end(tx: Connection, basket_id: UUID, state: Literal["closed", "discarded"], now: datetime) -> None:
    live = (baskets.c.id == str(basket_id), baskets.c.state.in_(_LIVE))
    if tx.execute(update(baskets).where(*live).values(state=state, updated_at=ms(now))).rowcount != 1:
        raise DomainError("This basket is closed.", code="basket_closed")


def _body(basket: Basket) -> dict[str, Any]:
    body = basket.model_dump(mode="json", exclude={"customer"})
    return {**body, "customer_id": None if basket.customer is None else basket.customer.id}


def _basket(row: Any, vault: Vault | None) -> Basket:
    body = json.loads(row.body)
    known = body.pop("customer_id")
    opened = open_bytes(vault, row.customer_sealed, CUSTOMER, row.id)
    customer = None
    if known is not None:
        customer = Customer.model_validate_json(opened) if opened else Customer(id=known)
    return Basket.model_validate({**body, "parked": row.state == "parked", "customer": customer})
