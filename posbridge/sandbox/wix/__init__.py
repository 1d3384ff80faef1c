"""Wix, simulated."""

from __future__ import annotations

from posbridge.sandbox.wix.app import WixSimulator

__all__ = ["WixSimulator"]
