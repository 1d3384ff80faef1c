"""Rules of the whole tree, so that nobody has to remember them."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONNECTORS = ROOT / "posbridge" / "connectors"

# Written in parts, so that this file passes its own check.
HOSTS = ("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", "crates" + r"\.io")
REGISTRIES = re.compile("|".join(HOSTS))
MACHINE_PATH = re.compile(r"(?<![\w./\-{}<>*])/(?:work|home|root|Users|opt)/[\w.]|\b[A-Za-z]:\\+Users\\")
SECRETS = {
    "private key": re.compile("-----BEGIN " + r"(?:[A-Z]+ )?PRIVATE KEY-----\s*\n?[A-Za-z0-9+/]{20}"),
    "Square token": re.compile(r"\bEAAA[\w-]{40,}|\bsq0(?:atp|csp)-[\w-]{22,}"),
    "Shopify token": re.compile(r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b"),
    "WooCommerce key": re.compile(r"\bc[ks]_[0-9a-f]{40}\b"),
    "cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}\b|\b[sr]k_live_\w{20,}"),
    "Twilio account": re.compile(r"\b(?:AC|SK)[0-9a-f]{32}\b"),
}
AVOIDED_NAMES = {"cart", "ticket", "session", "adapter", "driver", "manager", "helper", "helpers", "util", "utils"}
SKIPS = {"skip", "skipif", "xfail", "importorskip"}
CONNECTOR_FILES = {"__init__.py", "facts.py", "services.py", "mapping.py", "errors.py"}


def tracked() -> list[Path]:
    """Every file that is, or is about to be, in a commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode("utf-8")
    return [ROOT / name for name in sorted(set(listing.split("\0"))) if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Tracked files that are text, with it."""
    for file in tracked():
        try:
            yield file, file.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def python_files() -> list[Path]:
    return [file for file in tracked() if file.suffix == ".py"]


def places(pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern stands, as file:line: what."""
    return [
        f"{file.relative_to(ROOT).as_posix()}:{text.count(chr(10), 0, hit.start()) + 1}: {hit[0][:60]}"
        for file, text in texts()
        for hit in pattern.finditer(text)
    ]


def connector_folders() -> list[Path]:
    return sorted(file.parent for file in CONNECTORS.glob("*/facts.py"))


def test_no_file_names_a_package_registry() -> None:
    assert places(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert places(MACHINE_PATH) == []


@pytest.mark.parametrize("kind", SECRETS)
def test_no_file_holds_a_secret(kind: str) -> None:
    assert places(SECRETS[kind]) == []


def test_the_patterns_see_what_they_look_for() -> None:
    assert MACHINE_PATH.search('open("/ho' + 'me/ann/x")')
    assert MACHINE_PATH.search("C:\\Us" + "ers\\ann")
    assert not MACHINE_PATH.search("GET https://shop.example/home/page and ../work/x and {base}/home/x")
    assert SECRETS["WooCommerce key"].search("ck" + "_" + "0a" * 20)
    assert REGISTRIES.search("https://py" + "pi.org/simple")


def test_no_test_is_skipped_but_for_absent_contracts_and_strangers() -> None:
    """Two fixtures skip, each where something outside the tree is absent, and say what: `contracts` (the shared
    contracts) and `node` (Node.js and its packages). A test that cannot run must not look like one that did."""
    found = [
        (file.relative_to(ROOT).as_posix(), ast.unparse(node))
        for file in python_files()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in SKIPS and names_pytest(node.value)
    ]
    assert found == [("tests/conftest.py", "pytest.skip")] * 2
    tree = ast.parse((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    skipping = [each.name for each in tree.body if isinstance(each, ast.FunctionDef) and "skip(" in ast.unparse(each)]
    assert skipping == ["contracts", "node"]


def names_pytest(node: ast.expr) -> bool:
    """Whether an expression is `pytest` or `pytest.mark`."""
    return ast.unparse(node) in {"pytest", "pytest.mark"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {file: set(file.stem.lower().split("_")) | {file.parent.name.lower()} for file in python_files()}
    assert [file.relative_to(ROOT).as_posix() for file, words in named.items() if words & AVOIDED_NAMES] == []


def test_every_module_postpones_its_annotations() -> None:
    late = [file.relative_to(ROOT).as_posix() for file in python_files() if not postpones_annotations(file)]
    assert late == []


def postpones_annotations(file: Path) -> bool:
    """Whether a module begins with the future import, or holds nothing but a docstring."""
    body = ast.parse(file.read_text("utf-8")).body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return not body or ast.unparse(body[0]) == "from __future__ import annotations"


def test_every_connector_has_the_fixed_files() -> None:
    for folder in connector_folders():
        missing = CONNECTOR_FILES - {file.name for file in folder.iterdir()}
        assert not missing, f"connectors/{folder.name} lacks {sorted(missing)}"


def test_every_connector_is_announced_and_tested() -> None:
    announced = PROJECT["project"]["entry-points"]["posbridge.connectors"]
    for folder in connector_folders():
        name = folder.name
        assert announced.get(name) == f"posbridge.connectors.{name}:CONNECTOR", f"{name} has no entry point"
        tests = ROOT / "tests" / "connectors" / name
        assert (tests / f"test_{name}.py").is_file(), f"{name} has no tests/connectors/{name}/test_{name}.py"
        assert any((tests / "fixtures").glob("*.json")), f"{name} has no fixtures of its platform's own answers"


def requirement_name(requirement: str) -> str:
    """The distribution's name in a requirement, as the indexes normalise it."""
    match = re.match(r"[\w.-]+", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def test_the_readme_gives_a_reason_for_each_dependency() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## Why each dependency")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `([\w.-]+)` \| (.+?) \|$", section, re.MULTILINE))
    wanted = {requirement_name(requirement) for requirement in PROJECT["project"]["dependencies"]}
    assert set(rows) == wanted
    assert all(len(reason) > 15 for reason in rows.values())


def test_the_lock_holds_each_dependency_with_hashes() -> None:
    lock = (ROOT / "packaging" / "requirements.lock").read_text("utf-8")
    locked = {requirement_name(line) for line in lock.splitlines() if line[:1].isalnum()}
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    assert {requirement_name(requirement) for requirement in asked} - locked == set()
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_packaging_folder_never_hides_the_library_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
