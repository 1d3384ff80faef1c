"""webhooks: what a platform sends to this program by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from posbridge.cli.output import Json, clean, document, say, table
from posbridge.cli.running import with_services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posbridge.connectors.contract import Subscription
    from posbridge.services import Services
    from posbridge.services.webhook_subscriptions import Subscribed

app = typer.Typer(help="A platform's webhooks: subscribe or repair, list.", no_args_is_help=True)
Connection = Annotated[str, typer.Argument(help="The connection's name.")]


@app.command("subscribe")
def subscribe(
    connection: Connection,
    url: Annotated[str, typer.Option("--url", help="The public https address of this program.")],
    as_json: Json = False,
) -> None:
    """Makes or repairs the platform's webhooks; a secret that it tells is kept, sealed."""

    async def work(services: Services) -> Subscribed:
        return await services.connections.subscribe(connection, url)

    made = with_services(work)
    if as_json:
        return document(made.json())
    _table(made.subscriptions)
    if made.secret_kept:
        say("The secret that signs them is kept here, sealed.")
    return None


@app.command("list")
def listed(connection: Connection, as_json: Json = False) -> None:
    """The webhooks that the platform tells of."""
    from posbridge.services.webhook_subscriptions import subscription_json

    async def work(services: Services) -> Sequence[Subscription]:
        return await services.connections.subscriptions(connection)

    found = with_services(work)
    if as_json:
        return document([subscription_json(one) for one in found])
    _table(found)
    return None


def _table(found: Sequence[Subscription]) -> None:
    table(
        ("id", "topics", "address", "state"),
        [
            (one.id, clean(", ".join(one.topics)), clean(one.url), "on" if one.active else "switched off there")
            for one in found
        ],
        empty="The platform tells of none. `posbridge webhooks subscribe` makes them, or says who has to.",
    )
