"""COVA (Cova Software, on iQmetrix)."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.cova.calls import base_of
from posbridge.connectors.cova.errors import error, limits
from posbridge.connectors.cova.facts import FACTS
from posbridge.connectors.cova.services import open_services
from posbridge.connectors.facts import Facts
from posbridge.connectors.rate import RateHint

__all__ = ["CONNECTOR", "Cova"]


class Cova:
    """The connector."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        return base_of(connection)

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return error(reply)

    def limits(self, reply: Any) -> RateHint | None:
        return limits(reply)


CONNECTOR = Cova()
