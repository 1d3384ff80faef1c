"""The scripts of packaging/: setting up on a bare machine, and the check of the translations."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[1] / "packaging"


def load(name: str) -> ModuleType:
    """A script of packaging/, as a module, found the way it is when it runs."""
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


libraries = load("system_libraries")
bootstrap = load("bootstrap")
translations = load("check_translations")


def test_what_the_loader_cannot_find_becomes_package_names() -> None:
    listing = "a.so:\n\tlibEGL.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibQt6Gui.so.6 => not found\n"
    assert libraries.read_missing(listing) == {"libEGL.so.1"}
    assert libraries.packages_for({"libEGL.so.1", "libGL.so.1"}, 0) == ["libegl1", "libgl1"]


def test_an_unknown_library_is_named_rather_than_passed_over() -> None:
    said = libraries.advice({"libodd.so.9", "libEGL.so.1"})
    assert "libodd.so.9" in said
    assert "libegl" in said
    assert "make setup" in said


def test_without_root_the_command_is_said_and_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(bootstrap.SetupError, match="libEGL"):
        libraries.provide({"libEGL.so.1"})


def test_what_only_a_window_needs_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(libraries.os, "geteuid", lambda: 1000, raising=False)
    libraries.provide_for_window({"libxcb-icccm.so.4"})
    assert "libxcb-icccm" in capsys.readouterr().err


def test_the_stamp_is_stale_when_lock_or_project_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOCK", "PYPROJECT", "STAMP", "VENV_PYTHON"):
        path = tmp_path / name
        path.write_text("one\n", encoding="utf-8")
        monkeypatch.setattr(bootstrap, name, path)
    (tmp_path / "STAMP").write_text(bootstrap.fingerprint(), encoding="utf-8")
    assert bootstrap.is_fresh()
    (tmp_path / "LOCK").write_bytes(b"one\r\n")
    assert bootstrap.is_fresh(), "another line end is no other lock"
    (tmp_path / "LOCK").write_text("two\n", encoding="utf-8")
    assert not bootstrap.is_fresh()


def test_a_launcher_with_no_python_behind_it_is_not_chosen() -> None:
    assert bootstrap.is_fitting([sys.executable])
    assert not bootstrap.is_fitting(["no-such-python-anywhere"])


def test_a_failed_install_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", Path(sys.executable))
    with pytest.raises(bootstrap.SetupError, match="HTTPS_PROXY"):
        bootstrap.pip("--no-index", "--requirement", str(tmp_path / "absent.txt"))


TS = '<TS version="2.1" language="{language}"><context><name>Sell</name>{messages}</context></TS>'
MESSAGE = "<message><source>{0}</source><translation{2}>{1}</translation></message>"


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (MESSAGE.format("Pay %1", "Pagar %1", ""), None),
        ("", "is missing"),
        (MESSAGE.format("Pay %1", "Pagar %1", ' type="unfinished"'), "is not finished"),
        (MESSAGE.format("Pay %1", "", ""), "is not finished"),
        (MESSAGE.format("Pay %1", "Pagar", ""), "place holders"),
        (MESSAGE.format("Pay %1", "Pagar %1", ' type="vanished"'), "is missing"),
    ],
)
def test_each_text_must_be_translated(tmp_path: Path, message: str, problem: str | None) -> None:
    qml = tmp_path / "Sell.qml"
    qml.write_text('// qsTr("not this")\nText { text: qsTr("Pay" + " %1").arg(total) }\n', encoding="utf-8")
    for language in ("es_ES", "fr"):
        text = TS.format(language=language, messages=message)
        (tmp_path / f"till_{language}.ts").write_text(text, encoding="utf-8")
    problems = translations.find_problems(tmp_path, tmp_path)
    assert len(problems) == (2 if problem else 0)
    assert all(problem in said for said in problems if problem)


def test_a_text_that_is_no_literal_is_reported(tmp_path: Path) -> None:
    (tmp_path / "Sell.qml").write_text("Text {\n text: qsTr(name) }\n", encoding="utf-8")
    assert translations.find_problems(tmp_path, tmp_path) == ["Sell.qml: qsTr needs its text as a literal, line 2"]


def test_a_missing_language_is_reported_and_no_screens_pass(tmp_path: Path) -> None:
    assert translations.find_problems(tmp_path, tmp_path) == []
    (tmp_path / "Sell.qml").write_text("Text { text: qsTr('Pay') }", encoding="utf-8")
    assert len(translations.find_problems(tmp_path, tmp_path)) == 2
