"""Who imports whom: the house as it stands, and proof that the check sees what it should."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

from .rooms_contract import RoomsContract, Violation

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]


def violations_in(package: str) -> list[Violation]:
    graph = grimp.build_graph(package, include_external_packages=True, cache_dir=None)
    options = {name: value for name, value in OPTIONS.items() if name not in {"id", "name", "type"}}
    contract = RoomsContract(OPTIONS["name"], {}, {**options, "root": package})
    found: list[Violation] = contract.check(graph, verbose=False).metadata["violations"]
    return found


def test_every_room_imports_only_what_its_row_names() -> None:
    broken = violations_in("posbridge")
    assert not broken, "\n" + "\n".join(map(str, broken))


def test_the_linter_of_make_check_reads_the_same_table() -> None:
    run = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", run, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Each room imports only what its row names KEPT" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("domain/money.py", "from house.store import engine", "domain may import only: nothing"),
        ("domain/money.py", "import rich", "domain may import no library but"),
        ("sync/drain.py", "import sqlalchemy", "only these may import sqlalchemy: store"),
        ("services/checkout.py", "from PySide6 import QtCore", "only these may import PySide6"),
        ("ui/qt.py", "from house.store import engine", "ui may import only: domain services"),
        ("sync/drain.py", "from house.connectors import http", "sync may import only"),
        ("sync/drain.py", "from house.connectors.acme import facts", "nobody outside connectors.acme"),
        ("connectors/http.py", "from house.connectors.acme import facts", "nobody outside connectors.acme"),
        ("connectors/zenith/mapping.py", "from house.connectors.acme import facts", "nobody outside connectors.acme"),
        ("app.py", "from house.connectors.acme import facts", "nobody outside connectors.acme"),
        ("attic/box.py", "from house.domain import money", "attic is no room"),
    ],
)
def test_a_forbidden_import_is_named_with_its_file_and_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, said: str
) -> None:
    build_house(tmp_path / "house", {file: text})
    monkeypatch.syspath_prepend(str(tmp_path))
    (broken,) = violations_in("house")
    assert str(broken).startswith(f"house/{file}:1 imports ")
    assert said in str(broken)


def test_what_the_rows_name_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build_house(
        tmp_path / "house",
        {
            "sync/drain.py": "from house.connectors import contract\nfrom house.connectors.contract import Door",
            "connectors/acme/mapping.py": "from house.connectors.acme import facts\nfrom house.connectors import http",
            "store/engine.py": "import sqlalchemy\nfrom house.domain import money",
            "api/hooks.py": "from house.sync import inbox",
            "app.py": "from house.ui import qt\nfrom house.sync import drain",
        },
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert violations_in("house") == []


def build_house(folder: Path, files: dict[str, str]) -> None:
    """A small package with the same rooms as ours and the given files changed."""
    plain = ["domain/money", "store/engine", "sync/drain", "sync/inbox", "ui/qt", "connectors/contract", "app"]
    plain += ["connectors/http", "connectors/acme/facts", "connectors/acme/mapping"]
    for name, text in {**{f"{name}.py": "" for name in plain}, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    for place in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        (place / "__init__.py").touch()
