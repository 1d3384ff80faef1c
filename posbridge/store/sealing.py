"""What the store asks of the vault, and nothing more: personal data is sealed, or not stored at all."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel

from posbridge.domain.errors import VaultLocked


class Vault(Protocol):
    """Each may raise VaultLocked. `context` names row and column, so that a sealed value fits nowhere else."""

    def seal(self, plain: bytes, context: str) -> bytes: ...

    def open(self, sealed: bytes, context: str) -> bytes: ...

    def index(self, kind: str, value: str) -> str: ...

    def audit_key(self) -> bytes: ...


def seal_model(vault: Vault | None, value: BaseModel | None, context: str) -> bytes | None:
    """`value` sealed; None when there is none, or no key: what cannot be sealed is not stored."""
    if value is None or vault is None:
        return None
    try:
        return vault.seal(value.model_dump_json().encode(), context)
    except VaultLocked:
        return None


def open_bytes(vault: Vault | None, sealed: bytes | None, context: str) -> bytes | None:
    """What was sealed; None when there is nothing, or no key."""
    if sealed is None or vault is None:
        return None
    try:
        return vault.open(sealed, context)
    except VaultLocked:
        return None


def unlocked(vault: Vault | None) -> Vault:
    """Raises VaultLocked when there is no vault."""
    if vault is None:
        raise VaultLocked
    return vault
