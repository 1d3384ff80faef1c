"""The frame: help that costs nothing, five exit statuses, one JSON document, errors that say what to do."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from posbridge.cli import main
from posbridge.cli.outcome import Status, status_of
from posbridge.cli.program import COMMANDS
from posbridge.domain import errors
from posbridge.store.errors import ConstraintViolated, NotStored
from tests.cli.conftest import Run

#: Every command of the foundation's list.
WANTED = (
    "demo connectors connect connections test disconnect sync products customers discounts order orders coupon "
    "giftcard queue status sandbox screens doctor backup restore limits lots tidy webhooks"
).split()


def test_every_command_is_there_and_explains_itself(run: Run) -> None:
    assert sorted(COMMANDS) == sorted(WANTED)
    listing = run("--help").out
    for name in WANTED:
        assert f"  {name} " in listing
        told = run(name, "--help")
        assert (told.status, "Usage: posbridge" in told.out) == (0, True), name


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from posbridge.cli import main; status = main(['--help']);"
        "heavy = {'PySide6', 'sqlalchemy', 'httpx', 'cryptography', 'uvicorn', 'keyring'} & set(sys.modules);"
        "sys.exit(9 if heavy else int(status))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_module_is_the_program() -> None:
    told = subprocess.run([sys.executable, "-m", "posbridge", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("posbridge ")


@pytest.mark.parametrize("words", [["nonsense"], ["order", "show"], ["status", "--nonsense"], ["queue", "retry", "x"]])
def test_wrong_use_is_two(run: Run, words: list[str]) -> None:
    told = run(*words)
    assert (told.status, told.out) == (2, "")
    assert "posbridge" in told.err


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.DomainError(), Status.WRONG_USE),
        (errors.ConfigurationError(), Status.WRONG_USE),
        (errors.ValidationError(), Status.WRONG_USE),
        (errors.NotFound(), Status.WRONG_USE),
        (errors.WrongPin(), Status.WRONG_USE),
        (NotStored(), Status.WRONG_USE),
        (ConstraintViolated(), Status.WRONG_USE),
        (errors.ServiceUnavailable(), Status.NOT_NOW),
        (errors.OutcomeUnknown(), Status.NOT_NOW),
        (errors.AuthenticationError(), Status.NOT_NOW),
        (errors.TokenRevoked(), Status.NOT_NOW),
        (errors.PermissionDenied(), Status.NOT_NOW),
        (errors.RateLimitExceeded(), Status.NOT_NOW),
        (errors.DiskFull(), Status.NOT_NOW),
        (errors.CorruptStore(), Status.NOT_NOW),
        (errors.VaultLocked(), Status.NOT_NOW),
        (errors.LockedOut(), Status.NOT_NOW),
        (errors.DeviceError(), Status.SEE),
        (ZeroDivisionError(), Status.BUG),
    ],
)
def test_each_error_has_its_status(error: Exception, status: Status) -> None:
    assert status_of(error) is status


def test_an_error_is_one_document_and_two_lines(run: Run) -> None:
    told = run("order", "show", "nothing", "--json")
    assert told.status == 2
    assert set(told.json["error"]) >= {"code", "message", "next_step"}
    assert told.json["error"]["message"] in told.err
    assert "→" in told.err


def test_a_bug_is_four_and_hides_what_is_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Bearer abcdefghijklmnop.qrstuvwx")

    monkeypatch.setattr("posbridge.cli.syncing.with_services", broken)
    told = run("status", "--json")
    assert (told.status, told.json["error"]["code"]) == (4, "bug")
    assert "a bug in posbridge" in told.err
    assert "abcdefghijklmnop" not in told.err + told.out


def test_without_a_display_the_window_says_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    told = run()
    assert told.status == 2
    assert "no display" in told.err
    assert "posbridge --help" in told.err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = "import sys; from posbridge.cli import main; sys.exit(main(['--help']))"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors_said = process.stderr.read()
        assert process.wait(20) == 0
    assert b"Traceback" not in errors_said


def test_every_listing_of_an_empty_till_is_one_document(run: Run) -> None:
    for words in ("orders", "products", "customers", "discounts", "connections", "queue", "queue list"):
        told = run(*words.split(), "--json")
        assert (told.status, told.json) == (0, []), words
    assert json.loads(run("status", "--json").out)["queued"] == 0


def test_main_never_raises(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["connect"]) == 2
    assert "Missing argument" in capsys.readouterr().err
