"""A simulated Toast."""

from __future__ import annotations

from posbridge.sandbox.toast.simulator import ToastSimulator
from posbridge.sandbox.toast.world import Options

__all__ = ["Options", "ToastSimulator"]
