"""How a command ends: five exit statuses, and which error leads to which."""

from __future__ import annotations

from enum import IntEnum

from posbridge.domain.errors import (
    ConfigurationError,
    Conflict,
    ConnectorError,
    DomainError,
    LockedOut,
    NotFound,
    PosbridgeError,
    SecurityError,
    StoreError,
    Unsupported,
    ValidationError,
    VaultLocked,
)


class Status(IntEnum):
    """DONE · SEE done, with something for a person to see · WRONG_USE change what was asked · NOT_NOW the same may
    work later (offline, not signed in, disk full, locked) · BUG ours."""

    DONE = 0
    SEE = 1
    WRONG_USE = 2
    NOT_NOW = 3
    BUG = 4


_ASKED_WRONGLY = (DomainError, ConfigurationError, ValidationError, NotFound, Conflict, Unsupported)
_NOT_NOW = (ConnectorError, StoreError, VaultLocked, LockedOut)
#: Store errors about the row that was asked for, not about the database.
_ABOUT_THE_ROW = frozenset(("not_stored", "constraint"))


def status_of(error: BaseException) -> Status:
    """The exit status that an error ends the command with."""
    if not isinstance(error, PosbridgeError):
        return Status.BUG
    if isinstance(error, _ASKED_WRONGLY) or error.code in _ABOUT_THE_ROW:
        return Status.WRONG_USE
    if isinstance(error, _NOT_NOW):
        return Status.NOT_NOW
    return Status.WRONG_USE if isinstance(error, SecurityError) else Status.SEE
