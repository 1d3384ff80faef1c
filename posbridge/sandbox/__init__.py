"""Simulated platforms on loopback, with faults: for the demo, for tests, for people without an account."""

from __future__ import annotations

from importlib import import_module

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.server import running, serve_forever

SIMULATORS: dict[str, str] = {
    "bigcommerce": "posbridge.sandbox.bigcommerce:BigCommerceSimulator",
    "blaze": "posbridge.sandbox.blaze:BlazeSimulator",
    "cova": "posbridge.sandbox.cova:CovaSimulator",
    "dutchie": "posbridge.sandbox.dutchie:DutchieSimulator",
    "flowhub": "posbridge.sandbox.flowhub:FlowhubSimulator",
    "leaflogix": "posbridge.sandbox.leaflogix:LeaflogixSimulator",
    "lightspeed": "posbridge.sandbox.lightspeed:LightspeedSimulator",
    "magento": "posbridge.sandbox.magento:MagentoSimulator",
    "prestashop": "posbridge.sandbox.prestashop:PrestaShopSimulator",
    "shopify": "posbridge.sandbox.shopify:ShopifySimulator",
    "square": "posbridge.sandbox.square:SquareSimulator",
    "squarespace": "posbridge.sandbox.squarespace:SquarespaceSimulator",
    "sylius": "posbridge.sandbox.sylius:SyliusSimulator",
    "toast": "posbridge.sandbox.toast:ToastSimulator",
    "treez": "posbridge.sandbox.treez:TreezSimulator",
    "wix": "posbridge.sandbox.wix:WixSimulator",
    "woocommerce": "posbridge.sandbox.woocommerce:WooCommerceSimulator",
}


def create(name: str, seed: Seed | None = None, faults: Faults | None = None) -> SimulatedPlatform:
    """The simulator of that name, filled from the seed (the demo shop without one).

    ValueError names the simulators there are.
    """
    if name not in SIMULATORS:
        raise ValueError(f"no simulator is called {name!r}; there are {', '.join(sorted(SIMULATORS))}")
    module, _, attribute = SIMULATORS[name].partition(":")
    made = getattr(import_module(module), attribute)(seed or demo_seed(), faults or Faults())
    if not isinstance(made, SimulatedPlatform):
        raise TypeError(f"{SIMULATORS[name]} is no simulated platform")
    return made


__all__ = [
    "SIMULATORS",
    "Faults",
    "Seed",
    "SimulatedPlatform",
    "create",
    "demo_seed",
    "running",
    "serve_forever",
]
