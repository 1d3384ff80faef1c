"""BigCommerce: an online shop."""

from __future__ import annotations

import re
from typing import Any

from posbridge.connectors.bigcommerce import errors
from posbridge.connectors.bigcommerce.facts import FACTS
from posbridge.connectors.bigcommerce.services import open_services
from posbridge.connectors.contract import Connection, Connector, Context, Facts, PlatformServices
from posbridge.connectors.rate import RateHint

__all__ = ["API", "CONNECTOR", "BigCommerce"]

API = "https://api.bigcommerce.com"
#: With so few calls left the rest is for those on their way, and for the store's other apps.
_RESERVE = 4


class BigCommerce:
    """What the registry loads."""

    facts: Facts = FACTS

    def base_url(self, connection: Connection) -> str:
        """The store's address; a pasted API path gives its hash."""
        told = connection.fields.get("store_hash", "").strip()
        found = re.search(r"/stores/([a-z0-9]+)", told)
        root = connection.fields.get("base_url", "").strip().rstrip("/") or API
        return f"{root}/stores/{found[1] if found else told}"

    def open(self, context: Context) -> PlatformServices:
        return open_services(context)

    def error(self, reply: Any) -> Exception | None:
        return errors.error(reply)

    def limits(self, reply: Any) -> RateHint | None:
        """What `X-Rate-Limit-*` say: the plan's quota is shared by all apps of the store."""
        left, reset = (reply.headers.get(f"x-rate-limit-{name}", "") for name in ("requests-left", "time-reset-ms"))
        if not left.isdigit() or not reset.isdigit():
            return None
        return RateHint(max(0, int(left) - _RESERVE), min(int(reset), 60_000) / 1000)


CONNECTOR: Connector = BigCommerce()
