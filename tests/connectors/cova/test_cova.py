"""COVA, held to the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from posbridge.connectors.contract import Connection
from posbridge.connectors.cova import CONNECTOR
from posbridge.testing.conformance import ConnectorConformance
from tests.connectors.cova.company import WEAK, token_service, with_a_weak_user


class TestCova(ConnectorConformance):
    connector = CONNECTOR
    simulator = with_a_weak_user
    weak_secrets: ClassVar = {"password": WEAK, "client_secret": "posbridge-sandbox-client-secret"}
    exempt: ClassVar = {
        "test_stock_moves_by_differences": "COVA's public pages have no write of stock",
        "test_stock_moved_under_the_same_key_moves_once": "COVA's public pages have no write of stock",
        "test_orders_are_listed_since_a_cursor": "its report of invoices names neither an id nor our reference",
        "test_a_customer_is_made_and_changed": "COVA documents no change of a customer; making one is tested apart",
        "test_customers_are_listed": "COVA has no list of customers, only a search",
    }

    def tokens(self, connection: Connection, secrets: Mapping[str, str]) -> Any:
        return token_service()
