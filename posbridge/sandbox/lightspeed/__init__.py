"""A simulated Lightspeed Restaurant (K-Series)."""

from __future__ import annotations

from posbridge.sandbox.lightspeed.app import LightspeedSimulator

__all__ = ["LightspeedSimulator"]
