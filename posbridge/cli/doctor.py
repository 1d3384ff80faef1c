"""doctor: what is wrong on this machine, and what to do. Every check stands alone, so one failure hides no other."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from posbridge.cli.outcome import Status
from posbridge.cli.output import Json, clean, document, table, warn
from posbridge.domain.errors import PosbridgeError

if TYPE_CHECKING:
    from posbridge.services import Services

#: Bytes of free disk below which a shop should act.
LEAST_FREE = 500_000_000
#: Seconds that the clock may have jumped back against the newest sale.
CLOCK_SLACK_S = 120


@dataclass(frozen=True)
class Finding:
    """One check; `next_step` is "" when nothing has to be done."""

    check: str
    ok: bool
    detail: str
    next_step: str = ""


def doctor(as_json: Json = False) -> None:
    findings = [*_machine(), *asyncio.run(_inside())]
    if as_json:
        document(findings)
    else:
        table(
            ("check", "", "found", "do"),
            [(each.check, "ok" if each.ok else "!", clean(each.detail), clean(each.next_step)) for each in findings],
            empty="",
        )
    wrong = [each.check for each in findings if not each.ok]
    if wrong:
        warn(f"To see to: {', '.join(wrong)}.")
        raise typer.Exit(Status.SEE)


def _machine() -> Iterator[Finding]:
    from posbridge.app import home_folder

    home = home_folder()
    yield _python()
    yield _display()
    yield _folder(home)
    yield _disk(home)


def _python() -> Finding:
    return Finding("machine", True, f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")


def _display() -> Finding:
    from posbridge.cli.window import require_display

    if importlib.util.find_spec("PySide6") is None:
        return Finding("display", False, "The window's toolkit is not installed.", "Run `make setup`.")
    try:
        require_display()
    except PosbridgeError as error:
        return Finding("display", True, "No display here: the commands work, the window does not.", error.next_step)
    return Finding("display", True, "A window can be shown.")


def _folder(home: Path) -> Finding:
    """The data folder, or the nearest parent that is there, can be written."""
    there = next(each for each in (home, *home.parents) if each.exists())
    if not there.is_dir():
        return Finding("folder", False, f"{there} is no folder.", "Set POSBRIDGE_HOME to a folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding("folder", False, f"{there} cannot be written.", "Give this user the right to write there.")
    return Finding("folder", True, str(home))


def _disk(home: Path) -> Finding:
    there = next(each for each in (home, *home.parents) if each.is_dir())
    free = shutil.disk_usage(there).free
    words = f"{free / 1e9:.1f} GB free"
    return Finding("disk", True, words) if free >= LEAST_FREE else Finding("disk", False, words, "Free some space.")


async def _inside() -> list[Finding]:
    """What can only be seen with the database open."""
    from posbridge.app import running

    try:
        async with running(sync=False) as services:
            found = [Finding("database", True, str(services.house.store.path))]
            for look in (_vault, _clock, _queue, _backups, _connections, _aside):
                found += await _looked(look, services)
            return found
    except PosbridgeError as error:
        return [Finding("database", False, error.message, error.next_step)]


async def _looked(look: Callable[[Services], Awaitable[list[Finding]]], services: Services) -> list[Finding]:
    try:
        return await look(services)
    except PosbridgeError as error:
        return [Finding(look.__name__.strip("_"), False, error.message, error.next_step)]


async def _vault(services: Services) -> list[Finding]:
    vault = services.house.vault
    if vault.is_open:
        return [Finding("keyring", True, "Keys and personal data can be read.")]
    from posbridge.domain.errors import VaultLocked

    return [Finding("keyring", False, vault.reason or VaultLocked.__doc__ or "", VaultLocked.default_step)]


async def _clock(services: Services) -> list[Finding]:
    newest = await services.orders.list(1)
    behind = (newest[0].row.captured_at - services.house.clock()).total_seconds() if newest else 0.0
    if behind > CLOCK_SLACK_S:
        step = "Set this machine's clock; receipts carry its time."
        return [Finding("clock", False, f"The newest sale is {behind:.0f} s in the future.", step)]
    return [Finding("clock", True, time.strftime("%Y-%m-%d %H:%M:%S %Z"))]


async def _queue(services: Services) -> list[Finding]:
    status = await services.status()
    words = f"{status.queued} wait to be sent"
    rejected = sum(each.rejected for each in status.connections)
    if rejected:
        return [Finding("queue", False, f"{words}, {rejected} for a person.", "See `posbridge queue`.")]
    return [Finding("queue", True, words)]


async def _backups(services: Services) -> list[Finding]:
    newest = await services.backups.newest()
    if newest is None:
        sold = bool(await services.orders.list(1))
        return [Finding("backup", not sold, "There is none yet.", "Run `posbridge backup FILE`." if sold else "")]
    return [Finding("backup", True, f"{newest[0].name}")]


async def _connections(services: Services) -> list[Finding]:
    rows = await services.connections.list()
    if not rows:
        return [Finding("connections", True, "Nothing is connected.", "`posbridge connect NAME` connects a system.")]
    found = []
    for row in rows:
        result = await services.connections.test(row.id)
        words = f"{result.account}, {result.latency_ms} ms" if result.ok else result.problem
        found.append(Finding(f"connection {row.id}", result.ok, words, result.next_step))
    return found


async def _aside(services: Services) -> list[Finding]:
    """What the platforms sent and posbridge could not understand."""
    found = []
    for each in (await services.status()).connections:
        aside = each.not_understood
        if aside.count:
            ids = ", ".join(f"{one.object_id or 'without an id'}: {one.reason}" for one in aside.objects[:3])
            step = f"{aside.next_step(each.label)} `posbridge status` names them."
            found.append(Finding(f"objects of {each.id}", False, f"{aside.words()}: {ids}", step))
    return found or [Finding("objects", True, "Everything that was fetched could be understood.")]
