"""The bar at the bottom: is everything sent, and if not, what waits and why."""

from __future__ import annotations

from posbridge.ui.qt import Signal
from posbridge.ui.view_models.base import ViewModel, held


class SyncVm(ViewModel):
    """services: `sync_status() -> {state, waiting, attention, oldest_seconds, system, last_good_at,
    connections: [{id, label, state}]}`; state is all_sent | waiting | offline | sign_in | attention and a
    connection's state ok | waiting | offline | sign_in | problem."""

    state_changed = Signal()
    state = held(str, "state", state_changed, "all_sent")
    waiting_changed = Signal()
    waiting = held(int, "waiting", waiting_changed, 0)
    attention_changed = Signal()
    attention = held(int, "attention", attention_changed, 0)
    oldest_seconds_changed = Signal()
    oldest_seconds = held("qlonglong", "oldest_seconds", oldest_seconds_changed, 0)
    system_changed = Signal()
    system = held(str, "system", system_changed, "")
    last_good_at_changed = Signal()
    last_good_at = held(str, "last_good_at", last_good_at_changed, "")
    connections_changed = Signal()
    connections = held("QVariantList", "connections", connections_changed, [])

    async def load(self) -> None:
        self._put(**await self.services.sync_status())
