"""WooCommerce."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.facts import Facts
from posbridge.connectors.woocommerce.errors import error
from posbridge.connectors.woocommerce.facts import FACTS
from posbridge.connectors.woocommerce.services import API, open_services, root_of

__all__ = ["CONNECTOR", "WooCommerce"]


class WooCommerce:
    """The connector."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        return f"{root_of(connection)}/{API}"

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return error(reply)


CONNECTOR = WooCommerce()
