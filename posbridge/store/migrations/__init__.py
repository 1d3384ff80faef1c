"""Forward migrations (alembic). Each version's SQL is frozen in a file of its own and never edited after a release."""

from __future__ import annotations

from pathlib import Path

#: The newest version; a test compares it with the scripts.
HEAD = "0001"
HERE = Path(__file__).parent
SQL = HERE / "sql"
SEPARATOR = "\n;;\n"


def statements(version: str) -> list[str]:
    """The frozen SQLite statements of a version."""
    text = (SQL / f"{version}.sqlite.sql").read_text(encoding="utf-8")
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
