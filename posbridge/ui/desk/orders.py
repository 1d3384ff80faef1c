"""Orders as they were made, their way to each target, and giving goods back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

from posbridge.domain.errors import DomainError, PosbridgeError
from posbridge.domain.order import Order, Tender
from posbridge.domain.refund import Refund
from posbridge.domain.returns import refund_lines, refund_tenders, refundable
from posbridge.services.orders import OrderSummary, OrderView, TargetState
from posbridge.ui.desk.base import DeskBase, iso
from posbridge.ui.desk.board import WAITING_THERE, target_row
from posbridge.ui.desk.shapes import decimal_text, unit_of

LISTED = 60
#: How far back a part of a number is looked for.
SEARCHED = 400
#: The worst first: what the list shows of several targets.
WORST = ("rejected", "unknown", "blocked", "leased", "ready", "done")
MEANINGS = {
    "done": "good", "rejected": "problem", "unknown": "attention", "blocked": "attention", WAITING_THERE: "attention",
}  # fmt: skip


class OrdersDesk(DeskBase):
    """For OrdersVm."""

    async def orders(self, words: str) -> list[dict[str, Any]]:
        """The newest first; with words those whose number, reference or customer has them."""
        found = await self._found(words.strip()) if words.strip() else await self.services.orders.list(LISTED)
        back = await self.reports.refunded([str(one.row.id) for one in found])
        return [await self._row(one, back.get(str(one.row.id), 0)) for one in found]

    async def order(self, order_id: str) -> dict[str, Any]:
        view = await self.services.orders.get(order_id)
        order, refunds = view.order, [one.refund for one in view.refunds]
        left = refundable(order, refunds)
        names = {order.cashier: await self.name_of(order.cashier)}
        customer = order.customer
        return {
            "id": str(order.id), "number": order.receipt_number, "reference": order.reference,
            "at": iso(order.captured_at), "total": order.totals.total, "currency": order.currency,
            "customer": (customer.name or customer.email or customer.phone) if customer else "",
            "cashier": names[order.cashier], "state": worst(view.targets),
            "refunded": sum(refund.amount for refund in refunds),
            "lines": [
                {
                    "id": line.id, "title": line.title, "quantity": decimal_text(line.quantity),
                    "unit": unit_of(line.unit), "total": line.total, "left": decimal_text(rest.quantity),
                }
                for line, rest in zip(order.lines, left, strict=True)
            ],
            "tenders": [_tender_row(tender) for tender in order.tenders],
            "refunds": [_refund_row(refund) for refund in refunds],
            "left": sum(rest.amount for rest in left),
            "targets": [target_row(target, iso(order.captured_at)) for target in view.targets],
            "timeline": await self._timeline(view, names[order.cashier]),
        }  # fmt: skip

    async def refund_preview(self, order_id: str, wanted: Mapping[str, str]) -> dict[str, Any]:
        """What would go back and to which tender; `approvers` is empty when nobody is asked. Raises DomainError."""
        order, refunds = await self._sold(order_id)
        lines = refund_lines(order, refunds, _wanted(wanted))
        amount = sum(line.amount for line in lines)
        people = await self.approver_rows(await self._permission(amount, refunds))
        tenders = [_tender_row(tender) for tender in refund_tenders(order, refunds, amount)]
        return {"amount": amount, "tenders": tenders, "approvers": people}

    async def refund(
        self, order_id: str, wanted: Mapping[str, str], reason: str, approver_id: str, pin: str
    ) -> dict[str, Any]:
        """The order after it. Raises WrongPin, LockedOut, NotAllowed, DomainError."""
        order, refunds = await self._sold(order_id)
        amount = sum(line.amount for line in refund_lines(order, refunds, _wanted(wanted)))
        permission = await self._permission(amount, refunds)
        approval = await self.approval(permission, approver_id, pin) if approver_id else None
        await self.services.returns.refund(order.id, _wanted(wanted), reason, self.person_id, approval)
        return await self.order(order_id)

    async def _permission(self, amount: int, refunds: Iterable[Refund]) -> str:
        limit = (await self.settings()).refund_limit
        return "refund_above_limit" if amount + sum(one.amount for one in refunds) > limit else "refund"

    async def _sold(self, order_id: str) -> tuple[Order, list[Refund]]:
        view = await self.services.orders.get(UUID(order_id))
        return view.order, [one.refund for one in view.refunds]

    async def _found(self, words: str) -> list[OrderSummary]:
        """By part of number or reference among the newest, and by customer."""
        typed, found = words.casefold(), {}
        for one in await self.services.orders.list(SEARCHED):
            if typed in f"{one.row.receipt_number} {one.row.reference}".casefold():
                found[one.row.id] = one
        with suppress(PosbridgeError):
            for customer in await self.services.customers.find(words, 10, ask=False):
                listed = await self.services.orders.list(LISTED, customer_id=customer.id)
                found.update({one.row.id: one for one in listed})
        if not found:
            found.update(await self._exact(words))
        return sorted(found.values(), key=lambda one: one.row.captured_at, reverse=True)[:LISTED]

    async def _exact(self, words: str) -> dict[UUID, OrderSummary]:
        """An old order by its whole reference, receipt number or id."""
        try:
            order = (await self.services.orders.get(words)).order
        except DomainError:
            return {}
        listed = await self.services.orders.list(5, since=order.captured_at)
        return {one.row.id: one for one in listed if one.row.id == order.id}

    async def _row(self, one: OrderSummary, refunded: int) -> dict[str, Any]:
        row = one.row
        return {
            "id": str(row.id), "number": row.receipt_number, "reference": row.reference, "at": iso(row.captured_at),
            "total": row.total, "currency": row.currency, "customer": await self.customer_name(row.customer_id),
            "cashier": await self.name_of(row.cashier), "state": worst(one.targets), "refunded": refunded,
        }  # fmt: skip

    async def _timeline(self, view: OrderView, cashier: str) -> list[dict[str, Any]]:
        """Sold, each move at each target, each return; in order."""
        steps = [_step(iso(view.order.captured_at), "captured", "", cashier, "good")]
        for target in view.targets:
            steps += await self._moves(target)
        for one in view.refunds:
            steps.append(_step(iso(one.refund.captured_at), "refunded", "", one.refund.reason, ""))
        return sorted(steps, key=lambda step: str(step["at"]))

    async def _moves(self, target: TargetState) -> list[dict[str, Any]]:
        steps = []
        for event in await self.services.queue.history(target.row_id):
            if not event.from_state:
                continue
            code = WAITING_THERE if event.reason_code == WAITING_THERE else event.to_state
            number = (target.remote_number or target.remote_id) if code == "done" else ""
            step = _step(iso(event.at), code, target.label, number, MEANINGS.get(code, ""))
            steps.append({**step, "reason": event.reason_code})
        return steps


def worst(targets: Iterable[TargetState]) -> str:
    """The state that matters most; "kept" for an order that goes nowhere."""
    states = {target.state for target in targets}
    return next((state for state in WORST if state in states), "kept")


def _wanted(wanted: Mapping[str, str]) -> list[tuple[str, Decimal, bool]]:
    return [(line_id, Decimal(quantity), True) for line_id, quantity in wanted.items()]


def _step(at: str, code: str, label: str, detail: str, meaning: str) -> dict[str, Any]:
    return {"at": at, "code": code, "label": label, "detail": detail, "meaning": meaning, "reason": ""}


def _tender_row(tender: Tender) -> dict[str, Any]:
    detail = tender.gift_card or (f"•••• {tender.last_four}" if tender.last_four else tender.label)
    return {"kind": tender.kind.value, "amount": tender.amount, "detail": detail}


def _refund_row(refund: Refund) -> dict[str, Any]:
    return {
        "number": refund.receipt_number, "at": iso(refund.captured_at), "amount": refund.amount,
        "reason": refund.reason,
    }  # fmt: skip
