"""Flowhub, held to the conformance kit."""

from __future__ import annotations

from typing import Any, ClassVar

from posbridge.connectors.flowhub import CONNECTOR
from posbridge.sandbox.flowhub import FlowhubSimulator
from posbridge.sandbox.flowhub.signin import WEAK_SECRET
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.testing.conformance import ConnectorConformance
from tests.connectors.watched import Kept, now

_NO_WRITES = "Flowhub's public API writes no stock"
_UNSIGNED = "Flowhub signs nothing and tells only of orders; see test_flowhub_postbacks"


class TestFlowhub(ConnectorConformance):
    connector = CONNECTOR
    simulator = FlowhubSimulator
    webhook_field = "postback_secret"
    weak_secrets: ClassVar = {"api_key": "5f0c1b9e-sandbox-key-0001", "auth_client_secret": WEAK_SECRET}
    exempt: ClassVar = {
        "test_an_order_reads_back_equal": "Flowhub echoes no reference: see test_flowhub_orders",
        "test_orders_are_listed_since_a_cursor": "Flowhub lists sales, which carry no reference",
        "test_stock_moves_by_differences": _NO_WRITES, "test_stock_moved_under_the_same_key_moves_once": _NO_WRITES,
        "test_a_delivery_is_proved_and_read": _UNSIGNED, "test_without_a_secret_nothing_is_believed": _UNSIGNED,
        "test_a_secret_that_is_being_replaced_still_counts": _UNSIGNED,
        "test_a_customer_is_made_and_changed": "Flowhub keeps nobody without a date of birth, the kit's has none",
    }  # fmt: skip

    def tokens(self, connection: Any, secrets: Any) -> TokenService:
        return TokenService(Kept(), now, Vault(bytes(range(32))))
