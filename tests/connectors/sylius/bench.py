"""A connection to a simulated Sylius without a socket, and what it sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.connectors.sylius import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.sylius import Options, SyliusSimulator
from posbridge.sandbox.sylius.setup import Administrator
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors import watched

WEAK = "no-api-access"
#: variant-1 is SKU-0001 there.
LINKS = {f"variant-{n}": RemoteVariant(variant_id=f"SKU-{n:04d}", sku=f"SKU-{n:04d}") for n in (1, 2, 3, 4)}


def with_a_weak_administrator(seed: Seed) -> SyliusSimulator:
    """The password WEAK signs in somebody who has no API access."""
    made = SyliusSimulator(seed)
    made.gate.people.append(Administrator(2, made.options.email, WEAK, api=False))
    return made


@dataclass
class Bench(watched.Bench[SyliusSimulator]):
    """A shop, and what was asked of it."""

    def context(
        self, links: Mapping[str, RemoteVariant] | None = None, steps: Steps | None = None, **fields: Any
    ) -> SendContext:
        return super().context(LINKS if links is None else links, steps, **fields)


def bench(
    seed: Seed | None = None,
    *,
    options: Options | None = None,
    secrets: dict[str, str] | None = None,
    simulator: SyliusSimulator | None = None,
    **fields: str,
) -> Bench:
    made = simulator or SyliusSimulator(seed or shop(), options=options)
    return Bench(**vars(watched.bench(CONNECTOR, made, secrets=secrets, **fields)))
