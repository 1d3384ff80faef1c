"""A simulated Sylius shop."""

from __future__ import annotations

from posbridge.sandbox.sylius.shop import Options
from posbridge.sandbox.sylius.simulator import SyliusSimulator

__all__ = ["Options", "SyliusSimulator"]
