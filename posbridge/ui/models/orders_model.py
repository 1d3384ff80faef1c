"""The orders of a list."""

from __future__ import annotations

from posbridge.ui.models.rows_model import RowsModel


class OrdersModel(RowsModel):
    """`total` in minor units; `state` a code; `at` ISO 8601 UTC."""

    fields = ("id", "number", "reference", "at", "total", "currency", "customer", "cashier", "state", "refunded")
