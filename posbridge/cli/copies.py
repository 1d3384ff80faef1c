"""backup and restore."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posbridge.cli.output import Json, document, say, warn
from posbridge.cli.running import with_services
from posbridge.domain.errors import CorruptStore

if TYPE_CHECKING:
    from posbridge.services import Services

File = Annotated[Path, typer.Argument(help="The backup.")]


def backup(file: File, as_json: Json = False) -> None:
    async def work(services: Services) -> Path:
        return await services.backups.backup(file)

    made = with_services(work)
    document({"file": str(made)}) if as_json else say(f"Backed up to {made}; the copy was opened and read.")


def restore(file: File, as_json: Json = False) -> None:
    async def work(services: Services) -> Path | None:
        return await services.backups.restore(file)

    try:
        kept = with_services(work)
    except CorruptStore:
        kept = _over_damage(file)
    if as_json:
        return document({"restored": str(file), "kept": None if kept is None else str(kept)})
    say(f"Restored {file}.")
    if kept is not None:
        warn(f"The data until now are kept in {kept}.")
    warn("Every order that may have been sent since is looked up before it is sent again.")
    return None


def _over_damage(file: Path) -> Path | None:
    """The database that is there cannot be opened, so the backup takes its place without it."""
    from posbridge.app import restore_over_damage

    return asyncio.run(restore_over_damage(file))
