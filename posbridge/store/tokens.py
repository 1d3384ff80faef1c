"""Sealed secrets and tokens of the connections. What is opened here is never logged nor kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from posbridge.security.tokens import SealedToken, TokenType
from posbridge.store.engine import Store
from posbridge.store.sealing import Vault, unlocked
from posbridge.store.tables import secrets, tokens
from posbridge.store.times import ms_or_none, now_ms, when_or_none

SECRET = "secrets.value"  # noqa: S105 (the place, not a secret)
#: Begins the names of secrets that a platform told us; a person's own stand under their field's name.
_TOLD = "told/"
#: Live at once while one is being replaced.
_LIVE = 2


class StoredTokens:
    """`security.tokens.TokenStore` on the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self, connection_id: str) -> Sequence[SealedToken]:
        """All tokens of a connection."""
        return await self._store.read(load_tokens, connection_id)

    async def save(self, connection_id: str, found: Sequence[SealedToken]) -> None:
        """Keeps these in place of those of the same type, in one transaction."""
        await self._store.write(save_tokens, connection_id, found)

    async def forget(self, connection_id: str) -> None:
        """Deletes all tokens of a connection."""
        await self._store.write(forget_tokens, connection_id)


def load_tokens(tx: Connection, connection_id: str) -> list[SealedToken]:
    rows = tx.execute(select(tokens).where(tokens.c.connection_id == connection_id).order_by(tokens.c.type))
    return [SealedToken(TokenType(row.type), row.sealed, when_or_none(row.expires_at)) for row in rows]


def save_tokens(tx: Connection, connection_id: str, found: Sequence[SealedToken]) -> None:
    for token in found:
        values = {"sealed": token.sealed, "expires_at": ms_or_none(token.expires_at), "updated_at": now_ms(tx)}
        made = insert(tokens).values(connection_id=connection_id, type=token.type.value, **values)
        tx.execute(made.on_conflict_do_update(index_elements=["connection_id", "type"], set_=values))


def forget_tokens(tx: Connection, connection_id: str) -> None:
    tx.execute(delete(tokens).where(tokens.c.connection_id == connection_id))


def put_secrets(tx: Connection, connection_id: str, named: Mapping[str, str], vault: Vault | None) -> None:
    """Replaces all secrets that a person gave for a connection. Raises VaultLocked."""
    unlocked(vault)
    told = secrets.c.name.startswith(_TOLD, autoescape=True)
    tx.execute(delete(secrets).where(secrets.c.connection_id == connection_id, ~told))
    for name, value in named.items():
        _put(tx, connection_id, name, value, vault)


def get_secrets(tx: Connection, connection_id: str, vault: Vault | None) -> dict[str, str]:
    """The opened secrets by field name; {} when there are none. Raises VaultLocked, SealBroken.

    What the platform told stands before what a person entered in the same field, parted by a space.
    """
    found = _opened(tx, connection_id, vault)
    told = {name.removeprefix(_TOLD): value for name, value in found.items() if name.startswith(_TOLD)}
    given = {name: value for name, value in found.items() if not name.startswith(_TOLD)}
    joined = {
        name: " ".join(dict.fromkeys([*value.split(), *given.get(name, "").split()])) for name, value in told.items()
    }
    return given | joined


def add_told_secret(tx: Connection, connection_id: str, field: str, value: str, vault: Vault | None) -> bool:
    """Keeps a secret that the platform told, before the one it replaces; False when it was known.

    It outlives the secrets that a person enters anew. Raises VaultLocked.
    """
    held = _opened(tx, connection_id, vault)
    told = held.get(_TOLD + field, "").split()
    if value in [*told, *held.get(field, "").split()]:
        return False
    _put(tx, connection_id, _TOLD + field, " ".join([value, *told][:_LIVE]), vault)
    return True


def forget_told_secrets(tx: Connection, connection_id: str) -> None:
    """The connection is another account's now."""
    told = secrets.c.name.startswith(_TOLD, autoescape=True)
    tx.execute(delete(secrets).where(secrets.c.connection_id == connection_id, told))


def _put(tx: Connection, connection_id: str, name: str, value: str, vault: Vault | None) -> None:
    sealed = unlocked(vault).seal(value, column=SECRET, row=f"{connection_id}/{name}")
    values = {"sealed": sealed, "updated_at": now_ms(tx)}
    made = insert(secrets).values(connection_id=connection_id, name=name, **values)
    tx.execute(made.on_conflict_do_update(index_elements=["connection_id", "name"], set_=values))


def _opened(tx: Connection, connection_id: str, vault: Vault | None) -> dict[str, str]:
    found = tx.execute(select(secrets.c.name, secrets.c.sealed).where(secrets.c.connection_id == connection_id)).all()
    places = {row.name: f"{connection_id}/{row.name}" for row in found}
    return {row.name: unlocked(vault).open_text(row.sealed, column=SECRET, row=places[row.name]) for row in found}
