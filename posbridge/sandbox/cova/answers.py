"""How COVA answers: iQmetrix's refusals, and ids that are the same in every run."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from posbridge.sandbox import wire
from posbridge.sandbox.wire import Reply

Obj = dict[str, Any]
_HAL = {"content-type": "application/hal+json"}
_WORDS = {
    400: "The request is invalid.",
    401: "Authorization has been denied for this request.",
    403: "The user is not granted this company or location.",
    404: "Resource cannot be found",
    405: "The requested resource does not support this method.",
}


class Refused(wire.Refused):
    """A refusal with its answer."""

    def __init__(self, status: int, words: str = "") -> None:
        super().__init__(refusal(status, words))


def refusal(status: int, words: str = "") -> Reply:
    """`{"Message": …}`, as public client tests show it."""
    return Reply(status, {"Message": words or _WORDS.get(status, "An error has occurred.")}, _HAL)


def guid(kind: str, key: str) -> str:
    """A GUID that depends on nothing but these words."""
    return str(UUID(bytes=hashlib.sha256(f"{kind}:{key}".encode()).digest()[:16], version=4))


def stamp(at: datetime) -> str:
    """UTC, as COVA writes it."""
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
