"""Flowhub: its public API for inventory, customers, sales and pre-orders (Order Ahead)."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.flowhub import errors
from posbridge.connectors.flowhub.calls import BASE
from posbridge.connectors.flowhub.facts import FACTS
from posbridge.connectors.flowhub.services import open_services

__all__ = ["CONNECTOR", "Flowhub"]


class Flowhub:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """Flowhub's address (.co, never the private .com), or the one that the settings name."""
        return connection.fields.get("base_url", "").strip().rstrip("/") or BASE

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Flowhub()
