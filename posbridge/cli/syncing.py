"""sync and status."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posbridge.cli.outcome import Status
from posbridge.cli.output import Json, clean, document, say, table, warn, when
from posbridge.cli.running import with_services
from posbridge.domain.errors import ConfigurationError, StoreBusy

if TYPE_CHECKING:
    from posbridge.services import Services
    from posbridge.services.status import ConnectionStatus
    from posbridge.services.status import Status as BarStatus


class Part(StrEnum):
    """A part of a round."""

    PULL = "pull"
    DRAIN = "drain"


def sync(
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
    only: Annotated[list[Part] | None, typer.Option("--only", help="Only this part; implies --once.")] = None,
    connection: Annotated[str, typer.Option("--connection", help="Only this one; implies --once.")] = "",
    as_json: Json = False,
) -> None:
    if not (once or only or connection):
        return _foreground()
    chosen = frozenset(part.value for part in only or ())

    async def work(services: Services) -> tuple[Any, int]:
        known = [row.id for row in await services.connections.list()]
        if connection and connection not in known:
            raise ConfigurationError(
                f"There is no connection {connection!r}.", next_step="`posbridge connections` lists them."
            )
        return await services.sync.once(chosen, connection), len(known)

    result, connected = with_services(work)
    if as_json:
        document(result.json())
    else:
        _tell(result)
    _end(result, connected)
    return None


def _foreground() -> None:
    """Sends and fetches until it is stopped."""

    async def work(services: Services) -> None:
        if not services.house.sends:
            raise StoreBusy("Another posbridge on this machine sends already.", next_step="Let that one do it.")
        services.sync.on_change.append(lambda what: warn(f"{what} changed"))
        warn("Sending and fetching. Stop with Ctrl+C.")
        await asyncio.Event().wait()

    with suppress(KeyboardInterrupt):
        with_services(work, sync=True)


def _tell(result: Any) -> None:
    pulled, drained = result.pulled, result.drained
    say(
        f"Fetched {pulled.products} products and {pulled.stock} stock levels; sent {drained.done}, "
        f"{drained.waiting} wait, {drained.unknown} unknown, {drained.rejected} rejected; {result.seconds:.1f} s."
    )


def _end(result: Any, connected: int) -> None:
    """What is left for a person to see; NOT_NOW when nothing could be done at all."""
    for name, problem in result.problems.items():
        warn(clean(f"{name}: {problem}"))
    if not connected:
        warn("Nothing is connected.\n→ `posbridge connect NAME` connects a system.")
        raise typer.Exit(Status.SEE)
    if len(result.problems) >= connected:
        raise typer.Exit(Status.NOT_NOW)
    if result.problems or result.drained.rejected:
        raise typer.Exit(Status.SEE)


def status(as_json: Json = False) -> None:
    async def work(services: Services) -> BarStatus:
        return await services.status()

    found = with_services(work)
    if as_json:
        document(found.json())
    else:
        _show(found)
    if found.needs_you:
        warn(f"{found.needs_you} things wait for a person.\n→ `posbridge doctor` and `posbridge queue` say what to do.")
        raise typer.Exit(Status.SEE)


def _show(found: BarStatus) -> None:
    say(f"{'Online' if found.online else 'Offline'}, {found.queued} in the queue, last good {when(found.last_good)}.")
    if found.vault_problem:
        warn(f"Keys and personal data are locked: {clean(found.vault_problem)}")
    table(
        ("connection", "state", "since", "last good", "queued", "problem", "do"),
        [
            (each.id, each.state, when(each.since), when(each.last_good), each.queued, each.problem, each.next_step)
            for each in found.connections
        ],
        empty="Nothing is connected.",
    )
    for each in found.connections:
        if each.not_understood.count:
            _show_aside(each)


def _show_aside(connection: ConnectionStatus) -> None:
    """What of a connection could not be understood."""
    aside = connection.not_understood
    say(f"{connection.id}: {aside.words()}. {aside.next_step(connection.label or connection.platform)}")
    named = [(one.stream, one.object_id or "–", when(one.at), one.reason) for one in aside.objects]
    table(("of", "id", "since", "why"), named, empty="")
    if aside.count > len(named):
        say(f"… and {aside.count - len(named)} more.")
