"""The order's GUID at COVA, made from our reference and readable back into it.

COVA's order carries the id that we choose and is found by nothing else. The reference is made once from the order's
own UUID; packed into a GUID of version 4 it makes the same GUID whenever the order is sent or looked up, even when
every memory of the first try is lost, and tells which sale an order at COVA is.
"""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 20
_BASE = len(_LETTERS) + 1
#: 37^20 < 2^105; the 17 bits left say that the GUID is one of ours.
_PACKED_BITS = 105
_CHECK_BITS = 17


def guid_of(reference: str) -> str:
    """The GUID of an order with this reference, lower case. A reference of other characters is hashed."""
    if re.fullmatch(rf"[{_LETTERS}]{{1,{_LONGEST}}}", reference):
        packed = _packed(reference)
        return _guid(packed << _CHECK_BITS | _check(packed))
    digest = hashlib.sha256(f"posbridge:{reference}".encode()).digest()
    return _guid(int.from_bytes(digest[:16]) >> 6)


def reference_in(guid: str) -> str:
    """Our reference that the GUID holds, "" for one that is not ours."""
    try:
        value = UUID(guid)
    except (ValueError, AttributeError, TypeError):
        return ""
    bits = _payload(value.int)
    packed, check = bits >> _CHECK_BITS, bits & (1 << _CHECK_BITS) - 1
    if value.version != 4 or check != _check(packed):
        return ""
    found = _unpacked(packed)
    return found if found and guid_of(found) == str(value) else ""


def is_guid(text: str) -> bool:
    """Whether COVA could have an order of this id."""
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def _packed(reference: str) -> int:
    value = 0
    for letter in reference:
        value = value * _BASE + _LETTERS.index(letter) + 1
    return value


def _unpacked(value: int) -> str:
    found = []
    while value:
        value, digit = divmod(value, _BASE)
        if digit == 0:
            return ""
        found.append(_LETTERS[digit - 1])
    return "".join(reversed(found))


def _check(packed: int) -> int:
    digest = hashlib.sha256(b"posbridge" + packed.to_bytes(_PACKED_BITS // 8 + 1)).digest()
    return int.from_bytes(digest[:4]) >> 32 - _CHECK_BITS


def _guid(bits: int) -> str:
    """122 bits with the marks of version 4 (RFC 9562) between them."""
    value = (bits >> 74) << 80 | 0x4 << 76 | (bits >> 62 & 0xFFF) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
    return str(UUID(int=value))


def _payload(value: int) -> int:
    return (value >> 80) << 74 | (value >> 64 & 0xFFF) << 62 | value & (1 << 62) - 1
