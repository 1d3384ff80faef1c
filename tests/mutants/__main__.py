"""`make mutants`: takes one safety out at a time and shows that a test falls. Exit status 1 when one survives.

Each mutant is a change of text in a copy of the tree; the tests named beside it run there. A mutant whose text is
no longer found is an error too: the list must follow the code.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mutants.catalogue import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "pictures", "var")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these mutants")
    parser.add_argument("--connector", default="", help="accepted for symmetry with the other long runs")
    chosen = [m for m in MUTANTS if not (names := parser.parse_args().names) or m.name in names]
    _require_green(chosen)
    survivors = 0
    for mutant in chosen:
        verdict = _try(mutant)
        survivors += verdict != "caught"
        print(f"{mutant.name:28} {verdict:10} {mutant.why}", flush=True)
    print(f"{len(chosen) - survivors} passed, {survivors} failed")
    return int(survivors > 0)


def _require_green(mutants: list[Mutant]) -> None:
    """Without a change all the tests pass, else nothing that falls later would prove a thing."""
    tests = tuple(sorted({test for mutant in mutants for test in mutant.tests}))
    with _copy() as tree:
        if _tests_fail("no mutant", tests, tree):
            raise SystemExit("the tests fall without any mutant: mend them first")


def _try(mutant: Mutant) -> str:
    with _copy() as tree:
        if not _apply(mutant, tree):
            return "not found"
        return "caught" if _tests_fail(mutant.name, mutant.tests, tree) else "survived"


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="posbridge-mutant-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT, symlinks=True)
        yield tree


def _apply(mutant: Mutant, tree: Path) -> bool:
    path = tree / mutant.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text.count(mutant.old) == 0:
        return False
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    return True


def _tests_fail(name: str, tests: tuple[str, ...], tree: Path) -> bool:
    """Status 1 is a failing test; anything else (no test, a broken import) proves nothing and says so."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=600)
    if done.returncode not in (0, 1):
        print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
        raise SystemExit(f"{name}: pytest ended with {done.returncode}, which is no verdict")
    return done.returncode == 1


if __name__ == "__main__":
    raise SystemExit(main())
