"""One measured promise, and how a set of them is shown and kept."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """`ours` against `limit` (the raw work, or what a platform allows), both in `unit`; `goal` bounds their `ratio`.

    A goal is the most the ratio may be; with `at_least` the least. Without a goal the row only reports.
    """

    name: str
    ours: float
    limit: float
    goal: float | None
    unit: str = "ms"
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.limit if self.limit else 0.0

    @property
    def passed(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio >= self.goal if self.at_least else self.ratio <= self.goal

    def json(self) -> dict[str, Any]:
        measured = {name: round(value, 4) for name, value in asdict(self).items() if name in ("ours", "limit")}
        return {
            "name": self.name, **measured, "ratio": round(self.ratio, 3), "goal": self.goal, "unit": self.unit,
            "passed": self.passed,
        }  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ranked = sorted(values)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)]


def p50(values: Sequence[float]) -> float:
    return statistics.median(values)


def p99(values: Sequence[float]) -> float:
    return percentile(values, 0.99)


def show(rows: Sequence[Row]) -> str:
    """A table for a person."""
    lines = [f"{'':<58}{'ours':>11}{'raw/limit':>11} {'unit':<7}{'ratio':>7}{'goal':>8}"]
    for row in rows:
        goal = "-" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal:g}"
        mark = "" if row.passed else "  MISSED"
        lines.append(f"{row.name:<58}{row.ours:>11.3f}{row.limit:>11.3f} {row.unit:<7}{row.ratio:>7.2f}{goal:>8}{mark}")
    return "\n".join(lines)


def keep(rows: Sequence[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.json() for row in rows], indent=1) + "\n", encoding="utf-8")
