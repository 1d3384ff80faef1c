"""The page of systems says what the facts say."""

from __future__ import annotations

import runpy
from pathlib import Path

from posbridge.connectors.registry import BUILT_IN

ROOT = Path(__file__).resolve().parents[1]


def test_the_table_of_systems_is_made_from_the_facts() -> None:
    made = runpy.run_path(str(ROOT / "packaging" / "connector_table.py"))
    assert made["main"](["--check"]) == 0, "run python packaging/connector_table.py"


def test_every_system_has_its_row() -> None:
    text = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| system")]
    assert len(rows) == len(BUILT_IN)
