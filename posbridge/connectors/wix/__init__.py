"""Wix: an online shop."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.wix import errors
from posbridge.connectors.wix.facts import FACTS
from posbridge.connectors.wix.services import open_services
from posbridge.connectors.wix.signin import API

__all__ = ["CONNECTOR", "Wix"]


class Wix:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """Wix's address, or the one that the settings name."""
        return connection.fields.get("base_url", "").strip().rstrip("/") or API

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Wix()
