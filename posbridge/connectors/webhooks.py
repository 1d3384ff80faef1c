"""What connectors need to prove a webhook delivery: always over the raw bytes, always in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

Secret = str | bytes


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever its case; "" when absent."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")


def signature(message: bytes, secret: Secret, *, digest: str = "sha256", encoding: str = "base64") -> str:
    """The HMAC of a message, in "base64" or "hex"."""
    key = secret.encode() if isinstance(secret, str) else secret
    made = hmac.new(key, message, getattr(hashlib, digest)).digest()
    return made.hex() if encoding == "hex" else base64.b64encode(made).decode()


def signed(
    message: bytes, given: str, secrets: Iterable[Secret], *, digest: str = "sha256", encoding: str = "base64"
) -> bool:
    """True when one of the secrets signed the message; empty secrets and signatures never count.

    All secrets are tried, so that the time tells nothing; several are live while one is being replaced.
    """
    good = False
    said = given.strip().lower() if encoding == "hex" else given.strip()
    for secret in secrets:
        if secret and said:
            expected = signature(message, secret, digest=digest, encoding=encoding)
            good |= hmac.compare_digest(expected.encode(), said.encode("utf-8", "replace"))
    return good


def secrets_in(text: str) -> list[str]:
    """The secrets that one field holds, apart by spaces: while one is replaced there are two."""
    return text.split()
