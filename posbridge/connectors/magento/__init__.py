"""Magento Open Source and Adobe Commerce."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.facts import Facts
from posbridge.connectors.magento.errors import error
from posbridge.connectors.magento.facts import FACTS
from posbridge.connectors.magento.services import base_of, open_services

__all__ = ["CONNECTOR", "Magento"]


class Magento:
    """The connector."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        return base_of(connection)

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return error(reply)


CONNECTOR = Magento()
