"""Every order not yet confirmed by a target."""

from __future__ import annotations

from posbridge.ui.models.rows_model import RowsModel


class QueueModel(RowsModel):
    """One row an outbox row; times ISO 8601 UTC; `reason` and `next_step` are codes."""

    fields = (
        "id",
        "order_id",
        "number",
        "total",
        "currency",
        "target",
        "state",
        "reason",
        "detail",
        "next_step",
        "owner",
        "attempts",
        "captured_at",
        "next_try_at",
        "age_seconds",
        "can_retry",
        "can_park",
        "can_ask",
        "can_settle",
    )
