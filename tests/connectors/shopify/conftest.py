"""The official schema, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.shopify.schema import Schema


@pytest.fixture(scope="session")
def schema(contracts: Path) -> Schema:
    return Schema(contracts)
