"""Identities made by us: order ids (UUIDv7) and references a person can type."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from uuid import UUID

# Crockford's alphabet: no I, L, O, U, so nothing is mistyped.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7(at: datetime, random_bits: int | None = None) -> UUID:
    """A UUID version 7 (RFC 9562) of the UTC time `at`: sorts by time, 74 random bits."""
    bits = secrets.randbits(74) if random_bits is None else random_bits
    milliseconds = int(at.astimezone(UTC).timestamp() * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 0x7 << 76 | (bits >> 62 & 0xFFF) << 64
    value |= 0b10 << 62 | bits & (1 << 62) - 1
    return UUID(int=value)


def reference_of(order_id: UUID, prefix: str = "P") -> str:
    """The reference of an order at every platform: at most 20 characters, typable, made once from its id.

    It holds the id's milliseconds and 30 of its random bits, so that two orders of one shop share one only if
    they were made in the same millisecond and one in a thousand million agrees.
    """
    milliseconds = order_id.int >> 80
    random_part = order_id.int & (1 << 30) - 1
    return f"{prefix[:3].upper()}{_encode(milliseconds, 10)}{_encode(random_part, 6)}"


def _encode(value: int, width: int) -> str:
    digits = []
    for _ in range(width):
        value, digit = divmod(value, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
