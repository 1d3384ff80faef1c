"""Where the master key comes from: what every source promises, and the order of choice.

OS keyring → file sealed by the system → passphrase → refused. Never plain text, never silently. A new key is made
only where nothing has been sealed yet, so that a lost key is told from a first start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, Protocol

from posbridge.security.vault import MasterKeys, Vault, new_key

Slot = Literal["current", "next"]


class KeyState(StrEnum):
    """What a source says, as the sync bar shows it.

    OPEN: the key is there. LOCKED: somebody must unlock it. ABSENT: the source works or does not exist here, but
    holds no key. REFUSED: posbridge will not use it (plain text, unknown). SLOW: no answer within the limit.
    FAILED: an error of its own. LOST: data is sealed with a key that no source has.
    """

    OPEN = "open"
    LOCKED = "locked"
    ABSENT = "absent"
    REFUSED = "refused"
    SLOW = "slow"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True)
class Found:
    """A source's answer; `message` and `next_step` are for a person. `can_hold`: a new key may be kept there."""

    state: KeyState
    source: str
    keys: MasterKeys | None = field(default=None, repr=False)
    message: str = ""
    next_step: str = ""
    can_hold: bool = False


class KeySource(Protocol):
    """One place that may hold the key. No method raises: whatever happens is a state."""

    name: str

    async def read(self) -> Found:
        """The keys, or why there are none; within 6 seconds."""
        ...

    async def write(self, slot: Slot, key: bytes) -> Found:
        """Keeps a key and reads it back; OPEN only when it is certainly there."""
        ...

    async def forget_next(self) -> None:
        """Removes the slot "next" after a rotation; a failure does no harm."""
        ...


@dataclass(frozen=True)
class Opened:
    """The outcome of a choice: a vault (perhaps locked), what the chosen source said, and what each one said."""

    vault: Vault
    found: Found
    source: KeySource | None = field(default=None, repr=False)
    tried: tuple[Found, ...] = ()
    created: bool = False


async def open_vault(
    sources: Sequence[KeySource],
    *,
    sample: bytes | None,
    region: str = "US",
    vault: Vault | None = None,
    make_key: Callable[[], bytes] = new_key,
) -> Opened:
    """Opens a vault with the first source that has the key; never raises.

    `sample` is any sealed field of the database, None when it holds none: only then a new key may be made. When the
    answer says `created`, save `vault.ring()` at once: PINs and the audit chain depend on the key too, and from then
    on the ring is the sample. With `vault` that one is unlocked (trying again later), else a new one is made.
    """
    vault = vault or Vault(region=region)
    tried: list[Found] = []
    for source in sources:
        found = await source.read()
        if found.state is KeyState.OPEN and found.keys is not None and _fits(found.keys, sample):
            vault.unlock(found.keys)
            return Opened(vault, found, source, (*tried, found))
        tried.append(_stranger(found) if found.state is KeyState.OPEN else found)
    if sample is None:
        return await _first_start(vault, sources, tried, make_key)
    return _locked(vault, tried)


def _fits(keys: MasterKeys, sample: bytes | None) -> bool:
    return sample is None or keys.opens(sample)


def _stranger(found: Found) -> Found:
    message = f"The key in {found.source} is not the one this database was sealed with."
    return replace(found, state=KeyState.LOST, keys=None, message=message, can_hold=False)


async def _first_start(
    vault: Vault, sources: Sequence[KeySource], tried: list[Found], make_key: Callable[[], bytes]
) -> Opened:
    """A new key in the first source that keeps it."""
    key = make_key()
    for number, source in enumerate(sources):
        if not tried[number].can_hold:
            continue
        kept = await source.write("current", key)
        if kept.state is KeyState.OPEN:
            vault.unlock(key)
            return Opened(vault, kept, source, tuple(tried), created=True)
        tried[number] = kept
    return _locked(vault, tried)


def _locked(vault: Vault, tried: list[Found]) -> Opened:
    """The most useful of the answers: what a person can unlock comes before what is lost or not there."""
    found = min(tried, key=lambda one: _USEFUL.index(one.state), default=_NOWHERE)
    if found.state is KeyState.ABSENT:
        found = _NOWHERE
    vault.lock(f"{found.message} {found.next_step}".strip())
    return Opened(vault, found, None, tuple(tried))


_USEFUL = [
    KeyState.LOCKED,
    KeyState.SLOW,
    KeyState.FAILED,
    KeyState.LOST,
    KeyState.REFUSED,
    KeyState.ABSENT,
    KeyState.OPEN,
]
_NOWHERE = Found(
    KeyState.LOST,
    "nowhere",
    message="No place on this machine holds the key of this database.",
    next_step="Sign in again under Connections, or set POSBRIDGE_PASSPHRASE; orders and the queue are not affected.",
)
