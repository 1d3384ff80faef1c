"""Every sealed field of the database, for a new master key; and the vault's ring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, LargeBinary, Table, Text, literal, literal_column, select, update
from sqlalchemy.sql.elements import ColumnElement

from posbridge.domain.errors import SecurityError, VaultLocked
from posbridge.security.vault import KeyLost
from posbridge.store import baskets, customers, discounts, gift_cards, orders, settings, tables
from posbridge.store import tokens as token_rows
from posbridge.store.engine import Store

RING = "vault.ring"
_BATCH = 500
Reseal = Callable[[bytes, str, str], bytes]


@dataclass(frozen=True)
class Place:
    """One sealed column: its name for the vault (`column`) and its row's name there, as SQL."""

    table: Table
    sealed: Column[bytes]
    column: ColumnElement[str]
    row: ColumnElement[str]


def _place(table: Table, sealed: str, column: str, *keys: str) -> Place:
    row: ColumnElement[str] = table.c[keys[0]]
    for key in keys[1:]:
        row = row + "/" + table.c[key]
    return Place(table, table.c[sealed], literal(column, Text), row)


_TOKENS = tables.tokens
PLACES = (
    _place(tables.orders, "customer_sealed", orders.CUSTOMER, "id"),
    _place(tables.baskets, "customer_sealed", baskets.CUSTOMER, "id"),
    _place(tables.customers, "sealed", customers.SEALED, "id"),
    _place(tables.discounts, "people_sealed", discounts.PEOPLE, "connection_id", "id"),
    _place(tables.gift_cards, "code_sealed", gift_cards.CODE, "id"),
    _place(tables.gift_card_holds, "code_sealed", gift_cards.HOLD_CODE, "id"),
    _place(tables.secrets, "sealed", token_rows.SECRET, "connection_id", "name"),
    Place(_TOKENS, _TOKENS.c.sealed, literal("tokens.", Text) + _TOKENS.c.type, _TOKENS.c.connection_id),
)


def sealed_columns() -> set[str]:
    """All columns that hold sealed bytes, as "table.column"; a test compares them with the schema."""
    every = (column for table in tables.metadata.tables.values() for column in table.c)
    return {str(column) for column in every if isinstance(column.type, LargeBinary)}


class StoredSeals:
    """`security.rotation.SealedRows` on the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def save_ring(self, ring: bytes) -> None:
        """Keeps the vault's ring."""
        await self._store.write(settings.put, RING, ring.hex())

    async def ring(self) -> bytes | None:
        """What `Vault.load_ring` is given at each start."""
        kept = await self._store.read(settings.get, RING)
        return None if kept is None else bytes.fromhex(kept)

    async def reseal(self, again: Reseal) -> int:
        """Runs `again` over every sealed field, some hundred a transaction; how many changed."""
        changed = 0
        for place in PLACES:
            numbers = await self._store.read(_numbers, place)
            for start in range(0, len(numbers), _BATCH):
                changed += await self._store.write(_reseal, place, numbers[start : start + _BATCH], again)
        return changed


def _numbers(tx: Connection, place: Place) -> list[int]:
    rows = select(_rowid(place)).select_from(place.table).where(place.sealed.is_not(None))
    return [int(number) for number in tx.execute(rows).scalars()]


def _reseal(tx: Connection, place: Place, numbers: Sequence[int], again: Reseal) -> int:
    rowid, changed = _rowid(place), 0
    wanted = select(rowid, place.sealed, place.column, place.row).where(rowid.in_(numbers), place.sealed.is_not(None))
    for number, sealed, column, row in tx.execute(wanted).all():
        fresh = _fresh(again, sealed, column, row)
        if fresh != sealed:
            tx.execute(update(place.table).where(rowid == number).values({place.sealed.name: fresh}))
            changed += 1
    return changed


def _fresh(again: Reseal, sealed: bytes, column: str, row: str) -> bytes:
    """The field under the new key; one that opens no more stays as it is. Raises VaultLocked."""
    try:
        return again(sealed, column, row)
    except KeyLost:
        return sealed
    except VaultLocked:
        raise
    except SecurityError:
        return sealed


def _rowid(place: Place) -> ColumnElement[int]:
    return literal_column(f"{place.table.name}.rowid")
