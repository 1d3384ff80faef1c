"""Fixtures every room's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strangers.node import Node

CONTRACTS = Path(__file__).resolve().parents[2] / "shared" / "contracts"


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder of the outside systems' contracts (`../shared/contracts`); skips where it is absent."""
    if not CONTRACTS.is_dir():
        pytest.skip("the shared contracts are not beside this checkout, so this check has nothing to read")
    return CONTRACTS


@pytest.fixture(scope="session")
def node() -> Node:
    """Node.js with the platforms' own packages (`make strangers`); skips where either is absent."""
    found = Node()
    if why := found.absent():
        pytest.skip(why)
    return found
