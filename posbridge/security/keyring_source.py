"""The system's keyring as a key source: only back-ends named here, each call in a thread with a limit of 5 s.

keyring's own choice is not asked: it loads whatever is installed, may take a back-end that keeps plain text, and on a
headless Linux one that asks on the terminal (jaraco/keyring#569, #280). A locked collection waits for a prompt that
nobody sees, and Windows raises errors that are not keyring's (jaraco/keyring#355, #540): both are states here.
"""

from __future__ import annotations

import asyncio
import base64
import configparser
import importlib
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from posbridge.security.key_sources import Found, KeyState, Slot
from posbridge.security.vault import MasterKeys

T = TypeVar("T")

LIMIT_S = 5.0
ALLOWED = (
    "keyring.backends.Windows.WinVaultKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.kwallet.DBusKeyringKWallet4",
    "keyring.backends.libsecret.Keyring",
)
CHAINER = "keyring.backends.chainer.ChainerBackend"
_USER = "posbridge"


class _Refused(Exception):
    """A back-end that posbridge does not use; its name is the text."""


class KeyringSource:
    """One entry of one service name per installation holds the master key (44 characters).

    Windows moves an entry when a second user name comes under its service, so the slot "next" has a service of its
    own. `backend` gives a back-end for tests; it is checked by name like any other.
    """

    name = "keyring"

    def __init__(
        self,
        installation: str,
        *,
        backend: Callable[[], Any] | None = None,
        environ: Mapping[str, str] = os.environ,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._services = {"current": f"posbridge {installation}", "next": f"posbridge {installation} next"}
        self._backend = backend or (lambda: pick_backend(environ))
        self._limit_s = limit_s
        self._hung: threading.Thread | None = None

    async def read(self) -> Found:
        """OPEN, ABSENT (with `can_hold` where there is a keyring), LOCKED, REFUSED, SLOW or FAILED."""
        return await self._asked(self._read)

    async def write(self, slot: Slot, key: bytes) -> Found:
        """Keeps the key and reads it back."""
        return await self._asked(lambda: self._write(slot, key))

    async def forget_next(self) -> None:
        """Deletes the entry of the slot "next"."""
        await self._asked(self._forget_next)

    def _open(self) -> Any:
        backend = self._backend()
        check_backend(backend)
        if type(backend).__name__ == "WinVaultKeyring":
            backend.persist = "local machine"  # the default roams with the user's profile
        return backend

    def _read(self) -> Found:
        backend = self._open()
        if backend is None:
            return self._found(KeyState.ABSENT, "This system has no keyring.")
        texts = {slot: backend.get_password(service, _USER) for slot, service in self._services.items()}
        # macOS deletes before it adds: killed there at the end of a rotation, only the newest key is left.
        first = texts["current"] or texts["next"]
        if not first:
            return self._found(KeyState.ABSENT, "The keyring holds no key of posbridge.", can_hold=True)
        current = _key(first)
        pending = _key(texts["next"]) if texts["next"] else None
        return Found(KeyState.OPEN, self.name, MasterKeys(current, None if pending == current else pending))

    def _write(self, slot: Slot, key: bytes) -> Found:
        backend = self._open()
        if backend is None:
            return self._found(KeyState.ABSENT, "This system has no keyring.")
        text = base64.b64encode(key).decode()
        backend.set_password(self._services[slot], _USER, text)
        if backend.get_password(self._services[slot], _USER) != text:
            return self._found(KeyState.FAILED, "The keyring did not keep the key.")
        return Found(KeyState.OPEN, self.name, MasterKeys(key), can_hold=True)

    def _forget_next(self) -> Found:
        backend = self._open()
        if backend is not None and backend.get_password(self._services["next"], _USER):
            backend.delete_password(self._services["next"], _USER)
        return self._found(KeyState.ABSENT, "")

    async def _asked(self, call: Callable[[], Found]) -> Found:
        """The call's answer, or the state that its failure means. A call still hanging is not joined by another."""
        if self._hung is not None and self._hung.is_alive():
            return self._slow()
        try:
            return await self._in_thread(call)
        except TimeoutError:
            return self._slow()
        except _Refused as problem:
            return self._refused(str(problem))
        except Exception as problem:  # back-ends raise errors of their own system too
            return self._failed(problem)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        """A daemon thread: one that hangs in the system's keyring must not keep the process from ending."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def tell(result: T | None, problem: Exception | None) -> None:
            if answer.done():
                return
            if problem is not None:
                answer.set_exception(problem)
            else:
                answer.set_result(result)  # type: ignore[arg-type]  # without a problem there is a result

        def run() -> None:
            try:
                outcome: tuple[T | None, Exception | None] = (call(), None)
            except Exception as problem:
                outcome = (None, problem)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, *outcome)

        self._hung = threading.Thread(target=run, name="posbridge-keyring", daemon=True)
        self._hung.start()
        async with asyncio.timeout(self._limit_s):
            await asyncio.wait([answer])
        self._hung = None
        return answer.result()

    def _found(self, state: KeyState, message: str, *, can_hold: bool = False) -> Found:
        return Found(state, self.name, message=message, can_hold=can_hold)

    def _slow(self) -> Found:
        message = f"The system's keyring did not answer within {self._limit_s:g} seconds."
        step = "Unlock it in the system's settings, or set POSBRIDGE_PASSPHRASE; selling goes on meanwhile."
        return Found(KeyState.SLOW, self.name, message=message, next_step=step)

    def _refused(self, name: str) -> Found:
        message = f"posbridge does not keep its key in {name}: it is not a keyring of the system that protects it."
        step = "Remove PYTHON_KEYRING_BACKEND or the entry in keyringrc.cfg, or set POSBRIDGE_PASSPHRASE."
        return Found(KeyState.REFUSED, self.name, message=message, next_step=step)

    def _failed(self, problem: Exception) -> Found:
        """Only the kind of error is told: its text may hold what was to be stored."""
        kind = type(problem).__name__
        if kind == "KeyringLocked":
            step = "Unlock the keyring in the system's settings; selling goes on meanwhile."
            return Found(KeyState.LOCKED, self.name, message="The system's keyring is locked.", next_step=step)
        step = "Look at the system's keyring (full, damaged, another user?), or set POSBRIDGE_PASSPHRASE."
        return Found(KeyState.FAILED, self.name, message=f"The system's keyring failed ({kind}).", next_step=step)


def check_backend(backend: Any) -> None:
    """Raises _Refused, with the name, for any back-end that is not one of ALLOWED or a chainer of those only."""
    if backend is None:
        return
    name = f"{type(backend).__module__}.{type(backend).__qualname__}"
    if name == CHAINER:
        for inner in backend.backends:
            check_backend(inner)
    elif name not in ALLOWED:
        raise _Refused(name)


def pick_backend(environ: Mapping[str, str]) -> Any:
    """The back-end that was asked for by name if it is allowed, else the best allowed one here; None without any."""
    asked = environ.get("PYTHON_KEYRING_BACKEND") or _configured()
    if asked and asked not in (*ALLOWED, CHAINER):
        raise _Refused(asked)
    names = (asked,) if asked and asked != CHAINER else ALLOWED
    classes = [found for name in names if (found := _viable(name)) is not None]
    best = max(classes, key=lambda one: float(one.priority), default=None)
    return best() if best is not None else None


def _configured() -> str:
    """The back-end that keyring's own settings file names, "" without one."""
    from keyring.util import platform_

    config = configparser.RawConfigParser()
    try:
        config.read(platform_.config_root() / "keyringrc.cfg", encoding="utf-8")
        return config.get("backend", "default-keyring", fallback="").strip()
    except (configparser.Error, UnicodeDecodeError):
        return ""


def _viable(name: str) -> Any:
    """The class of that name if it works on this machine. Import errors of other systems' modules are expected."""
    module, _, kind = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), kind)
    except (ImportError, AttributeError):
        return None
    return found if found.viable else None


def _key(text: str) -> bytes:
    """The key of an entry. Raises ValueError for anything else."""
    return base64.b64decode(text, validate=True)
