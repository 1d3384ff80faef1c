"""Leaflogix: a dispensary's point of sale, reached through today's Dutchie POS API."""

from __future__ import annotations

from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.leaflogix import errors
from posbridge.connectors.leaflogix.facts import FACTS, OLD_HOSTS, PRODUCTION
from posbridge.connectors.leaflogix.services import open_services

__all__ = ["CONNECTOR", "Leaflogix"]


class Leaflogix:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """The one address there is, or the one that the settings name; an old host's name means the present one."""
        given = connection.fields.get("base_url", "").strip().rstrip("/")
        if not given:
            return PRODUCTION
        try:
            return PRODUCTION if httpx.URL(given).host in OLD_HOSTS else given
        except httpx.InvalidURL:
            return given

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)


CONNECTOR: Connector = Leaflogix()
