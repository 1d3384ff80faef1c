"""A simulated Shopify in this process, the connector opened on it, and every document that was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from posbridge.connectors.shopify import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.shopify import ShopifySimulator
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired


class Sent(wired.Sent):
    """One request and the answer to it."""

    @property
    def name(self) -> str:
        """The operation's name, "" for what is no document."""
        document = self.body.get("query", "") if isinstance(self.body, dict) else ""
        return str(document).partition("{")[0].partition("(")[0].partition(" ")[2].strip()


class Wire(wired.Wire):
    """`lost` names operations; `answers` are given instead of the simulator's, by operation."""

    kind = Sent

    def __init__(self, simulator: ShopifySimulator) -> None:
        super().__init__(simulator)
        self.answers: dict[str, list[Any]] = {}

    def means(self, wanted: str, one: Sent) -> bool:
        return one.name == wanted

    def instead(self, one: Sent) -> httpx.Response | None:
        return httpx.Response(200, json=self.answers[one.name].pop(0)) if self.answers.get(one.name) else None


@dataclass
class Bench(wired.Wired[ShopifySimulator]):
    """A shop, and what was asked of it."""

    def named(self, name: str) -> list[Sent]:
        return [one for one in self.wire.sent if one.name == name]


def bench(
    seed: Seed | None = None, *, simulator: ShopifySimulator | None = None, marked: bool = True, **options: Any
) -> Bench:
    """Shopify filled from `seed` (the kit's shop), and the connector on it, its unique mark defined.

    `options` as in `wired.bench`.
    """
    simulator = simulator or ShopifySimulator(seed or shop(), rate=100_000)
    if marked:
        simulator.orders.defined.add(("$app:posbridge", "order_reference"))
    options["fields"] = {"order_mark": "yes" if marked else "no", **(options.get("fields") or {})}
    place = simulator.shop.location_id
    return wired.bench(Bench, CONNECTOR, simulator, Wire(simulator), location=place, **options)
