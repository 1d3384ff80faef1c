"""Objects whose shape posbridge does not know: kept aside by the pull, shown here until they are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posbridge.store import sync_state
from posbridge.store.sync_state import Parked
from posbridge.store.transaction import Transaction

#: Objects named one by one; a platform that changed every product need not be read out whole.
NAMED = 20


@dataclass(frozen=True)
class NotUnderstood:
    """How many objects of each stream ("products", "stock", "discounts", "customers"), and the newest of them."""

    streams: Mapping[str, int] = field(default_factory=dict)
    objects: tuple[Parked, ...] = ()

    @property
    def count(self) -> int:
        return sum(self.streams.values())

    def words(self) -> str:
        """As "3 objects could not be understood (2 products, 1 stock)"; "" for none."""
        if not self.count:
            return ""
        each = ", ".join(f"{number} {stream}" for stream, number in self.streams.items())
        return f"{self.count} object{'s' * (self.count != 1)} could not be understood ({each})"

    def next_step(self, label: str) -> str:
        """What a person does about them; "" for none."""
        if not self.count:
            return ""
        return f"Look at these in {label}; each is read again when it changes there. The rest is up to date."

    def json(self) -> dict[str, Any]:
        objects = [
            {"stream": one.stream, "id": one.object_id, "reason": one.reason, "since": one.at.isoformat()}
            for one in self.objects
        ]
        return {"count": self.count, "streams": dict(self.streams), "objects": objects}


def not_understood(tx: Transaction, connection_id: str) -> NotUnderstood:
    """Of one connection."""
    streams = sync_state.parked_counts(tx, connection_id)
    return NotUnderstood(streams, tuple(sync_state.newest_parked(tx, connection_id, NAMED)) if streams else ())
