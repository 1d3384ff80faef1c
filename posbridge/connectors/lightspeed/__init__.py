"""Lightspeed Restaurant, the K-Series: its registers, reached through order and pay, items and financial calls."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.lightspeed import errors
from posbridge.connectors.lightspeed.facts import FACTS
from posbridge.connectors.lightspeed.services import open_services
from posbridge.connectors.lightspeed.signin import api_of

__all__ = ["CONNECTOR", "Lightspeed"]


class Lightspeed:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """Lightspeed's address for the chosen environment, or the one that the settings name."""
        return api_of(connection)

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Lightspeed()
