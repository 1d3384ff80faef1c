"""PINs: a slow hash over a peppered HMAC, and a lock-out that a restart does not forget.

A four-digit PIN has 10,000 values, so a slow hash alone is searched in minutes; without the pepper, which is not in
the database, it cannot be searched at all. Person first, then PIN: two people may have the same one.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from posbridge.domain.errors import SecurityError
from posbridge.security.roles import Role

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: OWASP's least: 19 MiB, two turns, one lane.
_MEMORY_KIB, _TURNS, _LANES = 19_456, 2, 1


@cache
def _hasher() -> PasswordHasher:
    """Made with the first PIN: a till shows its window before anybody can type one."""
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=_TURNS, memory_cost=_MEMORY_KIB, parallelism=_LANES, type=Type.ID)


@cache
def _nobody() -> str:
    """A hash of nothing anybody can type: an unknown person costs the same time as a wrong PIN."""
    return _hasher().hash("nobody")


class BadPin(SecurityError):
    """This PIN cannot be chosen."""

    code = "bad_pin"


async def hash_pin(pin: str, person_id: str, pepper: bytes) -> str:
    """The text to keep for a PIN; takes 20 to 150 ms in a thread. Says nothing about whether the PIN may be chosen."""
    return await asyncio.to_thread(lambda: _hasher().hash(_mixed(pin, person_id, pepper)))


async def verify_pin(kept: str | None, pin: str, person_id: str, pepper: bytes) -> bool:
    """Whether the PIN is right; for an unknown person (None, "") False after the same time. Runs in a thread."""
    return await asyncio.to_thread(_verified, kept, pin, person_id, pepper)


def _verified(kept: str | None, pin: str, person_id: str, pepper: bytes) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    nobody = _nobody()  # always: the first unknown person would else take longer than a wrong PIN
    try:
        return _hasher().verify(kept or nobody, _mixed(pin, person_id, pepper)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def _mixed(pin: str, person_id: str, pepper: bytes) -> bytes:
    return hmac.new(pepper, f"{pin}\0{person_id}".encode(), sha256).digest()


def check_choice(pin: str, role: Role) -> None:
    """Raises BadPin unless it is four to eight digits (six to eight for a manager) and no plain row of digits."""
    least = 6 if role is Role.MANAGER else 4
    if not (pin.isascii() and pin.isdigit() and least <= len(pin) <= 8):
        raise BadPin(f"A PIN has {least} to 8 digits.", next_step="Choose another.")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise BadPin("This PIN is guessed first: the same digit, or digits in a row.", next_step="Choose another.")


@dataclass(frozen=True)
class PinState:
    """Wrong tries of one person, as the store keeps them in a row. Times are UTC."""

    failures: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True)
class PinAnswer:
    """Whether a try may be made now; if not, when (UTC), or that a manager must unlock."""

    allowed: bool
    retry_at: datetime | None = None
    manager_needed: bool = False


@dataclass(frozen=True)
class PinPolicy:
    """`free` wrong tries cost nothing; then a lock of `first_lock_s`, doubled each time; from `limit` on a manager
    is needed. Somebody whom no manager can unlock (`alone`) waits `limit_lock_s` for each further try.
    """

    free: int = 5
    first_lock_s: int = 60
    limit: int = 10
    limit_lock_s: int = 3600

    def may_try(self, state: PinState, now: datetime, *, alone: bool = False) -> PinAnswer:
        """Whether a PIN may be evaluated now."""
        if state.failures >= self.limit and not alone:
            return PinAnswer(allowed=False, manager_needed=True)
        if state.locked_until is not None and now < state.locked_until:
            return PinAnswer(allowed=False, retry_at=state.locked_until)
        return PinAnswer(allowed=True)

    def after_wrong(self, state: PinState, now: datetime) -> PinState:
        """The state after a wrong try.

        Save it *before* the PIN is evaluated, and `PinState()` when it was right: then a try counts although the
        process is killed between, and parallel tries cannot share one count.
        """
        failures = state.failures + 1
        seconds = 0
        if failures >= self.limit:
            seconds = self.limit_lock_s
        elif failures >= self.free:
            seconds = self.first_lock_s << (failures - self.free)
        return PinState(failures, now, now + timedelta(seconds=seconds) if seconds else None)


POLICY = PinPolicy()


def may_try(state: PinState, now: datetime, *, alone: bool = False) -> PinAnswer:
    """`PinPolicy.may_try` of the usual policy."""
    return POLICY.may_try(state, now, alone=alone)


def after_wrong(state: PinState, now: datetime) -> PinState:
    """`PinPolicy.after_wrong` of the usual policy."""
    return POLICY.after_wrong(state, now)
