"""Logs: JSON lines in a folder and readable ones on the console, both redacted, written off the loop.

`configure` is called once by app.py, which gives the redaction (this room knows only the domain). Files rotate by
size, old ones are compressed. Line breaks and control characters in values are escaped: nobody can forge a line.
"""

from __future__ import annotations

import gzip
import logging
import os
import re
import shutil
import sys
from collections.abc import Mapping, MutableMapping
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import structlog
from structlog.typing import Processor

FILE_NAME = "posbridge.jsonl"
MAX_BYTES = 4 * 1024 * 1024
KEPT_FILES = 60
#: The topics; `structlog.get_logger("posbridge.<topic>.<more>")` belongs to its topic.
TOPICS = (
    "app", "api", "audit", "cli", "connectors", "devices", "health", "security", "services", "store", "sync", "ui",
)  # fmt: skip
_LOUD = ("httpx", "httpcore", "apscheduler", "sqlalchemy", "alembic", "asyncio", "uvicorn.access", "qasync", "keyring")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_listener: QueueListener | None = None


class _Queue(QueueHandler):
    """Hands records over as they are: structlog's events are dicts, which the standard handler would flatten."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


class _Quiet(RotatingFileHandler):
    """A full disk stops the log, never the till."""

    lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        self.lost += 1


def configure(
    level: str,
    folder: Path | None,
    *,
    redact: Processor,
    console: bool = True,
    topics: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES,
    kept_files: int = KEPT_FILES,
) -> None:
    """Starts logging at `level` (a name as in logging); `topics` sets other levels for single topics.

    `redact` is a structlog processor through which every event goes, also those of libraries. Without a folder, or
    where it cannot be written, only the console is used. Called again, it replaces what was set.
    """
    shutdown()
    handlers: list[logging.Handler] = []
    if console:
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(_formatter(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()), redact))
        handlers.append(shown)
    problem = _add_file(handlers, folder, redact, max_bytes, kept_files)
    _start(handlers)
    _levels(level, topics or {})
    structlog.configure(
        processors=[*_common(redact), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    if problem is not None:
        structlog.get_logger("posbridge.app").warning("log folder cannot be written", reason=type(problem).__name__)


def shutdown() -> None:
    """Writes what waits, closes the files and ends the writing thread."""
    global _listener
    root = logging.getLogger()
    for ours in [one for one in root.handlers if isinstance(one, _Queue)]:
        root.removeHandler(ours)
    if _listener is not None:
        _listener.stop()
        for handler in _listener.handlers:
            handler.close()
        _listener = None


def escape_controls(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: control, line-break and direction characters become visible escapes."""
    return {_escaped(name): _escaped(value) for name, value in event.items()}


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
    if isinstance(value, dict):
        return {_escaped(name): _escaped(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(item) for item in value]
    return value


def _common(redact: Processor) -> list[Processor]:
    """Redaction comes behind the traceback, so that it reads that too; escaping comes last."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
        escape_controls,
    ]


def _formatter(renderer: Processor, redact: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_common(redact)],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        keep_exc_info=False,
    )


def _add_file(
    handlers: list[logging.Handler], folder: Path | None, redact: Processor, max_bytes: int, kept_files: int
) -> OSError | None:
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = _Quiet(folder / FILE_NAME, maxBytes=max_bytes, backupCount=kept_files, encoding="utf-8", delay=False)
    except OSError as problem:
        return problem
    file.namer = lambda name: f"{name}.gz"
    file.rotator = _compress
    file.setFormatter(_formatter(structlog.processors.JSONRenderer(ensure_ascii=False, default=str), redact))
    handlers.append(file)
    return None


def _compress(source: str, target: str) -> None:
    with open(source, "rb") as plain, gzip.open(target, "wb", compresslevel=6) as packed:
        shutil.copyfileobj(plain, packed)
    os.remove(source)


def _start(handlers: list[logging.Handler]) -> None:
    global _listener
    queue: SimpleQueue[Any] = SimpleQueue()
    _listener = QueueListener(queue, *handlers)
    _listener.start()
    logging.getLogger().addHandler(_Queue(queue))


def _levels(level: str, topics: Mapping[str, str]) -> None:
    """Libraries speak only when something is wrong; our topics at the level asked for."""
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown:
        raise ValueError(f"no such log topic: {', '.join(unknown)}")
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("posbridge").setLevel(level.upper())
    for topic in TOPICS:
        wanted = topics.get(topic)
        logging.getLogger(f"posbridge.{topic}").setLevel(wanted.upper() if wanted else logging.NOTSET)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
