"""The connected systems."""

from __future__ import annotations

from posbridge.ui.models.rows_model import RowsModel


class ConnectionsModel(RowsModel):
    """`state` is a code; times ISO 8601 UTC."""

    fields = (
        "id",
        "system",
        "label",
        "account",
        "location",
        "kind",
        "state",
        "token_state",
        "token_expires_at",
        "last_good_at",
        "waiting",
        "webhooks",
    )
