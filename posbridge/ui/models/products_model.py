"""The products a search or a category gave."""

from __future__ import annotations

from posbridge.ui.models.rows_model import RowsModel


class ProductsModel(RowsModel):
    """`price` in minor units; `stock` a decimal text or empty; `stock_at` ISO 8601 UTC."""

    fields = (
        "id",
        "title",
        "subtitle",
        "picture",
        "glyph",
        "price",
        "price_from",
        "currency",
        "stock",
        "stock_state",
        "stock_at",
        "unit",
        "variants",
        "weighed",
    )
