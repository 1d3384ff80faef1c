"""connectors, connect, connections, test, disconnect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from posbridge.cli import given
from posbridge.cli.outcome import Status
from posbridge.cli.output import Json, clean, document, say, table, warn
from posbridge.cli.running import with_services

if TYPE_CHECKING:
    from posbridge.connectors.contract import Facts
    from posbridge.services import Services
    from posbridge.services.connections import Connected


def connectors(as_json: Json = False) -> None:
    async def work(services: Services) -> list[Facts]:
        return services.connections.available()

    found = [connector_row(facts) for facts in with_services(work)]
    if as_json:
        return document(found)
    table(
        ("name", "system", "kind", "sign-in", "needs"),
        [(row["name"], row["label"], row["kind"], row["auth"], _needs(row)) for row in found],
        empty="No connector is installed.",
    )
    return None


def _needs(row: dict[str, Any]) -> str:
    required = [each for each in row["fields"] if each["required"]]
    return ", ".join(f"{each['name']} (secret)" if each["secret"] else each["name"] for each in required)


def connector_row(facts: Facts) -> dict[str, Any]:
    """A system as surface.md writes it."""
    said = ("name", "label", "secret", "required", "help", "pattern")
    return {
        "name": facts.name,
        "label": facts.label,
        "kind": facts.kind.value,
        "auth": facts.auth,
        "fields": [{name: getattr(field, name) for name in said} for field in facts.fields],
        "capabilities": facts.capabilities.model_dump(mode="json"),
        "dedupe": facts.capabilities.dedupe.value,
        "services": [service.value for service in facts.services],
    }


def connect(
    name: Annotated[str, typer.Argument(help="The system, as `posbridge connectors` names it.")],
    as_id: Annotated[str | None, typer.Option("--as", help="What to call this connection.")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="NAME=VALUE, as often as needed.")] = None,
    secret: Annotated[
        list[str] | None, typer.Option("--secret", help="NAME=-, NAME=env:VARIABLE or NAME=file:PATH; else it asks.")
    ] = None,
    location: Annotated[str | None, typer.Option("--location", help="Which place of the account this is.")] = None,
    as_json: Json = False,
) -> None:
    fields, secrets = given.pairs(field or [], "--field"), given.secrets(secret or [])

    async def work(services: Services) -> Connected:
        facts = services.connections.facts(name)
        known = {**services.connections.prefilled(name), **secrets, **fields}
        _refuse_open_secrets(facts, fields)
        asked = given.asked(facts.fields, known)
        return await services.connections.connect(name, fields, {**asked, **secrets}, location, as_id)

    made = with_services(work)
    if as_json:
        return document(made.json())
    place = f", location {made.location}" if made.location else ""
    say(clean(f"Connected {made.connection}: {made.account}{place}."))
    if made.queued:
        warn(f"{made.queued} orders that were sold before go there now.")
    return None


def connections(as_json: Json = False) -> None:
    async def work(services: Services) -> list[Any]:
        return await services.connections.list()

    rows = with_services(work)
    if as_json:
        return document([connection_row(row) for row in rows])
    table(
        ("connection", "system", "account", "location", "currency", "state"),
        [(row.id, row.label or row.platform, row.account, row.location, row.currency, row.state) for row in rows],
        empty="Nothing is connected yet. `posbridge connectors` lists what can be.",
    )
    return None


def connection_row(row: Any) -> dict[str, Any]:
    """A connection for programs; its secrets are not in it."""
    return {
        "connection": row.id, "platform": row.platform, "kind": row.kind, "label": row.label, "account": row.account,
        "location": row.location, "currency": row.currency, "timezone": row.timezone,
        "prices_include_tax": row.prices_include_tax, "state": row.state, "fields": row.fields,
    }  # fmt: skip


def call_once(
    connection: Annotated[str, typer.Argument(help="The connection's name.")],
    as_json: Json = False,
) -> None:
    async def work(services: Services) -> Any:
        return await services.connections.test(connection)

    result = with_services(work)
    if as_json:
        document(result.json())
    elif result.ok:
        say(clean(f"{connection} answers as {result.account} in {result.latency_ms} ms."))
    if not result.ok:
        warn(clean(result.problem))
        warn(f"→ {clean(result.next_step)}")
        raise typer.Exit(Status.NOT_NOW)


def disconnect(
    connection: Annotated[str, typer.Argument(help="The connection's name.")],
    even_so: Annotated[bool, typer.Option("--even-so", help="Park what waits for it; export it first.")] = False,
    as_json: Json = False,
) -> None:
    async def work(services: Services) -> None:
        await services.connections.disconnect(connection, even_so=even_so)

    with_services(work)
    if as_json:
        return document({"disconnected": connection})
    say(f"{connection} is disconnected; its secrets are gone.")
    return None


def _refuse_open_secrets(facts: Facts, fields: dict[str, str]) -> None:
    """A secret as a plain field would stand in the shell's history."""
    for each in facts.fields:
        if each.secret and each.name in fields:
            raise typer.BadParameter(f"{each.name} is a secret: {given.WAYS}", param_hint="--secret")
