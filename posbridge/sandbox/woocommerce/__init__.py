"""A simulated WooCommerce shop."""

from __future__ import annotations

from posbridge.sandbox.woocommerce.shop import Options
from posbridge.sandbox.woocommerce.simulator import WooCommerceSimulator

__all__ = ["Options", "WooCommerceSimulator"]
