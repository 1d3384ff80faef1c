"""Discount codes kept for the time without network, as each connection answered them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from posbridge.domain.discount import Discount
from posbridge.store.sealing import Vault, open_bytes
from posbridge.store.tables import discounts
from posbridge.store.times import ms, when, when_or_none

PEOPLE = "discounts.people"
#: Stands for addresses that cannot be read now: it matches nobody, so the code stays for its own people only.
_SEALED = frozenset(("(sealed)",))


@dataclass(frozen=True)
class CachedDiscount:
    """`read_at`: when the platform last said so."""

    connection_id: str
    discount: Discount
    read_at: datetime


def replace(
    tx: Connection, connection_id: str, found: Sequence[Discount], now: datetime, vault: Vault | None = None
) -> None:
    """All codes of the connection, after a whole read; those not named are gone."""
    upsert(tx, connection_id, found, now, vault)
    tx.execute(delete(discounts).where(discounts.c.connection_id == connection_id, discounts.c.read_at < ms(now)))


def upsert(
    tx: Connection, connection_id: str, found: Sequence[Discount], now: datetime, vault: Vault | None = None
) -> None:
    """Adds or replaces some codes. E-mail addresses in them are sealed."""
    if not found:
        return
    statement = insert(discounts)
    changed = {name: statement.excluded[name] for name in ("code_folded", "body", "people_sealed", "read_at")}
    tx.execute(
        statement.on_conflict_do_update(index_elements=["connection_id", "id"], set_=changed),
        [_row(connection_id, discount, now, vault) for discount in found],
    )


def by_code(tx: Connection, code: str, vault: Vault | None = None) -> list[CachedDiscount]:
    """What each connection knew of a typed code, in any case."""
    wanted = select(discounts).where(discounts.c.code_folded == code.strip().casefold())
    return [_cached(row, vault) for row in tx.execute(wanted)]


def listed(
    tx: Connection, connection_id: str | None = None, vault: Vault | None = None, limit: int = 500
) -> list[CachedDiscount]:
    """By code."""
    wanted = select(discounts).order_by(discounts.c.code_folded, discounts.c.id).limit(limit)
    if connection_id is not None:
        wanted = wanted.where(discounts.c.connection_id == connection_id)
    return [_cached(row, vault) for row in tx.execute(wanted)]


def automatic(tx: Connection, vault: Vault | None = None) -> list[CachedDiscount]:
    """Those without a code."""
    return [_cached(row, vault) for row in tx.execute(select(discounts).where(discounts.c.code_folded == ""))]


def age(tx: Connection, connection_id: str) -> datetime | None:
    """When the oldest code of the connection was read."""
    wanted = select(func.min(discounts.c.read_at)).where(discounts.c.connection_id == connection_id)
    return when_or_none(tx.execute(wanted).scalar())


def _row(connection_id: str, discount: Discount, now: datetime, vault: Vault | None) -> dict[str, Any]:
    identity, people = discount.id or discount.code.casefold(), None
    if discount.customer_emails and vault is not None and vault.is_open:
        text = json.dumps(sorted(discount.customer_emails))
        people = vault.seal(text, column=PEOPLE, row=f"{connection_id}/{identity}")
    emails: list[str] = sorted(_SEALED) if discount.customer_emails else []
    body = {**discount.model_dump(mode="json", exclude={"customer_emails"}), "customer_emails": emails}
    return {
        "connection_id": connection_id, "id": identity, "code_folded": discount.code.strip().casefold(),
        "body": json.dumps(body), "people_sealed": people, "read_at": ms(now),
    }  # fmt: skip


def _cached(row: Any, vault: Vault | None) -> CachedDiscount:
    discount = Discount.model_validate_json(row.body)
    opened = open_bytes(vault, row.people_sealed, PEOPLE, f"{row.connection_id}/{row.id}")
    if opened is not None:
        discount = discount.model_copy(update={"customer_emails": frozenset(json.loads(opened))})
    return CachedDiscount(row.connection_id, discount, when(row.read_at))
