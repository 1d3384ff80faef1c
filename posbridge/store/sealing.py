"""Personal data in the database: sealed by the vault, or not stored at all. A lost key never hides a sale."""

from __future__ import annotations

from pydantic import BaseModel

from posbridge.domain.errors import SecurityError, VaultLocked
from posbridge.security.vault import Vault

__all__ = ["Vault", "open_bytes", "seal_model", "unlocked"]


def seal_model(vault: Vault | None, value: BaseModel | None, column: str, row: str) -> bytes | None:
    """`value` sealed for its place; None when there is none, or no key: what cannot be sealed is not stored."""
    if value is None or vault is None:
        return None
    try:
        return vault.seal(value.model_dump_json(), column=column, row=row)
    except VaultLocked:
        return None


def open_bytes(vault: Vault | None, sealed: bytes | None, column: str, row: str) -> bytes | None:
    """What was sealed; None when there is nothing, no key, or the field was changed."""
    if sealed is None or vault is None:
        return None
    try:
        return vault.open(sealed, column=column, row=row)
    except SecurityError:
        return None


def unlocked(vault: Vault | None) -> Vault:
    """The vault when it is open. Raises VaultLocked."""
    if vault is None or not vault.is_open:
        raise VaultLocked(vault.reason if vault is not None else "")
    return vault
