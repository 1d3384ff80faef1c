"""A simulated Toast without a socket, its variants by SKU, and the contract's examples."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar

from posbridge.connectors.contract import Page, RemoteVariant, SendContext
from posbridge.connectors.toast import CONNECTOR
from posbridge.connectors.toast.identity import Sold
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.toast import Options, ToastSimulator
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import Bench, Kept, bench, now

T = TypeVar("T")


def token_service() -> TokenService:
    return TokenService(Kept(), now, Vault(bytes(range(32))))


def restaurant(seed: Seed) -> ToastSimulator:
    return ToastSimulator(seed)


def toast(seed: Seed | None = None, *, options: Options | None = None, **fields: Any) -> Bench[ToastSimulator]:
    return bench(CONNECTOR, ToastSimulator(seed or shop(), options=options, rate=0), **fields)


def linked(far: Bench[ToastSimulator], steps: Steps | None = None) -> SendContext:
    """variant-1 is SKU-0001 there."""
    links = {
        f"variant-{int(item.sku[-4:])}": RemoteVariant(variant_id=Sold(item.guid, item.group).id, sku=item.sku)
        for item in far.simulator.world.items.values()
        if item.sku[-4:].isdigit()
    }
    return far.context(links, steps)


def example(contracts: Path, name: str) -> Any:
    """As a stranger reads it: with plain json, so amounts are floats."""
    return json.loads((contracts / "toast" / "examples" / name).read_text(encoding="utf-8"))


async def whole(pages: AsyncIterator[Page[T]]) -> list[T]:
    return [item async for page in pages for item in page.items]
