"""Squarespace, simulated."""

from __future__ import annotations

from posbridge.sandbox.squarespace.app import SquarespaceSimulator

__all__ = ["SquarespaceSimulator"]
