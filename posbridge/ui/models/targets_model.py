"""Where one order goes, and how far it came."""

from __future__ import annotations

from posbridge.ui.models.rows_model import RowsModel


class TargetsModel(RowsModel):
    """`state` is a code; `at` ISO 8601 UTC of its last change."""

    fields = (
        "connection",
        "label",
        "state",
        "reason",
        "detail",
        "remote_id",
        "at",
        "link",
    )
