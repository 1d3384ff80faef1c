"""A simulated BigCommerce store."""

from __future__ import annotations

from posbridge.sandbox.bigcommerce.simulator import BigCommerceSimulator

__all__ = ["BigCommerceSimulator"]
