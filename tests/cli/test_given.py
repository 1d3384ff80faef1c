"""Words of a command line: secrets from safe places only, amounts without doubt."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import typer

from posbridge.cli import given
from posbridge.connectors.contract import SettingField

KEY = SettingField(name="key", label="Key", secret=True)


def test_a_secret_comes_from_the_environment_a_file_or_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("from-file\n", encoding="utf-8")
    monkeypatch.setenv("THE_KEY", "from-env")
    monkeypatch.setattr("sys.stdin", io.StringIO("first\nsecond\n"))
    found = given.secrets([f"a=file:{tmp_path / 'key'}", "b=env:THE_KEY", "c=-", "d=-"])
    assert found == {"a": "from-file", "b": "from-env", "c": "first", "d": "second"}


@pytest.mark.parametrize("word", ["key=hunter2", "key=env:NOT_THERE", "key=file:/not/there", "key", "=x"])
def test_anything_else_is_refused_without_showing_it(word: str) -> None:
    with pytest.raises(typer.BadParameter) as told:
        given.secrets([word])
    assert "hunter2" not in str(told.value)


def test_what_is_missing_is_named_where_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(typer.BadParameter, match="key is missing"):
        given.asked([KEY], {})
    assert given.asked([KEY], {"key": "known"}) == {}


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("1000", "USD", 1000), ("10.00", "USD", 1000), ("10.5", "USD", 1050), ("7", "JPY", 7)],
)
def test_amounts(text: str, currency: str, minor: int) -> None:
    assert given.amount(text, currency).amount == minor


@pytest.mark.parametrize("text", ["", "ten", "10.001", "1e3", "10,00"])
def test_amounts_in_doubt_are_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        given.amount(text, "USD")
