"""Every error that posbridge raises on purpose, as one tree; each class says what to do next.

PosbridgeError
├── DomainError               the cashier can fix it (wrong amount, unknown product, expired batch …)
├── DeviceError               a printer or drawer failed; the sale stands
├── StoreError                the database: full, locked, corrupt, read-only
│   ├── DiskFull · ReadOnlyStore · CorruptStore · StoreBusy
├── SecurityError             the vault, a PIN or a right
│   ├── VaultLocked · WrongPin · LockedOut · NotAllowed
├── ConfigurationError        a setting is wrong or absent
└── ConnectorError            an outside system
    ├── ServiceUnavailable    it certainly did not happen: try again
    ├── RateLimitExceeded     it certainly did not happen: not before `retry_at`
    ├── OutcomeUnknown        it may have happened: settle first
    ├── AuthenticationError   stop, ask a person to sign in
    │   └── TokenRevoked      the platform itself ended the connection
    ├── PermissionDenied      signed in, but a right is missing
    ├── ValidationError       never passes as it is: park it, show it, go on
    ├── NotFound · Conflict
    ├── Unsupported           the platform cannot express it and we will not lie
    └── SchemaDrift           an answer no longer has the shape we know

Anything that is not a PosbridgeError is a bug and goes to the crash report.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any


class PosbridgeError(Exception):
    """The root. `message` is for a person, `next_step` says what to do, `code` is stable for programs."""

    code = "error"
    default_step = ""

    def __init__(
        self, message: str = "", *, next_step: str | None = None, code: str | None = None, **detail: Any
    ) -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        self.message = str(self.args[0])
        self.next_step = self.default_step if next_step is None else next_step
        if code is not None:
            self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class DomainError(PosbridgeError):
    """The sale cannot be done like this."""

    code = "domain"


class DeviceError(PosbridgeError):
    """A device did not answer; the sale stands."""

    code = "device"


class ConfigurationError(PosbridgeError):
    """A setting is missing or wrong."""

    code = "configuration"


class StoreError(PosbridgeError):
    """The database could not do it."""

    code = "store"


class DiskFull(StoreError):
    """The disk is full, so nothing was saved."""

    code = "disk_full"
    default_step = "Free some space on the disk, then try again."


class ReadOnlyStore(StoreError):
    """The data folder cannot be written."""

    code = "read_only"
    default_step = "Give this user the right to write to the data folder, then start again."


class CorruptStore(StoreError):
    """The database file is damaged."""

    code = "corrupt"
    default_step = "Run `posbridge restore` with the newest backup; the damaged file is kept beside it."


class StoreBusy(StoreError):
    """Another program holds the database."""

    code = "busy"
    default_step = "Close the other posbridge on this machine, then try again."


class SecurityError(PosbridgeError):
    """Refused for safety."""

    code = "security"


class VaultLocked(SecurityError):
    """The key that opens tokens and personal data is not available."""

    code = "vault_locked"
    default_step = "Unlock the system's keyring or give the passphrase; selling goes on meanwhile."


class WrongPin(SecurityError):
    """The PIN is not right."""

    code = "wrong_pin"


class LockedOut(SecurityError):
    """Too many wrong tries."""

    code = "locked_out"


class NotAllowed(SecurityError):
    """This needs the approval of somebody with more rights."""

    code = "not_allowed"


class ConnectorError(PosbridgeError):
    """An outside system could not do it. `status` is its HTTP status, `platform_code` its own word."""

    code = "connector"

    def __init__(
        self,
        message: str = "",
        *,
        next_step: str | None = None,
        code: str | None = None,
        platform: str = "",
        status: int | None = None,
        platform_code: str = "",
        **detail: Any,
    ) -> None:
        super().__init__(message, next_step=next_step, code=code, **detail)
        self.platform = platform
        self.status = status
        self.platform_code = platform_code


class ServiceUnavailable(ConnectorError):
    """The system cannot be reached or is down; nothing happened there."""

    code = "unavailable"


class RateLimitExceeded(ConnectorError):
    """The system asks us to slow down; nothing happened there. `retry_at` is UTC, or None when not said."""

    code = "rate_limited"

    def __init__(self, message: str = "", *, retry_at: datetime | None = None, **detail: Any) -> None:
        super().__init__(message, **detail)
        self.retry_at = retry_at


class OutcomeUnknown(ConnectorError):
    """The request left, no trustworthy answer came: it may have happened."""

    code = "unknown"


class AuthenticationError(ConnectorError):
    """The system does not accept our keys."""

    code = "signed_out"
    default_step = "Open Connections and sign in again; the queue is kept."


class TokenRevoked(AuthenticationError):
    """The system says that access was withdrawn."""

    code = "revoked"


class PermissionDenied(ConnectorError):
    """The key works but lacks a right."""

    code = "permission"


class ValidationError(ConnectorError):
    """The system refuses this object as it is."""

    code = "rejected"


class NotFound(ConnectorError):
    """The system does not know this object."""

    code = "not_found"


class Conflict(ConnectorError):
    """The object was changed or exists already."""

    code = "conflict"


class Unsupported(ConnectorError):
    """The system cannot do this, and posbridge will not pretend."""

    code = "unsupported"


class SchemaDrift(ConnectorError):
    """An answer no longer has the shape posbridge knows; `object_id` names the object."""

    code = "schema_drift"

    def __init__(self, message: str = "", *, object_id: str = "", **detail: Any) -> None:
        super().__init__(message, **detail)
        self.object_id = object_id
