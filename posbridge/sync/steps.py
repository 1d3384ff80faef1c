"""What a send has done so far, kept in its outbox row: on disk before the next request leaves."""

from __future__ import annotations

from posbridge.store import outbox
from posbridge.store.engine import Store
from posbridge.store.outbox import OutboxRow

ORDER = "order"
NOT_FOUND = "_not_found"
LOST = "_lost"
#: Where somebody has to act before the order there is complete.
LINK = "link"


class RowSteps:
    """The contract's `Steps` over one leased row. `put` raises LeaseLost when another sender has taken it over."""

    def __init__(self, store: Store, row: OutboxRow) -> None:
        self._store = store
        self._row = row
        self._known = dict(row.steps)
        self.progressed = False

    async def get(self, name: str) -> str | None:
        return self._known.get(name) or None

    async def put(self, name: str, value: str) -> None:
        await self._store.write(outbox.put_step, self._row.id, self._row.owner, name, value)
        self._known[name] = value
        self.progressed = self.progressed or not name.startswith("_")
