"""Dutchie Plus, simulated."""

from __future__ import annotations

from posbridge.sandbox.dutchie.app import PRIVATE_KEY, PUBLIC_KEY, DutchieSimulator

__all__ = ["PRIVATE_KEY", "PUBLIC_KEY", "DutchieSimulator"]
