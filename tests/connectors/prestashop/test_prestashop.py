"""PrestaShop, held to the conformance kit."""

from __future__ import annotations

from typing import Any, ClassVar

from posbridge.connectors.prestashop import CONNECTOR
from posbridge.sandbox.prestashop import PrestaShopSimulator
from posbridge.sandbox.prestashop.simulator import KEY
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance import ConnectorConformance, Far

WEAK = "POSBRIDGESANDBOXKEYWITHOUTORDERS"


class WithAWeakKey(PrestaShopSimulator):
    """Knows one more key, which may not touch orders."""

    def __init__(self, seed: Seed, **options: Any) -> None:
        super().__init__(seed, **options)
        self.keys[WEAK] = {name: rights for name, rights in self.keys[KEY].items() if name != "orders"}


class TestPrestaShop(ConnectorConformance):
    connector = CONNECTOR
    simulator = WithAWeakKey
    weak_secrets: ClassVar = {"webservice_key": WEAK}

    async def use_up(self, far: Far, code: str) -> None:
        rules = far.platform.shop.tables["cart_rules"].values()
        next(rule for rule in rules if rule["code"] == code)["quantity"] = "0"
