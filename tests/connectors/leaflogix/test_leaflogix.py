"""Leaflogix, held to the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.leaflogix import CONNECTOR
from posbridge.sandbox.leaflogix import LeaflogixSimulator
from posbridge.sandbox.leaflogix.app import CONSUMER, KEY_WITHOUT_ORDERS
from posbridge.testing.conformance import ConnectorConformance


class TestLeaflogix(ConnectorConformance):
    connector = CONNECTOR
    simulator = LeaflogixSimulator
    weak_secrets: ClassVar = {"api_key": KEY_WITHOUT_ORDERS, "consumer_key": CONSUMER}
    exempt: ClassVar = {
        "test_a_pull_resumes_behind_any_page": "each size is a product of its own there, and the list has no pages",
        "test_stock_moves_by_differences": "Leaflogix offers no way to change stock",
        "test_stock_moved_under_the_same_key_moves_once": "Leaflogix offers no way to change stock",
        "test_a_customer_is_made_and_changed": "Leaflogix takes no customer without an address; tested with one",
        "test_a_code_that_is_used_up": "Leaflogix does not show how often a code was used",
    }
