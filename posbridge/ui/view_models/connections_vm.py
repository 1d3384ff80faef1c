"""The systems this till talks to: their state, their form, one real test call."""

from __future__ import annotations

from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.models.connections_model import ConnectionsModel
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held, told


class ConnectionsVm(ViewModel):
    """services: `connections() -> [row]`, `connection(id) -> {…row, calls: [{at, method, path, status, ms}],
    capabilities: [{code, allowed, value}], not_understood: {} | {count, more, objects: [{id, stream, reason}]}}`,
    `systems() -> [{name, label, kind, fields: [{name, label, secret,
    required, help, pattern}]}]`, `test_connection(system, fields) -> {ok, latency_ms, account, problem,
    next_step, message, locations: [{id, name}]}`, `connect(system, fields, location) -> id`,
    `sync_now(id)`, `disconnect(id)` raising when orders wait."""

    connected = Signal()

    chosen_changed = Signal()
    chosen = held("QVariantMap", "chosen", chosen_changed, {})
    systems_changed = Signal()
    systems = held("QVariantList", "systems", systems_changed, [])
    #: {} or the system whose form is open.
    adding_changed = Signal()
    adding = held("QVariantMap", "adding", adding_changed, {})
    #: {} or {state: "busy" | "ok" | "failed", latency_ms, account, problem, next_step}.
    answer_changed = Signal()
    answer = held("QVariantMap", "answer", answer_changed, {})
    #: The place that was chosen where the account has several.
    location_changed = Signal()
    location = held(str, "location", location_changed, "")
    #: {} or {code, message, next_step, waiting}: why disconnecting was refused.
    refusal_changed = Signal()
    refusal = held("QVariantMap", "refusal", refusal_changed, {})

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._rows = ConnectionsModel(self)
        self._fields: dict[str, str] = {}

    @Property(QObject, constant=True)
    def rows(self) -> ConnectionsModel:
        return self._rows

    async def load(self) -> None:
        self._rows.replace(await self.services.connections())
        self._put(systems=await self.services.systems())

    @Slot(str)
    def choose(self, connection_id: str) -> None:
        self._run(self.open(connection_id))

    async def open(self, connection_id: str) -> None:
        self._put(adding={}, answer={}, refusal={}, chosen=await self.services.connection(connection_id))

    @Slot(str)
    def add(self, system: str) -> None:
        """Open the form of a system; secrets typed there live in this object only until they are stored."""
        chosen: dict[str, Any] = next((row for row in self.systems if row["name"] == system), {})
        self._fields = {field["name"]: field.get("value", "") for field in chosen.get("fields", [])}
        self._put(adding=chosen, answer={}, refusal={}, chosen={}, location="")

    @Slot()
    def close(self) -> None:
        self._fields = {}
        self._put(adding={}, answer={}, chosen={})

    @Slot(str, str)
    def set_field(self, name: str, value: str) -> None:
        self._fields[name] = value.strip()
        if self.answer:
            self._put(answer={}, location="")

    @Slot(str)
    def choose_location(self, place_id: str) -> None:
        self._put(location=place_id)

    @Slot()
    def test(self) -> None:
        self._run(self.prove())

    async def prove(self) -> None:
        """Make the one real call and hold its answer."""
        await self._test()

    async def _test(self) -> bool:
        self._put(answer={"state": "busy"})
        answer = dict(await self.services.test_connection(self.adding["name"], dict(self._fields)))
        self._put(answer={"state": "ok" if answer["ok"] else "failed", **answer})
        return bool(answer["ok"])

    @Slot()
    def save(self) -> None:
        self._run(self._save())

    async def _save(self) -> None:
        if not self.location and not await self._test():
            return
        if len(self.answer.get("locations") or []) > 1 and not self.location:
            return
        made = await self.services.connect(self.adding["name"], dict(self._fields), self.location)
        self._fields = {}
        await self.load()
        await self.open(made)
        self.connected.emit()

    @Slot()
    def sync_now(self) -> None:
        self._run(self._sync_now())

    async def _sync_now(self) -> None:
        await self.services.sync_now(self.chosen["id"])
        await self.open(self.chosen["id"])

    @Slot()
    def disconnect_chosen(self) -> None:
        self._run(self._disconnect())

    async def _disconnect(self) -> None:
        try:
            await self.services.disconnect(self.chosen["id"])
        except PosbridgeError as error:
            self._put(refusal={**told(error), "waiting": int(error.detail.get("waiting", 0))})
            return
        self._put(chosen={}, refusal={})
        await self.load()
