"""The lines of the basket."""

from __future__ import annotations

from posbridge.ui.models.rows_model import RowsModel


class BasketLinesModel(RowsModel):
    """Amounts in minor units; `quantity` a decimal text."""

    fields = (
        "id",
        "title",
        "subtitle",
        "quantity",
        "unit",
        "weighed",
        "unit_price",
        "total",
        "full_total",
        "discount_name",
        "note",
        "currency",
        "product_id",
    )
