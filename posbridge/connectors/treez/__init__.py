"""Treez."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.facts import Facts
from posbridge.connectors.treez.calls import base_of
from posbridge.connectors.treez.errors import error
from posbridge.connectors.treez.facts import FACTS
from posbridge.connectors.treez.services import open_services

__all__ = ["CONNECTOR", "Treez"]


class Treez:
    """The connector."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        return base_of(connection)

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return error(reply)


CONNECTOR = Treez()
