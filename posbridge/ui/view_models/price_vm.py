"""Another price for one line: what it shall be, who approves it, and their PIN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held, told


class PriceVm(ViewModel):
    """services: `approvers(act) -> [{id, name, role, initials}]` with act "price_override",
    `override_price(line_id, price, approver_id, pin) -> basket`; `price` is a decimal text in major units."""

    done = Signal()

    #: {} or the line whose price is asked for.
    line_changed = Signal()
    line = held("QVariantMap", "line", line_changed, {})
    people_changed = Signal()
    people = held("QVariantList", "people", people_changed, [])
    approver_changed = Signal()
    approver = held(str, "approver", approver_changed, "")
    #: {} or {code, message, next_step}: why it was refused.
    refusal_changed = Signal()
    refusal = held("QVariantMap", "refusal", refusal_changed, {})

    def __init__(
        self, services: Any, spawn: Spawn, parent: QObject, show: Callable[[Mapping[str, Any]], None]
    ) -> None:
        super().__init__(services, spawn, parent)
        self._show = show

    @Property(bool, notify=line_changed)
    def opened(self) -> bool:
        return bool(self.line)

    @Slot("QVariantMap")
    def open(self, line: dict[str, Any]) -> None:
        self._put(line=dict(line), refusal={}, approver="")
        self._run(self._find())

    async def _find(self) -> None:
        people = await self.services.approvers("price_override")
        self._put(people=people, approver=people[0]["id"] if len(people) == 1 else "")

    @Slot(str)
    def choose(self, person_id: str) -> None:
        self._put(approver=person_id, refusal={})

    @Slot()
    def close(self) -> None:
        self._put(line={}, refusal={}, approver="")

    @Slot(str, str)
    def approve(self, price: str, pin: str) -> None:
        self._run(self._approve(price.strip().replace(",", "."), pin))

    async def _approve(self, price: str, pin: str) -> None:
        try:
            basket = await self.services.override_price(self.line["id"], price, self.approver, pin)
        except PosbridgeError as error:
            self._put(refusal=told(error))
            return
        self.close()
        self._show(basket)
        self.done.emit()
