"""The sale is safe: change due, the receipt, and how far each target is."""

from __future__ import annotations

from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.models.targets_model import TargetsModel
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held, told


class ReceiptVm(ViewModel):
    """services: `receipt(order_id) -> {number, reference, total, change, currency, tenders, targets, customer,
    ways: [{way, allowed, reason}]}`, `hand_over(order_id, way, to)` with way "print" | "sms" | "email"."""

    order_id_changed = Signal()
    order_id = held(str, "order_id", order_id_changed, "")
    number_changed = Signal()
    number = held(str, "number", number_changed, "")
    reference_changed = Signal()
    reference = held(str, "reference", reference_changed, "")
    total_changed = Signal()
    total = held("qlonglong", "total", total_changed, 0)
    change_changed = Signal()
    change = held("qlonglong", "change", change_changed, 0)
    currency_changed = Signal()
    currency = held(str, "currency", currency_changed, "")
    tenders_changed = Signal()
    tenders = held("QVariantList", "tenders", tenders_changed, [])
    customer_changed = Signal()
    customer = held("QVariantMap", "customer", customer_changed, {})
    ways_changed = Signal()
    ways = held("QVariantList", "ways", ways_changed, [])
    #: {way: {state: "busy" | "done" | "failed", code, message}}
    handed_changed = Signal()
    handed = held("QVariantMap", "handed", handed_changed, {})

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._targets = TargetsModel(self)

    @Property(QObject, constant=True)
    def targets(self) -> TargetsModel:
        return self._targets

    async def load(self, order_id: str) -> None:
        if order_id != self.order_id:
            self._put(order_id=order_id, handed={})
        receipt = await self.services.receipt(order_id)
        names = ("number", "reference", "total", "change", "currency", "tenders", "ways")
        self._put(**{name: receipt[name] for name in names}, customer=dict(receipt["customer"] or {}))
        self._targets.replace(receipt["targets"])

    @Slot()
    def refresh(self) -> None:
        if self.order_id:
            self._run(self.load(self.order_id))

    @Slot(str, str)
    def hand_over(self, way: str, to: str) -> None:
        self._run(self._hand_over(way, to.strip()))

    async def _hand_over(self, way: str, to: str) -> None:
        self._mark(way, {"state": "busy", "code": "", "message": ""})
        try:
            await self.services.hand_over(self.order_id, way, to)
        except PosbridgeError as error:
            self._mark(way, {"state": "failed", **told(error)})
        else:
            self._mark(way, {"state": "done", "code": "", "message": ""})

    def _mark(self, way: str, state: dict[str, str]) -> None:
        self._put(handed={**self.handed, way: state})
