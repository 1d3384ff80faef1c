"""A simulated Sylius shop."""

from posbridge.sandbox.sylius.shop import Options
from posbridge.sandbox.sylius.simulator import SyliusSimulator

__all__ = ["Options", "SyliusSimulator"]
