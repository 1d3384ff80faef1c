"""Squarespace, held to the conformance kit."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, ClassVar

from posbridge.connectors.squarespace import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.sandbox.squarespace.oauth import SCOPES
from posbridge.sandbox.webhooks import Target
from posbridge.testing.conformance import ConnectorConformance, Far
from posbridge.testing.conformance.serving import mailbox
from tests.connectors.squarespace.bench import bare

WEAK = "6f1c9d0e-5a7e-4b0e-9a53-000000000002"


def site(seed: Seed) -> SquarespaceSimulator:
    """Squarespace has no field for barcodes; and it knows one more key, which may only read orders."""
    made = SquarespaceSimulator(bare(seed))
    made.oauth.add_key(WEAK, ("website.orders.read", *(scope for scope in SCOPES if "orders" not in scope)))
    return made


class TestSquarespace(ConnectorConformance):
    connector = CONNECTOR
    simulator = staticmethod(site)
    weak_secrets: ClassVar = {"api_key": WEAK}

    async def use_up(self, far: Far, code: str) -> None:
        far.platform.own_changes()["use-code"]({"code": code})

    async def _delivered(self, far: Far, secret: str) -> Any:
        """Nothing is told of prices: somebody buys on the site."""
        async with mailbox() as (url, arrived):
            far.platform.deliveries.register(Target("conformance", url, _hex(secret)))
            far.platform.own_changes()["sell"]({"sku": "SKU-0001", "quantity": 1})
            delivery = await asyncio.wait_for(arrived.get(), 10)
            await far.platform.deliveries.settled()
        return url, delivery

    def _hooks(self, far: Far, secrets: Any) -> Any:
        return super()._hooks(far, [_hex(secret) for secret in secrets])


def _hex(secret: str) -> str:
    """Squarespace's secrets are hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
