"""sandbox and screens."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from posbridge.cli.output import Json, document, table
from posbridge.domain.errors import ConfigurationError, ServiceUnavailable


class Theme(StrEnum):
    """What the window can look like."""

    LIGHT = "light"
    DARK = "dark"


def sandbox(
    name: Annotated[str, typer.Argument(help="Which platform; a wrong name lists them.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 is any free one.")] = 0,
    faults: Annotated[str, typer.Option("--faults", help='Like "lost=0.1,late=0.04,429=0.05,seed=1".')] = "",
    seed: Annotated[Path | None, typer.Option("--seed", help="A seed file; else the demo shop.")] = None,
    as_json: Json = False,
) -> None:
    from posbridge.sandbox.server import serve_forever

    try:
        serve_forever(name, port, faults, seed, as_json)
    except ValueError as error:
        raise ConfigurationError(f"{error}.", next_step="`posbridge sandbox --help` shows the forms.") from error
    except OSError as error:
        raise ServiceUnavailable(
            f"Port {port} cannot be used: {error}.", next_step="Choose another port, or 0 for any free one."
        ) from error


def screens(
    out: Annotated[Path, typer.Option("--out", help="The folder for the pictures.")],
    size: Annotated[list[str] | None, typer.Option("--size", help="WIDTHxHEIGHT, as often as wanted.")] = None,
    theme: Annotated[list[Theme] | None, typer.Option("--theme", help="light, dark; else both.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="en, es or fr.")] = "en",
    as_json: Json = False,
) -> None:
    sizes = [_size(text) for text in size or ("1280x800",)]
    themes = [each.value for each in theme or list(Theme)]
    from posbridge.ui.pictures import draw_screens

    try:
        drawn = draw_screens(out, sizes, themes, lang)
    except OSError as error:
        raise ConfigurationError(f"{error}.", next_step="Choose a folder that can be written.") from error
    if as_json:
        return document(drawn)
    table(("screen", "file"), [(each["screen"], each["file"]) for each in drawn], empty="Nothing was drawn.")
    return None


def _size(text: str) -> tuple[int, int]:
    width, sign, height = text.lower().partition("x")
    if not sign or not (width.isdigit() and height.isdigit()) or not (200 <= int(width) <= 8000 >= int(height) >= 200):
        raise typer.BadParameter(f"{text!r} is not like 1280x800", param_hint="--size")
    return int(width), int(height)
