"""The shipped rules of the counter: shelves, purchase limits. Data in `resources/counter`, read once."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from posbridge.domain.categories import CategoryNode
from posbridge.domain.limits import LimitRules


@cache
def shelves() -> tuple[CategoryNode, ...]:
    """The category hierarchy as shipped."""
    return tuple(CategoryNode.model_validate(row) for row in _read("categories.json"))


@cache
def sample_limits() -> tuple[LimitRules, ...]:
    """Sample purchase limits of some states; each says its source and its day. A manager has to prove them."""
    return tuple(LimitRules.model_validate(row) for row in _read("limits.json"))


def _read(name: str) -> list[Any]:
    packaged = Path(str(resources.files("posbridge"))) / "_resources"
    home = packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "resources"
    rows: list[Any] = json.loads((home / "counter" / name).read_text(encoding="utf-8"), parse_float=str)
    return rows
