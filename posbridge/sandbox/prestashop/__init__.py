"""A simulated PrestaShop."""

from __future__ import annotations

from posbridge.sandbox.prestashop.simulator import PrestaShopSimulator

__all__ = ["PrestaShopSimulator"]
