"""Squarespace: an online shop."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.squarespace import errors
from posbridge.connectors.squarespace.facts import FACTS
from posbridge.connectors.squarespace.services import open_services
from posbridge.connectors.squarespace.signin import API

__all__ = ["CONNECTOR", "Squarespace"]


class Squarespace:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """Squarespace's address, or the one that the settings name."""
        return connection.fields.get("base_url", "").strip().rstrip("/") or API

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Squarespace()
