"""The errors a connector raises; the tree and its promises stand in `posbridge.domain.errors`."""

from __future__ import annotations

from posbridge.domain.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    TokenRevoked,
    Unsupported,
    ValidationError,
)

__all__ = [
    "AuthenticationError",
    "Conflict",
    "ConnectorError",
    "NotFound",
    "OutcomeUnknown",
    "PermissionDenied",
    "RateLimitExceeded",
    "SchemaDrift",
    "ServiceUnavailable",
    "TokenRevoked",
    "Unsupported",
    "ValidationError",
]
