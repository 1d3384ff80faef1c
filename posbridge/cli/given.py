"""Values as they are given on a command line: pairs, secrets from safe places, amounts of money."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from posbridge.connectors.contract import SettingField
    from posbridge.domain.money import Money

WAYS = "give it as NAME=- (standard input), NAME=env:VARIABLE or NAME=file:PATH"


def pairs(given: Sequence[str], option: str) -> dict[str, str]:
    """NAME=VALUE, as often as given. Raises BadParameter for anything else."""
    found: dict[str, str] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise typer.BadParameter(f"{word!r} is not NAME=VALUE", param_hint=option)
        found[name.strip()] = value
    return found


def secrets(given: Sequence[str]) -> dict[str, str]:
    """Secrets by name, each read from where its word says. A secret itself is never taken from the command line."""
    return {name: _secret(name, source) for name, source in pairs(given, "--secret").items()}


def asked(fields: Iterable[SettingField], known: Mapping[str, str]) -> dict[str, str]:
    """Asks for the required secrets that are not known yet, without showing them.

    Raises BadParameter, naming the first, where nobody can be asked.
    """
    missing = [each for each in fields if each.secret and each.required and not known.get(each.name)]
    if missing and not sys.stdin.isatty():
        raise typer.BadParameter(f"{missing[0].name} is missing: {WAYS}", param_hint="--secret")
    return {each.name: typer.prompt(each.label, hide_input=True, err=True) for each in missing}


def amount(text: str, currency: str) -> Money:
    """Minor units ("1000"), or major units with a point ("10.00"). Raises BadParameter."""
    from posbridge.domain.errors import DomainError
    from posbridge.domain.money import Money

    try:
        return Money.parse(text, currency) if "." in text else Money(amount=int(text), currency=currency)
    except (DomainError, ValueError) as error:
        raise typer.BadParameter(f"{text!r} is no amount: {error}", param_hint="--amount") from error


def _secret(name: str, source: str) -> str:
    kind, _, where = source.partition(":")
    if source == "-":
        value = sys.stdin.readline().rstrip("\r\n")
    elif kind == "env":
        value = os.environ.get(where, "")
    elif kind == "file":
        value = _file(name, Path(where))
    else:
        raise typer.BadParameter(f"{name}: a secret is not written on the command line; {WAYS}", param_hint="--secret")
    if not value:
        raise typer.BadParameter(f"{name}: there is nothing in {source}", param_hint="--secret")
    return value


def _file(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{name}: {path} cannot be read", param_hint="--secret") from error
