"""What a manager decides of the counter: purchase limits, names and categories."""

from __future__ import annotations

from typing import Any

from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held
from posbridge.ui.view_models.tidy_vm import TidyVm


class RulesVm(ViewModel):
    """services: `limit_rules() -> {chosen: [set], regions: [{region, sets}]}` with a set {region, audience,
    minimum_age, source, as_of, rules: [{name, visit, days, allowances: [{category, whole, unit}]}]},
    `choose_limits(region)`, `drop_limits()`, and what TidyVm needs."""

    #: "limits" | "names"
    tab_changed = Signal()
    tab = held(str, "tab", tab_changed, "limits")
    #: the sets of rules in force, one an audience
    chosen_changed = Signal()
    chosen = held("QVariantList", "chosen", chosen_changed, [])
    regions_changed = Signal()
    regions = held("QVariantList", "regions", regions_changed, [])
    #: the region whose rules are shown, "" for those in force
    shown_changed = Signal()
    shown = held(str, "shown", shown_changed, "")

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._names = TidyVm(services, spawn, self)

    @Property(QObject, constant=True)
    def names(self) -> TidyVm:
        return self._names

    async def load(self) -> None:
        await self._load_limits()
        await self._names.load()

    async def _load_limits(self) -> None:
        found = await self.services.limit_rules()
        present = found["chosen"][0]["region"] if found["chosen"] else ""
        known = [row["region"] for row in found["regions"]]
        shown = self.shown or (present if present in known else known[0] if known else "")
        self._put(chosen=found["chosen"], regions=found["regions"], shown=shown)

    @Slot(str)
    def enter(self, tab: str) -> None:
        self._put(tab=tab)

    @Slot(str)
    def show_region(self, region: str) -> None:
        self._put(shown=region)

    @Slot()
    def use_shown(self) -> None:
        """The rules that are shown are in force from now on."""
        self._run(self._change(self.services.choose_limits(self.shown)))

    @Slot()
    def turn_off(self) -> None:
        self._run(self._change(self.services.drop_limits()))

    async def _change(self, work: Any) -> None:
        await work
        await self._load_limits()
