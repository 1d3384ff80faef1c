"""What a command says: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from posbridge.domain.errors import PosbridgeError

#: Characters a line may have where no terminal says how wide it is.
_PIPE_WIDTH = 240

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]


def plain(value: Any) -> Any:
    """`value` as JSON can say it: models and dataclasses by field, times in ISO 8601, money as {amount, currency}."""
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal | Path):
        return str(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return value


def document(value: Any) -> None:
    """The one JSON document of a command."""
    sys.stdout.write(json.dumps(plain(value)) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A sentence, as the command's result."""
    _console().print(text, markup=False, highlight=False, soft_wrap=True)


def warn(text: str) -> None:
    """A sentence beside the result."""
    _console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Rows for a person; `empty` is said when there are none."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    found = [[Text(clean(str(cell))) for cell in row] for row in rows]
    if not found:
        say(empty)
        return
    drawn = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in found:
        drawn.add_row(*row)
    _console().print(drawn)


def explain(error: PosbridgeError) -> None:
    """An error for a person: what happened, then what to do."""
    warn(clean(error.message))
    if error.next_step:
        warn(f"→ {clean(error.next_step)}")


def error_document(error: PosbridgeError) -> dict[str, Any]:
    """An error as `--json` says it."""
    said = {"code": error.code, "message": error.message, "next_step": error.next_step}
    return {"error": {**said, **({"detail": plain(error.detail)} if error.detail else {})}}


def clean(text: str) -> str:
    """Without what moves a terminal's cursor: names come from outside."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def when(at: datetime | None) -> str:
    """A time for a person, on this machine's clock; "–" for none."""
    return "–" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def money(amount: int | None, currency: str) -> str:
    """Minor units for a person: "12.50 USD"."""
    from posbridge.domain.money import Money

    return "–" if amount is None else f"{Money(amount=amount, currency=currency).plain()} {currency}"


def _console(*, stderr: bool = False) -> Any:
    from rich.console import Console

    shown = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if shown.isatty() else _PIPE_WIDTH)
