"""Square: its point of sale, reached through Connect v2."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.square import errors
from posbridge.connectors.square.facts import FACTS, PRODUCTION, SANDBOX
from posbridge.connectors.square.services import open_services

__all__ = ["CONNECTOR", "Square"]


class Square:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """Square's address for the chosen environment, or the one that the settings name."""
        given = connection.fields.get("base_url", "").strip().rstrip("/")
        return given or (SANDBOX if connection.fields.get("environment") == "sandbox" else PRODUCTION)

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Square()
