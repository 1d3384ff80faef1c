"""A simulated Treez."""

from __future__ import annotations

from posbridge.sandbox.treez.gate import Options, weak_key
from posbridge.sandbox.treez.simulator import TreezSimulator

__all__ = ["Options", "TreezSimulator", "weak_key"]
