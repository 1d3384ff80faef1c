"""A connection to a simulated Lightspeed without a socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.contract import OrderService, RemoteVariant
from posbridge.connectors.lightspeed import CONNECTOR
from posbridge.sandbox.lightspeed import LightspeedSimulator
from posbridge.sandbox.lightspeed.catalog import LOCATION
from posbridge.sandbox.seed import Seed
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import Bench, Kept, now
from tests.connectors.watched import bench as opened

#: A refresh token whose manager did not allow the sales calls.
WEAK = "eyJ.refresh.weak00"
Lab = Bench[LightspeedSimulator]


def bench(
    seed: Seed | None = None,
    *,
    secrets: dict[str, str] | None = None,
    simulator: LightspeedSimulator | None = None,
    **fields: str,
) -> Lab:
    """Connected, with the location and the take-away profile that a probe would have chosen."""
    simulator = simulator or LightspeedSimulator(seed or shop(), rate=0)
    chosen: Any = {"profile_togo": "TOGO", **fields}
    return opened(CONNECTOR, simulator, secrets=secrets, location=str(LOCATION), **chosen)


def token_service() -> TokenService:
    return TokenService(Kept(), now, Vault(bytes(range(32))))


def with_a_weak_token(seed: Seed) -> LightspeedSimulator:
    """Knows one more refresh token."""
    made = LightspeedSimulator(seed, rate=0)
    kept: dict[str, Any] = made.oauth.refreshes
    made.oauth.grant(("orders-api", "items", "offline_access"))
    kept[WEAK] = kept.popitem()[1]
    return made


async def links(lab: Lab) -> Mapping[str, RemoteVariant]:
    """variant-1 is SKU-0001, and so on."""
    products = lab.services.products
    assert products is not None
    return {
        f"variant-{int(one.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=product.id, sku=one.sku)
        for product in await whole(products.changed_since(None))
        for one in product.variants
        if one.sku.startswith("SKU-")
    }


def orders_of(lab: Lab) -> OrderService:
    """The service, which it has."""
    assert lab.services.orders is not None
    return lab.services.orders
