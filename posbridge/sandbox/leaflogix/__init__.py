"""A simulated Leaflogix: today's Dutchie POS API, as the contract's facts describe it."""

from __future__ import annotations

from posbridge.sandbox.leaflogix.app import LeaflogixSimulator

__all__ = ["LeaflogixSimulator"]
