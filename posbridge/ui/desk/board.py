"""How everything stands: the sync bar, the queue, the day."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from posbridge.services.orders import TargetState
from posbridge.services.queue import QueueRow
from posbridge.services.status import Status
from posbridge.ui.desk.base import DeskBase, iso
from posbridge.ui.desk.shapes import decimal_text
from posbridge.ui.desk.systems import screen_state

Listener = Callable[[set[str]], None]
#: What the sync tells, as AppVm.changed knows it.
KINDS = {"queue": {"orders", "outbox"}, "catalog": {"catalog"}}
#: Why a row waits, where the sender's word is not the one of `Words.reason`.
REASONS = {"not_found": "not_there_yet", "outcome_unknown": "unknown", "parent": "waits_for"}
#: The order is at its platform and waits for somebody there.
WAITING_THERE = "waiting_there"
#: The answer was lost, and the platform cannot be asked by program.
NO_LOOK_UP = "cannot_look_up"
LOOK_THERE = "look_there"
#: The step that helps with a row, as `Words.nextStep` knows it; else the row's own words.
STEPS = {
    "outcome_unknown": "settling", "not_found": "settling", "read_back": "settling", "incomplete": "settling",
    "conflict": "settling", "unavailable": "wait", "rate_limited": "wait", "offline": "wait", "signed_out": "sign_in",
    "revoked": "sign_in", "busy": "wait",
}  # fmt: skip


class BoardDesk(DeskBase):
    """For SyncVm, QueueVm and OverviewVm."""

    def listen(self, heard: Listener) -> Callable[[], None]:
        """`heard` is told what changed; the function that is given back ends it."""
        sync, health = self.services.sync, self.services.house.health

        def told(what: str) -> None:
            heard(KINDS.get(what, set()))

        def moved(_state: Any) -> None:
            heard({"connections", "outbox"})

        sync.on_change.append(told)
        health.on_change.append(moved)

        def stop() -> None:
            sync.on_change.remove(told)
            health.on_change.remove(moved)

        return stop

    async def sync_status(self) -> dict[str, Any]:
        status = await self.services.status()
        wrong = [one for one in status.connections if screen_state(one) == "sign_in"]
        rejected = sum(one.rejected for one in status.connections)
        return {
            "state": _state(status, bool(wrong), rejected),
            "waiting": status.queued,
            "attention": rejected or status.needs_you,
            "oldest_seconds": status.oldest_seconds,
            "system": wrong[0].label if wrong else "",
            "last_good_at": iso(status.last_good),
            "connections": [
                {"id": one.id, "label": one.label, "state": screen_state(one)} for one in status.connections
            ],
        }

    async def queue(self) -> dict[str, Any]:
        rows = await self.services.queue.list()
        status, estimates = await self.services.status(), await self.services.queue.estimate()
        labels = {one.id: one.label for one in status.connections}
        seconds = [one.seconds for one in estimates]
        known = [one for one in seconds if one is not None]
        left = None if not estimates or len(known) < len(seconds) else int(max(known, default=0))
        waiting = sum(one.waiting for one in estimates)
        return {
            "rows": [await self._queue_row(row, labels) for row in rows],
            "waiting": waiting,
            "attention": sum(row.state == "rejected" for row in rows),
            "oldest_seconds": status.oldest_seconds,
            "per_minute": round(waiting * 60 / left) if left and left > 0 else 0,
            "empty_in_seconds": left,
        }

    async def _queue_row(self, row: QueueRow, labels: dict[str, str]) -> dict[str, Any]:
        state = "parked" if row.held else LOOK_THERE if settled_by_hand(row) else row.state
        waits = row.state in ("ready", "unknown")
        since = row.captured_at or row.since
        return {
            "id": str(row.id), "order_id": row.order_id, "number": row.receipt_number, "total": row.total,
            "currency": row.currency, "target": labels.get(row.connection, row.connection), "state": state,
            "reason": REASONS.get(row.reason_code, row.reason_code), "detail": row.reason, "owner": "",
            "attempts": row.attempts,
            "next_step": STEPS.get(row.reason_code, row.next_step or ("wait" if waits else "")),
            "captured_at": iso(since), "next_try_at": iso(row.next_try) if waits else "",
            "age_seconds": max(0, int((self.now() - since).total_seconds())),
            "can_settle": settled_by_hand(row),
            "can_retry": row.state in ("ready", "rejected", "blocked") and not settled_by_hand(row),
            "can_park": row.state in ("ready", "unknown", "blocked") and not row.held,
            "can_ask": row.state == "unknown",
        }  # fmt: skip

    async def retry(self, row_id: str) -> None:
        await self.services.queue.retry(int(row_id), who=self.person_id)

    async def settle(self, row_id: str, remote: str) -> None:
        """What somebody saw at the platform: the order's number there, or "" when it is not there."""
        await self.services.queue.settle(int(row_id), remote or None, who=self.person_id)

    async def park_row(self, row_id: str) -> None:
        await self.services.queue.park(int(row_id), who=self.person_id)

    async def ask_platform(self, row_id: str) -> None:
        """A row in doubt is looked up before anything is sent: a retry asks now."""
        await self.services.queue.retry(int(row_id), who=self.person_id)

    async def retry_all(self) -> None:
        await self.services.queue.retry_all(who=self.person_id)

    async def export_queue(self) -> str:
        """The file that was written, in the data folder's `exports`. Raises StoreError."""
        folder = self.services.house.home / "exports"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"queue-{self.now():%Y%m%d-%H%M%S}.csv"
        await self.services.queue.export(path, who=self.person_id)
        return str(path)

    async def overview(self) -> dict[str, Any]:
        day, status = await self.reports.today(), await self.services.status()
        rejected = sum(one.rejected for one in status.connections)
        signed_out = sum(screen_state(one) == "sign_in" for one in status.connections)
        decisions = [("rejected_orders", rejected, "queue"), ("sign_in", signed_out, "connections")]
        return {
            "currency": day.currency, "sales": day.sales, "orders": day.orders, "discounts": day.discounts,
            "average": day.sales // day.orders if day.orders else 0, "compared": _compared(day.sales, day.week_ago),
            "hours": [{"hour": hour, "amount": amount, "orders": number} for hour, amount, number in day.hours],
            "tenders": [{"kind": kind, "amount": amount, "count": number} for kind, amount, number in day.tenders],
            "top": [
                {"title": title, "quantity": decimal_text(quantity), "amount": amount}
                for title, quantity, amount in day.top
            ],
            "sent": [{"hour": hour, "sent": sent, "waiting": waiting} for hour, sent, waiting in day.sent],
            "errors": [
                {"reason": REASONS.get(reason, reason), "count": number} for reason, number in day.errors
            ],
            "decisions": [
                {"code": code, "count": number, "screen": screen} for code, number, screen in decisions if number
            ],
        }  # fmt: skip


def settled_by_hand(row: QueueRow) -> bool:
    """It may be at its platform, and nobody but a person can look."""
    return row.state == "rejected" and row.reason_code == NO_LOOK_UP


def target_row(target: TargetState, at: str) -> dict[str, Any]:
    """How far one target is; `state` "waiting_there" where somebody has to finish the order at the platform."""
    return {
        "connection": target.connection, "label": target.label, "at": at, "detail": target.reason,
        "reason": REASONS.get(target.reason_code, target.reason_code),
        "state": WAITING_THERE if waits_there(target) else target.state,
        "remote_id": target.remote_number or target.remote_id, "link": target.link if waits_there(target) else "",
    }  # fmt: skip


def waits_there(target: TargetState) -> bool:
    return target.state == "unknown" and target.reason_code == WAITING_THERE


def _state(status: Status, wrong: bool, rejected: int) -> str:
    if rejected or (status.vault_problem and not wrong):
        return "attention"
    if wrong:
        return "sign_in"
    if any(screen_state(one) == "offline" for one in status.connections):
        return "offline"
    return "waiting" if status.queued else "all_sent"


def _compared(now: int, before: int) -> str:
    """The change as decimal text; empty when there is nothing to compare with."""
    return decimal_text((Decimal(now - before) / before).quantize(Decimal("0.01"))) if before > 0 else ""
