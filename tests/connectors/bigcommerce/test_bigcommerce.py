"""BigCommerce, held to the conformance kit."""

from __future__ import annotations

from typing import Any, ClassVar

from posbridge.connectors.bigcommerce import CONNECTOR
from posbridge.connectors.bigcommerce.webhooks import HOOK_TOKEN, token_of
from posbridge.sandbox.bigcommerce import BigCommerceSimulator
from posbridge.sandbox.bigcommerce.simulator import EVERYTHING
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance import ConnectorConformance, Far

WEAK = "sandboxtokenthatmayonlyreadorders"


class Store(BigCommerceSimulator):
    """Knows one more token, which may only read orders; deliveries carry our token, as a hook of ours would."""

    def __init__(self, seed: Seed, **options: Any) -> None:
        super().__init__(seed, **options)
        self.tokens[WEAK] = EVERYTHING - {"orders"} | {"orders:read"}

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        return {**super().sign(url, body, secret, topic), HOOK_TOKEN: token_of(secret)}


class TestBigCommerce(ConnectorConformance):
    connector = CONNECTOR
    simulator = Store
    weak_secrets: ClassVar = {"access_token": WEAK}
    webhook_field = "client_secret"

    async def use_up(self, far: Far, code: str) -> None:
        coupons = far.platform.shop.tables["coupons"].values()
        next(coupon for coupon in coupons if coupon["code"] == code)["num_uses"] = 1
