"""A simulated Magento Open Source store."""

from __future__ import annotations

from posbridge.sandbox.magento.app import MagentoSimulator

__all__ = ["MagentoSimulator"]
