"""Whatever a field turns into, a mapping answers with an object or with SchemaDrift, never with anything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.lightspeed import mapping, webhooks
from tests.connectors.spoiling import changes, spoilt

MAPPINGS: dict[str, Callable[[Any], Any]] = {
    "product.list.response": mapping.to_products,
    "menu.load.response": mapping.to_menu,
    "discount.list.response": lambda rows: mapping.to_discount(rows[0] if isinstance(rows, list) and rows else rows),
    "order.list.response": mapping.to_order,
    "order.list.open.response": lambda rows: mapping.to_order(rows[0] if isinstance(rows, list) and rows else rows),
    "webhook.order.closed": mapping.to_order,
    "webhook.rtn.open": mapping.to_order,
}


@pytest.mark.parametrize("name", MAPPINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoils=changes)
def test_mappings_of_spoilt_examples(contracts: Path, name: str, spoils: list[Any]) -> None:
    sample = json.loads((contracts / "lightspeed" / "examples" / f"{name}.json").read_text("utf-8"))
    with suppress(SchemaDrift):
        assert MAPPINGS[name](spoilt(sample, spoils)) is not None


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoils=changes)
def test_spoilt_notifications(contracts: Path, spoils: list[Any]) -> None:
    sample = json.loads((contracts / "lightspeed" / "examples" / "webhook.rtn.open.json").read_text("utf-8"))
    body = json.dumps(spoilt(sample, spoils), default=str).encode()
    with suppress(ValidationError):
        assert webhooks.parse(body)[0].key
