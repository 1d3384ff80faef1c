"""Shared by COVA's tests."""

from __future__ import annotations

import pytest


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time between two looks at a status."""
    monkeypatch.setattr("posbridge.connectors.cova.orders.PAUSES", (0.0, 0.0, 0.0))
