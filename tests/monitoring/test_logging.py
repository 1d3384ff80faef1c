"""Logs: canaries never appear, lines cannot be forged, files rotate and nothing is left running."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from posbridge.monitoring import logging as logs
from posbridge.security.redaction import Redactor

CANARIES = {
    "token": "zq9tokencanary-0123456789-abcdefghijklmnop",
    "pin": "820917",
    "card": "4111111111111111",
    "email": "canary.person@example.com",
    "phone": "+14155552671",
}


@pytest.fixture
def redactor() -> Redactor:
    made = Redactor()
    made.register_secret(CANARIES["token"])
    return made


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    logs.shutdown()
    structlog.reset_defaults()
    logging.getLogger("posbridge").setLevel(logging.NOTSET)


def written(folder: Path) -> str:
    logs.shutdown()
    return (folder / logs.FILE_NAME).read_text("utf-8")


def speak() -> None:
    """Every way in which a value may get into a log."""
    log = structlog.get_logger("posbridge.sync")
    token, card = CANARIES["token"], CANARIES["card"]
    log.info("signed in", access_token=token, note=token, headers={"Authorization": f"Bearer {token}"})
    log.info(f"told {token} by {CANARIES['email']} {CANARIES['phone']}", pin=CANARIES["pin"])
    log.info("a%s", token)
    log.bind(customer={"email": CANARIES["email"]}, url=f"https://x.example/?key={token}").warning("card", text=card)
    log.info("deep", rows=[{"tender": {"note": f"4111 1111 1111 1111 {CANARIES['email']}"}}], secret=SecretStr(token))
    logging.getLogger("posbridge.store").error("with %s and %s", token, card, extra={"password": token, "x": token})
    logging.getLogger("somebody.else").warning("GET https://x.example/?consumer_secret=%s", token)
    try:
        raise ValueError(f"bad answer {token[:30]} for {card} of {CANARIES['email']}")
    except ValueError:
        log.exception("it broke")
        logging.getLogger("posbridge.ui").exception("it broke there")
    with structlog.contextvars.bound_contextvars(session_token=token, who=CANARIES["email"]):
        log.info("bound")


def test_no_canary_in_the_file_or_on_the_console(
    tmp_path: Path, redactor: Redactor, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG", tmp_path, redact=redactor.processor)
    speak()
    text = written(tmp_path)
    shown = "".join(capsys.readouterr())
    for output in (text, shown):
        assert output.count("it broke") >= 2
        assert "Traceback" in output
        for name, canary in {**CANARIES, "beginning": CANARIES["token"][:20], "groups": "4111 1111"}.items():
            assert canary not in output, name
    assert len([json.loads(line) for line in text.splitlines()]) == 10


def test_a_line_says_when_who_and_how_loud(tmp_path: Path, redactor: Redactor) -> None:
    logs.configure("INFO", tmp_path, redact=redactor.processor, console=False)
    structlog.get_logger("posbridge.sync.drain").info("sent", order="P1", ms=12)
    line = json.loads(written(tmp_path))
    assert line.pop("at").endswith("Z")
    assert line == {"event": "sent", "order": "P1", "ms": 12, "level": "info", "logger": "posbridge.sync.drain"}


@pytest.mark.parametrize(
    "forged", ['a\n{"event": "paid"}', "a\r\nroot", "\x1b[2J\x1b[31m", "a\u2028b", "a\u202eb", "\0"]
)
def test_lines_cannot_be_forged(
    tmp_path: Path, redactor: Redactor, capsys: pytest.CaptureFixture[str], forged: str
) -> None:
    logs.configure("INFO", tmp_path, redact=redactor.processor)
    structlog.get_logger("posbridge.app").info(forged, note=forged, deep=[{"x": forged}])
    logging.getLogger("posbridge.app").info("%s", forged)
    text = written(tmp_path)
    shown = capsys.readouterr().err
    assert len(text.splitlines()) == len(shown.splitlines()) == 2
    bare = {letter for letter in text + shown if letter != "\n" and logs._CONTROL.match(letter)}
    assert not bare


def test_topics_have_their_own_level(tmp_path: Path, redactor: Redactor) -> None:
    assert len(logs.TOPICS) >= 10
    logs.configure("WARNING", tmp_path, redact=redactor.processor, console=False, topics={"sync": "DEBUG"})
    structlog.get_logger("posbridge.sync.pull").debug("heard")
    structlog.get_logger("posbridge.store").info("not heard")
    logging.getLogger("httpx").info("not heard")
    assert [json.loads(line)["event"] for line in written(tmp_path).splitlines()] == ["heard"]
    with pytest.raises(ValueError, match="nonsense"):
        logs.configure("INFO", None, redact=redactor.processor, topics={"nonsense": "DEBUG"})


def test_files_rotate_and_are_compressed(tmp_path: Path, redactor: Redactor) -> None:
    logs.configure("INFO", tmp_path, redact=redactor.processor, console=False, max_bytes=4_000, kept_files=3)
    log = structlog.get_logger("posbridge.app")
    for number in range(200):
        log.info("line", number=number)
    text = written(tmp_path)
    packed = sorted(tmp_path.glob("*.gz"))
    assert len(packed) == 3
    lines = [*gzip.decompress(packed[0].read_bytes()).decode().splitlines(), *text.splitlines()]
    numbers = [json.loads(line)["number"] for line in lines]
    assert numbers == list(range(numbers[0], 200))


def test_configured_twice_writes_once_and_leaves_no_thread(tmp_path: Path, redactor: Redactor) -> None:
    before = threading.active_count()
    for _ in range(3):
        logs.configure("INFO", tmp_path, redact=redactor.processor, console=False)
    structlog.get_logger("posbridge.app").info("once")
    assert len(written(tmp_path).splitlines()) == 1
    assert threading.active_count() == before


def test_a_folder_that_cannot_be_written_is_told_and_harmless(
    tmp_path: Path, redactor: Redactor, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", "utf-8")
    logs.configure("INFO", blocked / "logs", redact=redactor.processor)
    structlog.get_logger("posbridge.app").info("goes on")
    logs.shutdown()
    shown = capsys.readouterr().err
    assert "cannot be written" in shown
    assert "goes on" in shown


def test_a_full_disk_stops_the_log_and_nothing_else(
    tmp_path: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO", tmp_path, redact=redactor.processor, console=False)

    def full(self: Any, record: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logging.FileHandler, "emit", lambda self, record: self.handleError(record))
    monkeypatch.setattr(logging.handlers.RotatingFileHandler, "shouldRollover", full)
    structlog.get_logger("posbridge.app").info("lost")
    logs.shutdown()
    assert capsys.readouterr().err == ""
