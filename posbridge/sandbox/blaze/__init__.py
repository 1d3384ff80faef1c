"""Blaze, simulated."""

from __future__ import annotations

from posbridge.sandbox.blaze.app import BlazeSimulator

__all__ = ["BlazeSimulator"]
