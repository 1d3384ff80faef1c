"""Key files that are never plain text: sealed by Windows (DPAPI), given by systemd, or wrapped with a passphrase."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from posbridge.security import dpapi
from posbridge.security.files import write_whole
from posbridge.security.key_sources import Found, KeySource, KeyState, Slot
from posbridge.security.keyring_source import KeyringSource
from posbridge.security.vault import KEY_BYTES, MasterKeys

MIN_PASSPHRASE = 12
#: Argon2id for a passphrase: asked once a start, so dearer than for a PIN.
_MEMORY_KIB, _TURNS, _LANES = 65_536, 3, 1
Prompt = Callable[[], str | None]


class ProtectedFile:
    """A file that the system seals for this user: DPAPI on Windows; elsewhere the source does not exist."""

    name = "protected file"

    def __init__(
        self,
        folder: Path,
        *,
        protect: Callable[[bytes], bytes] | None = dpapi.protect,
        unprotect: Callable[[bytes], bytes] | None = dpapi.unprotect,
    ) -> None:
        self._paths = {"current": folder / "master.key.sealed", "next": folder / "master.key.next.sealed"}
        self._protect, self._unprotect = protect, unprotect

    async def read(self) -> Found:
        """OPEN, ABSENT, or FAILED when the file does not open for this user."""
        return await asyncio.to_thread(_guarded, self.name, self._read)

    async def write(self, slot: Slot, key: bytes) -> Found:
        """Seals the key into its file and opens it again."""
        return await asyncio.to_thread(_guarded, self.name, lambda: self._write(slot, key))

    async def forget_next(self) -> None:
        """Deletes the file of the slot "next"."""
        await asyncio.to_thread(_guarded, self.name, lambda: _deleted(self.name, self._paths["next"]))

    def _read(self) -> Found:
        if self._unprotect is None:
            return Found(KeyState.ABSENT, self.name, message="This system does not seal files for a user.")
        if not self._paths["current"].exists():
            return Found(KeyState.ABSENT, self.name, message="There is no sealed key file.", can_hold=True)
        current = self._unprotect(self._paths["current"].read_bytes())
        pending = self._unprotect(self._paths["next"].read_bytes()) if self._paths["next"].exists() else None
        return _open(self.name, current, pending)

    def _write(self, slot: Slot, key: bytes) -> Found:
        if self._protect is None or self._unprotect is None:
            return Found(KeyState.ABSENT, self.name, message="This system does not seal files for a user.")
        write_whole(self._paths[slot], self._protect(key))
        if self._unprotect(self._paths[slot].read_bytes()) != key:
            return Found(KeyState.FAILED, self.name, message="The sealed key file does not open again.")
        return _open(self.name, key, None)


class SystemdCredential:
    """$CREDENTIALS_DIRECTORY/posbridge-master-key: the key, raw or in base64, decrypted for this service alone.

    systemd.exec(5), LoadCredentialEncrypted=. Only the administrator can change it, so posbridge never writes it;
    during a rotation the new key stands beside it as posbridge-master-key-next.
    """

    name = "systemd credential"

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._folder = environ.get("CREDENTIALS_DIRECTORY", "")

    async def read(self) -> Found:
        """OPEN, ABSENT, REFUSED (others can read the file) or FAILED."""
        return await asyncio.to_thread(_guarded, self.name, self._read)

    async def write(self, slot: Slot, key: bytes) -> Found:
        """OPEN when the administrator has put this very key there already, else REFUSED."""
        found = await self.read()
        if found.keys is not None and key in found.keys.all():
            return found
        step = "Let the administrator add it with `systemd-creds encrypt`, then start again."
        return Found(
            KeyState.REFUSED, self.name, message="posbridge cannot write a systemd credential.", next_step=step
        )

    async def forget_next(self) -> None:
        """Nothing: the administrator removes it."""

    def _read(self) -> Found:
        path = Path(self._folder) / "posbridge-master-key"
        if not self._folder or not path.exists():
            return Found(KeyState.ABSENT, self.name, message="systemd gave this service no key.")
        if os.name == "posix" and path.stat().st_mode & 0o077:
            return Found(KeyState.REFUSED, self.name, message=f"Others can read {path.name}: it is not from systemd.")
        pending = path.with_name(f"{path.name}-next")
        return _open(self.name, _decoded(path), _decoded(pending) if pending.exists() else None)


class PassphraseFile:
    """A key file wrapped with a passphrase (Argon2id, AES-256-GCM), which is asked for at start or set for a service.

    The passphrase comes from POSBRIDGE_PASSPHRASE, else the file that POSBRIDGE_PASSPHRASE_FILE names, else `prompt`.
    """

    name = "passphrase"

    def __init__(self, folder: Path, *, prompt: Prompt | None = None, environ: Mapping[str, str] = os.environ) -> None:
        self._paths = {"current": folder / "master.key.wrapped", "next": folder / "master.key.next.wrapped"}
        self._prompt, self._environ = prompt, environ
        self._given: str | None = None

    async def read(self) -> Found:
        """OPEN, ABSENT, or LOCKED: no passphrase or a wrong one."""
        return await asyncio.to_thread(_guarded, self.name, self._read)

    async def write(self, slot: Slot, key: bytes) -> Found:
        """Wraps the key into its file; REFUSED without a passphrase of at least 12 characters."""
        return await asyncio.to_thread(_guarded, self.name, lambda: self._write(slot, key))

    async def forget_next(self) -> None:
        """Deletes the file of the slot "next"."""
        await asyncio.to_thread(_guarded, self.name, lambda: _deleted(self.name, self._paths["next"]))

    def _read(self) -> Found:
        passphrase = self._passphrase()
        if not self._paths["current"].exists():
            message = "No key file with a passphrase exists."
            return Found(KeyState.ABSENT, self.name, message=message, can_hold=bool(passphrase))
        if not passphrase:
            step = "Set POSBRIDGE_PASSPHRASE, or start where it can be asked; selling goes on meanwhile."
            return Found(KeyState.LOCKED, self.name, message="The passphrase was not given.", next_step=step)
        from cryptography.exceptions import InvalidTag

        try:
            current = _unwrapped(self._paths["current"], passphrase, "current")
            pending = _unwrapped(self._paths["next"], passphrase, "next") if self._paths["next"].exists() else None
        except InvalidTag:
            self._given = None
            message, step = "The passphrase is not right.", "Give it again; selling goes on meanwhile."
            return Found(KeyState.LOCKED, self.name, message=message, next_step=step)
        return _open(self.name, current, pending)

    def _write(self, slot: Slot, key: bytes) -> Found:
        passphrase = self._passphrase()
        if not passphrase or len(passphrase) < MIN_PASSPHRASE:
            step = f"Choose one of at least {MIN_PASSPHRASE} characters."
            return Found(KeyState.REFUSED, self.name, message="The passphrase is too short.", next_step=step)
        write_whole(self._paths[slot], _wrapped(key, passphrase, slot))
        if _unwrapped(self._paths[slot], passphrase, slot) != key:
            return Found(KeyState.FAILED, self.name, message="The key file does not open again.")
        return _open(self.name, key, None)

    def _passphrase(self) -> str | None:
        if self._given is None:
            self._given = self._environ.get("POSBRIDGE_PASSPHRASE") or self._from_file()
            if not self._given and self._prompt is not None:
                self._given = self._prompt()
        return self._given or None

    def _from_file(self) -> str:
        path = self._environ.get("POSBRIDGE_PASSPHRASE_FILE", "")
        return Path(path).read_text("utf-8").rstrip("\r\n") if path else ""


def default_sources(
    folder: Path,
    installation: str,
    *,
    prompt: Prompt | None = None,
    environ: Mapping[str, str] = os.environ,
) -> tuple[KeySource, ...]:
    """The sources in their order. `folder` is the data folder, `installation` a name that no other one here has."""
    return (
        KeyringSource(installation, environ=environ),
        ProtectedFile(folder),
        SystemdCredential(environ),
        PassphraseFile(folder, prompt=prompt, environ=environ),
    )


def _guarded(name: str, call: Callable[[], Found]) -> Found:
    """A file that cannot be read or makes no sense is a state, not the end of the start."""
    try:
        return call()
    except (OSError, ValueError, KeyError, TypeError, EOFError) as problem:
        message = f"The key file of {name} cannot be used ({type(problem).__name__})."
        return Found(KeyState.FAILED, name, message=message, next_step="Look at its rights, or restore it from a copy.")


def _open(name: str, current: bytes, pending: bytes | None) -> Found:
    keys = MasterKeys(current, None if pending == current else pending)
    return Found(KeyState.OPEN, name, keys, can_hold=True)


def _deleted(name: str, path: Path) -> Found:
    path.unlink(missing_ok=True)
    return Found(KeyState.ABSENT, name)


def _decoded(path: Path) -> bytes:
    content = path.read_bytes()
    return content if len(content) == KEY_BYTES else base64.b64decode(content.strip(), validate=True)


def _wrapped(key: bytes, passphrase: str, slot: Slot) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, key, slot.encode())
    parts = {"salt": salt.hex(), "nonce": nonce.hex(), "sealed": sealed.hex()}
    return json.dumps({"version": 1, "kdf": "argon2id", **parts}).encode()


def _unwrapped(path: Path, passphrase: str, slot: Slot) -> bytes:
    """Raises InvalidTag for a wrong passphrase.

    Promoting a rotated key writes the file of "current" anew, so the slot is bound into it.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    parts = json.loads(path.read_bytes())
    salt, nonce, sealed = (bytes.fromhex(parts[name]) for name in ("salt", "nonce", "sealed"))
    return AESGCM(_stretched(passphrase, salt)).decrypt(nonce, sealed, slot.encode())


def _stretched(passphrase: str, salt: bytes) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(passphrase.encode(), salt, _TURNS, _MEMORY_KIB, _LANES, KEY_BYTES, Type.ID)
