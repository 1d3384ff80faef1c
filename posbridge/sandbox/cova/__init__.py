"""A simulated COVA."""

from __future__ import annotations

from posbridge.sandbox.cova.simulator import CovaSimulator

__all__ = ["CovaSimulator"]
