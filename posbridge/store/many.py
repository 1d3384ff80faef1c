"""Look-ups of many ids at once, by one parameter however many there are."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Column, ColumnElement, func, select


def one_of(column: Column[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether the column is one of `values`: a list of its own parameters costs more than the look-up."""
    listed = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(listed.c.value))
