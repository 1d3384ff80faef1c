"""Blaze: the point of sale of dispensaries, reached through its partner API."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.blaze import errors
from posbridge.connectors.blaze.calls import BASE
from posbridge.connectors.blaze.facts import FACTS
from posbridge.connectors.blaze.services import open_services
from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices

__all__ = ["CONNECTOR", "Blaze"]


class Blaze:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """Blaze's address, or the one that the settings name."""
        return connection.fields.get("base_url", "").strip().rstrip("/") or BASE

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Blaze()
