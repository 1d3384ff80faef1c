"""Shopify: its shops, reached through the GraphQL Admin API."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.rate import RateHint
from posbridge.connectors.shopify import errors
from posbridge.connectors.shopify.facts import FACTS
from posbridge.connectors.shopify.services import open_services

__all__ = ["CONNECTOR", "Shopify"]


class Shopify:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """The store's address, or the one that the settings name."""
        given = connection.fields.get("base_url", "").strip().rstrip("/")
        return given or f"https://{connection.fields.get('shop_domain', '').strip().lower()}"

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)

    def limits(self, reply: Any) -> RateHint | None:
        """What the cost points of an answer leave room for."""
        return errors.limits(reply)


CONNECTOR: Connector = Shopify()
