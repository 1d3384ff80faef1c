"""PrestaShop: a shop of one's own, reached through its web service."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.prestashop import errors
from posbridge.connectors.prestashop.facts import FACTS
from posbridge.connectors.prestashop.services import open_services

__all__ = ["CONNECTOR", "PrestaShop"]


class PrestaShop:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """The shop's address followed by /api, or the one that the settings name."""
        given = connection.fields.get("base_url", "").strip().rstrip("/")
        return given or f"{connection.fields.get('shop_url', '').strip().rstrip('/')}/api"

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = PrestaShop()
