"""Square, simulated."""

from __future__ import annotations

from posbridge.sandbox.square.app import SquareSimulator

__all__ = ["SquareSimulator"]
