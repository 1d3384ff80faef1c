"""Sylius, held to the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from posbridge.connectors.contract import Connection
from posbridge.connectors.sylius import CONNECTOR
from posbridge.testing.conformance import ConnectorConformance, Far
from tests.connectors.sylius.bench import WEAK, with_a_weak_administrator
from tests.connectors.watched import token_service


class TestSylius(ConnectorConformance):
    connector = CONNECTOR
    simulator = with_a_weak_administrator
    weak_secrets: ClassVar = {"admin_password": WEAK}

    def tokens(self, connection: Connection, secrets: Mapping[str, str]) -> Any:
        return token_service()

    async def use_up(self, far: Far, code: str) -> None:
        """A use is counted when an order with the coupon is completed, as anybody's web order."""
        far.platform.shop.coupon(code)[1].used += 1  # type: ignore[attr-defined] # the simulator's own
