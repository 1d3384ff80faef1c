"""Toast: its point of sale, reached through the Toast platform APIs."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.rate import RateHint
from posbridge.connectors.toast import errors
from posbridge.connectors.toast.facts import FACTS, PRODUCTION
from posbridge.connectors.toast.services import open_services

__all__ = ["CONNECTOR", "Toast"]


class Toast:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """The API hostname that Toast told this client, or its usual one."""
        return connection.fields.get("base_url", "").strip().rstrip("/") or PRODUCTION

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)

    def limits(self, reply: Any) -> RateHint | None:
        return errors.limits(reply)


CONNECTOR: Connector = Toast()
