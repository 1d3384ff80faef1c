"""Sylius."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.facts import Facts
from posbridge.connectors.sylius.errors import error
from posbridge.connectors.sylius.facts import FACTS
from posbridge.connectors.sylius.services import open_services, root_of

__all__ = ["CONNECTOR", "Sylius"]


class Sylius:
    """The connector."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        return root_of(connection)

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return error(reply)


CONNECTOR = Sylius()
