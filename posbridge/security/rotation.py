"""A new master key without a moment in which nothing opens.

Both keys are in the key source before the first field is sealed with the new one, and the old one goes only when no
field needs it. Killed at any step, the same call begun again ends the work.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from posbridge.domain.errors import SecurityError
from posbridge.security.key_sources import KeySource, KeyState, Slot
from posbridge.security.vault import MasterKeys, Vault, new_key

#: (sealed, column, row) → the same content under the newest key.
Reseal = Callable[[bytes, str, str], bytes]


class SealedRows(Protocol):
    """What the store gives a rotation."""

    async def save_ring(self, ring: bytes) -> None:
        """Keeps the vault's ring durably; it is given to `Vault.load_ring` at each start."""
        ...

    async def reseal(self, again: Reseal) -> int:
        """Runs `again` over every sealed field and saves those that came back changed; says how many did."""
        ...


async def rotate(vault: Vault, source: KeySource, rows: SealedRows) -> int:
    """Seals everything under a new master key, and says how many fields were changed.

    An interrupted rotation is taken up with the key it had made. Raises VaultLocked, or SecurityError when the key
    source cannot hold the new key; the old one then stays in use.
    """
    keys = vault.keys
    pending = keys.next or new_key()
    if keys.next is None:
        await _write(source, "next", pending)
        vault.unlock(MasterKeys(keys.current, pending))
    await rows.save_ring(vault.ring())
    changed = 0
    while found := await rows.reseal(lambda sealed, column, row: vault.reseal(sealed, column=column, row=row)):
        changed += found
    await _write(source, "current", pending)
    vault.unlock(pending)
    await source.forget_next()
    return changed


async def _write(source: KeySource, slot: Slot, key: bytes) -> None:
    found = await source.write(slot, key)
    if found.state is not KeyState.OPEN:
        raise SecurityError(found.message, next_step=found.next_step, code="key_not_kept")
