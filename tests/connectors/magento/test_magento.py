"""The conformance kit against the simulated store."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.magento import CONNECTOR
from posbridge.sandbox.magento import MagentoSimulator
from posbridge.sandbox.magento.auth import Integration
from posbridge.testing.conformance import ConnectorConformance, Far

NAMES = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
WEAK = {name: f"{n}7" * 16 for n, name in enumerate(NAMES, 1)}


def with_a_reader(*args: object) -> MagentoSimulator:
    store = MagentoSimulator(*args)  # type: ignore[arg-type] # the kit gives a seed
    store.guard.integrations.append(Integration(**WEAK, lacks=frozenset({"Magento_Sales::actions_view"})))
    return store


class TestMagento(ConnectorConformance):
    connector = CONNECTOR
    simulator = with_a_reader
    weak_secrets: ClassVar[dict[str, str]] = WEAK

    async def use_up(self, far: Far, code: str) -> None:
        """Uses are counted by web orders only; the number itself may be written (recorded 178)."""
        answer = await far.need("discounts").validate(code, await self._basket(far), far.platform.clock.now())
        await far.http.write("PUT", f"coupons/{answer.discount.id}", json={"coupon": {"times_used": 1}})
