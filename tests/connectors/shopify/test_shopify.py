"""Shopify, held to the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.shopify import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.shopify import ShopifySimulator
from posbridge.sandbox.shopify.app import SCOPES, Token
from posbridge.testing.conformance import ConnectorConformance, Far

WEAK = "shpat_" + "b" * 32


class ShopifyWithAWeakToken(ShopifySimulator):
    """Knows one more token, which may not write orders."""

    def __init__(self, seed: Seed) -> None:
        super().__init__(seed)
        self.tokens[WEAK] = Token(tuple(scope for scope in SCOPES if scope != "write_orders"))


class TestShopify(ConnectorConformance):
    connector = CONNECTOR
    simulator = ShopifyWithAWeakToken
    webhook_field = "client_secret"
    weak_secrets: ClassVar = {"admin_token": WEAK}

    async def use_up(self, far: Far, code: str) -> None:
        far.platform.own_changes()["use-code"]({"code": code})
