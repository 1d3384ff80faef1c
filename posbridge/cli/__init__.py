"""The command line: the headless twin of the window. `main` is its only door."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status (see `outcome.Status`); never raises."""
    from posbridge.cli.program import run

    return run(arguments)
