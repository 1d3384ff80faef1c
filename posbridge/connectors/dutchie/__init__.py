"""Dutchie Plus: the GraphQL storefront API of Dutchie's e-commerce. It hands a shopper a checkout; he orders."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.dutchie import errors
from posbridge.connectors.dutchie.calls import ENDPOINT
from posbridge.connectors.dutchie.facts import FACTS
from posbridge.connectors.dutchie.services import open_services

__all__ = ["CONNECTOR", "Dutchie"]


class Dutchie:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """The whole address of the API, version and all, or the one that the settings name."""
        return connection.fields.get("base_url", "").strip().rstrip("/") or ENDPOINT

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Dutchie()
