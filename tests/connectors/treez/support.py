"""A connection to a simulated Treez without a socket."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.connectors.treez import CONNECTOR
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.treez import Options, TreezSimulator
from posbridge.sandbox.treez.shop import guid
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import Bench, bench

NUMBERS = (1, 2, 3, 4)
LINKS = {f"variant-{n}": RemoteVariant(variant_id=guid("product", f"SKU-{n:04d}"), sku=f"SKU-{n:04d}") for n in NUMBERS}


def treez(
    seed: Seed | None = None, options: Options | None = None, secrets: dict[str, str] | None = None, **fields: str
) -> Bench[TreezSimulator]:
    """A store and a connection to it; `fields` are settings beside those that it gives."""
    made = TreezSimulator(seed or shop(), Faults(), rate=0, options=options)
    return bench(CONNECTOR, made, secrets=secrets, **fields)


def context(steps: Steps | None = None, **fields: Any) -> SendContext:
    """variant-1 is SKU-0001 there."""
    return SendContext(steps or Steps(), LINKS, **fields)
