"""The vault: one master key seals tokens and personal data; orders never need it.

A sealed field is  b"PB" · version (1 byte) · key id (4) · nonce (12) · AES-256-GCM text and tag. The key is derived
from the master key for its column (HKDF-SHA256); header, column and row are authenticated, so that a field copied
to another row or column does not open. The key id tells old from new while the master key is rotated.

Pepper, audit key and index key are derived from the first master key. A rotation keeps them in the `ring`, a sealed
field which the store saves and gives back with `load_ring`; without it they would change with the master key.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from posbridge.domain.errors import SecurityError, VaultLocked

if TYPE_CHECKING:  # imported where they are used: a till shows its window before it needs them
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_MAGIC = b"PB\x01"
_ID_END = len(_MAGIC) + 4
_NONCE_END = _ID_END + 12
_RING = ("pepper", "audit", "index")


class SealBroken(SecurityError):
    """A sealed field was changed, or copied from another row or column."""

    code = "seal_broken"
    default_step = "Sign in again or enter the data again; if it comes back, restore a backup."


class KeyLost(VaultLocked):
    """This field was sealed with a key that is not on this machine."""

    code = "key_lost"
    default_step = "Sign in again under Connections; orders and the queue are not affected."


@dataclass(frozen=True)
class MasterKeys:
    """The master key (32 bytes), and during a rotation the one that follows it. Neither shows in a repr."""

    current: bytes = field(repr=False)
    next: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if any(len(key) != KEY_BYTES for key in self.all()):
            raise ValueError(f"a master key has {KEY_BYTES} bytes")

    def all(self) -> tuple[bytes, ...]:
        return (self.current,) if self.next is None else (self.current, self.next)

    def opens(self, sealed: bytes) -> bool:
        """Whether one of these keys made this sealed field, as its header says."""
        return any(key_id(key) == sealed[len(_MAGIC) : _ID_END] for key in self.all())


def new_key() -> bytes:
    """A fresh master key from the system's random source."""
    return os.urandom(KEY_BYTES)


def key_id(master: bytes) -> bytes:
    """Four bytes that name a master key and tell nothing about it."""
    return _derive(master, "key id")[:4]


class Vault:
    """Seals and opens fields. Built without keys it is locked, and `unlock` may come at any time later.

    Every method that needs the key raises VaultLocked while there is none; `reason` then says why, in words.
    """

    def __init__(self, keys: MasterKeys | bytes | None = None, *, region: str = "US", reason: str = "") -> None:
        self.region = region
        self.reason = reason
        self._keys: MasterKeys | None = None
        self._by_id: dict[bytes, bytes] = {}
        self._ciphers: dict[tuple[bytes, str], AESGCM] = {}
        self._ring: dict[str, bytes] = {}
        self._sealed_ring: bytes | None = None
        if keys is not None:
            self.unlock(keys)

    def __repr__(self) -> str:
        return f"Vault({'open' if self.is_open else 'locked'})"

    @property
    def is_open(self) -> bool:
        return self._keys is not None

    @property
    def keys(self) -> MasterKeys:
        """The keys in use. Raises VaultLocked."""
        if self._keys is None:
            raise VaultLocked(self.reason)
        return self._keys

    def unlock(self, keys: MasterKeys | bytes) -> None:
        """Takes the keys; fields sealed from now on use `next` where there is one."""
        self._keys = MasterKeys(keys) if isinstance(keys, bytes) else keys
        self._by_id = {key_id(key): key for key in self._keys.all()}
        self._ciphers.clear()
        self.reason = ""
        if self._sealed_ring is not None:
            self._open_ring(self._sealed_ring)
        elif not self._ring:
            self._ring = {name: _derive(self._keys.current, name) for name in _RING}

    def lock(self, reason: str = "") -> None:
        """Forgets every key."""
        self._keys, self.reason = None, reason
        self._by_id, self._ring = {}, {}
        self._ciphers.clear()

    def seal(self, plain: bytes | str, *, column: str, row: str) -> bytes:
        """The sealed field of `plain` for this place. `column` is "table.column", `row` the row's id."""
        keys = self.keys
        header = _MAGIC + key_id(keys.next or keys.current)
        nonce = os.urandom(12)
        data = plain.encode() if isinstance(plain, str) else plain
        cipher = self._cipher(header[len(_MAGIC) :], column)
        return header + nonce + cipher.encrypt(nonce, data, _place(header, column, row))

    def open(self, sealed: bytes, *, column: str, row: str) -> bytes:
        """What was sealed for this place. Raises VaultLocked, KeyLost (another key), SealBroken (changed, moved)."""
        from cryptography.exceptions import InvalidTag

        self.keys  # noqa: B018 - raises when locked
        if len(sealed) < _NONCE_END + 16 or not sealed.startswith(_MAGIC):
            raise SealBroken
        header = sealed[:_ID_END]
        cipher = self._cipher(header[len(_MAGIC) :], column)
        try:
            return cipher.decrypt(sealed[_ID_END:_NONCE_END], sealed[_NONCE_END:], _place(header, column, row))
        except InvalidTag as problem:
            raise SealBroken from problem

    def open_text(self, sealed: bytes, *, column: str, row: str) -> str:
        """As `open`, for what was sealed as text."""
        return self.open(sealed, column=column, row=row).decode()

    def reseal(self, sealed: bytes, *, column: str, row: str) -> bytes:
        """The same content under the newest key; the very same bytes when it has that key already."""
        keys = self.keys
        if sealed[len(_MAGIC) : _ID_END] == key_id(keys.next or keys.current):
            return sealed
        return self.seal(self.open(sealed, column=column, row=row), column=column, row=row)

    def blind_index(self, value: str, purpose: str) -> str:
        """A key to look a value up by without storing it: HMAC-SHA256 in hex, "" for an empty value.

        `purpose` "email" and "phone" are normalised first, so that other spellings meet; other purposes are
        compared without regard to case and outer blanks.
        """
        plain = normalised(value, purpose, self.region)
        if not plain:
            return ""
        key = self._inner("index")
        return hmac.new(key, f"{purpose}\0{plain}".encode(), sha256).hexdigest()

    def audit_key(self) -> bytes:
        """The key of the audit chain, 32 bytes; stays the same when the master key is rotated."""
        return self._inner("audit")

    def pepper(self) -> bytes:
        """What a PIN is mixed with before it is hashed, 32 bytes; stays the same when the master key is rotated."""
        return self._inner("pepper")

    def ring(self) -> bytes:
        """Pepper, audit key and index key, sealed under the newest key; the store saves it during a rotation."""
        content = {name: self._inner(name).hex() for name in _RING}
        self._sealed_ring = self.seal(json.dumps(content), column="vault.ring", row="ring")
        return self._sealed_ring

    def load_ring(self, sealed: bytes | None) -> None:
        """Takes back what `ring` gave; None (never rotated) changes nothing. While locked it is kept until `unlock`.

        Errors as for `open`.
        """
        self._sealed_ring = sealed
        if sealed is not None and self.is_open:
            self._open_ring(sealed)

    def _open_ring(self, sealed: bytes) -> None:
        content = json.loads(self.open(sealed, column="vault.ring", row="ring"))
        self._ring = {name: bytes.fromhex(content[name]) for name in _RING}

    def _inner(self, name: str) -> bytes:
        self.keys  # noqa: B018 - raises when locked
        return self._ring[name]

    def _cipher(self, name: bytes, column: str) -> AESGCM:
        found = self._ciphers.get((name, column))
        if found is None:
            if name not in self._by_id:
                raise KeyLost
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            found = AESGCM(_derive(self._by_id[name], f"seal {column}"))
            self._ciphers[name, column] = found
        return found


def normalised(value: str, purpose: str, region: str = "US") -> str:
    """One spelling of an e-mail address or phone number (E.164); a number that cannot be one keeps its digits."""
    bare = value.strip()
    if purpose == "phone":
        return to_e164(bare, region) or "".join(letter for letter in bare if letter.isdigit())
    return bare.casefold()


def to_e164(value: str, region: str = "US") -> str:
    """The number in E.164, "" when it is none; `region` (ISO 3166) reads numbers without a country code."""
    import phonenumbers

    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _derive(master: bytes, purpose: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"posbridge v1 {purpose}".encode()).derive(master)


def _place(header: bytes, column: str, row: str) -> bytes:
    """Header, column and row without ambiguity: each with its length."""
    parts = (header, column.encode(), row.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
