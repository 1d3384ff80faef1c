"""queue: what is not at its target yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posbridge.cli.output import Json, document, money, say, table, when
from posbridge.cli.running import with_services

if TYPE_CHECKING:
    from posbridge.services import Services

app = typer.Typer(help="What waits to be sent: list, retry, park, settle, export.")
Row = Annotated[int, typer.Argument(help="The row's number in `posbridge queue`.")]


@app.callback(invoke_without_command=True)
def queue(context: typer.Context, as_json: Json = False) -> None:
    """What waits to be sent: list, retry, park, settle, export. Alone it lists."""
    if context.invoked_subcommand is None:
        listed(as_json=as_json)


@app.command("list")
def listed(
    connection: Annotated[str | None, typer.Option("--connection", help="Only of this one.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 200,
    as_json: Json = False,
) -> None:
    """Every row that is not done, with its reason and what to do."""

    async def work(services: Services) -> list[Any]:
        return await services.queue.list((), connection, limit)

    rows = with_services(work)
    if as_json:
        return document([row.json() for row in rows])
    table(
        ("row", "what", "receipt", "total", "target", "state", "tries", "next try", "reason", "do"),
        [
            (row.id, row.kind, row.receipt_number, money(row.total, row.currency), row.connection, row.state,
             row.attempts, when(row.next_try), row.reason, row.next_step)
            for row in rows
        ],
        empty="Everything is at its target.",
    )  # fmt: skip
    return None


@app.command("retry")
def retry(row: Row, as_json: Json = False) -> None:
    """Try a row again now; it is looked up first if it was ever sent."""

    async def work(services: Services) -> None:
        await services.queue.retry(row)

    with_services(work)
    document({"retry": row}) if as_json else say(f"Row {row} is due now.")


@app.command("park")
def park(
    row: Row,
    reason: Annotated[str, typer.Option("--reason", help="Why, for those who read the list later.")] = "",
    as_json: Json = False,
) -> None:
    """Set a row aside until somebody retries it."""

    async def work(services: Services) -> None:
        await services.queue.park(row, reason)

    with_services(work)
    document({"parked": row}) if as_json else say(f"Row {row} is set aside.")


@app.command("settle")
def settle(
    row: Row,
    there: Annotated[str, typer.Option("--there", help="The order's number at the platform: it is done.")] = "",
    not_there: Annotated[bool, typer.Option("--not-there", help="You looked: it is not there. Send it anew.")] = False,
    as_json: Json = False,
) -> None:
    """Say what you saw at the platform of a row that waits for a person."""
    if bool(there) == not_there:
        raise typer.BadParameter("Give either --there NUMBER or --not-there.")

    async def work(services: Services) -> None:
        await services.queue.settle(row, None if not_there else there)

    with_services(work)
    said = "is sent anew" if not_there else "is done"
    document({"settled": row, "there": there or None}) if as_json else say(f"Row {row} {said}.")


@app.command("export")
def export(file: Annotated[Path, typer.Argument(help="A CSV file.")], as_json: Json = False) -> None:
    """Write all that waits to a file that a bookkeeper can use."""

    async def work(services: Services) -> int:
        return await services.queue.export(file)

    rows = with_services(work)
    document({"file": str(file), "rows": rows}) if as_json else say(f"{rows} rows are in {file}.")
