"""Flowhub, simulated."""

from __future__ import annotations

from posbridge.sandbox.flowhub.app import FlowhubSimulator

__all__ = ["FlowhubSimulator"]
